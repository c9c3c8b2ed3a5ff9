"""The map room: reading coordinates, storing them, drawing them and handing them on."""

import json
import re
from decimal import Decimal
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection, models
from django.test import RequestFactory, override_settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from modelcluster.models import get_field_value

from portal.maps import exports, locator, providers
from portal.maps.bounds import VIETNAM, MapBounds, check_within, map_bounds
from portal.maps.coordinates import Coordinates, CoordinatesError, parse
from portal.maps.fields import CoordinatesField, CoordinatesFormField
from portal.maps.label_layout import Box, place_label, wrap
from portal.maps.land import ARCHIPELAGOS, EAST_SEA_NAME, land_geojson, land_rings, land_within
from portal.maps.places import PlainPlace, located, position
from portal.maps.views import land_layer

HA_LONG = Coordinates("20.95", "107.08")
SVG = "{http://www.w3.org/2000/svg}"
KML = "{http://www.opengis.net/kml/2.2}"

HA_LONG_TEXTS = [
    "20.95, 107.08",
    "20.95,107.08",
    "20.95 107.08",
    "20.95/107.08",
    "  ( 20.95 , 107.08 )  ",
    "+20.95, +107.08",
    "20,95; 107,08",
    "20,95 107,08",
    "20,95, 107,08",
    "20,95,107,08",
    "20.95\n107.08",
    "20.95N 107.08E",
    "107.08E 20.95N",
    "lat=20.95 lng=107.08",
    "vĩ độ 20,95; kinh độ 107,08",
    "Kinh độ: 107,08 - Vĩ độ: 20,95".replace(" - ", "; "),
    "20°57'00\"N 107°04'48\"E",
    "20º57’00”N, 107º04’48”E",
    "20°57′N 107°04.8′E",
    "20°57′00″ 107°04′48″",
    "20 57 00 N, 107 04 48 E",
    "20 57 00 107 04 48",
    "20:57:00 107:04:48",
    "20d57m00sN 107d04m48sE",
    "N20°57' E107°04.8'",
    "20°57′00″B 107°04′48″Đ",
    "20 57 00 B 107 04 48 D",
    "20°57'0,0\"B, 107°4'48,0\"Đ",
    "Vĩ độ Bắc: 20°57'00\", Kinh độ Đông: 107°04'48\"",
    "20 độ 57 phút 00 giây Bắc, 107 độ 4 phút 48 giây Đông",
    "20 do".replace(" do", "°") + "57' Bắc 107°4.8' Đông",
    "geo:20.95,107.08",
    "geo:20.95,107.08,12;crs=wgs84;u=30",
    "geo:0,0?q=20.95,107.08(Trụ sở)",
    "https://www.google.com/maps/@20.95,107.08,17z",
    "google.com/maps?q=20.95,107.08",
    "https://maps.google.com/?q=loc:20.95,107.08",
    "https://www.google.com/maps/search/20.95,+107.08?entry=tts",
    "https://www.google.com/maps/search/?api=1&query=20.95%2C107.08",
    "https://www.google.com/maps/dir/?api=1&destination=20.95,107.08",
    "https://www.google.com/maps/place/H%E1%BA%A1+Long/@20.9,107.0,15z/"
    "data=!3m1!4b1!4m6!3m5!1s0x314a!8m2!3d20.95!4d107.08!16s",
    "https://www.google.com/maps/place/20%C2%B057'00.0%22N+107%C2%B004'48.0%22E/@1,2,3z",
    "https://www.openstreetmap.org/#map=17/20.95/107.08",
    "https://www.openstreetmap.org/?mlat=20.95&mlon=107.08#map=12/20.9/107.0",
    "https://maps.apple.com/?ll=20.95,107.08&q=X",
    "https://maps.apple.com/place?coordinate=20.95,107.08&name=X",
    "https://www.bing.com/maps?cp=20.95~107.08&lvl=15",
    "https://bing.com/maps/default.aspx?cp=1~2&sp=point.20.95_107.08_X",
    "Trụ sở: https://maps.google.com/?q=20.95,107.08",
]

REFUSED = [
    ("", "unreadable", "could not be read"),
    ("abc", "unreadable", "could not be read"),
    ("20.95", "unreadable", "could not be read"),
    # Might as well be one number with a decimal comma.
    ("20,107", "unreadable", "could not be read"),
    ("20.95, 107.08, 3", "unreadable", "could not be read"),
    ("20.5 30 N 107 E", "unreadable", "could not be read"),
    ("-20.95S 107.08E", "unreadable", "could not be read"),
    ("9" * 5000, "unreadable", "could not be read"),
    ("https://[", "unreadable", "could not be read"),
    ("geo:0,0?q=H%E1%BA%A1+Long", "unreadable", "could not be read"),
    ("107.08, 20.95", "swapped", "Did you mean “20.95, 107.08”?"),
    ("107,08; 20,95", "swapped", "Did you mean “20.95, 107.08”?"),
    ("https://maps.google.com/?q=107.08,20.95", "swapped", "Did you mean “20.95, 107.08”?"),
    ("95, 200", "latitude_range", "between −90 and 90 degrees; this is 95."),
    ("20.95, 181", "longitude_range", "between −180 and 180 degrees; this is 181."),
    ("9" * 60 + ", 107.08", "latitude_range", "between −90 and 90"),
    ("20 61 00 N, 107 04 48 E", "minutes", "below 60"),
    ("20 57 60 N, 107 04 48 E", "minutes", "below 60"),
    ("20N 21N", "same_axis", "same axis"),
    ("geo:20.95,107.08;crs=nad27", "reference_system", "WGS 84"),
    ("https://maps.app.goo.gl/AbC", "short_link", "copy the full address"),
    ("maps.app.goo.gl/AbC", "short_link", "copy the full address"),
    ("Trụ sở https://goo.gl/maps/AbC", "short_link", "copy the full address"),
    ("https://www.google.com/maps?cid=12", "no_coordinates", "holds no coordinates"),
    ("https://www.openstreetmap.org/way/12", "no_coordinates", "holds no coordinates"),
]

finite_points = st.builds(
    Coordinates,
    st.decimals(-90, 90, places=6),
    st.decimals(-180, 180, places=6),
)


@pytest.mark.parametrize("text", HA_LONG_TEXTS)
def test_reads_a_point_in_every_usual_spelling(text):
    assert parse(text) == HA_LONG


@pytest.mark.parametrize(("text", "code", "message"), REFUSED)
def test_refuses_what_is_no_point_and_says_why(text, code, message):
    with translation.override("en"), pytest.raises(CoordinatesError) as caught:
        parse(text)
    assert caught.value.code == code
    with translation.override("en"):
        assert message in caught.value.messages[0]


@pytest.mark.parametrize(
    ("text", "lat", "lng"),
    [
        ("-33.865, 151.21", "-33.865", "151.21"),
        ("33.865S 151.21E", "-33.865", "151.21"),
        ("33°51′54″N 151°12′36″Đ", "-33.865", "151.21"),
        ("33°51′54″ Nam, 151°12′36″ Đông", "-33.865", "151.21"),
        ("40.7N 74W", "40.7", "-74"),
        ("40.7B 74T", "40.7", "-74"),
        ("20.9512345678, 107.08", "20.951235", "107.08"),
        ("20, 107", "20", "107"),
    ],
)
def test_keeps_hemispheres_and_six_places(text, lat, lng):
    assert tuple(parse(text)) == (Decimal(lat), Decimal(lng))


def test_n_is_north_in_english_and_south_beside_vietnamese_letters():
    assert parse("20°57′N 107°E").lat > 0
    assert parse("20°57′N 107°Đ").lat < 0


def test_writes_points_for_people():
    point = Coordinates("20.951", "107.08")
    assert str(point) == "20.951000,107.080000"
    assert point.as_decimal() == "20.951, 107.08"
    assert point.as_dms("en") == "20°57′03.6″N 107°04′48″E"
    assert point.as_dms("vi") == "20°57′03,6″B 107°04′48″Đ"
    assert Coordinates("-0.0000001", 0).as_decimal() == "0, 0"


def test_seconds_that_round_up_carry_over_to_minutes_and_degrees():
    assert Coordinates("20.999999", "107").as_dms("en") == "21°00′00″N 107°00′00″E"


@given(finite_points)
def test_every_written_form_reads_back_to_the_same_point(point):
    assert parse(str(point)) == point
    assert parse(point.as_decimal()) == point
    for language in ("vi", "en", "zh-hans"):
        assert parse(point.as_dms(language, seconds_places=3)) == point
    assert parse(exports.geo_uri(PlainPlace("", point))) == point


@given(st.text(max_size=60) | st.text("0123456789.,;°'\"NSEWBĐT -+/@?=&#:q", max_size=40))
def test_any_text_gives_a_point_or_a_coordinates_error(text):
    try:
        point = parse(text)
    except CoordinatesError:
        return
    assert abs(point.lat) <= 90
    assert abs(point.lng) <= 180


def test_a_point_outside_the_area_is_refused_by_its_name():
    box = MapBounds(106.4, 20.6, 108.2, 21.8, "Quảng Ninh")
    check_within(HA_LONG, box)
    with translation.override("en"), pytest.raises(CoordinatesError) as caught:
        check_within(Coordinates("10.77", "106.7"), box)
    assert caught.value.code == "outside"
    with translation.override("en"):
        assert "outside Quảng Ninh" in caught.value.messages[0]


def test_the_area_comes_from_the_settings():
    box = {"west": 106.4, "south": 20.6, "east": 108.2, "north": 21.8}
    with override_settings(PORTAL_MAP_BOUNDS=box):
        assert map_bounds() == MapBounds(**box)
    with override_settings(PORTAL_MAP_BOUNDS=None):
        assert map_bounds() is VIETNAM
    with pytest.raises(ValueError, match="west < east"):
        MapBounds(108, 20, 106, 21)


def test_both_archipelagos_lie_in_the_default_area():
    assert all(group.anchor in VIETNAM for group in ARCHIPELAGOS)


@pytest.fixture
def whole_country(settings):
    settings.PORTAL_MAP_BOUNDS = None


@pytest.mark.usefixtures("whole_country")
class TestFormField:
    def test_cleans_pasted_text_to_a_point(self):
        assert CoordinatesFormField().clean("20,95; 107,08") == HA_LONG

    def test_empty_is_none_or_refused_when_required(self):
        assert CoordinatesFormField(required=False).clean("  ") is None
        with pytest.raises(ValidationError):
            CoordinatesFormField().clean("")

    def test_refuses_points_elsewhere_unless_told_otherwise(self):
        with pytest.raises(CoordinatesError):
            CoordinatesFormField().clean("59.33, 18.06")
        assert CoordinatesFormField(bounded=False).clean("59.33, 18.06").lat == Decimal("59.33")

    def test_shows_a_point_in_the_short_form(self):
        class PointForm(forms.Form):
            at = CoordinatesFormField()

        assert 'value="20.95, 107.08"' in str(PointForm(initial={"at": HA_LONG})["at"])
        refused = PointForm({"at": '"><b>'})
        assert "<b>" not in str(refused["at"])

    def test_notices_a_change_of_the_point_and_not_of_its_spelling(self):
        field = CoordinatesFormField()
        assert not field.has_changed(HA_LONG, "20°57′00″N 107°04′48″E")
        assert field.has_changed(HA_LONG, "20.95, 107.09")
        assert field.has_changed(HA_LONG, "nonsense")


class TestModelField:
    def test_is_recreated_from_its_migration_form(self):
        field = CoordinatesField("point", blank=True, null=True)
        field.set_attributes_from_name("coordinates")
        _name, path, args, kwargs = field.deconstruct()
        assert path == "portal.maps.fields.CoordinatesField"
        assert "max_length" not in kwargs
        again = CoordinatesField(*args, **kwargs)
        assert again.null
        assert again.max_length == field.max_length

    def test_the_longest_point_fits_the_column(self):
        longest = str(Coordinates("-89.123456", "-179.123456"))
        assert len(longest) <= CoordinatesField().max_length

    def test_is_not_taken_for_text_to_translate(self):
        assert not isinstance(CoordinatesField(), models.CharField | models.TextField)

    def test_column_holds_canonical_text(self):
        field = CoordinatesField()
        assert field.get_prep_value(HA_LONG) == "20.950000,107.080000"
        assert field.get_prep_value("20,95; 107,08") == "20.950000,107.080000"
        assert field.from_db_value("20.950000,107.080000", None, connection) == HA_LONG
        assert field.from_db_value("", None, connection) is None
        assert field.from_db_value(None, None, connection) is None

    def test_no_point_is_null_where_allowed_and_empty_text_elsewhere(self):
        assert CoordinatesField(null=True).get_prep_value(None) is None
        assert CoordinatesField(blank=True).get_prep_value(None) == ""
        assert CoordinatesField(blank=True).get_default() is None

    @pytest.mark.parametrize("point", [HA_LONG, None])
    def test_survives_a_revision(self, point):
        field = CoordinatesField(blank=True, null=True)
        field.set_attributes_from_name("coordinates")
        holder = SimpleNamespace(coordinates=point, pk=1)
        stored = json.loads(json.dumps(get_field_value(field, holder)))
        assert field.to_python(stored) == point

    @override_settings(PORTAL_MAP_BOUNDS=None)
    def test_validates_the_area_even_without_a_form(self):
        with pytest.raises(ValidationError) as caught:
            CoordinatesField().clean(Coordinates("59.33", "18.06"), None)
        assert [error.code for error in caught.value.error_list] == ["outside"]

    def test_offers_the_form_field(self):
        field = CoordinatesField("Where", blank=True)
        field.set_attributes_from_name("coordinates")
        offered = field.formfield()
        assert isinstance(offered, CoordinatesFormField)
        assert not offered.required


def test_places_give_their_point_in_either_way():
    assert position(SimpleNamespace(name="A", coordinates=HA_LONG)) == HA_LONG
    assert position(SimpleNamespace(name="A", latitude="20.95", longitude="107.08")) == HA_LONG
    assert position(SimpleNamespace(name="A", latitude=None, longitude=None)) is None
    numbered = located([PlainPlace("A"), PlainPlace("B", HA_LONG)])
    assert [number for number, _place, _point in numbered] == [2]


def test_the_outline_knows_the_coast_and_the_islets_of_both_archipelagos():
    assert land_within(107.0, 20.9, 107.1, 21.0)
    assert not land_within(108.5, 12.0, 109.0, 12.1)[1:]
    for group in ARCHIPELAGOS:
        west, south, east, north = group.box
        islets = [
            ring
            for ring in land_rings()
            if all(west < x < east and south < y < north for x, y in ring)
        ]
        assert islets


def test_land_geojson_is_closed_and_stays_in_its_box():
    feature = land_geojson(106.4, 20.6, 108.2, 21.8)
    assert feature["geometry"]["coordinates"]
    for (ring,) in feature["geometry"]["coordinates"]:
        assert ring[0] == ring[-1]
        assert all(106.4 <= x <= 108.2 and 20.6 <= y <= 21.8 for x, y in ring)


OFFICES = [
    PlainPlace("Trụ sở Liên cơ quan số 4", Coordinates("20.951", "107.08")),
    PlainPlace("Bãi Cháy", Coordinates("20.958", "107.03")),
    PlainPlace("Cẩm Phả", Coordinates("21.01", "107.29")),
]
WHOLE_COUNTRY = [
    PlainPlace("Hà Nội", Coordinates("21.03", "105.85")),
    PlainPlace("Cà Mau", Coordinates("9.18", "105.15")),
]


def lines_of(svg):
    return ["".join(e.itertext()) for e in ElementTree.fromstring(svg).iter(f"{SVG}tspan")]


@pytest.mark.parametrize("size", [locator.WIDE, locator.NARROW])
@pytest.mark.parametrize("places", [OFFICES, OFFICES[:1], WHOLE_COUNTRY])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_locator_names_both_archipelagos_and_the_sea(places, size, language):
    lines = lines_of(locator.locator_svg(places, language=language, size=size))
    with translation.override(language):
        for name in (*(group.name for group in ARCHIPELAGOS), EAST_SEA_NAME):
            assert str(name) in " ".join(lines)
    # A line's end never falls inside the islands' own name.
    assert any("Hoàng Sa" in line for line in lines)
    assert any("Trường Sa" in line for line in lines)


@pytest.mark.parametrize("size", [locator.WIDE, locator.NARROW])
@pytest.mark.parametrize("places", [OFFICES, WHOLE_COUNTRY])
def test_a_locator_is_light_and_the_same_every_time(places, size):
    svg = locator.locator_svg(places, language="vi", size=size)
    assert len(svg.encode()) <= 60_000
    assert svg == locator.locator_svg(places, language="vi", size=size)


def test_a_locator_describes_itself():
    root = ElementTree.fromstring(locator.locator_svg(OFFICES, language="vi"))
    assert root.get("role") == "img"
    assert root.get("lang") == "vi"
    assert "Bãi Cháy" in root.find(f"{SVG}title").text
    assert "20°57′03,6″B 107°04′48″Đ" in root.find(f"{SVG}desc").text
    ids = {e.get("id") for e in root.iter() if e.get("id")}
    assert set(root.get("aria-labelledby").split()) <= ids
    assert set(root.get("aria-describedby").split()) <= ids


def test_a_locator_obeys_a_strict_content_security_policy():
    svg = locator.locator_svg(OFFICES, language="en")
    assert " style=" not in svg
    assert "<style" not in svg
    assert "<script" not in svg
    outside = re.sub(r'xmlns="[^"]+"', "", svg)
    assert "http" not in outside


def test_names_are_escaped():
    name = '</svg><script>alert(1)</script> & "x"'
    svg = locator.locator_svg([PlainPlace(name, HA_LONG)], language="en")
    assert "<script" not in svg
    assert name in ElementTree.fromstring(svg).find(f"{SVG}title").text


def test_places_without_a_point_keep_their_number_and_are_not_drawn():
    svg = locator.locator_svg([PlainPlace("Nowhere"), *OFFICES], language="en")
    assert "Nowhere" not in svg
    assert "2. Trụ sở" in ElementTree.fromstring(svg).find(f"{SVG}desc").text


def test_nothing_is_drawn_without_a_point_on_the_outline():
    assert locator.locator_svg([PlainPlace("A")], language="en") == ""
    far = PlainPlace("Stockholm", Coordinates("59.33", "18.06"))
    assert locator.locator_svg([far], language="en") == ""
    assert locator.locator_pair([far], language="en") == ""


def test_places_too_close_to_tell_apart_share_a_marker():
    beside = PlainPlace("Beside", Coordinates("20.9511", "107.0801"))
    svg = locator.locator_svg([OFFICES[0], beside], language="en")
    markers = ElementTree.fromstring(svg).findall(f"{SVG}g[@class='locator__marker']")
    assert ["".join(marker.itertext()) for marker in markers] == ["1, 2"]


def test_the_two_sizes_of_a_page_share_no_id():
    pair = locator.locator_pair(OFFICES, language="vi")
    ids = re.findall(r' id="([^"]+)"', pair)
    assert len(ids) == len(set(ids))


def test_labels_keep_clear_of_what_is_taken():
    frame = Box(0, 0, 200, 100)
    taken = [Box(110, 0, 200, 100)]
    label = place_label(["Name"], (100, 50), (10, 10), 15, frame, taken)
    assert label.anchor == "end"
    assert not label.box.meets(taken[0])
    assert place_label(["Name"], (100, 50), (10, 10), 15, frame, [frame]) is None


def test_long_names_are_broken_evenly_and_cut_with_an_ellipsis():
    assert wrap("Hoàng Sa archipelago (Viet Nam)", 11, 3) == (
        "Hoàng Sa",
        "archipelago",
        "(Viet Nam)",
    )
    lines = wrap("word " * 60, 20, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert wrap("", 20, 3) == ("",)


TRICKY = PlainPlace(
    name="Trụ sở <số 4> & \x0bnhà",
    coordinates=Coordinates("20.951", "107.08"),
    address='Tầng 6, "Liên cơ quan"; phường Hồng Hà',
    phone="080.33205",
    email="vp@example.org",
    note="a\\b",
)


def test_geojson_is_valid_and_skips_places_without_a_point():
    data = json.loads(exports.geojson([PlainPlace("Nowhere"), TRICKY]))
    assert data["type"] == "FeatureCollection"
    (feature,) = data["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [107.08, 20.951]}
    assert feature["properties"]["number"] == 2
    assert feature["properties"]["address"] == TRICKY.address


def test_kml_is_well_formed_whatever_the_name_holds():
    root = ElementTree.fromstring(exports.kml([TRICKY], title="A & B"))
    mark = root.find(f"{KML}Document/{KML}Placemark")
    assert root.find(f"{KML}Document/{KML}name").text == "A & B"
    assert mark.find(f"{KML}name").text == "Trụ sở <số 4> & nhà"
    assert mark.find(f"{KML}Point/{KML}coordinates").text == "107.08,20.951"
    order = [child.tag.removeprefix(KML) for child in mark]
    assert order == ["name", "address", "phoneNumber", "description", "Point"]


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
    card = exports.vcard(SimpleNamespace(name="A\r\nX-EVIL:1"), PlainPlace("B\nC", HA_LONG))
    assert b"\r\nX-EVIL" not in card
    assert b"\nC" not in card


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


OSM = {
    "name": "osm",
    "kind": "tiles",
    "url": "https://tile.example.org/{z}/{x}/{y}.png",
    "attribution": "© Example",
    "min_zoom": 9,
    "max_zoom": 19,
    "bounds": {"west": 106.4, "south": 20.6, "east": 108.2, "north": 21.8},
    "csp_hosts": ["https://tile.example.org"],
}
NATIONAL = {"west": 102, "south": 6, "east": 118, "north": 24}


def check_ids():
    return [error.id for error in providers.check_map_providers()]


def test_the_built_in_provider_asks_nobody_and_passes_the_check():
    with override_settings(PORTAL_MAP_PROVIDERS=[], PORTAL_MAP_PROVIDER="built-in"):
        assert check_ids() == []
        assert providers.active_provider().kind == providers.LAND
        assert providers.csp_image_sources() == []


def test_a_complete_provider_is_one_entry_of_the_settings():
    with override_settings(PORTAL_MAP_PROVIDERS=[OSM], PORTAL_MAP_PROVIDER="osm"):
        assert check_ids() == []
        assert providers.csp_image_sources() == ["https://tile.example.org"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"bounds": None}, "portal.E404"),
        ({"attribution": ""}, "portal.E405"),
        ({"kind": "vector"}, "portal.E403"),
        ({"url": "https://tile.example.org/map.png"}, "portal.E406"),
        ({"url": "https://{s}.example.org/{z}/{x}/{y}.png"}, "portal.E406"),
        ({"url": "http://tile.example.org/{z}/{x}/{y}.png"}, "portal.E406"),
        ({"referrer_policy": "whatever"}, "portal.E406"),
        ({"min_zoom": 5}, "portal.E407"),
        ({"bounds": NATIONAL}, "portal.E407"),
        ({"csp_hosts": []}, "portal.E408"),
        ({"min_zoom": 12, "max_zoom": 10}, "portal.E409"),
        ({"colour": "red"}, "portal.E401"),
        ({"bounds": {**NATIONAL, "east": 90}}, "portal.E401"),
    ],
)
def test_an_incomplete_or_too_wide_provider_is_refused(change, expected):
    with override_settings(PORTAL_MAP_PROVIDERS=[{**OSM, **change}]):
        assert expected in check_ids()


def test_an_unknown_choice_of_provider_is_refused():
    with override_settings(PORTAL_MAP_PROVIDERS=[], PORTAL_MAP_PROVIDER="absent"):
        assert check_ids() == ["portal.E402"]
        with pytest.raises(ImproperlyConfigured):
            providers.active_provider()


@override_settings(PORTAL_MAP_PROVIDERS=[], PORTAL_MAP_PROVIDER="built-in")
def test_the_script_gets_plain_data_with_the_names_of_the_sea():
    config = providers.map_config([TRICKY], land_url="/land", language="en")
    assert json.loads(json.dumps(config)) == config
    assert config["url"] == "/land"
    assert config["places"][0]["at"] == [20.951, 107.08]
    near = SimpleNamespace(name="A", coordinates=HA_LONG, zoom=17)
    assert providers.map_config([near], land_url="/", language="en")["places"][0]["zoom"] == 17
    with translation.override("en"):
        names = {str(group.name) for group in ARCHIPELAGOS}
    assert names <= {entry["name"] for entry in config["names"]}


@override_settings(PORTAL_MAP_BOUNDS={"west": 106.4, "south": 20.6, "east": 108.2, "north": 21.8})
def test_the_land_layer_is_public_and_small():
    response = land_layer(RequestFactory().get("/"))
    assert response.status_code == 200
    assert response["Content-Type"] == exports.GEOJSON_TYPE
    assert "public" in response["Cache-Control"]
    assert len(response.content) < 100_000
    assert json.loads(response.content)["geometry"]["type"] == "MultiPolygon"
    assert land_layer(RequestFactory().post("/")).status_code == 405
