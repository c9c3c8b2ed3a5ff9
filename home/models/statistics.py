"""The page of the visits: their numbers of this very moment."""

from django.db import models
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from portal.blocks import BODY
from portal.models import BasePage, StreamField
from portal.pagecache import collector
from portal.visits import figures, plots
from portal.visits.rules import rules

DAYS, MONTHS = 30, 12


class StatisticsPage(BasePage):
    """The visits of the site in numbers and drawings; made anew for everybody who asks."""

    lead = models.TextField(
        gettext_lazy("lead"),
        max_length=600,
        blank=True,
        help_text=gettext_lazy("Two or three sentences."),
    )
    body = StreamField(
        BODY,
        blank=True,
        verbose_name=gettext_lazy("body"),
        help_text=gettext_lazy("What else readers should know; stands beneath the numbers."),
    )

    parent_page_types = ["home.HomePage"]
    subpage_types = []
    max_count_per_parent = 1

    search_fields = [
        *BasePage.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
    ]

    content_panels = [*BasePage.content_panels, FieldPanel("lead"), FieldPanel("body")]

    class Meta:
        verbose_name = gettext_lazy("statistics page")
        verbose_name_plural = gettext_lazy("statistics pages")

    @property
    def list_summary(self) -> str:
        return super().list_summary or self.lead

    def serve(self, request, *args, **kwargs):
        """Answer with numbers that nobody may keep."""
        collector.private()
        response = super().serve(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        today = timezone.localdate()
        context |= {
            "visits": figures.now(),
            "carried": figures.carried(),
            "rules": rules(),
            "plots": [
                plots.of_days(
                    "days",
                    _("The last %(count)s days") % {"count": DAYS},
                    ((found.day, found.views) for found in figures.days(DAYS)),
                    today,
                ),
                plots.of_months(
                    "months",
                    _("The last %(count)s months") % {"count": MONTHS},
                    ((found.month, found.views) for found in figures.months(MONTHS)),
                    today,
                ),
            ],
        }
        return context
