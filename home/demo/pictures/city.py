"""The working cities at night: Cẩm Phả's coal port, the bridge at dusk, fireworks over the bay."""

from __future__ import annotations

import math

from .boats import sampan, wake
from .buildings import skyline
from .canvas import Canvas
from .colour import Ramp, mix
from .industry import chimney, crane, smoke
from .karst import Rock, far_range, island
from .lights import burst, lamps, stars
from .stencil import Point, Stencil, ridge, smooth

LAMPS = ["ffd98a", "ffb75e", "fff1c9"]


def coal_night(canvas: Canvas) -> None:
    """Night over the coal port: terraces strung with lamps above the city and its water."""
    rng, water = canvas.rng, 720
    canvas.ramp([(0, "0c1730"), (0.45, "17305a"), (0.78, "34517a"), (1, "a0745f")], 0, water + 4)
    stars(canvas, 460, 240)
    canvas.glow(420, 190, 300, "c9d9ee", 0.35)
    canvas.paint(Stencil().ellipse(420, 190, 46), Ramp([(0, "fff7de"), (1, "f1dfb0")]), blur=0.7)
    cloud = canvas.noise("night", (760, 70), 0.55, 0.97, 4)
    canvas.paint(Stencil().rect(0, 120, 1920, 560), "4c6a92", 0.5, texture=cloud)
    canvas.glow(1000, 700, 1000, "e08d4f", 0.5, squash=0.4)
    far = ridge(rng, -40, 1960, 560, 110, 6, 0.5)
    canvas.paint(
        Stencil().poly([*far, (1960, 760), (-40, 760)]),
        Ramp([(0, "27406a"), (1, "6b6473")], start=420, end=720),
    )
    # The open pit: a stair of benches cut in the hill, each with its road and lamps.
    spots: list[Point] = []
    for i in range(9):
        share = i / 8
        top = 396 + i * 36 - 26 * math.sin(i * 1.9)
        left = 1000 - 400 * share + 46 * math.sin(i * 2.3)
        right = 1560 + 560 * share**0.7
        peak = left + (right - left) * (0.42 + 0.2 * math.sin(i * 1.3))
        edge = smooth(
            [
                (left - 210, top + 150),
                (left - 60, top + 62),
                (left + 40, top + 12),
                (peak, top - 12),
                (right - 260, top + 2),
                (right - 60, top + 44),
                (right + 160, top + 130),
            ],
            steps=8,
        )
        tone = mix("1c2f52", "1a2138", share)
        bench = Stencil().poly([*edge, (right + 200, 760), (left - 260, 760)])
        canvas.paint(
            bench,
            Ramp(
                [(0, mix(tone, "7f8fae", 0.34)), (0.12, tone), (1, tone)],
                start=top - 8,
                end=top + 250,
            ),
        )
        if i < 8:
            spots += [(x, y + 3) for x, y in edge[12:-12:2] if rng.random() < 0.62]
    lamps(canvas, spots, 2.3)
    for i in range(5):
        x = 1080 + i * 118
        y = 445 + (i * 53) % 150
        beam = Stencil().poly([(x, y), (x - 74, y + 13), (x - 74, y + 21)])
        canvas.paint(beam, "ffdc99", 0.4, blur=3, mode="screen")
    left_hill = smooth([(-40, 560), (120, 520), (300, 548), (470, 600), (620, 690), (640, 760)])
    canvas.paint(
        Stencil().poly([*left_hill, (-40, 760)]),
        Ramp([(0, "1b2d50"), (1, "27304a")], start=520, end=740),
    )
    skyline(canvas, -20, 900, water, 150, "14213f", "3a3a52", LAMPS, 0.5, (22, 50), 0.55)
    skyline(canvas, 1180, 1940, water, 110, "14213f", "3a3a52", LAMPS, 0.45, (24, 60), 0.55)
    for x, tall in ((690, 330), (768, 300)):
        smoke(canvas, x, water - tall - 8, 330, 120, "b3a9b3")
        chimney(canvas, x, water, tall, 15, "20304f")
    plant = Stencil().rect(640, water - 92, 880, water).rect(700, water - 128, 830, water)
    plant.poly([(880, water), (880, water - 60), (1080, water - 18), (1080, water)])
    canvas.paint(plant, Ramp([(0, "1a2746"), (1, "353650")]))
    belt = Stencil().line([(830, water - 118), (1130, water - 66)], 9)
    for i in range(7):
        belt.line([(850 + i * 42, water - 114 + i * 7), (850 + i * 42, water)], 3)
    canvas.paint(belt, "111b34")
    lamps(
        canvas,
        [(650 + i * 26, water - 84) for i in range(9)]
        + [(716 + i * 24, water - 120) for i in range(5)]
        + [(850 + i * 42, water - 122 + i * 7) for i in range(7)],
        2.2,
    )
    for x, half, tall in ((1130, 120, 66), (1010, 84, 44)):
        heap = smooth(
            [
                (x - half, water),
                (x - half * 0.5, water - tall * 0.55),
                (x, water - tall),
                (x + half * 0.5, water - tall * 0.5),
                (x + half, water),
            ],
            steps=6,
        )
        pile = Stencil().poly(heap)
        canvas.paint(pile, "0b1122")
        canvas.shade(pile, "8a6f63", half * 0.16, tall * 0.16, 10, 0.5)
    for x, size, flip in ((1330, 300, True), (1520, 330, False), (1740, 280, False)):
        crane(canvas, x, water, size, "0d1630", flip)
    wharf = Stencil().rect(-10, water - 10, 1930, water + 8)
    canvas.paint(wharf, "0c1429")
    lamps(canvas, [(30 + i * 64, water - 12) for i in range(30)], 2.8, "ffb45c", 0.75)
    ship = Stencil().poly(
        smooth(
            [(1180, water - 22), (1200, water + 22), (1700, water + 22), (1746, water - 30)],
            steps=3,
        )
    )
    ship.rect(1196, water - 66, 1270, water - 18).rect(1210, water - 92, 1256, water - 60)
    ship.rect(1224, water - 120, 1236, water - 90)
    canvas.paint(ship, Ramp([(0, "1c2a4a"), (0.7, "101a33"), (1, "5d2c33")]))
    lamps(
        canvas,
        [(1206 + i * 14, water - 52) for i in range(5)]
        + [(1216 + i * 14, water - 80) for i in range(3)]
        + [(1738, water - 34)],
        2.0,
    )
    canvas.reflect(
        water + 20,
        1080,
        Ramp([(0, "6d5a5c"), (0.25, "1f3760"), (1, "08122a")]),
        0.72,
        0.12,
        ripple=11,
        stretch=1.15,
    )
    canvas.glints(water + 20, 1080, "ffc679", 190, 0.5, 900, 520)
    canvas.glints(water + 20, 1080, "f6e7c6", 110, 0.5, 420, 36)
    canvas.finish(shade="060b18", vignette=0.3)


def _cable_bridge(
    canvas: Canvas,
    deck: list[Point],
    pylons: list[float],
    tall: float,
    reach: float,
    tone: str,
    cable: str,
    light: str,
) -> None:
    """A cable-stayed bridge with single-plane fans; ``deck`` is its curve from left to right."""

    def deck_y(x: float) -> float:
        return min(deck, key=lambda point: abs(point[0] - x))[1]

    stays = Stencil()
    for x in pylons:
        top = deck_y(x) - tall
        for i in range(1, 17):
            share = i / 16
            y = top + tall * (0.05 + 0.3 * (1 - share))
            for side in (-1, 1):
                foot = x + side * reach * (0.1 + 0.9 * share)
                stays.line([(x, y), (foot, deck_y(foot))], 1.5)
    canvas.paint(stays, cable, 0.85)
    for x in pylons:
        y = deck_y(x)
        mast = Stencil().poly(
            [(x - 9, y + 8), (x - 5, y - tall), (x + 5, y - tall), (x + 9, y + 8)]
        )
        mast.poly([(x - 22, 740), (x - 13, y + 4), (x + 13, y + 4), (x + 22, 740)])
        canvas.paint(
            mast,
            Ramp(
                [(0, mix(tone, light, 0.5)), (0.45, tone), (1, mix(tone, "0b1024", 0.4))], axis="x"
            ),
        )
        canvas.paint(Stencil().rect(x - 34, 722, x + 34, 746), mix(tone, "0b1024", 0.3))
        lamps(canvas, [(x, y - tall - 4)], 3.2, "ff6a50", 0.8)
    road = Stencil().poly([*deck, *[(x, y + 13) for x, y in deck[::-1]]])
    canvas.paint(road, tone)
    canvas.paint(Stencil().line([(x, y + 2) for x, y in deck], 2.2), light, 0.9)


def bridge_dusk(canvas: Canvas) -> None:
    """Dusk over the strait: the bridge strung between two wooded shores."""
    rng, water = canvas.rng, 738
    canvas.ramp(
        [(0, "2c3a6b"), (0.35, "6a5a8e"), (0.62, "c9788c"), (0.83, "f4a878"), (1, "fbd39a")],
        0,
        water + 4,
    )
    cloud = canvas.noise("cloud", (900, 80), 0.5, 0.95, 4)
    canvas.paint(Stencil().rect(0, 60, 1920, 660), "f7b89a", 0.5, texture=cloud)
    dark = canvas.noise("dark", (800, 70), 0.62, 0.98, 4)
    canvas.paint(Stencil().rect(0, 0, 1920, 520), "3c3f78", 0.5, texture=dark)
    canvas.glow(960, 690, 620, "ffdf9f", 0.75, squash=0.6)
    canvas.paint(Stencil().ellipse(960, 648, 52), Ramp([(0, "fff3c6"), (1, "ffc98a")]), blur=0.8)
    far_range(canvas, water, 170, "b4718a", "f3b083", 13, wide=(60, 140))
    canvas.mist(water, 90, "fccf9d", 0.7, "a")
    far_range(canvas, water, 250, "84608c", "d58d84", 4, -80, 560, wide=(80, 150))
    far_range(canvas, water, 230, "84608c", "d58d84", 4, 1420, 2000, wide=(80, 150))
    for points, tone in (
        ([(-40, 500), (90, 470), (240, 520), (380, 610), (500, 690), (560, 745)], "463f70"),
        ([(1400, 745), (1480, 680), (1600, 590), (1740, 500), (1860, 470), (1960, 480)], "463f70"),
    ):
        line = smooth(points, steps=9)
        hill = Stencil().poly([*line, (line[-1][0], 760), (line[0][0], 760)])
        for x, y in line[::1]:
            hill.ellipse(x, y + 6, rng.uniform(10, 20), rng.uniform(10, 18))
        canvas.paint(hill, Ramp([(0, tone), (1, "75577f")], start=470, end=745))
    skyline(canvas, -20, 470, water, 100, "2d2b55", "5a4670", LAMPS, 0.5, (20, 44), 0.6)
    skyline(canvas, 1490, 1940, water, 120, "2d2b55", "5a4670", LAMPS, 0.5, (20, 46), 0.6)
    deck = [
        (x, 588 - 74 * math.cos((x - 960) / 1180 * math.pi / 2 * 1.2)) for x in range(-20, 1945, 12)
    ]
    piers = Stencil()
    for x in (70, 190, 310, 430, 1490, 1610, 1730, 1850):
        y = min(deck, key=lambda point: abs(point[0] - x))[1]
        piers.rect(x - 8, y + 8, x + 8, 742)
    canvas.paint(piers, "3b345f")
    _cable_bridge(canvas, deck, [590.0, 1330.0], 330, 360, "37315f", "f6d3b4", "ffe0b0")
    lamps(canvas, [(x, y - 12) for x, y in deck[2::5]], 2.5, "ffcf85", 0.8)
    canvas.reflect(
        water, 1080, Ramp([(0, "f3b083"), (0.4, "8f6890"), (1, "232a58")]), 0.75, 0.14, ripple=11
    )
    canvas.mist(water, 9, "ffe2b4", 0.6, "b", 0.3)
    canvas.glints(water, 1080, "ffe1a6", 230, 0.65, 960, 70)
    canvas.glints(water, 1080, "f6b5a0", 120, 0.3)
    _ferry(canvas, 1180, 858, 300)
    canvas.finish(shade="141433", vignette=0.24)


def _ferry(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A small cruise boat with two lit decks."""
    k = size / 300
    wake(canvas, x, y + 10 * k, 130 * k, 80 * k, "2a2a55", "ffd590", 0.7)
    hull = smooth(
        [
            (-150, -26),
            (-60, -20),
            (90, -22),
            (156, -38),
            (128, 2),
            (100, 12),
            (-120, 12),
            (-142, 0),
        ],
        closed=True,
        steps=4,
    )
    cabin = [(-128, -24), (-126, -58), (84, -58), (104, -24)]
    upper = [(-96, -58), (-94, -88), (40, -88), (56, -58)]

    def at(points: list[Point]) -> list[Point]:
        return [(x + px * k, y + py * k) for px, py in points]

    canvas.paint(Stencil().poly(at(cabin)).poly(at(upper)), Ramp([(0, "5d4f7c"), (1, "3d3763")]))
    canvas.paint(Stencil().poly(at(hull)), Ramp([(0, "3a3564"), (1, "1f2148")]))
    roofs = Stencil().rect(*at([(-134, -62)])[0], *at([(94, -57)])[0])
    roofs.rect(*at([(-104, -93)])[0], *at([(54, -87)])[0])
    canvas.paint(roofs, "28264f")
    panes = Stencil()
    for i in range(11):
        panes.rect(*at([(-118 + i * 18, -50)])[0], *at([(-107 + i * 18, -34)])[0])
    for i in range(7):
        panes.rect(*at([(-86 + i * 18, -82)])[0], *at([(-75 + i * 18, -67)])[0])
    canvas.paint(panes, "ffc877", 0.6, blur=5, mode="screen")
    canvas.paint(panes, "ffdf9e")
    mast = Stencil().line(at([(-20, -90), (-20, -128)]), 2 * k)
    canvas.paint(mast, "28264f")


def fireworks(canvas: Canvas) -> None:
    """Anniversary night: gold and red fireworks over islands, city lights and boats."""
    water = 760
    night = Rock(body="16264a", shadow="0a1430", light="4d5f8c", foot="4a3c5c")
    canvas.ramp([(0, "0a1028"), (0.5, "1a2450"), (0.82, "47376a"), (1, "a5596a")], 0, water + 4)
    stars(canvas, 420, 170)
    haze = canvas.noise("haze", (520, 170), 0.4, 0.97, 4)
    canvas.paint(Stencil().rect(0, 80, 1920, 720), "6d4a78", 0.4, texture=haze)
    canvas.glow(960, 760, 980, "ee8558", 0.5, squash=0.36)
    rise = Stencil()
    for x, y, lean in (
        (620, 330, 26),
        (1010, 240, -14),
        (1400, 360, -30),
        (1660, 250, 16),
        (310, 250, 12),
    ):
        rise.taper(
            smooth([(x + lean, water - 30), (x + lean * 0.4, (y + water) / 2), (x, y)]), 3.2, 0.8
        )
    canvas.paint(rise, Ramp([(0, "ffe2a0"), (1, "6b4468")], start=240, end=740), 0.5)
    burst(canvas, 310, 250, 150, "ff9a5c", "fff0cf", 30)
    burst(canvas, 1660, 250, 175, "ff8f6a", "fff0cf", 32)
    burst(canvas, 1400, 400, 120, "8fd0d8", "f0ffff", 26)
    burst(canvas, 1010, 240, 235, "ffcf6a", "fffbe6", 42)
    burst(canvas, 620, 360, 165, "f2504a", "ffe6c4", 32)
    far_range(canvas, water, 170, "33305e", "8e566f", 12, wide=(60, 140))
    canvas.mist(water, 80, "d4776b", 0.5, "a")
    island(canvas, 150, water + 6, 210, 330, night, 1, 6)
    island(canvas, 1800, water + 6, 200, 280, night, -1, 6)
    skyline(canvas, 470, 1500, water, 140, "161c3c", "4a3552", LAMPS, 0.55, (20, 46), 0.65)
    lamps(canvas, [(400 + i * 40, water - 4) for i in range(29)], 2.6, "ffb45c", 0.7)
    canvas.reflect(
        water,
        1080,
        Ramp([(0, "99586a"), (0.3, "2b2d5c"), (1, "090f28")]),
        0.6,
        0.08,
        ripple=12,
        stretch=0.55,
    )
    canvas.glints(water, 1080, "ffcf8a", 230, 0.55, 960, 380)
    canvas.glints(water, 1080, "f28a78", 100, 0.4)
    for x, y, size, flip in ((520, 880, 200, False), (1240, 940, 280, True), (880, 838, 110, True)):
        sampan(canvas, x, y, size, "0c1430", "ffcf95", flip)
        lamp = (x + (-0.46 if flip else 0.46) * size, y - 0.24 * size)
        canvas.glow(*lamp, size * 0.22, "ff8a4a", 0.7, mode="screen")
        canvas.paint(Stencil().ellipse(*lamp, size * 0.022, size * 0.028), "ffdf9a")
    canvas.finish(shade="050818", vignette=0.26)
