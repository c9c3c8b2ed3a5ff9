"""Cleaning of rich text HTML: Word's residue, legacy encodings, NFC, spaces."""

import unicodedata
from collections.abc import Callable
from itertools import groupby

from portal.paste.blocks import Block, Leaf, each_text, rewrite, tidy_leaves
from portal.paste.charsets import Charset
from portal.paste.legacy import decode_units, fits_font, holds_unicode_vietnamese
from portal.paste.notices import CleanResult, notices_for
from portal.paste.reader import Reader
from portal.paste.text import (
    MAX_ROUNDS,
    composed_units,
    letter_units,
    space_units,
    without_invisible,
    without_soft_hyphens,
)
from portal.paste.wordlists import build_lists
from portal.paste.writer import says_the_same, write


def _join_rows(blocks: list[Block], codes: set[str]) -> list[Block]:
    """Make one paragraph of each table row of several cells; other blocks pass through."""
    joined: list[Block] = []
    for row, cells in groupby(blocks, key=lambda block: block.cell and block.cell[0]):
        members = list(cells)
        if row is None or len({block.cell[1] for block in members}) == 1:
            joined += members
            continue
        codes.add("table")
        line = Block()
        for place, block in enumerate(members):
            if place:
                same = block.cell == members[place - 1].cell
                line.leaves.append(Leaf(" " if same else " | "))
            line.leaves += block.leaves
        joined.append(line)
    return joined


def _decode_by_font(blocks: list[Block], found: set[Charset], codes: set[str]) -> None:
    """Convert the text that its font says is TCVN3 or VNI."""
    for block in blocks:
        for charset, run in groupby(block.leaves, key=lambda leaf: leaf.font and leaf.font.charset):
            if charset is None:
                continue
            leaves = list(run)
            text = "".join(leaf.text for leaf in leaves)
            legacy = fits_font(text, charset)
            if legacy:
                rewrite(leaves, decode_units(text, charset))
                found.add(charset)
                codes.add(charset.name)
            if legacy or text.isascii():
                for leaf in leaves:
                    leaf.text = leaf.text.upper() if leaf.font.capitals else leaf.text


def _repair_letters(
    blocks: list[Block], found: set[Charset], codes: set[str], *, all_legacy: bool
) -> None:
    for _around in range(2):
        for block in blocks:
            units = letter_units(block.text, found, codes, all_legacy=all_legacy)
            if units is not None:
                rewrite(block.leaves, units)


def _compose(blocks: list[Block], codes: set[str]) -> None:
    for block in blocks:
        before = block.text
        each_text([block], lambda text: unicodedata.normalize("NFC", text))
        rewrite(block.leaves, composed_units(block.text))
        if block.text != before:
            codes.add("nfc")


def _repair_spaces(blocks: list[Block], codes: set[str]) -> None:
    loose = len(blocks) == 1 and blocks[0].loose
    for block in blocks:
        before = block.text
        for leaves in block.lines():
            text = "".join(leaf.text for leaf in leaves)
            rewrite(leaves, space_units(text, trim=not loose))
        tidy_leaves(block)
        if block.text != before:
            codes.add("spaces")


def _strip(blocks: list[Block], codes: set[str], strip: Callable[[str], str]) -> None:
    for block in blocks:
        before = block.text
        each_text([block], strip)
        if block.text != before:
            codes.add("invisible")


def _clean_pass(html: str, codes: set[str]) -> str:
    reader = Reader()
    done = reader.codes
    blocks = _join_rows(reader.read(html), done)
    found: set[Charset] = set()
    _strip(blocks, done, without_invisible)
    _compose(blocks, done)
    all_legacy = not any(holds_unicode_vietnamese(block.text) for block in blocks)
    _decode_by_font(blocks, found, done)
    if build_lists(blocks):
        done.add("list")
    _repair_letters(blocks, found, done, all_legacy=all_legacy)
    _strip(blocks, done, without_soft_hyphens)
    _compose(blocks, done)
    blocks = [block for block in blocks if not block.is_blank]
    _repair_spaces(blocks, done)
    cleaned = write([block for block in blocks if not block.is_blank])
    if says_the_same(html, cleaned):
        return html
    codes |= done
    return cleaned


def clean_html(html: str) -> CleanResult:
    """Return rich text ``html`` in the form that the portal's rich text fields store.

    Kept: p, b, i (strong, em), ol, ul, li, a, sup, sub, br and embed, with the attributes Wagtail
    writes (data-block-key, linktype, id, href; an embed whole). Everything else gives its text:
    headings become bold paragraphs, table rows of several cells one line each, Word's list
    paragraphs real lists, bold and italic styles real marks. Text is converted to Unicode NFC and
    freed of needless spaces, control characters and empty paragraphs.

    Cleaning twice changes nothing more, and HTML that is clean comes back as the same string.
    """
    codes: set[str] = set()
    cleaned = html
    for _round in range(MAX_ROUNDS):
        before, cleaned = cleaned, _clean_pass(cleaned, codes)
        if cleaned == before:
            break
    if codes & {"word", "format"}:
        codes.discard("spaces")
    if "word" in codes:
        codes.discard("format")
    return CleanResult(cleaned, notices_for(codes))
