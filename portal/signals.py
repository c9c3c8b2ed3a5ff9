"""What must happen when content changes; connected by the app's configuration."""

from django.apps import apps
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.signals import page_published, post_page_move

from portal.models import BasePage, Identity, PortalImage
from portal.pictures import make, make_when_image_saved, make_when_published
from portal.surroundings import touch
from portal.translation import admin, guard, sync


def touch_when_saved(sender, instance, update_fields=None, **_signal):
    """Touch the surroundings for anything that readers may see.

    A page saved with ``update_fields`` is a draft being kept: what is public stays as it was.
    """
    if update_fields is None and (issubclass(sender, Page) or is_shown(sender)):
        touch()


def touch_when_deleted(sender, **_signal):
    """Touch the surroundings when something that readers may have seen is gone."""
    if issubclass(sender, Page) or is_shown(sender):
        touch()


def is_shown(model) -> bool:
    """Whether rows of ``model`` are shown to readers or decide what is shown."""
    if model in (Site, Locale, PageViewRestriction):
        return True
    return model._meta.app_label in PORTAL_APPS and model._meta.model_name not in NOT_SHOWN


PORTAL_APPS = ("portal", "news", "home")
NOT_SHOWN = ("surroundingstoken", "portalrendition", "user")


def make_emblem_when_saved(instance, **_signal):
    """Make the sizes of the emblem that the header shows, once the identity is saved."""
    if instance.emblem is not None:
        transaction.on_commit(lambda: make(instance.emblem, ["emblem"]))


def connect():
    """Connect every receiver; called once, when the apps are ready."""
    post_save.connect(touch_when_saved, dispatch_uid="portal.touch_when_saved")
    post_delete.connect(touch_when_deleted, dispatch_uid="portal.touch_when_deleted")
    post_page_move.connect(touch, dispatch_uid="portal.touch_when_moved")
    post_save.connect(
        make_emblem_when_saved, sender=Identity, dispatch_uid="portal.make_emblem_when_saved"
    )
    post_save.connect(
        make_when_image_saved, sender=PortalImage, dispatch_uid="portal.make_when_image_saved"
    )
    for model in apps.get_models():
        if issubclass(model, BasePage):
            page_published.connect(
                make_when_published, sender=model, dispatch_uid=f"portal.pictures.{model.__name__}"
            )
    sync.connect()
    guard.install()
    admin.withhold_locale_trees()
