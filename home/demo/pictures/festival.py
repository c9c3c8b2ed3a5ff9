"""Seasons of the year: lanterns at Tết, lotus in summer."""

from __future__ import annotations

import math

from .buildings import roof, tiled_roof
from .canvas import Canvas
from .colour import Ramp, mix
from .karst import birds
from .stencil import Stencil, smooth
from .trees import blossom_branch


def _lantern(canvas: Canvas, x: float, y: float, size: float, tone: str) -> None:
    """A silk lantern hanging from (x, y)."""
    canvas.glow(x, y + size * 1.1, size * 2.1, "ffb45c", 0.42, mode="screen")
    canvas.paint(Stencil().line([(x, y - size * 0.4), (x, y + size * 0.4)], size * 0.05), "3b1a12")
    body = Stencil().ellipse(x, y + size, size * 0.72, size * 0.62)
    canvas.paint(
        body, Ramp([(0, mix(tone, "ffd98a", 0.5)), (0.5, tone), (1, mix(tone, "400808", 0.4))])
    )
    ribs = Stencil()
    for k in (-0.66, -0.33, 0.0, 0.33, 0.66):
        ribs.line(
            smooth(
                [(x, y + size * 0.4), (x + size * 0.72 * k * 1.12, y + size), (x, y + size * 1.6)]
            ),
            size * 0.03,
        )
    canvas.paint(ribs, "7c1512", 0.5)
    caps = Stencil().rect(x - size * 0.26, y + size * 0.34, x + size * 0.26, y + size * 0.48)
    caps.rect(x - size * 0.26, y + size * 1.54, x + size * 0.26, y + size * 1.66)
    canvas.paint(caps, "e9b64c")
    tassel = Stencil()
    for k in range(-2, 3):
        tassel.taper(
            [(x + k * size * 0.06, y + size * 1.66), (x + k * size * 0.09, y + size * 2.25)],
            size * 0.06,
            size * 0.03,
        )
    canvas.paint(tassel, "d8342c")


def _house(canvas: Canvas, left: float, right: float, top: float, base: float, wall: str) -> None:
    canvas.paint(
        Stencil().rect(left, top, right, base), Ramp([(0, wall), (1, mix(wall, "3a1c24", 0.55))])
    )
    middle, wide = (left + right) / 2, right - left
    windows = Stencil()
    for k in (-0.26, 0.26):
        windows.rect(middle + wide * (k - 0.13), top + 70, middle + wide * (k + 0.13), top + 190)
    doors = Stencil().rect(left + wide * 0.12, base - 250, right - wide * 0.12, base)
    canvas.paint(windows, "ffd487")
    canvas.paint(doors, Ramp([(0, "ffcf7d"), (1, "c7642f")]))
    frames = Stencil()
    for n in range(5):
        x = left + wide * (0.12 + 0.76 * n / 4)
        frames.rect(x - 6, base - 250, x + 6, base)
    for k in (-0.26, 0.26):
        frames.rect(middle + wide * k - 4, top + 70, middle + wide * k + 4, top + 190)
        frames.rect(middle + wide * (k - 0.13), top + 124, middle + wide * (k + 0.13), top + 131)
    frames.rect(left + wide * 0.1, base - 262, right - wide * 0.1, base - 248)
    canvas.paint(frames, "5d2a1c")
    tiled_roof(canvas, middle, top, wide * 0.54, 86, "9c4a34", "4d1d1f", "e09a63")


def tet_lanterns(canvas: Canvas) -> None:
    """An old street at dusk, hung with lanterns, peach blossom left and apricot right."""
    ground = 850
    canvas.ramp([(0, "25305c"), (0.4, "6a4a7c"), (0.72, "e08a6c"), (1, "ffc98a")], 0, ground)
    canvas.glow(960, 640, 720, "ffd08a", 0.7)
    far = Stencil()
    for n in range(13):
        x = 560 + n * 66
        tall = 90 + 60 * abs(math.sin(n * 1.7))
        far.rect(x - 44, ground - tall, x + 44, ground)
        far.poly(roof(x, ground - tall, 52, 34, 9))
    canvas.paint(far, Ramp([(0, "9a5f74"), (1, "e79a72")]))
    for left, right, top, wall in (
        (-60, 250, 430, "d99a58"),
        (1670, 1990, 430, "c98a50"),
        (236, 490, 490, "cf8a52"),
        (1430, 1682, 490, "d69a60"),
        (478, 660, 560, "c9805a"),
        (1262, 1442, 560, "c67d58"),
    ):
        _house(canvas, left, right, top, ground, wall)
    street = Stencil().poly(
        [(640, ground - 4), (1280, ground - 4), (1920, 1000), (1920, 1080), (0, 1080), (0, 1000)]
    )
    canvas.paint(Stencil().rect(0, ground - 4, 1920, 1080), Ramp([(0, "8a5a55"), (1, "3a2434")]))
    canvas.paint(street, Ramp([(0, "d9936c"), (1, "5a3440")]))
    stones = Stencil()
    for n in range(9):
        y = ground + 6 + n * n * 2.9
        stones.rect(-10, y, 1930, y + 1.6 + n * 0.3)
    canvas.paint(stones, "3d2430", 0.4)
    canvas.glow(960, 930, 620, "ffb56b", 0.4, squash=0.28, mode="screen")
    for y, sag, count, size in ((210, 120, 9, 54), (350, 90, 9, 40), (470, 60, 11, 27)):
        span = 1900 if y == 210 else 1500 if y == 350 else 1000
        rope = [
            (960 - span / 2 + span * k / 40, y + sag * math.sin(math.pi * k / 40))
            for k in range(41)
        ]
        canvas.paint(Stencil().line(rope, 3), "3b1a1a")
        for n in range(count):
            k = (n + 0.5) / count
            x = 960 - span / 2 + span * k
            tone = ("d6322c", "e0562f", "c9242c")[n % 3]
            _lantern(canvas, x, y + sag * math.sin(math.pi * k), size, tone)
    blossom_branch(
        canvas,
        [(-40, 760), (120, 640), (300, 560), (500, 520), (640, 540)],
        22,
        "3a2222",
        ["f58fa8", "f9b3c2", "ee6f8f"],
        "d24d74",
        "f8d96a",
        "7fae63",
        21,
        1.0,
    )
    blossom_branch(
        canvas,
        [(-30, 1000), (140, 850), (330, 790), (470, 800)],
        17,
        "3a2222",
        ["f58fa8", "f9b3c2", "ee6f8f"],
        "d24d74",
        "f8d96a",
        "7fae63",
        19,
        0.9,
    )
    blossom_branch(
        canvas,
        [(1960, 740), (1790, 640), (1610, 580), (1420, 560), (1300, 590)],
        22,
        "33251c",
        ["f8d14e", "fbe27d", "efb93a"],
        "d1902a",
        "c0632a",
        "86b36a",
        21,
        1.0,
    )
    blossom_branch(
        canvas,
        [(1950, 990), (1780, 850), (1600, 800), (1470, 812)],
        17,
        "33251c",
        ["f8d14e", "fbe27d", "efb93a"],
        "d1902a",
        "c0632a",
        "86b36a",
        19,
        0.9,
    )
    canvas.finish(shade="1a0c1c", vignette=0.24)


def _leaf(canvas: Canvas, x: float, y: float, size: float, tone: str) -> None:
    leaf = Stencil().ellipse(x, y, size, size * 0.34)
    canvas.paint(leaf, Ramp([(0, mix(tone, "d6ecb0", 0.35)), (1, mix(tone, "0f3a38", 0.3))]))
    canvas.shade(leaf, "eaf6c8", 0, size * 0.05, 5, 0.5)
    veins = Stencil()
    for n in range(9):
        angle = math.pi * 2 * n / 9
        veins.taper(
            [(x, y), (x + size * 0.84 * math.cos(angle), y + size * 0.28 * math.sin(angle))],
            size * 0.028,
            0.6,
        )
    canvas.paint(veins, "e6f3c2", 0.45)


def _lotus(canvas: Canvas, x: float, base: float, size: float, stalk: float) -> None:
    """An open flower on a stalk that rises ``stalk`` units from the water at ``base``."""
    y = base - stalk
    canvas.paint(
        Stencil().taper(
            smooth([(x + size * 0.1, base), (x - size * 0.06, base - stalk * 0.5), (x, y)]),
            size * 0.12,
            size * 0.08,
        ),
        "3f7a52",
    )
    for reach, tall, pale in ((1.05, 0.62, 0.0), (0.78, 0.92, 0.22), (0.42, 1.08, 0.4)):
        for side in (-1, 1):
            tip = (x + side * size * reach, y - size * tall)
            petal = Stencil().poly(
                smooth(
                    [
                        (x, y + size * 0.1),
                        (x + side * size * reach * 0.85, y - size * tall * 0.3),
                        tip,
                    ]
                )
                + smooth(
                    [
                        tip,
                        (x + side * size * reach * 0.35, y - size * tall * 0.8),
                        (x, y + size * 0.1),
                    ]
                )
            )
            canvas.paint(
                petal,
                Ramp([(0, mix("ea5f8d", "fff2f2", pale)), (1, mix("fbd3dc", "fffaf5", pale))]),
            )
            canvas.shade(petal, "b93668", -side * size * 0.1, 0, size * 0.12, 0.35)
    front = Stencil().poly(
        smooth(
            [
                (x - size * 0.34, y - size * 0.25),
                (x, y - size * 1.02),
                (x + size * 0.34, y - size * 0.25),
                (x, y + size * 0.16),
            ],
            closed=True,
        )
    )
    canvas.paint(front, Ramp([(0, "f28bab"), (1, "fff4f2")]))
    canvas.glow(x, y - size * 0.1, size * 0.4, "ffe7a0", 0.5)


def lotus_pond(canvas: Canvas) -> None:
    """A pond of lotus in the first sun, with a far bank in mist."""
    water = 430
    canvas.ramp([(0, "9cc9c4"), (0.55, "e6ead0"), (1, "fbe6bd")], 0, water)
    canvas.glow(520, 300, 620, "fff0bd", 0.9)
    canvas.paint(Stencil().ellipse(520, 290, 54), "f7b877", 0.9, blur=1)
    for level, tone, foot in ((360, "9fc1ad", "dfe6cd"), (410, "6f9f86", "c9dcc0")):
        bank = smooth(
            [
                (0, level),
                (320, level - 60),
                (700, level - 10),
                (1100, level - 80),
                (1500, level - 24),
                (1920, level - 70),
            ]
        )
        canvas.paint(
            Stencil().poly([*bank, (1920, water + 4), (0, water + 4)]), Ramp([(0, tone), (1, foot)])
        )
    canvas.mist(water, 70, "fbeccb", 0.85, "bank")
    canvas.reflect(water, 1080, Ramp([(0, "cfe0c8"), (0.4, "6aa79b"), (1, "174f52")]), 0.85, 0.3)
    canvas.glints(water, 1080, "fff3d0", 150, 0.5, 520, 150)
    rows = (
        (470, 30, 30),
        (520, 22, 54),
        (600, 15, 92),
        (720, 10, 146),
        (880, 8, 215),
        (1040, 6, 290),
    )
    for row, (y, count, size) in enumerate(rows):
        for n in range(count):
            x = (n + canvas.rng.random()) * 1920 / count
            tone = canvas.rng.choice(["4f9567", "3f8560", "63a46c", "357458"])
            _leaf(
                canvas,
                x,
                y + canvas.rng.uniform(-0.16, 0.16) * size,
                size * canvas.rng.uniform(0.7, 1),
                tone,
            )
        for _ in range(max(2, 7 - row)):
            x = canvas.rng.uniform(60, 1860)
            if canvas.rng.random() < 0.8:
                _lotus(canvas, x, y + size * 0.1, size * 0.42, size * canvas.rng.uniform(0.9, 1.5))
    _lotus(canvas, 1330, 960, 150, 380)
    _lotus(canvas, 1640, 1010, 112, 250)
    bud = smooth([(1100, 700), (1072, 640), (1104, 560), (1136, 640)], closed=True)
    canvas.paint(
        Stencil().taper(smooth([(1120, 1010), (1090, 840), (1104, 690)]), 15, 10), "3f7a52"
    )
    canvas.paint(Stencil().poly(bud), Ramp([(0, "e5527f"), (1, "f9c3cf")]))
    birds(canvas, 1260, 170, 18, "6b8d84", 5, 90)
    canvas.finish(shade="12302c")
