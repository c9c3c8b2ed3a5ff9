from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from portal.blocks import BODY
from portal.models import BasePage, StreamField


class InfoPage(BasePage):
    """A plain page, such as a note on privacy or on the site itself."""

    lead = models.TextField(
        _("lead"), max_length=600, blank=True, help_text=_("Two or three sentences.")
    )
    body = StreamField(
        BODY, blank=True, verbose_name=_("body"), help_text=_("Add a block with the plus sign.")
    )

    parent_page_types = ["home.HomePage", "home.InfoPage"]
    subpage_types = ["home.InfoPage"]

    search_fields = [
        *BasePage.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
    ]

    content_panels = [*BasePage.content_panels, FieldPanel("lead"), FieldPanel("body")]

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")

    @property
    def list_summary(self) -> str:
        return super().list_summary or self.lead
