"""The box of visits."""

from datetime import timedelta

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from portal.days import next_midnight
from portal.pagecache import collector
from portal.surroundings import current
from portal.visits import figures
from portal.visits.rules import rules

# How old the numbers in a kept page may be before it is made anew.
FRESH_FOR = timedelta(minutes=15)


class StatisticsBlock(blocks.StructBlock):
    """The box of visits: the numbers of the moment at which the page was made."""

    title = blocks.CharBlock(
        label=_("Title"), max_length=120, help_text=_("Such as: Visit statistics.")
    )

    class Meta:
        label = _("Visit statistics")
        icon = "history"
        template = "home/blocks/statistics.html"
        preview_template = "portal/blocks/previews/section.html"
        description = _("The visits of the site, with those carried over from the old one.")
        label_format = "{title}"
        preview_value = {"title": "Thống kê truy cập"}

    def get_context(self, value, parent_context=None):
        """Add the numbers, how they are counted, and the page that says more of them."""
        context = super().get_context(value, parent_context)
        # A page that lies long in the page cache would tell the numbers of its first reader, and
        # after midnight those of yesterday.
        collector.until(timezone.now() + FRESH_FOR)
        collector.until(next_midnight())
        around = current()
        page = around.remember("home.statistics", _page) if around else None
        context |= {
            "visits": figures.now(),
            "rules": rules(),
            "statistics_page": None if page is None or page.is_expired() else page,
        }
        return context


def _page():
    """Return the live page of the statistics in the reader's language, or None."""
    home = current().home
    if home is None:
        return None
    collector.note(collector.children_of(home))
    pages = apps.get_model("home", "StatisticsPage").objects.child_of(home).live().public()
    return pages.first()
