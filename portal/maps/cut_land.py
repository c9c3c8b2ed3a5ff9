"""Cut the portal's land outline from the ``land-10m.json`` of the npm package ``world-atlas``.

Run by hand when the cut is to be renewed::

    python -m portal.maps.cut_land land-10m.json portal/maps/data/land.json.gz

The source is Natural Earth's 1:10m land polygons (public domain) as TopoJSON. Only the *land* file
may be used: the package's *countries* file assigns the islands of Biển Đông to owners. Everything
inside :data:`FULL_DETAIL` is kept as it is; around it, up to :data:`CUT`, the outline is thinned.
"""

from __future__ import annotations

import gzip
import json
import sys
from itertools import pairwise
from pathlib import Path

CUT = (92.0, 3.0, 126.0, 27.0)
"""West, south, east, north of the kept area, in degrees."""

FULL_DETAIL = (100.0, 5.0, 120.0, 25.0)
"""West, south, east, north of the area kept in full detail, in degrees."""

TOLERANCE = 0.02
"""The most by which the thinned outline may stray outside :data:`FULL_DETAIL`, in degrees."""

Ring = list[tuple[float, float]]


def decode_rings(topology: dict) -> list[Ring]:
    """All rings of the ``land`` object, on the topology's integer grid (TopoJSON 1.0, §2.1.4)."""
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x, y))
        arcs.append(points)
    rings = []
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for indexes in polygon:
                ring: Ring = []
                for index in indexes:
                    arc = arcs[index] if index >= 0 else arcs[~index][::-1]
                    ring.extend(arc[1:] if ring else arc)
                rings.append(ring)
    return rings


def clip_ring(ring: Ring, west: float, south: float, east: float, north: float) -> Ring:
    """The part of a closed ring inside a box (Sutherland and Hodgman, 1974)."""
    sides = (
        (lambda p: p[0] >= west, 0, west),
        (lambda p: p[0] <= east, 0, east),
        (lambda p: p[1] >= south, 1, south),
        (lambda p: p[1] <= north, 1, north),
    )
    for inside, axis, limit in sides:
        kept: Ring = []
        for start, end in zip(ring, [*ring[1:], ring[0]] if ring else [], strict=True):
            if inside(start):
                kept.append(start)
            if inside(start) != inside(end):
                kept.append(_crossing(start, end, axis, limit))
        ring = kept
    return ring


def thin_ring(ring: Ring, tolerance: float, keep: tuple[float, float, float, float]) -> Ring:
    """Drop points that lie within ``tolerance`` of the outline (Douglas and Peucker, 1973).

    Points inside the box ``keep`` always stay.
    """
    if len(ring) < 4:
        return ring
    fixed = [i for i, p in enumerate(ring) if _in_box(p, keep)]
    stops = sorted({0, len(ring) - 1, *fixed})
    chosen = set(stops)
    spans = [(a, b) for a, b in pairwise(stops) if b - a > 1]
    while spans:
        first, last = spans.pop()
        distance, index = max(
            (_distance(ring[i], ring[first], ring[last]), i) for i in range(first + 1, last)
        )
        if distance > tolerance:
            chosen.add(index)
            spans += [(a, b) for a, b in ((first, index), (index, last)) if b - a > 1]
    return [ring[i] for i in sorted(chosen)]


def cut(topology: dict) -> dict:
    """The stored form: ``scale`` and ``translate`` of the grid, and delta-coded integer rings."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]

    def to_grid(box):
        x = [(box[i] - translate[0]) / scale[0] for i in (0, 2)]
        y = [(box[i] - translate[1]) / scale[1] for i in (1, 3)]
        return x[0], y[0], x[1], y[1]

    box, detail = to_grid(CUT), to_grid(FULL_DETAIL)
    rings = []
    for ring in decode_rings(topology):
        if ring[0] == ring[-1]:
            ring = ring[:-1]
        ring = thin_ring(clip_ring(ring, *box), TOLERANCE / scale[0], detail)
        if len(ring) >= 3:
            rings.append(_deltas([(round(x), round(y)) for x, y in ring]))
    return {"scale": scale, "translate": translate, "bounds": CUT, "rings": rings}


def _crossing(start, end, axis, limit):
    share = (limit - start[axis]) / (end[axis] - start[axis])
    other = start[1 - axis] + share * (end[1 - axis] - start[1 - axis])
    return (limit, other) if axis == 0 else (other, limit)


def _in_box(point, box):
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _distance(point, start, end):
    dx, dy = end[0] - start[0], end[1] - start[1]
    px, py = point[0] - start[0], point[1] - start[1]
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, (px * dx + py * dy) / length)) if length else 0.0
    return ((px - along * dx) ** 2 + (py - along * dy) ** 2) ** 0.5


def _deltas(ring):
    flat, previous = [], (0, 0)
    for point in ring:
        flat += [point[0] - previous[0], point[1] - previous[1]]
        previous = point
    return flat


def main(source: str, target: str) -> None:
    """Read the TopoJSON file ``source`` and write the gzipped cut to ``target``."""
    stored = json.dumps(cut(json.loads(Path(source).read_text())), separators=(",", ":"))
    # mtime=0 keeps the file the same, byte for byte, each time it is made.
    Path(target).write_bytes(gzip.compress(stored.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
