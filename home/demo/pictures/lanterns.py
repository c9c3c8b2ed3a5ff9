"""The old quarter at Tết: lanterns over the street, peach and apricot in bloom."""

from __future__ import annotations

import math

from .canvas import Canvas
from .colour import Ramp, mix
from .figures import person
from .stencil import Point, Stencil, smooth
from .trees import blossom_branch

CENTRE = (980.0, 610.0)
HALF_STREET, EYE = 620.0, 330.0


def _project(x: float, y: float, depth: float) -> Point:
    """Return the canvas point of a street point: ``y`` up from the ground, ``depth`` from 1."""
    return (CENTRE[0] + x / depth, CENTRE[1] + (EYE - y) / depth)


def lantern(canvas: Canvas, x: float, y: float, size: float, tone: str, deep: str,
            glow: float = 0.5) -> None:
    """Paint a silk lantern ``size`` units wide hanging from (x, y)."""
    half, tall = size / 2, size * 0.86
    top = y + size * 0.3
    canvas.glow(x, top + tall / 2, size * 1.5, mix(tone, "ffb25c", 0.5), glow, mode="screen")
    canvas.paint(Stencil().line([(x, y), (x, top)], max(0.8, size * 0.02)), "3a2018")
    body = Stencil().blob([(x - half * 0.42, top), (x - half * 0.94, top + tall * 0.28),
                           (x - half * 0.94, top + tall * 0.72), (x - half * 0.42, top + tall),
                           (x + half * 0.42, top + tall), (x + half * 0.94, top + tall * 0.72),
                           (x + half * 0.94, top + tall * 0.28), (x + half * 0.42, top)])
    canvas.paint(body, Ramp([(0, deep), (0.3, tone), (0.5, mix(tone, "fff0b8", 0.55)),
                             (0.7, tone), (1, deep)], axis="x"))
    canvas.glow(x, top + tall * 0.58, half * 0.8, "fff0b0", 0.55)
    ribs = Stencil()
    for bend in (-0.72, -0.38, 0.0, 0.38, 0.72):
        ribs.line(smooth([(x + bend * half * 0.45, top), (x + bend * half, top + tall * 0.5),
                          (x + bend * half * 0.45, top + tall)], steps=6), max(0.7, size * 0.012))
    canvas.paint(ribs, deep, 0.6)
    caps = Stencil().rect(x - half * 0.46, top - size * 0.05, x + half * 0.46, top + size * 0.03)
    caps.rect(x - half * 0.46, top + tall - size * 0.02, x + half * 0.46, top + tall + size * 0.06)
    caps.taper([(x, top + tall), (x, top + tall + size * 0.2)], size * 0.05, size * 0.03)
    for i in range(-3, 4):
        caps.taper([(x, top + tall + size * 0.18), (x + i * size * 0.022,
                                                    top + tall + size * 0.5)],
                   max(0.8, size * 0.024), max(0.6, size * 0.012))
    canvas.paint(caps, "f0bb52")


def _house(canvas: Canvas, side: int, near: float, far: float, height: float, wall: str,
           shutter: str) -> None:
    """One shop-house front along the street between two depths, with its eave and openings."""
    edge = side * HALF_STREET

    def quad(low: float, high: float, a: float, b: float, out: float = 0.0) -> list[Point]:
        """A rectangle on the front: heights ``low``–``high``, shares ``a``–``b`` of its length."""
        # Equal steps along the street are equal steps of depth.
        first, last = near + (far - near) * a, near + (far - near) * b
        x = edge - side * out
        return [_project(x, low, first), _project(x, high, first), _project(x, high, last),
                _project(x, low, last)]

    haze = min(0.72, (near - 0.75) / 7)
    tone = mix(wall, "e9a978", haze)
    dusk = mix("5a2f35", "c98a78", haze)
    front = Stencil().poly(quad(-6, height, 0, 1))
    canvas.paint(front, Ramp([(0, mix(tone, dusk, 0.5)), (0.55, tone), (1, mix(tone, "ffcb7a", .4))]))
    openings, leaves, glow = Stencil(), Stencil(), Stencil()
    storey = height * 0.52
    for i in range(3):
        a = 0.08 + i * 0.31
        glow.poly(quad(0, storey * 0.7, a, a + 0.22))
        leaves.poly(quad(0, storey * 0.7, a - 0.035, a + 0.02))
        leaves.poly(quad(0, storey * 0.7, a + 0.2, a + 0.255))
        openings.poly(quad(storey * 1.18, storey * 1.62, a + 0.02, a + 0.2))
        leaves.poly(quad(storey * 1.16, storey * 1.64, a - 0.02, a + 0.06))
        leaves.poly(quad(storey * 1.16, storey * 1.64, a + 0.16, a + 0.24))
    canvas.paint(glow, Ramp([(0, "ffcf7a"), (1, "f08a45")]), 0.95 - haze * 0.5)
    canvas.paint(openings, mix("ffc86b", dusk, 0.25))
    canvas.paint(leaves, mix(shutter, "c98a78", haze))
    bars = Stencil()
    for level in (0.0, 0.06):
        bars.poly(quad(storey * (0.98 + level), storey * (1.01 + level), 0, 1, 6))
    canvas.paint(bars, mix("fff0cf", dusk, 0.3))
    awning = Stencil().poly([*quad(storey * 0.84, storey * 0.96, -0.01, 1.01)[1:3],
                             *quad(storey * 0.74, 0, -0.01, 1.01, 92)[0::3][::-1]])
    tile = mix("8f3f2e", "c98a78", haze)
    canvas.paint(awning, Ramp([(0, mix(tile, "ffc27a", 0.25)), (1, tile)]))
    eave_in = quad(height * 1.14, 0, -0.01, 1.01, -70)[0::3]
    eave_out = quad(height * 0.965, 0, -0.01, 1.01, 66)[0::3]
    roof = Stencil().poly([*eave_in, *eave_out[::-1]])
    canvas.paint(roof, Ramp([(0, mix(tile, dusk, 0.35)), (1, tile)]))
    rows = Stencil()
    for i in range(15):
        share = i / 14
        rows.line([(eave_in[0][0] + (eave_in[1][0] - eave_in[0][0]) * share,
                    eave_in[0][1] + (eave_in[1][1] - eave_in[0][1]) * share),
                   (eave_out[0][0] + (eave_out[1][0] - eave_out[0][0]) * share,
                    eave_out[0][1] + (eave_out[1][1] - eave_out[0][1]) * share)], 2.2 / near)
    canvas.paint(rows, mix("4a1f20", "c98a78", haze), 0.5)


def lantern_street(canvas: Canvas) -> None:
    """Evening of the new year: a lane of yellow houses under strings of lanterns."""
    rng = canvas.rng
    canvas.ramp([(0, "1f4a63"), (0.3, "4f7f8b"), (0.5, "e0a787"), (0.62, "ffcf94"), (1, "d98f5c")])
    cloud = canvas.noise("cloud", (600, 90), 0.5, 0.95, 4)
    canvas.paint(Stencil().rect(0, 40, 1920, 560), "f6b792", 0.5, texture=cloud)
    canvas.glow(*CENTRE, 560, "ffe2a6", 0.8)
    ground = Stencil().poly([_project(-HALF_STREET * 2.4, 0, 0.6), _project(-HALF_STREET, 0, 9),
                             _project(HALF_STREET, 0, 9), _project(HALF_STREET * 2.4, 0, 0.6)])
    canvas.paint(ground, Ramp([(0, "ffca8a"), (0.25, "c9835a"), (1, "5b3436")], start=645, end=1080))
    stones = Stencil()
    depth = 0.66
    while depth < 5.5:
        stones.line([_project(-HALF_STREET, 0, depth), _project(HALF_STREET, 0, depth)],
                    1.8 / depth)
        depth *= 1.085
    for i in range(-7, 8):
        stones.line([_project(i * 88, 0, 0.64), _project(i * 88, 0, 6)], 1.1)
    canvas.paint(stones, "4d2a30", 0.35)
    walls = ["f0b955", "eec06a", "e8a24a", "f3cd83", "e9b45f"]
    shutters = ["2f6a63", "6b3a2a", "3d5f57", "7a4530"]
    depths = [6.4, 5.0, 3.95, 3.15, 2.5, 1.98, 1.55, 1.2, 0.92, 0.64]
    for far, near in zip(depths, depths[1:], strict=False):
        for side in (-1, 1):
            _house(canvas, side, near, far, rng.uniform(520, 640), rng.choice(walls),
                   rng.choice(shutters))
    wet = canvas.noise("wet", (180, 18), 0.35, 0.8, 3)
    canvas.paint(Stencil().poly([_project(-HALF_STREET, 0, 0.64), _project(-HALF_STREET, 0, 6),
                                 _project(HALF_STREET, 0, 6), _project(HALF_STREET, 0, 0.64)]),
                 Ramp([(0, "fff0b8"), (1, "f08a4a")]), 0.4, texture=wet, mode="screen")
    for x, y, size, pose, tone in ((930, 742, 118, "walk", "5b2f36"),
                                   (1012, 738, 112, "walk", "6b3430"),
                                   (1100, 800, 168, "stand", "43252c"),
                                   (820, 708, 82, "walk", "7a4540")):
        canvas.paint(Stencil().ellipse(x, y + 2, size * 0.3, size * 0.05), "3a1c22", 0.5, blur=4)
        person(canvas, x, y, size, tone, "f6d9a0", pose, shirt=mix(tone, "e8623f", 0.5))
    tones = [("e23b2e", "8d1620"), ("f0a23a", "b0561f"), ("e2563a", "93231f"),
             ("f2c458", "bd7422"), ("d8313f", "7d1228")]
    for depth, count in ((4.6, 5), (3.4, 5), (2.5, 6), (1.8, 6), (1.28, 6), (0.95, 5)):
        left, right = _project(-HALF_STREET, 560, depth), _project(HALF_STREET, 560, depth)
        sag = 120 / depth
        rope = [(left[0] + (right[0] - left[0]) * i / 24,
                 left[1] + sag * (1 - (i / 12 - 1) ** 2)) for i in range(25)]
        canvas.paint(Stencil().line(rope, 2.2 / depth), "3a2018", 0.8)
        for i in range(count):
            share = (i + 0.5 + rng.uniform(-0.12, 0.12)) / count
            spot = rope[min(24, max(0, round(share * 24)))]
            if not (depth < 1 and 0.2 < share < 0.8):
                lantern(canvas, *spot, 88 / depth * rng.uniform(0.85, 1.12), *rng.choice(tones),
                        0.42)
    blossom_branch(canvas, [(-40, 640), (90, 470), (230, 380), (350, 250), (520, 190), (640, 90)],
                   26, "3a201f", ["f7a9b4", "f48ba0", "fbc6c8"], "d9486a", "ffe6a6", "6f9a55", 23)
    blossom_branch(canvas, [(-30, 250), (90, 190), (200, 90), (330, 20)], 17, "3a201f",
                   ["f7a9b4", "f48ba0", "fbc6c8"], "d9486a", "ffe6a6", "6f9a55", 20)
    blossom_branch(canvas, [(1960, 980), (1850, 860), (1760, 800), (1680, 690), (1560, 660)], 24,
                   "3f2a20", ["ffd23f", "fbc02d", "ffe07a"], "e08a1e", "b3541e", "7fa24f", 22)
    blossom_branch(canvas, [(1950, 700), (1870, 620), (1830, 500), (1740, 440)], 15, "3f2a20",
                   ["ffd23f", "fbc02d", "ffe07a"], "e08a1e", "b3541e", "7fa24f", 19)
    petals = Stencil()
    for _ in range(60):
        x, y, turn = rng.uniform(100, 1820), rng.uniform(300, 1060), rng.uniform(0, math.pi)
        size = rng.uniform(2.5, 6)
        petals.poly(smooth([(x - size * math.cos(turn), y - size * math.sin(turn)),
                            (x - size * 0.4 * math.sin(turn), y + size * 0.4 * math.cos(turn)),
                            (x + size * math.cos(turn), y + size * math.sin(turn)),
                            (x + size * 0.4 * math.sin(turn), y - size * 0.4 * math.cos(turn))],
                           closed=True, steps=3))
    canvas.paint(petals, "fbc6c8", 0.9)
    canvas.finish(shade="1c1018", vignette=0.3)
