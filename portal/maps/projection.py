"""Which part of the earth a picture shows, in the spherical Mercator projection."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from portal.maps.coordinates import Coordinates

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""


def mercator(latitude: float) -> float:
    """The projected height of a latitude, in degrees of longitude at the equator."""
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)))


def latitude_of(height: float) -> float:
    """The latitude whose projected height is given; the inverse of :func:`mercator`."""
    return math.degrees(2 * math.atan(math.exp(math.radians(height))) - math.pi / 2)


@dataclass(frozen=True, slots=True)
class View:
    """A rectangle of ``width`` × ``height`` user units.

    :param left: longitude of the left edge, in degrees.
    :param top: projected height of the upper edge (see :func:`mercator`).
    :param scale: user units for one degree of longitude.
    """

    left: float
    top: float
    scale: float
    width: float
    height: float

    @property
    def west(self) -> float:
        return self.left

    @property
    def east(self) -> float:
        return self.left + self.width / self.scale

    @property
    def north(self) -> float:
        return latitude_of(self.top)

    @property
    def south(self) -> float:
        return latitude_of(self.top - self.height / self.scale)

    def project(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a point falls, in user units from the upper left corner."""
        return (longitude - self.left) * self.scale, (self.top - mercator(latitude)) * self.scale

    def place(self, point: Coordinates) -> tuple[float, float]:
        """:meth:`project` for :class:`Coordinates`."""
        return self.project(float(point.lng), float(point.lat))

    def shows(self, point: Coordinates) -> bool:
        """Whether the point falls inside the rectangle."""
        x, y = self.place(point)
        return 0 <= x <= self.width and 0 <= y <= self.height

    def units_per_km(self) -> float:
        """User units for one kilometre on the ground, at the middle of the view."""
        middle = latitude_of(self.top - self.height / self.scale / 2)
        km_per_degree = math.radians(1) * EARTH_RADIUS_KM * math.cos(math.radians(middle))
        return self.scale / km_per_degree


def view_of_box(west: float, south: float, east: float, north: float, width: float) -> View:
    """The view that shows exactly a box given in degrees, at a width in user units."""
    scale = width / (east - west)
    top = mercator(north)
    return View(west, top, scale, width, (top - mercator(south)) * scale)


def fit_view(
    points: Iterable[Coordinates],
    size: tuple[float, float],
    *,
    free: tuple[float, float],
    margin: float,
    max_scale: float,
    within: tuple[float, float, float, float],
) -> View:
    """A view that shows all points.

    :param points: at least one.
    :param size: width and height in user units.
    :param free: width and height, from the upper left corner, in which the points shall fall.
    :param margin: user units kept clear around the points inside ``free``.
    :param max_scale: the closest zoom, in user units for one degree of longitude.
    :param within: west, south, east, north of what can be drawn; the view stays inside.
    """
    points = list(points)
    xs = [float(p.lng) for p in points]
    ys = [mercator(float(p.lat)) for p in points]
    width, height = size
    west, south, east, north = within[0], mercator(within[1]), within[2], mercator(within[3])
    span_x, span_y = max(xs) - min(xs), max(ys) - min(ys)
    scale = max_scale
    if span_x:
        scale = min(scale, (free[0] - 2 * margin) / span_x)
    if span_y:
        scale = min(scale, (free[1] - 2 * margin) / span_y)
    scale = max(scale, width / (east - west), height / (north - south))
    left = (max(xs) + min(xs)) / 2 - free[0] / scale / 2
    top = (max(ys) + min(ys)) / 2 + free[1] / scale / 2
    left = min(max(left, west), east - width / scale)
    top = max(min(top, north), south + height / scale)
    return View(left, top, scale, width, height)
