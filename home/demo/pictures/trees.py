"""Trees and branches: broad crowns, cloud pines, palms, blossom and grass."""

from __future__ import annotations

import itertools
import math

from .canvas import Canvas
from .colour import mix
from .stencil import Point, Stencil, smooth


def _clump(stencil: Stencil, canvas: Canvas, x: float, y: float, radius: float) -> None:
    """A leafy clump: a disc with a ring of small leaves on its edge."""
    rng = canvas.rng
    stencil.ellipse(x, y, radius, radius * 0.86)
    for i in range(11):
        angle = math.tau * (i + rng.random()) / 11
        leaf = radius * rng.uniform(0.16, 0.3)
        stencil.ellipse(
            x + math.cos(angle) * radius * 0.94,
            y + math.sin(angle) * radius * 0.8,
            leaf,
            leaf * 0.8,
        )


def broadleaf(
    canvas: Canvas,
    x: float,
    base: float,
    size: float,
    dark: str,
    middle: str,
    light: str,
    bark: str = "3d2f26",
    side: int = -1,
) -> None:
    """Paint a broad-crowned tree ``size`` units tall, lit from ``side`` (-1 left, 1 right)."""
    rng = canvas.rng
    trunk = Stencil()
    top = base - size * 0.5
    bend = rng.uniform(-0.03, 0.03) * size
    trunk.taper(
        smooth([(x, base), (x + bend, base - size * 0.25), (x, top)]), size * 0.055, size * 0.03
    )
    for reach in (-0.2, -0.1, 0.12, 0.21):
        trunk.taper(
            smooth(
                [
                    (x + bend * 0.5, base - size * 0.34),
                    (x + reach * size * 0.55, top + size * 0.02),
                    (x + reach * size, top - size * 0.14),
                ]
            ),
            size * 0.026,
            size * 0.008,
        )
    canvas.paint(trunk, bark)
    crown = []
    for _ in range(19):
        angle, far = rng.uniform(0, math.tau), math.sqrt(rng.random())
        crown.append(
            (
                x + math.cos(angle) * far * size * 0.27,
                base - size * 0.66 + math.sin(angle) * far * size * 0.2,
                size * rng.uniform(0.085, 0.14),
            )
        )
    for shift, shrink, tone, keep in (
        (0.0, 1.0, dark, 1.0),
        (0.03, 0.78, middle, 0.95),
        (0.058, 0.5, light, 0.7),
    ):
        leaves = Stencil()
        for cx, cy, radius in crown:
            if rng.random() < keep and (shift < 0.05 or cy < base - size * 0.6):
                _clump(
                    leaves,
                    canvas,
                    cx + side * shift * size * 0.8,
                    cy - shift * size,
                    radius * shrink,
                )
        canvas.paint(leaves, tone, 0.95)


def bush_row(
    canvas: Canvas,
    left: float,
    right: float,
    base: float,
    height: float,
    dark: str,
    light: str,
    lean: int = -1,
) -> None:
    """Paint a run of shrubs along ``base``, ``height`` units tall."""
    rng = canvas.rng
    deep, top = Stencil(), Stencil()
    x = left
    while x < right:
        radius = height * rng.uniform(0.5, 0.85)
        _clump(deep, canvas, x, base - radius * 0.6, radius)
        _clump(top, canvas, x + lean * radius * 0.25, base - radius * 0.9, radius * 0.6)
        x += radius * rng.uniform(0.8, 1.2)
    deep.rect(left - height * 0.3, base - height * 0.4, right + height * 0.3, base)
    canvas.paint(deep, dark)
    canvas.paint(top, light, 0.75)


def forest(
    canvas: Canvas,
    line: list[Point],
    size: float,
    tone: str,
    density: float = 1.0,
    light: str | None = None,
) -> None:
    """Fringe a hill ``line`` with small round crowns about ``size`` units across."""
    rng = canvas.rng
    crowns, caps = Stencil(), Stencil()
    for (x0, y0), (x1, y1) in itertools.pairwise(line):
        count = max(1, round(abs(x1 - x0) / size * 1.5 * density))
        for i in range(count):
            share = (i + rng.random()) / count
            radius = size * rng.uniform(0.35, 0.75)
            x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
            crowns.ellipse(x, y + radius * 0.2, radius, radius * 1.15)
            caps.ellipse(x - radius * 0.22, y - radius * 0.25, radius * 0.6, radius * 0.55)
    canvas.paint(crowns, tone)
    if light:
        canvas.paint(caps, light, 0.7)


def _pad(
    canvas: Canvas, x: float, y: float, half: float, dark: str, light: str, slope: float = 0.0
) -> None:
    """One cloud of pine needles: flat below, scalloped above, with a lit top."""
    rng = canvas.rng
    deep, lit = Stencil(), Stencil()
    bumps = 7
    for i in range(bumps):
        share = (i + 0.5) / bumps * 2 - 1
        radius = half * rng.uniform(0.2, 0.27) * (1.15 - 0.6 * share * share)
        cx, cy = x + share * half * 0.82, y + slope * share * half - radius * 0.32
        deep.ellipse(cx, cy, radius * 1.25, radius * 0.8)
        lit.ellipse(cx - radius * 0.1, cy - radius * 0.26, radius * 0.92, radius * 0.42)
        for needle in range(13):
            angle = math.pi * (1 + (needle + rng.random()) / 13)
            reach = radius * rng.uniform(1.2, 1.5)
            tip = (cx + math.cos(angle) * reach * 1.15, cy + math.sin(angle) * reach * 0.8)
            deep.line(
                [(cx + math.cos(angle) * radius * 0.8, cy + math.sin(angle) * radius * 0.5), tip],
                max(0.8, half * 0.012),
            )
    canvas.paint(deep, dark)
    canvas.paint(lit, light, 0.72)


def pine(
    canvas: Canvas,
    x: float,
    base: float,
    size: float,
    dark: str,
    light: str,
    bark: str,
    flip: bool = False,
) -> None:
    """Paint a wind-shaped pine ``size`` units tall with layered clouds of needles."""
    rng = canvas.rng
    side = -1 if flip else 1
    spine = smooth(
        [
            (x, base),
            (x + side * 0.05 * size, base - 0.22 * size),
            (x - side * 0.05 * size, base - 0.45 * size),
            (x + side * 0.07 * size, base - 0.7 * size),
            (x + side * 0.04 * size, base - 0.93 * size),
        ]
    )
    wood = Stencil().taper(spine, size * 0.055, size * 0.014)
    pads = []
    for at, reach, wide in (
        (0.42, 0.24, 0.17),
        (0.5, -0.27, 0.2),
        (0.62, 0.27, 0.19),
        (0.73, -0.18, 0.17),
        (0.83, 0.15, 0.16),
        (0.95, 0.02, 0.16),
    ):
        root = spine[min(len(spine) - 1, round(at * 0.96 * (len(spine) - 1)))]
        tip = (
            root[0] + side * reach * size * rng.uniform(0.9, 1.1),
            root[1] - size * rng.uniform(0.03, 0.06),
        )
        knee = ((root[0] + tip[0]) / 2, (root[1] + tip[1]) / 2 + size * 0.025)
        wood.taper(smooth([root, knee, tip]), size * 0.02, size * 0.008)
        pads.append((*tip, wide * size * rng.uniform(0.9, 1.08)))
    canvas.paint(wood, bark)
    canvas.shade(wood, mix(bark, light, 0.5), -size * 0.012, 0, size * 0.006, 0.5)
    for px, py, half in pads:
        _pad(canvas, px, py, half, dark, light, rng.uniform(-0.08, 0.08))


def palm(
    canvas: Canvas, x: float, base: float, size: float, tone: str, light: str, lean: float = 0.12
) -> None:
    """Paint a coconut palm ``size`` units tall, leaning by ``lean`` of its height."""
    rng = canvas.rng
    top = (x + lean * size, base - size * 0.8)
    trunk = Stencil().taper(
        smooth([(x, base), (x + lean * size * 0.3, base - size * 0.4), top]),
        size * 0.035,
        size * 0.018,
    )
    canvas.paint(trunk, mix(tone, light, 0.2))
    leaves, lit = Stencil(), Stencil()
    for i in range(11):
        angle = -math.pi * (0.04 + 0.92 * i / 10) + rng.uniform(-0.1, 0.1)
        reach = size * rng.uniform(0.26, 0.36)
        rib = smooth(
            [
                top,
                (
                    top[0] + math.cos(angle) * reach * 0.55,
                    top[1] + math.sin(angle) * reach * 0.6 - size * 0.03,
                ),
                (
                    top[0] + math.cos(angle) * reach,
                    top[1] + math.sin(angle) * reach * 0.55 + size * 0.1,
                ),
            ],
            steps=7,
        )
        target = lit if i % 3 == 0 else leaves
        target.taper(rib, size * 0.012, size * 0.004)
        for j in range(2, len(rib), 1):
            px, py = rib[j]
            for turn in (-0.9, 0.9):
                drop = size * 0.075 * (1.15 - j / len(rib))
                target.line(
                    [
                        (px, py),
                        (
                            px + math.cos(angle + turn) * drop,
                            py + abs(math.sin(angle + turn)) * drop * 0.5 + drop * 0.6,
                        ),
                    ],
                    max(0.9, size * 0.008),
                )
    canvas.paint(leaves, tone)
    canvas.paint(lit, light, 0.9)


def blossom(
    canvas: Canvas, x: float, y: float, radius: float, petal: str, shade: str, heart: str
) -> None:
    """Paint one open five-petalled flower."""
    turn = canvas.rng.uniform(0, math.tau)
    petals, inner, stamens = Stencil(), Stencil(), Stencil()
    for i in range(5):
        angle = turn + math.tau * i / 5
        px, py = x + math.cos(angle) * radius * 0.58, y + math.sin(angle) * radius * 0.55
        petals.ellipse(px, py, radius * 0.5, radius * 0.48)
        inner.ellipse(
            x + math.cos(angle) * radius * 0.3,
            y + math.sin(angle) * radius * 0.28,
            radius * 0.24,
            radius * 0.22,
        )
        for spread in (-0.28, 0.05, 0.3):
            tip = (
                x + math.cos(angle + spread) * radius * 0.5,
                y + math.sin(angle + spread) * radius * 0.48,
            )
            stamens.line([(x, y), tip], max(0.7, radius * 0.035))
            stamens.ellipse(*tip, max(0.7, radius * 0.06))
    canvas.paint(petals, petal)
    canvas.shade(petals, shade, 0, -radius * 0.16, radius * 0.22, 0.55)
    canvas.paint(inner, shade, 0.55, blur=radius * 0.1)
    canvas.paint(stamens, heart)


def blossom_branch(
    canvas: Canvas,
    path: list[Point],
    thick: float,
    bark: str,
    petals: list[str],
    shade: str,
    heart: str,
    leaf: str,
    bloom: float,
    density: float = 1.0,
) -> None:
    """Paint a flowering branch along ``path``: twigs, buds, young leaves and open flowers.

    ``bloom`` is the radius of an open flower in units.
    """
    rng = canvas.rng
    spine = smooth(path, steps=10)
    wood = Stencil().taper(spine, thick, thick * 0.22)
    spots: list[Point] = []
    for i in range(4, len(spine) - 1, 4):
        (x0, y0), (x1, y1) = spine[i - 2], spine[i]
        heading = math.atan2(y1 - y0, x1 - x0)
        for side in (-1, 1):
            if rng.random() < 0.75:
                reach = bloom * rng.uniform(2.2, 5.5)
                angle = heading + side * rng.uniform(0.35, 0.95)
                tip = (x1 + math.cos(angle) * reach, y1 + math.sin(angle) * reach)
                bend = (
                    x1 + math.cos(angle + side * 0.3) * reach * 0.5,
                    y1 + math.sin(angle + side * 0.3) * reach * 0.5,
                )
                wood.taper(smooth([(x1, y1), bend, tip], steps=5), thick * 0.3, thick * 0.1)
                spots += [tip, bend]
        spots.append((x1, y1))
    canvas.paint(wood, bark)
    canvas.shade(wood, mix(bark, "ffffff", 0.25), 0, thick * 0.2, thick * 0.12, 0.5)
    buds, leaves = Stencil(), Stencil()
    for x, y in spots:
        for _ in range(2):
            bx, by = x + rng.gauss(0, bloom), y + rng.gauss(0, bloom)
            buds.ellipse(bx, by, bloom * rng.uniform(0.16, 0.28))
            angle = rng.uniform(-2.6, -0.5)
            lx, ly = x + rng.gauss(0, bloom * 0.8), y + rng.gauss(0, bloom * 0.8)
            reach = bloom * rng.uniform(0.6, 1.0)
            ex, ey = lx + math.cos(angle) * reach, ly + math.sin(angle) * reach
            wx, wy = -(ey - ly) * 0.18, (ex - lx) * 0.18
            leaves.poly(
                smooth(
                    [
                        (lx, ly),
                        ((lx + ex) / 2 + wx, (ly + ey) / 2 + wy),
                        (ex, ey),
                        ((lx + ex) / 2 - wx, (ly + ey) / 2 - wy),
                    ],
                    closed=True,
                    steps=4,
                )
            )
    canvas.paint(leaves, leaf, 0.9)
    canvas.paint(buds, shade)
    for x, y in spots:
        if rng.random() < 0.8 * density:
            blossom(
                canvas,
                x + rng.gauss(0, bloom * 0.3),
                y + rng.gauss(0, bloom * 0.3),
                bloom * rng.uniform(0.7, 1.1),
                rng.choice(petals),
                shade,
                heart,
            )


def grass(
    canvas: Canvas,
    left: float,
    right: float,
    base: float,
    height: float,
    tone: str,
    count: int,
    opacity: float = 0.9,
) -> None:
    """Paint ``count`` curved blades along ``base``."""
    rng = canvas.rng
    blades = Stencil()
    for _ in range(count):
        x, tall = rng.uniform(left, right), height * rng.uniform(0.4, 1.0)
        lean = rng.uniform(-0.5, 0.5) * tall
        blades.taper(
            smooth(
                [(x, base), (x + lean * 0.3, base - tall * 0.6), (x + lean, base - tall)], steps=4
            ),
            height * 0.05 + 0.6,
            0.4,
        )
    canvas.paint(blades, tone, opacity)
