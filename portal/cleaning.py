"""The paste doctor at work on what a form was given: text fields, rich text and whole streams."""

from django import forms
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.images.blocks import ImageBlock
from wagtail.rich_text import RichText

from portal.folding import ascii_slug
from portal.paste import CleanResult, Notice, clean_html, clean_text

# Too small to be worth an editor's attention: nothing that they wrote is gone.
UNTOLD = ("spaces",)


class Cleaner:
    """Cleans values one after another and remembers, in ``notices``, what was done to them.

    ``notices`` maps the code of a notice to the notice, so that each is told once.
    """

    def __init__(self):
        self.notices: dict[str, Notice] = {}

    def field(self, field: forms.Field, value):
        """Return ``value``, which a widget read for the form field ``field``, cleaned.

        Fields that hold no running text (dates, choices, addresses) keep what they were given.
        """
        if value is None:
            return None
        if isinstance(field, blocks.BlockField):
            return self.block(field.block, value)
        if isinstance(field, forms.SlugField):
            return value if value.isascii() else ascii_slug(value)
        if type(field) is forms.CharField:
            # Importable only once the models are loaded, which import this module.
            from wagtail.admin.rich_text import DraftailRichTextArea

            is_rich = isinstance(field.widget, DraftailRichTextArea)
            return self._told(clean_html(value) if is_rich else clean_text(value))
        return value

    def block(self, block: blocks.Block, value):
        """Return ``value`` of ``block`` cleaned; compound values are changed in place."""
        if value is None:
            return None
        for kind, clean in self._KINDS:
            if isinstance(block, kind):
                return clean(self, block, value)
        return value

    def _told(self, result: CleanResult) -> str:
        self.notices |= {n.code: n for n in result.notices if n.code not in UNTOLD}
        return result.value

    def _text(self, _block, value):
        return self._told(clean_text(value))

    def _rich_text(self, _block, value):
        return RichText(self._told(clean_html(value.source)))

    def _image(self, _block, value):
        if value.contextual_alt_text:
            value.contextual_alt_text = self._told(clean_text(value.contextual_alt_text))
        return value

    def _table(self, _block, value):
        if caption := value.get("table_caption"):
            value["table_caption"] = self._told(clean_text(caption))
        value["data"] = [
            [self._told(clean_text(cell)) if isinstance(cell, str) else cell for cell in row]
            for row in value.get("data") or []
        ]
        return value

    def _struct(self, block, value):
        for name, child in block.child_blocks.items():
            if name in value:
                value[name] = self.block(child, value[name])
        return value

    def _list(self, _block, value):
        for child in value.bound_blocks:
            child.value = self.block(child.block, child.value)
        return value

    def _stream(self, _block, value):
        for child in value:
            child.value = self.block(child.block, child.value)
        return value

    # A picture is a struct by its class and an image by its value, so it is asked for first.
    _KINDS = (
        (ImageBlock, _image),
        (TableBlock, _table),
        (blocks.StructBlock, _struct),
        (blocks.ListBlock, _list),
        (blocks.StreamBlock, _stream),
        (blocks.RichTextBlock, _rich_text),
        ((blocks.CharBlock, blocks.TextBlock), _text),
    )
