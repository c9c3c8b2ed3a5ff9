from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage


class PortalImage(AbstractImage):
    """A picture of the library.

    Deliberately not translatable: what readers see of it in words (alternative text, caption) is
    written where the picture is used, in the language of that page.
    """

    credit = models.CharField(
        _("credit"),
        max_length=160,
        blank=True,
        help_text=_("Who took or made the picture; offered wherever it is shown."),
    )

    admin_form_fields = (*WagtailImage.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")


class PortalRendition(AbstractRendition):
    """A picture in one size and format."""

    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = [("image", "filter_spec", "focal_point_key")]

    # Changes when this process forgets what it remembers of renditions.
    generation: ClassVar[int] = 0

    @staticmethod
    def construct_cache_key(image, filter_cache_key, filter_spec):
        """Return Wagtail's key with the name of the file: the same bytes may be uploaded again."""
        key = AbstractRendition.construct_cache_key(image, filter_cache_key, filter_spec)
        return f"{key}-{image.file.name}-{PortalRendition.generation}"

    def __getstate__(self):
        # What is remembered is not remembered anew each time: Wagtail looks for this mark.
        return {**super().__getstate__(), "_from_cache": True}

    @classmethod
    def forget(cls) -> None:
        """Forget all renditions: others may have deleted them.

        Who has looked one up before and keeps it afterwards does so where nobody looks any more.
        """
        cls.generation += 1
        cls.cache_backend.clear()


class PortalDocument(AbstractDocument):
    """A file to download; not translatable, a translated page chooses a file of its own."""

    admin_form_fields = WagtailDocument.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
