"""Stencils: shapes recorded in design units and cut out, smooth-edged, at any size."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from random import Random

from PIL import Image, ImageDraw

Point = tuple[float, float]
#: Edges are cut at this many times the final size and averaged down.
OVERSAMPLE = 2


def smooth(points: Sequence[Point], closed: bool = False, steps: int = 8) -> list[Point]:
    """Return a Catmull-Rom curve through ``points``, ``steps`` segments between neighbours."""
    count = len(points)
    if count < 3:
        return list(points)
    curve: list[Point] = []
    for i in range(count if closed else count - 1):
        if closed:
            p0, p1, p2, p3 = (points[(i + j - 1) % count] for j in range(4))
        else:
            p0, p1 = points[max(i - 1, 0)], points[i]
            p2, p3 = points[i + 1], points[min(i + 2, count - 1)]
        for step in range(steps):
            t = step / steps
            t2, t3 = t * t, t * t * t
            curve.append(
                tuple(
                    0.5
                    * (
                        2 * b
                        + (c - a) * t
                        + (2 * a - 5 * b + 4 * c - d) * t2
                        + (3 * b - a - 3 * c + d) * t3
                    )
                    for a, b, c, d in zip(p0, p1, p2, p3, strict=True)
                )  # type: ignore[arg-type]
            )
    if not closed:
        curve.append(points[-1])
    return curve


def place(
    points: Iterable[Point],
    x: float,
    y: float,
    size: float = 1.0,
    flip: bool = False,
    turn: float = 0.0,
) -> list[Point]:
    """Move ``points`` to (x, y) after scaling by ``size``, mirroring, and turning by radians."""
    cos, sin, side = math.cos(turn), math.sin(turn), -size if flip else size
    return [
        (x + (px * side) * cos - (py * size) * sin, y + (px * side) * sin + (py * size) * cos)
        for px, py in points
    ]


def crag(rng: Random, levels: int, roughness: float = 0.5) -> list[float]:
    """Return 2**levels + 1 heights by midpoint displacement, within about -1 to 1."""
    heights = [0.0, 0.0]
    reach = 1.0
    for _ in range(levels):
        finer = []
        for a, b in itertools.pairwise(heights):
            finer += [a, (a + b) / 2 + rng.uniform(-reach, reach)]
        heights = [*finer, heights[-1]]
        reach *= roughness
    return heights


def ridge(
    rng: Random,
    left: float,
    right: float,
    level: float,
    height: float,
    levels: int = 7,
    roughness: float = 0.52,
) -> list[Point]:
    """Return a mountain line from ``left`` to ``right`` about ``level``, ``height`` units tall."""
    heights = crag(rng, levels, roughness)
    step = (right - left) / (len(heights) - 1)
    return [(left + i * step, level - h * height) for i, h in enumerate(heights)]


class Stencil:
    """A set of filled shapes, in design units, that a canvas can paint through.

    Each method adds one shape and returns the stencil; ``value`` 0 cuts a hole instead of filling.
    """

    def __init__(self) -> None:
        self._strokes: list[tuple] = []
        self._extent = [math.inf, math.inf, -math.inf, -math.inf]

    def _grow(self, points: Iterable[Point], margin: float = 0.0) -> None:
        extent = self._extent
        for x, y in points:
            extent[0] = min(extent[0], x - margin)
            extent[1] = min(extent[1], y - margin)
            extent[2] = max(extent[2], x + margin)
            extent[3] = max(extent[3], y + margin)

    def poly(self, points: Sequence[Point], value: int = 255) -> Stencil:
        self._grow(points)
        self._strokes.append(("poly", points, value))
        return self

    def blob(self, points: Sequence[Point], value: int = 255, steps: int = 8) -> Stencil:
        """Fill the closed smooth curve through ``points``."""
        return self.poly(smooth(points, closed=True, steps=steps), value)

    def ellipse(
        self, x: float, y: float, rx: float, ry: float | None = None, value: int = 255
    ) -> Stencil:
        ry = rx if ry is None else ry
        self._grow([(x - rx, y - ry), (x + rx, y + ry)])
        self._strokes.append(("ellipse", (x - rx, y - ry, x + rx, y + ry), value))
        return self

    def rect(self, x0: float, y0: float, x1: float, y1: float, value: int = 255) -> Stencil:
        return self.poly([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], value)

    def line(self, points: Sequence[Point], width: float, value: int = 255) -> Stencil:
        """Draw a polyline ``width`` units wide with rounded joints and ends."""
        self._grow(points, width)
        self._strokes.append(("line", points, width, value))
        return self

    def taper(self, points: Sequence[Point], start: float, end: float) -> Stencil:
        """Draw a brush stroke along ``points`` whose width runs from ``start`` to ``end``."""
        left, right, count = [], [], len(points)
        for i, (x, y) in enumerate(points):
            ax, ay = points[max(i - 1, 0)]
            bx, by = points[min(i + 1, count - 1)]
            length = math.hypot(bx - ax, by - ay) or 1.0
            half = (start + (end - start) * i / max(count - 1, 1)) / 2
            nx, ny = -(by - ay) / length * half, (bx - ax) / length * half
            left.append((x + nx, y + ny))
            right.append((x - nx, y - ny))
        self.poly(left + right[::-1])
        return self.ellipse(*points[0], start / 2) if start > 3 else self

    def cut(
        self, scale: float, size: tuple[int, int], margin: float = 0.0
    ) -> tuple[Image.Image, int, int] | None:
        """Return (mask, left, top) in pixels clipped to ``size``; None when nothing is inside."""
        if not self._strokes:
            return None
        x0 = max(0, math.floor((self._extent[0] - margin) * scale) - 1)
        y0 = max(0, math.floor((self._extent[1] - margin) * scale) - 1)
        x1 = min(size[0], math.ceil((self._extent[2] + margin) * scale) + 1)
        y1 = min(size[1], math.ceil((self._extent[3] + margin) * scale) + 1)
        if x1 <= x0 or y1 <= y0:
            return None
        k = scale * OVERSAMPLE
        ox, oy = x0 * OVERSAMPLE, y0 * OVERSAMPLE
        mask = Image.new("L", ((x1 - x0) * OVERSAMPLE, (y1 - y0) * OVERSAMPLE), 0)
        pen = ImageDraw.Draw(mask)
        for kind, shape, *rest in self._strokes:
            if kind == "poly":
                pen.polygon([(x * k - ox, y * k - oy) for x, y in shape], fill=rest[0])
            elif kind == "ellipse":
                a, b, c, d = shape
                pen.ellipse((a * k - ox, b * k - oy, c * k - ox, d * k - oy), fill=rest[0])
            else:
                width, value = rest
                thick = max(1, round(width * k))
                path = [(x * k - ox, y * k - oy) for x, y in shape]
                pen.line(path, fill=value, width=thick, joint="curve")
                if thick > 3:
                    for x, y in (path[0], path[-1]):
                        half = thick / 2
                        pen.ellipse((x - half, y - half, x + half, y + half), fill=value)
        return mask.reduce(OVERSAMPLE), x0, y0
