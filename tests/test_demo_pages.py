"""The demo texts outside the news: identity, categories, home, history, places, pages."""

import re
import tomllib
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from home.demo.pictures import PICTURES

CONTENT = Path(__file__).resolve().parent.parent / "home" / "demo" / "content"
BLOCK_KEYS = {
    "paragraph": {"html"},
    "heading": {"text", "level"},
    "quote": {"text", "attribution", "source"},
    "image": {"picture", "alt", "caption", "credit", "date"},
    "gallery": {"title", "images"},
    "callout": {"tone", "title", "html"},
    "numbers": {"title", "items"},
    "table": {"caption", "header", "rows"},
    "links": {"title", "links"},
    "signature": {"body", "person", "role"},
}


def load(name: str) -> dict:
    with (CONTENT / name).open("rb") as file:
        return tomllib.load(file)


def load_articles() -> list[dict]:
    paths = sorted(CONTENT.glob("news*.toml"))
    return [article for path in paths for article in load(path.name)["article"]]


def values_of(value: object, wanted: str):
    """Yield every value stored under the key `wanted`, at any depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == wanted:
                yield inner
            yield from values_of(inner, wanted)
    elif isinstance(value, list):
        for inner in value:
            yield from values_of(inner, wanted)


def strings(value: object):
    """Yield every string inside nested lists and mappings."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


ARTICLES = load_articles()
ARTICLES_BY_KEY = {article["key"]: article for article in ARTICLES}


class TestCategoriesAndSigningBodies:
    def test_categories_are_named_in_both_languages_with_ascii_slugs(self):
        categories = load("categories.toml")["category"]
        assert len(categories) >= 6
        assert len({category["key"] for category in categories}) == len(categories)
        for language in ("vi", "en"):
            assert len({category[language]["slug"] for category in categories}) == len(categories)
            for category in categories:
                assert set(category[language]) == {"name", "slug", "description"}
                assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", category[language]["slug"])

    def test_every_signing_body_signs_something(self):
        bodies = load("signing_bodies.toml")["body"]
        assert len(bodies) == 5
        assert {body["key"] for body in bodies} == {
            article["vi"]["body"][-1]["body"] for article in ARTICLES
        }


class TestIdentity:
    identity = load("identity.toml")

    def test_carries_the_known_contact_data_and_visit_total(self):
        assert self.identity["founding_date"] == "1964-09-04"
        assert self.identity["carried_total"] == 1_522_258
        assert date.fromisoformat(self.identity["carried_date"])
        assert self.identity["phone"] == self.identity["fax"] == "080.33205"
        assert self.identity["email"] == "vp.duk@quangninh.gov.vn"

    def test_has_all_footer_texts_in_both_languages(self):
        required = {
            "name",
            "short_name",
            "superior",
            "tagline",
            "responsible_person",
            "responsible_office",
            "address",
            "licence",
            "source_citing",
            "archive_notice",
            "latest_heading",
            "statistics_heading",
        }
        for language in ("vi", "en"):
            assert required == set(self.identity[language])
            texts = {k: v for k, v in self.identity[language].items() if k != "archive_notice"}
            assert all(texts.values())
        assert self.identity["vi"]["latest_heading"] == "Thông tin mới nhất"
        assert self.identity["vi"]["statistics_heading"] == "Thống kê truy cập"
        assert self.identity["vi"]["responsible_person"].endswith("(ví dụ)")
        assert "ví dụ" in self.identity["vi"]["licence"]

    def test_names_in_time_follow_each_other_without_a_gap(self):
        names = self.identity["former_names"]
        assert len(names) == 3
        assert names[0]["from"] == self.identity["founding_date"]
        assert [name["decision"] for name in names] == ["", "961-QĐ/TU", "536-QĐ/TU"]
        for earlier, later in pairwise(names):
            ended = date.fromisoformat(earlier["until"])
            assert date.fromisoformat(later["from"]) == ended + timedelta(days=1)
        assert "until" not in names[-1]


class TestHistory:
    history = load("history.toml")
    items = history["item"]

    def test_each_kind_of_item_has_its_keys(self):
        texts = {
            "milestone": {"title", "html"},
            "name_change": {"name", "html"},
            "honour": {"name", "note"},
            "quote": {"text", "attribution", "source"},
            "photo": {"alt", "caption", "credit"},
        }
        facts = {
            "milestone": {"date", "document"},
            "name_change": {"date", "document"},
            "honour": {"date"},
            "quote": set(),
            "photo": {"date", "picture"},
        }
        for item in self.items:
            assert set(item["vi"]) == set(item["en"]) == texts[item["type"]]
            assert set(item) == {"type", "vi", "en"} | facts[item["type"]]

    def test_there_are_enough_milestones(self):
        kinds = Counter(item["type"] for item in self.items)
        assert kinds["milestone"] >= 12
        assert (kinds["name_change"], kinds["honour"]) == (2, 4)
        assert kinds["quote"] >= 1
        assert kinds["photo"] >= 1

    def test_dates_run_forward_from_the_founding(self):
        dates = [item["date"] for item in self.items if "date" in item]
        assert all(re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value) for value in dates)
        for value in dates:
            assert date.fromisoformat((value + "-01-01")[:10])
        assert dates[0] == load("identity.toml")["founding_date"]
        years = [int(value[:4]) for value in dates]
        assert years == sorted(years)

    def test_names_and_honours_are_the_known_ones(self):
        changes = {
            (item["date"], item["document"]) for item in self.items if item["type"] == "name_change"
        }
        honours = [item["date"] for item in self.items if item["type"] == "honour"]
        assert changes == {("2013-01-29", "961-QĐ/TU"), ("2022-04-12", "536-QĐ/TU")}
        assert honours == ["2004", "2013", "2014", "2019"]

    def test_name_changes_agree_with_the_names_in_time(self):
        for language in ("vi", "en"):
            names = {n["from"]: n[language]["name"] for n in load("identity.toml")["former_names"]}
            for item in self.items:
                if item["type"] == "name_change":
                    assert item[language]["name"] == names[item["date"]]


class TestPlaces:
    places = load("places.toml")["place"]

    def test_there_are_three_with_all_their_texts(self):
        texts = {"name", "address", "hours", "transport", "note", "entrance_alt"}
        assert len({place["key"] for place in self.places}) == len(self.places) == 3
        for place in self.places:
            assert set(place) == {"key", "coordinates", "zoom", "picture", "phone", "vi", "en"}
            assert set(place["vi"]) == texts
            assert all(place["vi"].values())

    def test_points_lie_in_ha_long(self):
        for place in self.places:
            latitude, longitude = map(float, place["coordinates"].split(", "))
            assert abs(latitude - 20.95) < 0.1
            assert abs(longitude - 107.08) < 0.1
            assert 9 <= place["zoom"] <= 18

    def test_the_page_and_each_place_say_they_are_examples(self):
        page = load("places.toml")
        for language, word in (("vi", "ví dụ"), ("en", "example")):
            assert word in page[language]["note"]
            assert all(word in place[language]["note"] for place in self.places)


class TestHome:
    home = load("home.toml")

    def test_banners_are_a_standing_a_past_and_an_open_ended_one(self):
        spans = [(b.get("show_from"), b.get("show_until")) for b in self.home["banner"]]
        assert [(bool(start), bool(end)) for start, end in spans] == [
            (False, False),
            (True, True),
            (True, False),
        ]
        start, end = map(datetime.fromisoformat, spans[1])
        assert start < datetime.fromisoformat("2024-09-04") < end

    def test_banners_have_a_wide_picture_and_a_description(self):
        for banner in self.home["banner"]:
            width, height = PICTURES[banner["picture"]].size
            assert width / height >= 16 / 9
            if "phone_picture" in banner:
                assert banner["phone_picture"] == f"{banner['picture']}-phone"
            assert set(banner["vi"]) == {"title", "text", "link_text", "alt"}

    def test_banner_targets_and_featured_articles_exist(self):
        known = {"history", "places"} | {f"article:{key}" for key in ARTICLES_BY_KEY}
        featured = self.home["featured"]["articles"]
        assert {banner["target"] for banner in self.home["banner"]} <= known
        assert len(featured) == len(set(featured)) == 3
        for key in featured:
            assert "en" in ARTICLES_BY_KEY[key]

    def test_sections_of_the_old_page_are_there(self):
        assert self.home["vi"]["latest_heading"] == "Thông tin mới nhất"
        assert self.home["app_link"]["vi"]["name"] == "Sổ tay đảng viên điện tử"
        assert self.home["map_teaser"]["vi"]["title"] == "Bản đồ trực tuyến"
        assert {"history_highlight", "links", "rich_text"} <= set(self.home)
        assert {"web_url", "app_store_url", "play_url"} <= set(self.home["app_link"])


class TestInformationPages:
    pages = {page["key"]: page for page in load("pages.toml")["page"]}

    def test_there_are_two_with_valid_blocks(self):
        assert set(self.pages) == {"gioi-thieu", "quyen-rieng-tu"}
        for page in self.pages.values():
            for language in ("vi", "en"):
                assert set(page[language]) == {"title", "slug", "lead", "body"}
                for block in page[language]["body"]:
                    assert set(block) == {"type"} | BLOCK_KEYS[block["type"]]

    def test_the_about_page_says_that_the_content_is_an_example(self):
        about = self.pages["gioi-thieu"]
        assert about["vi"]["body"][0]["title"] == "Nội dung là ví dụ"
        assert "WCAG 2.2" in "".join(values_of(about["vi"], "html"))

    def test_the_privacy_page_promises_no_cookies_and_no_third_parties(self):
        text = " ".join(strings(self.pages["quyen-rieng-tu"]["en"]))
        assert "no cookies" in text
        assert "third part" in text
