"""Recognition of TCVN3 and VNI text, and its conversion to Unicode.

The rule is a score over one run of text (a paragraph). A word counts for an encoding when it is no
Vietnamese syllable as it stands and is one after decoding; it counts against it when it holds
a code and is no syllable after decoding. Proper Vietnamese, French or German gains nothing by
decoding, so it is never touched; the whole run must also read as Vietnamese afterwards.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portal.paste.charsets import CHARSETS, TCVN3, VNI, Charset
from portal.paste.syllable import is_syllable

Units = list[tuple[int, str]]

_LATIN_1 = re.compile("[\u00a1-\u00ff]")
_UNICODE_ONLY = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
# The signs that are letters in TCVN3 (µ and ª are letters in Unicode too, of a kind).
_SIGNS = "".join(sorted(char for char in TCVN3.letters if not "À" <= char <= "ÿ")) + "×÷"
_LETTER = "[^\\W\\d_]"
_WORDS = {
    TCVN3.name: re.compile(f"(?:{_LETTER}|[{_SIGNS}\u0300-\u036f])+"),
    VNI.name: re.compile(f"(?:{_LETTER}|[\u0300-\u036f])+"),
}
# Micrometre, microgram …: µ is the letter à in TCVN3.
_UNITS_OF_MEASURE = re.compile("µ[AFHJLMNSTVWgglms]")
# A sign standing alone is punctuation, save those that are whole words (à, á, ả, ơ).
_ONE_SIGN_WORDS = "µ¸¶¬"
# What no French, German or Spanish word has.
_TELLING = {
    TCVN3.name: re.compile(f"[A-Za-z][{_SIGNS}]|[{_SIGNS}][A-Za-zÀ-ÿ]|[a-z][À-ÖØ-Þ]|[ðÐþÞØ]"),
    VNI.name: re.compile("[aeouy][øåãäõáàúè]|[ôö][øùûõï]", re.IGNORECASE),
}
_BROKEN_U_HORN = re.compile(
    f"(?<![\\w{_SIGNS}-])((?:{_LETTER}|[{_SIGNS}]){{1,3}})"
    f"-((?:{_LETTER}|[{_SIGNS}]){{1,5}})(?![\\w{_SIGNS}-])"
)
_ETH_WORD = re.compile("Ð[^\\W\\d_]+")


@dataclass(frozen=True)
class Evidence:
    """How a run of text reads before and after decoding, in numbers of words."""

    words: int
    after: int
    gained: int
    lost: int
    telling: int

    def convinces(self) -> bool:
        """Say whether the run alone proves the encoding."""
        if self.gained <= 2 * self.lost or self.after < 0.7 * self.words:
            return False
        if self.gained == 1:
            return bool(self.telling) and self.words > 1 and self.after == self.words
        return self.gained >= 0.2 * self.words and (self.gained > 2 or self.telling > 0)

    def agrees(self, alone: bool) -> bool:
        """Say whether the run fits an encoding already proved by the text around it.

        Where that encoding is ``alone`` in the document, words that read both ways are its words.
        """
        fits = self.gained > self.lost or (alone and self.gained == self.lost == 0)
        return fits and self.after >= 0.5 * self.words


def _is_evidence(word: str) -> bool:
    if word.isascii() and word.isupper() and len(word) > 1:
        return False
    if len(word) == 1 and word in _SIGNS:
        return False
    return not _UNITS_OF_MEASURE.fullmatch(word)


def weigh(text: str, charset: Charset) -> Evidence:
    """Count how the words of ``text`` (NFC) read before and after decoding from ``charset``."""
    text = _mend_u_horn(text) if charset is TCVN3 else text
    words = after = gained = lost = telling = 0
    for match in _WORDS[charset.name].finditer(text):
        word = match[0]
        if not _is_evidence(word):
            continue
        words += 1
        if word.isascii():
            after += is_syllable(word)
            continue
        units = charset.decode_units(word)
        reads = all(known for _, _, known in units)
        reads = reads and is_syllable("".join(letter for _, letter, _ in units))
        after += reads
        if not reads:
            lost += 1
        elif not is_syllable(word):
            gained += 1
            telling += bool(_TELLING[charset.name].search(word))
    return Evidence(words, after, gained, lost, telling)


def holds_unicode_vietnamese(text: str) -> bool:
    """Say whether ``text`` has a Vietnamese letter that no eight-bit encoding shows as such."""
    return bool(_UNICODE_ONLY.search(text))


def recognise(
    text: str, around: Iterable[Charset] = (), *, all_legacy: bool = False
) -> Charset | None:
    """Return the encoding that ``text`` (one paragraph, NFC) is written in, or None for Unicode.

    ``around`` names encodings already found in the same document: less proof is asked for them,
    least where the document has no Unicode Vietnamese at all (``all_legacy``).
    """
    if not _LATIN_1.search(text) or holds_unicode_vietnamese(text):
        return None
    around = set(around)
    alone = all_legacy and len(around) == 1
    found = []
    for charset in CHARSETS:
        evidence = weigh(text, charset)
        if evidence.convinces() or (charset in around and evidence.agrees(alone)):
            found.append((evidence.gained - evidence.lost, charset))
    best = max(found, key=lambda pair: pair[0], default=None)
    if best is None or sum(score == best[0] for score, _ in found) > 1:
        return None
    return best[1]


def fits_font(text: str, charset: Charset) -> bool:
    """Say whether ``text``, which its document sets in a font of ``charset``, is written in it.

    The font is proof enough unless the words say the contrary: Unicode text is sometimes left in
    such a font.
    """
    if not _LATIN_1.search(text) or holds_unicode_vietnamese(text):
        return False
    evidence = weigh(text, charset)
    return evidence.lost <= evidence.gained


def _mend_u_horn(text: str) -> str:
    """Put ư (U+00AD in TCVN3) back where a program has drawn it as a hyphen."""

    def mend(match: re.Match) -> str:
        left, right = TCVN3.decode(match[1]), TCVN3.decode(match[2])
        broken = not (is_syllable(left) and is_syllable(right))
        whole = is_syllable(left + "ư" + right)
        return f"{match[1]}\u00ad{match[2]}" if broken and whole else match[0]

    return _BROKEN_U_HORN.sub(mend, text)


def _capital_spans(text: str) -> list[tuple[int, int]]:
    """Return where TCVN3 ``text`` was set in capitals: its small codes then mean capitals too."""
    letters = [char for char in text if char.isascii() and char.isalpha()]
    spans = []
    for match in _WORDS[TCVN3.name].finditer(text):
        plain = [char for char in match[0] if char.isascii()]
        if len(plain) > 1 and not match[0].isascii() and all(char.isupper() for char in plain):
            spans.append(match.span())
    if spans and all(char.isupper() for char in letters):
        return [(0, len(text))]
    return spans


def decode_units(text: str, charset: Charset) -> Units:
    """Return the Unicode of ``text`` as (position in ``text``, letters), in order.

    A sign that stands alone and is no word is kept; words set in capitals stay so.
    """
    mended = _mend_u_horn(text) if charset is TCVN3 else text
    units = [(place, letter) for place, letter, _ in charset.decode_units(mended)]
    if charset is not TCVN3:
        return units
    kept = {
        match.start()
        for match in _WORDS[TCVN3.name].finditer(mended)
        if len(match[0]) == 1 and match[0] in _SIGNS and match[0] not in _ONE_SIGN_WORDS
    }
    capitals = {place for span in _capital_spans(mended) for place in range(*span)}
    out = []
    for place, letter in units:
        if place in kept:
            out.append((place, text[place]))
        else:
            out.append((place, letter.upper() if place in capitals else letter))
    return out


def mend_eth(text: str) -> str:
    """Replace the Icelandic Ð (U+00D0), often typed for the look-alike Đ (U+0110), in words."""

    def mend(match: re.Match) -> str:
        word = "Đ" + match[0][1:]
        return word if is_syllable(word) else match[0]

    return _ETH_WORD.sub(mend, text)
