"""The paste doctor: pasted and typed text made clean Unicode, on paste and on save.

>>> clean_text("§¶ng bé Khèi").text
'Đảng bộ Khối'
"""

from portal.paste.clean import clean_html
from portal.paste.notices import CleanResult, Notice
from portal.paste.suggest import Suggestion, apply, suggest
from portal.paste.text import clean_text

__all__ = ["CleanResult", "Notice", "Suggestion", "apply", "clean_html", "clean_text", "suggest"]
