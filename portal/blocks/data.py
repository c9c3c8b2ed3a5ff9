"""Tables and figures."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock as WagtailTableBlock
from wagtail_localize.segments import StringSegmentValue

TABLE_OPTIONS = {
    "minSpareRows": 0,
    "startRows": 4,
    "startCols": 3,
    "contextMenu": [
        "row_above", "row_below", "---------", "col_left", "col_right", "---------",
        "remove_row", "remove_col", "---------", "undo", "redo",
    ],
    "renderer": "text",
}  # fmt: skip


class TranslatableTableBlock(WagtailTableBlock):
    """A table whose cells reach the translators: wagtail-localize does not look into tables."""

    def get_translatable_segments(self, value) -> list[StringSegmentValue]:
        """Return a segment for each cell that holds text; its path is row.column, and caption."""
        segments = []
        for row, cells in enumerate((value or {}).get("data") or []):
            for column, text in enumerate(cells):
                if text and str(text).strip():
                    segments.append(StringSegmentValue(f"{row}.{column}", str(text)))
        if (value or {}).get("table_caption"):
            segments.append(StringSegmentValue("caption", value["table_caption"]))
        return segments

    def restore_translated_segments(self, value, segments):
        """Return ``value`` with the translated cells in their places."""
        restored = {**value, "data": [list(cells) for cells in value["data"]]}
        for segment in segments:
            if segment.path == "caption":
                restored["table_caption"] = segment.render_text()
            else:
                row, column = (int(part) for part in segment.path.split("."))
                restored["data"][row][column] = segment.render_text()
        return restored


class TableBlock(blocks.StructBlock):
    """A table with a caption; its cells are plain text."""

    caption = blocks.CharBlock(
        label=_("Caption"), required=False, max_length=200, help_text=_("What the table says.")
    )
    table = TranslatableTableBlock(
        label=_("Table"),
        table_options=TABLE_OPTIONS,
        help_text=_("Say which row or column is the header, so that it can be read aloud."),
    )

    class Meta:
        label = _("Table")
        icon = "table"
        template = "portal/blocks/table.html"
        description = _("Rows and columns of text; every cell is translated.")
        label_format = "{caption}"
        preview_value = {
            "caption": "Kết quả đăng ký học tập theo quý",
            "table": {
                "data": [["Quý", "Số lớp", "Số học viên"], ["I", "4", "212"], ["II", "5", "268"]],
                "first_row_is_table_header": True,
                "first_col_is_header": False,
                "table_header_choice": "row",
            },
        }


class NumberBlock(blocks.StructBlock):
    """One figure."""

    value = blocks.CharBlock(
        label=_("Figure"), max_length=20, help_text=_("As readers will see it: 7.405, 98 %.")
    )
    label = blocks.CharBlock(label=_("What it counts"), max_length=80, help_text=_("A few words."))
    note = blocks.CharBlock(
        label=_("Note"),
        required=False,
        max_length=80,
        help_text=_("Such as the month it holds for."),
    )

    class Meta:
        label = _("Figure")
        icon = "order"
        label_format = "{value} {label}"


class NumbersBlock(blocks.StructBlock):
    """A few figures side by side."""

    title = blocks.CharBlock(
        label=_("Title"), required=False, max_length=120, help_text=_("Stands above the figures.")
    )
    items = blocks.ListBlock(NumberBlock(), label=_("Figures"), min_num=1, max_num=6)

    class Meta:
        label = _("Figures")
        icon = "order"
        template = "portal/blocks/numbers.html"
        description = _("Up to six figures in large type.")
        label_format = "{title}"
        preview_value = {
            "title": "Đảng bộ qua các con số",
            "items": [
                {"value": "82", "label": "tổ chức cơ sở đảng", "note": "8/2023"},
                {"value": "7.405", "label": "đảng viên", "note": "8/2023"},
            ],
        }
