"""What is no point of the map: it is refused, and a message says why and what helps."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.maps.bounds import VIETNAM, MapBounds, check_within
from portal.maps.coordinates import Coordinates, CoordinatesError, parse
from tests.mapping import BAY

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
        "https://www.google.com/maps/dir/Ha+Noi/Ha+Long/@21,106,9z",
        "https://www.google.com/maps/dir/21.03,105.85/Ha+Long/@21,106,9z",
        "https://www.google.com/maps/dir/",
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

# With what the message has to contain; the rest of its words is free.
HINTED = [
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


@pytest.mark.parametrize(("text", "code", "message"), REFUSED)
def test_what_is_no_point_is_refused_with_advice(text, code, message):
    with translation.override("en"), pytest.raises(CoordinatesError) as caught:
        parse(text)
    with translation.override("en"):
        assert (caught.value.code, caught.value.messages) == (code, [message])


@pytest.mark.parametrize(("text", "code", "message"), HINTED)
def test_refuses_what_is_no_point_and_says_why(text, code, message):
    with translation.override("en"), pytest.raises(CoordinatesError) as caught:
        parse(text)
    assert caught.value.code == code
    with translation.override("en"):
        assert message in caught.value.messages[0]


def test_a_proposal_of_the_right_order_can_be_pasted_as_it_is():
    with pytest.raises(CoordinatesError) as caught:
        parse("107,08; 20,951")
    assert str(parse(caught.value.params["proposal"])) == "20.951000,107.080000"


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
    check_within(BAY, box)
    with translation.override("en"), pytest.raises(CoordinatesError) as caught:
        check_within(Coordinates("10.77", "106.7"), box)
    assert caught.value.code == "outside"
    with translation.override("en"):
        assert "outside Quảng Ninh" in caught.value.messages[0]
