"""Where names go on a picture, so that none covers another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LINE_HEIGHT = 1.25
"""Distance of lines in ems: room for the stacked accents of Vietnamese."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in user units."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def inside(self, other: Box) -> bool:
        """Whether this box lies wholly in the other."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )

    def grown(self, by: float) -> Box:
        """The box with a border of ``by`` units around it."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text with their place: ``x`` and ``baseline`` of the first line, in user units.

    ``anchor`` is an SVG ``text-anchor``.
    """

    lines: tuple[str, ...]
    x: float
    baseline: float
    anchor: str
    box: Box


def text_width(text: str, size: float) -> float:
    """An upper estimate of a text's width, in user units.

    The reader's own system font draws the text, so the estimate follows the widest common ones.

    :param size: font size in user units.
    """
    ems = 0.0
    for character in text:
        if unicodedata.combining(character):
            continue
        if unicodedata.east_asian_width(character) in "WF":
            ems += 1.0
        elif character in "ijltfr.,:;'|!()[] I":
            ems += 0.36
        elif character in "mwMW@%":
            ems += 0.95
        else:
            ems += 0.7 if character.isupper() else 0.6
    return ems * size


def wrap(text: str, width: int, max_lines: int) -> tuple[str, ...]:
    """Break a name into at most ``max_lines`` lines of about ``width`` characters.

    Lines are filled evenly; what doesn't fit is replaced by an ellipsis.
    """
    text = " ".join(text.split())
    needed = max(1, min(max_lines, -(-len(text) // width)))
    target = max(-(-len(text) // needed), 1)
    lines: list[str] = []
    for word in text.split(" "):
        fits = lines and len(lines[-1]) + 1 + len(word) <= max(target, min(width, target + 4))
        if fits:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > max_lines:
        lines = [*lines[: max_lines - 1], " ".join(lines[max_lines - 1 :])]
    return tuple(line if len(line) <= width + 6 else f"{line[: width + 5]}…" for line in lines)


def place_label(
    lines: Sequence[str],
    at: tuple[float, float],
    clearance: tuple[float, float],
    size: float,
    frame: Box,
    taken: Iterable[Box],
) -> Label | None:
    """Find room for a label beside a marker.

    :param lines: the text.
    :param at: the marker's middle.
    :param clearance: half the marker's width and height, with the wished gap.
    :param size: font size in user units.
    :param frame: the label must lie inside it.
    :param taken: boxes it must not touch.
    :returns: None when there is no room.
    """
    taken = list(taken)
    width = max(text_width(line, size) for line in lines)
    height = len(lines) * size * LINE_HEIGHT
    x, y = at
    for away in (1.0, 1.4):
        dx, dy = clearance[0] * away, clearance[1] * away
        candidates = (
            (x + dx, y - height / 2, "start"),
            (x - dx, y - height / 2, "end"),
            (x, y - dy - height, "middle"),
            (x, y + dy, "middle"),
            (x + dx * 0.7, y - dy - height, "start"),
            (x + dx * 0.7, y + dy, "start"),
            (x - dx * 0.7, y - dy - height, "end"),
            (x - dx * 0.7, y + dy, "end"),
        )
        for left, top, anchor in candidates:
            label = label_at(lines, left, top, anchor, size, width)
            if label.box.inside(frame) and not any(label.box.meets(box) for box in taken):
                return label
    return None


def label_at(
    lines: Sequence[str], x: float, top: float, anchor: str, size: float, width: float | None = None
) -> Label:
    """A label whose anchor is at ``x`` and whose upper edge is at ``top``."""
    width = max(text_width(line, size) for line in lines) if width is None else width
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    height = len(lines) * size * LINE_HEIGHT
    box = Box(left, top, left + width, top + height)
    return Label(tuple(lines), x, top + size * 0.98, anchor, box)
