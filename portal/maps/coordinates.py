"""Points on the earth as editors write them.

:func:`parse` reads what a person can be expected to paste: decimal degrees with a point or with the
Vietnamese decimal comma, degrees-minutes-seconds with English or Vietnamese letters, an address
copied from a map, or a ``geo:`` address. All values are WGS 84 degrees (EPSG:4326).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PLACES = Decimal("0.000001")
"""Six decimal places of a degree: about 0.1 m, finer than any address needs."""

MAX_TEXT = 4000
"""Longest text read, in characters; addresses of map services stay well below it."""


class CoordinatesError(ValidationError):
    """Text that is no usable point. ``code`` says why:

    ``unreadable``, ``short_link``, ``no_coordinates``, ``swapped``, ``latitude_range``,
    ``longitude_range``, ``minutes``, ``same_axis``, ``reference_system`` or ``outside``.
    """


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A point in WGS 84 degrees.

    :param lat: latitude, north positive, −90 to 90.
    :param lng: longitude, east positive, −180 to 180.

    Both may be given as anything :class:`~decimal.Decimal` accepts and are kept with six decimal
    places, so that equal points compare equal.
    :raises CoordinatesError: when a value is out of range.
    """

    lat: Decimal
    lng: Decimal

    def __post_init__(self):
        _check_range(Decimal(self.lat), Decimal(self.lng))
        object.__setattr__(self, "lat", _six_places(self.lat))
        object.__setattr__(self, "lng", _six_places(self.lng))

    def __str__(self) -> str:
        """The stored form, fixed width after the point: ``20.951000,107.080000``."""
        return f"{self.lat:f},{self.lng:f}"

    def __iter__(self):
        """Yield latitude, then longitude."""
        yield self.lat
        yield self.lng

    def as_decimal(self) -> str:
        """The short form that every map service reads: ``20.951, 107.08``."""
        return f"{_shortest(self.lat)}, {_shortest(self.lng)}"

    def as_dms(self, language: str = "en", seconds_places: int = 1) -> str:
        """Degrees, minutes and seconds: ``20°57′03.6″N 107°04′48″E``.

        :param language: a language code; Vietnamese writes B, N, Đ, T and a decimal comma.
        :param seconds_places: decimals of a second. One is about 3 m; three keep all six places
            of a degree, so that reading the text gives back the same point.
        """
        vietnamese = language.split("-")[0] == "vi"
        north, south, east, west = "BNĐT" if vietnamese else "NSEW"
        lat = _dms(self.lat, north, south, seconds_places, vietnamese)
        lng = _dms(self.lng, east, west, seconds_places, vietnamese)
        return f"{lat} {lng}"


def parse(text: str) -> Coordinates:
    """Read one point from what a person typed or pasted.

    :param text: see the module's description for the forms that are read.
    :raises CoordinatesError: with a message that says what to do instead.
    """
    from portal.maps.pasted_address import find_address, parse_address

    cleaned = _clean(str(text))
    if not cleaned or len(cleaned) > MAX_TEXT:
        raise unreadable()
    address = find_address(cleaned)
    return parse_address(address) if address else parse_written(cleaned)


def parse_written(text: str) -> Coordinates:
    """Read a point written as numbers, with or without letters and marks (no map address)."""
    text = _plain_marks(_clean(text).lower())
    first, second = _split_pair(text)
    lat_text, lng_text = _in_order(first, second)
    vietnamese = any(letter in "đdtb" for letter in _letters(lat_text) + _letters(lng_text))
    return from_degrees(_degrees(lat_text, vietnamese), _degrees(lng_text, vietnamese))


def from_degrees(lat: Decimal | str, lng: Decimal | str) -> Coordinates:
    """Make a point, noticing latitude and longitude given in the wrong order.

    :raises CoordinatesError: out of range; where the other order would be in range, the message
        proposes it.
    """
    lat, lng = Decimal(lat), Decimal(lng)
    if 90 < abs(lat) <= 180 and abs(lng) <= 90:
        proposal = Coordinates(lng, lat).as_decimal()
        raise CoordinatesError(
            _(
                "Latitude and longitude look swapped: latitude comes first. "
                "Did you mean “%(proposal)s”?"
            ),
            code="swapped",
            params={"proposal": proposal},
        )
    return Coordinates(lat, lng)


def unreadable() -> CoordinatesError:
    """The error for text in which no point was recognised."""
    return CoordinatesError(
        _(
            "These coordinates could not be read. Write latitude and longitude, for example "
            "“20.95, 107.08” or “20°57′00″N 107°04′48″E”, or paste the full address of a map."
        ),
        code="unreadable",
    )


# Letters that say which axis a number is on. φ and λ stand for written labels ("vĩ độ", "lng").
_LATITUDE_LETTERS = "nsbφ"
_LONGITUDE_LETTERS = "ewtđdλ"
_HEMISPHERES = "nsbewtđd"
_ANY_LETTER = _LATITUDE_LETTERS + _LONGITUDE_LETTERS

_MARKS = str.maketrans(
    {
        "º": "°",
        "˚": "°",
        "’": "'",
        "‘": "'",
        "′": "'",
        "ʹ": "'",
        "´": "'",
        "`": "'",
        "”": '"',
        "“": '"',
        "″": '"',
        "ʺ": '"',
        "−": "-",
        "–": "-",
        "—": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "(": " ",
        ")": " ",
        "[": " ",
        "]": " ",
        ":": " ",
        "=": " ",
    }
)

# Longest first: "vĩ độ" must go before "độ", which alone is the unit.
_WORDS = (
    (r"\bt(?:oạ|ọa)\s*độ\b|\bcoordinates\b", " "),
    (r"\bvĩ(?:\s*(?:độ|tuyến))?\b|\bvi do\b|latitude|\blat\b", " φ "),
    (r"\bkinh(?:\s*(?:độ|tuyến|do))?\b|longitude|\b(?:lng|long|lon)\b", " λ "),
    (r"\b(?:bắc|bac|north)\b", " b "),
    (r"\b(?:nam|south)\b", " s "),
    (r"\b(?:đông|dong|east)\b", " e "),
    (r"\b(?:tây|tay|west)\b", " w "),
    (r"độ|degrees?", "°"),
    (r"phút|minutes?", "'"),
    (r"giây|seconds?", '"'),
    (r"''", '"'),
    (r"([0-9])d([0-9.,]+)m(?:([0-9.,]+)s)?", r"\1°\2'\3 "),
)

_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
_PART = re.compile(
    rf"(?P<sign>[+-]?)\s*(?P<deg>{_NUMBER})\s*°?"
    rf"(?:\s*(?P<min>{_NUMBER})\s*'?)?"
    rf'(?:\s*(?P<sec>{_NUMBER})\s*"?)?'
)
_POINT_PAIR = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*[,/\s]\s*([+-]?[0-9]+(?:\.[0-9]+)?)")
_COMMA_PAIR = re.compile(r"([+-]?[0-9]+,[0-9]+)(?:\s*[,/]\s*|\s+)([+-]?[0-9]+,[0-9]+)")
_BARE_INTEGERS = re.compile(r"[0-9]+,[0-9]+")


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return "".join(c for c in text if unicodedata.category(c) != "Cf").strip()


def _plain_marks(text: str) -> str:
    text = text.translate(_MARKS)
    for pattern, replacement in _WORDS:
        text = re.sub(pattern, replacement, text)
    if sum(text.count(letter) for letter in _HEMISPHERES) >= 2:
        # "vĩ độ Bắc 20°" names the axis twice; the hemisphere says more than the label.
        text = text.replace("φ", " ").replace("λ", " ")
    return text.lstrip(" ,;\t\r\n").rstrip(" .,;\t\r\n")


def _split_pair(text: str) -> tuple[str, str]:
    """Cut the text into its two numbers, in the order written."""
    parts = [part for part in re.split(r"[;|\t\r\n]+", text) if part.strip(" ,")]
    if len(parts) == 2:
        return parts[0], parts[1]
    letter_cut = _cut_at_letters(text)
    if letter_cut:
        return text[:letter_cut], text[letter_cut:]
    degrees = list(re.finditer(rf"[+-]?\s*{_NUMBER}\s*°", text))
    if len(degrees) == 2:
        return text[: degrees[1].start()], text[degrees[1].start() :]
    pair = _COMMA_PAIR.fullmatch(text) or _POINT_PAIR.fullmatch(text)
    # "20,107" may as well be one number with a decimal comma.
    if pair and not _BARE_INTEGERS.fullmatch(text):
        return pair[1], pair[2]
    halves = re.split(r",\s+", text)
    if len(halves) == 2:
        return halves[0], halves[1]
    numbers = text.split()
    if len(numbers) in (4, 6):
        middle = len(numbers) // 2
        return " ".join(numbers[:middle]), " ".join(numbers[middle:])
    raise unreadable()


def _cut_at_letters(text: str) -> int | None:
    """Where the second coordinate starts, judged by letters before or after the numbers."""
    number = re.search(r"[0-9]", text)
    if not number or not any(letter in text for letter in _ANY_LETTER):
        return None
    after = re.search(rf"[{_ANY_LETTER}]", text[number.start() :])
    if not after:
        return None
    cut = number.start() + after.start()
    before = text[: number.start()].strip(" +-")
    if not before:
        cut += len(after[0])
    return cut if re.search(r"[0-9]", text[cut:]) else None


def _letters(part: str) -> str:
    return "".join(c for c in part if c in _ANY_LETTER)


def _axis(part: str) -> str:
    letters = _letters(part)
    if any(c in _LATITUDE_LETTERS for c in letters):
        return "lat"
    return "lng" if letters else ""


def _in_order(first: str, second: str) -> tuple[str, str]:
    axes = _axis(first), _axis(second)
    if axes[0] and axes[0] == axes[1]:
        raise CoordinatesError(
            _("Both numbers are on the same axis: give one latitude and one longitude."),
            code="same_axis",
        )
    return (second, first) if axes[0] == "lng" or axes[1] == "lat" else (first, second)


def _degrees(part: str, vietnamese: bool) -> Decimal:
    letters = _letters(part)
    numbers = "".join(" " if c in _ANY_LETTER else c for c in part).strip(" ,/\t\r\n")
    match = _PART.fullmatch(numbers)
    if not match or len(letters) > 1:
        raise unreadable()
    values = [match["deg"], match["min"], match["sec"]]
    given = [value for value in values if value is not None]
    if any("." in value or "," in value for value in given[:-1]):
        raise unreadable()
    degrees, minutes, seconds = (Decimal((value or "0").replace(",", ".")) for value in values)
    if minutes >= 60 or seconds >= 60:
        raise CoordinatesError(_("Minutes and seconds must be below 60."), code="minutes")
    value = degrees + minutes / 60 + seconds / 3600
    # N is north in English and Nam (south) in Vietnamese: its companion letter tells which.
    southern = letters == "s" or (letters == "n" and vietnamese)
    negative = southern or letters in ("w", "t")
    if match["sign"]:
        if letters and letters not in "φλ":
            raise unreadable()
        negative = match["sign"] == "-"
    return -value if negative else value


def _six_places(value) -> Decimal:
    rounded = Decimal(value).quantize(PLACES, rounding=ROUND_HALF_EVEN)
    return abs(rounded) if rounded.is_zero() else rounded


def _check_range(lat: Decimal, lng: Decimal) -> None:
    if not (lat.is_finite() and abs(lat) <= 90):
        raise CoordinatesError(
            _("Latitude must be between −90 and 90 degrees; this is %(value)s."),
            code="latitude_range",
            params={"value": _shortest(lat)[:24]},
        )
    if not (lng.is_finite() and abs(lng) <= 180):
        raise CoordinatesError(
            _("Longitude must be between −180 and 180 degrees; this is %(value)s."),
            code="longitude_range",
            params={"value": _shortest(lng)[:24]},
        )


def _shortest(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _dms(value: Decimal, positive: str, negative: str, places: int, vietnamese: bool) -> str:
    unit = Decimal(1).scaleb(-places)
    total = (abs(value) * 3600).quantize(unit, rounding=ROUND_HALF_EVEN)
    minutes, seconds = divmod(total, 60)
    degrees, minutes = divmod(int(minutes), 60)
    whole, _point, fraction = f"{seconds:f}".partition(".")
    fraction = fraction.rstrip("0")
    mark = "," if vietnamese else "."
    written = whole.zfill(2) + (mark + fraction if fraction else "")
    letter = negative if value < 0 else positive
    return f"{degrees}°{minutes:02d}′{written}″{letter}"
