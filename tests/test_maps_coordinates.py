"""Where a pasted text lies: each spelling gives one exact point, or a message that helps."""

import json
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.maps import exports
from portal.maps.bounds import VIETNAM, check_within
from portal.maps.coordinates import Coordinates, CoordinatesError, parse
from portal.maps.places import PlainPlace

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

UNREADABLE = (
    "These coordinates could not be read. Write latitude and longitude, for example "
    "“20.95, 107.08” or “20°57′00″N 107°04′48″E”, or paste the full address of a map."
)
SHORT_LINK = (
    "This short link holds no coordinates. Open it, wait until the map appears, "
    "and copy the full address from there."
)
NO_COORDINATES = (
    "This address holds no coordinates. Mark the place on the map, then copy the full "
    "address or the coordinates themselves."
)
SWAPPED = (
    "Latitude and longitude look swapped: latitude comes first. Did you mean “20.951, 107.08”?"
)
MINUTES = "Minutes and seconds must be below 60."
SAME_AXIS = "Both numbers are on the same axis: give one latitude and one longitude."
REFERENCE = "Only WGS 84 coordinates can be used; this address names another system."
LATITUDE = "Latitude must be between −90 and 90 degrees; this is {}."
LONGITUDE = "Longitude must be between −180 and 180 degrees; this is {}."

REFUSED = [
    *((text, "unreadable", UNREADABLE) for text in (
        " ", "trụ sở", "20.951", "20,951", "20..951, 107.08", "20.951, 107.08, 17z",
        "--20.951, 107.08", "20.5°30′N 107°E", "1e2, 3", "20 57 3.6 107", "7PH7X3W5+CQ",
        "48Q YJ 12345 67890", "٢٠.٩٥, ١٠٧.٠٨", "geo:", "geo:0,0?q=Trụ sở",
    )),
    *((text, "short_link", SHORT_LINK) for text in (
        "https://maps.app.goo.gl/AbC?g_st=iz", "maps.app.goo.gl/AbC", "https://goo.gl/maps/AbC",
        "https://maps.apple/p/AbC", "https://osm.org/go/4JVd", "https://www.bit.ly/AbC",
        "Mời xem: https://maps.app.goo.gl/AbC",
    )),
    *((text, "no_coordinates", NO_COORDINATES) for text in (
        "https://www.google.com/maps?q=20.951,1070.8", "https://www.google.com/maps/place/Ha+Long",
        # Neither where the way begins nor the middle of the view is where it leads.
        f"{DIR}/Ha+Noi/Ha+Long/@21,106,9z", f"{DIR}/21.03,105.85/Ha+Long/@21,106,9z", f"{DIR}/",
        "https://portal.example/ban-do-20.951,107.08", "www.example.org",
    )),
    *((text, "swapped", SWAPPED) for text in (
        "107.08, 20.951", "107,08; 20,951", "[107.08, 20.951]", "107.08N 20.951E",
        "https://www.google.com/maps/@107.08,20.951,17z", "geo:107.08,20.951",
        "https://www.openstreetmap.org/?mlat=107.08&mlon=20.951",
    )),
    ("20°60′N 107°E", "minutes", MINUTES),
    ("20°57′61″N 107°E", "minutes", MINUTES),
    ("20.951 B, 21 B", "same_axis", SAME_AXIS),
    ("20.951E, 107.08Đ", "same_axis", SAME_AXIS),
    ("geo:20.951,107.08;crs=vn2000", "reference_system", REFERENCE),
    ("-95.5, 200", "latitude_range", LATITUDE.format("-95.5")),
    ("200, 107.08", "latitude_range", LATITUDE.format("200")),
    ("20.951, 180.5", "longitude_range", LONGITUDE.format("180.5")),
    ("https://www.bing.com/maps?cp=20.951~-181", "longitude_range", LONGITUDE.format("-181")),
]  # fmt: skip


@pytest.mark.parametrize("text", [*WRITTEN, *ADDRESSES])
def test_every_spelling_gives_the_same_point(text):
    assert str(parse(text)) == OFFICE


@pytest.mark.parametrize(("text", "code", "message"), REFUSED)
def test_what_is_no_point_is_refused_with_advice(text, code, message):
    with translation.override("en"), pytest.raises(CoordinatesError) as caught:
        parse(text)
    with translation.override("en"):
        assert (caught.value.code, caught.value.messages) == (code, [message])


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


def test_a_proposal_of_the_right_order_can_be_pasted_as_it_is():
    with pytest.raises(CoordinatesError) as caught:
        parse("107,08; 20,951")
    assert str(parse(caught.value.params["proposal"])) == OFFICE


@pytest.mark.parametrize(
    ("language", "message"),
    [
        (
            "en",
            "This point (48°51′00″N 2°21′00″E) lies outside Viet Nam and its sea. "
            "Check the numbers and their order.",
        ),
        (
            "vi",
            "Điểm này (48°51′00″B 2°21′00″Đ) nằm ngoài Việt Nam và vùng biển của Việt Nam. "
            "Hãy kiểm tra các số và thứ tự của chúng.",
        ),
    ],
)
def test_a_point_outside_the_area_is_named_in_the_readers_language(language, message):
    with translation.override(language):
        with pytest.raises(CoordinatesError) as caught:
            check_within(parse("48.85, 2.35"), VIETNAM)
        assert (caught.value.code, caught.value.messages) == ("outside", [message])


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "90.0000001"])
def test_a_latitude_that_is_none_is_refused(value):
    with pytest.raises(CoordinatesError) as caught:
        Coordinates(value, "0")
    assert caught.value.code == "latitude_range"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "180.0000001"])
def test_a_longitude_that_is_none_is_refused(value):
    with pytest.raises(CoordinatesError) as caught:
        Coordinates("0", value)
    assert caught.value.code == "longitude_range"


def test_text_beyond_any_address_is_not_read():
    with pytest.raises(CoordinatesError) as caught:
        parse("20.951, 107.08" + " " * 10 + "x" * 4000)
    assert caught.value.code == "unreadable"


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
