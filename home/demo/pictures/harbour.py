"""Cô Tô: the fishing harbour under the lighthouse."""

from __future__ import annotations

from .boats import coracle, trawler, wake
from .buildings import cottages
from .canvas import Canvas
from .colour import Ramp, mix
from .karst import birds, far_range
from .stencil import Stencil, smooth
from .trees import forest, palm


def _lighthouse(canvas: Canvas, x: float, base: float, size: float) -> None:
    half = size * 0.1
    tower = Stencil().poly(
        [
            (x - half, base),
            (x - half * 0.62, base - size * 0.78),
            (x + half * 0.62, base - size * 0.78),
            (x + half, base),
        ]
    )
    canvas.paint(tower, Ramp([(0, "fff6e6"), (0.5, "fbe9d0"), (1, "c6a891")], axis="x"))
    for low, high in ((0.1, 0.24), (0.38, 0.52), (0.66, 0.78)):
        inner = half * (1 - 0.38 * low / 0.78)
        upper = half * (1 - 0.38 * high / 0.78)
        band = Stencil().poly(
            [
                (x - inner, base - size * low),
                (x - upper, base - size * high),
                (x + upper, base - size * high),
                (x + inner, base - size * low),
            ]
        )
        canvas.paint(band, Ramp([(0, "d94f3d"), (0.5, "c8402f"), (1, "8c2a28")], axis="x"))
    gallery = Stencil().rect(
        x - half * 0.95, base - size * 0.82, x + half * 0.95, base - size * 0.77
    )
    canvas.paint(gallery, "35424c")
    canvas.paint(
        Stencil().rect(x - half * 0.5, base - size * 0.92, x + half * 0.5, base - size * 0.82),
        "ffe6a0",
    )
    canvas.paint(
        Stencil().rect(x - half * 0.04, base - size * 0.92, x + half * 0.04, base - size * 0.82),
        "35424c",
    )
    cap = Stencil().poly(
        smooth(
            [
                (x - half * 0.72, base - size * 0.915),
                (x - half * 0.4, base - size * 0.97),
                (x, base - size),
                (x + half * 0.4, base - size * 0.97),
                (x + half * 0.72, base - size * 0.915),
            ]
        )
    )
    canvas.paint(cap, "a8332d")
    canvas.paint(
        Stencil().line([(x, base - size), (x, base - size * 1.06)], size * 0.012), "35424c"
    )


def harbour(canvas: Canvas) -> None:
    """Morning in the harbour: hill and lighthouse on the right, boats at rest before the houses."""
    horizon = 566
    canvas.ramp([(0, "6fb0bf"), (0.45, "a9d2cb"), (0.8, "f3e3bf"), (1, "f8d7a8")], 0, horizon + 4)
    for y, tone, power in ((210, "fff6e2", 0.8), (400, "fffaf0", 0.65)):
        cloud = canvas.noise(f"cloud{y}", (640, 150), 0.55, 0.9, 5)
        canvas.paint(
            Stencil().rect(-300, y - 90, 2220, y + 60), tone, power, texture=cloud, blur=45
        )
    canvas.glow(420, 520, 620, "fff0c4", 0.75)
    far_range(canvas, horizon, 130, "9dbfbb", "d9d8bd", 10, -60, 1200, wide=(60, 150))
    far_range(canvas, horizon, 190, "7ba9a9", "c7d3bd", 4, -100, 560, wide=(70, 150))
    canvas.mist(horizon, 60, "f6e6c6", 0.7, "a")
    back = smooth(
        [
            (840, 570),
            (980, 500),
            (1140, 440),
            (1300, 372),
            (1450, 330),
            (1600, 330),
            (1760, 380),
            (1980, 410),
        ],
        steps=10,
    )
    hill = Stencil().poly([*back, (1980, 640), (840, 640)])
    forest(canvas, back, 26, "3f7f70")
    canvas.paint(hill, Ramp([(0, "4c8f79"), (1, "86ad83")], start=330, end=600))
    _lighthouse(canvas, 1520, 342, 250)
    for step, tone, light in (
        (0, "3c7b6a", "6ba883"),
        (1, "2f6a60", "5c9a7a"),
        (2, "275b56", "4f8d72"),
    ):
        line = smooth(
            [
                (860 + step * 60, 590),
                (1040, 525 + step * 22),
                (1240, 455 + step * 42),
                (1430, 410 + step * 48),
                (1640, 420 + step * 44),
                (1980, 470 + step * 36),
            ],
            steps=10,
        )
        forest(canvas, line, 30, tone, light=light)
        canvas.paint(Stencil().poly([*line, (1980, 660), (860, 660)]), tone)
    shore = Stencil().poly(
        [*smooth([(760, 596), (900, 572), (1200, 566), (1980, 560)]), (1980, 628), (760, 604)]
    )
    canvas.paint(shore, Ramp([(0, "e9d3a6"), (1, "c9a57b")]))
    cottages(
        canvas,
        960,
        1960,
        556,
        62,
        ["f6e2bd", "f2cf9c", "e8dcc6", "d9e1d2"],
        ["c4533c", "b5472f", "d06a45"],
        "4a3b38",
    )
    water = 568
    canvas.reflect(
        water, 1080, Ramp([(0, "bcdcc6"), (0.3, "63b3b0"), (1, "10626f")]), 0.86, 0.3, ripple=10
    )
    canvas.mist(water, 12, "f8ecd0", 0.35, "b", 0.3)
    canvas.glints(water, 1080, "fff3cf", 170, 0.55, 430, 150)
    canvas.glints(water, 1080, "d6f0e2", 150, 0.3)
    for x, size, lean in ((930, 150, 0.12), (1250, 170, -0.1), (1270, 140, 0.14), (1700, 180, 0.1)):
        palm(canvas, x, 586, size, "1f5350", "4f8d6a", lean)
    quay = Stencil().rect(1020, 584, 1980, 616)
    canvas.paint(quay, Ramp([(0, "d8c3a0"), (0.2, "b59b80"), (1, "7d7468")]))
    posts = Stencil()
    for x in range(1040, 1960, 62):
        posts.rect(x, 590, x + 7, 622)
    canvas.paint(posts, "544f4c", 0.7)
    for x, y, half in ((1190, 634, 74), (1430, 640, 82), (1690, 642, 86), (690, 602, 36)):
        wake(canvas, x, y, half, half * 0.7, "155a66", "f4e3bc", 0.6)
    trawler(canvas, 1190, 628, 170, "2f7f8c", "f2c14e", "f7ead0", "23343c", flag="c8202a")
    trawler(
        canvas, 1430, 634, 190, "c4493a", "f6e2bd", "f2e6cf", "2b2a30", flip=True, flag="c8202a"
    )
    trawler(canvas, 1690, 636, 200, "3b6fa0", "e8703f", "f7ead0", "23303c", flag="c8202a")
    trawler(canvas, 690, 600, 84, "557f86", "d9c79a", "e9e2cc", "3a545c")
    for x, y, size, tones, flip in (
        (360, 792, 430, ("2c7f8f", "f2b84a"), False),
        (1010, 870, 520, ("b83c31", "f4dcae"), True),
    ):
        wake(canvas, x, y + 10, size * 0.42, size * 0.26, "0e4550", "f4e3bc", 0.7)
        trawler(
            canvas, x, y, size, tones[0], tones[1], "f7ead0", "1d2c34", flip=flip, flag="c8202a"
        )
    for x, y, size in ((1500, 852, 58), (1660, 930, 74), (1560, 760, 36)):
        wake(canvas, x, y + size * 0.2, size * 0.9, size * 0.6, "0e4550", "f4e3bc", 0.6)
        coracle(canvas, x, y, size, "8a6238", mix("c99d61", "fff0d0", 0.25))
    birds(canvas, 820, 260, 24, "fdf6e6", 6, 100, 0.95)
    birds(canvas, 620, 360, 15, "4f7c82", 4, 70, 0.7)
    canvas.finish(shade="12343a")
