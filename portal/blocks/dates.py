"""Dates that are known to the day, to the month or only to the year."""

import re
from dataclasses import dataclass
from datetime import date
from functools import total_ordering

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail import blocks


@total_ordering
@dataclass(frozen=True)
class PartialDate:
    """A date of year, month or day precision; missing parts are None and sort first."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read "2004", "2004-09", "2004-09-04", "09/2004" or "04/09/2004".

        Raises ValueError when the text is none of these or no day of the calendar.
        """
        match = _ISO.fullmatch(text.strip()) or _SPOKEN.fullmatch(text.strip())
        if match is None:
            raise ValueError(text)
        year, month, day = (int(match[k]) if match[k] else None for k in ("y", "m", "d"))
        date(year, 1 if month is None else month, 1 if day is None else day)
        return cls(year, month, day)

    def __lt__(self, other):
        if not isinstance(other, PartialDate):
            return NotImplemented
        return self._sorted_by < other._sorted_by

    @property
    def _sorted_by(self) -> tuple[int, int, int]:
        return self.year, self.month or 0, self.day or 0

    def __str__(self):
        return "-".join(
            f"{part:0{width}d}"
            for part, width in ((self.year, 4), (self.month, 2), (self.day, 2))
            if part is not None
        )

    @property
    def first_day(self) -> date:
        """The first day that the date may mean."""
        return date(self.year, self.month or 1, self.day or 1)

    def display(self) -> str:
        """The date in the active language, as precise as it is known."""
        if self.month is None:
            return str(self.year)
        return date_format(self.first_day, "DATE_FORMAT" if self.day else "YEAR_MONTH_FORMAT")

    def typed(self) -> str:
        """The date as an editor types it: day first, slashes between."""
        return "/".join(reversed([part.zfill(2) for part in str(self).split("-")]))


_ISO = re.compile(r"(?P<y>\d{4})(?:-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?)?")
_SPOKEN = re.compile(r"(?:(?:(?P<d>\d{1,2})[/.])?(?P<m>\d{1,2})[/.])(?P<y>\d{4})")


class PartialDateField(forms.CharField):
    """A text field whose value is a PartialDate, or None when it is empty."""

    default_error_messages = {
        "invalid": _("Write a day as 04/09/1964, a month as 09/1964 or a year as 1964."),
    }

    def prepare_value(self, value):
        return value.typed() if isinstance(value, PartialDate) else value

    def to_python(self, value):
        if isinstance(value, PartialDate):
            return value
        text = super().to_python(value)
        if not text:
            return None
        try:
            return PartialDate.parse(text)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class PartialDateBlock(blocks.FieldBlock):
    """A block for a PartialDate; its value is the same in every language."""

    def __init__(self, required=True, help_text=None, **kwargs):
        self.field = PartialDateField(required=required, help_text=help_text)
        super().__init__(**kwargs)

    def to_python(self, value):
        return PartialDate.parse(value) if value else None

    def normalize(self, value):
        return self.to_python(value) if isinstance(value, str) else value

    def get_prep_value(self, value):
        return str(value) if value else None

    def value_for_form(self, value):
        return value.typed() if isinstance(value, PartialDate) else value or ""

    def value_from_form(self, value):
        # Called before anything is validated: what is no date stays as typed, for clean to refuse.
        try:
            return self.field.to_python(value)
        except ValidationError:
            return value

    def get_searchable_content(self, value):
        return [str(value.year)] if value else []

    class Meta:
        icon = "date"
