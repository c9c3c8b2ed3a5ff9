"""Hills and mountains: Yên Tử in its mist, the green of Vân Đồn, a morning of planting trees."""

from __future__ import annotations

import math

from .buildings import tiled_roof
from .canvas import Canvas
from .colour import Ramp, mix
from .figures import person
from .karst import birds, far_range
from .stencil import Point, Stencil, ridge, smooth
from .trees import forest, grass, pine


def _hill(canvas: Canvas, points: list[Point], top: str, foot: str, floor: float) -> list[Point]:
    """Paint the land under a smooth line and return the line."""
    line = smooth(points)
    body = Stencil().poly([*line, (1920, floor), (0, floor)])
    canvas.paint(body, Ramp([(0, top), (1, foot)]))
    return line


def yen_tu(canvas: Canvas) -> None:
    """A pagoda among pines on a misty mountain at daybreak."""
    canvas.ramp([(0, "8fb6b5"), (0.4, "d8d8bd"), (0.75, "f4dcb0"), (1, "efd2a6")])
    canvas.glow(1440, 300, 620, "fff0c4", 0.85)
    canvas.paint(Stencil().ellipse(1440, 300, 62), "f3a566", 0.9, blur=1)
    for level, height, tone, foot in (
        (430, 300, "a9bfb6", "efd9b2"),
        (540, 340, "86a7a1", "e6d4b0"),
        (650, 300, "5f8a85", "d9cdae"),
    ):
        line = ridge(canvas.rng, -60, 1980, level, height * 0.5, 7, 0.5)
        canvas.paint(
            Stencil().poly([*line, (1980, 1080), (-60, 1080)]),
            Ramp([(0, tone), (1, foot)], start=level - height * 0.4, end=level + 330),
        )
        canvas.mist(level + 190, 150, "f3dfba", 0.85, f"m{level}")
    peak = _hill(
        canvas,
        [
            (0, 960),
            (260, 900),
            (520, 760),
            (760, 640),
            (980, 620),
            (1210, 690),
            (1500, 830),
            (1920, 930),
        ],
        "3f6f62",
        "22453f",
        1080,
    )
    forest(canvas, peak, 44, "2f5c50", 1.0, "5f8f74")
    base = 640
    canvas.paint(
        Stencil().rect(700, base - 8, 1060, base + 44), Ramp([(0, "d9cdb4"), (1, "9a8a70")])
    )
    for story, (half, y, tall) in enumerate(((196, 560, 82), (138, 452, 74), (92, 356, 72))):
        wall = 76 if story == 0 else 56
        canvas.paint(
            Stencil().rect(880 - half * 0.72, y - 4, 880 + half * 0.72, y + wall),
            Ramp([(0, "8f4a2e"), (1, "6a2f1f")]),
        )
        posts = Stencil()
        for n in range(5):
            x = 880 + half * 0.66 * (n - 2) / 2
            posts.rect(x - 7, y - 2, x + 7, y + wall)
        canvas.paint(posts, "c0703d")
        lights = Stencil()
        for n in range(4):
            x = 880 + half * 0.66 * (n - 1.5) / 2
            lights.rect(x - 12, y + 14, x + 12, y + wall - 12)
        canvas.paint(lights, "f6c979", 0.85)
        tiled_roof(canvas, 880, y, half, tall, "9a3f2b", "5b1f19", "d98a55")
    canvas.paint(Stencil().taper([(880, 290), (880, 232)], 13, 3), "c9963f")
    canvas.paint(Stencil().ellipse(880, 226, 10), "f0c562")
    steps = Stencil()
    for n in range(15):
        y = base + 44 + n * 26
        half = 62 + n * 9
        x = 880 + 46 * math.sin(n / 3.4)
        steps.rect(x - half, y, x + half, y + 13)
    canvas.paint(steps, Ramp([(0, "e4d6b8"), (1, "a08b69")]))
    canvas.mist(850, 90, "f1e0bf", 0.8, "front", 0.7)
    pine(canvas, 420, 930, 520, "1d3f38", "4d8068", "3b2a22")
    pine(canvas, 1440, 960, 600, "183a35", "477a63", "3b2a22", flip=True)
    pine(canvas, 160, 1040, 430, "14322f", "3c6b57", "33241d", flip=True)
    pine(canvas, 1790, 1060, 420, "14322f", "3c6b57", "33241d")
    front = _hill(
        canvas,
        [(0, 1010), (420, 1040), (960, 1066), (1480, 1040), (1920, 1000)],
        "1b3c34",
        "0d211e",
        1080,
    )
    forest(canvas, front, 30, "16332d")
    birds(canvas, 1120, 250, 22, "4b5f5a", 7, 90)
    canvas.finish(shade="1c2a24")


def van_don_hills(canvas: Canvas) -> None:
    """Terraces and forest above a bay with islands, in the light of afternoon."""
    sea = 520
    canvas.ramp([(0, "6fb3c6"), (0.55, "c5dfd2"), (1, "f5e6bf")], 0, sea)
    cloud = canvas.noise("cloud", (560, 120), 0.6, 0.97, 5)
    canvas.paint(Stencil().rect(0, 20, 1920, 380), "ffffff", 0.85, texture=cloud)
    canvas.glow(420, 150, 560, "fff3c8", 0.7)
    far_range(canvas, sea, 210, "86b0b4", "cfe0d0", 14, wide=(70, 170))
    far_range(canvas, sea, 130, "5d939b", "b5d2c8", 9, 700, 1980, wide=(80, 160))
    canvas.reflect(sea, 700, Ramp([(0, "cfe3d6"), (1, "2f8d93")]), 0.8, 0.25)
    canvas.glints(sea, 690, "f8f6df", 170, 0.5)
    sails = Stencil()
    for x, y, size in ((620, 590, 34), (760, 612, 44), (1130, 580, 28), (1560, 600, 38)):
        sails.poly([(x, y), (x, y - size * 1.7), (x + size, y - size * 0.2)])
        sails.poly([(x - 5, y), (x - 5, y - size * 1.4), (x - size * 0.8, y - size * 0.15)])
    canvas.paint(sails, "fdf3dd")
    back = _hill(
        canvas,
        [
            (0, 560),
            (180, 520),
            (420, 600),
            (700, 690),
            (1080, 700),
            (1420, 600),
            (1700, 500),
            (1920, 470),
        ],
        "4f9a72",
        "2f6b58",
        1080,
    )
    forest(canvas, back, 40, "3c7f60", 1.0, "7fbb7a")
    canvas.mist(690, 60, "dcebd2", 0.5, "low")
    for n in range(9):
        y = 700 + n * 40
        lift = 46 - n * 3
        band = [
            (0, y + 70 - lift),
            (300, y + 12),
            (640, y + 46 + lift * 0.4),
            (980, y + 18),
            (1320, y + 52),
            (1640, y + 8),
            (1920, y + 60 - lift),
        ]
        line = smooth(band)
        tone = mix("a9c95a", "4f8f49", (n % 3) / 3 + n / 30)
        canvas.paint(
            Stencil().poly([*line, (1920, 1080), (0, 1080)]),
            Ramp([(0, tone), (1, mix(tone, "24563c", 0.6))], start=y, end=y + 120),
        )
        canvas.paint(Stencil().line(line, 5), "e9efae", 0.75)
        canvas.paint(Stencil().line([(x, py + 11) for x, py in line], 9), "cfe8e0", 0.55)
    for x, y, size, pose, flip in (
        (610, 880, 92, "stand", False),
        (700, 896, 88, "stand", True),
        (1250, 950, 116, "stand", False),
    ):
        person(canvas, x, y, size, "3a3f45", "f3dfae", pose, flip, "b8433a")
    grass(canvas, 0, 1920, 1086, 90, "2c5c38", 420)
    birds(canvas, 980, 260, 20, "557a7d", 8, 100)
    canvas.finish(shade="17301f")


def tree_planting(canvas: Canvas) -> None:
    """Volunteers on a hillside with young trees, seen from behind, in spring rain's clear light."""
    canvas.ramp([(0, "86bcc4"), (0.5, "d5e5cf"), (1, "f6e9c3")], 0, 640)
    cloud = canvas.noise("cloud", (620, 110), 0.58, 0.97, 5)
    canvas.paint(Stencil().rect(0, 20, 1920, 420), "fffdf5", 0.85, texture=cloud)
    canvas.glow(1500, 210, 560, "fff2c4", 0.8)
    far = _hill(
        canvas,
        [(0, 470), (330, 380), (700, 460), (1080, 350), (1500, 440), (1920, 360)],
        "8ab3a0",
        "c3d6b4",
        1080,
    )
    forest(canvas, far, 26, "7aa894")
    middle = _hill(
        canvas,
        [(0, 590), (420, 520), (860, 600), (1300, 520), (1920, 600)],
        "5f9a6c",
        "8fb478",
        1080,
    )
    forest(canvas, middle, 36, "4d8a60", 1.0, "8fc07e")
    canvas.mist(640, 70, "eef3d8", 0.55, "valley")
    _hill(
        canvas,
        [(0, 760), (380, 700), (860, 668), (1340, 690), (1920, 640)],
        "a2724a",
        "5d3a26",
        1080,
    )
    soil = canvas.noise("soil", (90, 16), 0.45, 0.95, 4)
    canvas.paint(Stencil().rect(0, 660, 1920, 1080), "7d5334", 0.7, texture=soil)
    for row, (y, count, size) in enumerate(
        ((724, 15, 44), (806, 11, 68), (912, 8, 104), (1040, 6, 150))
    ):
        for n in range(count):
            x = (n + 0.5 + 0.2 * (row % 2)) * 1920 / count + canvas.rng.uniform(-24, 24)
            py = y + 14 * math.sin(x / 260) + canvas.rng.uniform(-6, 6)
            canvas.paint(Stencil().ellipse(x, py, size * 0.42, size * 0.1), "4a2d1c", 0.75)
            stem = smooth([(x, py), (x + size * 0.03, py - size * 0.5), (x, py - size)])
            canvas.paint(Stencil().taper(stem, size * 0.07, size * 0.03), "4c3b22")
            leaves = Stencil()
            for _k in range(9):
                angle = math.pi * (0.08 + 0.84 * canvas.rng.random())
                reach = size * canvas.rng.uniform(0.24, 0.42)
                top = py - size * canvas.rng.uniform(0.5, 1.0)
                tip = (x + reach * math.cos(angle), top - reach * math.sin(angle) * 0.7)
                leaves.taper(
                    smooth([(x, top), ((x + tip[0]) / 2, tip[1] - size * 0.03), tip]),
                    size * 0.12,
                    size * 0.02,
                )
            canvas.paint(leaves, Ramp([(0, "a8d36c"), (1, "3f8746")]))
    people = (
        (250, 830, 190, "bend", False, "d9483b"),
        (470, 846, 214, "stand", True, "2f6f9f"),
        (760, 820, 184, "bend", True, "f0efe4"),
        (1010, 858, 226, "stand", False, "d9483b"),
        (1260, 838, 200, "bend", False, "2f6f9f"),
        (1500, 866, 232, "stand", True, "f0efe4"),
        (1740, 840, 206, "bend", True, "d9483b"),
    )
    for x, y, size, pose, flip, shirt in people:
        canvas.paint(Stencil().ellipse(x, y + 2, size * 0.3, size * 0.05), "2e1c12", 0.5, blur=4)
        person(canvas, x, y, size, "2b3440", "f6e3b4", pose, flip, shirt)
    grass(canvas, 0, 1920, 1090, 70, "3f6b36", 260)
    birds(canvas, 700, 230, 18, "5b7f80", 6, 90)
    canvas.finish(shade="2a1d12")
