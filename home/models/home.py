from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from home.blocks import BANNERS, SECTIONS, SIDEBAR
from home.blocks.banner import shown_now
from portal.models import BasePage, StreamField


class HomePage(BasePage):
    """The first page of the site in one language, and what stands beside all its other pages."""

    intro = models.TextField(
        _("introduction"),
        max_length=400,
        blank=True,
        help_text=_("One or two sentences beneath the banner."),
    )
    banners = StreamField(
        BANNERS,
        blank=True,
        verbose_name=_("banners"),
        help_text=_("The first whose time it is stands at the top; the others follow below it."),
    )
    sections = StreamField(
        SECTIONS,
        blank=True,
        verbose_name=_("sections"),
        help_text=_("What readers see on the home page, from top to bottom."),
    )
    sidebar = StreamField(
        SIDEBAR,
        blank=True,
        verbose_name=_("sidebar"),
        help_text=_("What stands beside every other page of this language."),
    )

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "news.NewsIndexPage",
        "home.HistoryIndexPage",
        "home.LocationMapPage",
        "home.InfoPage",
        "home.StatisticsPage",
    ]

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("intro"),
        FieldPanel("banners"),
        FieldPanel("sections"),
        FieldPanel("sidebar"),
    ]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    @property
    def banners_now(self) -> list:
        """The banners whose time it is."""
        return shown_now(self.banners)

    @property
    def list_summary(self) -> str:
        return super().list_summary or self.intro

    def json_ld(self, request) -> dict:
        """Return the schema.org description (https://schema.org/WebSite)."""
        return {**super().json_ld(request), "@type": "WebSite"}
