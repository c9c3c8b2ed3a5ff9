"""The area a portal may mark places in and show on its maps.

Set ``PORTAL_MAP_BOUNDS`` to a mapping with the keys of :class:`MapBounds`, for example a province:
``{"west": 106.4, "south": 20.6, "east": 108.2, "north": 21.8, "name": "Quảng Ninh"}``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.maps.coordinates import Coordinates, CoordinatesError


@dataclass(frozen=True, slots=True)
class MapBounds:
    """A box in WGS 84 degrees, with the name a message gives it."""

    west: float
    south: float
    east: float
    north: float
    name: Any = ""

    def __post_init__(self):
        if not (-180 <= self.west < self.east <= 180 and -90 <= self.south < self.north <= 90):
            raise ValueError("Map bounds need west < east and south < north, in degrees.")

    def __contains__(self, point: Coordinates) -> bool:
        return (
            self.west <= float(point.lng) <= self.east
            and self.south <= float(point.lat) <= self.north
        )

    def as_list(self) -> list[list[float]]:
        """``[[south, west], [north, east]]``, as map scripts want it."""
        return [[self.south, self.west], [self.north, self.east]]


VIETNAM = MapBounds(102.0, 6.0, 118.0, 24.0, _("Viet Nam and its sea"))
"""Mainland, Biển Đông and both archipelagos: the area used where the settings name none."""


def map_bounds() -> MapBounds:
    """The area from ``PORTAL_MAP_BOUNDS``, or :data:`VIETNAM`.

    :raises ValueError: when the setting is no proper box.
    :raises TypeError: when the setting has other keys than :class:`MapBounds`.
    """
    configured = getattr(settings, "PORTAL_MAP_BOUNDS", None)
    if configured is None:
        return VIETNAM
    return configured if isinstance(configured, MapBounds) else MapBounds(**configured)


def check_within(point: Coordinates, bounds: MapBounds | None = None) -> None:
    """Accept a point of the area, refuse any other.

    :param bounds: the area; by default the configured one.
    :raises CoordinatesError: code ``outside``, naming the area and the point as it was read.
    """
    bounds = bounds or map_bounds()
    if point in bounds:
        return
    raise CoordinatesError(
        _("This point (%(point)s) lies outside %(area)s. Check the numbers and their order."),
        code="outside",
        params={
            "point": point.as_dms(get_language() or "en"),
            "area": bounds.name or _("the area of this portal"),
        },
    )
