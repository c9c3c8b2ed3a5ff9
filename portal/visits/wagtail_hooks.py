"""What the visits add to the admin."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.visits.admin_views import (
    REPORT,
    PortalPageViewSet,
    VisitsPanel,
    VisitsReport,
    may_see,
)


class VisitsMenuItem(MenuItem):
    """The report, for those who may see it."""

    def is_shown(self, request):
        return may_see(request.user)


@hooks.register("register_admin_urls")
def admin_urls():
    """Add the address of the report."""
    return [path("reports/visits/", VisitsReport.as_view(), name=REPORT)]


@hooks.register("register_reports_menu_item")
def report_menu_item():
    """Add the report to the menu of reports, before Wagtail's own."""
    return VisitsMenuItem(_("Visits"), reverse(REPORT), name="visits", icon_name="view", order=100)


@hooks.register("construct_homepage_panels")
def homepage_panel(request, panels):
    """Add the visits to the dashboard."""
    if may_see(request.user):
        panels.append(VisitsPanel())


# After Wagtail's own, whose place it takes for all types of pages.
@hooks.register("register_admin_viewset")
def page_viewset():
    """Add the visits of a page to the side of its editor."""
    return PortalPageViewSet()
