"""What shines at night: stars, lamps and fireworks."""

from __future__ import annotations

import math

from .canvas import Canvas
from .colour import Ramp, mix
from .stencil import Point, Stencil


def stars(canvas: Canvas, bottom: float, count: int) -> None:
    """Paint ``count`` stars above ``bottom``, most of them near the top."""
    rng = canvas.rng
    faint, bright = Stencil(), Stencil()
    for i in range(count):
        x, y = rng.uniform(0, canvas.width), bottom * rng.random() ** 1.3
        (bright if i % 6 == 0 else faint).ellipse(x, y, rng.uniform(0.7, 1.5))
    canvas.paint(faint, "cfd9e6", 0.55)
    canvas.paint(bright, "fff6df", 0.95)


def lamps(
    canvas: Canvas, spots: list[Point], radius: float, tone: str = "ffc46b", glow: float = 0.6
) -> None:
    """Paint a lamp in a halo of ``tone`` at each of the ``spots``."""
    halo, core = Stencil(), Stencil()
    for x, y in spots:
        halo.ellipse(x, y, radius * 2.6)
        core.ellipse(x, y, radius)
    canvas.paint(halo, tone, glow, blur=radius * 2.2, mode="screen")
    canvas.paint(core, "fff1cf")


def burst(
    canvas: Canvas,
    x: float,
    y: float,
    radius: float,
    tone: str,
    core: str,
    rays: int,
    droop: float = 0.14,
) -> None:
    """Paint one firework: rays that thin, brighten and fall at their ends."""
    rng = canvas.rng
    trails, sparks = Stencil(), Stencil()
    for ring, share in ((rays, 1.0), (rays * 2 // 3, 0.66), (rays // 2, 0.36)):
        for i in range(ring):
            angle = math.tau * (i + rng.uniform(-0.2, 0.2)) / ring
            reach = radius * share * rng.uniform(0.88, 1.06)
            path = []
            for step in range(9):
                t = 0.22 + 0.78 * step / 8
                path.append(
                    (
                        x + math.cos(angle) * reach * t,
                        y + math.sin(angle) * reach * t + droop * radius * t * t,
                    )
                )
            trails.taper(path, radius * 0.006 + 0.5, radius * 0.013 + 1.0)
            sparks.ellipse(*path[-1], radius * 0.011 + 1.1)
            if rng.random() < 0.5:
                sparks.ellipse(
                    path[-1][0] + rng.uniform(-8, 8), path[-1][1] + rng.uniform(4, 16), 1.2
                )
    canvas.glow(x, y, radius * 1.35, tone, 0.34, mode="screen")
    canvas.paint(trails, tone, 0.8, blur=3.2, mode="screen")
    canvas.paint(trails, Ramp([(0, mix(tone, core, 0.5)), (1, tone)]), 0.9)
    canvas.paint(sparks, core)
    canvas.glow(x, y + radius * 0.02, radius * 0.26, core, 0.75, mode="screen")
