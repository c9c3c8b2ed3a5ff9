"""Folding of Vietnamese: one text without marks, for slugs, search, sorting and highlights."""

import unicodedata

from anyascii import anyascii
from django.utils.text import slugify

_STROKES = str.maketrans("đĐ", "dD")

# What the admin's slug field does to a title while it is typed: fold() in regular expressions,
# each a (pattern, replacement) that the w-slug controller applies in order.
SLUG_FORMATTERS = [
    ("[\u0300-\u036f]", ""),
    ("[àáảãạăằắẳẵặâầấẩẫậ]", "a"),
    ("[ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ]", "A"),
    ("[èéẻẽẹêềếểễệ]", "e"),
    ("[ÈÉẺẼẸÊỀẾỂỄỆ]", "E"),
    ("[ìíỉĩị]", "i"),
    ("[ÌÍỈĨỊ]", "I"),
    ("[òóỏõọôồốổỗộơờớởỡợ]", "o"),
    ("[ÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ]", "O"),
    ("[ùúủũụưừứửữự]", "u"),
    ("[ÙÚỦŨỤƯỪỨỬỮỰ]", "U"),
    ("[ỳýỷỹỵ]", "y"),
    ("[ỲÝỶỸỴ]", "Y"),
    ("đ", "d"),
    ("Đ", "D"),
]


def fold(text: str) -> str:
    """Return ``text`` without diacritics: decomposed (NFD), marks dropped, đ made d."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn").translate(_STROKES)


def ascii_slug(text: str) -> str:
    """Return the ASCII slug of a title in any script; may be empty when nothing is left of it."""
    return slugify(anyascii(fold(text)))


def sort_key(text: str) -> tuple[str, str]:
    """Return a key that sorts Vietnamese names by their letters first, by their marks next."""
    return fold(text).casefold(), unicodedata.normalize("NFC", text).casefold()


def nfc(text: str) -> str:
    """Return ``text`` composed (NFC), the form in which the portal stores everything."""
    return unicodedata.normalize("NFC", text)
