"""Repair of text without markup: encoding, composition, invisible characters, spaces.

The functions work on one string that may be spread over several text nodes: each repair is a list
of (position in the string, replacement), so that its caller can put every piece back where its
first character came from.
"""

import re
import unicodedata
from collections.abc import Iterable

from portal.paste.charsets import Charset
from portal.paste.legacy import Units, decode_units, holds_unicode_vietnamese, mend_eth, recognise
from portal.paste.notices import CleanResult, notices_for

# One repair may lay bare another (a soft hyphen gone joins two halves of a word); real text is
# settled after two rounds.
MAX_ROUNDS = 6

SPACES = " \t\n\r\f\v\u00a0"

# Kept: tab and line ends, the joiners that emoji and some scripts need (U+200C, U+200D).
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff]")
_SOFT_HYPHEN = "\u00ad"
_CLUSTER = re.compile("[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+")
_SPACE_RUN = re.compile(f"[{SPACES}]+")
_LINE_SPACE_RUN = re.compile("[ \t\f\v\u00a0]+")
_TRAILING = re.compile("[ \t\f\v\u00a0]+(?=\r?\n)|(?<=\n)[ \t\f\v\u00a0]+")


def _repair_invisible(char: str) -> str:
    """Return the Windows-1252 quote or dash that a C1 code stands for, else nothing."""
    if "\x80" <= char <= "\x9f":
        return char.encode("latin-1").decode("cp1252", errors="ignore")
    return ""


def without_invisible(text: str) -> str:
    """Return ``text`` without control and zero-width characters (soft hyphens are kept)."""
    return _INVISIBLE.sub(lambda match: _repair_invisible(match[0]), text)


def without_soft_hyphens(text: str) -> str:
    """Return ``text`` without soft hyphens: only once TCVN3, where they are ư, is decoded."""
    return text.replace(_SOFT_HYPHEN, "")


def composed_units(text: str) -> Units:
    """Return the composed form (NFC) of each letter of ``text`` with its marks, by position."""
    return [(m.start(), unicodedata.normalize("NFC", m[0])) for m in _CLUSTER.finditer(text)]


def letter_units(
    text: str, found: set[Charset], codes: set[str], *, all_legacy: bool
) -> Units | None:
    """Return the repaired letters of one paragraph ``text`` (NFC), or None when nothing is wrong.

    ``found`` holds the legacy encodings met in the same document, and ``codes`` the notices due;
    both are added to. ``all_legacy`` says that the document came without Unicode Vietnamese.
    """
    charset = recognise(text, found, all_legacy=all_legacy)
    if charset:
        found.add(charset)
        codes.add(charset.name)
        return decode_units(text, charset)
    mended = mend_eth(text)
    if mended != text:
        codes.add("eth")
        return list(enumerate(mended))
    return None


def space_units(text: str, *, trim: bool) -> Units:
    """Return ``text`` with each run of spaces made one, by position.

    A single space or single no-break space is kept as it is; with ``trim`` the spaces at both
    ends go.
    """
    units = list(enumerate(text))
    for match in _SPACE_RUN.finditer(text):
        at_end = match.start() == 0 or match.end() == len(text)
        one = match[0] if match[0] in (" ", "\u00a0") else " "
        units[match.start()] = (match.start(), "" if trim and at_end else one)
        for place in range(match.start() + 1, match.end()):
            units[place] = (place, "")
    return units


def join_units(units: Iterable[tuple[int, str]]) -> str:
    """Return the text of ``units``."""
    return "".join(letters for _, letters in units)


def _clean_pass(text: str, codes: set[str]) -> str:
    visible = without_invisible(text)
    composed = unicodedata.normalize("NFC", visible)
    lines, found = composed.split("\n"), set()
    all_legacy = not holds_unicode_vietnamese(composed)
    for _around in range(2):
        for place, line in enumerate(lines):
            units = letter_units(line, found, codes, all_legacy=all_legacy)
            if units is not None:
                lines[place] = join_units(units)
    decoded = "\n".join(lines)
    shown = without_soft_hyphens(decoded)
    tidy = _LINE_SPACE_RUN.sub(lambda m: m[0] if m[0] == "\u00a0" else " ", shown)
    tidy = unicodedata.normalize("NFC", _TRAILING.sub("", tidy).strip(SPACES))
    codes |= {
        code
        for code, changed in (
            ("nfc", composed != visible),
            ("invisible", visible != text or shown != decoded),
            ("spaces", tidy != shown),
        )
        if changed
    }
    return tidy


def clean_text(text: str) -> CleanResult:
    """Return plain ``text`` (a title, a lead) in Unicode NFC and free of paste residue.

    TCVN3 and VNI are converted line by line; control characters, zero-width characters and soft
    hyphens go; runs of spaces become one; spaces at both ends of the text and of its lines go.
    Line ends stay. Cleaning twice changes nothing more.
    """
    codes: set[str] = set()
    cleaned = text
    for _round in range(MAX_ROUNDS):
        before, cleaned = cleaned, _clean_pass(cleaned, codes)
        if cleaned == before:
            break
    return CleanResult(cleaned, notices_for(codes))
