"""Where the offices work and meet: the administrative building and the meeting hall."""

from __future__ import annotations

from .canvas import Canvas
from .colour import Ramp, mix
from .figures import flag, star
from .stencil import Stencil, smooth
from .trees import broadleaf, bush_row, palm


def _block(
    canvas: Canvas, left: float, right: float, top: float, base: float, floors: int, lit: str
) -> None:
    """A plain modern block: pale wall, ribbon windows that mirror the sky, a roof edge."""
    canvas.paint(
        Stencil().rect(left, top, right, base),
        Ramp([(0, "f7ead2"), (1, "e3cda6")], start=top, end=base),
    )
    canvas.shade(Stencil().rect(left, top, right, base), "8a6f55", -60, 0, 40, 0.5)
    storey = (base - top) / floors
    panes, frames = Stencil(), Stencil()
    bays = max(3, round((right - left) / 62))
    wide = (right - left) / bays
    for floor in range(floors):
        y = top + storey * floor
        for bay in range(bays):
            x = left + wide * bay
            panes.rect(x + wide * 0.16, y + storey * 0.24, x + wide * 0.84, y + storey * 0.8)
            frames.rect(x + wide * 0.48, y + storey * 0.24, x + wide * 0.52, y + storey * 0.8)
    canvas.paint(panes, Ramp([(0, "8fc0cf"), (0.6, "5c93a8"), (1, "3b6b82")], start=top, end=base))
    canvas.shade(panes, "21465a", 0, 6, 3, 0.6)
    canvas.paint(frames, "efe0c4", 0.9)
    ledges = Stencil()
    for floor in range(floors + 1):
        ledges.rect(left - 6, top + storey * floor - 3, right + 6, top + storey * floor + 4)
    canvas.paint(ledges, "fff6e2")
    canvas.paint(Stencil().rect(left - 14, top - 22, right + 14, top), lit)
    canvas.paint(Stencil().rect(left - 14, top - 3, right + 14, top + 2), "b9986a", 0.8)


def office_building(canvas: Canvas) -> None:
    """The provincial office building on a clear morning: wings, portico, flag, trees, lawn."""
    ground = 800
    canvas.ramp([(0, "5aa3bf"), (0.45, "a9d3d6"), (0.8, "f3e3c0"), (1, "f8dfb4")], 0, ground)
    clouds = canvas.noise("cloud", (640, 90), 0.62, 0.97, 5)
    canvas.paint(Stencil().rect(0, 30, 1920, 470), "fffaf0", 0.85, texture=clouds)
    canvas.glow(1560, 190, 520, "fff1c9", 0.75)
    hills = smooth(
        [(0, 640), (240, 560), (520, 622), (860, 540), (1240, 610), (1560, 530), (1920, 600)]
    )
    canvas.paint(
        Stencil().poly([*hills, (1920, ground), (0, ground)]), Ramp([(0, "8fb3a6"), (1, "c9d6b8")])
    )
    _block(canvas, 240, 640, 392, ground, 6, "c8553d")
    _block(canvas, 1280, 1680, 392, ground, 6, "c8553d")
    _block(canvas, 600, 1320, 262, ground, 8, "b23a2e")
    canvas.paint(Stencil().rect(860, 186, 1060, 262), Ramp([(0, "fbf0da"), (1, "e6d2ad")]))
    canvas.paint(Stencil().rect(846, 172, 1074, 190), "b23a2e")
    canvas.paint(Stencil().ellipse(960, 226, 22).ellipse(960, 226, 15, value=0), "d9a02f")
    canvas.paint(Stencil().rect(760, 640, 1160, ground), Ramp([(0, "f9ecd2"), (1, "dcc197")]))
    canvas.paint(Stencil().poly([(736, 642), (960, 588), (1184, 642)]), "b23a2e")
    canvas.paint(Stencil().poly([(790, 636), (960, 596), (1130, 636)]), "f6e4c2")
    doors = Stencil()
    for x in (822, 902, 982, 1062):
        doors.rect(x, 684, x + 56, ground)
    canvas.paint(doors, Ramp([(0, "3f6c80"), (1, "27495a")]))
    pillars = Stencil()
    for x in (770, 872, 1034, 1136):
        pillars.rect(x - 11, 650, x + 11, ground)
    canvas.paint(pillars, Ramp([(0, "fffaf0"), (1, "e8d5b2")]))
    for step in range(5):
        canvas.paint(
            Stencil().rect(
                724 - step * 16, ground + step * 9, 1196 + step * 16, ground + 11 + step * 9
            ),
            mix("f3e4c6", "c9ab7c", step / 5),
        )
    canvas.paint(Stencil().rect(0, ground, 724, 1080), Ramp([(0, "7fa368"), (1, "3d6b45")]))
    canvas.paint(Stencil().rect(1196, ground, 1920, 1080), Ramp([(0, "7fa368"), (1, "3d6b45")]))
    canvas.paint(
        Stencil().poly([(660, 846), (1260, 846), (1560, 1080), (360, 1080)]),
        Ramp([(0, "ead9b6"), (1, "c3a377")]),
    )
    seams = Stencil()
    for n in range(7):
        y = 862 + n * n * 5.6
        seams.rect(640 - n * 48, y, 1280 + n * 48, y + 2)
    canvas.paint(seams, "a5835a", 0.35)
    pole = 470
    canvas.paint(Stencil().rect(pole - 4, 330, pole + 4, 880), "f4f1ea")
    flag(canvas, pole + 4, 338, 190)
    canvas.paint(Stencil().rect(pole - 46, 872, pole + 46, 900), "e9dabb")
    for x, size in ((120, 300), (1790, 330), (1480, 210), (330, 190)):
        broadleaf(canvas, x, ground + 46, size, "24523c", "3f7c4e", "86b565")
    for x in (640, 1280):
        palm(canvas, x, ground + 60, 270, "2c4a37", "6a9a58", 0.03 if x < 960 else -0.03)
    bush_row(canvas, 20, 640, 900, 52, "2f6140", "74a85c")
    bush_row(canvas, 1290, 1910, 900, 52, "2f6140", "74a85c")
    blooms = Stencil()
    for _ in range(150):
        side = canvas.rng.choice([(20, 620), (1310, 1900)])
        blooms.ellipse(canvas.rng.uniform(*side), canvas.rng.uniform(872, 896), 4.5)
    canvas.paint(blooms, "e04a3f")
    canvas.finish(shade="20301f")


def meeting_hall(canvas: Canvas) -> None:
    """A hall seen from the back row: red curtain, star, rostrum, rows of delegates."""
    canvas.ramp([(0, "6d1416"), (0.5, "8e1d1e"), (1, "5a1013")])
    folds, lights = Stencil(), Stencil()
    for n in range(33):
        x = n * 60 + canvas.rng.uniform(-6, 6)
        folds.poly(
            smooth(
                [(x, 90), (x + 22, 330), (x + 14, 640), (x + 34, 640), (x + 40, 330), (x + 20, 90)]
            )
        )
        lights.taper([(x + 44, 90), (x + 48, 360), (x + 42, 640)], 9, 16)
    canvas.paint(folds, "560d11", 0.75, blur=6)
    canvas.paint(lights, "c5403a", 0.55, blur=8)
    canvas.glow(960, 330, 760, "ff9a5a", 0.34, squash=0.62)
    canvas.paint(Stencil().rect(0, 0, 1920, 92), Ramp([(0, "3c0a0c"), (1, "701618")]))
    swags = Stencil()
    for n in range(8):
        x = n * 240
        swags.poly(smooth([(x, 86), (x + 60, 138), (x + 120, 154), (x + 180, 138), (x + 240, 86)]))
    canvas.paint(swags, Ramp([(0, "a3262a"), (1, "6f1518")]))
    fringe = Stencil()
    for n in range(8):
        x = n * 240
        fringe.line(
            smooth([(x, 88), (x + 60, 140), (x + 120, 156), (x + 180, 140), (x + 240, 88)]), 7
        )
    canvas.paint(fringe, "e0ad48")
    flagcloth = Stencil().poly(
        smooth([(720, 188), (960, 180), (1200, 188)], steps=4)
        + smooth([(1200, 470), (960, 478), (720, 470)], steps=4)
    )
    canvas.paint(flagcloth, Ramp([(0, "d9292c"), (1, "b91d22")]))
    canvas.shade(flagcloth, "7d1014", 0, -12, 8, 0.6)
    canvas.paint(Stencil().poly(star(960, 330, 92)), Ramp([(0, "ffe27a"), (1, "f2b53a")]))
    canvas.paint(Stencil().rect(0, 628, 1920, 760), Ramp([(0, "8a5a33"), (1, "5d3820")]))
    canvas.paint(Stencil().rect(0, 624, 1920, 636), "c99a5c")
    canvas.paint(Stencil().rect(0, 746, 1920, 790), "3f2415")
    table = Stencil().poly([(560, 560), (1360, 560), (1384, 690), (536, 690)])
    canvas.paint(table, Ramp([(0, "c8322f"), (1, "8f1c1e")]))
    canvas.paint(Stencil().rect(548, 552, 1372, 566), "f3e3c2")
    flowers = Stencil()
    for _ in range(210):
        flowers.ellipse(canvas.rng.gauss(960, 150), 548 - abs(canvas.rng.gauss(0, 15)), 7)
    canvas.paint(flowers, "f6c23e")
    canvas.paint(Stencil().ellipse(960, 556, 300, 12), "3f6f3c", 0.9)
    rostrum = Stencil().poly([(1500, 470), (1680, 470), (1664, 690), (1516, 690)])
    canvas.paint(rostrum, Ramp([(0, "b67a42"), (1, "70431f")], axis="x"))
    canvas.paint(Stencil().rect(1486, 456, 1694, 476), "d9a766")
    canvas.paint(Stencil().ellipse(1590, 570, 30).ellipse(1590, 570, 21, value=0), "e8bb4e")
    canvas.paint(Stencil().line([(1570, 456), (1556, 404)], 5).ellipse(1554, 398, 10, 14), "1f1512")
    for x in (160, 1780):
        canvas.paint(
            Stencil().poly([(x - 54, 690), (x + 54, 690), (x + 40, 590), (x - 40, 590)]),
            Ramp([(0, "d7b98a"), (1, "8a6236")]),
        )
        leaves = Stencil()
        for n in range(15):
            lean = (n - 7) * 22
            leaves.taper(
                smooth([(x, 596), (x + lean * 0.5, 500), (x + lean, 430 + abs(lean) * 0.5)]), 17, 2
            )
        canvas.paint(leaves, Ramp([(0, "5f9a55"), (1, "1f4a33")]))
    canvas.ramp([(0, "3a1512"), (1, "180708")], 786, 1080)
    for row, (y, size, step) in enumerate(((838, 62, 104), (912, 86, 142), (1010, 122, 196))):
        tone = mix("4a2018", "160808", row / 2.4)
        start = -step * (0.25 if row % 2 else 0.0)
        for n in range(int(1920 / step) + 2):
            x = start + n * step
            coat = canvas.rng.choice(["24324a", "3d3a3a", "f0e7d8", "5b2a2a", "2f4a45"])
            coat = mix(coat, tone, 0.42 + 0.12 * row)
            body = Stencil().blob(
                [
                    (x - size * 0.62, y + size),
                    (x - size * 0.52, y + size * 0.18),
                    (x - size * 0.2, y - size * 0.02),
                    (x + size * 0.2, y - size * 0.02),
                    (x + size * 0.52, y + size * 0.18),
                    (x + size * 0.62, y + size),
                ]
            )
            canvas.paint(body, Ramp([(0, mix(coat, "ff9a6a", 0.22)), (0.5, coat)]))
            head = Stencil().ellipse(x, y - size * 0.3, size * 0.24, size * 0.31)
            canvas.paint(head, mix("1c100d", tone, 0.25))
            canvas.shade(head, "c9734a", 0, 8, 7, 0.5)
        backs = Stencil()
        for n in range(int(1920 / step) + 2):
            x = start + n * step
            backs.rect(x - step * 0.44, y + size * 0.46, x + step * 0.44, y + size * 1.5)
        canvas.paint(backs, Ramp([(0, mix("a02b28", tone, 0.25 + 0.15 * row)), (1, "2a0a0b")]))
        canvas.shade(backs, "e2724f", 0, 7, 4, 0.45)
    canvas.finish(shade="120405", vignette=0.24)
