"""What a reader can take along: GeoJSON, KML, vCard, ``geo:`` addresses and directions.

A place is anything that :class:`portal.maps.places.Place` describes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

from django.utils.translation import gettext_lazy as _

from portal.maps.coordinates import Coordinates
from portal.maps.places import located, one_line, position, text_of

GEOJSON_TYPE = "application/geo+json"
KML_TYPE = "application/vnd.google-earth.kml+xml"
VCARD_TYPE = "text/vcard; charset=utf-8"

_KML = "http://www.opengis.net/kml/2.2"


class Organisation(Protocol):
    """Who a vCard is of. ``name`` is required; ``phone``, ``fax``, ``email`` and ``url`` are
    read where present."""

    name: str


@dataclass(frozen=True, slots=True)
class Direction:
    """A link that leads to a place: a translatable ``label``, the ``url`` and a stable ``key``
    (``device``, ``google``, ``apple`` or ``osm``) for icons and styles."""

    key: str
    label: Any
    url: str


def geojson(places: Iterable[Any]) -> bytes:
    """A FeatureCollection of the places that have a point (RFC 7946), in UTF-8."""
    features = []
    for number, place, point in located(places):
        properties = {"number": number, "name": text_of(place, "name")}
        for attribute in ("address", "phone", "email", "url", "note"):
            if text_of(place, attribute):
                properties[attribute] = text_of(place, attribute)
        features.append(
            {
                "type": "Feature",
                "properties": properties,
                "geometry": {"type": "Point", "coordinates": [float(point.lng), float(point.lat)]},
            }
        )
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False).encode()


def kml(places: Iterable[Any], *, title: str = "") -> bytes:
    """A KML 2.2 document (OGC 07-147r2) with one placemark for each place that has a point.

    :param title: the document's name.
    """
    ElementTree.register_namespace("", _KML)
    root = ElementTree.Element(f"{{{_KML}}}kml")
    document = ElementTree.SubElement(root, f"{{{_KML}}}Document")
    if title:
        _child(document, "name", one_line(title))
    for _number, place, point in located(places):
        mark = ElementTree.SubElement(document, f"{{{_KML}}}Placemark")
        _child(mark, "name", text_of(place, "name"))
        # The order of these elements is fixed by the schema.
        for element, attribute in (
            ("address", "address"),
            ("phoneNumber", "phone"),
            ("description", "note"),
        ):
            if text_of(place, attribute):
                _child(mark, element, text_of(place, attribute))
        spot = ElementTree.SubElement(mark, f"{{{_KML}}}Point")
        latitude, longitude = _written(point)
        _child(spot, "coordinates", f"{longitude},{latitude}")
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)


def vcard(organisation: Any, place: Any) -> bytes:
    """A vCard 4.0 (RFC 6350) of an organisation at a place, in UTF-8 with CRLF.

    :param place: its ``phone``, ``email`` and ``url`` go before the organisation's own.
    """
    name = text_of(organisation, "name")
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:org",
        f"FN:{_vcard_text(name)}",
        f"ORG:{_vcard_text(name)}",
    ]
    address = text_of(place, "address")
    if address:
        lines.append(f"ADR;LABEL={_vcard_parameter(address)}:;;{_vcard_text(address)};;;;")
    point = position(place)
    if point is not None:
        lines.append(f"GEO:geo:{','.join(_written(point))}")
    for attribute, before in (
        ("phone", "TEL;TYPE=voice:"),
        ("fax", "TEL;TYPE=fax:"),
        ("email", "EMAIL:"),
    ):
        value = text_of(place, attribute) or text_of(organisation, attribute)
        if value:
            lines.append(before + _vcard_text(value))
    url = text_of(place, "url") or text_of(organisation, "url")
    if url:
        lines.append(f"URL:{url}")
    place_name = text_of(place, "name")
    if place_name and place_name != name:
        lines.append(f"NOTE:{_vcard_text(place_name)}")
    lines.append("END:VCARD")
    return b"".join(_folded(line) for line in lines)


def geo_uri(place: Any) -> str:
    """The ``geo:`` address of a place (RFC 5870), with the name as Android map apps show it.

    :returns: "" for a place without a point.
    """
    point = position(place)
    if point is None:
        return ""
    pair = ",".join(_written(point))
    # Parentheses delimit the label, so the name itself can't hold any.
    name = quote(text_of(place, "name").replace("(", "").replace(")", ""), safe="")
    return f"geo:{pair}?q={pair}({name})" if name else f"geo:{pair}"


def directions(place: Any) -> list[Direction]:
    """Links that open directions to a place; empty for a place without a point."""
    point = position(place)
    if point is None:
        return []
    pair = ",".join(_written(point))

    def link(base, **query):
        return f"{base}?{urlencode(query, safe=',')}"

    return [
        Direction("device", _("Map app on this device"), geo_uri(place)),
        Direction(
            "google",
            _("Google Maps"),
            link("https://www.google.com/maps/dir/", api="1", destination=pair),
        ),
        Direction("apple", _("Apple Maps"), link("https://maps.apple.com/", daddr=pair)),
        Direction(
            "osm",
            _("OpenStreetMap"),
            link("https://www.openstreetmap.org/directions", to=pair),
        ),
    ]


def _written(point: Coordinates) -> list[str]:
    """Latitude and longitude in plain decimals: a float would write 0.000001 as 1e-06."""
    return point.as_decimal().split(", ")


def _child(parent, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{_KML}}}{tag}").text = text


def _vcard_text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (",", "\\,"), (";", "\\;")):
        text = text.replace(plain, escaped)
    return text


def _vcard_parameter(text: str) -> str:
    """A quoted parameter value; RFC 6868 gives quotation marks and carets a form of their own."""
    return '"{}"'.format(text.replace("^", "^^").replace('"', "^'"))


def _folded(line: str) -> bytes:
    """The line with CRLF, broken so that no piece passes 75 octets or splits a character."""
    pieces, current = [], b""
    for character in line:
        encoded = character.encode()
        if len(current) + len(encoded) > 75:
            pieces.append(current)
            current = b" "
        current += encoded
    return b"\r\n".join([*pieces, current]) + b"\r\n"
