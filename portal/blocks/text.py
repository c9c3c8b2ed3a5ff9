"""Blocks of words."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from portal.blocks.snippets import RememberedSnippetChooserBlock
from portal.translation.localized import localized

# Few on purpose: pictures have blocks of their own, with alternative text and caption.
RICH_TEXT_FEATURES = [
    "bold", "italic", "ol", "ul", "link", "document-link", "superscript", "subscript",
]  # fmt: skip


class HeadingBlock(blocks.StructBlock):
    """A heading within the page."""

    text = blocks.CharBlock(
        label=_("Heading"), max_length=160, help_text=_("Short, without full stop.")
    )
    level = blocks.ChoiceBlock(
        label=_("Level"),
        choices=[("2", _("Section")), ("3", _("Part of a section"))],
        default="2",
        help_text=_("Sections are listed in the contents of long pages."),
    )

    class Meta:
        label = _("Heading")
        icon = "title"
        template = "portal/blocks/heading.html"
        description = _("Divides a long page into sections.")
        label_format = "{text}"
        preview_value = {"text": "Những chặng đường xây dựng và phát triển", "level": "2"}


class ParagraphBlock(blocks.RichTextBlock):
    """Running text."""

    def __init__(self, **kwargs):
        kwargs.setdefault("features", RICH_TEXT_FEATURES)
        kwargs.setdefault(
            "help_text", _("Text pasted from Word is cleaned; old encodings are converted.")
        )
        super().__init__(**kwargs)

    class Meta:
        label = _("Text")
        icon = "pilcrow"
        template = "portal/blocks/paragraph.html"
        description = _("Running text with lists and links.")
        preview_value = (
            "<p>Sáng nay, tại <b>Trụ sở Liên cơ quan</b>, hội nghị sơ kết công tác sáu tháng đầu "
            "năm đã được tổ chức với sự tham dự của đại diện các tổ chức cơ sở đảng.</p>"
        )


class QuoteBlock(blocks.StructBlock):
    """Words of somebody, or of a document."""

    text = blocks.TextBlock(
        label=_("Quotation"), rows=3, help_text=_("Without quotation marks: they are added.")
    )
    attribution = blocks.CharBlock(
        label=_("Who said it"), required=False, max_length=160, help_text=_("Person or document.")
    )
    source = blocks.CharBlock(
        label=_("Where"),
        required=False,
        max_length=200,
        help_text=_("Occasion, or number and date."),
    )

    class Meta:
        label = _("Quotation")
        icon = "openquote"
        template = "portal/blocks/quote.html"
        description = _("Sets off words of a person or of a document.")
        preview_value = {
            "text": "Dễ trăm lần không dân cũng chịu, khó vạn lần dân liệu cũng xong.",
            "attribution": "Ca dao",
            "source": "",
        }


class CalloutBlock(blocks.StructBlock):
    """A box that stands out."""

    tone = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[("note", _("Note")), ("important", _("Important"))],
        default="note",
        help_text=_("Important boxes are announced as such to readers of every kind."),
    )
    title = blocks.CharBlock(
        label=_("Title"), required=False, max_length=120, help_text=_("May be left empty.")
    )
    text = blocks.RichTextBlock(
        label=_("Text"), features=RICH_TEXT_FEATURES, help_text=_("Two or three sentences.")
    )

    class Meta:
        label = _("Box")
        icon = "warning"
        template = "portal/blocks/callout.html"
        description = _("A short notice that readers must not miss.")
        label_format = "{title}"
        preview_value = {
            "tone": "important",
            "title": "Thay đổi địa điểm tiếp khách",
            "text": "<p>Từ ngày 01/10, bộ phận tiếp khách làm việc tại tầng 6.</p>",
        }


class SignatureBlock(blocks.StructBlock):
    """Who wrote the text."""

    body = RememberedSnippetChooserBlock(
        "portal.SigningBody",
        label=_("Signing body"),
        required=False,
        help_text=_("The office that signs; its name is kept in one place."),
    )
    person = blocks.CharBlock(
        label=_("Person"), required=False, max_length=120, help_text=_("May stand alone.")
    )
    role = blocks.CharBlock(
        label=_("Position"), required=False, max_length=160, help_text=_("Beneath the person.")
    )

    class Meta:
        label = _("Signature")
        icon = "edit"
        template = "portal/blocks/signature.html"
        description = _("The office or person who signs, at the end of a text.")
        preview_value = {"body": None, "person": "Văn phòng Đảng uỷ", "role": ""}

    def get_context(self, value, parent_context=None):
        """Add the signing body in the reader's language."""
        context = super().get_context(value, parent_context)
        context["body"] = localized(value["body"]) if value.get("body") else None
        return context

    def clean(self, value):
        cleaned = super().clean(value)
        if not (cleaned.get("body") or cleaned.get("person")):
            raise blocks.StructBlockValidationError(
                non_block_errors=[_("Choose a signing body or write a person.")]
            )
        return cleaned
