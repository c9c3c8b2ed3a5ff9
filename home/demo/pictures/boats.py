"""Boats of the gulf: rowed sampans, junks with batten sails, and fishing boats."""

from __future__ import annotations

from .canvas import Canvas
from .colour import Ramp, mix
from .figures import star
from .stencil import Point, Stencil, place, smooth


def _hull(points: list[Point], x: float, y: float, size: float, flip: bool) -> list[Point]:
    return place(points, x, y, size, flip)


def sampan(
    canvas: Canvas,
    x: float,
    y: float,
    size: float,
    dark: str,
    light: str,
    flip: bool = False,
    cabin: bool = True,
    rower: bool = True,
) -> None:
    """Paint a rowed sampan ``size`` units long, its waterline at ``y``.

    ``dark`` is the hull's tone, ``light`` the rim and hat that catch the sky.
    """
    k = size / 200
    wake(canvas, x, y + 4 * k, 84 * k, 62 * k, dark, light, 0.6)
    deck = smooth([(-100, -26), (-70, -14), (-20, -7), (30, -8), (72, -17), (104, -34)])
    keel = smooth([(104, -34), (88, -12), (60, 3), (0, 7), (-60, 3), (-86, -10), (-100, -26)])
    hull = Stencil().poly(_hull(deck + keel, x, y, k, flip))
    if cabin:
        vault = smooth([(-34, -9), (-31, -32), (-12, -43), (14, -43), (33, -32), (36, -9)])
        roof = Stencil().poly(place(vault, x - (-6 if flip else 6) * k, y, k, flip))
        canvas.paint(roof, Ramp([(0, mix(dark, light, 0.42)), (1, dark)]))
        ribs = Stencil()
        for at in (-20, -4, 12, 26):
            rib = smooth([(at, -9), (at + 1, -30), (at + 3, -42)])
            ribs.line(place(rib, x - (-6 if flip else 6) * k, y, k, flip), 1.3 * k)
        canvas.paint(ribs, dark, 0.6)
    if rower:
        body = Stencil()
        body.poly(
            _hull(
                smooth(
                    [
                        (-76, -14),
                        (-74, -36),
                        (-70, -54),
                        (-60, -58),
                        (-54, -50),
                        (-56, -34),
                        (-54, -12),
                    ]
                ),
                x,
                y,
                k,
                flip,
            )
        )
        body.taper(_hull([(-62, -50), (-46, -44), (-36, -48)], x, y, k, flip), 7 * k, 4 * k)
        canvas.paint(body, dark)
        hat = Stencil().poly(
            _hull(
                [(-84, -58), (-64, -76), (-62, -77), (-60, -76), (-38, -58), (-61, -54)],
                x,
                y,
                k,
                flip,
            )
        )
        canvas.paint(hat, Ramp([(0, light), (1, mix(light, dark, 0.45))]))
        oar = Stencil().line(_hull([(-32, -56), (-92, 6)], x, y, k, flip), 2.2 * k)
        oar.poly(_hull([(-84, -4), (-106, 22), (-110, 19), (-90, -8)], x, y, k, flip))
        canvas.paint(oar, dark)
    canvas.paint(hull, dark)
    canvas.paint(Stencil().line(_hull(deck, x, y, k, flip), 2.0 * k), light, 0.55)


def wake(
    canvas: Canvas,
    x: float,
    y: float,
    half: float,
    depth: float,
    tone: str,
    light: str,
    opacity: float = 0.75,
) -> None:
    """Paint a boat's broken reflection: strokes ``half`` wide at (x, y), ``depth`` units down."""
    rng = canvas.rng
    dark, bright = Stencil(), Stencil()
    rows = max(5, round(depth / 5))
    for i in range(rows):
        share = i / rows
        at = y + 1 + depth * share**1.15
        reach = half * (1 - 0.72 * share) * rng.uniform(0.75, 1.05)
        middle = x + rng.uniform(-0.1, 0.1) * half
        thick = (1 - 0.55 * share) * depth / rows * 0.62 + 0.4
        for stroke, mid, wide in (
            (dark, middle, reach),
            (bright, x + rng.uniform(-1, 1) * half, half * 0.16),
        ):
            if stroke is dark or i % 2:
                stroke.poly(
                    smooth(
                        [
                            (mid - wide, at),
                            (mid - wide * 0.4, at - thick),
                            (mid + wide * 0.5, at - thick * 0.8),
                            (mid + wide, at),
                            (mid + wide * 0.4, at + thick),
                            (mid - wide * 0.5, at + thick),
                        ],
                        closed=True,
                        steps=4,
                    )
                )
    canvas.paint(dark, tone, opacity)
    canvas.paint(bright, light, 0.45)


def _sail(
    canvas: Canvas,
    corners: list[Point],
    ribs: int,
    x: float,
    y: float,
    k: float,
    flip: bool,
    lit: str,
    deep: str,
    rib: str,
) -> None:
    """A batten sail: ``corners`` are mast foot, mast head, peak, leech middle and clew."""
    foot, head, peak, leech, clew = corners
    scallop = []
    curve = smooth([peak, leech, clew], steps=12)
    for i in range(ribs):
        a = curve[round(i * (len(curve) - 1) / ribs)]
        b = curve[round((i + 1) * (len(curve) - 1) / ribs)]
        middle = ((a[0] + b[0]) / 2 - (peak[0] - head[0]) * 0.035, (a[1] + b[1]) / 2)
        scallop += smooth([a, middle, b], steps=4)[:-1]
    scallop.append(clew)
    luff = smooth(
        [
            foot,
            ((foot[0] + head[0]) / 2 - (peak[0] - head[0]) * 0.1, (foot[1] + head[1]) / 2),
            head,
        ],
        steps=10,
    )
    top = smooth([head, ((head[0] + peak[0]) / 2, (head[1] + peak[1]) / 2 - 4), peak], steps=4)
    outline = luff + top + scallop
    sail = Stencil().poly(place(outline, x, y, k, flip))
    canvas.paint(sail, Ramp([(0, lit), (0.6, mix(lit, deep, 0.45)), (1, deep)]))
    wide = abs(peak[0] - head[0]) * k
    canvas.shade(sail, deep, (-wide if flip else wide) * 0.42, 0, wide * 0.2, 0.6)
    lines = Stencil()
    for i in range(1, ribs):
        a = luff[round((len(luff) - 1) * (1 - i / ribs))]
        b = curve[round(i * (len(curve) - 1) / ribs)]
        bow = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + 2)
        lines.line(place(smooth([a, bow, b], steps=5), x, y, k, flip), 1.5 * k)
    canvas.paint(lines, rib, 0.7)


def junk(
    canvas: Canvas,
    x: float,
    y: float,
    size: float,
    lit: str,
    deep: str,
    dark: str,
    rim: str,
    flip: bool = False,
) -> None:
    """Paint a three-sailed junk about ``size`` units long, waterline at ``y``.

    ``lit`` and ``deep`` are the sails, ``dark`` the hull, ``rim`` the light along its edge.
    """
    k = size / 240
    masts = Stencil()
    for foot, head in (((-74, -30), (-80, -150)), ((-6, -26), (-8, -236)), ((70, -28), (78, -168))):
        masts.taper(place([foot, head], x, y, k, flip), 3.4 * k, 2 * k)
    canvas.paint(masts, dark)
    rib = mix(deep, dark, 0.6)
    _sail(
        canvas,
        [(-86, -46), (-84, -142), (-38, -164), (-24, -108), (-34, -48)],
        5,
        x,
        y,
        k,
        flip,
        lit,
        deep,
        rib,
    )
    _sail(
        canvas,
        [(60, -46), (72, -160), (114, -176), (126, -116), (112, -50)],
        5,
        x,
        y,
        k,
        flip,
        lit,
        deep,
        rib,
    )
    _sail(
        canvas,
        [(-24, -44), (-16, -226), (44, -252), (64, -150), (50, -42)],
        7,
        x,
        y,
        k,
        flip,
        lit,
        deep,
        rib,
    )
    deck = smooth(
        [
            (-132, -58),
            (-108, -54),
            (-84, -36),
            (-40, -26),
            (20, -22),
            (70, -28),
            (104, -40),
            (128, -50),
        ]
    )
    keel = smooth(
        [(128, -50), (116, -24), (96, 0), (60, 10), (-60, 10), (-98, 2), (-118, -22), (-132, -58)]
    )
    hull = Stencil().poly(place(deck + keel, x, y, k, flip))
    cabin = Stencil().poly(
        place([(-112, -54), (-110, -72), (-58, -68), (-56, -32), (-84, -34)], x, y, k, flip)
    )
    cabin.poly(place([(-120, -70), (-116, -76), (-54, -71), (-52, -66)], x, y, k, flip))
    canvas.paint(cabin, mix(dark, rim, 0.18))
    windows = Stencil()
    for at in (-104, -92, -80, -68):
        windows.poly(place([(at, -62), (at + 7, -61.5), (at + 7, -52), (at, -52.5)], x, y, k, flip))
    canvas.paint(windows, rim, 0.8)
    canvas.paint(hull, Ramp([(0, mix(dark, rim, 0.22)), (0.5, dark), (1, mix(dark, deep, 0.2))]))
    canvas.paint(Stencil().line(place(deck, x, y, k, flip), 2.6 * k), rim, 0.6)
    plank = smooth([(-120, -34), (-84, -18), (-20, -8), (60, -10), (118, -28)])
    canvas.paint(Stencil().line(place(plank, x, y, k, flip), 1.5 * k), rim, 0.3)


def trawler(
    canvas: Canvas,
    x: float,
    y: float,
    size: float,
    hull_tone: str,
    band: str,
    cabin_tone: str,
    dark: str,
    flip: bool = False,
    flag: str | None = None,
) -> None:
    """Paint a wooden fishing boat ``size`` units long, bow to the right unless flipped."""
    k = size / 220
    rig = Stencil()
    rig.taper(place([(-34, -60), (-34, -150)], x, y, k, flip), 3.2 * k, 1.6 * k)
    rig.taper(place([(46, -34), (50, -104)], x, y, k, flip), 2.8 * k, 1.6 * k)
    rig.line(place([(-34, -146), (50, -102), (112, -52)], x, y, k, flip), 0.9 * k)
    rig.line(place([(-34, -146), (-104, -46)], x, y, k, flip), 0.9 * k)
    rig.line(place([(46, -50), (88, -92)], x, y, k, flip), 1.8 * k)
    rig.line(place([(88, -92), (50, -102)], x, y, k, flip), 0.8 * k)
    canvas.paint(rig, dark, 0.9)
    if flag:
        cloth = smooth([(-34, -150), (-50, -153), (-62, -148), (-76, -151)], steps=4)
        hem = smooth([(-76, -132), (-62, -129), (-50, -134), (-34, -131)], steps=4)
        canvas.paint(Stencil().poly(place(cloth + hem, x, y, k, flip)), flag)
        canvas.paint(Stencil().poly(star(*place([(-54, -141)], x, y, k, flip)[0], 7 * k)), "f7c843")
    house = Stencil().poly(place([(-78, -30), (-76, -70), (-8, -70), (0, -28)], x, y, k, flip))
    house.poly(place([(-62, -70), (-60, -92), (-20, -92), (-14, -70)], x, y, k, flip))
    canvas.paint(house, Ramp([(0, cabin_tone), (1, mix(cabin_tone, dark, 0.28))]))
    canvas.shade(house, mix(cabin_tone, dark, 0.6), (-14 if flip else 14) * k, 0, 5 * k, 0.5)
    roofs = Stencil().poly(place([(-84, -69), (-82, -75), (-2, -75), (0, -69)], x, y, k, flip))
    roofs.poly(place([(-67, -91), (-66, -97), (-14, -97), (-12, -91)], x, y, k, flip))
    canvas.paint(roofs, band)
    panes = Stencil()
    for at in (-68, -52, -36, -20):
        panes.poly(place([(at, -61), (at + 10, -61), (at + 10, -48), (at, -48)], x, y, k, flip))
    for at in (-54, -42, -30):
        panes.poly(place([(at, -87), (at + 8, -87), (at + 8, -79), (at, -79)], x, y, k, flip))
    canvas.paint(panes, mix(dark, "23415a", 0.5), 0.9)
    deck = smooth([(-110, -36), (-80, -30), (-20, -26), (40, -30), (84, -44), (116, -66)])
    keel = smooth(
        [(116, -66), (104, -34), (88, -6), (60, 8), (-70, 8), (-98, 0), (-106, -16), (-110, -36)]
    )
    hull = Stencil().poly(place(deck + keel, x, y, k, flip))
    canvas.paint(hull, Ramp([(0, hull_tone), (0.62, hull_tone), (1, mix(hull_tone, dark, 0.7))]))
    canvas.shade(hull, dark, (-10 if flip else 10) * k, -16 * k, 10 * k, 0.45)
    strake = [(px, py + 7) for px, py in deck]
    canvas.paint(Stencil().line(place(strake, x, y, k, flip), 5 * k), band)
    canvas.paint(Stencil().line(place(deck, x, y, k, flip), 2 * k), mix(cabin_tone, "ffffff", 0.3))
    tyres = Stencil()
    for at in (-70, -30, 12, 52):
        tyres.ellipse(*place([(at, -8 - abs(at) * 0.06)], x, y, k, flip)[0], 6 * k)
        tyres.ellipse(*place([(at, -8 - abs(at) * 0.06)], x, y, k, flip)[0], 3 * k, value=0)
    canvas.paint(tyres, dark, 0.85)


def coracle(canvas: Canvas, x: float, y: float, size: float, tone: str, rim: str) -> None:
    """Paint a round woven basket boat."""
    bowl = Stencil().poly(
        smooth(
            [
                (x - size, y - size * 0.45),
                (x - size * 0.8, y + size * 0.1),
                (x, y + size * 0.3),
                (x + size * 0.8, y + size * 0.1),
                (x + size, y - size * 0.45),
            ]
        )
    )
    canvas.paint(bowl, Ramp([(0, tone), (1, mix(tone, "1d1712", 0.55))]))
    canvas.paint(Stencil().ellipse(x, y - size * 0.45, size, size * 0.26), rim)
    canvas.paint(
        Stencil().ellipse(x, y - size * 0.43, size * 0.86, size * 0.19), mix(tone, "1d1712", 0.6)
    )
