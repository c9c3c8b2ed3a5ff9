"""The map page: what readers find on it, take from it, and what it costs."""

import json
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from home.factories import LocationMapPageFactory, PlaceFactory, english_home
from home.models import LocationMapPage
from portal import surroundings
from portal.factories import ImageFactory, locale
from portal.pagecache import journal
from portal.pagecache.collector import tag_of
from portal.pictures import make
from tests.translating import publish, submit, write

pytestmark = pytest.mark.django_db

ADDRESS = "/ban-do-truc-tuyen/"
KML = "{http://www.opengis.net/kml/2.2}"
HOSTILE = '<img src=x onerror="alert(1)"> & </script>'


@pytest.fixture
def map_page(site):
    """A function that publishes the map page with a number of places near one another."""
    page = LocationMapPageFactory(parent=site.home)

    def build(count=1, **fields):
        page.places.all().delete()
        for n in range(count):
            PlaceFactory(
                page=page,
                sort_order=n,
                name=f"Trụ sở {n + 1}",
                coordinates=f"20.95{n + 1}, 107.0{n + 1}",
                **fields,
            )
        fresh = LocationMapPage.objects.get(pk=page.pk)
        fresh.save_revision().publish()
        return LocationMapPage.objects.get(pk=page.pk)

    return build


@pytest.fixture
def page_of(client):
    """A function that asks for an address and returns its parsed page."""

    def page_of(address=ADDRESS, **headers):
        response = client.get(address, headers=headers)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    return page_of


def data_of(soup) -> dict:
    """What the script of the interactive map reads."""
    return json.loads(soup.find("script", id="map-config").string)


def described(soup) -> dict:
    """The description for search engines."""
    found = (json.loads(s.string) for s in soup("script", type="application/ld+json"))
    return next(data for data in found if data.get("@type") == "ContactPage")


# The page


@pytest.mark.parametrize("count", [1, 8])
def test_a_page_shows_each_of_its_places(map_page, page_of, count):
    map_page(count)
    soup = page_of()
    names = [f"Trụ sở {n + 1}" for n in range(count)]
    sections = soup.find_all("section", class_="place")
    assert [s.h2.find_all("span")[-1].text for s in sections] == names
    assert [s["id"] for s in sections] == [f"place-{n + 1}" for n in range(count)]
    # One picture, drawn for wide and for narrow columns.
    assert len(soup.select("[data-place-map-picture] svg")) == 2
    assert [place["name"] for place in data_of(soup)["places"]] == names
    ids = [element["id"] for element in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("count", "entries"), [(1, 0), (8, 8)])
def test_several_places_have_a_list_that_leads_to_them(map_page, page_of, count, entries):
    map_page(count)
    soup = page_of()
    links = soup.select("nav.place-list a")
    assert len(links) == entries
    assert all(soup.find(id=link["href"].removeprefix("#")) for link in links)


def test_the_picture_and_the_map_name_both_archipelagos(map_page, page_of):
    map_page()
    soup = page_of()
    for svg in soup.select("[data-place-map-picture] svg"):
        written = " ".join(" ".join(text.stripped_strings) for text in svg.find_all("text"))
        assert "Quần đảo Hoàng Sa (Việt Nam)" in written
        assert "Quần đảo Trường Sa (Việt Nam)" in written
    names = {entry["name"] for entry in data_of(soup)["names"]}
    assert {
        "Quần đảo Hoàng Sa (Việt Nam)", "Quần đảo Trường Sa (Việt Nam)", "Biển Đông",
    } <= names  # fmt: skip


def test_the_ways_to_reach_a_place_are_plain_links(map_page, page_of):
    map_page(phone="0203.3835678", email="vp@example.org", hours="Thứ Hai\nThứ Ba")
    place = page_of().find("section", class_="place")
    assert place.find("a", string="0203.3835678")["href"] == "tel:02033835678"
    assert place.find("a", string="vp@example.org")["href"] == "mailto:vp@example.org"
    links = place.select(".place__ways-list a")
    assert [a["href"].partition(":")[0] for a in links] == ["geo", "https", "https", "https"]
    assert all("20.951,107.01" in a["href"] and "noreferrer" in a["rel"] for a in links)


def test_what_is_not_known_has_no_row(map_page, page_of):
    map_page()
    place = page_of().find("section", class_="place")
    assert not place.find_all("a", href=lambda href: href.startswith(("tel:", "mailto:")))
    assert [dt.text for dt in place.find_all("dt")] == ["Địa chỉ", "Toạ độ"]


def test_the_page_loads_nothing_from_elsewhere(map_page, page_of):
    map_page(3)
    soup = page_of()
    loaded = [e["src"] for e in soup.find_all(src=True)]
    loaded += [e["href"] for e in soup.find_all("link", rel="stylesheet")]
    loaded += [soup.find(attrs={"data-place-map": True})[f"data-leaflet-{x}"]
               for x in ("script", "style")]  # fmt: skip
    assert loaded
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)
    assert data_of(soup)["url"].startswith("/")


def test_names_are_text_everywhere_on_the_page(map_page, page_of):
    page = map_page()
    page.places.all().update(name=HOSTILE, address=HOSTILE, hours=HOSTILE, transport=HOSTILE)
    journal.touch(tag_of(Page, page.pk))
    soup = page_of()
    assert not soup.find_all(onerror=True)
    assert soup.find("section", class_="place").address.text == HOSTILE
    assert data_of(soup)["places"][0]["name"] == HOSTILE
    assert described(soup)["about"][0]["name"] == HOSTILE


def test_search_engines_read_each_place(map_page, page_of):
    map_page(2)
    about = described(page_of())["about"]
    assert [(p["name"], p["geo"]["latitude"], p["geo"]["longitude"]) for p in about] == [
        ("Trụ sở 1", "20.951000", "107.010000"),
        ("Trụ sở 2", "20.952000", "107.020000"),
    ]


# What can be taken along


def test_the_downloads_answer_with_their_types(map_page, client):
    map_page(2)
    types = {
        "places.geojson": "application/geo+json",
        "places.kml": "application/vnd.google-earth.kml+xml",
        "place-1.vcf": "text/vcard; charset=utf-8",
        "place-2.vcf": "text/vcard; charset=utf-8",
    }
    for name, content_type in types.items():
        response = client.get(f"{ADDRESS}{name}")
        assert response.status_code == 200
        assert response.headers["Content-Type"] == content_type
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_the_downloads_are_linked_from_the_page(map_page, page_of, client):
    map_page(2)
    soup = page_of()
    links = soup.select(".downloads a, .place__card-link")
    assert [a["href"] for a in links] == [
        f"{ADDRESS}{name}" for name in ("place-1.vcf", "place-2.vcf", "places.geojson",
                                        "places.kml")
    ]  # fmt: skip
    for link in links:
        assert client.get(link["href"]).headers["Content-Type"].startswith(link["type"])


def test_the_downloads_hold_the_places_in_their_order(map_page, client):
    map_page(3)
    collection = json.loads(client.get(f"{ADDRESS}places.geojson").content)
    assert [f["geometry"]["coordinates"] for f in collection["features"]] == [
        [107.01, 20.951], [107.02, 20.952], [107.03, 20.953],
    ]  # fmt: skip
    root = ElementTree.fromstring(client.get(f"{ADDRESS}places.kml").content)
    assert root.find(f"{KML}Document/{KML}name").text == "Bản đồ trực tuyến"
    assert [e.text for e in root.iter(f"{KML}coordinates")] == [
        "107.01,20.951", "107.02,20.952", "107.03,20.953",
    ]  # fmt: skip
    assert b"GEO:geo:20.952,107.02\r\n" in client.get(f"{ADDRESS}place-2.vcf").content


def test_a_vcard_is_of_the_organisation_of_the_site(map_page, client, site):
    map_page(phone="0203.3835678")
    card = client.get(f"{ADDRESS}place-1.vcf").content.decode().replace("\r\n ", "")
    assert f"\r\nFN:{site.identity.name}\r\n" in card
    assert "\r\nTEL;TYPE=voice:0203.3835678\r\n" in card
    assert "\r\nNOTE:Trụ sở 1\r\n" in card


@pytest.mark.parametrize(
    "name",
    [
        "place-0.vcf", "place-3.vcf", "place-99999999999999999999.vcf", "place--1.vcf",
        "place-một.vcf", "place-1.vcf/", "place-.vcf", "places.json", "places.kmz", "x/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(map_page, client, name):
    map_page(2)
    assert client.get(f"{ADDRESS}{name}").status_code == 404


def test_the_downloads_of_a_draft_are_not_found(map_page, client):
    map_page().unpublish()
    for name in ("", "places.geojson", "places.kml", "place-1.vcf"):
        assert client.get(f"{ADDRESS}{name}").status_code == 404


# Other languages


def test_the_english_page_has_the_same_points_and_words_of_its_own(map_page, page_of, client, site):
    page = map_page(2, hours="Thứ Hai đến thứ Sáu", phone="0203.3835678")
    english_home(site)
    translation = submit(page)
    words = {
        "Bản đồ trực tuyến": "Online map",
        "Thứ Hai đến thứ Sáu": "Monday to Friday",
        "Trụ sở 1": "Main office",
        "Trụ sở 2": "Second office",
    }
    write(translation, lambda text: words.get(text, "Hong Ha ward, Ha Long"))
    publish(translation)
    english = page.get_translation(locale("en"))
    soup = page_of(english.url)
    assert english.url.startswith("/en/")
    places = data_of(soup)["places"]
    assert [place["name"] for place in places] == ["Main office", "Second office"]
    vietnamese = data_of(page_of())["places"]
    assert [place["at"] for place in places] == [place["at"] for place in vietnamese]
    shown = soup.find("section", class_="place")
    assert "Monday to Friday" in shown.text
    assert shown.find("a", string="0203.3835678")["href"] == "tel:02033835678"
    assert "Trụ sở 1" not in soup.find("main").text
    picture = soup.select_one("[data-place-map-picture] svg")
    assert picture["lang"] == "en"
    assert "Main office" in picture.title.text
    assert "20°57′03.6″N" in picture.desc.text
    collections = [
        json.loads(client.get(f"{address}places.geojson").content)["features"]
        for address in (ADDRESS, english.url)
    ]
    assert [[f["geometry"] for f in collection] for collection in collections] == [
        [f["geometry"] for f in collections[0]]
    ] * 2
    assert [f["properties"]["name"] for f in collections[1]] == ["Main office", "Second office"]


# Previews


def test_a_preview_shows_the_draft_and_leaves_nothing_to_readers(map_page, page_of, site):
    page = map_page()
    # The host that previews ask for: each host has a memory of its own.
    host = site.site.hostname
    public = str(page_of(host=host).select_one("[data-place-map-picture]"))
    place = page.places.get()
    place.name = "Chưa công bố"
    page.places.add(place)
    page.save_revision()
    surroundings.forget()
    draft = page.get_latest_revision_as_object()
    preview = draft.make_preview_request()
    assert preview.status_code == 200
    soup = BeautifulSoup(preview.rendered_content, "html.parser")
    assert "Chưa công bố" in soup.select_one("[data-place-map-picture] svg").title.text
    after = page_of(host=host).select_one("[data-place-map-picture]")
    assert str(after) == public
    again = draft.make_preview_request()
    assert "Chưa công bố" in again.rendered_content.partition("<svg")[2].partition("</title>")[0]


# Queries


def queries_of(client, address=ADDRESS, *, warm_up=True) -> list[str]:
    if warm_up:
        client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured]


def test_the_places_are_read_once(map_page, client):
    map_page(3)
    assert sum('FROM "home_place"' in sql for sql in queries_of(client)) == 1


@pytest.mark.parametrize("name", ["", "places.geojson", "places.kml", "place-1.vcf"])
@pytest.mark.parametrize("cold", [False, True], ids=["warm", "cold"])
def test_eight_places_cost_no_more_queries_than_one(map_page, client, name, cold):
    """Each place has a photograph of its own, of which nothing is known yet when it is cold."""
    address = f"{ADDRESS}{name}"
    counted = []
    for count in (1, 8):
        page = map_page(count)
        for place in page.places.all():
            place.entrance_photo, place.entrance_alt = ImageFactory(), "Cổng"
            place.save()
            make(place.entrance_photo, ["body"])
        journal.touch(tag_of(Page, page.pk))
        if cold:
            client.get(ADDRESS)
            caches["renditions"].clear()
            counted.append(queries_of(client, address, warm_up=False))
        else:
            counted.append(queries_of(client, address))
    one, eight = counted
    assert len(eight) == len(one), "\n".join(eight)


def test_photographs_of_entrances_are_shown(map_page, page_of):
    page = map_page(2)
    photo = ImageFactory()
    make(photo, ["body"])
    page.places.all().update(entrance_photo=photo, entrance_alt="Cổng chính")
    pictures = page_of().select(".place__photo picture img")
    assert [img["alt"] for img in pictures] == ["Cổng chính"] * 2


def test_a_change_of_a_place_is_on_the_page_at_once(map_page, page_of):
    page = map_page()
    assert "Trụ sở 1" in page_of().find("main").text
    place = page.places.get()
    place.name = "Trụ sở mới"
    page.places.add(place)
    page.save_revision().publish()
    soup = page_of()
    assert "Trụ sở mới" in soup.select_one("[data-place-map-picture] svg").title.text
    assert described(soup)["about"][0]["name"] == "Trụ sở mới"
