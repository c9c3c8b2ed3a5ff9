"""The syllables that Vietnamese spelling allows, to tell Vietnamese text from anything else.

A syllable is an onset, a rhyme and one of six tones. The onsets and rhymes are those of standard
orthography (Quốc ngữ, as taught in primary school and described in, among others, Đoàn Thiện Thuật,
"Ngữ âm tiếng Việt", 1977). The table says what may be written, not what has a meaning, and
both ways of placing the tone on oa, oe and uy (hòa, hoà) are in it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

ONSETS = (
    "",
    *re.findall(r"\w+", "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"),
)

RHYMES = tuple(
    re.findall(
        r"\w+",
        """
    a ac ach ai am an ang anh ao ap at au ay
    ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oc oi om on ong op ot ooc oong
    oa oac oach oai oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uơ
    uôc uôi uôm uôn uông uôt uy uya uych uyn uynh uyt uyu uyên uyêt
    ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
    y yêm yên yêt yêu
        """,
    )
)

# Level (no mark), huyền, hỏi, ngã, sắc, nặng.
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_STOPPED_TONES = TONES[4:]

_VOWELS = "aăâeêioôơuưy"
_FRONT = "eêiy"
_AFTER_QU = ("ynh", "ych", "yt", "yên", "yêt", "ôc")
_AFTER_GI = ("êc", "êng", "êt")
_Y_ONSETS = ("", "h", "k", "l", "m", "qu", "s", "t", "v")
_EITHER_PLACE = ("oa", "oe", "uy")


def _fits(onset: str, rhyme: str) -> bool:
    """Say whether the spelling rules let ``rhyme`` follow ``onset``."""
    first = rhyme[0]
    if first == "y":
        return onset in _Y_ONSETS if rhyme == "y" else onset == ""
    if rhyme.startswith("oo") and not onset:
        return False
    if onset in ("k", "gh", "ngh"):
        return first in _FRONT
    if onset in ("c", "ng"):
        return first not in _FRONT
    if onset == "g":
        return first not in _FRONT or rhyme in ("i", "in")
    if onset == "gi":
        return first not in "iê"
    if onset == "qu":
        return first in "aăâeêiơ" and rhyme not in ("ia", "iu", "iêc", "iêm", "iêp", "iêu")
    return True


def _tone_places(rhyme: str) -> tuple[int, ...]:
    """Return the positions in ``rhyme`` where its tone may be written, usually one."""
    marked = [place for place, letter in enumerate(rhyme) if letter in "ăâêôơư"]
    if marked:
        return (marked[-1],)
    vowels = len(rhyme) - len(rhyme.lstrip(_VOWELS))
    if rhyme in _EITHER_PLACE:
        return (0, 1)
    if vowels == 3 or (vowels == 2 and len(rhyme) > 2):
        return (1,)
    return (0,)


def spell(onset: str, rhyme: str, tone: str) -> tuple[str, ...]:
    """Return the spellings (NFC, lower case) of one syllable: two where usage is divided.

    ``onset`` is one of ONSETS, ``rhyme`` one of RHYMES, ``tone`` a combining mark of TONES.
    """
    if not tone:
        return (onset + rhyme,)
    return tuple(
        unicodedata.normalize("NFC", onset + rhyme[: place + 1] + tone + rhyme[place + 1 :])
        for place in _tone_places(rhyme)
    )


def _all_syllables() -> Iterator[str]:
    pairs = [(onset, rhyme) for onset in ONSETS for rhyme in RHYMES if _fits(onset, rhyme)]
    pairs += [("qu", rhyme) for rhyme in _AFTER_QU] + [("gi", rhyme) for rhyme in _AFTER_GI]
    pairs += [("g", "i")]
    for onset, rhyme in pairs:
        stopped = rhyme.endswith(("c", "ch", "p", "t"))
        for tone in _STOPPED_TONES if stopped else TONES:
            yield from spell(onset, rhyme, tone)


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """Return every spelling of a Vietnamese syllable: lower case, NFC, about twenty thousand."""
    return frozenset(_all_syllables())


def is_syllable(word: str) -> bool:
    """Say whether ``word`` (any case, NFC) is spelt as one Vietnamese syllable."""
    return word.lower() in syllables()
