"""Hạ Long bay: mist at dawn and red sails at sunset, each also composed for a phone."""

from __future__ import annotations

from .boats import junk, sampan
from .canvas import Canvas
from .colour import Ramp
from .karst import Rock, birds, far_range, island, tower
from .stencil import Stencil

DAWN = Rock(body="35606a", shadow="1c3f4d", light="d9c3a0", foot="e9cdb4")
DUSK = Rock(body="6b2a3a", shadow="3a1730", light="e98a55", foot="e8965c")


def _dawn_sky(canvas: Canvas, sun: tuple[float, float], horizon: float, radius: float) -> None:
    canvas.ramp(
        [(0, "7fa6ad"), (0.3, "b4c7bf"), (0.58, "ecd7b9"), (0.82, "f6c9a0"), (1, "f3b48f")],
        0,
        horizon + 4,
    )
    clouds = canvas.noise("clouds", (900, 110), 0.45, 0.98, 4)
    canvas.paint(Stencil().rect(0, 0, canvas.width, horizon), "f8ead2", 0.5, texture=clouds)
    x, y = sun
    canvas.glow(x, y, radius * 9, "fbe3b4", 0.75, power=1.3)
    canvas.glow(x, y, radius * 3.2, "ffd79a", 0.8, power=1.1)
    canvas.paint(
        Stencil().ellipse(x, y, radius), Ramp([(0, "ee6a4b"), (1, "f59a66")]), 0.95, blur=0.8
    )


def bay_dawn(canvas: Canvas) -> None:
    """Wide: calm sky and low mist on the left, the islands gathered on the right."""
    horizon = 770
    _dawn_sky(canvas, (1330, 560), horizon, 62)
    far_range(canvas, horizon, 190, "b9bfb4", "f1cdac", 19, wide=(60, 130))
    canvas.mist(horizon - 10, 130, "f8dcba", 0.85, "a")
    far_range(canvas, horizon, 300, "93aaa9", "eec7a6", 8, 1180, 2520, wide=(70, 150))
    far_range(canvas, horizon, 150, "a2b3ad", "eec7a6", 6, -80, 800, wide=(60, 130))
    canvas.mist(horizon, 150, "f8d9b6", 0.9, "b")
    island(canvas, 1110, horizon + 4, 150, 190, DAWN.faded("d9d2bd", 0.52), -1, 5)
    island(canvas, 1640, horizon + 8, 240, 420, DAWN.faded("d6cfbc", 0.42), -1, 6)
    island(canvas, 190, horizon + 8, 200, 200, DAWN.faded("dccfb8", 0.5), 1, 6)
    canvas.mist(horizon + 6, 90, "f8dcba", 0.8, "c", lower=40)
    island(canvas, 2130, horizon + 24, 300, 600, DAWN.faded("c8c9ba", 0.18), -1, 8)
    tower(canvas, 1425, horizon + 20, 66, 205, DAWN.faded("c8c9ba", 0.24), -1, bluff=2.2, lean=0.1)
    tower(canvas, 1490, horizon + 20, 48, 130, DAWN.faded("c8c9ba", 0.22), -1, bluff=2.6)
    canvas.mist(horizon + 24, 80, "f6d6b2", 0.75, "d", lower=26)
    water = horizon + 18
    canvas.reflect(water, 1200, Ramp([(0, "f0c6a0"), (0.35, "a9bdb4"), (1, "2f5a66")]), 0.82, 0.2)
    canvas.mist(water, 16, "fbe6c8", 0.6, "e", 0.3)
    canvas.glints(water, 1200, "ffe2b4", 210, 0.6, 1330, 70)
    canvas.glints(water, 1200, "f6e7cf", 110, 0.25)
    sampan(canvas, 1420, 960, 230, "22343c", "f3d3a4")
    sampan(canvas, 980, 868, 105, "3d565b", "f3d3a4", flip=True, cabin=False)
    sampan(canvas, 1850, 1050, 320, "182a33", "f0c896", flip=True)
    birds(canvas, 1180, 360, 22, "4d6468", 7, 80)
    canvas.finish(shade="1c2c33")


def bay_dawn_phone(canvas: Canvas) -> None:
    """Tall: the sun above one great island, a sampan below, open sky on top."""
    horizon = 930
    _dawn_sky(canvas, (390, 640), horizon, 66)
    far_range(canvas, horizon, 230, "b5bdb2", "f1cdac", 8, wide=(70, 150))
    canvas.mist(horizon - 10, 130, "f8dcba", 0.85, "a")
    far_range(canvas, horizon, 330, "93aaa9", "eec7a6", 4, 480, 1180, wide=(70, 140))
    canvas.mist(horizon, 140, "f8d9b6", 0.9, "b")
    island(canvas, 150, horizon + 6, 170, 230, DAWN.faded("dccfb8", 0.48), 1, 5)
    canvas.mist(horizon + 6, 80, "f8dcba", 0.8, "c", lower=40)
    island(canvas, 860, horizon + 20, 250, 560, DAWN.faded("c8c9ba", 0.18), -1, 8)
    tower(canvas, 560, horizon + 18, 58, 190, DAWN.faded("c8c9ba", 0.26), -1, bluff=2.2, lean=0.1)
    canvas.mist(horizon + 22, 80, "f6d6b2", 0.75, "d", lower=26)
    water = horizon + 16
    canvas.reflect(water, 1350, Ramp([(0, "f0c6a0"), (0.35, "a9bdb4"), (1, "2f5a66")]), 0.82, 0.2)
    canvas.mist(water, 16, "fbe6c8", 0.6, "e", 0.3)
    canvas.glints(water, 1350, "ffe2b4", 150, 0.6, 390, 56)
    sampan(canvas, 470, 1150, 330, "1f323a", "f3d3a4")
    sampan(canvas, 760, 1030, 110, "3d565b", "f3d3a4", flip=True, cabin=False)
    birds(canvas, 420, 430, 20, "4d6468", 6, 76)
    canvas.finish(shade="1c2c33")


def _dusk_sky(canvas: Canvas, sun: tuple[float, float], horizon: float, radius: float) -> None:
    canvas.ramp(
        [(0, "7d1f2c"), (0.35, "b8352f"), (0.65, "e36a3c"), (0.88, "f4a556"), (1, "f9c877")],
        0,
        horizon + 4,
    )
    bands = canvas.noise("bands", (1300, 60), 0.5, 0.95, 4)
    canvas.paint(Stencil().rect(0, 0, canvas.width, horizon), "f7b56a", 0.42, texture=bands)
    deep = canvas.noise("deep", (1100, 80), 0.6, 0.98, 4)
    canvas.paint(Stencil().rect(0, 0, canvas.width, horizon * 0.8), "5e1528", 0.5, texture=deep)
    x, y = sun
    canvas.glow(x, y, radius * 6, "ffd27a", 0.8, power=1.3)
    canvas.paint(Stencil().ellipse(x, y, radius), Ramp([(0, "fff0bd"), (1, "ffd27a")]), blur=0.8)


def junks_sunset(canvas: Canvas) -> None:
    """Wide: red sails before a low sun on the right, quiet red sky on the left."""
    horizon = 800
    _dusk_sky(canvas, (1390, 610), horizon, 128)
    far_range(canvas, horizon, 180, "c8603f", "f2a45c", 16, wide=(60, 140))
    canvas.mist(horizon, 110, "fbc67c", 0.75, "a")
    far_range(canvas, horizon, 330, "a2433f", "e88d52", 5, 1850, 2560, wide=(80, 160))
    island(canvas, 330, horizon + 6, 260, 210, DUSK.faded("d9694a", 0.5), 1, 6)
    island(canvas, 2200, horizon + 14, 270, 460, DUSK.faded("c65d48", 0.22), -1, 7)
    canvas.mist(horizon + 10, 80, "f9b96c", 0.7, "b", lower=30)
    water = horizon + 14
    junk(canvas, 1020, water + 3, 130, "a8332d", "6d1c28", "3a1324", "f7b56a", flip=True)
    junk(canvas, 1720, water + 8, 520, "c9402f", "701a26", "2a0f1e", "ffc878")
    canvas.reflect(
        water, 1200, Ramp([(0, "f2a45c"), (0.4, "b23c35"), (1, "4a1228")]), 0.78, 0.16, ripple=12
    )
    canvas.mist(water, 12, "ffdc9c", 0.7, "c", 0.3)
    canvas.glints(water, 1200, "ffdf9a", 240, 0.7, 1390, 95)
    canvas.glints(water, 1200, "f7a45e", 110, 0.3)
    birds(canvas, 1120, 420, 22, "4b1526", 7, 90)
    canvas.finish(shade="2a0a18", vignette=0.22)


def junks_sunset_phone(canvas: Canvas) -> None:
    """Tall: one great junk across the sun, open sky above."""
    horizon = 960
    _dusk_sky(canvas, (370, 730), horizon, 140)
    far_range(canvas, horizon, 200, "c8603f", "f2a45c", 8, wide=(70, 150))
    canvas.mist(horizon, 110, "fbc67c", 0.75, "a")
    island(canvas, 60, horizon + 8, 180, 300, DUSK.faded("c65d48", 0.3), 1, 6)
    canvas.mist(horizon + 8, 80, "f9b96c", 0.7, "b", lower=30)
    water = horizon + 12
    junk(canvas, 985, water + 4, 100, "a8332d", "6d1c28", "3a1324", "f7b56a", flip=True)
    junk(canvas, 620, water + 8, 560, "c9402f", "701a26", "2a0f1e", "ffc878")
    canvas.reflect(
        water, 1350, Ramp([(0, "f2a45c"), (0.4, "b23c35"), (1, "4a1228")]), 0.78, 0.16, ripple=12
    )
    canvas.mist(water, 12, "ffdc9c", 0.7, "c", 0.3)
    canvas.glints(water, 1350, "ffdf9a", 170, 0.7, 370, 80)
    birds(canvas, 400, 330, 20, "4b1526", 6, 84)
    canvas.finish(shade="2a0a18", vignette=0.22)
