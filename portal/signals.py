"""What must happen when content changes; connected by the app's configuration."""

from django.apps import apps
from django.db.models.signals import post_save, pre_delete
from django.utils.translation import gettext as _
from wagtail.signals import page_published

from portal.models import BasePage, Identity, PortalImage
from portal.pagecache import naming
from portal.pagecache.changes import ends_earlier, page_changed
from portal.pagecache.collector import MISSING
from portal.pagecache.journal import touch
from portal.pictures import make_when_image_deleted, make_when_image_saved, make_when_shown
from portal.surroundings import MENU
from portal.translation import admin, guard, segments, sync

# What the menu shows of a page, and what puts it there.
MENU_FIELDS = ("title", "listing_title", "url_path", "path", "show_in_menus", "expire_at")


def touch_menu(page, before, after, is_restricted, **_signal):
    """Touch what stands on every page when a page of the menu changes there."""
    in_menu = any(state and state["show_in_menus"] for state in (before, after))
    if not in_menu:
        return
    # The same state twice: only the page's place or who may read it has changed.
    differs = (
        before is after
        or before is None
        or after is None
        or any(before.get(name) != after.get(name) for name in MENU_FIELDS)
    )
    if differs:
        # Elsewhere in the tree other people may read it, and its old address leads nowhere.
        addresses = {state["url_path"] for state in (before, after) if state}
        is_gone = after is None or is_restricted or len(addresses) > 1
        touch(MENU, hard=is_gone or ends_earlier(before, after))


def touch_old_addresses(page, before, after, **_signal):
    """Touch what says that nothing is there when the number of a page in old addresses changes."""
    if len({state and state.get("legacy_number") for state in (before, after)}) > 1:
        touch(MISSING)


def connect():
    """Connect every receiver; called once, when the apps are ready."""
    naming.register(MENU, lambda _rest: _("the menu"))
    page_changed.connect(touch_menu, dispatch_uid="portal.touch_menu")
    page_changed.connect(touch_old_addresses, dispatch_uid="portal.touch_old_addresses")
    post_save.connect(make_when_shown, sender=Identity, dispatch_uid="portal.pictures.Identity")
    post_save.connect(
        make_when_image_saved, sender=PortalImage, dispatch_uid="portal.make_when_image_saved"
    )
    pre_delete.connect(
        make_when_image_deleted, sender=PortalImage, dispatch_uid="portal.make_when_image_deleted"
    )
    for model in apps.get_models():
        if issubclass(model, BasePage):
            page_published.connect(
                make_when_shown, sender=model, dispatch_uid=f"portal.pictures.{model.__name__}"
            )
    sync.connect()
    guard.install()
    segments.install()
    admin.withhold_locale_trees()
