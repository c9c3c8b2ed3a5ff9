"""Blocks of a history: what happened, what the organisation was called, what it was given."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from portal.blocks import RICH_TEXT_FEATURES, PartialDateBlock, PictureBlock

_DATE_HELP = _("A day (04/09/1964), a month (09/1964) or a year (1964).")


class MilestoneBlock(blocks.StructBlock):
    """An event on the time line."""

    date = PartialDateBlock(label=_("Date"), help_text=_DATE_HELP)
    title = blocks.CharBlock(
        label=_("Title"), max_length=160, help_text=_("What happened, in a few words.")
    )
    text = blocks.RichTextBlock(
        label=_("Text"),
        required=False,
        features=RICH_TEXT_FEATURES,
        help_text=_("One to three sentences."),
    )
    document_number = blocks.CharBlock(
        label=_("Document number"),
        required=False,
        max_length=80,
        help_text=_("Such as 961-QĐ/TU."),
    )
    image = PictureBlock(required=False, uses=("card",))

    class Meta:
        label = _("Milestone")
        icon = "date"
        template = "home/blocks/milestone.html"
        description = _("An event with its date on the time line.")
        label_format = "{date} {title}"
        preview_value = {
            "date": "1964-09-04",
            "title": "Thành lập Đảng bộ",
            "text": "<p>Đảng bộ cơ quan Dân Chính Đảng tỉnh được thành lập.</p>",
            "document_number": "",
            "image": None,
        }


class NameChangeBlock(blocks.StructBlock):
    """The day from which the organisation bore another name."""

    date = PartialDateBlock(label=_("Date"), help_text=_DATE_HELP)
    name = blocks.CharBlock(
        label=_("New name"), max_length=200, help_text=_("The full name from that day on.")
    )
    document_number = blocks.CharBlock(
        label=_("Document number"),
        required=False,
        max_length=80,
        help_text=_("Such as 961-QĐ/TU."),
    )
    text = blocks.RichTextBlock(
        label=_("Text"),
        required=False,
        features=RICH_TEXT_FEATURES,
        help_text=_("One to three sentences."),
    )

    class Meta:
        label = _("Change of name")
        icon = "tag"
        template = "home/blocks/name_change.html"
        description = _("A new name of the organisation, on the time line.")
        label_format = "{date} {name}"
        preview_value = {
            "date": "2013-01-29",
            "name": "Đảng bộ Khối các cơ quan tỉnh",
            "document_number": "961-QĐ/TU",
            "text": "",
        }


class HonourBlock(blocks.StructBlock):
    """An order, flag or title that the organisation was given."""

    date = PartialDateBlock(label=_("Date"), help_text=_DATE_HELP)
    name = blocks.CharBlock(label=_("Honour"), max_length=200, help_text=_("Its official name."))
    document_number = blocks.CharBlock(
        label=_("Document number"),
        required=False,
        max_length=80,
        help_text=_("Such as 961-QĐ/TU."),
    )
    note = blocks.CharBlock(
        label=_("Note"), required=False, max_length=240, help_text=_("What it was given for.")
    )

    class Meta:
        label = _("Honour")
        icon = "pick"
        template = "home/blocks/honour.html"
        description = _("An order, a flag or a title, on the time line.")
        label_format = "{date} {name}"
        preview_value = {
            "date": "2014",
            "name": "Huân chương Lao động hạng Nhì",
            "document_number": "",
            "note": "",
        }
