"""What the paste doctor tells the editor about the text it has changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

# In the order in which they are shown: what must be read through comes first.
_MESSAGES = {
    "tcvn3": _(
        "Text typed in the TCVN3 (ABC) encoding was converted to Unicode: please read it through."
    ),
    "vni": _("Text typed in the VNI encoding was converted to Unicode: please read it through."),
    "picture": _("Pictures in the pasted text were left out: add them with an image block."),
    "table": _("A table was turned into lines of text, one line for each row."),
    "heading": _("Headings in the text were turned into bold paragraphs."),
    "link": _("Links that lead to no public address were turned into plain text."),
    "list": _("Typed bullets and numbers were turned into real lists."),
    "word": _("Formatting brought along from Word was removed."),
    "format": _("Styles and tags that this field does not keep were removed."),
    "nfc": _("Letters stored apart from their marks were joined (Unicode NFC)."),
    "eth": _("The Icelandic letter Ð was replaced by the Vietnamese Đ."),
    "invisible": _("Invisible control characters were removed."),
    "spaces": _("Needless spaces and empty paragraphs were removed."),
}


@dataclass(frozen=True)
class Notice:
    """One thing done to a text: a stable ``code`` and a ``message`` in the editor's language."""

    code: str
    message: str


@dataclass(frozen=True)
class CleanResult:
    """A cleaned text (HTML or plain, as it was given) and what was done to it.

    ``html`` and ``text`` are two names of the same value.
    """

    value: str
    notices: tuple[Notice, ...] = ()

    @property
    def html(self) -> str:
        """Return the cleaned HTML."""
        return self.value

    @property
    def text(self) -> str:
        """Return the cleaned plain text."""
        return self.value


def notices_for(codes: Iterable[str]) -> tuple[Notice, ...]:
    """Return one notice for each of ``codes``, most important first.

    Raises ValueError for a code that is not known.
    """
    order = list(_MESSAGES)
    return tuple(Notice(code, str(_MESSAGES[code])) for code in sorted(set(codes), key=order.index))
