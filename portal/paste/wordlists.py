"""Word's fake lists: paragraphs that carry a typed bullet or number."""

import re
from itertools import groupby

from portal.paste.blocks import Block, Leaf, rewrite

_NUMBER = re.compile(r"(\d{1,3})[.)]")
_ORDERED = re.compile(r"(?:\d+|[A-Za-zĐđ]|[IVXLCivxlc]+)(?:\.\d+)*[.)]|\(\w+\)|\d+(?:\.\d+)+")
_TYPED = re.compile("([·•▪●◦o§\uf0b7\uf0a7+*–—-]|\\d{1,3}[.)])[\\s\u00a0]+")


def _marker(block: Block) -> str:
    """Return the bullet or number of a list paragraph, taking it off the text if it is there."""
    marker = block.word_item.marker.strip()
    typed = None if marker else _TYPED.match(block.text)
    if typed:
        units = [(place, letter) for place, letter in enumerate(block.text)]
        rewrite(block.leaves, units[typed.end() :])
        marker = typed[1]
    return marker


def _kinds(markers: list[str], levels: list[int]) -> list[bool] | None:
    """Say for each item whether it is numbered; None when real lists would change a number.

    HTML counts 1, 2, 3 …; letters, Roman numerals and numbers that begin elsewhere are part of
    the text ("point a", "section II") and must stay as typed. A single number is a heading.
    """
    counts: dict[int, int] = {}
    kinds = []
    for marker, level in zip(markers, levels, strict=True):
        counts = {depth: count for depth, count in counts.items() if depth <= level}
        number = _NUMBER.fullmatch(marker)
        if number and int(number[1]) == counts.get(level, 0) + 1:
            counts[level] = int(number[1])
        elif number or _ORDERED.fullmatch(marker):
            return None
        kinds.append(bool(number))
    numbered = sum(kind for kind, level in zip(kinds, levels, strict=True) if level == min(levels))
    return None if numbered == 1 else kinds


def build_lists(blocks: list[Block]) -> bool:
    """Turn runs of Word's list paragraphs into list items, in place; say whether any was.

    A run whose numbering HTML can't repeat stays paragraphs that begin with their number.
    """
    built = False
    group = 0
    for key, run in groupby(blocks, key=lambda b: b.word_item and b.word_item.list_id):
        if key is None:
            continue
        items = list(run)
        levels = [item.word_item.level for item in items]
        markers = [_marker(item) for item in items]
        kinds = _kinds(markers, levels)
        group -= 1
        for place, item in enumerate(items):
            item.word_item = None
            if kinds is None:
                shown = markers[place] if _ORDERED.fullmatch(markers[place]) else "-"
                item.leaves.insert(0, Leaf(f"{shown} "))
            else:
                item.kind, item.ordered, item.group = "li", kinds[place], group
                item.depth = levels[place] - min(levels)
                built = True
    return built
