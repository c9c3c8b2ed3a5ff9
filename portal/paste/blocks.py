"""The flat picture of rich text that cleaning works on: blocks of marked pieces of text."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from portal.paste.fonts import Font
from portal.paste.legacy import Units


class Mark(NamedTuple):
    """An inline element around a piece of text: tag name and attributes."""

    tag: str
    attrs: tuple[tuple[str, str | None], ...] = ()


@dataclass
class Leaf:
    """A piece of text under the same marks and font; a line break is a leaf of its own."""

    text: str
    marks: tuple[Mark, ...] = ()
    font: Font | None = None
    is_break: bool = False


class WordItem(NamedTuple):
    """What Word says of a paragraph it draws as a list item."""

    list_id: str
    level: int
    marker: str


@dataclass
class Block:
    """A paragraph (``p``), a list item (``li``) or an object that is kept as it is (``embed``).

    ``attrs`` are the attributes kept; ``raw`` is the tag of an embed; ``depth`` (0 = outermost),
    ``ordered`` and ``group`` (one number for each outermost list) place a list item; ``cell``
    places a block of a table as (row, column); ``loose`` marks text that stood in no block.
    """

    kind: str = "p"
    leaves: list[Leaf] = field(default_factory=list)
    attrs: tuple[tuple[str, str | None], ...] = ()
    raw: str = ""
    depth: int = 0
    ordered: bool = False
    group: int = 0
    cell: tuple[int, int] | None = None
    word_item: WordItem | None = None
    loose: bool = False

    @property
    def text(self) -> str:
        """Return the text of the block, line breaks as ``\\n``."""
        return "".join(leaf.text for leaf in self.leaves)

    @property
    def is_blank(self) -> bool:
        """Say whether the block shows nothing."""
        return self.kind != "embed" and not self.text.strip()

    def lines(self) -> Iterator[list[Leaf]]:
        """Yield the leaves between line breaks."""
        for is_break, leaves in groupby(self.leaves, key=lambda leaf: leaf.is_break):
            if not is_break:
                yield list(leaves)


def rewrite(leaves: list[Leaf], units: Units) -> None:
    """Replace the text of ``leaves`` by ``units``, positions in their joined text, in order.

    Each unit goes to the leaf that its position lies in. Breaks are left as they are.
    """
    ends, end = [], 0
    for leaf in leaves:
        end += len(leaf.text)
        ends.append(end)
    texts: list[list[str]] = [[] for _ in leaves]
    current = 0
    for place, letters in units:
        while place >= ends[current]:
            current += 1
        texts[current].append(letters)
    for leaf, text in zip(leaves, texts, strict=True):
        if not leaf.is_break:
            leaf.text = "".join(text)


def each_text(blocks: Iterable[Block], change: Callable[[str], str]) -> None:
    """Replace the text of every leaf that is no break by what ``change`` makes of it."""
    for block in blocks:
        for leaf in block.leaves:
            if not leaf.is_break:
                leaf.text = change(leaf.text)


def common_marks(one: tuple[Mark, ...], other: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Return the marks, outermost first, that both share."""
    shared = []
    for mark, twin in zip(one, other, strict=False):
        if mark != twin:
            break
        shared.append(mark)
    return tuple(shared)


def tidy_leaves(block: Block) -> None:
    """Drop empty leaves, breaks at both ends, and marks of a space that no neighbour shares."""
    leaves = [leaf for leaf in block.leaves if leaf.text]
    while leaves and leaves[0].is_break:
        leaves.pop(0)
    while leaves and leaves[-1].is_break:
        leaves.pop()
    for place, leaf in enumerate(leaves):
        if leaf.text.strip() and not leaf.is_break:
            continue
        around = [leaves[place - 1].marks if place else (), ()]
        if place + 1 < len(leaves):
            around[1] = leaves[place + 1].marks
        leaf.marks = max((common_marks(leaf.marks, marks) for marks in around), key=len)
    block.leaves = leaves
