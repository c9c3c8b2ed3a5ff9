"""What may be uploaded to the library, and how an editor is told that something may not."""

import os.path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)

# How files begin, by extension: https://en.wikipedia.org/wiki/List_of_file_signatures. Word has
# always saved RTF under the name .doc, too. Extensions that are not listed hold plain text.
BEGINNINGS = {
    "pdf": (b"%PDF-",),
    "doc": (*_OLE, b"{\\rtf", *_ZIP),
    "xls": (*_OLE, *_ZIP),
    "ppt": (*_OLE, *_ZIP),
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp", "zip"), _ZIP),
}


class ImageForm(BaseImageForm):
    """The form of a picture: Wagtail's, which fails on a picture that breaks off in the middle."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The form for the words alone has no such field.
        if field := self.fields.get("file"):
            field.error_messages["file_too_many_pixels"] = _(
                "The picture has too many pixels: at most %(millions)d million are allowed. "
                "Make it smaller, then upload it again."
            ) % {"millions": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000}
            field.to_python = _refusing_broken(field.to_python, field.error_messages)


def _refusing_broken(to_python, error_messages):
    def read(data):
        try:
            return to_python(data)
        except (OSError, SyntaxError, ValueError) as error:
            # What Pillow raises while it decodes; Wagtail expects it when a file is opened only.
            raise ValidationError(error_messages["invalid_image"], code="invalid_image") from error

    return read


class DocumentForm(BaseDocumentForm):
    """The form of a document: the file must be what its extension says it is."""

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and "file" in self.changed_data:
            extension = os.path.splitext(file.name)[1].lower().lstrip(".")
            expected = BEGINNINGS.get(extension)
            beginning = file.read(8)
            file.seek(0)
            if expected and not beginning.startswith(expected):
                raise ValidationError(
                    _("The content of this file is not that of a .%(extension)s file."),
                    code="invalid_content",
                    params={"extension": extension},
                )
        return file

    def _post_clean(self):
        # The model asks for the extension of a file that the field has refused already.
        refused = self._errors.get("file")
        said = list(refused.data) if refused else None
        super()._post_clean()
        if said is not None:
            self._errors["file"].data = said
