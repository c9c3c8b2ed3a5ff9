"""What a reader takes along: files that other programs read, and links that lead there."""

import json
import re
from types import SimpleNamespace
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.maps import exports
from portal.maps.coordinates import Coordinates
from portal.maps.places import PlainPlace
from tests.mapping import BAY, TRICKY

KML = "{http://www.opengis.net/kml/2.2}"
OFFICE = Coordinates("20.951", "107.08")
PARTY = SimpleNamespace(name="Đảng uỷ Khối", phone="0203.3835678", email="vp@example.org")

HOSTILE = [
    "</name></Placemark><script>alert(1)</script>",
    '"];alert("1");//',
    "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
    "A\r\nEND:VCARD\r\nBEGIN:VCARD",
    "A\u2028TEL:1\u2029TEL:2\x85TEL:3",
    "tab\tnul\x00bell\x07esc\x1bdel\x7fdone",
    "half \ud800 of a pair, \ufffe",
    "a;b,c:d\\n=^'\"",
    "(nested (brackets)) #?&%20",
    "Đ" * 300,
    "👩‍👩‍👧‍👦" * 20,
]


def unfolded(card: bytes) -> list[str]:
    """The content lines of a vCard, put together again (RFC 6350, 3.2)."""
    text = card.decode()
    assert text.endswith("\r\n")
    return text.removesuffix("\r\n").replace("\r\n ", "").split("\r\n")


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def text_lines(card: bytes, name: str) -> list[str]:
    return [line.partition(":")[2] for line in unfolded(card) if line.startswith(f"{name}:")]


# Every format, hostile names


@pytest.mark.parametrize("name", HOSTILE)
class TestHostileNames:
    def test_geojson_is_parsed(self, name):
        (feature,) = json.loads(exports.geojson([PlainPlace(name, OFFICE, name)]))["features"]
        assert feature["properties"]["name"] == feature["properties"]["address"]
        assert not re.search(r"[\x00-\x1f\x7f]", feature["properties"]["name"])

    def test_kml_is_parsed_and_holds_one_place(self, name):
        place = PlainPlace(name, OFFICE, address=name, phone=name, note=name)
        root = ElementTree.fromstring(exports.kml([place], title=name))
        (document,) = root
        assert [child.tag for child in document] == [f"{KML}name", f"{KML}Placemark"]
        mark = document.find(f"{KML}Placemark")
        assert [child.tag.removeprefix(KML) for child in mark] == [
            "name", "address", "phoneNumber", "description", "Point",
        ]  # fmt: skip
        assert not list(mark.find(f"{KML}name"))
        assert mark.find(f"{KML}name").text == document.find(f"{KML}name").text

    def test_a_vcard_is_one_card_of_known_lines(self, name):
        place = PlainPlace(f"{name}!", OFFICE, address=name, phone=name, email=name, url=name)
        card = exports.vcard(SimpleNamespace(name=name, fax=name), place)
        keys = [re.split("[:;]", line, maxsplit=1)[0] for line in unfolded(card)]
        assert keys == [
            "BEGIN", "VERSION", "KIND", "FN", "ORG", "ADR", "GEO", "TEL", "TEL", "EMAIL", "URL",
            "NOTE", "END",
        ]  # fmt: skip
        pieces = card.split(b"\r\n")
        assert max(map(len, pieces)) <= 75
        for piece in pieces:
            assert not re.search(r"[\x00-\x1f\x7f\u2028\u2029]", piece.decode())

    def test_a_geo_address_holds_the_name_and_nothing_else(self, name):
        address = exports.geo_uri(PlainPlace(name, OFFICE))
        match = re.fullmatch(r"geo:20\.951,107\.08\?q=20\.951,107\.08\(([^()\s]+)\)", address)
        assert match
        assert re.fullmatch(r"(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})+", match[1])


# GeoJSON


def test_geojson_keeps_to_its_standard():
    places = [
        PlainPlace("Không có điểm"),
        PlainPlace("Trụ sở", OFFICE, address="Tầng 6", note="Có hẹn"),
        PlainPlace("Cẩm Phả", Coordinates("21.01", "-0.000001")),
    ]
    content = exports.geojson(places)
    assert "Trụ sở".encode() in content
    first, second = json.loads(content)["features"]
    assert first == {
        "type": "Feature",
        "properties": {"number": 2, "name": "Trụ sở", "address": "Tầng 6", "note": "Có hẹn"},
        "geometry": {"type": "Point", "coordinates": [107.08, 20.951]},
    }
    assert second["geometry"]["coordinates"] == [-0.000001, 21.01]


def test_no_places_are_an_empty_collection():
    assert json.loads(exports.geojson([])) == {"type": "FeatureCollection", "features": []}


def test_geojson_is_valid_and_skips_places_without_a_point():
    data = json.loads(exports.geojson([PlainPlace("Nowhere"), TRICKY]))
    assert data["type"] == "FeatureCollection"
    (feature,) = data["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [107.08, 20.951]}
    assert feature["properties"]["number"] == 2
    assert feature["properties"]["address"] == TRICKY.address


# KML


def test_kml_writes_small_numbers_in_full():
    root = ElementTree.fromstring(
        exports.kml([PlainPlace("A", Coordinates("0.000001", "-0.000002"))])
    )
    assert root.find(f".//{KML}coordinates").text == "-0.000002,0.000001"
    assert root.find(f"{KML}Document/{KML}name") is None


def test_kml_says_that_it_is_utf_8():
    assert exports.kml([]).lower().startswith(b"<?xml version='1.0' encoding='utf-8'?>")


def test_kml_is_well_formed_whatever_the_name_holds():
    root = ElementTree.fromstring(exports.kml([TRICKY], title="A & B"))
    mark = root.find(f"{KML}Document/{KML}Placemark")
    assert root.find(f"{KML}Document/{KML}name").text == "A & B"
    assert mark.find(f"{KML}name").text == "Trụ sở <số 4> & nhà"
    assert mark.find(f"{KML}Point/{KML}coordinates").text == "107.08,20.951"
    order = [child.tag.removeprefix(KML) for child in mark]
    assert order == ["name", "address", "phoneNumber", "description", "Point"]


# vCard


def test_a_vcard_says_who_and_where():
    place = PlainPlace("Trụ sở; tầng 6", OFFICE, address="Đường 25/4, Hồng Gai", phone="080.33205")
    assert unfolded(exports.vcard(PARTY, place)) == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:org",
        "FN:Đảng uỷ Khối",
        "ORG:Đảng uỷ Khối",
        'ADR;LABEL="Đường 25/4, Hồng Gai":;;Đường 25/4\\, Hồng Gai;;;;',
        "GEO:geo:20.951,107.08",
        "TEL;TYPE=voice:080.33205",
        "EMAIL:vp@example.org",
        "NOTE:Trụ sở\\; tầng 6",
        "END:VCARD",
    ]


def test_a_vcard_needs_neither_point_nor_address_nor_second_name():
    assert unfolded(exports.vcard(SimpleNamespace(name="A"), PlainPlace("A"))) == [
        "BEGIN:VCARD", "VERSION:4.0", "KIND:org", "FN:A", "ORG:A", "END:VCARD",
    ]  # fmt: skip


@pytest.mark.parametrize("length", range(70, 80))
def test_a_line_is_folded_from_the_76th_octet_on(length):
    name = "a" * (length - len("FN:"))
    card = exports.vcard(SimpleNamespace(name=name), PlainPlace(""))
    assert (b"\r\n " in card.partition(b"ORG:")[0]) == (length > 75)
    assert text_lines(card, "FN") == [name]


@given(
    st.text(st.characters(exclude_categories=["Cn", "Cs", "Cc", "Zs", "Zl", "Zp"]), max_size=200)
)
def test_any_name_comes_back_from_a_vcard(name):
    card = exports.vcard(SimpleNamespace(name=name), PlainPlace(""))
    assert [unescaped(line) for line in text_lines(card, "FN")] == [name]
    assert max(map(len, card.split(b"\r\n"))) <= 75


def test_vcard_escapes_and_folds():
    organisation = SimpleNamespace(
        name="Đảng uỷ Khối các cơ quan, doanh nghiệp; tỉnh Quảng Ninh " * 2, fax="080.33206"
    )
    card = exports.vcard(organisation, TRICKY)
    assert all(len(line) <= 75 for line in card.split(b"\r\n"))
    assert all(line.decode() is not None for line in card.split(b"\r\n"))
    lines = card.decode().replace("\r\n ", "").split("\r\n")
    assert lines[:2] == ["BEGIN:VCARD", "VERSION:4.0"]
    assert lines[-2:] == ["END:VCARD", ""]
    assert "GEO:geo:20.951,107.08" in lines
    assert "TEL;TYPE=voice:080.33205" in lines
    assert "TEL;TYPE=fax:080.33206" in lines
    address = next(line for line in lines if line.startswith("ADR"))
    assert address == (
        "ADR;LABEL=\"Tầng 6, ^'Liên cơ quan^'; phường Hồng Hà\""
        ':;;Tầng 6\\, "Liên cơ quan"\\; phường Hồng Hà;;;;'
    )
    assert r"cơ quan\, doanh nghiệp\; tỉnh" in next(li for li in lines if li.startswith("FN:"))


def test_a_value_can_not_start_a_line_of_its_own_in_a_vcard():
    card = exports.vcard(SimpleNamespace(name="A\r\nX-EVIL:1"), PlainPlace("B\nC", BAY))
    assert b"\r\nX-EVIL" not in card
    assert b"\nC" not in card


# Links


def test_a_geo_address_carries_the_name_for_the_map_app():
    address = exports.geo_uri(PlainPlace("Trụ sở (số 4)", OFFICE))
    assert unquote(address) == "geo:20.951,107.08?q=20.951,107.08(Trụ sở số 4)"
    assert exports.geo_uri(PlainPlace("", OFFICE)) == "geo:20.951,107.08"


def test_the_links_are_those_that_the_services_document():
    urls = {way.key: way.url for way in exports.directions(PlainPlace("", OFFICE))}
    assert urls == {
        "device": "geo:20.951,107.08",
        "google": "https://www.google.com/maps/dir/?api=1&destination=20.951,107.08",
        "apple": "https://maps.apple.com/?daddr=20.951,107.08",
        "osm": "https://www.openstreetmap.org/directions?to=20.951,107.08",
    }


def test_directions_lead_to_the_point():
    links = {link.key: link.url for link in exports.directions(TRICKY)}
    assert list(links) == ["device", "google", "apple", "osm"]
    assert links["device"].startswith("geo:20.951,107.08?q=20.951,107.08(")
    assert " " not in links["device"]
    assert "<" not in links["device"]
    for key in ("google", "apple", "osm"):
        values = [v for given in parse_qs(urlsplit(links[key]).query).values() for v in given]
        assert "20.951,107.08" in values
    assert exports.directions(PlainPlace("Nowhere")) == []
    assert exports.geo_uri(PlainPlace("Nowhere")) == ""


def test_a_name_is_given_to_the_device_only():
    for way in exports.directions(PlainPlace("Bí mật", OFFICE))[1:]:
        assert "B%C3%AD" not in way.url
        assert set(parse_qs(urlsplit(way.url).query)) <= {"api", "destination", "daddr", "to"}


def test_the_labels_of_links_are_translated():
    ways = exports.directions(PlainPlace("A", OFFICE))
    with translation.override("en"):
        assert str(ways[0].label) == "Map app on this device"
    with translation.override("vi"):
        assert str(ways[0].label) == "Ứng dụng bản đồ trên thiết bị này"
