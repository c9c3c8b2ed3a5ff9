"""What a demo picture is: a name, a size, the words that go with it, and its painter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .canvas import Canvas


@dataclass(frozen=True)
class Picture:
    """One picture of the demo site.

    ``size`` is (width, height) in pixels at full size and is also the painter's coordinate system.
    ``title_vi``, ``alt_vi`` and ``alt_en`` are plain words for the image library; ``credit`` is the
    line shown beside the picture. ``painter`` draws on a prepared canvas and finishes it.
    """

    name: str
    size: tuple[int, int]
    title_vi: str
    alt_vi: str
    alt_en: str
    painter: Callable[[Canvas], None] = field(repr=False)
    credit: str = "Tranh minh hoạ vẽ bằng mã lập trình"
    mode: str = "RGB"
