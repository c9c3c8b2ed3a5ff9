"""Choosing one of a few: offices, categories."""

from wagtail.snippets.blocks import SnippetChooserBlock

from portal.surroundings import current


class RememberedSnippetChooserBlock(SnippetChooserBlock):
    """A chooser for a kind of snippet of which a site has few, and shows them on many pages.

    While a reader's request is answered, all of them are read once and remembered for as long as
    nothing changes.
    """

    def bulk_to_python(self, values):
        """Return the snippets of ``values`` (primary keys), None for each that is gone."""
        around = current()
        if around is None:
            return super().bulk_to_python(values)
        known = around.remember(
            ("snippets", self.model_class), lambda: self.model_class.objects.in_bulk()
        )
        return [known.get(pk) for pk in values]
