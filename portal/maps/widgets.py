"""The admin's input for a point."""

from __future__ import annotations

from django import forms


class CoordinatesInput(forms.TextInput):
    """A text input; the text is the truth, whatever a script offers beside it."""

    def __init__(self, attrs=None):
        super().__init__({"autocomplete": "off", "spellcheck": "false", **(attrs or {})})
