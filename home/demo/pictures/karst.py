"""Limestone islands: single towers, grouped islands and far ranges."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .canvas import Canvas
from .colour import Ramp, mix
from .stencil import Point, Stencil, crag, place


@dataclass(frozen=True)
class Rock:
    """The tones of a group of islands: vegetation, shadow, lit cliff, and the mist at the foot."""

    body: str
    shadow: str
    light: str
    foot: str
    foot_share: float = 0.85

    def faded(self, sky: str, share: float) -> Rock:
        """Return the same rock seen through ``share`` (0 to 1) of air coloured ``sky``."""
        return Rock(
            *(mix(tone, sky, share) for tone in (self.body, self.shadow, self.light, self.foot)),
            self.foot_share,
        )


def tower_line(
    canvas: Canvas,
    x: float,
    base: float,
    half: float,
    height: float,
    bluff: float | None = None,
    lean: float | None = None,
) -> list[Point]:
    """Return the outline of one tower: ``half`` its half width, ``bluff`` 1.6 (peak) to 4."""
    rng = canvas.rng
    bluff = rng.uniform(1.9, 3.0) if bluff is None else bluff
    lean = rng.uniform(-0.16, 0.16) if lean is None else lean
    rough = crag(rng, 6, 0.55)
    ledges = crag(rng, 6, 0.58)
    reach = min(half, height) * 0.085
    points = []
    last = len(rough) - 1
    for i, (bump, ledge) in enumerate(zip(rough, ledges, strict=True)):
        angle = math.pi * i / last
        cos, sin = math.cos(angle), math.sin(angle)
        px = -math.copysign(abs(cos) ** (2 / bluff), cos)
        py = sin ** (2 / (bluff * 0.85))
        # The sea undercuts the foot of these islands.
        notch = 1 - 0.07 * max(0.0, 1 - py * 9)
        points.append(
            (
                x + half * (px * notch + lean * py) + ledge * reach * 0.8 * min(1, py * 5),
                base - height * py - bump * reach * min(1, py * 5),
            )
        )
    return points


def tower(
    canvas: Canvas,
    x: float,
    base: float,
    half: float,
    height: float,
    rock: Rock,
    side: int = 1,
    detail: bool = True,
    **shape: float,
) -> None:
    """Paint one tower lit from ``side`` (1 right, -1 left)."""
    line = tower_line(canvas, x, base, half, height, **shape)
    body = Stencil().poly([*line, (line[-1][0], base + 2), (line[0][0], base + 2)])
    if detail:
        rng = canvas.rng
        for px, py in line[4:-4]:
            if rng.random() < 0.7:
                bush = rng.uniform(0.02, 0.06) * half + 1.2
                body.ellipse(px + rng.uniform(-2, 2), py + bush * 0.7, bush, bush * 0.8)
    foot = mix(rock.body, rock.foot, rock.foot_share)
    canvas.paint(body, Ramp([(0, rock.body), (0.45, mix(rock.body, rock.foot, 0.12)), (1, foot)]))
    reach = half * 0.75
    shadow = Ramp([(0, rock.shadow), (0.6, mix(rock.shadow, rock.foot, 0.2)), (1, foot)])
    canvas.shade(body, shadow, side * reach, reach * 0.1, half * 0.2, 0.85)
    light = Ramp([(0, rock.light), (0.55, mix(rock.light, rock.foot, 0.2)), (1, foot)])
    canvas.shade(
        body,
        light,
        -side * reach * 0.55,
        reach * 0.3,
        half * 0.12,
        0.62,
        texture=_cliffs(canvas) if detail else None,
    )
    if detail:
        canvas.paint(body, rock.light, 0.34, texture=_faces(canvas))
        canvas.paint(body, rock.shadow, 0.5, texture=_cracks(canvas))


def _cached(canvas: Canvas, name: str, *args: object):
    store = canvas.__dict__.setdefault("_rock_noise", {})
    if name not in store:
        store[name] = canvas.noise(name, *args)
    return store[name]


def _cliffs(canvas: Canvas):
    return _cached(canvas, "cliffs", (44, 150), 0.2, 0.62, 4)


def _faces(canvas: Canvas):
    return _cached(canvas, "faces", (34, 170), 0.7, 0.92, 4)


def _cracks(canvas: Canvas):
    return _cached(canvas, "cracks", (40, 140), 0.6, 0.9, 4)


def island(
    canvas: Canvas,
    x: float,
    base: float,
    half: float,
    height: float,
    rock: Rock,
    side: int = 1,
    parts: int = 5,
    detail: bool = True,
) -> None:
    """Paint an island ``half`` units to each side of ``x``: tall behind, low in front."""
    rng = canvas.rng
    steps = []
    for i in range(parts):
        share = i / max(1, parts - 1)
        tall = height * (1 - 0.62 * share) * rng.uniform(0.85, 1.05)
        offset = rng.uniform(-1, 1) * half * (0.2 + 0.55 * share)
        wide = half * rng.uniform(0.3, 0.5) * (1.0 if share < 0.6 else 0.85)
        steps.append((offset, wide, tall, share))
    for offset, wide, tall, share in steps:
        tone = Rock(
            mix(rock.body, rock.shadow, 0.25 * share),
            rock.shadow,
            rock.light,
            rock.foot,
            rock.foot_share,
        )
        tower(canvas, x + offset, base, wide, tall, tone, side, detail)


def far_range(
    canvas: Canvas,
    base: float,
    height: float,
    colour: str,
    foot: str,
    count: int,
    left: float | None = None,
    right: float | None = None,
    wide: tuple[float, float] = (60, 150),
) -> None:
    """Paint a misty row of plain towers along ``base`` in one silhouette."""
    rng = canvas.rng
    left = -60 if left is None else left
    right = canvas.width + 60 if right is None else right
    row = Stencil()
    for i in range(count):
        x = left + (right - left) * (i + rng.uniform(-0.35, 0.35) + 0.5) / count
        half = rng.uniform(*wide)
        tall = height * rng.uniform(0.3, 1.0) ** 1.3
        for part in range(3):
            wing = half * rng.uniform(0.3, 0.62)
            shift = (part - 1) * half * rng.uniform(0.4, 0.8)
            line = tower_line(
                canvas,
                x + shift,
                base,
                wing,
                tall * (1.0 if part == 1 else rng.uniform(0.35, 0.85)),
                bluff=rng.uniform(1.45, 2.3),
            )
            row.poly([*line, (line[-1][0], base + 2), (line[0][0], base + 2)])
    canvas.paint(
        row,
        Ramp(
            [(0, colour), (0.4, mix(colour, foot, 0.15)), (1, foot)], start=base - height, end=base
        ),
    )


def birds(
    canvas: Canvas,
    x: float,
    y: float,
    size: float,
    colour: str,
    count: int,
    spread: float = 90,
    opacity: float = 0.8,
) -> None:
    """Paint a small flock as pairs of curved wings."""
    rng = canvas.rng
    flock = Stencil()
    for i in range(count):
        bx = x + (i - count / 2) * spread * 0.42 + rng.uniform(-0.2, 0.2) * spread
        by = y + abs(i - count / 2) * spread * 0.16 + rng.uniform(-0.12, 0.12) * spread
        span = size * rng.uniform(0.75, 1.15)
        lift = rng.uniform(0.25, 0.5)
        wing = [
            (-1, -lift * 0.4),
            (-0.62, -lift),
            (-0.28, -lift * 0.55),
            (0, 0.06),
            (0.28, -lift * 0.6),
            (0.62, -lift),
            (1, -lift * 0.3),
            (0.6, -lift * 0.75),
            (0.28, -lift * 0.25),
            (0, 0.2),
            (-0.28, -lift * 0.2),
            (-0.6, -lift * 0.75),
        ]
        flock.poly(place(wing, bx, by, span, turn=rng.uniform(-0.15, 0.15)))
    canvas.paint(flock, colour, opacity)
