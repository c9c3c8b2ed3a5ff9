"""Writing of blocks as the HTML that Wagtail's rich text fields store."""

from collections.abc import Iterable
from html import escape

from portal.paste.blocks import Block, Leaf, Mark, common_marks
from portal.paste.markup import ClipboardParser

_VOID = ("br", "embed")


def _tag(name: str, attrs: Iterable[tuple[str, str | None]]) -> str:
    written = "".join(f' {key}="{escape(value or "")}"' for key, value in attrs)
    return f"<{name}{written}>"


def write_leaves(leaves: Iterable[Leaf]) -> str:
    """Return ``leaves`` as inline HTML; neighbours share the elements of their common marks."""
    out: list[str] = []
    open_marks: tuple[Mark, ...] = ()
    for leaf in [*leaves, Leaf("")]:
        shared = common_marks(open_marks, leaf.marks)
        out += [f"</{mark.tag}>" for mark in reversed(open_marks[len(shared) :])]
        out += [_tag(*mark) for mark in leaf.marks[len(shared) :]]
        out.append("<br/>" if leaf.is_break else escape(leaf.text, quote=False))
        open_marks = leaf.marks
    return "".join(out)


class _ListWriter:
    """Nests list items by their depth."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self._open: list[str] = []
        self._group = 0

    def close(self, depth: int = 0) -> None:
        """Close every list deeper than ``depth`` (0 = all)."""
        while len(self._open) > depth:
            self.out.append(f"</li></{self._open.pop()}>")

    def add(self, item: Block) -> None:
        """Write one item, opening and closing lists as its depth asks."""
        if item.group != self._group:
            self.close()
            self._group = item.group
        depth = min(item.depth, len(self._open))
        self.close(depth + 1)
        name = "ol" if item.ordered else "ul"
        if len(self._open) == depth + 1 and self._open[-1] == name:
            self.out.append("</li>")
        else:
            self.close(depth)
            self.out.append(f"<{name}>")
            self._open.append(name)
        self.out.append(_tag("li", item.attrs) + write_leaves(item.leaves))


def write(blocks: list[Block]) -> str:
    """Return ``blocks`` as HTML. One loose block alone stays outside any paragraph."""
    if len(blocks) == 1 and blocks[0].loose:
        return write_leaves(blocks[0].leaves)
    lists = _ListWriter()
    for block in blocks:
        if block.kind == "li":
            lists.add(block)
            continue
        lists.close()
        if block.kind == "embed":
            lists.out.append(block.raw)
        else:
            lists.out.append(_tag("p", block.attrs) + write_leaves(block.leaves) + "</p>")
    lists.close()
    return "".join(lists.out)


class _Events(ClipboardParser):
    """Lists what HTML says, apart from how it is spelt."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[tuple] = []
        self._text = ""
        self._inside: list[str] = []

    def _end_text(self) -> None:
        between = not self._inside or self._inside[-1] in ("ul", "ol")
        if self._text and not (between and self._text.isspace()):
            self.events.append(("text", self._text))
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_text()
        self.events.append((tag, *sorted((key, value or "") for key, value in attrs)))
        if tag not in _VOID:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._end_text()
        if tag not in _VOID:
            self.events.append((f"/{tag}",))
            if tag in self._inside:
                while self._inside.pop() != tag:
                    pass

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_comment(self, data: str) -> None:
        self.events.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.events.append(("declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.events.append(("instruction", data))


def _events(html: str) -> list[tuple]:
    parser = _Events()
    parser.parse_all(html)
    parser._end_text()
    return parser.events


def says_the_same(html: str, other: str) -> bool:
    """Say whether two HTML texts differ only in spelling: entities, quotes, slashes, order."""
    return "<![" not in html and _events(html) == _events(other)
