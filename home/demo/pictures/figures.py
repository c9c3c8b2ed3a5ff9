"""People and bicycles as silhouettes, seen from behind or under conical hats."""

from __future__ import annotations

import math

from .canvas import Canvas
from .colour import Ramp, mix
from .stencil import Point, Stencil, place, smooth


def star(x: float, y: float, radius: float, turn: float = 0.0) -> list[Point]:
    """Return the ten corners of a five-pointed star."""
    return [
        (
            x + math.sin(turn + math.pi * i / 5) * (radius if i % 2 == 0 else radius * 0.382),
            y - math.cos(turn + math.pi * i / 5) * (radius if i % 2 == 0 else radius * 0.382),
        )
        for i in range(10)
    ]


def flag(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    red: str = "c8202a",
    gold: str = "f7c843",
    wave: float = 0.06,
    flip: bool = False,
) -> None:
    """Paint the national flag flying from (x, y), its top hoist corner, ``width`` units long."""
    height = width * 2 / 3
    side = -1 if flip else 1
    top, bottom = [], []
    for i in range(25):
        share = i / 24
        lift = math.sin(share * 6.6) * width * wave * (0.25 + 0.75 * share)
        top.append((x + side * share * width * 0.97, y + lift + share * width * 0.03))
        bottom.append((x + side * share * width * 0.97, y + height + lift + share * width * 0.03))
    cloth = Stencil().poly(top + bottom[::-1])
    canvas.paint(cloth, red)
    middle = (top[12][0], (top[12][1] + bottom[12][1]) / 2)
    canvas.paint(Stencil().poly(star(*middle, width * 0.2, side * 0.09)), gold)
    folds = Stencil()
    for i in (4, 13, 22):
        a, b, c, d = top[i - 2], top[min(24, i + 2)], bottom[min(24, i + 2)], bottom[i - 2]
        folds.poly([a, b, c, d])
    canvas.paint(folds, "5a0812", 0.3, blur=width * 0.025, mode="multiply")


def hat(stencil: Stencil, x: float, y: float, width: float, tilt: float = 0.0) -> None:
    """Add a conical hat whose brim is centred on (x, y)."""
    shape = smooth(
        [
            (-0.5, 0.02),
            (-0.24, -0.2),
            (0, -0.42),
            (0.24, -0.2),
            (0.5, 0.02),
            (0.2, 0.09),
            (-0.2, 0.09),
        ],
        closed=True,
        steps=3,
    )
    stencil.poly(place(shape, x, y, width, turn=tilt))


def person(
    canvas: Canvas,
    x: float,
    base: float,
    size: float,
    tone: str,
    hat_tone: str,
    pose: str = "stand",
    flip: bool = False,
    shirt: str | None = None,
) -> None:
    """Paint a person ``size`` units tall under a conical hat.

    ``pose`` is "stand", "walk", "bend" (planting) or "dig" (with a hoe).
    """
    k = size / 100

    def at(points: list[Point]) -> list[Point]:
        return place(points, x, base, k, flip)

    cloth = Ramp([(0, shirt or mix(tone, hat_tone, 0.28)), (1, tone)])
    legs, trunk, brim, tool = Stencil(), Stencil(), Stencil(), Stencil()
    if pose in ("bend", "dig"):
        legs.taper(at([(-10, 0), (-12, -24), (-14, -46)]), 9 * k, 14 * k)
        legs.taper(at([(10, 0), (4, -22), (-8, -46)]), 9 * k, 14 * k)
        trunk.poly(
            at(
                smooth(
                    [
                        (-24, -44),
                        (-20, -58),
                        (0, -74),
                        (22, -76),
                        (28, -68),
                        (16, -56),
                        (0, -42),
                        (-14, -36),
                    ],
                    closed=True,
                )
            )
        )
        if pose == "bend":
            trunk.taper(at(smooth([(20, -68), (26, -48), (32, -24)])), 8 * k, 5 * k)
            trunk.taper(at(smooth([(14, -64), (34, -46), (38, -22)])), 7 * k, 5 * k)
            hat(brim, *at([(36, -76)])[0], 44 * k, (-0.5 if flip else 0.5))
        else:
            trunk.taper(at(smooth([(20, -70), (36, -56), (46, -46)])), 8 * k, 5 * k)
            tool.line(at([(20, -58), (66, -14)]), 2.6 * k)
            tool.poly(at([(60, -20), (74, -12), (70, 2), (58, -10)]))
            hat(brim, *at([(34, -80)])[0], 44 * k, (-0.4 if flip else 0.4))
    else:
        spread = 14 if pose == "walk" else 6
        legs.taper(at([(-spread, 0), (-6, -24), (-4, -48)]), 7 * k, 12 * k)
        legs.taper(at([(spread, -1), (9, -24), (4, -48)]), 7 * k, 12 * k)
        trunk.poly(
            at(
                smooth(
                    [
                        (-13, -34),
                        (-14, -60),
                        (-15, -76),
                        (-6, -82),
                        (6, -82),
                        (15, -76),
                        (14, -60),
                        (14, -34),
                        (0, -31),
                    ],
                    closed=True,
                )
            )
        )
        trunk.taper(at(smooth([(-14, -76), (-20, -58), (-18, -42)])), 7 * k, 5 * k)
        trunk.taper(at(smooth([(14, -76), (21, -58), (20, -42)])), 7 * k, 5 * k)
        trunk.rect(*at([(-4, -88)])[0], *at([(4, -78)])[0])
        hat(brim, *at([(0, -84)])[0], 44 * k)
    canvas.paint(legs, tone)
    canvas.paint(tool, tone)
    canvas.paint(trunk, cloth)
    canvas.paint(brim, Ramp([(0, hat_tone), (1, mix(hat_tone, tone, 0.4))]))


def miner(
    canvas: Canvas,
    x: float,
    base: float,
    size: float,
    tone: str,
    lamp: str | None = None,
    flip: bool = False,
    tool: bool = True,
) -> None:
    """Paint a walking miner from behind: helmet, jacket, boots, a pick on the shoulder."""
    k = size / 100

    def at(points: list[Point]) -> list[Point]:
        return place(points, x, base, k, flip)

    body = Stencil()
    body.taper(at(smooth([(-12, 0), (-9, -22), (-4, -46)])), 10 * k, 14 * k)
    body.taper(at(smooth([(13, -2), (9, -24), (4, -46)])), 9 * k, 14 * k)
    body.poly(
        at(
            smooth(
                [
                    (-15, -36),
                    (-16, -62),
                    (-18, -76),
                    (-7, -83),
                    (7, -83),
                    (18, -76),
                    (16, -62),
                    (15, -36),
                    (0, -33),
                ],
                closed=True,
            )
        )
    )
    body.taper(at(smooth([(-17, -75), (-24, -58), (-22, -40)])), 9 * k, 7 * k)
    body.taper(at(smooth([(17, -75), (25, -62), (16, -70)])), 9 * k, 7 * k)
    body.ellipse(*at([(0, -89)])[0], 7.5 * k, 8 * k)
    body.poly(at(smooth([(-11, -91), (-9, -99), (0, -103), (9, -99), (11, -91)])))
    body.line(at([(-12.5, -91), (12.5, -91)]), 2.2 * k)
    if tool:
        body.line(at([(10, -62), (34, -104)]), 2.6 * k)
        body.poly(
            at(smooth([(18, -108), (34, -107), (48, -94), (36, -102), (22, -104)], closed=True))
        )
    canvas.paint(body, tone)
    if lamp:
        canvas.glow(*at([(-20, -38)])[0], 16 * k, lamp, 0.9)
        canvas.paint(Stencil().ellipse(*at([(-21, -37)])[0], 2.6 * k), "fff0c8")


def cyclist(
    canvas: Canvas,
    x: float,
    base: float,
    size: float,
    tone: str,
    flip: bool = False,
    conical: bool = True,
    load: bool = False,
) -> None:
    """Paint a bicycle and its rider, ``size`` units from ground to hat."""
    k = size / 160

    def at(points: list[Point]) -> list[Point]:
        return place(points, x, base, k, flip)

    cycle = Stencil()
    for cx in (-44, 44):
        hub = at([(cx, -31)])[0]
        cycle.ellipse(*hub, 31 * k).ellipse(*hub, 28 * k, value=0)
    for cx in (-44, 44):
        hub = at([(cx, -31)])[0]
        for i in range(7):
            angle = math.pi * i / 7 + 0.2
            dx, dy = math.cos(angle) * 29 * k, math.sin(angle) * 29 * k
            cycle.line([(hub[0] - dx, hub[1] - dy), (hub[0] + dx, hub[1] + dy)], 0.6 * k)
    for path in (
        [(-44, -31), (-18, -68), (30, -68), (-6, -30), (-18, -68)],
        [(-44, -31), (-6, -30)],
        [(44, -31), (30, -68), (27, -84), (38, -90)],
        [(-18, -68), (-21, -78)],
        [(-66, -66), (-24, -66)],
        [(-60, -66), (-44, -31)],
    ):
        cycle.line(at(path), 3 * k)
    cycle.line(at([(-32, -79), (-12, -79)]), 5 * k)
    cycle.ellipse(*at([(-6, -30)])[0], 7 * k)
    canvas.paint(cycle, tone)
    rider = Stencil()
    rider.taper(at(smooth([(-20, -82), (8, -70), (4, -46), (-4, -16)])), 17 * k, 7 * k)
    rider.taper(at(smooth([(-20, -82), (0, -62), (-8, -50), (-16, -42)])), 15 * k, 7 * k)
    rider.line(at([(-10, -14), (6, -13)]), 5 * k)
    rider.poly(
        at(
            smooth(
                [
                    (-30, -78),
                    (-28, -104),
                    (-16, -124),
                    (0, -126),
                    (6, -114),
                    (-2, -96),
                    (-8, -76),
                    (-20, -72),
                ],
                closed=True,
            )
        )
    )
    rider.taper(at(smooth([(0, -118), (14, -102), (36, -91)])), 9 * k, 5 * k)
    rider.ellipse(*at([(6, -134)])[0], 9 * k, 10 * k)
    if conical:
        hat(rider, *at([(6, -138)])[0], 54 * k, -0.08 if flip else 0.08)
    else:
        rider.poly(at(smooth([(-5, -137), (-3, -146), (8, -149), (16, -142), (26, -138)])))
    if load:
        rider.poly(
            at(
                smooth(
                    [(-72, -68), (-76, -84), (-66, -96), (-44, -96), (-34, -84), (-36, -68)],
                    closed=True,
                )
            )
        )
    canvas.paint(rider, tone)
