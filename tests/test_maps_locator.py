"""The locator picture: names of the islands, names of places, and the file that it is."""

import json
import re
from gzip import decompress
from xml.etree import ElementTree

import pytest
from django.utils import translation

from portal.maps import cut_land
from portal.maps.coordinates import Coordinates
from portal.maps.label_layout import Box, place_label, wrap
from portal.maps.land import ARCHIPELAGOS, EAST_SEA_NAME, land_bounds
from portal.maps.locator import NARROW, WIDE, locator_pair, locator_svg
from portal.maps.places import PlainPlace

SVG = "{http://www.w3.org/2000/svg}"
SIZES = [WIDE, NARROW]
NAMES = {
    "vi": ("Quần đảo Hoàng Sa (Việt Nam)", "Quần đảo Trường Sa (Việt Nam)", "Biển Đông"),
    "en": ("Hoàng Sa archipelago (Viet Nam)", "Trường Sa archipelago (Viet Nam)", "East Sea"),
}


def place(name, latitude, longitude):
    return PlainPlace(name, Coordinates(latitude, longitude))


HA_LONG = place("Trụ sở Liên cơ quan số 4", "20.951", "107.08")
HA_NOI = place("Hà Nội", "21.03", "105.85")
CA_MAU = place("Cà Mau", "9.18", "105.15")
HOANG_SA = place("Hoàng Sa", "16.53", "111.6")
TRUONG_SA = place("Trường Sa", "8.64", "111.92")
PARIS = place("Paris", "48.85", "2.35")
OFFICES = [HA_LONG, place("Bãi Cháy", "20.958", "107.03"), place("Cẩm Phả", "21.01", "107.29")]
WHOLE_COUNTRY = [HA_NOI, CA_MAU]

VIEWS = {
    "a town": [HA_LONG],
    "a province": [HA_LONG, place("Móng Cái", "21.52", "107.96")],
    "the north": [HA_NOI, HA_LONG, place("Vinh", "18.67", "105.68")],
    "the country": [HA_NOI, CA_MAU],
    "one archipelago": [place("Đà Nẵng", "16.07", "108.22"), HOANG_SA],
    "the other archipelago": [place("Cam Ranh", "11.92", "109.16"), TRUONG_SA],
    "on an island": [HOANG_SA],
    "on another island": [TRUONG_SA],
    "the country and its sea": [HA_NOI, CA_MAU, HOANG_SA, TRUONG_SA],
    "the open sea": [place("Giàn khoan", "13.0", "113.0")],
    "at the edges": [place("A", "26.9", "92.1"), place("B", "3.1", "125.9")],
}


def words_of(element) -> str:
    """All that is written in the picture, each text with single spaces between its lines."""
    texts = (" ".join(t.itertext()) for t in element.iter(f"{SVG}text"))
    return "\n".join(" ".join(text.split()) for text in texts)


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize("size", SIZES, ids=["wide", "narrow"])
@pytest.mark.parametrize("view", VIEWS)
def test_both_archipelagos_are_named_whole_wherever_the_picture_looks(view, size, language):
    svg = locator_svg(VIEWS[view], language=language, size=size)
    hoang_sa, truong_sa, sea = NAMES[language]
    root = ElementTree.fromstring(svg)
    written = words_of(root).split("\n")
    assert hoang_sa in written
    assert truong_sa in written
    insets = root.findall(f"{SVG}g[@class='locator__inset']")
    if insets:
        inset = words_of(insets[0])
        assert hoang_sa in inset
        assert truong_sa in inset
        assert sea in inset
    shown = NAMES["en" if language == "vi" else "vi"]
    assert not set(shown) & set(written)


@pytest.mark.parametrize("size", SIZES, ids=["wide", "narrow"])
def test_no_name_of_the_islands_is_cut_by_the_frame(size):
    for places in VIEWS.values():
        root = ElementTree.fromstring(locator_svg(places, language="en", size=size))
        for text in root.findall(f"{SVG}text"):
            if "locator__archipelago" not in text.get("class", ""):
                continue
            for line in text:
                half = len(line.text) * 12 * 0.5 / 2
                assert half <= float(line.get("x")) <= size[0] - half
                assert 8 <= float(line.get("y")) <= size[1]


def test_the_language_is_the_readers_unless_one_is_named():
    with translation.override("vi"):
        assert locator_svg([HA_LONG]) == locator_svg([HA_LONG], language="vi")
        assert locator_svg([HA_LONG]) != locator_svg([HA_LONG], language="en")


@pytest.mark.parametrize(
    "name",
    [
        "</title></svg><script>alert(1)</script>",
        '"><image href="https://evil.example/x.png"/>',
        "<![CDATA[ & ]]> &amp; &#60;",
        "nul\x00bell\x07esc\x1b \ufffe half \ud800",
        "{0} %(names)s {parts}",
    ],
)
def test_a_name_is_text_whatever_it_holds(name):
    svg = locator_svg([PlainPlace(name, HA_LONG.coordinates), HA_NOI], language="en")
    plain = locator_svg([PlainPlace("A", HA_LONG.coordinates), HA_NOI], language="en")
    root = ElementTree.fromstring(svg.encode())
    elements = {element.tag for element in root.iter()}
    assert elements == {element.tag for element in ElementTree.fromstring(plain).iter()}
    assert not {f"{SVG}script", f"{SVG}image", f"{SVG}foreignObject"} & elements
    shown = " ".join(re.sub(r"[\x00-\x1f\ud800\ufffe]", " ", name).split())
    assert shown in root.find(f"{SVG}title").text


@pytest.mark.parametrize("size", SIZES, ids=["wide", "narrow"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_picture_is_light_valid_the_same_and_asks_nobody(view, size):
    svg = locator_svg(VIEWS[view], language="vi", size=size)
    assert svg == locator_svg(list(VIEWS[view]), language="vi", size=size)
    assert len(svg.encode()) <= 60_000
    root = ElementTree.fromstring(svg)
    assert (root.get("width"), root.get("height")) == tuple(map(str, size))
    for element in root.iter():
        assert element.tag.startswith(SVG)
        assert element.tag != f"{SVG}script"
        for name, value in element.items():
            assert not name.startswith("on")
            assert name != "style"
            assert name != "href" or value.startswith("#")
            assert "http" not in value


def test_eight_places_with_long_names_stay_light():
    places = [
        place(f"Trung tâm phục vụ hành chính công số {n} " * 2, f"20.9{n}", f"107.{n}")
        for n in range(1, 9)
    ]
    for size in SIZES:
        assert len(locator_svg(places, language="vi", size=size).encode()) <= 60_000


def test_places_outside_are_left_out_and_keep_their_number():
    svg = locator_svg([PARIS, HA_LONG, PlainPlace("Chưa rõ"), HA_NOI], language="vi")
    root = ElementTree.fromstring(svg)
    assert "Paris" not in svg
    assert "Chưa rõ" not in svg
    markers = root.findall(f"{SVG}g[@class='locator__marker']")
    assert ["".join(marker.itertext()) for marker in markers] == ["2", "4"]
    described = root.find(f"{SVG}desc").text
    assert described.startswith("2. Trụ sở Liên cơ quan số 4: 20°57′03,6″B 107°04′48″Đ; 4. Hà Nội:")


def test_an_outside_place_changes_nothing_else_in_the_picture():
    without = locator_svg([HA_LONG, HA_NOI], language="vi")
    assert locator_svg([HA_LONG, HA_NOI, PARIS], language="vi") == without


def test_a_place_on_the_very_edge_of_the_outline_is_outside():
    west, south, _east, _north = land_bounds()
    assert locator_svg([place("A", str(south), str(west))], language="en") == ""


def test_a_pair_holds_both_sizes_under_ids_of_their_own():
    pair = ElementTree.fromstring(locator_pair([HA_LONG], language="vi", ident="x"))
    boxes = [svg.get("viewBox") for svg in pair.iter(f"{SVG}svg")]
    assert boxes == ["0 0 800 480", "0 0 390 520"]
    ids = [element.get("id") for element in pair.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(ident.startswith(("x-w", "x-n")) for ident in ids)
    for svg in pair.iter(f"{SVG}svg"):
        inner = {element.get("id") for element in svg.iter()}
        used = [use.get("href").removeprefix("#") for use in svg.iter(f"{SVG}use")]
        clips = [e.get("clip-path")[5:-1] for e in svg.iter() if e.get("clip-path")]
        assert {*used, *clips} <= inner


def lines_of(svg):
    return ["".join(e.itertext()) for e in ElementTree.fromstring(svg).iter(f"{SVG}tspan")]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("places", [OFFICES, OFFICES[:1], WHOLE_COUNTRY])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_locator_names_both_archipelagos_and_the_sea(places, size, language):
    lines = lines_of(locator_svg(places, language=language, size=size))
    with translation.override(language):
        for name in (*(group.name for group in ARCHIPELAGOS), EAST_SEA_NAME):
            assert str(name) in " ".join(lines)
    # A line's end never falls inside the islands' own name.
    assert any("Hoàng Sa" in line for line in lines)
    assert any("Trường Sa" in line for line in lines)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("places", [OFFICES, WHOLE_COUNTRY])
def test_a_locator_is_light_and_the_same_every_time(places, size):
    svg = locator_svg(places, language="vi", size=size)
    assert len(svg.encode()) <= 60_000
    assert svg == locator_svg(places, language="vi", size=size)


def test_a_locator_describes_itself():
    root = ElementTree.fromstring(locator_svg(OFFICES, language="vi"))
    assert root.get("role") == "img"
    assert root.get("lang") == "vi"
    assert "Bãi Cháy" in root.find(f"{SVG}title").text
    assert "20°57′03,6″B 107°04′48″Đ" in root.find(f"{SVG}desc").text
    ids = {e.get("id") for e in root.iter() if e.get("id")}
    assert set(root.get("aria-labelledby").split()) <= ids
    assert set(root.get("aria-describedby").split()) <= ids


def test_a_locator_obeys_a_strict_content_security_policy():
    svg = locator_svg(OFFICES, language="en")
    assert " style=" not in svg
    assert "<style" not in svg
    assert "<script" not in svg
    outside = re.sub(r'xmlns="[^"]+"', "", svg)
    assert "http" not in outside


def test_names_are_escaped():
    name = '</svg><script>alert(1)</script> & "x"'
    svg = locator_svg([place(name, "20.95", "107.08")], language="en")
    assert "<script" not in svg
    assert name in ElementTree.fromstring(svg).find(f"{SVG}title").text


def test_places_without_a_point_keep_their_number_and_are_not_drawn():
    svg = locator_svg([PlainPlace("Nowhere"), *OFFICES], language="en")
    assert "Nowhere" not in svg
    assert "2. Trụ sở" in ElementTree.fromstring(svg).find(f"{SVG}desc").text


def test_nothing_is_drawn_without_a_point_on_the_outline():
    assert locator_svg([PlainPlace("A")], language="en") == ""
    far = place("Stockholm", "59.33", "18.06")
    assert locator_svg([far], language="en") == ""
    assert locator_pair([far], language="en") == ""


def test_places_too_close_to_tell_apart_share_a_marker():
    beside = place("Beside", "20.9511", "107.0801")
    svg = locator_svg([OFFICES[0], beside], language="en")
    markers = ElementTree.fromstring(svg).findall(f"{SVG}g[@class='locator__marker']")
    assert ["".join(marker.itertext()) for marker in markers] == ["1, 2"]


def test_the_two_sizes_of_a_page_share_no_id():
    pair = locator_pair(OFFICES, language="vi")
    ids = re.findall(r' id="([^"]+)"', pair)
    assert len(ids) == len(set(ids))


# Labels


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


# The outline's own file


def grid(*points):
    """One arc through points given in degrees, on a grid of a hundredth, delta-coded."""
    arc, at = [], (0, 0)
    for x, y in points:
        to = round(x * 100), round(y * 100)
        arc.append([to[0] - at[0], to[1] - at[1]])
        at = to
    return arc


def test_the_outline_is_cut_from_a_topology_and_nothing_else_is_kept(tmp_path):
    topology = {
        "transform": {"scale": [0.01, 0.01], "translate": [0, 0]},
        "arcs": [
            grid((106, 20), (107, 20), (107, 21)),
            grid((106, 20), (106, 21), (107, 21)),
            grid((0, 0), (1, 0), (1, 1), (0, 0)),
            grid((91, 10), (93, 10), (93, 11), (91, 11), (91, 10)),
        ],
        "objects": {
            "countries": {"geometries": [{"arcs": [[[2]]], "properties": {"name": "X"}}]},
            # The second arc is walked backwards; the third ring lies outside; the last one is cut.
            "land": {"geometries": [{"arcs": [[[0, -2]], [[2]], [[3]]]}]},
        },
    }
    source, target = tmp_path / "land.json", tmp_path / "land.json.gz"
    source.write_text(json.dumps(topology))
    cut_land.main(str(source), str(target))
    once = target.read_bytes()
    cut_land.main(str(source), str(target))
    assert target.read_bytes() == once
    stored = json.loads(decompress(once))
    assert set(stored) == {"scale", "translate", "bounds", "rings"}
    assert stored["bounds"] == list(cut_land.CUT)
    whole, cut = stored["rings"]
    assert whole == [10600, 2000, 100, 0, 0, 100, -100, 0]
    xs = [sum(cut[: n + 1 : 2]) for n in range(0, len(cut), 2)]
    assert (min(xs), max(xs)) == (9200, 9300)
