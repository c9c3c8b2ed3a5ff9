"""The files of demo texts are well-formed: Unicode, spelling, markup, translations, pictures."""

import re
import tomllib
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from home.demo.pictures import PICTURES

CONTENT = Path(__file__).resolve().parent.parent / "home" / "demo" / "content"
FILES = sorted(CONTENT.glob("*.toml"))

ALLOWED_TAGS = {"p", "b", "i", "ul", "ol", "li", "a", "sup", "sub"}
PLACEHOLDER = re.compile(
    r"lorem|ipsum|\btodo\b|\btbd\b|fixme|placeholder|\bxxx|\bfoo\b|chèn vào đây|nội dung ở đây",
    re.IGNORECASE,
)
# Tone marks stand on the second vowel ("uỷ", "hoá"), as the Party's own offices write them.
OLD_TONE_PLACE = re.compile(r"(?:[òóỏõọ][ae]|[ùúủũụ]y)(?!\w)", re.IGNORECASE)


def load(name: str) -> dict:
    with (CONTENT / name).open("rb") as file:
        return tomllib.load(file)


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


def language_pairs(value: object):
    """Yield the (vi, en) pairs of every record that carries a translation."""
    if isinstance(value, dict):
        if "en" in value:
            yield value.get("vi"), value["en"]
        for inner in value.values():
            yield from language_pairs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from language_pairs(inner)


def shape(value: object) -> object:
    """The structure of a value without its texts, for comparing a text with its translation."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value).__name__


class Markup(HTMLParser):
    """Collects the tags of a fragment and says whether they are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.balanced = True
        self.feed(html)
        self.close()
        self.balanced = self.balanced and not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.open.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.balanced = False


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
class TestEveryFile:
    def test_text_is_composed_unicode(self, path):
        text = path.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text)

    def test_text_has_no_leftover_words_or_stray_spaces(self, path):
        for where, text in strings(load(path.name)):
            assert not PLACEHOLDER.search(text), (where, text)
            assert "  " not in text, (where, text)
            assert text == text.strip(), (where, text)

    def test_vietnamese_tone_marks_stand_on_the_second_vowel(self, path):
        for where, text in strings(load(path.name)):
            assert not OLD_TONE_PLACE.search(text), (where, text)

    def test_every_translation_has_a_source_of_the_same_shape(self, path):
        for vi, en in language_pairs(load(path.name)):
            assert vi, en
            source = {key: value for key, value in vi.items() if key != "lead_after"}
            assert shape(source) == shape(en)

    def test_a_text_and_its_translation_are_empty_together(self, path):
        for vi, en in language_pairs(load(path.name)):
            translated = dict(strings(en))
            for where, text in strings({k: v for k, v in vi.items() if k != "lead_after"}):
                assert bool(text) == bool(translated[where]), where

    def test_markup_uses_only_the_allowed_tags_and_is_balanced(self, path):
        for html in values_of(load(path.name), "html"):
            markup = Markup(html)
            assert markup.balanced, html
            assert set(markup.tags) <= ALLOWED_TAGS, html
            assert markup.tags[0] in {"p", "ul", "ol"}, html

    def test_translated_markup_has_the_same_tags_and_links(self, path):
        for vi, en in language_pairs(load(path.name)):
            pairs = zip(values_of(vi, "html"), values_of(en, "html"), strict=True)
            for source, translation in pairs:
                assert Markup(source).tags == Markup(translation).tags
                assert Markup(source).links == Markup(translation).links

    def test_pictures_are_known(self, path):
        content = load(path.name)
        assert set(values_of(content, "picture")) <= PICTURES.keys()

    def test_web_addresses_are_examples(self, path):
        content = load(path.name)
        keys = ("url", "source_url", "web_url", "app_store_url", "play_url")
        for address in (value for key in keys for value in values_of(content, key)):
            parts = urlsplit(address)
            assert (parts.scheme, parts.hostname) == ("https", "example.org"), address

    def test_every_alternative_text_describes_the_picture(self, path):
        content = load(path.name)
        for key in ("alt", "picture_alt", "entrance_alt"):
            for alt in values_of(content, key):
                assert 15 <= len(alt) <= 160, alt
                assert not alt.startswith(("Ảnh", "Photo")), alt


class TestTheSetOfFiles:
    def test_the_expected_files_are_there(self):
        expected = {
            "identity.toml",
            "categories.toml",
            "signing_bodies.toml",
            "home.toml",
            "history.toml",
            "places.toml",
            "pages.toml",
            "structure.toml",
        }
        names = {path.name for path in FILES}
        assert expected <= names
        assert all(name.startswith("news") for name in names - expected)

    def test_everything_but_news_is_in_both_languages(self):
        for path in FILES:
            if path.name.startswith("news"):
                continue
            content = load(path.name)
            assert len(list(values_of(content, "vi"))) == len(list(values_of(content, "en"))) > 0
