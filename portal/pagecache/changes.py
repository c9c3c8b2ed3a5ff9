"""Turns changes of content into tags of the journal, in the transaction of the change.

Connected for every model whose rows readers may see. Pages tell more than that they changed:
whether readers see them at all, at which address and in which lists. Rooms that keep lists of
their own listen to `page_changed` and touch the tags that they note.

Admin, schedule and commands of the portal change things within `transaction.atomic`. A script that
does not has each row committed before Django tells of it: killed in between, it leaves pages out of
date (`manage.py pagecache purge --all` mends that).
"""

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model
from django.db.models.signals import post_delete, post_init, post_save, pre_delete, pre_save
from django.dispatch import Signal
from modelcluster.fields import ParentalKey
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    RevisionMixin,
    Site,
    TranslatableMixin,
)
from wagtail.signals import page_slug_changed, post_page_move

from portal.pagecache.collector import (
    EVERYTHING,
    MISSING,
    PAGES,
    STRUCTURE,
    below,
    expire_with,
    note,
    rows_of,
    tag_of,
    translations_of,
)
from portal.pagecache.journal import touch

# Sent with ``page`` and its public columns ``before`` and ``after``, dicts by attribute name of the
# specific model, None while readers do not see it; ``is_restricted`` says that only a view
# restriction was set or lifted. Sent in the transaction of the change.
page_changed = Signal()

# Saving these alone keeps a draft; what readers see stays as it was.
DRAFT_FIELDS = {
    "draft_title",
    "has_unpublished_changes",
    "latest_revision",
    "latest_revision_created_at",
    "live_revision",
    "locked",
    "locked_at",
    "locked_by",
}
# A change of these puts a page elsewhere, or into another place of a list.
PLACE_FIELDS = ("url_path", "path", "locale_id", "show_in_menus", "expire_at")

_SHOWN = (
    Page,
    AbstractImage,
    AbstractDocument,
    BaseGenericSetting,
    BaseSiteSetting,
    Redirect,
    TranslatableMixin,
    RevisionMixin,
)


def connect() -> None:
    """Connect every receiver; called once, when the apps are ready."""
    for model in apps.get_models():
        name = f"pagecache.{model._meta.label}"
        if issubclass(model, Site | Locale):
            pre_save.connect(_before_saved, sender=model, dispatch_uid=name)
            post_save.connect(_ground_saved, sender=model, dispatch_uid=name)
            post_delete.connect(_everything_changed, sender=model, dispatch_uid=name)
        elif issubclass(model, Page):
            post_init.connect(_note_page, sender=model, dispatch_uid=name)
            pre_save.connect(_before_saved, sender=model, dispatch_uid=name)
            post_save.connect(_page_saved, sender=model, dispatch_uid=name)
        elif issubclass(model, AbstractRendition):
            post_init.connect(_note_row, sender=model, dispatch_uid=name)
            post_delete.connect(_rendition_deleted, sender=model, dispatch_uid=name)
        elif is_shown(model):
            post_init.connect(_note_row, sender=model, dispatch_uid=name)
            pre_save.connect(_before_saved, sender=model, dispatch_uid=name)
            post_save.connect(_row_saved, sender=model, dispatch_uid=name)
            post_delete.connect(_row_deleted, sender=model, dispatch_uid=name)
    # Sent for the base model of every page that is deleted, with those beneath it.
    pre_delete.connect(_page_deleted, sender=Page, dispatch_uid="pagecache.page_deleted")
    post_page_move.connect(_page_moved, dispatch_uid="pagecache.page_moved")
    page_slug_changed.connect(_redirected, dispatch_uid="pagecache.redirected")
    for signal in (post_save, post_delete):
        signal.connect(
            _restriction_changed, sender=PageViewRestriction, dispatch_uid="pagecache.restriction"
        )
        for model in (CollectionViewRestriction, Collection):
            signal.connect(_collection_changed, sender=model, dispatch_uid="pagecache.collection")


def is_shown(model: type[Model]) -> bool:
    """Whether readers may see what rows of ``model`` say, on a page of their own or another's."""
    if model._meta.app_label == "wagtailcore" and not issubclass(model, Page):
        return False
    parent = _key_of_parent(model)
    return issubclass(model, _SHOWN) or (parent is not None and is_shown(parent.remote_field.model))


def _key_of_parent(model: type[Model]) -> ForeignKey | None:
    if issubclass(model, AbstractRendition):
        return model._meta.get_field("image")
    return next((f for f in model._meta.fields if isinstance(f, ParentalKey)), None)


def tag_of_row(instance: Model) -> str | None:
    """Return the tag of a row; that of its parent for a size of a picture, or a row that is edited
    with its parent.
    """
    key = _key_of_parent(type(instance))
    if key is None:
        return tag_of(type(instance), instance.pk) if instance.pk else None
    pk = instance.__dict__.get(key.attname)
    return tag_of(key.remote_field.model, pk) if pk else None


# Noting


def _note_page(instance, **_signal):
    if instance.pk:
        note(f"wagtailcore.page:{instance.pk}")
        # Not read where it was deferred.
        expire_with(instance.__dict__.get("expire_at"))


def _note_row(instance, **_signal):
    if tag := tag_of_row(instance):
        note(tag)


# What there was before


def _row_of(instance: Model, *, lock: bool = False) -> dict | None:
    """Return the columns of ``instance`` as the database has them; of a page, those of its type."""
    model = getattr(instance, "specific_class", None) or type(instance)
    rows = model._base_manager.filter(pk=instance.pk)
    if lock and connection.in_atomic_block:
        # What others write meanwhile would be neither in what was before nor in what is after.
        rows = rows.select_for_update(no_key=True)
    return rows.values().first()


def _is_draft(update_fields) -> bool:
    return update_fields is not None and set(update_fields) <= DRAFT_FIELDS


def _before_saved(instance, update_fields=None, **_signal):
    known = instance.pk and not instance._state.adding and not _is_draft(update_fields)
    instance._pagecache_before = _row_of(instance, lock=True) if known else None


# Pages


def _public(row: dict | None) -> dict | None:
    return row if row and row["live"] else None


def _page_saved(instance, update_fields=None, **_signal):
    before = instance.__dict__.pop("_pagecache_before", None)
    if not _is_draft(update_fields):
        _tell(instance, before, _row_of(instance))


def _page_deleted(instance, **_signal):
    _tell(instance, _row_of(instance), None)


def _tell(page: Page, old: dict | None, new: dict | None) -> None:
    """Touch what the change of a page from the row ``old`` to the row ``new`` changes."""
    is_elsewhere = bool(old and new and _differ(old, new, ["url_path"]))
    before, after = _public(old), _public(new)
    if before is None and after is None:
        if is_elsewhere and _has_live_pages_below(new):
            touch(below(page.pk), hard=True)
            touch(MISSING, PAGES, STRUCTURE)
        return
    tag = tag_of(Page, page.pk)
    if after is None or is_elsewhere:
        touch(tag, below(page.pk), hard=True)
    else:
        touch(tag, hard=ends_earlier(before, after))
    tags = [PAGES]
    if before is None or after is None or _differ(before, after, PLACE_FIELDS):
        tags += [MISSING, STRUCTURE, translations_of(page), *_lists(before, after)]
    touch(*tags)
    _send(page, before, after)


def _send(page: Page, before: dict | None, after: dict | None, *, is_restricted=False) -> None:
    page_changed.send(
        page.specific_class, page=page, before=before, after=after, is_restricted=is_restricted
    )


def ends_earlier(before: dict | None, after: dict) -> bool:
    """Whether a page, of which these are the public columns, ends earlier than it would have.

    What shows it knows of the former end at most. Out of date, it would be served beyond the new
    one: for a moment, or for as long as Django is away.
    """
    if before is None or after["expire_at"] is None:
        return False
    return before["expire_at"] is None or after["expire_at"] < before["expire_at"]


def _has_live_pages_below(row: dict) -> bool:
    found = Page.objects.filter(path__startswith=row["path"], depth__gt=row["depth"], live=True)
    return found.exists()


def _differ(before: dict, after: dict, names) -> bool:
    return any(before[name] != after[name] for name in names)


def _lists(*states: dict | None) -> list[str]:
    """Return the tags of the lists of children in which the states of a page stand."""
    paths = {state["path"][: -Page.steplen] for state in states if state}
    parents = Page.objects.filter(path__in=paths).values_list("pk", flat=True)
    return [f"children:{pk}" for pk in parents]


def _redirected(**_signal):
    # Wagtail makes its redirects in bulk, which no signal tells of.
    touch(MISSING)


def _page_moved(instance, url_path_before, url_path_after, **_signal):
    # The address is the business of the save inside the move; the order among siblings is not.
    if url_path_before != url_path_after:
        _redirected()
    row = _row_of(instance)
    state = _public(row)
    if state is None:
        # Its siblings have other paths now, which are remembered in places.
        touch(STRUCTURE, *([PAGES] if _has_live_pages_below(row) else []))
        return
    touch(tag_of(Page, instance.pk), PAGES, STRUCTURE, *_lists(state))
    _send(instance, state, state)


def _restriction_changed(instance, **_signal):
    page = Page.objects.filter(pk=instance.page_id).first()
    state = _public(_row_of(page)) if page else None
    if state is None:
        # Pages beneath a draft may be live.
        touch(below(instance.page_id), MISSING, PAGES, hard=True)
        return
    touch(tag_of(Page, page.pk), below(page.pk), *_lists(state), hard=True)
    touch(MISSING, PAGES, translations_of(page))
    _send(page, state, state, is_restricted=True)


# Other rows


def _row_saved(instance, update_fields=None, **_signal):
    before = instance.__dict__.pop("_pagecache_before", None)
    if _is_draft(update_fields):
        return
    after = _row_of(instance)
    # wagtail-localize saves the snippets of each page that is translated, mostly as they were.
    if _is_as_it_was(before, after):
        return
    # The addresses of its pictures are gone with the old file.
    _touch_row(instance, hard=before is not None and before.get("file") != after.get("file"))


def _row_deleted(instance, **_signal):
    _touch_row(instance, hard=True)


def _rendition_deleted(instance, **_signal):
    # Its file goes with it.
    touch(tag_of_row(instance), hard=True)


def _touch_row(instance, *, hard: bool) -> None:
    if tag := tag_of_row(instance):
        touch(tag, hard=hard)
    tags = [rows_of(type(instance))]
    if isinstance(instance, TranslatableMixin):
        tags.append(translations_of(instance))
    if isinstance(instance, Redirect):
        tags.append(MISSING)
    touch(*tags)


def _ground_saved(instance, **_signal):
    before = instance.__dict__.pop("_pagecache_before", None)
    if not _is_as_it_was(before, _row_of(instance)):
        _everything_changed()


def _is_as_it_was(before: dict | None, after: dict | None) -> bool:
    # Without a transaction nothing was locked.
    return before == after and connection.in_atomic_block


def _everything_changed(**_signal):
    touch(EVERYTHING, hard=True)


def _collection_changed(instance, sender, **_signal):
    collection = instance if sender is Collection else instance.collection
    for model in apps.get_models():
        if issubclass(model, AbstractImage | AbstractDocument):
            found = model.objects.filter(collection__path__startswith=collection.path)
            tags = [tag_of(model, pk) for pk in found.values_list("pk", flat=True)]
            if tags:
                touch(*tags, hard=True)
