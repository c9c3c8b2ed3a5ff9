"""Móng Cái: the river, the bridge and the gate."""

from __future__ import annotations

import math

from .canvas import Canvas
from .colour import Ramp
from .figures import flag
from .karst import birds
from .stencil import Stencil, smooth
from .trees import broadleaf, bush_row, forest


def mong_cai(canvas: Canvas) -> None:
    """A gate under the flag at the near end of a bridge over a quiet river, on a hazy day."""
    water = 640
    canvas.ramp([(0, "74b2c4"), (0.5, "c9ded3"), (1, "f6e6c0")], 0, water)
    cloud = canvas.noise("cloud", (600, 110), 0.6, 0.97, 5)
    canvas.paint(Stencil().rect(0, 20, 1920, 420), "fffdf3", 0.85, texture=cloud)
    canvas.glow(1500, 220, 600, "fff2c6", 0.8)
    for points, tone, foot in (
        (
            [(0, 470), (320, 400), (700, 470), (1100, 380), (1500, 450), (1920, 400)],
            "9dbfb2",
            "d6e0c6",
        ),
        ([(0, 560), (400, 500), (900, 560), (1400, 500), (1920, 560)], "6f9f86", "b9d0ac"),
    ):
        line = smooth(points)
        canvas.paint(
            Stencil().poly([*line, (1920, water + 6), (0, water + 6)]), Ramp([(0, tone), (1, foot)])
        )
    town = Stencil()
    for n in range(26):
        x = 900 + n * 40
        tall = 40 + 70 * abs(math.sin(n * 2.1))
        town.rect(x, water - tall, x + 32, water + 4)
    canvas.paint(town, Ramp([(0, "a9b3a8"), (1, "d8d6bd")]))
    bank = smooth([(820, water - 4), (1200, water - 26), (1560, water - 10), (1920, water - 30)])
    canvas.paint(Stencil().poly([*bank, (1920, water + 8), (820, water + 8)]), "5c8f6b")
    forest(canvas, bank, 26, "4d8060", 1.0, "8cba7e")
    deck = [(520 + k * 35, 560 - 70 * math.sin(math.pi * k / 40)) for k in range(41)]
    arches = Stencil().poly([*deck, (1920, water + 10), (520, water + 10)])
    for n in range(6):
        x = 700 + n * 215
        arches.poly(
            smooth(
                [
                    (x - 84, water + 14),
                    (x - 70, 596),
                    (x, 548 + 14),
                    (x + 70, 596),
                    (x + 84, water + 14),
                ]
            ),
            value=0,
        )
    canvas.paint(arches, Ramp([(0, "f3e6cb"), (1, "c2ad86")]))
    canvas.paint(Stencil().line(deck, 13), "fff6e2")
    rail = Stencil()
    for x, y in deck:
        rail.line([(x, y), (x, y - 26)], 4)
    rail.line([(x, y - 26) for x, y in deck], 5)
    canvas.paint(rail, "b23a2e")
    lamps = Stencil()
    for x, y in deck[4::6]:
        lamps.line([(x, y), (x, y - 92)], 5).ellipse(x, y - 98, 11)
    canvas.paint(lamps, "f7efe0")
    canvas.reflect(water, 1080, Ramp([(0, "cfe0d2"), (0.5, "5fa39c"), (1, "1c5a60")]), 0.8, 0.2)
    canvas.glints(water, 1080, "fdf4d8", 190, 0.5)
    near = smooth([(0, 760), (220, 742), (470, 730), (640, 780), (760, 880), (800, 1080)])
    canvas.paint(Stencil().poly([*near, (0, 1080)]), Ramp([(0, "8bb26c"), (1, "35643f")]))
    canvas.paint(
        Stencil().poly([(180, 748), (560, 736), (640, 1080), (40, 1080)]),
        Ramp([(0, "ead8b2"), (1, "b8986a")]),
    )
    gate = Stencil().rect(110, 330, 210, 770).rect(510, 330, 610, 770)
    canvas.paint(gate, Ramp([(0, "fbf0da"), (1, "d8c199")]))
    canvas.shade(gate, "8a6f4d", -22, 0, 14, 0.6)
    for x in (110, 510):
        panel = Stencil().rect(x + 24, 420, x + 76, 720)
        canvas.paint(panel, Ramp([(0, "c8a063"), (1, "a07a42")]))
    beam = Stencil().poly([(50, 330), (670, 330), (640, 250), (80, 250)])
    canvas.paint(beam, Ramp([(0, "c5483a"), (1, "8e2620")]))
    canvas.paint(Stencil().rect(90, 334, 630, 382), Ramp([(0, "fff4dc"), (1, "dcc49a")]))
    canvas.paint(
        Stencil().poly([(160, 250), (560, 250), (530, 196), (190, 196)]),
        Ramp([(0, "d5604a"), (1, "a2342a")]),
    )
    canvas.paint(Stencil().rect(40, 324, 680, 334).rect(150, 246, 570, 254), "f3d58a")
    canvas.paint(Stencil().ellipse(360, 292, 38), "a31f20")
    canvas.paint(Stencil().ellipse(360, 292, 24), "f5c646")
    canvas.paint(Stencil().rect(356, 70, 364, 200), "f4f1ea")
    flag(canvas, 364, 74, 150)
    broadleaf(canvas, 30, 800, 330, "23523f", "3f7f57", "86b76d")
    broadleaf(canvas, 740, 960, 260, "23523f", "3f7f57", "86b76d")
    bush_row(canvas, 610, 800, 900, 52, "2f6446", "79ad65")
    boats = Stencil()
    for x, y, size in ((1040, 800, 120), (1420, 900, 190), (1720, 760, 84)):
        boats.poly(
            smooth(
                [
                    (x - size, y - size * 0.14),
                    (x - size * 0.5, y + size * 0.1),
                    (x + size * 0.5, y + size * 0.1),
                    (x + size, y - size * 0.16),
                    (x + size * 0.4, y - size * 0.02),
                    (x - size * 0.4, y - size * 0.02),
                ],
                closed=True,
            )
        )
        boats.rect(x - size * 0.34, y - size * 0.26, x + size * 0.24, y)
    canvas.paint(boats, Ramp([(0, "5d3a26"), (1, "2c1a12")]))
    birds(canvas, 1080, 190, 20, "5b7f84", 7, 100)
    canvas.finish(shade="14302c")
