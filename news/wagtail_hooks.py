"""What the news room adds to the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from news.models import NewsCategory
from portal.choosers import LabelledChooserViewSet
from portal.forms import SnippetForm


class NewsCategoryViewSet(SnippetViewSet):
    """The subjects under which articles are filed."""

    model = NewsCategory
    chooser_viewset_class = LabelledChooserViewSet
    edit_handler = ObjectList(NewsCategory.panels, base_form_class=SnippetForm)
    icon = "tag"
    menu_label = _("News categories")
    menu_order = 440
    add_to_admin_menu = True
    list_display = ["name", "slug", "sort_order", "locale"]
    search_fields = ["name"]


register_snippet(NewsCategoryViewSet)
