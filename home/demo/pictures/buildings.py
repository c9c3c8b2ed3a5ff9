"""Buildings: lit skylines, curved-roof halls and the small houses of a shore."""

from __future__ import annotations

from .canvas import Canvas
from .colour import Ramp, mix
from .stencil import Point, Stencil, smooth


def skyline(
    canvas: Canvas,
    left: float,
    right: float,
    base: float,
    height: float,
    wall: str,
    foot: str,
    lamps: list[str],
    lit: float = 0.35,
    wide: tuple[float, float] = (26, 64),
    glow: float = 0.0,
) -> None:
    """Paint a row of buildings with lit windows; ``lit`` is the share of windows that shine."""
    rng = canvas.rng
    walls, roofs = Stencil(), Stencil()
    windows = [Stencil() for _ in lamps]
    x = left
    while x < right:
        width = rng.uniform(*wide)
        tall = height * rng.uniform(0.25, 1.0) ** 1.5 + height * 0.12
        top = base - tall
        walls.rect(x, top, x + width, base + 1)
        if rng.random() < 0.4:
            walls.rect(x + width * 0.25, top - height * 0.05, x + width * 0.7, top)
        if rng.random() < 0.25:
            roofs.line([(x + width / 2, top), (x + width / 2, top - height * 0.16)], 1.3)
        step, row = width / max(3, round(width / 9)), 9.0
        if rng.random() < 0.85:
            y = top + 7
            while y < base - 8:
                wx = x + step * 0.3
                while wx < x + width - step * 0.4:
                    if rng.random() < lit:
                        rng.choice(windows).rect(wx, y, wx + step * 0.5, y + 4.2)
                    wx += step
                y += row
        x += width + rng.choice((0, 0, 2, 6, 10))
    canvas.paint(walls, Ramp([(0, wall), (1, foot)], start=base - height, end=base))
    canvas.paint(roofs, wall)
    for lights, lamp in zip(windows, lamps, strict=True):
        if glow:
            canvas.paint(lights, lamp, glow, blur=4.5, mode="screen")
        canvas.paint(lights, lamp, 0.92)


def roof(x: float, y: float, half: float, tall: float, lift: float) -> list[Point]:
    """Return a hip roof with upturned eaves; (x, y) is the middle of its eave line."""
    left = smooth(
        [
            (x - half, y - lift),
            (x - half * 0.86, y - lift * 0.15),
            (x - half * 0.62, y - tall * 0.38),
            (x - half * 0.48, y - tall),
        ],
        steps=6,
    )
    right = [(2 * x - px, py) for px, py in left[::-1]]
    eave = smooth(
        [
            (x + half, y - lift),
            (x + half * 0.78, y + tall * 0.1),
            (x, y + tall * 0.2),
            (x - half * 0.78, y + tall * 0.1),
            (x - half, y - lift),
        ],
        steps=6,
    )
    return left + right + eave


def tiled_roof(
    canvas: Canvas,
    x: float,
    y: float,
    half: float,
    tall: float,
    tile: str,
    dark: str,
    light: str,
    lift: float | None = None,
) -> None:
    """Paint a curved tiled roof with its ridge, tile lines and shaded eaves."""
    lift = tall * 0.34 if lift is None else lift
    shape = Stencil().poly(roof(x, y, half, tall, lift))
    canvas.paint(shape, Ramp([(0, mix(tile, light, 0.35)), (0.6, tile), (1, dark)]))
    lines = Stencil()
    count = max(6, round(half / 9))
    for i in range(-count, count + 1):
        share = i / count
        lines.line(
            smooth(
                [
                    (x + share * half * 0.46, y - tall),
                    (x + share * half * 0.62, y - tall * 0.38),
                    (x + share * half * 0.84, y + tall * 0.1),
                ],
                steps=4,
            ),
            max(0.8, half * 0.006),
        )
    canvas.paint(lines, dark, 0.45)
    ridge_line = Stencil().line(
        [(x - half * 0.5, y - tall), (x + half * 0.5, y - tall)], max(1.5, tall * 0.09)
    )
    for side in (-1, 1):
        ridge_line.taper(
            smooth(
                [
                    (x + side * half * 0.48, y - tall * 0.98),
                    (x + side * half * 0.62, y - tall * 0.4),
                    (x + side * half * 0.86, y - lift * 0.2),
                    (x + side * half * 1.03, y - lift * 1.3),
                ]
            ),
            max(1.2, tall * 0.07),
            max(1, tall * 0.05),
        )
        ridge_line.poly(
            smooth(
                [
                    (x + side * half * 0.5, y - tall),
                    (x + side * half * 0.53, y - tall * 1.22),
                    (x + side * half * 0.46, y - tall * 1.12),
                ],
                closed=True,
                steps=3,
            )
        )
    canvas.paint(ridge_line, dark)


def cottages(
    canvas: Canvas,
    left: float,
    right: float,
    base: float,
    size: float,
    walls: list[str],
    tiles: list[str],
    dark: str,
) -> None:
    """Paint a row of small tiled houses standing on ``base``."""
    rng = canvas.rng
    x = left
    while x < right:
        width = size * rng.uniform(0.9, 1.6)
        tall = size * rng.uniform(0.55, 0.95)
        foot = base + rng.uniform(-0.12, 0.12) * size
        wall, tile = rng.choice(walls), rng.choice(tiles)
        front = Stencil().rect(x, foot - tall, x + width, foot + size * 0.2)
        canvas.paint(front, Ramp([(0, wall), (1, mix(wall, dark, 0.25))]))
        peak = size * rng.uniform(0.3, 0.45)
        cover = Stencil().poly(
            [
                (x - width * 0.06, foot - tall),
                (x + width * 0.12, foot - tall - peak),
                (x + width * 0.88, foot - tall - peak),
                (x + width * 1.06, foot - tall),
            ]
        )
        canvas.paint(cover, Ramp([(0, mix(tile, "fff2d8", 0.22)), (1, tile)]))
        holes = Stencil()
        count = max(2, round(width / (size * 0.34)))
        for i in range(count):
            wx = x + width * (i + 0.5) / count
            high = tall * (0.62 if i == count // 2 else 0.3)
            holes.rect(
                wx - size * 0.06, foot - tall * 0.72, wx + size * 0.06, foot - tall * 0.72 + high
            )
        canvas.paint(holes, mix(wall, dark, 0.75), 0.85)
        canvas.paint(
            Stencil().rect(x, foot - tall, x + width, foot - tall + size * 0.06), dark, 0.25
        )
        x += width + rng.uniform(0.0, 0.5) * size
