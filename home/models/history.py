"""The history of the organisation: a list of pages, each with a time line."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from home.blocks import DATED, HISTORY
from portal.blocks import PartialDate
from portal.days import next_midnight
from portal.models import BasePage, StreamField
from portal.pagecache import collector


@dataclass(frozen=True)
class Anniversary:
    """The years since the founding: ``years`` full ones, the next on the day ``next_on``."""

    founded: date
    years: int
    next_on: date

    @classmethod
    def of(cls, founded: date, today: date) -> "Anniversary":
        """Return the anniversary as it stands on ``today``; 29 February counts on 1 March."""
        years = today.year - founded.year
        this_year = _same_day(founded, today.year)
        if today < this_year:
            return cls(founded, years - 1, this_year)
        return cls(founded, years, _same_day(founded, today.year + 1))


def _same_day(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


@dataclass(frozen=True)
class Entry:
    """A line of the table of contents: ``anchor`` is the id of the block it leads to."""

    anchor: str
    text: str
    date: PartialDate | None = None


class HistoryIndexPage(BasePage):
    """The list of the history pages."""

    intro = models.TextField(
        _("introduction"), max_length=600, blank=True, help_text=_("Two or three sentences.")
    )

    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.HistoryPage"]
    max_count_per_parent = 1

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("history index")
        verbose_name_plural = _("history index pages")

    @property
    def list_summary(self) -> str:
        return super().list_summary or self.intro

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        collector.note(collector.children_of(self))
        pages = HistoryPage.objects.child_of(self).live().public().order_by("path")
        shown = pages.select_related("listing_image")
        context["pages"] = [page for page in shown if not page.is_expired()]
        return context


class HistoryPage(BasePage):
    """A chapter of the history, along a time line."""

    lead = models.TextField(
        _("lead"), max_length=600, blank=True, help_text=_("Two or three sentences.")
    )
    body = StreamField(
        HISTORY,
        blank=True,
        verbose_name=_("body"),
        help_text=_("Milestones, names and honours with their dates; text and pictures between."),
    )

    parent_page_types = ["home.HistoryIndexPage"]
    subpage_types = []

    search_fields = [
        *BasePage.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
    ]

    content_panels = [*BasePage.content_panels, FieldPanel("lead"), FieldPanel("body")]

    class Meta:
        verbose_name = _("history page")
        verbose_name_plural = _("history pages")

    @property
    def list_summary(self) -> str:
        return super().list_summary or self.lead

    def contents(self) -> list[Entry]:
        """The table of contents: headings and everything that has a date, in order."""
        entries = []
        for block in self.body:
            if block.block_type == "heading":
                entries.append(Entry(f"b-{block.id}", block.value["text"]))
            elif block.block_type in DATED:
                text = block.value.get("title") or block.value.get("name")
                entries.append(Entry(f"b-{block.id}", text, block.value["date"]))
        return entries

    def json_ld(self, request) -> dict:
        return {**super().json_ld(request), "@type": "AboutPage"}


def anniversary_of(identity) -> Anniversary | None:
    """Return the anniversary of the organisation today, or None without a founding date."""
    if identity is None or identity.founding_date is None:
        return None
    collector.until(next_midnight())
    return Anniversary.of(identity.founding_date, timezone.localdate())
