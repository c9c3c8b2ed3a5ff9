"""What the page cache adds to the admin: the addresses behind a page and behind a change."""

from django.urls import path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage

from portal.pagecache import addresses
from portal.pagecache.collector import tag_of
from portal.pagecache.journal import touch


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


@hooks.register("after_bulk_action")
def touch_what_was_moved(request, action_type, objects, action):
    """Touch the files that were put into another collection together, of which no row is saved.

    The collection may be one that not everybody may see.
    """
    if action_type != "add_to_collection":
        return
    files = [obj for obj in objects if isinstance(obj, AbstractImage | AbstractDocument)]
    touch(*(tag_of(type(file), file.pk) for file in files), hard=True)
