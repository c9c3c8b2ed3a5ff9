"""What the page cache adds to the admin: the addresses behind a page and behind a change."""

from django.urls import path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button

from portal.pagecache import addresses


@hooks.register("register_admin_urls")
def admin_urls():
    """Add the views; Wagtail asks for a login at all of them."""
    return [
        path("addresses/refreshed/<str:token>/", addresses.refreshed, name="pagecache_refreshed"),
        path("addresses/<int:page_id>/", addresses.of_page, name="pagecache_addresses"),
    ]


@hooks.register("register_page_header_buttons")
def page_header_buttons(page, user, view_name, next_url=None):
    """Offer the addresses of a page in its menu, to those who may see them."""
    may = page.permissions_for_user(user)
    if page.pk and not page.is_root() and (may.can_edit() or may.can_publish()):
        yield Button(
            _("Public addresses"),
            reverse("pagecache_addresses", args=[page.pk]),
            icon_name="globe",
            priority=68,
        )
