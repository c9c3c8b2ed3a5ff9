"""What surrounds the locator's map: scale bar, arrow to the north, degrees and the source."""

from __future__ import annotations

import math

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from portal.maps.label_layout import Box, text_width
from portal.maps.land import ATTRIBUTION

TICK_SIZE = 11
"""Font size of degrees and of the source, in user units."""

_MIN_TICK_GAP = 90


def scale_bar(view, frame: Box, obstacles: list[Box]) -> tuple[SafeString, Box]:
    """The scale bar with the arrow to the north, and the box it takes.

    :param obstacles: what it shall not cover; the first free corner is taken.
    """
    length_km = _nice_length(frame.right * 0.2 / view.units_per_km())
    length = round(length_km * view.units_per_km(), 1)
    written = gettext("%(number)s km") % {"number": f"{length_km:g}"}
    width = length + 58 + text_width(written, 12)
    corners = [
        Box(x, y, x + width, y + 44)
        for y in (frame.bottom - 58, frame.top + 12)
        for x in (frame.left + 14, frame.right - width - 14)
    ]
    free = [box for box in corners if not any(box.meets(other) for other in obstacles)]
    box = (free or corners)[0]
    x, y = round(box.left, 1), round(box.top, 1)
    svg = format_html(
        '<g class="locator__scale" transform="translate({} {})">'
        '<rect class="locator__plate" width="{}" height="44" rx="6" fill="#fff" '
        'fill-opacity=".78"/>'
        '<path class="locator__ink" d="M19 6l7 21-7-4.5-7 4.5z" fill="#3c4a52"/>'
        '<text class="locator__ink" x="19" y="39" text-anchor="middle" font-size="11" '
        'font-weight="700" fill="#3c4a52">{}</text>'
        '<path class="locator__line" d="M42 22v7h{}v-7" fill="none" stroke="#3c4a52" '
        'stroke-width="2"/>'
        '<text class="locator__ink" x="{}" y="30" font-size="12" fill="#3c4a52">{}</text></g>',
        x,
        y,
        round(width, 1),
        pgettext("north, on a map", "N"),
        length,
        round(length + 49, 1),
        written,
    )
    return svg, box


def _nice_length(limit: float) -> float:
    """The greatest of 1, 2, 5, 10, 20, … that doesn't pass the limit."""
    power = 10 ** math.floor(math.log10(limit))
    return max(step * power for step in (1, 2, 5) if step * power <= limit)


def graticule(view, frame: Box, language: str, taken: list[Box]) -> tuple[SafeString, SafeString]:
    """Values of full degrees or minutes along the lower and left edges, and their lines.

    :param taken: boxes no value may touch.
    """
    step = next(s for s in (1, 2, 5, 10, 15, 30, 60, 120, 300) if _gap(view, s) >= _MIN_TICK_GAP)
    lines, ticks = [], []
    reserved = frame.right - text_width(ATTRIBUTION, TICK_SIZE) - 20
    for minutes in _multiples(view.west, view.east, step):
        x = round(view.project(minutes / 60, 0)[0], 1)
        lines.append(f"M{x:g} 0V{frame.bottom:g}")
        if 26 < x < reserved - 24:
            written = _whole_minutes(minutes, language, east=True)
            ticks.append((x, frame.bottom + 14, "middle", written))
    for minutes in _multiples(view.south, view.north, step):
        y = round(view.project(0, minutes / 60)[1], 1)
        lines.append(f"M0 {y:g}H{frame.right:g}")
        written = _whole_minutes(minutes, language, east=False)
        box = Box(0, y - 16, text_width(written, TICK_SIZE) + 8, y + 2)
        if y > 20 and not any(box.meets(other) for other in taken):
            ticks.append((6, round(y - 4, 1), "start", written))
    grid = format_html(
        '<path class="locator__grid" d="{}" fill="none" stroke="#4d6b7a" stroke-opacity=".22" '
        'stroke-dasharray="1 4"/>',
        "".join(lines),
    )
    texts = format_html_join(
        "",
        '<text class="locator__tick" x="{}" y="{}" text-anchor="{}" font-size="11" '
        'fill="#4c5c65">{}</text>',
        ticks,
    )
    return texts, grid


def _gap(view, minutes: int) -> float:
    return view.scale * minutes / 60


def _multiples(first: float, last: float, step: int) -> list[int]:
    start = math.ceil(first * 60 / step)
    return [n * step for n in range(start, math.floor(last * 60 / step) + 1)]


def _whole_minutes(minutes: int, language: str, *, east: bool) -> str:
    vietnamese = language.split("-")[0] == "vi"
    letter = ("Đ" if vietnamese else "E") if east else ("B" if vietnamese else "N")
    degrees, rest = divmod(minutes, 60)
    return f"{degrees}°{rest:02d}′{letter}" if rest else f"{degrees}°{letter}"


def attribution(width: float, height: float) -> SafeString:
    """The outline's source, in the lower right corner."""
    return format_html(
        '<text class="locator__tick" x="{}" y="{}" text-anchor="end" font-size="11" '
        'fill="#4c5c65">{}</text>',
        width - 4,
        height - 6,
        ATTRIBUTION,
    )
