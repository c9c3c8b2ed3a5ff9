"""Which fonts of pasted HTML draw TCVN3 or VNI codes."""

import re
from typing import NamedTuple

from portal.paste.charsets import TCVN3, VNI, Charset


class Font(NamedTuple):
    """A font's encoding (None for Unicode), and whether it draws small letters as capitals."""

    charset: Charset | None
    capitals: bool = False


_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_CLASS = re.compile(r"\.([\w-]+)\s*$")


def declarations(style: str) -> dict[str, str]:
    """Return the declarations of a CSS ``style`` attribute or rule, names in lower case."""
    pairs = (part.partition(":") for part in style.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if value.strip()}


def font_named(family: str) -> Font | None:
    """Return the font for a CSS ``font-family`` or HTML ``face`` value; None when it names none.

    The ABC fonts are called .VnTime, .VnArialH …; a final H stands for capitals. VNI's are called
    VNI-Times, VNI-Helve ….
    """
    first = family.split(",")[0].strip(" \t\r\n\"'")
    if not first:
        return None
    if first.lower().startswith(".vn"):
        return Font(TCVN3, capitals=first.endswith("H"))
    if first.lower().startswith(("vni-", "vni ")):
        return Font(VNI)
    return Font(None)


def class_fonts(css: str) -> dict[str, Font]:
    """Return the font that each class is given in a style sheet."""
    fonts = {}
    for selectors, body in _RULE.findall(css):
        font = font_named(declarations(body).get("font-family", ""))
        if font is None:
            continue
        for selector in selectors.split(","):
            match = _CLASS.search(selector)
            if match:
                fonts[match[1]] = font
    return fonts
