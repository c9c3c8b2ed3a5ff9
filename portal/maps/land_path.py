"""The outline as SVG path data."""

from __future__ import annotations

from functools import lru_cache

from portal.maps.cut_land import thin_ring
from portal.maps.land import ARCHIPELAGOS, land_rings, land_within
from portal.maps.projection import View, latitude_of

_NOWHERE = (1.0, 1.0, 0.0, 0.0)

_BEND = 20
"""How far from a corner its rounding may reach, in user units."""


# Most of the work of a map, which is drawn anew after each change, mostly of the same view.
@lru_cache(maxsize=32)
def land_path(view: View, *, tolerance: float = 0.5, smooth: bool = False) -> str:
    """Path data of the land in a view; areas overlap nowhere, so any fill rule will do.

    :param tolerance: the most by which the drawn line may stray, in user units.
    :param smooth: round the corners, for views closer than the outline's own detail.
    """
    margin = 2 * _BEND / view.scale
    south = latitude_of(view.top - view.height / view.scale - margin)
    north = latitude_of(view.top + margin)
    pieces = []
    for ring in land_within(view.west - margin, south, view.east + margin, north):
        points = [view.project(x, y) for x, y in ring]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        if max(xs) - min(xs) < 2 * tolerance and max(ys) - min(ys) < 2 * tolerance:
            continue
        points = thin_ring(points, tolerance, _NOWHERE)
        if smooth:
            points = _with_stops(points)
        if len(points) >= 3:
            pieces.append(_smooth(points) if smooth else _straight(points))
    return "".join(pieces)


@lru_cache(maxsize=32)
def islet_points(view: View) -> tuple[tuple[float, float], ...]:
    """Where the islets of the archipelagos lie in a view that is too wide to show their shape."""
    found = []
    for archipelago in ARCHIPELAGOS:
        west, south, east, north = archipelago.box
        for ring in land_rings():
            x = sum(p[0] for p in ring) / len(ring)
            y = sum(p[1] for p in ring) / len(ring)
            if west <= x <= east and south <= y <= north:
                at_x, at_y = view.project(x, y)
                if 0 <= at_x <= view.width and 0 <= at_y <= view.height:
                    found.append((round(at_x, 1), round(at_y, 1)))
    return tuple(found)


def _straight(points) -> str:
    steps, previous = [], None
    for x, y in points:
        x, y = round(x, 1), round(y, 1)
        if previous is None:
            steps.append(f"M{x:g} {y:g}l")
        else:
            steps.append(f"{x - previous[0]:.1f} {y - previous[1]:.1f} ")
        previous = (x, y)
    return _short("".join(steps).rstrip()) + "z"


def _with_stops(points):
    """Add points near the ends of long sides, so that rounding stays close to the corners."""
    stopped = []
    for start, end in zip(points, [*points[1:], points[0]], strict=True):
        stopped.append(start)
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = (dx * dx + dy * dy) ** 0.5
        if length > 3 * _BEND:
            share = _BEND / length
            stopped.append((start[0] + dx * share, start[1] + dy * share))
            stopped.append((end[0] - dx * share, end[1] - dy * share))
    return stopped


def _smooth(points) -> str:
    """Quadratic curves through the middles of the sides, with the corners as control points."""
    middles = [
        ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        for a, b in zip(points, [*points[1:], points[0]], strict=True)
    ]
    x, y = (round(value, 1) for value in middles[-1])
    steps = [f"M{x:g} {y:g}q"]
    for corner, middle in zip(points, middles, strict=True):
        to = round(middle[0], 1), round(middle[1], 1)
        steps.append(f"{corner[0] - x:.1f} {corner[1] - y:.1f} {to[0] - x:.1f} {to[1] - y:.1f} ")
        x, y = to
    return _short("".join(steps).rstrip()) + "z"


def _short(path: str) -> str:
    return path.replace(".0", "").replace("-0 ", "0 ").replace(" -", "-").replace("-0.", "-.")
