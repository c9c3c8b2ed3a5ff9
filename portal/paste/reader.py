"""Reading of HTML, clean or pasted, into blocks. Nothing that shows as text is lost."""

import re
from dataclasses import dataclass, replace

from portal.paste.blocks import Block, Leaf, Mark, WordItem
from portal.paste.fonts import Font, class_fonts, declarations, font_named
from portal.paste.markup import ClipboardParser


def _names(text: str) -> list[str]:
    return re.findall(r"\w+", text)


_VOID = frozenset(_names("area base br col embed hr img input link meta param source track wbr"))
_LISTS = ("ul", "ol")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    _names(
        "address article aside blockquote body center dd div dl dt fieldset figcaption figure "
        "footer form header hr html li main nav ol p pre section "
        "table tbody td tfoot th thead tr ul"
    )
) | set(_HEADINGS)
# No document nests this deep; without a bound a hostile one would take time squared.
_MAX_DEPTH = 200
_UNSEEN = ("script", "style", "title", "xml")
_INLINE = {"b": "b", "strong": "b", "i": "i", "em": "i", "sup": "sup", "sub": "sub", "a": "a"}
_KEPT = frozenset(_names("ul ol li p a br b strong i em sup sub"))
_WRAPPERS = frozenset(_names("html head body meta link embed"))
_PUBLIC_ADDRESS = re.compile(r"(?:https?|mailto|tel):|/|\?|#(?!_)|[^\s:/?#]+(?:[/?#]|$)", re.I)
_WORD = re.compile(r"\bmso-|\bMso[A-Z]|urn:schemas-microsoft-com|<o:p\b|<w:")


@dataclass
class _Frame:
    """An open element, and what it means for the text inside."""

    tag: str
    marks: tuple[Mark, ...] = ()
    font: Font | None = None
    own_mark: Mark | None = None
    key: tuple[tuple[str, str | None], ...] = ()
    in_marker: bool = False
    word_list: tuple[str, int] | None = None
    item: Block | None = None


def _style_marks(style: dict[str, str]) -> list[Mark]:
    marks = []
    weight = style.get("font-weight", "").lower()
    if weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600):
        marks.append(Mark("b"))
    if style.get("font-style", "").lower() == "italic":
        marks.append(Mark("i"))
    shift = style.get("vertical-align", "").lower()
    if shift in ("super", "sub"):
        marks.append(Mark("sup" if shift == "super" else "sub"))
    return marks


def _word_list(style: dict[str, str]) -> tuple[str, int] | None:
    match = re.match(r"(l\d+)\s+level(\d+)\s*(\w*)", style.get("mso-list", ""))
    return (f"{match[1]} {match[3]}", int(match[2])) if match else None


class Reader(ClipboardParser):
    """Turns HTML into ``blocks``; ``codes`` are the notices due for what it left out."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.codes: set[str] = set()
        self._stack: list[_Frame] = []
        self._current: Block | None = None
        self._marker = ""
        self._unseen = ""
        self._class_fonts: dict[str, Font] = {}
        self._groups = self._rows = 0
        self._cells: list[tuple[int, int]] = []

    def read(self, html: str) -> list[Block]:
        """Return the blocks of ``html``."""
        if _WORD.search(html):
            self.codes.add("word")
        self.parse_all(html)
        self._flush()
        return self.blocks

    @property
    def _top(self) -> _Frame:
        return self._stack[-1] if self._stack else _Frame("")

    # Tags

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; see the base class."""
        if tag in _UNSEEN:
            self._unseen = tag
            return
        given = dict(attrs)
        self._note(tag, given)
        if tag == "br":
            self._add(Leaf("\n", self._top.marks, is_break=True))
        elif tag in ("img", "v:imagedata"):
            self.codes.add("picture")
        elif tag == "embed":
            self._flush()
            self.blocks.append(Block(kind="embed", raw=self.get_starttag_text() or ""))
        else:
            self._close_implied(tag)
            if tag in _BLOCKS:
                self._flush()
            if tag not in _VOID and len(self._stack) < _MAX_DEPTH:
                self._open(tag, given, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close an element; see the base class."""
        if tag in _UNSEEN:
            self._unseen = ""
            return
        place = max((i for i, frame in enumerate(self._stack) if frame.tag == tag), default=None)
        if tag in _BLOCKS:
            self._flush()
        if place is None:
            return
        if tag in _BLOCKS:
            self._leave(place)
            return
        frame = self._stack.pop(place)
        for inner in self._stack[place:]:
            inner.marks = tuple(mark for mark in inner.marks if mark is not frame.own_mark)

    def _note(self, tag: str, given: dict[str, str | None]) -> None:
        kept = {"data-block-key", "href", "linktype", "id"} if tag == "a" else {"data-block-key"}
        if tag in _HEADINGS:
            self.codes.add("heading")
        elif tag not in _WRAPPERS and (tag not in _KEPT or set(given) - kept):
            self.codes.add("format")

    def _open(
        self, tag: str, given: dict[str, str | None], attrs: list[tuple[str, str | None]]
    ) -> None:
        style = declarations(given.get("style") or "")
        outer = self._top
        frame = replace(outer, tag=tag, own_mark=None, key=(), word_list=None, item=None)
        frame.font = self._font(given, style) or outer.font
        frame.in_marker = outer.in_marker or style.get("mso-list", "").lower() == "ignore"
        if given.get("data-block-key"):
            frame.key = (("data-block-key", given["data-block-key"]),)
        if tag == "p":
            frame.word_list = _word_list(style)
        elif tag in _LISTS and not any(open_.tag in _LISTS for open_ in self._stack):
            self._groups += 1
        elif tag == "tr":
            self._rows += 1
            self._cells.append((self._rows, 0))
        elif tag in ("td", "th") and self._cells:
            row, column = self._cells[-1]
            self._cells[-1] = (row, column + 1)
        for mark in self._marks(tag, given, attrs, style):
            if all(_INLINE[mark.tag] != _INLINE[open_.tag] for open_ in frame.marks):
                frame.own_mark = mark
                frame.marks = (*frame.marks, mark)
        self._stack.append(frame)

    def _marks(self, tag, given, attrs, style) -> list[Mark]:
        if tag == "a":
            return self._link(given, attrs)
        if tag in _INLINE:
            plain = tag in ("b", "strong") and style.get("font-weight") in ("normal", "400")
            return [] if plain else [Mark(tag)]
        if tag in _HEADINGS:
            return [Mark("b")]
        return [] if tag in _BLOCKS else _style_marks(style)

    def _link(self, given, attrs) -> list[Mark]:
        if given.get("linktype"):
            return [Mark("a", tuple(attrs))]
        address = given.get("href") or ""
        if _PUBLIC_ADDRESS.match(address):
            return [Mark("a", (("href", address),))]
        if address and not address.startswith("#_"):
            self.codes.add("link")
        else:
            self.codes.add("format")
        return []

    def _font(self, given: dict[str, str | None], style: dict[str, str]) -> Font | None:
        family = style.get("font-family") or given.get("face") or ""
        if family:
            return font_named(family)
        names = (given.get("class") or "").split()
        return next((self._class_fonts[n] for n in names if n in self._class_fonts), None)

    def _close_implied(self, tag: str) -> None:
        """Close the paragraph, item or cell that HTML lets an author leave open."""
        if tag not in _BLOCKS:
            return
        ends = {"li": ("li",), "tr": ("tr",), "td": ("td", "th"), "th": ("td", "th")}
        walls = {"li": _LISTS, "tr": ("table",), "td": ("tr", "table"), "th": ("tr", "table")}
        for place in range(len(self._stack) - 1, -1, -1):
            open_tag = self._stack[place].tag
            if open_tag == "p" or open_tag in ends.get(tag, ()):
                self._flush()
                self._leave(place)
            elif open_tag in walls.get(tag, _BLOCKS):
                return

    def _leave(self, place: int) -> None:
        if any(frame.tag == "tr" for frame in self._stack[place:]) and self._cells:
            self._cells.pop()
        del self._stack[place:]

    # Text

    def handle_data(self, data: str) -> None:
        """Take text; see the base class."""
        if self._unseen == "style":
            self._class_fonts |= class_fonts(data)
        elif self._unseen:
            return
        elif self._top.in_marker:
            self._marker += data
        elif self._current is not None or data.strip():
            self._add(Leaf(data, self._top.marks, self._top.font))

    def _add(self, leaf: Leaf) -> None:
        if self._current is None:
            self._current = self._new_block()
        self._current.leaves.append(leaf)

    def _new_block(self) -> Block:
        outer = [frame for frame in self._stack if frame.tag in _BLOCKS]
        if any(frame.tag in _LISTS for frame in outer):
            return self._new_item([frame for frame in outer if frame.tag in ("li", *_LISTS)])
        named = outer[-1].word_list if outer else None
        item = WordItem(*named, "") if named else None
        loose = all(frame.tag in ("html", "body") for frame in outer)
        cell = self._cells[-1] if self._cells else None
        return Block(attrs=self._take_key(outer), cell=cell, word_item=item, loose=loose)

    def _new_item(self, outer: list[_Frame]) -> Block:
        owner = outer[-1]
        if owner.item and self.blocks and self.blocks[-1] is owner.item:
            item = self.blocks.pop()
            item.leaves.append(Leaf("\n", is_break=True))
            return item
        lists = [frame for frame in outer if frame.tag in _LISTS]
        owner.item = Block(
            kind="li",
            attrs=self._take_key(outer),
            depth=len(lists) - 1,
            ordered=lists[-1].tag == "ol",
            group=self._groups,
            cell=self._cells[-1] if self._cells else None,
        )
        return owner.item

    @staticmethod
    def _take_key(outer: list[_Frame]) -> tuple[tuple[str, str | None], ...]:
        """Return the innermost block's key, once: the first part of a split block keeps it."""
        key = outer[-1].key if outer else ()
        if key:
            outer[-1].key = ()
        return key

    def _flush(self) -> None:
        block, self._current = self._current, None
        if block is None:
            return
        if block.is_blank:
            self.codes.add("spaces")
            return
        if block.word_item:
            block.word_item = block.word_item._replace(marker=self._marker)
        self._marker = ""
        self.blocks.append(block)
