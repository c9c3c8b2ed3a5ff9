"""The canvas: washes, shapes, mist, glow, water and the finish, all in design units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from random import Random

from PIL import Image, ImageChops, ImageFilter

from .colour import Colour, Ramp, rgb, smoothstep
from .stencil import Stencil

Paint = str | Colour | Ramp
BICUBIC = Image.Resampling.BICUBIC
#: What Pillow's radial gradient holds at the middle of a side.
RIM = 178
#: How far a glow reaches beyond its nominal radius before it is quite out.
SPREAD = 1.4


@lru_cache(maxsize=8)
def _falloff(power: float) -> Image.Image:
    """A 256 px disc of light, brightest in the middle, fading out as ``power`` says."""
    # Pillow's gradient is 255 in the corners but only RIM at the middle of a side: the light must
    # be out by then, or a glow ends in a visible square.
    table = [round(255 * smoothstep(1 - d / RIM) ** power) for d in range(256)]
    return Image.radial_gradient("L").point(table)


@lru_cache(maxsize=2)
def _grain_tile() -> Image.Image:
    """A 512 px tile of grain; drawn from a seeded source because Pillow's own noise is not."""
    rng = Random("grain")
    tiles = [Image.frombytes("L", (512, 512), rng.randbytes(512 * 512)) for _ in range(2)]
    return Image.blend(tiles[0], tiles[1], 0.5)


class Canvas:
    """A picture being painted.

    ``design`` is the coordinate system (width, height) in units; ``scale`` is pixels per unit;
    ``seed`` fixes every random choice, so the same canvas always gives the same pixels.
    """

    def __init__(self, design: tuple[int, int], scale: float, seed: str) -> None:
        self.width, self.height = design
        self.scale = scale
        self.seed = seed
        self.rng = Random(seed)
        self.size = (
            max(1, math.ceil(self.width * scale - 1e-6)),
            max(1, math.ceil(self.height * scale - 1e-6)),
        )
        self.image = Image.new("RGB", self.size)

    def px(self, units: float) -> int:
        """Return a length in whole pixels, at least 1."""
        return max(1, round(units * self.scale))

    def wash(self, rows: Sequence[Sequence[str | Colour]]) -> None:
        """Cover the canvas with a soft mesh of colours given row by row."""
        data = bytes(channel for row in rows for code in row for channel in rgb(code))
        tiny = Image.frombytes("RGB", (len(rows[0]), len(rows)), data)
        # Two steps: the first spreads the colours, the second hides the cells of the first.
        soft = tiny.resize((96, 96), BICUBIC).filter(ImageFilter.GaussianBlur(6))
        self.image = soft.resize(self.size, BICUBIC)

    def ramp(
        self,
        stops: Sequence[tuple[float, str | Colour]],
        top: float = 0,
        bottom: float | None = None,
    ) -> None:
        """Fill the full width from ``top`` to ``bottom`` with a vertical gradient."""
        bottom = self.height if bottom is None else bottom
        self.paint(
            Stencil().rect(-2, top, self.width + 2, bottom), Ramp(stops, start=top, end=bottom)
        )

    def paint(
        self,
        stencil: Stencil,
        paint: Paint,
        opacity: float = 1.0,
        blur: float = 0.0,
        texture: Image.Image | None = None,
        mode: str = "normal",
    ) -> None:
        """Paint through ``stencil``.

        ``blur`` (units) softens the edge; ``texture`` is a canvas-sized "L" mask that thins the
        paint; ``mode`` is "normal", "screen", "multiply" or "overlay".
        """
        cut = stencil.cut(self.scale, self.size, blur * 2.6)
        if cut is None:
            return
        mask, x, y = cut
        if blur:
            mask = self._soften(mask, blur)
        self.lay(mask, x, y, paint, opacity, texture, mode)

    def lay(
        self,
        mask: Image.Image,
        x: int,
        y: int,
        paint: Paint,
        opacity: float = 1.0,
        texture: Image.Image | None = None,
        mode: str = "normal",
    ) -> None:
        """Lay ``paint`` through a ready pixel ``mask`` whose corner is at pixel (x, y)."""
        box = (x, y, x + mask.width, y + mask.height)
        if texture is not None:
            mask = ImageChops.multiply(mask, texture.crop(box))
        if opacity < 1.0:
            mask = mask.point([round(v * opacity) for v in range(256)])
        source: Image.Image | Colour
        source = paint.image(box, self.scale) if isinstance(paint, Ramp) else rgb(paint)
        if mode != "normal":
            under = self.image.crop(box)
            over = (
                source if isinstance(source, Image.Image) else Image.new("RGB", mask.size, source)
            )
            blend = {
                "screen": ImageChops.screen,
                "multiply": ImageChops.multiply,
                "overlay": ImageChops.overlay,
            }[mode]
            source = blend(under, over)
        self.image.paste(source, box, mask)

    def shade(
        self,
        stencil: Stencil,
        paint: Paint,
        dx: float,
        dy: float,
        blur: float,
        opacity: float = 1.0,
        texture: Image.Image | None = None,
        mode: str = "normal",
    ) -> None:
        """Model a form: paint the inside of ``stencil`` along the edge that (dx, dy) points from.

        dx > 0 shades the left edge, dy > 0 the top edge; ``blur`` (units) softens the turn.
        """
        cut = stencil.cut(self.scale, self.size, blur)
        if cut is None:
            return
        mask, x, y = cut
        moved = Image.new("L", mask.size, 0)
        moved.paste(mask, (round(dx * self.scale), round(dy * self.scale)))
        moved = self._soften(moved, blur)
        self.lay(ImageChops.subtract(mask, moved), x, y, paint, opacity, texture, mode)

    def _soften(self, mask: Image.Image, blur: float) -> Image.Image:
        """Blur by ``blur`` units, at a reduced size when the blur is wide."""
        radius = blur * self.scale
        shrink = int(min(8, radius // 4))
        if shrink < 2 or min(mask.size) < 4 * shrink:
            return mask.filter(ImageFilter.GaussianBlur(radius))
        small = mask.reduce(shrink).filter(ImageFilter.GaussianBlur(radius / shrink))
        return small.resize(mask.size, BICUBIC)

    def noise(
        self,
        name: str,
        cell: tuple[float, float],
        low: float = 0.0,
        high: float = 1.0,
        octaves: int = 4,
    ) -> Image.Image:
        """Return canvas-sized cloudy noise ("L").

        ``cell`` is the width and height in units of its largest features; ``low`` and ``high`` are
        the shares of the area below which it is black and above which it is white.
        """
        rng = Random(f"{self.seed}/{name}")
        work = (self.width // 3, self.height // 3)
        total = Image.new("L", work)
        for octave in range(octaves):
            grid = (
                min(work[0], int(self.width / cell[0] * 2**octave) + 2),
                min(work[1], int(self.height / cell[1] * 2**octave) + 2),
            )
            layer = Image.frombytes("L", grid, rng.randbytes(grid[0] * grid[1]))
            layer = layer.resize(work, BICUBIC)
            total = layer if octave == 0 else Image.blend(total, layer, 0.36)
        counts, cumulative, area = total.histogram(), [], work[0] * work[1]
        running = 0
        for count in counts:
            running += count
            cumulative.append(running / area)
        black = next((v for v, c in enumerate(cumulative) if c >= low), 0)
        white = next((v for v, c in enumerate(cumulative) if c >= high), 255)
        span = max(1, white - black)
        table = [round(255 * smoothstep((v - black) / span)) for v in range(256)]
        return total.point(table).resize(self.size, BICUBIC)

    def glow(
        self,
        x: float,
        y: float,
        radius: float,
        paint: str | Colour,
        opacity: float = 1.0,
        squash: float = 1.0,
        power: float = 1.6,
        mode: str = "normal",
    ) -> None:
        """Add a light that fades out ``SPREAD`` × ``radius`` units around (x, y).

        ``squash`` < 1 flattens it, ``power`` sharpens its core.
        """
        radius *= SPREAD
        wide, tall = self.px(radius * 2), self.px(radius * 2 * squash)
        left, top = round((x - radius) * self.scale), round((y - radius * squash) * self.scale)
        mask = _falloff(power).resize((wide, tall), BICUBIC)
        crop = (
            max(0, -left),
            max(0, -top),
            min(wide, self.size[0] - left),
            min(tall, self.size[1] - top),
        )
        if crop[2] <= crop[0] or crop[3] <= crop[1]:
            return
        self.lay(mask.crop(crop), left + crop[0], top + crop[1], paint, opacity, mode=mode)

    def mist(
        self,
        y: float,
        reach: float,
        paint: str | Colour,
        opacity: float,
        name: str = "",
        patchy: float = 0.5,
        lower: float | None = None,
    ) -> None:
        """Lay a bank of mist centred on ``y``: ``reach`` units up and ``lower`` units down.

        ``patchy`` (0 to 1) is how far slow noise breaks the bank up.
        """
        lower = reach if lower is None else lower
        top, bottom = round((y - reach) * self.scale), round((y + lower) * self.scale)
        top, bottom = max(0, top), min(self.size[1], bottom)
        if bottom <= top:
            return
        column = []
        for row in range(top, bottom):
            offset = row / self.scale - y
            share = -offset / reach if offset < 0 else offset / lower
            column.append(round(255 * smoothstep(1 - share)))
        mask = Image.frombytes("L", (1, len(column)), bytes(column))
        mask = mask.resize((self.size[0], len(column)))
        if patchy:
            drift = self.noise(
                f"mist{name}{y}", (self.width / 3, max(60.0, reach * 0.8)), 0.05, 0.95, 3
            )
            drift = drift.crop((0, top, self.size[0], bottom))
            drift = drift.point([round(255 * (1 - patchy) + v * patchy) for v in range(256)])
            mask = ImageChops.multiply(mask, drift)
        self.lay(mask, 0, top, paint, opacity)

    def reflect(
        self,
        horizon: float,
        bottom: float,
        tint: Paint,
        near: float = 0.75,
        far: float = 0.25,
        ripple: float = 9.0,
        stretch: float = 1.0,
    ) -> None:
        """Fill the water from ``horizon`` to ``bottom`` with a rippled reflection of what is above.

        ``tint`` is the water's own colour, laid over with opacity ``far`` at the horizon rising to
        ``near`` at the bottom; ``ripple`` is the largest shift in units; ``stretch`` > 1 lengthens
        the reflected shapes.
        """
        width = self.size[0]
        top, end = round(horizon * self.scale), min(self.size[1], round(bottom * self.scale))
        tall = end - top
        source = self.image.crop((0, max(0, round(top - tall / stretch)), width, top))
        source = source.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        source = source.resize((width, tall), BICUBIC)
        sheets = []
        for phase in (0.0, 2.1):
            sheet = source.copy()
            for row in range(tall):
                depth = row / tall
                # Wave length grows toward the viewer, as it does on real water.
                wave = 46.0 * math.log1p(depth * 26.0)
                reach = (0.12 + 0.88 * depth) * ripple * self.scale
                lift = math.sin(wave * 1.7 + phase * 3) + 0.6 * math.sin(wave * 3.1 + phase)
                slide = math.sin(wave * 2.3 + phase * 2) + 0.5 * math.sin(wave * 5.3 + phase * 4)
                pick = min(tall - 1, max(0, round(row + lift * reach * 0.8)))
                sheet.paste(source.crop((0, pick, width, pick + 1)), (round(slide * reach), row))
            sheets.append(sheet)
        weave = self.noise(f"weave{horizon}", (150, 9), 0.35, 0.65, 2)
        water = Image.composite(sheets[0], sheets[1], weave.crop((0, top, width, end)))
        self.image.paste(water, (0, top))
        levels = bytes(
            round(255 * (far + (near - far) * smoothstep(row / tall))) for row in range(tall)
        )
        veil = Image.frombytes("L", (1, tall), levels).resize((width, tall))
        self.lay(veil, 0, top, tint)

    def glints(
        self,
        horizon: float,
        bottom: float,
        paint: Paint,
        count: int,
        opacity: float = 0.5,
        centre: float | None = None,
        spread: float | None = None,
        mode: str = "normal",
        size: float = 1.0,
    ) -> None:
        """Scatter flat strokes of light on water, small far away and long near the viewer."""
        strokes = Stencil()
        for _ in range(count):
            depth = self.rng.random() ** 1.5
            y = horizon + 3 + depth * (bottom - horizon)
            half = (4 + 44 * depth) * self.rng.uniform(0.4, 1.3) * size
            if centre is None:
                x = self.rng.uniform(0, self.width)
            else:
                x = centre + self.rng.gauss(0, (spread or 80.0) * (0.45 + 0.9 * depth))
            thick = (0.7 + 2.3 * depth) * size
            strokes.poly(
                [
                    (x - half, y),
                    (x - half * 0.3, y - thick),
                    (x + half * 0.4, y - thick),
                    (x + half, y),
                    (x + half * 0.3, y + thick),
                    (x - half * 0.4, y + thick),
                ]
            )
        self.paint(strokes, paint, opacity, mode=mode)

    def finish(
        self,
        grain: float = 0.035,
        weave: float = 0.014,
        vignette: float = 0.16,
        shade: str | Colour = "20140c",
    ) -> None:
        """Give the surface of a print: darker corners, the weave of silk, and fine grain."""
        if vignette:
            edge = Image.radial_gradient("L").point(
                [round(255 * vignette * smoothstep((v - 105) / 190)) for v in range(256)]
            )
            wide, tall = self.size
            edge = edge.resize((round(wide * 1.18), round(tall * 1.18)), BICUBIC)
            left, top = (edge.width - wide) // 2, (edge.height - tall) // 2
            self.lay(edge.crop((left, top, left + wide, top + tall)), 0, 0, shade, mode="multiply")
        rng = Random(f"{self.seed}/weave")
        tile = _grain_tile()
        surface = Image.new("L", self.size, 128)
        for x in range(0, self.size[0], 512):
            for y in range(0, self.size[1], 512):
                surface.paste(tile, (x, y))
        surface = surface.point([128 + round((v - 128) * grain * 2) for v in range(256)])
        if weave:
            across = Image.frombytes("L", (self.size[0], 1), rng.randbytes(self.size[0]))
            down = Image.frombytes("L", (1, self.size[1]), rng.randbytes(self.size[1]))
            cloth = Image.blend(across.resize(self.size), down.resize(self.size), 0.5)
            cloth = cloth.point([128 + round((v - 128) * weave) for v in range(256)])
            surface = ImageChops.add(surface, cloth, 1, -128)
        self.image = ImageChops.add(self.image, Image.merge("RGB", (surface,) * 3), 1, -128)
