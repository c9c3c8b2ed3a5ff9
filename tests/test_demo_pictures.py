"""The demo's pictures: every one draws, the same each time, and is more than a grey box."""

import tomllib
import unicodedata
from pathlib import Path

import pytest

from home.demo.pictures import PICTURES, draw

CONTENT = Path(__file__).resolve().parent.parent / "home" / "demo" / "content"
SCALE = 0.08


def small(name: str):
    width, height = PICTURES[name].size
    return draw(name, (round(width * SCALE), round(height * SCALE)))


def names_in(value) -> set[str]:
    """Every name of a picture anywhere in a content file."""
    if isinstance(value, dict):
        keys = ("picture", "phone_picture", "icon", "emblem")
        own = {value[key] for key in keys if isinstance(value.get(key), str)}
        return own.union(*(names_in(v) for v in value.values()))
    if isinstance(value, list):
        return set().union(*(names_in(v) for v in value))
    return set()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_its_size_and_many_tones(name):
    picture, image = PICTURES[name], small(name)
    assert image.size == tuple(round(side * SCALE) for side in picture.size)
    assert image.mode == picture.mode
    colours = image.convert("RGB").getcolors(maxcolors=1_000_000)
    assert len(colours) > 250
    darkest, lightest = image.convert("L").getextrema()
    assert lightest - darkest > 110


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_the_same_each_time(name):
    assert small(name).tobytes() == small(name).tobytes()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_words_in_both_languages(name):
    picture = PICTURES[name]
    for text in (picture.title_vi, picture.alt_vi, picture.alt_en, picture.credit):
        assert len(text) > 5
        assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*.toml")), ids=lambda path: path.name)
def test_every_picture_of_the_content_exists(path):
    assert names_in(tomllib.loads(path.read_text())) <= PICTURES.keys()


@pytest.mark.parametrize("name", ["emblem", "app-icon"])
def test_a_badge_has_clear_corners(name):
    assert small(name).getpixel((0, 0))[3] == 0


def test_an_unknown_name_is_refused():
    with pytest.raises(KeyError):
        draw("khong-co")
