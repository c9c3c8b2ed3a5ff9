"""Offers to move loose lines of an article body into the fields made for them.

Works on the raw form of a StreamField, a list of ``{"type", "value", "id"}``: the picture block
"image" (a dict with "caption" and "credit"), the text block "paragraph" (HTML) and the block
"signature". Nothing is moved unless ``apply`` is asked to.
"""

import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.utils.translation import gettext as _

Body = list[dict[str, Any]]

CAPTION = "caption"
SIGNATURE = "signature"

# What the fields of the blocks hold, in characters.
MAX_CAPTION = 300
MAX_CREDIT = 120
MAX_SIGNATURE = 60

_PARAGRAPH = r"<p\b[^>]*>((?:(?!</?p\b).)*)</p>"
_FIRST_PARAGRAPH = re.compile(rf"\s*{_PARAGRAPH}", re.S)
_LAST_PARAGRAPH = re.compile(rf"{_PARAGRAPH}\s*\Z", re.S)
_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<br\s*/?>")

_COLON = r"\s*[:–—-]\s*"
_PICTURE_LINE = re.compile(
    rf"\(?(?P<label>Nguồn ảnh|Photo credit|Ảnh|Photo){_COLON}(?P<rest>.+)", re.S
)
_CREDIT_LABELS = ("Nguồn ảnh", "Photo credit")
_CREDIT_AT_END = re.compile(
    r"^(?P<caption>.+?)\s*(?:(?<=[.!?…])\s|[(/–—-])\s*"
    r"(?:Nguồn ảnh|Ảnh|Photo)\s*:\s*(?P<credit>[^()]+?)\)?\.?$",
    re.S,
)
_SENTENCE_END = re.compile(r"[.!?…:;,/]$")
# Offices that sign texts, in the spellings that have too few capitals to be seen as names.
_OFFICES = re.compile(
    r"(?:Ban (?:biên tập|tổ chức|tuyên giáo|dân vận)|Văn phòng|Phòng (?:tổ chức|nghiệp vụ)|"
    r"T(?:oà|òa) soạn|Trung tâm truyền thông)\b",
    re.I,
)


@dataclass(frozen=True)
class Suggestion:
    """One offer: move ``line``, the text of a paragraph, to where it belongs.

    ``kind`` is "caption" or "signature". ``source_index`` and ``source_id`` name the paragraph
    block the line stands in; ``target_index`` and ``target_id`` the picture block, or None for a
    signature, which becomes a new block. ``text`` is the caption or the signature as it will be
    stored; ``credit`` the photographer, when the line names one. ``message`` asks the editor.
    """

    kind: str
    source_index: int
    source_id: str | None
    target_index: int | None
    target_id: str | None
    line: str
    text: str
    credit: str
    message: str


def _plain(html: str) -> str:
    """Return the text of inline ``html`` on one line."""
    return " ".join(unescape(_TAG.sub("", _BREAK.sub(" ", html))).split())


def _edge(html: str, edge: re.Pattern) -> str:
    """Return the text of the first or last paragraph of ``html``, "" when there is none."""
    match = edge.match(html) if edge is _FIRST_PARAGRAPH else edge.search(html)
    return _plain(match[1]) if match else ""


def _is_name(text: str) -> bool:
    """Say whether ``text`` names people or an office: a few words, most of them capitalised."""
    words = [word for word in re.split(r"[\s,]+", text) if any(map(str.isalpha, word))]
    capitals = sum(word.lstrip("(“\"'")[:1].isupper() for word in words)
    if not 0 < len(words) <= 12 or not text[:1].isupper() or re.search(r"\d", text):
        return False
    return 2 * capitals >= len(words)


def _is_credit(text: str) -> bool:
    """Say whether ``text`` is no more than the name of a photographer or an agency."""
    words = text.split()
    return len(words) <= 6 and len(text) <= MAX_CREDIT and all(w[:1].isupper() for w in words)


def _picture_parts(line: str) -> tuple[str, str] | None:
    """Split a line that begins "Ảnh:" into caption and credit; None for any other line."""
    match = _PICTURE_LINE.fullmatch(line)
    if not match:
        return None
    rest = match["rest"].strip()
    if line.startswith("(") and rest.endswith(")"):
        rest = rest[:-1].rstrip()
    if match["label"] in _CREDIT_LABELS or _is_credit(rest.rstrip(".")):
        return "", rest.rstrip(".")
    ending = _CREDIT_AT_END.match(rest)
    if ending and _is_credit(ending["credit"]):
        return ending["caption"].rstrip(), ending["credit"]
    return rest, ""


def _value_of(body: Body, index: int, kind: str, of: type) -> Any:
    """Return the value of the block at ``index`` when it is a ``kind`` holding ``of``."""
    if not 0 <= index < len(body) or body[index].get("type") != kind:
        return None
    value = body[index].get("value")
    return value if isinstance(value, of) else None


def _caption_message(text: str, credit: str) -> str:
    if text and credit:
        return _(
            "Move “%(text)s” to the caption of the picture above, and “%(credit)s” to its credit?"
        ) % {
            "text": text,
            "credit": credit,
        }
    if text:
        return _("Move “%(text)s” to the caption of the picture above?") % {"text": text}
    return _("Move “%(credit)s” to the credit of the picture above?") % {"credit": credit}


def _caption(body: Body, index: int) -> Suggestion | None:
    """Return the offer for the paragraph block at ``index``, directly beneath a picture."""
    picture = _value_of(body, index - 1, "image", dict)
    html = _value_of(body, index, "paragraph", str)
    if picture is None or html is None:
        return None
    line = _edge(html, _FIRST_PARAGRAPH)
    parts = _picture_parts(line)
    if parts is None:
        return None
    text, credit = parts
    if (text and picture.get("caption")) or (credit and picture.get("credit")):
        return None
    if len(text) > MAX_CAPTION or len(credit) > MAX_CREDIT:
        return None
    return Suggestion(
        CAPTION,
        index,
        body[index].get("id"),
        index - 1,
        body[index - 1].get("id"),
        line,
        text,
        credit,
        _caption_message(text, credit),
    )


def _is_signature(line: str) -> bool:
    if not line or len(line) > MAX_SIGNATURE or _SENTENCE_END.search(line):
        return False
    if ":" in line or _PICTURE_LINE.fullmatch(line) or len(line.split()) < 2:
        return False
    return _is_name(line) or (bool(_OFFICES.match(line)) and not re.search(r"\d", line))


def _signature(body: Body) -> Suggestion | None:
    """Return the offer for the last line of the body, when it looks like a signature."""
    index = len(body) - 1
    html = _value_of(body, index, "paragraph", str)
    if html is None or any(block.get("type") == "signature" for block in body):
        return None
    match = _LAST_PARAGRAPH.search(html)
    if match is None or "<a" in match[1] or "<embed" in match[1]:
        return None
    alone = not _plain(html[: match.start()])
    line = _plain(match[1])
    if (alone and index == 0) or not _is_signature(line):
        return None
    return Suggestion(
        SIGNATURE,
        index,
        body[index].get("id"),
        None,
        None,
        line,
        line,
        "",
        _("Use “%(text)s” as the signature of this text?") % {"text": line},
    )


def suggest(body: Body) -> list[Suggestion]:
    """Return the offers for ``body`` in the order of its blocks; ``body`` is not changed.

    A paragraph that begins "Ảnh:", "Ảnh –" or "Nguồn ảnh:" directly beneath a picture becomes its
    caption or, when it only names somebody, its credit; a last short line that is no sentence
    becomes the signature. A field already filled is never offered.
    """
    offers = [_caption(body, index) for index in range(1, len(body))] + [_signature(body)]
    return [offer for offer in offers if offer]


def _find(body: Body, index: int, block_id: str | None) -> int | None:
    """Return where the block is now: by its id, or by its place when it has none."""
    if block_id is None:
        return index if index < len(body) else None
    return next((i for i, block in enumerate(body) if block.get("id") == block_id), None)


def _take_line(body: Body, suggestion: Suggestion) -> bool:
    """Take the offered line out of its paragraph block; say whether it was still there.

    A block left without text is emptied, not removed, so that places stay valid.
    """
    index = _find(body, suggestion.source_index, suggestion.source_id)
    html = None if index is None else _value_of(body, index, "paragraph", str)
    if html is None:
        return False
    edge = _LAST_PARAGRAPH if suggestion.kind == SIGNATURE else _FIRST_PARAGRAPH
    match = edge.search(html) if edge is _LAST_PARAGRAPH else edge.match(html)
    if match is None or _plain(match[1]) != suggestion.line:
        return False
    body[index]["value"] = html[: match.start()] + html[match.end() :]
    return True


def _apply_caption(body: Body, suggestion: Suggestion) -> None:
    target = _find(body, suggestion.target_index or 0, suggestion.target_id)
    picture = None if target is None else _value_of(body, target, "image", dict)
    wanted = {"caption": suggestion.text, "credit": suggestion.credit}
    wanted = {name: text for name, text in wanted.items() if text}
    if picture is None or any(picture.get(name) for name in wanted):
        return
    if _take_line(body, suggestion):
        picture.update(wanted)


def _apply_signature(body: Body, suggestion: Suggestion) -> None:
    if any(block.get("type") == "signature" for block in body):
        return
    if _take_line(body, suggestion):
        value = {"body": None, "person": suggestion.text, "role": ""}
        body.append({"type": "signature", "value": value})


def apply(body: Body, suggestions: Iterable[Suggestion]) -> Body:
    """Return a new body with the lines of ``suggestions`` moved; ``body`` is not changed.

    An offer whose line, picture or empty field is no longer there is passed over. Paragraph blocks
    that a move leaves empty are removed; the new signature block has no id, Wagtail gives it one.
    """
    moved = deepcopy(body)
    for suggestion in suggestions:
        if suggestion.kind == CAPTION:
            _apply_caption(moved, suggestion)
        else:
            _apply_signature(moved, suggestion)
    return [
        block
        for place, block in enumerate(moved)
        if block.get("type") != "paragraph"
        or str(block.get("value", "")).strip()
        or (place < len(body) and block == body[place])
    ]
