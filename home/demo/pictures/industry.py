"""Works at the water: ship-loading cranes, chimneys and their smoke."""

from __future__ import annotations

from .canvas import Canvas
from .colour import Ramp, mix
from .lights import lamps
from .stencil import Point, Stencil


def crane(canvas: Canvas, x: float, base: float, size: float, tone: str, flip: bool) -> None:
    """Paint a ship-loading crane: portal legs, a raised boom and its stays."""
    side = -1 if flip else 1
    frame = Stencil()

    def at(px: float, py: float) -> Point:
        return (x + side * px * size, base - py * size)

    for path, wide in (
        ([at(-0.12, 0), at(-0.07, 0.5)], 0.022),
        ([at(0.12, 0), at(0.07, 0.5)], 0.022),
        ([at(-0.1, 0.22), at(0.1, 0.22)], 0.016),
        ([at(-0.1, 0.22), at(0.07, 0.5)], 0.01),
        ([at(0.1, 0.22), at(-0.07, 0.5)], 0.01),
        ([at(-0.3, 0.53), at(0.2, 0.53)], 0.03),
        ([at(0.0, 0.53), at(0.0, 0.9)], 0.018),
        ([at(0.18, 0.54), at(0.72, 0.82)], 0.02),
        ([at(0.0, 0.9), at(0.72, 0.82)], 0.006),
        ([at(0.0, 0.9), at(0.42, 0.67)], 0.006),
        ([at(0.0, 0.9), at(-0.3, 0.54)], 0.008),
        ([at(0.68, 0.8), at(0.68, 0.45)], 0.005),
    ):
        frame.line(path, wide * size)
    frame.poly([at(-0.1, 0.52), at(-0.1, 0.64), at(0.07, 0.64), at(0.1, 0.52)])
    for i in range(6):
        a, b = at(0.2 + i * 0.085, 0.55 + i * 0.044), at(0.24 + i * 0.085, 0.61 + i * 0.04)
        frame.line([a, b, at(0.285 + i * 0.085, 0.594 + i * 0.044)], 0.005 * size)
    frame.line([at(0.2, 0.58), at(0.7, 0.84)], 0.007 * size)
    canvas.paint(frame, tone)
    lamps(canvas, [at(0, 0.9), at(0.72, 0.82), at(-0.04, 0.6)], 0.007 * size, "ff7a55", 0.7)


def chimney(canvas: Canvas, x: float, base: float, tall: float, wide: float, tone: str) -> None:
    """Paint a chimney with red bands and a warning lamp, ``tall`` units above ``base``."""
    stack = Stencil().poly(
        [
            (x - wide, base),
            (x - wide * 0.55, base - tall),
            (x + wide * 0.55, base - tall),
            (x + wide, base),
        ]
    )
    canvas.paint(stack, Ramp([(0, tone), (0.6, mix(tone, "6d7f95", 0.5)), (1, tone)], axis="x"))
    bands = Stencil()
    for low in (0.02, 0.14):
        half = wide * (0.57 + 0.45 * low)
        bands.rect(x - half, base - tall * (1 - low), x + half, base - tall * (0.94 - low))
    canvas.paint(bands, "b5483c", 0.75)
    lamps(canvas, [(x, base - tall - 2)], 2.6, "ff5a44", 0.8)


def smoke(canvas: Canvas, x: float, y: float, drift: float, rise: float, tone: str) -> None:
    """Paint a plume that widens from (x, y) while it drifts and rises."""
    plume = Stencil()
    for i in range(16):
        share = i / 15
        plume.ellipse(
            x + drift * share**1.25, y - rise * share**0.7, 7 + 46 * share, (6 + 30 * share)
        )
    canvas.paint(plume, tone, 0.42, blur=14, texture=canvas.noise("smoke", (120, 70), 0.1, 0.8, 4))
