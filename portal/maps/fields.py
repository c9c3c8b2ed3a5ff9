"""Coordinates in forms and in models.

The model field keeps one point in one column (``20.951000,107.080000``) and gives Python code a
:class:`~portal.maps.coordinates.Coordinates`. One column rather than two decimals, because

* an ``InlinePanel`` always builds its child forms on ``WagtailAdminModelForm`` and never on the
  child's ``base_form_class``: a form mixin filling two columns would be ignored there, whereas a
  model field brings its own form field everywhere;
* a translation tool that copies fields one by one can never copy half a point;
* a revision holds readable text.

It is deliberately no ``CharField``: wagtail-localize takes every ``CharField`` for text to be
translated, and would offer a synchronised one for overriding; any other field it simply copies.
"""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.maps.bounds import check_within
from portal.maps.coordinates import Coordinates, parse, parse_written
from portal.maps.widgets import CoordinatesInput

COLUMN_LENGTH = 24
"""Longest stored text: ``-90.000000,-180.000000`` has 22 characters."""


class CoordinatesFormField(forms.Field):
    """One text input that takes a point in any form :func:`portal.maps.coordinates.parse` reads.

    Cleans to :class:`Coordinates`, or to None when empty and not required. A point outside the
    configured area is refused (``bounded=False`` lifts that).
    """

    widget = CoordinatesInput

    def __init__(self, *, bounded: bool = True, **kwargs):
        kwargs.setdefault(
            "help_text",
            _(
                "Latitude and longitude such as “20.95, 107.08” or “20°57′00″N 107°04′48″E”, "
                "or an address copied from a map."
            ),
        )
        super().__init__(**kwargs)
        self.bounded = bounded

    def to_python(self, value):
        if value is None or isinstance(value, Coordinates):
            return value
        text = str(value).strip()
        return parse(text) if text else None

    def validate(self, value):
        super().validate(value)
        if self.bounded and value is not None:
            check_within(value)

    def prepare_value(self, value):
        return value.as_decimal() if isinstance(value, Coordinates) else value

    def has_changed(self, initial, data):
        if self.disabled:
            return False
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class CoordinatesField(models.Field):
    """A model field whose value is a :class:`Coordinates`, or None.

    Use ``blank=True`` for a place without a point; the empty column is NULL where the field has
    ``null=True`` and the empty text otherwise.
    """

    description = _("Geographic coordinates (WGS 84)")
    empty_strings_allowed = False
    default_validators = [check_within]

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = COLUMN_LENGTH
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def get_internal_type(self):
        return "CharField"

    def from_db_value(self, value, expression, connection):
        return _stored_point(value)

    def to_python(self, value):
        """A point from a point, from its stored text or from any text an editor may write.

        :raises CoordinatesError: when the text is no point.
        """
        if value is None or isinstance(value, Coordinates):
            return value
        text = str(value).strip()
        return parse(text) if text else None

    def get_prep_value(self, value):
        value = self.to_python(super().get_prep_value(value))
        if value is None:
            return None if self.null else ""
        return str(value)

    def value_to_string(self, obj):
        value = self.to_python(self.value_from_object(obj))
        return "" if value is None else str(value)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": CoordinatesFormField, **kwargs})


def _stored_point(value: str | None) -> Coordinates | None:
    return parse_written(value) if value else None
