"""The two eight-bit ways of writing Vietnamese that old documents still arrive in.

No Python codec knows either: ``cp1258`` is Microsoft's, another one. The tables are written from
the published charts:

* TCVN3: TCVN 5712:1993, "Công nghệ thông tin. Bộ mã chuẩn 8-bit kí tự Việt dùng trong trao đổi
  thông tin", table VN3, which the ABC fonts (.VnTime, .VnArial …) follow. It has no capital
  letters with a tone: the fonts whose name ends in H draw the small ones as capitals, and
  converters write the capital's base before the small letter ("Aµ" for "À").
* VNI: VNI Software's "VNI Character Set" for Windows and Unix: a vowel is followed by one sign that
  carries its shape and tone; i, ơ, ư, đ and ỵ have codes of their own.

Text in either comes from the clipboard as the Latin-1 characters of those bytes.
"""

import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

# Table VN3: the letters that follow one another from each code on.
_VN3_CODES = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}

_TONE_MARKS = {"ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ù": "\u0301", "ï": "\u0323"}
_HAT_MARKS = {"â": "", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "á": "\u0301", "ä": "\u0323"}
_BREVE_MARKS = {"ê": "", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "é": "\u0301", "ë": "\u0323"}
_VNI_SINGLES = {
    "ô": "ơ",
    "ö": "ư",
    "ñ": "đ",
    "ì": "ì",
    "í": "í",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
}


@dataclass(frozen=True)
class Charset:
    """One legacy encoding.

    ``units`` maps each code (one or two Latin-1 characters) to its Unicode letter; ``letters`` is
    the set of non-ASCII characters that occur in codes.
    """

    name: str
    units: dict[str, str] = field(repr=False, hash=False, compare=False)

    @cached_property
    def letters(self) -> frozenset[str]:
        """Return the non-ASCII characters of all codes."""
        return frozenset(char for code in self.units for char in code if ord(char) > 127)

    def decode_units(self, text: str) -> list[tuple[int, str, bool]]:
        """Split ``text`` into codes: (position in ``text``, Unicode letter, code is known).

        A character outside the encoding stands for itself; it is known when it is ASCII.
        """
        out, place = [], 0
        while place < len(text):
            length = 2 if text[place : place + 2] in self.units else 1
            code = text[place : place + length]
            known = code in self.units or code.isascii()
            out.append((place, self.units.get(code, code), known))
            place += length
        return out

    def decode(self, text: str) -> str:
        """Return ``text``, written in this encoding, in Unicode (NFC)."""
        return "".join(letter for _, letter, _ in self.decode_units(text))

    def encode(self, text: str) -> str:
        """Return Unicode ``text`` in this encoding; characters outside it are left as they are."""
        codes = {letter: code for code, letter in reversed(self.units.items())}
        return "".join(codes.get(char, char) for char in unicodedata.normalize("NFC", text))


def _shape(letter: str) -> str:
    """Return ``letter`` without its tone, with its shape (ă, â, ê, ô, ơ, ư) kept."""
    tones = {*_TONE_MARKS.values()}
    plain = "".join(c for c in unicodedata.normalize("NFD", letter) if c not in tones)
    return unicodedata.normalize("NFC", plain)


def _tcvn3_units() -> dict[str, str]:
    units = {
        chr(start + step): letter
        for start, letters in _VN3_CODES.items()
        for step, letter in enumerate(letters)
    }
    capitals = {letter: code for code, letter in units.items() if letter.isupper()}
    for code, letter in list(units.items()):
        shape = _shape(letter)
        if shape != letter:
            capital = shape.upper()
            units[capitals.get(capital, capital) + code] = letter.upper()
    return units


def _vni_units() -> dict[str, str]:
    units = dict(_VNI_SINGLES)
    for base in ("a", "e", "o", "u", "y", "ô", "ö"):
        letter = _VNI_SINGLES.get(base, base)
        signs = {mark: letter + tone for mark, tone in _TONE_MARKS.items()}
        if base in "aeo":
            signs |= {mark: letter + "\u0302" + tone for mark, tone in _HAT_MARKS.items()}
        if base == "a":
            signs |= {mark: letter + "\u0306" + tone for mark, tone in _BREVE_MARKS.items()}
        for mark, spelt in signs.items():
            units[base + mark] = unicodedata.normalize("NFC", spelt)
    capitals = {code.upper(): letter.upper() for code, letter in units.items()}
    mixed = {
        code[0].upper() + code[1]: letter.upper() for code, letter in units.items() if code[1:]
    }
    return units | capitals | mixed


TCVN3 = Charset("tcvn3", _tcvn3_units())
VNI = Charset("vni", _vni_units())
CHARSETS = (TCVN3, VNI)
