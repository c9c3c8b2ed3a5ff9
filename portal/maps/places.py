"""What the map room needs to know of a place; any model or plain object will do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from portal.maps.coordinates import Coordinates

# Control characters, and what else XML 1.0 forbids: nothing that leaves the room may hold them.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@runtime_checkable
class Place(Protocol):
    """A named point.

    Required: ``name``; and ``coordinates`` (a :class:`Coordinates` or None) or the pair
    ``latitude`` and ``longitude``. Read where present: ``address``, ``phone``, ``email``,
    ``url``, ``note`` (all text), and ``zoom`` (how near the interactive map begins, 0 to 22).
    """

    name: str


@dataclass(frozen=True)
class PlainPlace:
    """A :class:`Place` that isn't a model row."""

    name: str
    coordinates: Coordinates | None = None
    address: str = ""
    phone: str = ""
    email: str = ""
    url: str = ""
    note: str = ""


def position(place: Any) -> Coordinates | None:
    """Where the place is, or None when nobody has said."""
    point = getattr(place, "coordinates", None)
    if point is not None:
        return point
    latitude, longitude = getattr(place, "latitude", None), getattr(place, "longitude", None)
    if latitude is None or longitude is None:
        return None
    return Coordinates(latitude, longitude)


def located(places: Iterable[Any]) -> list[tuple[int, Any, Coordinates]]:
    """The places that have a point, each with its number in the whole list, counted from 1."""
    numbered = ((number, place, position(place)) for number, place in enumerate(places, start=1))
    return [(number, place, point) for number, place, point in numbered if point is not None]


def text_of(place: Any, attribute: str) -> str:
    """An attribute's text as :func:`one_line`, or "" where the place has none."""
    return one_line(str(getattr(place, attribute, "") or ""))


def one_line(text: str) -> str:
    """The text with single spaces between its words and without control characters."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())
