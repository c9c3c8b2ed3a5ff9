"""Where a pasted text lies: each spelling gives one exact point, and so does what is written."""

import json
from decimal import Decimal
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.maps import exports
from portal.maps.coordinates import Coordinates, parse
from portal.maps.places import PlainPlace
from tests.mapping import BAY

OFFICE = "20.951000,107.080000"

WRITTEN = [
    # Decimal degrees, with a point and with the Vietnamese comma.
    "20.951, 107.08",
    "20.951 ; 107.08",
    "20.951 | 107.08",
    "20.951\t107.08",
    "20.951, 107.08.",
    "20.951,107.08,",
    "[20.951, 107.08]",
    "20.951°, 107.08°",
    "20,951; 107,08",
    "20,951 ; 107,08",
    "20,951000;107,080000",
    "20,951\n107,08",
    "\u200e20.951,\u00a0107.08\ufeff",
    # With the axes named.
    "Toạ độ: 20.951, 107.08",
    "tọa độ 20,951; 107,08",
    "Coordinates: 20.951, 107.08",
    "Latitude: 20.951, Longitude: 107.08",
    "lon 107.08, lat 20.951",
    "Kinh độ 107,08; vĩ độ 20,951",
    "20.951 north, 107.08 east",
    "20.951°B, 107.08°Đ",
    "20,951°B 107,08°Đ",
    "BẮC 20,951 ĐÔNG 107,08",
    "107.08Đ 20.951B",
    # Degrees, minutes and seconds.
    "20°57'3.6\"N, 107°4'48\"E",
    "20°57'3,6\"B, 107°4'48\"Đ",
    "20° 57' 3.6\" N 107° 4' 48\" E",
    "20º57´3.6´´N 107º4´48´´E",
    "20°57.06'N 107°04.8'E",
    "N 20 57 3.6 E 107 4 48",
    "20:57:03.6N 107:04:48E",
    "20d57m3.6sN 107d4m48sE",
    "Bắc 20°57′03,6″, Đông 107°04′48″",
    "20°57′03,6″ Bắc; 107°04′48″ Đông",
    "20°57′03,6″ vĩ Bắc, 107°04′48″ kinh Đông",
    "20°57′03,6″ vĩ độ Bắc, 107°04′48″ kinh độ Đông",
    "20°57′03,6″ vĩ tuyến Bắc và 107°04′48″ kinh tuyến Đông".replace(" và", ","),
    "20 độ 57 phút 3,6 giây Bắc, 107 độ 4 phút 48 giây Đông",
    "20 degrees 57 minutes 3.6 seconds north, 107 degrees 4 minutes 48 seconds east",
    # The same accents in decomposed Unicode.
    "20,951 Ba\u0306\u0301c; 107,08 \u0110o\u0302ng",
]

DIR = "https://www.google.com/maps/dir"
ADDRESSES = [
    "https://www.google.com/maps/@20.951,107.08,17z",
    "https://www.google.com/maps/@20.951,107.08,3a,75y,90t/data=!3m6!1e1",
    "https://www.google.com.vn/maps/@20.951,107.08,17z?entry=ttu&hl=vi",
    # The marked place goes before the middle of the view.
    "https://www.google.com/maps/place/X/@20.9,107.0,17z/data=!4m6!3m5!8m2!3d20.951!4d107.08!16s",
    "https://www.google.com/maps/place/A/data=!3d20.1!4d107.1!5m1!3d20.951!4d107.08",
    "https://www.google.com/maps?q=20.951,107.08",
    "https://www.google.com/maps?q=20.951,107.08(Trụ+sở)&z=17",
    "https://maps.google.com/maps?ll=20.951,107.08&z=17",
    # A street number with a comma is no point.
    "https://www.google.com/maps?q=12,14+Lê+Lợi&ll=20.951,107.08",
    # Directions lead to their last stop.
    f"{DIR}/21.03,105.85/20.951,107.08/@21,106,9z",
    f"{DIR}//20.951,107.08/@21,106,9z",
    f"{DIR}/20.951,107.08",
    f"{DIR}/21.03,105.85/20°57'03.6%22N+107°04'48.0%22E/@21,106,9z",
    f"{DIR}/21.03,105.85/Ha+Long/@21,106,9z/data=!4m9!1m1!4e1!1m5!2m2!1d107.08!2d20.951",
    f"{DIR}/Ha+Noi/Ha+Long/data=!1m5!2m2!1d105.85!2d21.03!1m5!2m2!1d107.08!2d20.951",
    "https://www.openstreetmap.org/#map=17/20.951/107.08&layers=N",
    "https://www.openstreetmap.org/node/12#map=17/20.951/107.08",
    "https://osm.org/#map=17/20.951/107.08",
    "https://www.openstreetmap.org/?mlat=20.951&mlon=107.08#map=9/21.0/106.0",
    "https://www.openstreetmap.org/directions?to=20.951,107.08#map=9/21/106",
    "https://www.openstreetmap.org/directions?route=21.03,105.85;20.951,107.08#map=9/21/106",
    "https://maps.apple.com/?ll=20.951,107.08",
    "https://maps.apple.com/?q=H%E1%BA%A1+Long&ll=20.951,107.08",
    "https://maps.apple.com/?daddr=20.951,107.08",
    "https://www.bing.com/maps?cp=20.951~107.08&lvl=16",
    "https://www.bing.com/maps?cp=20.951%7E107.08",
    "https://maps.example/view?lat=20.951&lng=107.08",
    "https://maps.example/view?lat=20.951&lon=107.08",
    "geo:20.951,107.08",
    "GEO:20.951,107.08",
    "geo:20.951,107.08,35;u=10",
    "geo:20.951,107.08;crs=WGS84?z=17",
    "geo:0,0?q=20.951,107.08(Tr%E1%BB%A5%20s%E1%BB%9F)",
]

# Each of them is BAY.
USUAL = [
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


@pytest.mark.parametrize("text", [*WRITTEN, *ADDRESSES])
def test_every_spelling_gives_the_same_point(text):
    assert str(parse(text)) == OFFICE


@pytest.mark.parametrize("text", USUAL)
def test_reads_a_point_in_every_usual_spelling(text):
    assert parse(text) == BAY


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("-20.951, -107.08", "-20.951000,-107.080000"),
        ("−20.951, −107.08", "-20.951000,-107.080000"),
        ("20.951S 107.08W", "-20.951000,-107.080000"),
        ("20,951 Nam; 107,08 Tây", "-20.951000,-107.080000"),
        ("20.951N 107.08W", "20.951000,-107.080000"),
        ("90, 180", "90.000000,180.000000"),
        ("-90, -180", "-90.000000,-180.000000"),
        ("20.9510005, 107.0800015", "20.951000,107.080002"),
    ],
)
def test_signs_hemispheres_and_rounding_are_exact(text, stored):
    assert str(parse(text)) == stored


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


def test_equal_points_are_equal_however_they_are_given():
    points = {Coordinates("20.951", "107.08"), Coordinates(Decimal("20.9510000"), "107.0800001")}
    assert len(points) == 1


points = st.builds(Coordinates, st.decimals(-90, 90, places=6), st.decimals(-180, 180, places=6))


@given(points)
def test_what_leaves_the_portal_can_be_pasted_back(point):
    place = PlainPlace("Trụ sở (số 4), 12,14", point)
    assert parse(exports.geo_uri(place)) == point
    for way in exports.directions(place):
        assert parse(way.url) == point
    (feature,) = json.loads(exports.geojson([place]))["features"]
    longitude, latitude = feature["geometry"]["coordinates"]
    assert Coordinates(str(latitude), str(longitude)) == point


@given(points)
def test_every_way_to_write_a_point_reads_back(point):
    lat, lng = point.as_decimal().split(", ")
    comma = f"{str(point.lat).replace('.', ',')}; {str(point.lng).replace('.', ',')}"
    dms = point.as_dms("en", seconds_places=3)
    for text in (
        comma,
        f"lng {lng}; lat {lat}",
        f"https://www.google.com/maps/@{lat},{lng},17z",
        f"https://www.google.com/maps/place/{quote(dms)}/",
        f"{DIR}/21,105/{lat},{lng}/@21,106,9z",
        f"https://www.openstreetmap.org/#map=17/{lat}/{lng}",
        f"https://www.bing.com/maps?cp={lat}~{lng}",
    ):
        assert parse(text) == point


@given(points)
def test_every_written_form_reads_back_to_the_same_point(point):
    assert parse(str(point)) == point
    assert parse(point.as_decimal()) == point
    for language in ("vi", "en", "zh-hans"):
        assert parse(point.as_dms(language, seconds_places=3)) == point
    assert parse(exports.geo_uri(PlainPlace("", point))) == point
