"""Choosing a snippet in the admin, with every label in the user's language."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
)


class _LabelledFilter:
    """Wagtail gives the language filter no label, so that its name would stand there in English."""

    def get_filter_form(self):
        form = super().get_filter_form()
        if "locale" in form.fields:
            form.fields["locale"].label = _("Language")
        return form


class LabelledChooseView(_LabelledFilter, ChooseView):
    """The window in which a snippet is chosen."""


class LabelledChooseResultsView(_LabelledFilter, ChooseResultsView):
    """The list within that window, after a search."""


class LabelledChooserViewSet(SnippetChooserViewSet):
    """The chooser of every kind of snippet of the portal."""

    choose_view_class = LabelledChooseView
    choose_results_view_class = LabelledChooseResultsView
