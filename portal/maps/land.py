"""The land outline around Việt Nam and the names that belong on its sea.

The outline (``data/land.json.gz``, see the NOTICE beside it) knows land and water only: it holds no
border and no owner of any island. The two archipelagos are named by the portal itself.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.maps.coordinates import Coordinates
from portal.maps.cut_land import clip_ring

ATTRIBUTION = "Natural Earth"
"""The source of the outline; its data are in the public domain."""

EAST_SEA_NAME = _("East Sea")
EAST_SEA_ANCHOR = Coordinates("13.2", "113.2")
COUNTRY_NAME = _("Viet Nam")

_FILE = Path(__file__).parent / "data" / "land.json.gz"

Ring = list[tuple[float, float]]
"""Longitude and latitude in degrees; closed without repeating the first point."""


@dataclass(frozen=True, slots=True)
class Archipelago:
    """A group of islands that is too small to be seen, and is therefore named.

    :param key: a stable identifier.
    :param name: its translatable name.
    :param anchor: the middle of the group.
    :param below: the latitude, in degrees, below which its name is clear of its islets.
    :param box: west, south, east, north around its islets, in degrees.
    """

    key: str
    name: Any
    anchor: Coordinates
    below: float
    box: tuple[float, float, float, float]


ARCHIPELAGOS = (
    Archipelago(
        "hoang-sa",
        _("Hoàng Sa archipelago (Viet Nam)"),
        Coordinates("16.5", "112.0"),
        15.6,
        (111.0, 15.6, 113.0, 17.3),
    ),
    Archipelago(
        "truong-sa",
        _("Trường Sa archipelago (Viet Nam)"),
        Coordinates("10.2", "114.4"),
        9.5,
        (111.5, 6.8, 116.5, 12.0),
    ),
)


@lru_cache(maxsize=1)
def land_bounds() -> tuple[float, float, float, float]:
    """West, south, east, north of the outline that is held, in degrees."""
    return tuple(_stored()["bounds"])


@lru_cache(maxsize=1)
def land_rings() -> tuple[tuple[tuple[float, float], ...], ...]:
    """Every ring of the outline, as (longitude, latitude) in degrees."""
    stored = _stored()
    (scale_x, scale_y), (left, bottom) = stored["scale"], stored["translate"]
    rings = []
    for flat in stored["rings"]:
        x = y = 0
        ring = []
        for dx, dy in zip(flat[::2], flat[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x * scale_x + left, y * scale_y + bottom))
        rings.append(tuple(ring))
    return tuple(rings)


def land_within(west: float, south: float, east: float, north: float) -> list[Ring]:
    """The land inside a box given in degrees, as rings clipped to the box."""
    clipped = []
    for ring, (left, bottom, right, top) in zip(land_rings(), _ring_boxes(), strict=True):
        if right < west or left > east or top < south or bottom > north:
            continue
        if west <= left and right <= east and south <= bottom and top <= north:
            clipped.append(list(ring))
            continue
        part = clip_ring(list(ring), west, south, east, north)
        if len(part) >= 3:
            clipped.append(part)
    return clipped


def land_geojson(west: float, south: float, east: float, north: float) -> dict:
    """The land inside a box as one GeoJSON MultiPolygon feature (RFC 7946), to 4 decimals."""
    polygons = []
    for ring in land_within(west, south, east, north):
        points = [[round(x, 4), round(y, 4)] for x, y in ring]
        polygons.append([[*points, points[0]]])
    return {
        "type": "Feature",
        "properties": {"attribution": ATTRIBUTION},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }


@lru_cache(maxsize=1)
def _ring_boxes() -> tuple[tuple[float, float, float, float], ...]:
    boxes = []
    for ring in land_rings():
        xs, ys = [p[0] for p in ring], [p[1] for p in ring]
        boxes.append((min(xs), min(ys), max(xs), max(ys)))
    return tuple(boxes)


def _stored() -> dict:
    return json.loads(gzip.decompress(_FILE.read_bytes()))
