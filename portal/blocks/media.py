"""Pictures, documents and embedded media."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.embeds.blocks import EmbedBlock as WagtailEmbedBlock
from wagtail.images.blocks import ImageBlock as WagtailImageBlock
from wagtail.images.blocks import ImageChooserBlock


class PictureBlock(WagtailImageBlock):
    """A picture of the library with its alternative text, or marked as decorative.

    ``uses`` (keys of portal.pictures.USES) says in which sizes the enclosing block shows it.
    """

    def __init__(self, required=True, uses=("body",), **kwargs):
        kwargs.setdefault("label", _("Picture"))
        super().__init__(required=required, **kwargs)
        # Wagtail gives its chooser no label, and with that the English name of the field.
        chooser = self.child_blocks["image"]
        chooser.label = chooser.meta.label = _("Picture")
        self.uses = uses

    def pictures(self, value):
        """Yield (image, use) for what the block shows."""
        if value is not None:
            for use in self.uses:
                yield value, use

    class Meta:
        icon = "image"


class PlainPictureBlock(ImageChooserBlock):
    """Another cut of a picture whose alternative text stands elsewhere in the same block."""

    def __init__(self, uses=("body",), **kwargs):
        super().__init__(**kwargs)
        self.uses = uses

    def pictures(self, value):
        """Yield (image, use) for what the block shows."""
        if value is not None:
            for use in self.uses:
                yield value, use

    class Meta:
        icon = "image"


class CaptionedPictureBlock(blocks.StructBlock):
    """A picture with what a reader should know of it."""

    image = PictureBlock()
    caption = blocks.CharBlock(
        label=_("Caption"),
        required=False,
        max_length=300,
        help_text=_("What the picture shows: who, where, when."),
    )
    credit = blocks.CharBlock(
        label=_("Photographer"),
        required=False,
        max_length=120,
        help_text=_("The credit of the library is shown when left empty."),
    )
    date = blocks.DateBlock(label=_("Taken on"), required=False, help_text=_("Day, month, year."))

    class Meta:
        label = _("Picture")
        icon = "image"
        template = "portal/blocks/image.html"
        preview_template = "portal/blocks/previews/image.html"
        description = _("One picture with caption, photographer and date.")
        label_format = "{caption}"
        preview_value = {
            "image": None,
            "caption": "Vịnh Hạ Long lúc bình minh.",
            "credit": "",
            "date": None,
        }


class GalleryBlock(blocks.StructBlock):
    """Several pictures side by side."""

    title = blocks.CharBlock(
        label=_("Title"), required=False, max_length=120, help_text=_("Stands above the pictures.")
    )
    images = blocks.ListBlock(CaptionedPictureBlock(), label=_("Pictures"), min_num=2, max_num=24)

    class Meta:
        label = _("Gallery")
        icon = "grip"
        template = "portal/blocks/gallery.html"
        preview_template = "portal/blocks/previews/gallery.html"
        description = _("Two or more pictures that belong together.")
        label_format = "{title}"
        preview_value = {"title": "Hình ảnh hội nghị", "images": []}


class DocumentBlock(blocks.StructBlock):
    """A file to download."""

    document = DocumentChooserBlock(label=_("Document"), help_text=_("A file of the library."))
    title = blocks.CharBlock(
        label=_("Title"),
        required=False,
        max_length=200,
        help_text=_("The title in the library is shown when left empty."),
    )
    description = blocks.TextBlock(
        label=_("Description"), required=False, rows=2, help_text=_("One sentence.")
    )

    class Meta:
        label = _("Document")
        icon = "doc-full"
        template = "portal/blocks/document.html"
        preview_template = "portal/blocks/previews/document.html"
        description = _("A file to download, with its type and size.")
        preview_value = {
            "document": None,
            "title": "Hướng dẫn sử dụng Sổ tay đảng viên điện tử",
            "description": "Tài liệu dành cho các chi bộ.",
        }


class EmbedBlock(WagtailEmbedBlock):
    """A video or the like from a provider that the administrator has allowed."""

    def clean(self, value):
        if value and not settings.PORTAL_EMBED_PROVIDERS:
            raise ValidationError(_("Embedding from other sites is not allowed on this site."))
        return super().clean(value)

    class Meta:
        label = _("Embedded media")
        icon = "media"
        template = "portal/blocks/embed.html"
        preview_template = "portal/blocks/previews/embed.html"
        description = _("A video of a provider that the administrator allowed.")
        preview_value = "https://example.org/video"
