"""The blocks that show news on other pages."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from news.listings import main_index
from portal.blocks.snippets import RememberedSnippetChooserBlock
from portal.surroundings import current
from portal.translation.localized import localized


class LatestNewsBlock(blocks.StructBlock):
    """The newest articles, of all categories or of one."""

    title = blocks.CharBlock(label=_("Title"), max_length=120, help_text=_("Such as: Latest news."))
    category = RememberedSnippetChooserBlock(
        "news.NewsCategory",
        label=_("Category"),
        required=False,
        help_text=_("Articles of this category only; of all when none is chosen."),
    )
    count = blocks.IntegerBlock(
        label=_("How many"), min_value=1, max_value=12, default=6, help_text=_("From 1 to 12.")
    )

    class Meta:
        label = _("Latest news")
        icon = "doc-full-inverse"
        template = "news/blocks/latest_news.html"
        preview_template = "portal/blocks/previews/section.html"
        description = _("The newest articles; the list keeps itself up to date.")
        label_format = "{title}"
        preview_value = {"title": "Thông tin mới nhất", "category": None, "count": 6}

    def get_context(self, value, parent_context=None):
        """Add the index page and its newest articles; both are missing where there is none."""
        context = super().get_context(value, parent_context)
        around = current()
        index = main_index(around) if around else None
        if index is not None:
            category = localized(value["category"]) if value.get("category") else None
            context["index"] = index
            context["category"] = category
            context["articles"] = index.latest(value["count"], category)
        return context
