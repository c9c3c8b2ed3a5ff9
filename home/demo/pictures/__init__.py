"""The pictures of the demo site, drawn by code: `draw("banner-dawn")`.

Nothing here needs Django. Every picture is the same each time it is drawn.
"""

from __future__ import annotations

from PIL import Image

from .canvas import Canvas
from .picture import Picture
from .registry import PICTURES

__all__ = ["PICTURES", "Picture", "draw"]


def draw(name: str, size: tuple[int, int] | None = None) -> Image.Image:
    """Draw a picture at ``size`` (width, height in pixels), its own when none is given.

    The painters work in the picture's own units, so that a small picture is drawn quickly. Raises
    KeyError for a name that PICTURES does not have.
    """
    picture = PICTURES[name]
    width, height = size or picture.size
    canvas = Canvas(picture.size, width / picture.size[0], name)
    picture.painter(canvas)
    image = canvas.image.convert(picture.mode)
    return image if image.size == (width, height) else image.resize((width, height))
