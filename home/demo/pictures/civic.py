"""Public life: the administrative building and the meeting hall."""

from __future__ import annotations

import math

from .canvas import Canvas
from .colour import Ramp, mix
from .figures import flag, star
from .karst import far_range
from .stencil import Point, Stencil, smooth
from .trees import broadleaf, bush_row, palm


def _block(canvas: Canvas, x0: float, y0: float, x1: float, y1: float, floors: int, bays: int,
           wall: str, glass: tuple[str, str], shade: str) -> None:
    """One wing of offices: a wall, sills, fins and rows of tall windows reflecting the sky."""
    body = Stencil().rect(x0, y0, x1, y1)
    canvas.paint(body, Ramp([(0, mix(wall, "ffffff", 0.18)), (1, mix(wall, shade, 0.12))]))
    floor, bay = (y1 - y0 - 14) / floors, (x1 - x0) / bays
    panes, gloss, lintel, sills, frames = (Stencil() for _ in range(5))
    for row in range(floors):
        top = y0 + 14 + row * floor
        for column in range(bays):
            left = x0 + column * bay + bay * 0.17
            right = x0 + (column + 1) * bay - bay * 0.17
            panes.rect(left, top + floor * 0.18, right, top + floor * 0.78)
            gloss.poly([(left, top + floor * 0.6), (right, top + floor * 0.26),
                        (right, top + floor * 0.5), (left, top + floor * 0.78)])
            lintel.rect(left, top + floor * 0.18, right, top + floor * 0.26)
            middle = (left + right) / 2
            frames.rect(middle - 1.1, top + floor * 0.18, middle + 1.1, top + floor * 0.78)
            frames.rect(left, top + floor * 0.38, right, top + floor * 0.38 + 1.8)
        sills.rect(x0 - 3, top + floor * 0.86, x1 + 3, top + floor * 0.93)
    canvas.paint(panes, Ramp([(0, glass[0]), (1, glass[1])], start=y0, end=y1))
    canvas.paint(gloss, "f6f3df", 0.28)
    canvas.paint(lintel, shade, 0.45)
    canvas.paint(frames, mix(wall, "ffffff", 0.5))
    canvas.paint(sills, mix(wall, "ffffff", 0.45))
    under = Stencil()
    for row in range(floors):
        top = y0 + 14 + row * floor
        under.rect(x0, top + floor * 0.93, x1, top + floor * 1.0)
    canvas.paint(under, shade, 0.22)
    fins = Stencil()
    for column in range(bays + 1):
        x = x0 + column * bay
        fins.rect(x - bay * 0.055, y0 + 8, x + bay * 0.055, y1)
    canvas.paint(fins, mix(wall, "ffffff", 0.3))
    casts = Stencil()
    for column in range(bays):
        x = x0 + column * bay
        casts.rect(x + bay * 0.055, y0 + 14, x + bay * 0.12, y1)
    canvas.paint(casts, shade, 0.2)
    canvas.paint(Stencil().rect(x0 - 10, y0 - 12, x1 + 10, y0 + 8), mix(wall, "ffffff", 0.55))
    canvas.paint(Stencil().rect(x0 - 2, y0 + 8, x1 + 2, y0 + 18), shade, 0.35)


def office(canvas: Canvas) -> None:
    """Morning before the joint offices: flag on its mast, lawns, and old trees on both sides."""
    ground, shade = 770, "5b5a68"
    canvas.ramp([(0, "6fa9c0"), (0.5, "b9d8d2"), (0.85, "f6e6c3"), (1, "fadcae")], 0, ground)
    cloud = canvas.noise("cloud", (760, 220), 0.5, 0.9, 5)
    canvas.paint(Stencil().rect(-200, 90, 2120, 430), "fffaf0", 0.8, texture=cloud, blur=50)
    canvas.glow(300, 300, 640, "fff3cc", 0.65)
    far_range(canvas, ground, 260, "a9c7bd", "e6dcb8", 8, -60, 1980, wide=(90, 190))
    glass = ("5d9fb3", "a9cfc6")
    _block(canvas, 190, 436, 700, ground - 24, 5, 10, "f0d9a8", glass, shade)
    _block(canvas, 1220, 436, 1730, ground - 24, 5, 10, "f0d9a8", glass, shade)
    canvas.paint(Stencil().poly([(1220, 446), (1252, 470), (1252, 746), (1220, 746)]), shade, 0.4,
                 blur=3)
    _block(canvas, 690, 274, 1230, ground - 24, 8, 9, "f7e7c4", glass, shade)
    crown = Stencil().rect(770, 224, 1150, 264).rect(820, 196, 1100, 226)
    canvas.paint(crown, Ramp([(0, "fff6e0"), (1, "e7cfa0")]))
    canvas.paint(Stencil().rect(770, 250, 1150, 266).rect(820, 214, 1100, 226), shade, 0.25)
    badge = Stencil().ellipse(960, 234, 27)
    canvas.paint(badge, Ramp([(0, "d8352c"), (1, "a81f25")]))
    canvas.paint(Stencil().ellipse(960, 234, 27).ellipse(960, 234, 23.5, value=0), "f2c14e")
    porch = Stencil().rect(800, 596, 1120, ground - 18)
    canvas.paint(porch, Ramp([(0, "6a5f60"), (1, "3f4a52")]))
    doors = Stencil()
    for i in range(6):
        doors.rect(826 + i * 46, 640, 866 + i * 46, ground - 20)
    canvas.paint(doors, Ramp([(0, "8fbac0"), (1, "e8cf9d")]), 0.85)
    for i in range(6):
        x = 810 + i * 60
        column = Stencil().rect(x - 11, 592, x + 11, ground - 18)
        column.rect(x - 16, 592, x + 16, 602).rect(x - 16, ground - 30, x + 16, ground - 18)
        canvas.paint(column, Ramp([(0, "fff8e8"), (0.55, "f3dfb8"), (1, "bfa583")], axis="x"))
    canopy = Stencil().poly([(770, 560), (1150, 560), (1164, 596), (756, 596)])
    canvas.paint(canopy, Ramp([(0, "fff6e0"), (1, "dcc091")]))
    canvas.paint(Stencil().rect(756, 588, 1164, 598), "b23a30")
    for i in range(5):
        step = Stencil().rect(770 - i * 16, ground - 24 + i * 8, 1150 + i * 16, ground - 14 + i * 8)
        canvas.paint(step, Ramp([(0, "fff4da"), (0.5, "e3cba0"), (1, "b79c7b")]))
    lawn = Stencil().rect(-10, ground + 2, 1930, 1090)
    canvas.paint(lawn, Ramp([(0, "a9bd72"), (0.4, "7ea35e"), (1, "3f7350")]))
    canvas.paint(lawn, "d7d987", 0.35, texture=canvas.noise("lawn", (260, 26), 0.55, 0.95, 4))
    path = Stencil().poly([(690, ground + 14), (1230, ground + 14), (1640, 1090), (280, 1090)])
    canvas.paint(path, Ramp([(0, "f6e3bd"), (1, "d9b98c")]))
    joints = Stencil()
    for i in range(9):
        y = ground + 22 + i * i * 4.4 + i * 6
        half = 270 + (y - ground - 14) * 410 / 306
        joints.line([(960 - half, y), (960 + half, y)], 0.8 + i * 0.16)
    for i in range(-6, 7):
        joints.line([(960 + i * 45, ground + 14), (960 + i * 113, 1090)], 1.3)
    canvas.paint(joints, "a9855d", 0.35)
    for side in (-1, 1):
        for low, high, wide, tone in ((ground + 14, 1090, 26, "3d7a50"),):
            near, far = 960 + side * 690, 960 + side * 276
            hedge = Stencil().poly([(far, low), (far + side * wide * 0.6, low),
                                    (near + side * wide * 3.2, high), (near, high)])
            canvas.paint(hedge, Ramp([(0, mix(tone, "cfd98a", 0.35)), (1, tone)]))
        flowers = [Stencil(), Stencil(), Stencil()]
        for _ in range(420):
            depth = canvas.rng.random() ** 0.8
            y = ground + 20 + depth * 300
            x = 960 + side * (292 + depth * 424 + canvas.rng.random() * (16 + 84 * depth))
            canvas.rng.choice(flowers).ellipse(x, y, 1.4 + 4.2 * depth, 1.1 + 3.0 * depth)
        for petals, tone in zip(flowers, ("d8392f", "f3bd4a", "f6e2c8"), strict=True):
            canvas.paint(petals, tone)
    bush_row(canvas, 200, 640, ground + 12, 34, "3b7350", "86ab62")
    bush_row(canvas, 1290, 1740, ground + 12, 34, "3b7350", "86ab62")
    for x, size, lean in ((640, 200, -0.08), (1290, 200, 0.08)):
        palm(canvas, x, ground + 8, size, "2f6b52", "6da263", lean)
    for x, size in ((420, 240), (1500, 250), (260, 210), (1668, 220)):
        broadleaf(canvas, x, ground + 12, size, "2f6650", "5c9158", "a9bf6a")
    plinth = Stencil().poly([(918, 846), (1002, 846), (1014, 872), (906, 872)])
    plinth.poly([(896, 872), (1024, 872), (1036, 896), (884, 896)])
    canvas.paint(Stencil().ellipse(1000, 896, 190, 12), "7a5b3c", 0.35, blur=7)
    canvas.paint(plinth, Ramp([(0, "fff1d2"), (1, "c7a679")]))
    canvas.paint(Stencil().rect(957, 330, 963, 848), Ramp([(0, "f3e6cb"), (1, "8d7d6d")], axis="x"))
    canvas.paint(Stencil().ellipse(960, 328, 7), "f2c14e")
    flag(canvas, 963, 344, 186)
    for x, base, size, side in ((90, 960, 640, 1), (1836, 980, 690, -1)):
        canvas.paint(Stencil().ellipse(x + 70, base, 250, 24), "2c4f3c", 0.45, blur=12)
        broadleaf(canvas, x, base, size, "234f45", "3f7a50", "93b05f", side=side)
    canvas.finish(shade="27332c", vignette=0.18)


def _curtain(canvas: Canvas, outline: list[Point], deep: str, bright: str, fold: float) -> None:
    """A hanging cloth whose folds are about ``fold`` units wide."""
    rng = canvas.rng
    left, right = min(p[0] for p in outline), max(p[0] for p in outline)
    stops, x = [], 0.0
    span = right - left
    while x < span:
        width = fold * rng.uniform(0.7, 1.3)
        stops += [(x / span, deep), ((x + width * 0.42) / span, mix(deep, bright,
                                                                   rng.uniform(0.6, 1.0))),
                  ((x + width * 0.8) / span, mix(deep, bright, 0.3))]
        x += width
    shape = Stencil().poly(outline)
    canvas.paint(shape, Ramp(stops, axis="x"))
    canvas.paint(shape, Ramp([(0, "300409"), (0.25, "5a0b14"), (1, "3a060c")]), 0.25,
                 mode="multiply")


def _audience(canvas: Canvas) -> None:
    """Rows of delegates and seat backs seen from the rear of the hall, divided by an aisle."""
    rng = canvas.rng
    rows = 8
    for i in range(rows):
        share = i / (rows - 1)
        size = 0.5 * (3.3 ** share)
        y = 684 + 400 * share ** 1.35
        pitch = 92 * size
        shirts = {tone: Stencil() for tone in ("e9dfcd", "c9cdd2", "33384a", "4a2f33")}
        hair, seats, necks = Stencil(), Stencil(), Stencil()
        for side in (-1, 1):
            for j in range(int(1000 / pitch) + 1):
                x = 960 + side * (84 * size + pitch * (j + 0.5))
                if rng.random() < 0.9:
                    sway = rng.uniform(-4, 4) * size
                    top = y - 70 * size + rng.uniform(-5, 3) * size
                    rng.choice(list(shirts.values())).poly(smooth(
                        [(x - 36 * size, y + 8), (x - 33 * size, top + 40 * size),
                         (x - 12 * size, top + 28 * size), (x + 12 * size, top + 28 * size),
                         (x + 33 * size, top + 40 * size), (x + 36 * size, y + 8)]))
                    necks.rect(x + sway * 0.5 - 7 * size, top + 14 * size,
                               x + sway * 0.5 + 7 * size, top + 31 * size)
                    hair.ellipse(x + sway, top, 16.5 * size, 20 * size)
                    if rng.random() < 0.3:
                        hair.poly(smooth([(x + sway - 16 * size, top), (x + sway - 17 * size,
                                                                       top + 30 * size),
                                          (x + sway, top + 36 * size),
                                          (x + sway + 17 * size, top + 30 * size),
                                          (x + sway + 16 * size, top)]))
                seats.blob([(x - 38 * size, y + 60 * size), (x - 38 * size, y - 8 * size),
                            (x - 28 * size, y - 20 * size), (x + 28 * size, y - 20 * size),
                            (x + 38 * size, y - 8 * size), (x + 38 * size, y + 60 * size)],
                           steps=5)
        for tone, bodies in shirts.items():
            canvas.paint(bodies, mix(tone, "4a1a18", 0.42 - 0.1 * share))
            canvas.shade(bodies, "ffdf9f", 0, 4 * size, 3 * size, 0.5)
        canvas.paint(necks, mix("a9745a", "4a1a18", 0.35))
        canvas.paint(hair, mix("1c1416", "4a1a18", 0.3 * (1 - share)))
        canvas.shade(hair, "ffc873", 0, 3.2 * size, 2.6 * size, 0.4)
        canvas.paint(seats, Ramp([(0, mix("a3282b", "3c0d12", 0.2 * share)), (0.5, "6d171d"),
                                  (1, "340a10")], start=y - 20 * size, end=y + 62 * size))
        canvas.shade(seats, "f7b263", 0, 3 * size, 2.4 * size, 0.55)


def _flowers(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A low arrangement of leaves and round blooms."""
    rng = canvas.rng
    leaves = Stencil()
    for _ in range(26):
        angle = math.pi * (1 + rng.random())
        reach = size * rng.uniform(0.7, 1.15)
        leaves.taper([(x, y), (x + math.cos(angle) * reach, y + math.sin(angle) * reach * 0.6)],
                     size * 0.16, size * 0.02)
    canvas.paint(leaves, "3f6b43")
    for tone in ("f6e7c6", "f2b84a", "ef7f67", "fff6e3"):
        blooms = Stencil()
        for _ in range(9):
            angle = math.pi * (1 + rng.random())
            reach = size * rng.random() ** 0.6 * 0.8
            blooms.ellipse(x + math.cos(angle) * reach, y + math.sin(angle) * reach * 0.5 - 2,
                           size * rng.uniform(0.08, 0.14))
        canvas.paint(blooms, tone)


def hall(canvas: Canvas) -> None:
    """A congress in session, seen from the last row: curtain, flag, rostrum and full seats."""
    canvas.ramp([(0, "4a2015"), (0.4, "8a4a26"), (1, "5a2618")])
    ceiling = Stencil().poly([(-10, -10), (1930, -10), (1520, 128), (400, 128)])
    canvas.paint(ceiling, Ramp([(0, "6d3a20"), (1, "c98a4a")]))
    for i, half in enumerate((860, 700, 590)):
        y = 14 + i * 42
        light = Stencil().poly([(960 - half, y), (960 + half, y), (960 + half - 44, y + 12 - i * 2),
                                (960 - half + 44, y + 12 - i * 2)])
        canvas.paint(light, "ffdf9a", 0.8, blur=14, mode="screen")
        canvas.paint(light, "fff2cf")
    for side in (-1, 1):
        def at(px: float, py: float, side: int = side) -> Point:
            return (960 + side * px, py)

        wall = Stencil().poly([at(560, 128), at(970, -10), at(970, 900), at(560, 640)])
        canvas.paint(wall, Ramp([(0, "8a4d29"), (0.5, "a9683a"), (1, "55261a")]))
        grooves = Stencil()
        for i in range(9):
            x = 560 + 410 * (i / 8) ** 1.25
            share = (x - 560) / 410
            grooves.line([at(x, 128 - 138 * share), at(x, 640 + 260 * share)], 1.5 + 3 * share)
        grooves.line([at(560, 500), at(970, 640)], 3)
        canvas.paint(grooves, "4a2015", 0.7)
        for x, y, size in ((610, 300, 0.7), (700, 284, 0.95), (830, 260, 1.35)):
            canvas.glow(*at(x, y), 150 * size, "ffc56b", 0.6, mode="screen")
            canvas.paint(Stencil().poly([at(x - 9 * size, y - 26 * size), at(x + 9 * size,
                                                                            y - 30 * size),
                                         at(x + 11 * size, y + 26 * size),
                                         at(x - 11 * size, y + 22 * size)]), "fff0c4")
    stage = Stencil().rect(400, 128, 1520, 640)
    canvas.paint(stage, "3f0a10")
    _curtain(canvas, [(404, 128), (1516, 128), (1516, 600), (404, 600)], "6b0f18", "b3202a", 46)
    canvas.glow(960, 350, 520, "ff8a5a", 0.34, squash=0.7, mode="screen")
    banner = Stencil().rect(768, 196, 1152, 452)
    canvas.paint(Stencil().rect(776, 206, 1160, 464), "2c0508", 0.7, blur=10)
    canvas.paint(banner, Ramp([(0, "e0302c"), (0.35, "d3222a"), (0.7, "de2b2c"), (1, "bd1c26")],
                              axis="x"))
    canvas.paint(Stencil().poly(star(960, 328, 78)), Ramp([(0, "ffe07a"), (1, "f6b93a")]))
    for side in (-1, 1):
        drape = [(960 + side * x, y) for x, y in
                 smooth([(560, 128), (440, 128), (452, 260), (486, 380), (536, 440), (500, 470),
                         (488, 560), (492, 620), (560, 620)], steps=6)]
        _curtain(canvas, drape, "7d121b", "d8303a", 30)
        canvas.paint(Stencil().line([(960 + side * x, y) for x, y in
                                     ((492, 426), (520, 444), (558, 436))], 7), "f2c14e")
    scallops = Stencil()
    for i in range(10):
        x = 404 + i * 111.4
        scallops.poly(smooth([(x, 128), (x, 170), (x + 28, 202), (x + 56, 212), (x + 84, 202),
                              (x + 111.4, 170), (x + 111.4, 128)], steps=4))
    canvas.paint(scallops, Ramp([(0, "8e1520"), (0.7, "c3242d"), (1, "8e1520")]))
    canvas.shade(scallops, "f2c14e", 0, -7, 0.8, 0.9)
    floor = Stencil().poly([(400, 598), (1520, 598), (1560, 652), (360, 652)])
    canvas.paint(floor, Ramp([(0, "e2a868"), (0.7, "b8733c"), (0.72, "7a4224"), (1, "4d2415")]))
    table = Stencil().poly([(720, 548), (1330, 548), (1342, 622), (708, 622)])
    canvas.paint(table, Ramp([(0, "fff3df"), (0.12, "f6e2c4"), (1, "cda27e")]))
    skirt = Stencil()
    for i in range(31):
        skirt.line([(716 + i * 20.4, 556), (712 + i * 20.7, 622)], 2)
    canvas.paint(skirt, "b98a68", 0.45)
    chairs = Stencil()
    for i in range(7):
        x = 764 + i * 84
        chairs.blob([(x - 26, 552), (x - 26, 506), (x - 16, 494), (x + 16, 494), (x + 26, 506),
                     (x + 26, 552)], steps=5)
    canvas.paint(chairs, Ramp([(0, "8b4a2a"), (1, "4d2415")]))
    canvas.shade(chairs, "ffcf8a", 0, 4, 3, 0.5)
    canvas.paint(Stencil().rect(708, 546, 1342, 553), "fffaf0")
    for x in (790, 1025, 1260):
        _flowers(canvas, x, 552, 44)
    rostrum = Stencil().poly([(548, 506), (650, 506), (640, 626), (558, 626)])
    canvas.paint(rostrum, Ramp([(0, "b8733c"), (0.5, "8b4a2a"), (1, "5a2c1a")], axis="x"))
    canvas.paint(Stencil().poly([(540, 498), (658, 498), (652, 512), (546, 512)]), "d99a58")
    canvas.paint(Stencil().line(smooth([(596, 498), (590, 476), (602, 462)]), 2.4), "20140f")
    _flowers(canvas, 600, 520, 40)
    aisle = Stencil().poly([(912, 652), (1008, 652), (1150, 1090), (770, 1090)])
    canvas.paint(Stencil().rect(-10, 648, 1930, 1090), Ramp([(0, "5d2a1a"), (1, "220d0a")]))
    canvas.paint(aisle, Ramp([(0, "d2433a"), (1, "5f1118")]))
    canvas.glow(960, 660, 520, "ffb45c", 0.3, squash=0.3, mode="screen")
    _audience(canvas)
    canvas.finish(shade="1c0806", vignette=0.34)
