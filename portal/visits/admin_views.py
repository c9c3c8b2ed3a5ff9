"""What editors see of the visits: a report, a panel on the dashboard, one beside each page."""

from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.ui.components import Component, MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.views.generic import PermissionCheckedMixin
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from portal.visits import figures, plots
from portal.visits.rules import rules
from portal.visits.tables import EXPORTED, SHOWN, TABLES

REPORT = "portal_visits_report"
PERIODS = (7, 30, 90, 365)
DAYS = 30
# Those who may write pages: editors and moderators; translators only change them.
PERMISSIONS = ("add", "publish")


def may_see(user) -> bool:
    """Return whether ``user`` may see how much the site is read."""
    return policy_registry.get_by_type(Page).user_has_any_permission(user, PERMISSIONS)


def days_plot(days: int, *, key: str = "days") -> plots.Plot:
    """Return the drawing of the last ``days``, with the visitors of each in its table."""
    found = figures.days(days)
    return plots.of_days(
        key,
        _("The last %(count)s days") % {"count": days},
        [(one.day, one.views) for one in found],
        timezone.localdate(),
        [one.visitors for one in found],
    )


class VisitsReport(
    SpreadsheetExportMixin, PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView
):
    """The report: ``?days=`` chooses the period, ``?export=`` and ``?table=`` a spreadsheet."""

    model = Page
    any_permission_required = PERMISSIONS
    template_name = "portal/visits/report.html"
    page_title = gettext_lazy("Visits")
    header_icon = "view"

    @cached_property
    def days(self) -> int:
        """The length of the period; that of a month unless one of `PERIODS` is asked for."""
        asked = self.request.GET.get("days", "")
        return int(asked) if asked in map(str, PERIODS) else DAYS

    @cached_property
    def table(self):
        """The table that a spreadsheet is asked of; raises Http404 for one that is not known."""
        try:
            return TABLES[self.request.GET.get("table", "days")]
        except KeyError as error:
            raise Http404 from error

    @property
    def list_export(self):
        return list(self.table.columns)

    @property
    def export_headings(self):
        return self.table.columns

    @property
    def header_more_buttons(self):
        # Each table has its own, beside it.
        return []

    def get_filename(self):
        return f"{self.table.key}-{timezone.localdate():%Y-%m-%d}"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get(self, request, *args, **kwargs):
        if self.is_export:
            rows = self.table.read(self.days, EXPORTED)
            return self.as_spreadsheet(rows, request.GET["export"])
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        listed = ("pages", "sections", "languages", "referrers", "uncounted")
        hours_title = _("Hours of the day, in the last %(count)s days") % {"count": self.days}
        share = figures.bot_share(self.days)
        months = [(found.month, found.views) for found in figures.months()]
        drawn = {
            "days": days_plot(self.days),
            "months": plots.of_months(
                "months", _("The last %(count)s months") % {"count": 12}, months,
                timezone.localdate(),
            ),
            "hours": plots.of_hours("hours", hours_title, figures.hours(self.days)),
        }  # fmt: skip
        return super().get_context_data(
            **kwargs,
            visits=figures.now(),
            carried=figures.carried(),
            rules=rules(),
            days=self.days,
            periods=PERIODS,
            bot_share=_("%(number)s%%") % {"number": number_format(100 * share, 1)},
            plots=[(plot, self._files(key)) for key, plot in drawn.items()],
            tables=[
                (TABLES[key], TABLES[key].read(self.days, SHOWN), self._files(key))
                for key in listed
            ],
        )

    def _files(self, key: str) -> list[tuple[str, str]]:
        """Return (name, address) of the spreadsheets of a table."""
        asked = {"days": self.days, "table": key}
        return [(form.upper(), "?" + urlencode({**asked, "export": form})) for form in self.FORMATS]


class StyledComponent(Component):
    """A part of a page of the admin that looks as the report does."""

    class Media:
        css = {"all": ["portal/admin/visits.css"]}


class VisitsPanel(StyledComponent):
    """The visits on the dashboard."""

    name = "visits"
    template_name = "portal/visits/panel.html"
    order = 230

    def get_context_data(self, parent_context):
        return {
            "visits": figures.now(),
            "plot": days_plot(DAYS, key="visits"),
            "report_url": reverse(REPORT),
        }


class PageVisitsPanel(StyledComponent, BaseSidePanel):
    """How often a page has been read, beside the form in which it is edited."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = gettext_lazy("Toggle visits")
        icon_name = "view"
        has_counter = False

    name = "visits"
    title = gettext_lazy("Visits")
    template_name = "portal/visits/side_panel.html"
    order = 500

    def get_context_data(self, parent_context):
        days = figures.page_days(self.object.pk, DAYS)
        title = _("The last %(count)s days") % {"count": DAYS}
        return {
            **super().get_context_data(parent_context),
            "views": figures.page(self.object.pk),
            "rules": rules(),
            "plot": plots.of_days("page-visits", title, days, timezone.localdate()),
        }


class EditPageView(EditView):
    """Wagtail's editor, with the visits of the page at its side."""

    def get_side_panels(self):
        panels = list(super().get_side_panels())
        is_whole = not self.expects_json_response and not self.hydrate_create_view
        if is_whole and may_see(self.request.user):
            panels.append(PageVisitsPanel(self.page, self.request))
        return MediaContainer(panels)


class PortalPageViewSet(PageViewSet):
    """The views of every type of page."""

    edit_view_class = EditPageView
