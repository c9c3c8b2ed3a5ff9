"""Colours, their mixtures and the ramps that shapes are filled with."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

Colour = tuple[int, int, int]


def rgb(code: str | Colour) -> Colour:
    """Return the colour written as six hexadecimal digits; a ready triple passes through."""
    if isinstance(code, tuple):
        return code
    code = code.lstrip("#")
    return (int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16))


def mix(first: str | Colour, second: str | Colour, share: float) -> Colour:
    """Mix two colours; ``share`` (0 to 1) is the part of the second one."""
    share = min(1.0, max(0.0, share))
    return tuple(round(a + (b - a) * share) for a, b in zip(rgb(first), rgb(second), strict=True))  # type: ignore[return-value]


def smoothstep(value: float) -> float:
    """Ease 0..1 to 0..1 with level ends, so that ramps show no Mach bands."""
    value = min(1.0, max(0.0, value))
    return value * value * (3.0 - 2.0 * value)


@dataclass(frozen=True)
class Ramp:
    """A gradient fill: ``stops`` are (position 0..1, colour).

    ``start`` and ``end`` are the design coordinates of positions 0 and 1 on ``axis`` ("x" or "y");
    without them the ramp spans the filled shape.
    """

    stops: Sequence[tuple[float, str | Colour]]
    axis: str = "y"
    start: float | None = None
    end: float | None = None

    def colour_at(self, position: float) -> Colour:
        """Return the colour at ``position`` (0 to 1, clamped)."""
        stops = self.stops
        if position <= stops[0][0]:
            return rgb(stops[0][1])
        for (low, first), (high, second) in itertools.pairwise(stops):
            if position <= high:
                span = (high - low) or 1.0
                share = (position - low) / span
                return mix(first, second, 0.5 * share + 0.5 * smoothstep(share))
        return rgb(stops[-1][1])

    def image(self, box: tuple[int, int, int, int], scale: float) -> Image.Image:
        """Return the ramp over the pixel ``box``; ``scale`` is pixels per design unit."""
        left, top, right, bottom = box
        vertical = self.axis == "y"
        first, last = (top, bottom) if vertical else (left, right)
        start = first if self.start is None else self.start * scale
        end = last if self.end is None else self.end * scale
        span = (end - start) or 1.0
        colours = [self.colour_at((first + i + 0.5 - start) / span) for i in range(last - first)]
        data = bytes(channel for colour in colours for channel in colour)
        strip = Image.frombytes("RGB", (1, len(colours)) if vertical else (len(colours), 1), data)
        return strip.resize((right - left, bottom - top), Image.Resampling.NEAREST)
