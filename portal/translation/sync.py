"""What happens to the translations of a page when its original changes; none of it publishes.

- Published: what translators see is brought up to date, so that they find the changed sentences;
  readers of the translation keep what they had.
- Unpublished, by a person or by expiry: withdrawn means withdrawn in every language.
- Moved: the translations move below the translation of the new parent, where there is one.
- Deleted: the translations are unpublished and kept, with every word translated so far, as pages
  of their own; no page stays public without its original.
- A new slug leaves the translations' own alone (portal.translation.slugs).
- Restricted: so are the translations, also those that could not follow into a closed section.

Each receiver works in the transaction of the change. The signals that it causes for a translation
concern that one's own translations, so that the chain ends with the last language.
"""

import logging

from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from wagtail.coreutils import find_available_slug
from wagtail.models import Page, PageViewRestriction, Revision, TranslatableMixin
from wagtail.signals import page_published, page_unpublished, post_page_move
from wagtail_localize.models import (
    StringTranslation,
    Translation,
    TranslationLog,
    TranslationSource,
)

from portal.pagecache.collector import rows_of
from portal.pagecache.collector import translations_of as translations_tag
from portal.pagecache.journal import touch
from portal.translation import strays
from portal.translation.guard import LOGGED_WHEN_TRANSLATED
from portal.translation.pairs import records_from, translations_of
from portal.translation.slugs import settle_slug

logger = logging.getLogger(__name__)


def renew_source(original) -> None:
    """Take the present text of a page or snippet as what is to be translated.

    Does nothing for what is not being translated. An original whose text cannot be read is logged
    and left as it was: that must not keep anybody from publishing it.
    """
    records = records_from(original)
    if not records:
        return
    try:
        with transaction.atomic():
            records[0].source.update_from_db()
            for record in records:
                settle_slug(record)
    except Exception:
        # Whatever wagtail-localize makes of it. Readers and translators are told all the same that
        # the original is newer, by the instants of publication.
        logger.exception("The texts of %r could not be given to the translators", original)


def when_published(instance, **_signal):
    """Bring the source of the translations up to date, and let them expire with the original."""
    renew_source(instance)
    kept_in_step = [r.target_locale_id for r in records_from(instance) if r.enabled]
    if kept_in_step:
        for page in translations_of(instance).filter(locale_id__in=kept_in_step).specific():
            if page.expire_at != instance.expire_at:
                page.expire_at = instance.expire_at
                # Saved one by one, so that lists and menus learn of it.
                page.save(clean=False, update_fields=["expire_at"])


def when_unpublished(instance, **_signal):
    """Unpublish the translations, with the reason that the original had."""
    for page in translations_of(instance).live().specific():
        if instance.expired:
            page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
        else:
            page.unpublish()


def when_moved(instance, parent_page_before, parent_page_after, **_signal):
    """Move the translations below the translations of the new parent."""
    if parent_page_before.pk == parent_page_after.pk or parent_page_after.is_root():
        return
    strays.free_strays(instance, parent_page_before)
    for page in translations_of(instance).specific():
        parents = Page.objects.filter(
            translation_key=parent_page_after.translation_key, locale_id=page.locale_id
        )
        parent = parents.exclude(path__startswith=page.path).first()
        if parent is None or page.is_child_of(parent):
            continue
        slug = find_available_slug(parent, page.slug, ignore_page_id=page.pk)
        if slug != page.slug:
            page.slug = slug
            page.save()
        page.move(parent.specific, pos="last-child")
    strays.restrict_strays(instance)


def when_deleted(instance, **_signal):
    """Unpublish the translations of a page that is about to go, and keep what is translated."""
    records = {r.target_locale_id: r for r in records_from(instance) if r.enabled}
    for page in translations_of(instance).specific():
        if page.live:
            page.unpublish()
        if page.locale_id in records:
            _keep_words(records[page.locale_id])


def _keep_words(record) -> None:
    """Save what is translated as a draft: wagtail-localize forgets it along with the original."""
    written = StringTranslation.objects.filter(
        context__object_id=record.source.object_id, locale_id=record.target_locale_id
    )
    if not written.exists():
        return
    try:
        with transaction.atomic():
            draft = record.source.get_ephemeral_translated_instance(
                record.target_locale, fallback=True
            )
            draft.save_revision(clean=False)
    except Exception:
        # The page goes whatever wagtail-localize makes of its text; the words stay in the log.
        words = list(written.values_list("data", flat=True))
        logger.exception("No draft of translation %s could be made of %s", record.uuid, words)


def when_snippet_saved(instance, created, **_signal):
    """Bring the source of a snippet's translations up to date, once all of it is saved.

    The revision is the last thing that is saved of a snippet, after the rows that belong to it.
    """
    if not created or issubclass(instance.base_content_type.model_class(), Page):
        return
    snippet = instance.content_object
    if isinstance(snippet, TranslatableMixin):
        renew_source(snippet)


def before_record_saved(instance, **_signal):
    """Find out whether the record of a translation is stopped or begun again."""
    stored = Translation.objects.filter(pk=instance.pk).values_list("enabled", flat=True)
    instance._is_as_it_was = stored.first() == instance.enabled


def when_record_saved(instance, **_signal):
    """Tell what shows a snippet that its translation has been begun or stopped."""
    if not instance.__dict__.pop("_is_as_it_was", False):
        _tell_of_snippet(instance.source)


def when_record_deleted(instance, **_signal):
    """Tell what shows a snippet that it is not translated any more."""
    _tell_of_snippet(instance.source)


def when_logged(instance, **_signal):
    """Tell what shows a snippet when it has been translated for the first time."""
    logged = TranslationLog.objects.filter(source=instance.source_id, locale=instance.locale_id)
    if logged.count() <= LOGGED_WHEN_TRANSLATED:
        _tell_of_snippet(instance.source)


def _tell_of_snippet(source: TranslationSource) -> None:
    # What guard.is_untranslated says may have changed, though the snippet's own row has not.
    model = source.specific_content_type.model_class()
    if model is not None and not issubclass(model, Page):
        touch(rows_of(model), translations_tag(source.object))


def before_restricted(instance, **_signal):
    """Find out which translations have the restriction that is about to change or go."""
    strays.note_copies(instance)


def when_restricted(instance, **_signal):
    """Give the translations of a page the restriction that it has now, or none."""
    _restrict_translations(instance)
    strays.let_copies_follow(instance)
    strays.restrict_strays(instance.page)


def when_released(instance, origin=None, **_signal):
    """Take the restriction from the translations as well, unless the whole page is deleted."""
    model = getattr(origin, "model", type(origin))
    if model is PageViewRestriction:
        _restrict_translations(instance)
        strays.drop_copies(instance)


def when_groups_changed(instance, action, **_signal):
    """Let the same groups read the translations."""
    if not isinstance(instance, PageViewRestriction):
        return
    if action.startswith("pre_"):
        strays.note_copies(instance)
    else:
        _restrict_translations(instance)
        strays.let_copies_follow(instance)


def _restrict_translations(restriction: PageViewRestriction) -> None:
    original = restriction.page
    for page in translations_of(original):
        TranslationSource().sync_view_restrictions(original, page)


def connect() -> None:
    """Connect every receiver; called once, when the apps are ready."""
    for signal, receiver, sender in (
        (page_published, when_published, None),
        (page_unpublished, when_unpublished, None),
        (post_page_move, when_moved, None),
        (pre_delete, when_deleted, Page),
        (post_save, when_snippet_saved, Revision),
        (pre_save, before_record_saved, Translation),
        (post_save, when_record_saved, Translation),
        (post_delete, when_record_deleted, Translation),
        (post_save, when_logged, TranslationLog),
        (pre_save, before_restricted, PageViewRestriction),
        (pre_delete, before_restricted, PageViewRestriction),
        (post_save, when_restricted, PageViewRestriction),
        (post_delete, when_released, PageViewRestriction),
        (m2m_changed, when_groups_changed, PageViewRestriction.groups.through),
    ):
        signal.connect(
            receiver, sender=sender, dispatch_uid=f"portal.translation.{receiver.__name__}"
        )
