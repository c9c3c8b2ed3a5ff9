"""The mining region of the 1960s, in the brown tones of an old print."""

from __future__ import annotations

from .canvas import Canvas
from .colour import Ramp
from .figures import cyclist, miner
from .karst import birds
from .stencil import Stencil, ridge, smooth


def _wagon(canvas: Canvas, x: float, base: float, size: float) -> None:
    """A loaded coal wagon ``size`` units wide standing on its rail at ``base``."""
    heap = Stencil().poly(
        smooth(
            [
                (x - size * 0.48, base - size * 0.56),
                (x - size * 0.3, base - size * 0.72),
                (x - size * 0.1, base - size * 0.69),
                (x + size * 0.08, base - size * 0.79),
                (x + size * 0.32, base - size * 0.68),
                (x + size * 0.48, base - size * 0.56),
            ]
        )
    )
    canvas.paint(heap, Ramp([(0, "3a2c1e"), (1, "17100a")]))
    box = Stencil().poly(
        [
            (x - size * 0.54, base - size * 0.58),
            (x + size * 0.54, base - size * 0.58),
            (x + size * 0.42, base - size * 0.14),
            (x - size * 0.42, base - size * 0.14),
        ]
    )
    canvas.paint(box, Ramp([(0, "6b5236"), (1, "31230f")]))
    canvas.shade(box, "d9b98a", 0, 6, 5, 0.5)
    ribs = Stencil()
    for k in (-0.3, -0.1, 0.1, 0.3):
        ribs.line(
            [(x + size * k * 1.2, base - size * 0.56), (x + size * k, base - size * 0.16)],
            size * 0.022,
        )
    canvas.paint(ribs, "1d140a", 0.7)
    wheels = Stencil()
    for k in (-0.27, 0.27):
        wheels.ellipse(x + size * k, base - size * 0.09, size * 0.1)
        wheels.ellipse(x + size * k, base - size * 0.09, size * 0.05, value=0)
    canvas.paint(wheels, "120c06")


def miners_1960s(canvas: Canvas) -> None:
    """Miners walk to the shift beside coal wagons; headframe and hills behind, bicycles below."""
    canvas.ramp([(0, "b9986a"), (0.45, "e4cb9c"), (0.8, "f1dfb8"), (1, "e0c592")], 0, 760)
    haze = canvas.noise("haze", (700, 120), 0.5, 0.97, 4)
    canvas.paint(Stencil().rect(0, 40, 1920, 520), "f7e8c6", 0.7, texture=haze)
    canvas.glow(1380, 330, 620, "fff0cb", 0.8)
    for level, height, tone, foot in (
        (500, 260, "b59a70", "e2cb9c"),
        (590, 300, "937850", "cdb386"),
    ):
        line = ridge(canvas.rng, -40, 1960, level, height * 0.45, 7, 0.52)
        canvas.paint(
            Stencil().poly([*line, (1960, 900), (-40, 900)]),
            Ramp([(0, tone), (1, foot)], start=level - 130, end=level + 240),
        )
    canvas.mist(700, 90, "f0dcb2", 0.8, "valley")
    terraces = Stencil()
    steps = [
        (1130, 700),
        (1200, 640),
        (1330, 632),
        (1370, 570),
        (1520, 560),
        (1560, 496),
        (1730, 484),
        (1780, 430),
        (1960, 424),
        (1960, 900),
        (1130, 900),
    ]
    terraces.poly(steps)
    canvas.paint(terraces, Ramp([(0, "7a6040"), (1, "503b22")]))
    shelves = Stencil()
    for a, b in ((1200, 640), (1370, 570), (1560, 496), (1780, 430)):
        shelves.line([(a, b), (1960, b - 8)], 7)
    canvas.paint(shelves, "cdb083", 0.6)
    tower = Stencil()
    for pair in (((420, 760), (500, 360)), ((640, 760), (560, 360)), ((530, 760), (530, 360))):
        tower.line(list(pair), 12)
    for y in (440, 520, 600, 680):
        half = 50 + (y - 400) * 0.2
        tower.line([(530 - half, y), (530 + half, y)], 8)
        tower.line([(530 - half, y), (530 + half, y + 78)], 5)
        tower.line([(530 + half, y), (530 - half, y + 78)], 5)
    tower.ellipse(530, 342, 46).ellipse(530, 342, 36, value=0)
    tower.line([(494, 342), (566, 342)], 5).line([(530, 306), (530, 378)], 5)
    tower.line([(560, 352), (860, 760)], 6)
    canvas.paint(tower, "382816")
    sheds = Stencil()
    sheds.poly([(720, 770), (720, 640), (800, 590), (880, 640), (880, 770)])
    sheds.poly([(880, 770), (880, 668), (950, 630), (1020, 668), (1020, 770)])
    canvas.paint(sheds, Ramp([(0, "6e5535"), (1, "45321b")]))
    lights = Stencil()
    for x in (752, 800, 848, 912, 960):
        lights.rect(x - 12, 676, x + 12, 716)
    canvas.paint(lights, "f3d9a0", 0.75)
    ground = smooth([(0, 772), (480, 760), (960, 776), (1440, 758), (1920, 780)])
    canvas.paint(
        Stencil().poly([*ground, (1920, 1080), (0, 1080)]), Ramp([(0, "7d6240"), (1, "2b1d0e")])
    )
    soil = canvas.noise("soil", (80, 14), 0.45, 0.95, 4)
    canvas.paint(Stencil().rect(0, 780, 1920, 1080), "241709", 0.55, texture=soil)
    rails = Stencil()
    for n in range(48):
        x = n * 41
        rails.poly([(x, 846), (x + 20, 846), (x + 10, 872), (x - 14, 872)])
    canvas.paint(rails, "3a2814", 0.85)
    canvas.paint(Stencil().rect(0, 846, 1920, 851).rect(0, 863, 1920, 869), "1a1108")
    for x in (1180, 1440, 1700):
        _wagon(canvas, x, 864, 220)
    for n, (x, size) in enumerate(((150, 250), (330, 274), (510, 242), (690, 268), (880, 250))):
        canvas.paint(Stencil().ellipse(x, 946, size * 0.24, 12), "140c05", 0.5, blur=5)
        miner(canvas, x, 946, size, "2a1d10", "f7e3b0", flip=bool(n % 2), tool=n != 2)
    for x, size, flip in ((1120, 190, False), (1370, 206, True), (1640, 196, False)):
        canvas.paint(Stencil().ellipse(x, 1040, size * 0.5, 10), "0f0803", 0.5, blur=5)
        cyclist(canvas, x, 1040, size, "1d130a", flip, load=x == 1370)
    birds(canvas, 980, 230, 20, "6e5636", 6, 90)
    canvas.finish(grain=0.07, weave=0.03, vignette=0.36, shade="1a0f05")
