"""The demo news: enough of it, complete, and consistent with categories and signing bodies."""

import re
import tomllib
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

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
FACT_NUMBERS = {"82", "7.405", "7,405", "1964", "2013", "2022"}


def load(name: str) -> dict:
    with (CONTENT / name).open("rb") as file:
        return tomllib.load(file)


def load_articles() -> list[dict]:
    paths = sorted(CONTENT.glob("news*.toml"))
    return [article for path in paths for article in load(path.name)["article"]]


def strings(value: object, path: str = ""):
    """Yield (path, text) for every string inside nested lists and mappings."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from strings(inner, f"{path}[{index}]")
    elif isinstance(value, str):
        yield path, value


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


def word_count(version: dict) -> int:
    """Words of the lead and of every reader-visible text of the body."""
    unread = (".type", ".picture", ".url", ".tone", ".date", ".credit", ".alt", ".body")
    texts = [text for path, text in strings(version["body"]) if not path.endswith(unread)]
    return sum(len(re.sub(r"<[^>]+>", " ", text).split()) for text in [version["lead"], *texts])


def article_id(article: dict) -> str:
    return article["key"]


ARTICLES = load_articles()
ARTICLES_BY_KEY = {article["key"]: article for article in ARTICLES}
TRANSLATED = [article for article in ARTICLES if "en" in article]


class TestNews:
    def test_there_is_enough_of_it_across_years_and_categories(self):
        assert len(ARTICLES) >= 28
        years = Counter(article["date"][:4] for article in ARTICLES)
        assert set(years) == {"2019", "2020", "2021", "2022", "2023", "2024"}
        assert years["2023"] >= 5
        assert years["2024"] >= 5
        assert len({article["category"] for article in ARTICLES}) >= 6
        assert len(TRANSLATED) >= 10
        assert len(TRANSLATED) * 3 >= len(ARTICLES)

    def test_keys_titles_leads_and_dates_are_unique(self):
        for read in (
            lambda article: article["key"],
            lambda article: article["date"],
            lambda article: article["vi"]["title"],
            lambda article: article["vi"]["lead"],
        ):
            assert not [value for value, n in Counter(map(read, ARTICLES)).items() if n > 1]

    def test_no_paragraph_is_used_twice(self):
        texts = Counter(html for article in ARTICLES for html in values_of(article, "html"))
        assert not [text for text, n in texts.items() if n > 1]

    def test_every_kind_of_block_is_used(self):
        used = {block["type"] for article in ARTICLES for block in article["vi"]["body"]}
        assert used == set(BLOCK_KEYS)

    def test_every_category_and_picture_is_used(self):
        assert {article["category"] for article in ARTICLES} == {
            category["key"] for category in load("categories.toml")["category"]
        }
        used = {article["picture"] for article in ARTICLES}
        assert len(used) >= 16

    def test_three_translations_are_behind_their_source(self):
        outdated = [article for article in ARTICLES if article.get("outdated")]
        assert len(outdated) == 3
        for article in outdated:
            assert "en" in article
            assert article["vi"]["lead_after"] != article["vi"]["lead"]

    def test_only_outdated_articles_carry_a_newer_lead(self):
        carriers = {article["key"] for article in ARTICLES if "lead_after" in article["vi"]}
        assert carriers == {article["key"] for article in ARTICLES if article.get("outdated")}

    def test_legacy_numbers_are_unique_with_those_of_other_pages(self):
        numbers = [article["legacy_number"] for article in ARTICLES if "legacy_number" in article]
        numbers.append(load("history.toml")["legacy_number"])
        assert len(numbers) == len(set(numbers))
        assert all(isinstance(number, int) and number > 0 for number in numbers)

    def test_some_articles_are_pinned_but_few(self):
        assert 1 <= sum(article["pinned"] for article in ARTICLES) <= 3


@pytest.mark.parametrize("article", ARTICLES, ids=article_id)
class TestEachArticle:
    def test_has_the_required_keys(self, article):
        assert {"key", "category", "date", "picture", "pinned", "vi"} <= set(article)
        assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", article["key"])
        for language in {"vi", "en"} & set(article):
            required = {"title", "lead", "picture_caption", "picture_alt", "picture_credit", "body"}
            assert required <= set(article[language])

    def test_date_is_a_local_time_in_office_hours_of_a_past_weekday(self, article):
        moment = datetime.fromisoformat(article["date"])
        assert moment.tzinfo is None
        assert moment.weekday() < 5
        assert 7 <= moment.hour <= 17
        assert moment.year <= 2024

    def test_headline_and_lead_fit_their_places(self, article):
        for language in {"vi", "en"} & set(article):
            assert len(article[language]["title"]) <= 140
            assert len(article[language]["lead"]) <= 300
            assert article[language]["lead"].endswith(".")

    def test_body_has_real_length(self, article):
        longest = 1100 if article["key"] == "chao-mung-ky-niem-59-nam" else 600
        assert 250 <= word_count(article["vi"]) <= longest
        assert 3 <= len(article["vi"]["body"]) <= 8

    def test_blocks_have_their_keys(self, article):
        for language in {"vi", "en"} & set(article):
            for block in article[language]["body"]:
                assert set(block) == {"type"} | BLOCK_KEYS[block["type"]]

    def test_block_details_are_valid(self, article):
        for block in article["vi"]["body"]:
            if block["type"] == "heading":
                assert block["level"] == 2
            elif block["type"] == "callout":
                assert block["tone"] in {"note", "important"}
            elif block["type"] == "image":
                taken = date.fromisoformat(block["date"])
                assert taken <= datetime.fromisoformat(article["date"]).date()
            elif block["type"] == "table":
                assert block["rows"]
                assert {len(row) for row in block["rows"]} == {len(block["header"])}
            elif block["type"] == "gallery":
                assert len(block["images"]) >= 2
                for image in block["images"]:
                    assert set(image) == {"picture", "alt", "caption", "credit"}

    def test_counted_numbers_are_facts(self, article):
        items = [item for items in values_of(article, "items") for item in items]
        assert {item["value"] for item in items} <= FACT_NUMBERS

    def test_ends_with_the_only_signature(self, article):
        types = [block["type"] for block in article["vi"]["body"]]
        assert types.count("signature") == 1
        assert types[-1] == "signature"

    def test_references_exist(self, article):
        bodies = {body["key"] for body in load("signing_bodies.toml")["body"]}
        categories = {category["key"] for category in load("categories.toml")["category"]}
        related = article.get("related", [])
        assert article["category"] in categories
        assert article["vi"]["body"][-1]["body"] in bodies
        assert set(related) <= set(ARTICLES_BY_KEY)
        assert article["key"] not in related
        assert len(related) == len(set(related))

    def test_signed_persons_are_marked_as_examples(self, article):
        for block in article["vi"]["body"]:
            if block["type"] == "signature" and block["person"]:
                assert block["person"].endswith("(ví dụ)")


@pytest.mark.parametrize("article", TRANSLATED, ids=article_id)
class TestEachTranslation:
    def test_keeps_blocks_pictures_addresses_and_signatures(self, article):
        for key in ("type", "picture", "url", "date", "level", "tone"):
            source, translation = (
                list(values_of(article[language]["body"], key)) for language in ("vi", "en")
            )
            assert source == translation
        assert article["vi"]["body"][-1]["body"] == article["en"]["body"][-1]["body"]

    def test_is_translated_in_full(self, article):
        assert word_count(article["en"]) >= 0.6 * word_count(article["vi"])


class TestTheAnniversaryArticle:
    article = ARTICLES_BY_KEY["chao-mung-ky-niem-59-nam"]

    def test_keeps_its_old_number_and_day(self):
        assert self.article["legacy_number"] == 221132
        assert self.article["date"].startswith("2023-08-30")
        assert self.article["pinned"]

    @pytest.mark.parametrize("language", ["vi", "en"])
    def test_has_eight_long_paragraphs_and_one_photo(self, language):
        body = self.article[language]["body"]
        assert [block["type"] for block in body] == ["paragraph", "image", "paragraph", "signature"]
        html = "".join(block["html"] for block in body if block["type"] == "paragraph")
        paragraphs = html.removeprefix("<p>").removesuffix("</p>").split("</p><p>")
        assert len(paragraphs) == 8
        assert min(len(paragraph.split()) for paragraph in paragraphs) >= 60

    def test_caption_and_signature_are_those_of_the_old_page(self):
        image, signature = self.article["vi"]["body"][1], self.article["vi"]["body"][-1]
        names = {body["key"]: body["vi"]["name"] for body in load("signing_bodies.toml")["body"]}
        assert image["caption"].startswith("Ảnh:")
        assert names[signature["body"]] == "Ban Tuyên giáo Đảng uỷ Khối"

    def test_tells_the_known_facts(self):
        text = "".join(values_of(self.article["vi"]["body"], "html"))
        for fact in ("04/9/1964", "961-QĐ/TU", "536-QĐ/TU", "82 tổ chức", "7.405", "2004", "2014"):
            assert fact in text
