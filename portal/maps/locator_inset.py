"""The small map of Việt Nam in the locator's corner, with both archipelagos named."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from portal.maps.label_layout import LINE_HEIGHT, Box, wrap
from portal.maps.land import ARCHIPELAGOS, COUNTRY_NAME, EAST_SEA_ANCHOR, EAST_SEA_NAME
from portal.maps.land_path import islet_points, land_path
from portal.maps.projection import View, view_of_box

AREA = (101.4, 4.7, 119.2, 23.9)
"""West, south, east, north of what the inset shows, in degrees."""

HEADING = 20
"""Height of the strip with the country's name, in user units."""

_TEXT_SIZE = 10.5


def inset_size(size: tuple[float, float]) -> tuple[float, float]:
    """Width and height of the inset for a picture of ``size``, in user units."""
    width = 184 if size[0] > size[1] else 168
    return width, HEADING + view_of_box(*AREA, width).height


def inset(box: Box, shown, main: View, ident: str) -> SafeString:
    """Draw the inset.

    :param box: where it goes, of :func:`inset_size`.
    :param shown: the located places, as :func:`portal.maps.places.located` gives them.
    :param main: the view of the large map, outlined here where it is large enough to be seen.
    :param ident: prefix of the ids used, unique in the page.
    """
    view = view_of_box(*AREA, box.right - box.left)
    width, height = round(view.width, 1), round(view.height, 1)
    return format_html(
        '<g class="locator__inset" transform="translate({x} {y})">'
        '<clipPath id="{id}-clip"><rect width="{w}" height="{h}"/></clipPath>'
        '<rect class="locator__plate" width="{w}" height="{full}" rx="6" fill="#fff"/>'
        '<text class="locator__ink" x="{middle}" y="14.5" text-anchor="middle" font-size="12" '
        'font-weight="700" fill="#3c4a52">{country}</text>'
        '<g transform="translate(0 {heading})"><g clip-path="url(#{id}-clip)">'
        '<rect class="locator__inset-sea" width="{w}" height="{h}" fill="#cfe5ee"/>'
        '<path class="locator__land" d="{land}" fill="#f6eeda" stroke="#b39b6a" '
        'stroke-width=".7"/>{islets}{names}{area}{dots}</g></g>'
        '<rect class="locator__frame" width="{w}" height="{full}" rx="6" fill="none" '
        'stroke="#6d7f88"/></g>',
        x=round(box.left, 1),
        y=round(box.top, 1),
        id=ident,
        w=width,
        h=height,
        full=round(height + HEADING, 1),
        middle=round(width / 2, 1),
        heading=HEADING,
        country=COUNTRY_NAME,
        land=land_path(view, tolerance=0.7),
        islets=format_html_join(
            "",
            '<circle class="locator__islet" cx="{}" cy="{}" r="1.1" fill="#8a7340"/>',
            islet_points(view),
        ),
        names=_names(view),
        area=_area(view, main),
        dots=format_html_join(
            "",
            '<circle class="locator__marker" cx="{}" cy="{}" r="3.2" fill="#b3141c" '
            'stroke="#fff" stroke-width="1.2"/>',
            _distinct(view, shown),
        ),
    )


def _names(view: View) -> SafeString:
    hoang_sa, truong_sa = ARCHIPELAGOS
    right_of_hoang_sa = view.project(hoang_sa.box[2] + 0.15, float(hoang_sa.anchor.lat))
    below_truong_sa = view.project(float(truong_sa.anchor.lng), truong_sa.below)
    sea_x, sea_y = view.place(EAST_SEA_ANCHOR)
    hoang_sa_lines = wrap(str(hoang_sa.name), 11, 3)
    middle = (len(hoang_sa_lines) - 1) / 2 * LINE_HEIGHT * _TEXT_SIZE
    texts = (
        _text(
            hoang_sa_lines,
            right_of_hoang_sa[0],
            right_of_hoang_sa[1] - middle + 3,
            "start",
            "locator__archipelago",
        ),
        _text(
            wrap(str(truong_sa.name), 11, 3),
            below_truong_sa[0],
            below_truong_sa[1] + _TEXT_SIZE,
            "middle",
            "locator__archipelago",
        ),
        _text(wrap(str(EAST_SEA_NAME), 20, 1), sea_x, sea_y, "middle", "locator__sea-name"),
    )
    return format_html_join("", "{}", ((part,) for part in texts))


def _text(lines, x, baseline, anchor, css_class) -> SafeString:
    rows = format_html_join(
        "",
        '<tspan x="{}" y="{}">{}</tspan>',
        (
            (round(x, 1), round(baseline + row * _TEXT_SIZE * LINE_HEIGHT, 1), line)
            for row, line in enumerate(lines)
        ),
    )
    return format_html(
        '<text class="locator__text {}" text-anchor="{}" font-size="{}" fill="{}" '
        'font-style="{}" stroke="#fff" stroke-width="2.5" stroke-opacity=".8" '
        'stroke-linejoin="round" paint-order="stroke">{}</text>',
        css_class,
        anchor,
        _TEXT_SIZE,
        "#3c6478" if css_class == "locator__sea-name" else "#1d2a31",
        "italic" if css_class == "locator__sea-name" else "normal",
        rows,
    )


def _area(view: View, main: View) -> SafeString:
    left, top = view.project(main.west, main.north)
    right, bottom = view.project(main.east, main.south)
    if right - left < 14:
        return mark_safe("")
    return format_html(
        '<rect class="locator__area" x="{}" y="{}" width="{}" height="{}" fill="none" '
        'stroke="#b3141c" stroke-width="1.2"/>',
        round(left, 1),
        round(top, 1),
        round(right - left, 1),
        round(bottom - top, 1),
    )


def _distinct(view: View, shown) -> list[tuple[float, float]]:
    """The places' spots, without those that would cover one another."""
    spots: list[tuple[float, float]] = []
    for _number, _place, point in shown:
        x, y = (round(value, 1) for value in view.place(point))
        if all(abs(x - a) + abs(y - b) > 4 for a, b in spots):
            spots.append((x, y))
    return spots
