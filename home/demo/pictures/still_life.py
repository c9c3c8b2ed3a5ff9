"""Things on a table: the handbook beside the phone, papers from the archive."""

from __future__ import annotations

import math

from .canvas import Canvas
from .colour import Ramp, mix
from .stencil import Point, Stencil, place, smooth
from .trees import broadleaf


def _card(
    canvas: Canvas,
    x: float,
    y: float,
    w: float,
    h: float,
    turn: float,
    paint,
    shade: str,
) -> list[Point]:
    """A sheet centred on (x, y), turned by ``turn`` radians, with its soft shadow."""
    corners = place(
        [(-w / 2, -h / 2), (w / 2, -h / 2), (w / 2, h / 2), (-w / 2, h / 2)], x, y, turn=turn
    )
    canvas.paint(Stencil().poly([(px + 14, py + 20) for px, py in corners]), shade, 0.5, blur=14)
    canvas.paint(Stencil().poly(corners), paint)
    return corners


def _lines(
    canvas: Canvas,
    x: float,
    y: float,
    w: float,
    count: int,
    step: float,
    turn: float,
    tone: str,
    thick: float = 5,
) -> None:
    strokes = Stencil()
    for n in range(count):
        reach = w * (0.96 if n % 4 != 3 else canvas.rng.uniform(0.4, 0.7))
        strokes.line(place([(0, n * step), (reach, n * step)], x, y, turn=turn), thick)
    canvas.paint(strokes, tone, 0.6)


def handbook_phone(canvas: Canvas) -> None:
    """An open notebook, a phone with the handbook's list, tea and a plant on a wooden desk."""
    canvas.ramp([(0, "f7e6c8"), (1, "e9cfa2")], 0, 420)
    canvas.glow(380, 120, 760, "fff6df", 0.9)
    frame = Stencil()
    for x in (120, 470, 820):
        frame.rect(x, -10, x + 22, 420)
    canvas.paint(frame, "fffaf0", 0.7)
    for x, size, tone in ((250, 380, "6fa687"), (650, 330, "84b595"), (1010, 280, "94bfa0")):
        broadleaf(canvas, x, 452, size, mix(tone, "2f5a48", 0.4), tone, mix(tone, "f4f7c8", 0.4))
    canvas.paint(Stencil().rect(0, 0, 1920, 424), "fbeed2", 0.42)
    canvas.paint(Stencil().rect(0, 420, 1920, 1080), Ramp([(0, "b57a48"), (1, "7d4a2a")]))
    grain = canvas.noise("grain", (900, 12), 0.5, 0.95, 4)
    canvas.paint(Stencil().rect(0, 420, 1920, 1080), "6b3d22", 0.5, texture=grain)
    canvas.paint(Stencil().rect(0, 416, 1920, 428), "e2b47c", 0.8)
    canvas.glow(520, 520, 900, "ffd9a0", 0.35, squash=0.5, mode="screen")
    book = [(250, 600), (700, 566), (1140, 600), (1210, 980), (700, 940), (170, 980)]
    canvas.paint(Stencil().poly([(x + 10, y + 26) for x, y in book]), "3a1f10", 0.55, blur=18)
    canvas.paint(Stencil().poly([(x, y + 12) for x, y in book]), "a5262a")
    for side in (-1, 1):
        top = smooth([(700, 576), (700 + side * 220, 556), (700 + side * 432, 590)])
        foot = smooth([(700 + side * 492, 958), (700 + side * 250, 918), (700, 932)])
        leaf = Stencil().poly(top + foot)
        canvas.paint(leaf, Ramp([(0, "fffaf0"), (1, "efe0c0")]))
        canvas.shade(leaf, "9c7a4d", -side * 40, 0, 26, 0.6)
    for side in (-1, 1):
        strokes = Stencil()
        for n in range(9):
            y = 622 + n * 33
            x0, x1 = (300 - n * 6, 640) if side < 0 else (760, 1090 + n * 6)
            strokes.line(smooth([(x0, y + 12), ((x0 + x1) / 2, y - 4), (x1, y)]), 5)
        canvas.paint(strokes, "8a6a52", 0.55)
    ribbon = Stencil().poly([(690, 574), (722, 574), (742, 1004), (722, 984), (704, 1010)])
    canvas.paint(ribbon, Ramp([(0, "d6322f"), (1, "9a181d")]))
    phone = place([(-118, -232), (118, -232), (118, 232), (-118, 232)], 1440, 760, turn=0.2)
    canvas.paint(Stencil().poly([(x + 16, y + 22) for x, y in phone]), "2c170c", 0.6, blur=14)
    body = Stencil().poly(phone)
    canvas.paint(body, "20262e")
    screen = place([(-102, -204), (102, -204), (102, 204), (-102, 204)], 1440, 760, turn=0.2)
    canvas.paint(Stencil().poly(screen), Ramp([(0, "fdf6e6"), (1, "f1e2c6")]))
    bar = place([(-102, -204), (102, -204), (102, -146), (-102, -146)], 1440, 760, turn=0.2)
    canvas.paint(Stencil().poly(bar), "a8222a")
    rows, marks = Stencil(), Stencil()
    for n in range(5):
        y = -118 + n * 62
        rows.poly(place([(-88, y), (88, y), (88, y + 46), (-88, y + 46)], 1440, 760, turn=0.2))
        marks.poly(
            place([(-78, y + 9), (-50, y + 9), (-50, y + 37), (-78, y + 37)], 1440, 760, turn=0.2)
        )
        marks.line(place([(-36, y + 15), (62, y + 15)], 1440, 760, turn=0.2), 6)
        marks.line(place([(-36, y + 31), (28, y + 31)], 1440, 760, turn=0.2), 5)
    canvas.paint(rows, "fffdf7")
    canvas.paint(marks, "c08a46", 0.85)
    canvas.paint(Stencil().ellipse(1725, 566, 118, 40), "3a1f10", 0.5, blur=12)
    canvas.paint(Stencil().ellipse(1710, 552, 120, 42), Ramp([(0, "f4efe4"), (1, "cbbfa9")]))
    cup = Stencil().poly(
        smooth([(1628, 470), (1640, 530), (1672, 562), (1748, 562), (1780, 530), (1792, 470)])
    )
    canvas.paint(cup, Ramp([(0, "fffaf2"), (1, "c9d6d8")], axis="x"))
    canvas.paint(Stencil().ellipse(1710, 470, 82, 24), "f1ece0")
    canvas.paint(Stencil().ellipse(1710, 473, 70, 18), Ramp([(0, "b8742f"), (1, "8a4e1c")]))
    handle = Stencil().ellipse(1806, 506, 34, 30).ellipse(1804, 506, 20, 17, value=0)
    canvas.paint(handle, "dfe4e2")
    steam = Stencil()
    for lean in (-22, 14):
        steam.taper(
            smooth(
                [(1710 + lean, 450), (1694 + lean, 400), (1724 + lean, 350), (1704 + lean, 290)]
            ),
            16,
            4,
        )
    canvas.paint(steam, "fffdf5", 0.45, blur=9)
    pen = place([(0, -8), (260, -6), (292, 0), (260, 6), (0, 8)], 1250, 1006, turn=-0.12)
    canvas.paint(Stencil().poly([(x + 6, y + 12) for x, y in pen]), "2c170c", 0.45, blur=6)
    canvas.paint(Stencil().poly(pen), Ramp([(0, "33566b"), (1, "16303e")]))
    canvas.finish(shade="2a160a", vignette=0.2)


def archive_papers(canvas: Canvas) -> None:
    """Old papers with a round seal, photographs and a fountain pen, in brown tones."""
    canvas.ramp([(0, "5b4028"), (1, "37240f")])
    grain = canvas.noise("grain", (1100, 15), 0.45, 0.96, 4)
    canvas.paint(Stencil().rect(0, 0, 1920, 1080), "2a1808", 0.55, texture=grain)
    canvas.glow(620, 360, 1000, "f2c98a", 0.42, mode="screen")
    stain = canvas.noise("stain", (340, 260), 0.5, 0.96, 4)
    for x, y, w, h, turn, tone in (
        (560, 560, 620, 830, -0.16, "d6b987"),
        (1190, 500, 600, 800, 0.13, "dcc294"),
        (820, 600, 640, 850, -0.02, "ead6ae"),
    ):
        corners = _card(
            canvas, x, y, w, h, turn, Ramp([(0, tone), (1, mix(tone, "8f6a3c", 0.35))]), "140a02"
        )
        canvas.paint(Stencil().poly(corners), "9a7240", 0.35, texture=stain)
        left, top = place([(-w * 0.4, -h * 0.28)], x, y, turn=turn)[0]
        _lines(canvas, left, top, w * 0.8, 13, 36, turn, "4a3218")
        head = place([(-w * 0.26, -h * 0.4), (w * 0.26, -h * 0.4)], x, y, turn=turn)
        canvas.paint(Stencil().line(head, 13), "3e2812", 0.8)
        below = place([(-w * 0.16, -h * 0.355), (w * 0.16, -h * 0.355)], x, y, turn=turn)
        canvas.paint(Stencil().line(below, 7), "3e2812", 0.7)
    seal = Stencil().ellipse(1010, 862, 104).ellipse(1010, 862, 92, value=0)
    seal.ellipse(1010, 862, 66).ellipse(1010, 862, 60, value=0)
    for n in range(26):
        angle = math.tau * n / 26
        seal.ellipse(1010 + 79 * math.cos(angle), 862 + 79 * math.sin(angle), 5)
    canvas.paint(seal, "a3392b", 0.7, blur=3.2)
    canvas.paint(Stencil().ellipse(1010, 862, 40), "a3392b", 0.3, blur=10)
    sign = smooth([(760, 900), (800, 850), (836, 918), (880, 850), (900, 908), (960, 874)])
    canvas.paint(Stencil().taper(sign, 7, 3), "2c3550", 0.8)
    for x, y, turn, kind in ((1480, 690, 0.2, "bay"), (1600, 360, -0.12, "hill")):
        _card(canvas, x, y, 440, 320, turn, "efe2c6", "120903")
        inner = place([(-196, -138), (196, -138), (196, 124), (-196, 124)], x, y, turn=turn)
        canvas.paint(Stencil().poly(inner), Ramp([(0, "cdb68c"), (1, "8f7347")]))
        land = [
            (-196, 60),
            (-120, 10),
            (-60, 44),
            (10, -60),
            (70, 30),
            (130, -20),
            (196, 40),
            (196, 124),
            (-196, 124),
        ]
        if kind == "bay":
            land = [
                (-196, 40),
                (-150, -50),
                (-110, 40),
                (-40, 44),
                (0, -80),
                (60, 40),
                (120, -30),
                (160, 40),
                (196, 44),
                (196, 124),
                (-196, 124),
            ]
        canvas.paint(
            Stencil().poly(place(smooth(land), x, y, turn=turn)),
            Ramp([(0, "6e5430"), (1, "4c381d")]),
        )
        boat = place([(-40, 84), (40, 84), (26, 100), (-26, 100)], x, y, turn=turn)
        canvas.paint(Stencil().poly(boat), "2b1d0d")
    pen = place(
        [(-300, -15), (150, -17), (190, -10), (240, 0), (190, 10), (150, 17), (-300, 15)],
        520,
        930,
        turn=-0.5,
    )
    canvas.paint(Stencil().poly([(px + 12, py + 20) for px, py in pen]), "0c0602", 0.6, blur=10)
    canvas.paint(Stencil().poly(pen), Ramp([(0, "4a2a17"), (0.5, "1d0f07"), (1, "0d0603")]))
    for at, tone in ((-40, "d8ab55"), (150, "d8ab55")):
        band = place([(at, -18), (at + 16, -18), (at + 16, 18), (at, 18)], 520, 930, turn=-0.5)
        canvas.paint(Stencil().poly(band), tone)
    nib = place([(188, -10), (262, 0), (188, 10)], 520, 930, turn=-0.5)
    canvas.paint(Stencil().poly(nib), "e3c27a")
    canvas.finish(grain=0.06, shade="0e0702", vignette=0.34)
