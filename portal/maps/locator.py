"""The locator picture: where places lie, drawn from the portal's own outline as SVG.

SVG and not pixels: names keep every Vietnamese accent because the reader's own font draws them,
the picture is sharp on any screen and on paper, follows light, dark and contrast settings through
CSS custom properties, has a title and a description for screen readers, and weighs a few kilobytes.

A picture is deterministic: the same places give the same bytes. Every one names both archipelagos,
on the map itself where it reaches that far and on the small map of Việt Nam otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from portal.maps.coordinates import Coordinates
from portal.maps.label_layout import (
    LINE_HEIGHT,
    Box,
    Label,
    label_at,
    place_label,
    text_width,
    wrap,
)
from portal.maps.land import ARCHIPELAGOS, EAST_SEA_ANCHOR, EAST_SEA_NAME, land_bounds
from portal.maps.land_path import islet_points, land_path
from portal.maps.locator_furniture import attribution, graticule, scale_bar
from portal.maps.locator_inset import inset, inset_size
from portal.maps.places import located, text_of
from portal.maps.projection import View, fit_view

LOCATOR_NOTE = _(
    "A locator, not a street map: it shows where on the coast the places lie. "
    "Outline: Natural Earth."
)
"""The caption's closing words, for the template that shows the picture."""

WIDE = (800, 480)
NARROW = (390, 520)
"""Sizes in user units for wide columns and for phones."""

MAX_SCALE = 1000
"""The closest zoom, in user units for one degree of longitude: nearer, the outline says nothing."""

STRIP = 20
"""Height of the strip below the map, for longitudes and the source."""

LABEL_SIZE = 15
_MARKER_RADIUS = 12


def locator_svg(
    places: Iterable[Any],
    *,
    language: str | None = None,
    size: tuple[int, int] = WIDE,
    ident: str = "locator",
) -> SafeString:
    """Draw the places as an ``<svg>`` element, usable inline or as a file.

    :param places: see :class:`portal.maps.places.Place`; those without a point, or outside the
        outline, are left out but keep their number.
    :param language: language of the names and numbers; by default the active one.
    :param size: width and height in user units; :data:`WIDE` and :data:`NARROW` are tried sizes.
    :param ident: prefix of the element's ids, unique in the page.
    :returns: "" when no place can be drawn.
    """
    language = language or get_language() or "en"
    with override(language):
        west, south, east, north = land_bounds()
        shown = [
            (number, place, point)
            for number, place, point in located(places)
            if west < point.lng < east and south < point.lat < north
        ]
        return _draw(shown, language, size, ident) if shown else mark_safe("")


def locator_pair(
    places: Iterable[Any], *, language: str | None = None, ident: str = "locator"
) -> SafeString:
    """Both sizes in one element; ``maps.css`` shows the one that suits the column's width.

    :returns: "" when no place can be drawn.
    """
    places = list(places)
    wide = locator_svg(places, language=language, size=WIDE, ident=f"{ident}-w")
    if not wide:
        return wide
    narrow = locator_svg(places, language=language, size=NARROW, ident=f"{ident}-n")
    return format_html(
        '<div class="locator-pair"><div class="locator-pair__wide">{}</div>'
        '<div class="locator-pair__narrow">{}</div></div>',
        wide,
        narrow,
    )


def _draw(shown, language, size, ident) -> SafeString:
    width, height = size
    map_height = height - STRIP
    view = _view_for([point for _n, _p, point in shown], size)
    frame = Box(0, 0, width, map_height)
    spots = _markers(shown, view)
    needs_inset = not all(view.shows(group.anchor) for group in ARCHIPELAGOS)
    inset_box = _free_corner(frame, inset_size(size), spots) if needs_inset else None
    obstacles = [spot["box"] for spot in spots] + ([inset_box] if inset_box else [])
    scale, scale_box = scale_bar(view, frame, obstacles)
    archipelagos = _archipelago_labels(view, frame)
    islets = islet_points(view) if view.scale < 60 else []
    taken = [spot["box"].grown(2) for spot in spots] + [scale_box]
    taken += [Box(x, y, x, y).grown(3) for x, y in islets]
    taken += [inset_box.grown(4)] if inset_box else []
    taken += [label.box for label in archipelagos]
    labels = _place_names(spots, frame.grown(-6), taken)
    sea = _sea_label(view, taken + [label.box for label in labels])
    ticks, grid = graticule(view, frame, language, taken + [label.box for label in labels])
    land = land_path(view, smooth=view.scale > 250)
    parts = [
        _defs(ident, frame, land),
        _background(ident, frame),
        grid,
        _dots(islets),
        _texts(archipelagos, "locator__archipelago", 12, italic=True),
        _texts(sea, "locator__sea-name", 14, italic=True),
        ticks,
        scale,
        inset(inset_box, shown, view, f"{ident}-inset") if inset_box else "",
        _marker_shapes(spots),
        _texts(labels, "locator__name", LABEL_SIZE, weight=600),
        format_html(
            '<rect class="locator__frame" x=".5" y=".5" width="{}" height="{}" fill="none" '
            'stroke="#6d7f88"/>',
            width - 1,
            map_height - 1,
        ),
        attribution(width, height),
    ]
    title, description = _words(shown, language)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="locator" role="img" lang="{lang}" '
        'viewBox="0 0 {w} {h}" width="{w}" height="{h}" aria-labelledby="{id}-t" '
        'aria-describedby="{id}-d" font-family="system-ui, sans-serif">'
        '<title id="{id}-t">{title}</title><desc id="{id}-d">{description}</desc>{parts}</svg>',
        lang=language,
        w=width,
        h=height,
        id=ident,
        title=title,
        description=description,
        parts=format_html_join("", "{}", ((part,) for part in parts)),
    )


def _view_for(points: list[Coordinates], size) -> View:
    width, height = size[0], size[1] - STRIP
    taken = inset_size(size)
    free = (width - taken[0], height) if width > height else (width, height - taken[1])
    return fit_view(
        points,
        (width, height),
        free=free,
        margin=min(free) * 0.22,
        max_scale=MAX_SCALE,
        within=land_bounds(),
    )


def _words(shown, language) -> tuple[str, str]:
    names = ", ".join(text_of(place, "name") for _n, place, _point in shown)
    lines = "; ".join(
        f"{number}. {text_of(place, 'name')}: {point.as_dms(language)}"
        for number, place, point in shown
    )
    title = gettext("Locator map: %(names)s") % {"names": names}
    return title, f"{lines}. {LOCATOR_NOTE}"


def _markers(shown, view) -> list[dict]:
    """One marker for each place; places too close to be told apart share one."""
    spots: list[dict] = []
    for number, place, point in shown:
        x, y = view.place(point)
        near = [s for s in spots if math.dist((x, y), (s["x"], s["y"])) < 1.6 * _MARKER_RADIUS]
        if near:
            near[0]["numbers"].append(number)
            near[0]["names"].append(text_of(place, "name"))
        else:
            name = text_of(place, "name")
            spots.append({"x": x, "y": y, "numbers": [number], "names": [name]})
    only_one = len(shown) == 1
    for spot in spots:
        spot["x"], spot["y"] = round(spot["x"], 1), round(spot["y"], 1)
        spot["text"] = "" if only_one else ", ".join(map(str, spot["numbers"]))
        half = max(_MARKER_RADIUS, text_width(spot["text"], 13) / 2 + 6)
        spot["half"] = round(half, 1)
        spot["box"] = Box(
            spot["x"] - half,
            spot["y"] - _MARKER_RADIUS,
            spot["x"] + half,
            spot["y"] + _MARKER_RADIUS,
        )
    return spots


def _free_corner(frame: Box, size, spots) -> Box:
    """The inset's corner: the lower right if no marker is there, else the first free one."""
    gap, (width, height) = 10, size
    lefts = (frame.right - width - gap, frame.left + gap)
    tops = (frame.bottom - height - gap, frame.top + gap)
    boxes = [Box(x, y, x + width, y + height) for x in lefts for y in tops]
    free = [box for box in boxes if not any(spot["box"].meets(box.grown(8)) for spot in spots)]
    return (free or boxes)[0]


def _archipelago_labels(view, frame) -> list[Label]:
    labels = []
    for group in ARCHIPELAGOS:
        if not view.shows(group.anchor):
            continue
        x, y = view.project(float(group.anchor.lng), group.below)
        lines = wrap(str(group.name), 11, 3)
        label = label_at(lines, round(x, 1), round(y, 1) + 2, "middle", 12)
        if not label.box.inside(frame):
            half = (label.box.right - label.box.left) / 2
            x = min(max(x, frame.left + half + 4), frame.right - half - 4)
            tall = label.box.bottom - label.box.top
            y = min(max(y, frame.top + 4), frame.bottom - tall - 4)
            label = label_at(lines, round(x, 1), round(y, 1), "middle", 12)
        labels.append(label)
    return labels


def _sea_label(view, taken) -> list[Label]:
    """The sea's name, on a view that reaches that far and has room for it."""
    if not view.shows(EAST_SEA_ANCHOR):
        return []
    x, y = view.place(EAST_SEA_ANCHOR)
    label = label_at([str(EAST_SEA_NAME)], round(x, 1), round(y, 1), "middle", 14)
    return [] if any(label.box.meets(box) for box in taken) else [label]


def _place_names(spots, frame, taken) -> list[Label]:
    labels: list[Label] = []
    for spot in spots:
        lines: list[str] = []
        for name in spot["names"][:3]:
            lines += wrap(name, 24, 3) if len(spot["names"]) == 1 else wrap(name, 30, 1)
        if len(spot["names"]) > 3:
            lines.append("…")
        clearance = (spot["half"] + 6, _MARKER_RADIUS + 3)
        # A name close to another marker would be read as that one's.
        strangers = [other["box"].grown(12) for other in spots if other is not spot]
        others = [*taken, *strangers, *(label.box for label in labels)]
        label = place_label(lines, (spot["x"], spot["y"]), clearance, LABEL_SIZE, frame, others)
        if label:
            labels.append(label)
    return labels


def _defs(ident, frame, land) -> SafeString:
    return format_html(
        '<defs><radialGradient id="{0}-sea" cx=".35" cy=".3" r=".95">'
        '<stop class="locator__sea-near" offset="0" stop-color="#d9edf4"/>'
        '<stop class="locator__sea-far" offset="1" stop-color="#a9cfdf"/></radialGradient>'
        '<clipPath id="{0}-clip"><rect width="{1}" height="{2}"/></clipPath>'
        '<path id="{0}-land" d="{3}"/></defs>',
        ident,
        frame.right,
        frame.bottom,
        land,
    )


def _background(ident, frame) -> SafeString:
    """Sea, the paler water along the coast, then land with its coast line."""
    return format_html(
        '<g clip-path="url(#{0}-clip)">'
        '<rect class="locator__sea" width="{1}" height="{2}" fill="url(#{0}-sea)"/>'
        '<g class="locator__shallows" fill="none" stroke="#fff" stroke-linejoin="round">'
        '<use href="#{0}-land" stroke-width="16" stroke-opacity=".22"/>'
        '<use href="#{0}-land" stroke-width="8" stroke-opacity=".3"/></g>'
        '<use class="locator__land" href="#{0}-land" fill="#f6eeda" stroke="#b39b6a" '
        'stroke-width="1.1" stroke-linejoin="round"/></g>',
        ident,
        frame.right,
        frame.bottom,
    )


def _dots(points) -> SafeString:
    return format_html_join(
        "", '<circle class="locator__islet" cx="{}" cy="{}" r="1.5" fill="#8a7340"/>', points
    )


def _marker_shapes(spots) -> SafeString:
    shapes = []
    for spot in spots:
        shape = format_html(
            '<rect x="{}" y="{}" width="{}" height="{}" rx="{}" fill="#b3141c" stroke="#fff" '
            'stroke-width="2.5"/>',
            round(spot["x"] - spot["half"], 1),
            round(spot["y"] - _MARKER_RADIUS, 1),
            round(spot["half"] * 2, 1),
            _MARKER_RADIUS * 2,
            _MARKER_RADIUS,
        )
        if spot["text"]:
            inner = format_html(
                '<text x="{}" y="{}" text-anchor="middle" font-size="13" font-weight="700" '
                'fill="#fff">{}</text>',
                spot["x"],
                round(spot["y"] + 4.6, 1),
                spot["text"],
            )
        else:
            inner = format_html('<circle cx="{}" cy="{}" r="4" fill="#fff"/>', spot["x"], spot["y"])
        shapes.append(format_html('<g class="locator__marker">{}{}</g>', shape, inner))
    return format_html_join("", "{}", ((part,) for part in shapes))


def _texts(labels, css_class, size, *, weight=400, italic=False) -> SafeString:
    parts = []
    for label in labels:
        spans = format_html_join(
            "",
            '<tspan x="{}" y="{}">{}</tspan>',
            (
                (round(label.x, 1), round(label.baseline + row * size * LINE_HEIGHT, 1), line)
                for row, line in enumerate(label.lines)
            ),
        )
        parts.append(
            format_html(
                '<text class="locator__text {}" text-anchor="{}" font-size="{}" font-weight="{}"'
                '{} fill="#1d2a31" stroke="#fff" stroke-width="4" stroke-linejoin="round" '
                'paint-order="stroke">{}</text>',
                css_class,
                label.anchor,
                size,
                weight,
                mark_safe(' font-style="italic"') if italic else "",
                spans,
            )
        )
    return format_html_join("", "{}", ((part,) for part in parts))
