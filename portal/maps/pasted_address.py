"""Points held in addresses copied from map services, and in ``geo:`` addresses (RFC 5870).

No address is ever opened: only its text is read.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, unquote_plus, urlsplit

from django.utils.translation import gettext_lazy as _

from portal.maps.coordinates import (
    Coordinates,
    CoordinatesError,
    from_degrees,
    parse_written,
    unreadable,
)

_D = r"([+-]?[0-9]{1,3}(?:\.[0-9]+)?)"
# What may follow is an altitude or a label, so that "12,14 Lê Lợi" stays a street.
_PAIR = re.compile(rf"\s*(?:loc:)?\s*{_D}\s*,\s*{_D}(?=\s*(?:$|[,(]))")
_WITH_SCHEME = re.compile(r"(?:https?://|geo:)\S+", re.IGNORECASE)
_WITHOUT_SCHEME = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE)

# The marked place in a Google Maps address, then the middle of the view.
_GOOGLE_PIN = re.compile(rf"!3d{_D}!4d{_D}")
_GOOGLE_VIEW = re.compile(rf"/@{_D},{_D}(?:,|$)")
# A named stop of directions: longitude, then latitude.
_GOOGLE_STOP = re.compile(rf"!1d{_D}!2d{_D}")
_HASH_MAP = re.compile(rf"map=[0-9.]+/{_D}/{_D}")
_BING_POINT = re.compile(rf"point\.{_D}_{_D}")
_BING_VIEW = re.compile(rf"{_D}~{_D}")

# Query keys that hold "lat,lng", the marked place before the view.
_PAIR_KEYS = (
    "q", "query", "destination", "daddr", "coordinate", "to", "ll", "sll", "center", "cp",
)  # fmt: skip

_SHORT_HOSTS = {
    "maps.app.goo.gl",
    "goo.gl",
    "g.co",
    "g.page",
    "maps.apple",
    "osm.org",
    "binged.it",
    "bit.ly",
    "tinyurl.com",
    "t.co",
    "zalo.me",
}


def find_address(text: str) -> str | None:
    """The first web or ``geo:`` address in the text, or None when there is none."""
    match = _WITH_SCHEME.search(text) or _WITHOUT_SCHEME.match(text)
    return match[0] if match else None


def parse_address(address: str) -> Coordinates:
    """Read the point that an address holds.

    :param address: a ``geo:`` address or a web address, with or without its scheme.
    :raises CoordinatesError: ``short_link`` or ``no_coordinates`` when it holds no point,
        ``reference_system`` for a ``geo:`` address that isn't WGS 84.
    """
    if address.lower().startswith("geo:"):
        return _parse_geo(address)
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
    except ValueError as error:
        raise unreadable() from error
    found = _from_query(parts.query) or _from_path(parts.path) or _from_fragment(parts.fragment)
    if found:
        return found
    if (parts.hostname or "").removeprefix("www.") in _SHORT_HOSTS:
        raise CoordinatesError(
            _(
                "This short link holds no coordinates. Open it, wait until the map appears, "
                "and copy the full address from there."
            ),
            code="short_link",
        )
    raise CoordinatesError(
        _(
            "This address holds no coordinates. Mark the place on the map, then copy the full "
            "address or the coordinates themselves."
        ),
        code="no_coordinates",
    )


def _from_query(query: str) -> Coordinates | None:
    values = {key: given[0] for key, given in parse_qs(query).items()}
    pin = _GOOGLE_PIN.findall(unquote(query))
    if pin:
        return from_degrees(*pin[-1])
    if "mlat" in values and "mlon" in values:
        return _pair(f"{values['mlat']},{values['mlon']}")
    bing = _BING_POINT.search(values.get("sp", ""))
    if bing:
        return from_degrees(bing[1], bing[2])
    values["to"] = values.get("to") or values.get("route", "").rpartition(";")[2]
    for key in _PAIR_KEYS:
        value = values.get(key, "")
        found = _pair(value) or _pair(value.replace("~", ","))
        if found:
            return found
        if "°" in value:
            return parse_written(value)
    if "lat" in values:
        longitude = values.get("lng") or values.get("lon") or ""
        return _pair(f"{values['lat']},{longitude}")
    return None


def _from_path(path: str) -> Coordinates | None:
    path = unquote_plus(path)
    if "/dir/" in path:
        return _from_directions(path.partition("/dir/")[2])
    pins = _GOOGLE_PIN.findall(path)
    if pins:
        return from_degrees(*pins[-1])
    for segment in path.split("/"):
        if segment.startswith("@"):
            continue
        found = _pair(segment, whole=True)
        if found:
            return found
        if "°" in segment:
            return parse_written(segment)
    view = _GOOGLE_VIEW.search(path)
    return from_degrees(view[1], view[2]) if view else None


def _from_directions(path: str) -> Coordinates | None:
    """The last stop: neither where the way begins nor the middle of the view is meant."""
    written, *rest = re.split(r"/(?=@|data=)", path, maxsplit=1)
    stops = [stop for stop in written.split("/") if stop]
    if not stops:
        return None
    if "°" in stops[-1]:
        return parse_written(stops[-1])
    found = _pair(stops[-1], whole=True)
    named = [stop for stop in stops if not _PAIR.fullmatch(stop) and "°" not in stop]
    ends = _GOOGLE_STOP.findall("".join(rest))
    if found is None and len(ends) >= len(named):
        longitude, latitude = ends[-1]
        return from_degrees(latitude, longitude)
    return found


def _from_fragment(fragment: str) -> Coordinates | None:
    match = _HASH_MAP.search(fragment)
    return from_degrees(match[1], match[2]) if match else None


def _pair(text: str, *, whole: bool = False) -> Coordinates | None:
    match = _PAIR.fullmatch(text) if whole else _PAIR.match(text)
    return from_degrees(match[1], match[2]) if match else None


def _parse_geo(address: str) -> Coordinates:
    body, _mark, query = address[4:].partition("?")
    point, *parameters = body.split(";")
    for parameter in parameters:
        name, _equals, value = parameter.partition("=")
        if name.lower() == "crs" and value.lower() != "wgs84":
            raise CoordinatesError(
                _("Only WGS 84 coordinates can be used; this address names another system."),
                code="reference_system",
            )
    found = _pair(point)
    # Android writes geo:0,0?q=lat,lng(label) when a place has been marked.
    if found is None or (query and found.lat == found.lng == 0):
        found = _pair(parse_qs(query).get("q", [""])[0])
    if found is None:
        raise unreadable()
    return found
