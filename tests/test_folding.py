"""Folding of Vietnamese: one function, and the admin's script that must do the same."""

import re
import unicodedata

import pytest
from django.template.defaultfilters import slugify
from hypothesis import given
from hypothesis import strategies as st

from portal.folding import SLUG_FORMATTERS, ascii_slug, fold, nfc, sort_key

VOWELS = "aăâeêioôơuưy"
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
LOWER = [nfc(vowel + tone) for vowel in VOWELS for tone in TONES] + ["đ"]
LETTERS = LOWER + [letter.upper() for letter in LOWER]
PLAIN = {"a": "aăâ", "e": "eê", "i": "i", "o": "oôơ", "u": "uư", "y": "y"}

vietnamese = st.text(st.sampled_from([*LETTERS, *"bcdghklmnpqrstvxBCDGH 0123456789-,./"]))


def typed(title: str) -> str:
    """Return what the admin's slug field makes of ``title`` while it is typed.

    The w-slug controller applies each formatter globally, in order, then Wagtail's own slugify:
    lower case, spaces to hyphens, everything but ASCII letters, digits, _ and - removed.
    """
    for pattern, replacement in SLUG_FORMATTERS:
        title = re.sub(pattern, replacement, title)
    return slugify(title)


def plain(letter: str) -> str:
    base = next((b for b, vowels in PLAIN.items() if letter.lower() in expand(vowels)), "d")
    return base.upper() if letter.isupper() else base


def expand(vowels: str) -> set[str]:
    return {nfc(vowel + tone) for vowel in vowels for tone in TONES}


def test_the_alphabet_of_this_test_is_whole():
    # Twelve vowels with the six tones, and đ, in both cases.
    assert len(VOWELS) == 12
    assert len(set(LETTERS)) == 2 * (12 * 6 + 1)
    assert all(len(letter) == 1 for letter in LETTERS)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_vietnamese_letter_folds_to_its_plain_letter(form):
    for letter in LETTERS:
        assert fold(unicodedata.normalize(form, letter)) == plain(letter), letter


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đảng bộ Khối các cơ quan tỉnh", "Dang bo Khoi cac co quan tinh"),
        ("ĐẢNG UỶ", "DANG UY"),
        ("Nguyễn Thị Thuý Hường", "Nguyen Thi Thuy Huong"),
        ("quyết định số 961-QĐ/TU", "quyet dinh so 961-QD/TU"),
        ("không đổi: abc 123 – “…”", "khong doi: abc 123 – “…”"),
        ("", ""),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_folding_does_not_depend_on_how_text_is_composed(text):
    forms = {fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert len(forms) == 1


@given(vietnamese)
def test_folded_vietnamese_is_ascii_and_keeps_its_length(text):
    assert fold(text).isascii()
    assert len(fold(text)) == len(text)


@given(st.text())
def test_a_slug_is_lower_case_ascii_whatever_the_title(text):
    assert re.fullmatch(r"[a-z0-9_-]*", ascii_slug(text))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_slug_field_folds_every_letter_as_the_server_does(form):
    for letter in LETTERS:
        title = unicodedata.normalize(form, f"x{letter}x")
        assert typed(title) == ascii_slug(title) == f"x{plain(letter).lower()}x"


@given(vietnamese, st.sampled_from(["NFC", "NFD"]))
def test_the_slug_field_and_the_server_agree_on_vietnamese_titles(text, form):
    title = unicodedata.normalize(form, text)
    assert typed(title) == ascii_slug(title)


def test_the_formatters_mean_the_same_in_javascript():
    # Character classes and single letters alone: nothing that the two languages read differently,
    # and no character outside the first plane, which JavaScript would take for two.
    for pattern, replacement in SLUG_FORMATTERS:
        assert re.fullmatch(r"\[[^\[\]\\^]+\]|[^\W\d_]", pattern)
        assert max(map(ord, pattern)) < 0x10000
        assert "$" not in replacement


def test_names_sort_by_letters_first_and_marks_next():
    names = ["Đạt", "Dũng", "An", "Ân", "Ánh", "dân", "Đà", "Dương"]
    assert sorted(names, key=sort_key) == ["An", "Ân", "Ánh", "Đà", "dân", "Đạt", "Dũng", "Dương"]


def test_sorting_does_not_depend_on_how_text_is_composed():
    assert sort_key("Đảng") == sort_key(unicodedata.normalize("NFD", "Đảng"))
