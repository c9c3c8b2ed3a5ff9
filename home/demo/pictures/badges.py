"""Badges with clear corners: the demo's emblem and the icon of the handbook app."""

from __future__ import annotations

import math

from PIL import Image

from .canvas import Canvas
from .colour import Ramp
from .stencil import Stencil, smooth


def _cut_out(canvas: Canvas, shape: Stencil) -> None:
    """Make everything outside ``shape`` transparent."""
    mask = Image.new("L", canvas.size, 0)
    cut = shape.cut(canvas.scale, canvas.size)
    if cut is not None:
        piece, x, y = cut
        mask.paste(piece, (x, y))
    canvas.image = canvas.image.convert("RGBA")
    canvas.image.putalpha(mask)


def emblem(canvas: Canvas) -> None:
    """A round badge of lacquer and gold: sun, karst islands and waves. No real emblem."""
    centre = 256
    canvas.ramp([(0, "a4262a"), (1, "6d1013")])
    canvas.paint(Stencil().ellipse(centre, centre, 250), Ramp([(0, "f6d98b"), (1, "b8812c")]))
    canvas.paint(Stencil().ellipse(centre, centre, 236), Ramp([(0, "a9262a"), (1, "6f1114")]))
    beads = Stencil()
    for n in range(60):
        angle = math.tau * n / 60
        beads.ellipse(centre + 222 * math.cos(angle), centre + 222 * math.sin(angle), 4.6)
    canvas.paint(beads, "f3cf7a")
    canvas.paint(Stencil().ellipse(centre, centre, 206), Ramp([(0, "f6d98b"), (1, "b8812c")]))
    disc = Stencil().ellipse(centre, centre, 198)
    canvas.paint(disc, Ramp([(0, "c93a30"), (0.55, "e8854a"), (1, "f7c777")]))
    rays = Stencil()
    for n in range(28):
        angle = math.pi + math.pi * (n + 0.5) / 28
        for_side = 0.022
        rays.poly(
            [(centre, 296)]
            + [
                (centre + 300 * math.cos(angle + side), 296 + 300 * math.sin(angle + side))
                for side in (-for_side, for_side)
            ]
        )
    canvas.paint(rays, "ffe6a3", 0.4)
    canvas.paint(Stencil().ellipse(centre, 290, 76), Ramp([(0, "fff3c4"), (1, "ffd36b")]))
    for left, wide, tall, tone in (
        (86, 96, 118, "2d6a6a"),
        (318, 116, 146, "2a6366"),
        (168, 74, 84, "1f5358"),
        (288, 66, 72, "1b4c52"),
        (380, 80, 96, "1f5358"),
        (60, 70, 74, "18464c"),
    ):
        base = 338
        tower = smooth(
            [
                (left, base),
                (left + wide * 0.1, base - tall * 0.6),
                (left + wide * 0.34, base - tall),
                (left + wide * 0.62, base - tall * 0.95),
                (left + wide * 0.88, base - tall * 0.55),
                (left + wide, base),
            ]
        )
        canvas.paint(Stencil().poly(tower), Ramp([(0, tone), (1, "123a40")]))
        canvas.shade(Stencil().poly(tower), "f4c97a", 5, 5, 3, 0.55)
    canvas.paint(Stencil().rect(0, 334, 512, 512), Ramp([(0, "1d6a6c"), (1, "0b3a40")]))
    for row in range(5):
        crest = Stencil()
        y = 352 + row * 26
        for n in range(-1, 9):
            x = n * 68 + (34 if row % 2 else 0)
            crest.line(
                [
                    (x + 30 * math.cos(t), y - 24 * math.sin(t))
                    for t in [math.pi * k / 12 for k in range(13)]
                ],
                5.5,
            )
        canvas.paint(crest, Ramp([(0, "fbe2a2"), (1, "d3a245")]))
    ring = Stencil().ellipse(centre, centre, 300).ellipse(centre, centre, 198, value=0)
    cover = Stencil().ellipse(centre, centre, 250).ellipse(centre, centre, 236, value=0)
    canvas.paint(ring, Ramp([(0, "a9262a"), (1, "6f1114")]))
    canvas.paint(
        Stencil().ellipse(centre, centre, 206).ellipse(centre, centre, 198, value=0),
        Ramp([(0, "f6d98b"), (1, "b8812c")]),
    )
    canvas.paint(beads, "f3cf7a")
    canvas.paint(cover, Ramp([(0, "f8e0a0"), (1, "a87324")]))
    _cut_out(canvas, Stencil().ellipse(centre, centre, 250))


def _rounded(left: float, top: float, right: float, bottom: float, radius: float) -> Stencil:
    shape = Stencil().rect(left + radius, top, right - radius, bottom)
    shape.rect(left, top + radius, right, bottom - radius)
    for x in (left + radius, right - radius):
        for y in (top + radius, bottom - radius):
            shape.ellipse(x, y, radius)
    return shape


def app_icon(canvas: Canvas) -> None:
    """The electronic handbook: an open book with a ribbon on lacquer red."""
    canvas.ramp([(0, "c8372f"), (1, "7c1518")])
    canvas.glow(256, 150, 330, "ff9c62", 0.6)
    shadow = Stencil().poly([(70, 190), (256, 214), (442, 190), (442, 396), (256, 424), (70, 396)])
    canvas.paint(shadow, "3d0709", 0.6, blur=14)
    cover = Stencil().poly([(62, 172), (256, 200), (450, 172), (450, 384), (256, 414), (62, 384)])
    canvas.paint(cover, Ramp([(0, "e9b950"), (1, "b57c24")]))
    for side in (-1, 1):
        page = smooth(
            [(256, 190), (256 + side * 60, 164), (256 + side * 130, 156), (256 + side * 182, 164)]
        )
        edge = smooth(
            [(256 + side * 182, 370), (256 + side * 130, 362), (256 + side * 60, 372), (256, 400)]
        )
        leaf = Stencil().poly(page + edge)
        canvas.paint(leaf, Ramp([(0, "fffaf0"), (1, "eadcc0")]))
        canvas.shade(leaf, "a98a5c", -side * 26, 0, 16, 0.6)
        lines = Stencil()
        for n in range(5):
            y = 208 + n * 32
            lines.line(
                smooth(
                    [(256 + side * 34, y + 8), (256 + side * 90, y - 8), (256 + side * 156, y - 8)]
                ),
                9,
            )
        canvas.paint(lines, "9c6a4a" if side < 0 else "b58a63", 0.75)
    ribbon = Stencil().poly([(300, 172), (344, 164), (344, 306), (322, 284), (300, 312)])
    canvas.paint(ribbon, Ramp([(0, "e23b36"), (1, "a51b1f")]))
    canvas.paint(Stencil().taper([(256, 196), (256, 410)], 7, 7), "8a6a3c", 0.7)
    _cut_out(canvas, _rounded(4, 4, 508, 508, 112))
