"""Nothing is published in a language before it is written in it.

wagtail-localize fills what is not translated, or has an error, with the words of the original and
publishes it; readers would get Vietnamese on a page that says it is English. Every way by which a
translation can reach readers leads through `refuse_unfinished`: wagtail-localize's own (its
editor, its updates, its re-submissions) through `Translation.save_target`, which `install` wraps,
all others (schedule, approval, bulk actions) through `BasePage.publish`. What people see when they
are refused is said by portal.translation.admin before it comes to that.
"""

from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import DraftStateMixin, Page
from wagtail_localize.models import SegmentOverride, Translation, TranslationLog
from wagtail_localize.strings import StringValue

from portal.translation.pairs import record_of
from portal.translation.slugs import settle_slug, target_of

# A snippet is logged when its copy is made, and each time that its translation is saved.
LOGGED_WHEN_TRANSLATED = 2


class UnfinishedTranslationError(ValidationError, PermissionDenied):
    """A translation was to be published before it was finished; nothing was changed.

    wagtail-localize expects a ValidationError of a translation that cannot be saved, Wagtail a
    PermissionDenied of a page that must not be published.
    """

    def __init__(self, reasons: list[str]):
        super().__init__({"__all__": reasons})
        self.reasons = reasons


@dataclass(frozen=True)
class Missing:
    """What of a translation is not written: the texts of the original, out of ``total``."""

    texts: list[str]
    total: int

    def __bool__(self):
        return bool(self.texts)

    def __str__(self):
        return _(
            "Texts not yet translated, or with an error: %(count)d of %(total)d. "
            "The first is “%(text)s”."
        ) % {"count": len(self.texts), "total": self.total, "text": self.texts[0]}


def missing(record: Translation) -> Missing:
    """Return the texts of the original that have no translation without error.

    Texts without a letter read the same in every language, and the slug follows from the title
    (portal.translation.slugs): neither counts. A picture or link chosen for the language counts
    when it has an error.
    """
    segments = record.source.stringsegment_set.order_by("order")
    untranslated = segments.annotate_translation(record.target_locale).filter(translation=None)
    texts = _worth_translating(untranslated)
    overridden = record.source.overridablesegment_set.order_by("order").values("context_id")
    wrong = SegmentOverride.objects.filter(
        context_id__in=overridden, locale_id=record.target_locale_id, has_error=True
    )
    texts += [error.field_error or error.data_json for error in wrong]
    return Missing(texts, segments.count())


def _worth_translating(segments) -> list[str]:
    texts = [
        _plain(segment.string.data)
        for segment in segments.select_related("string", "context")
        if segment.context.path != "slug"
    ]
    return [text for text in texts if any(character.isalpha() for character in text)]


def _plain(data: str) -> str:
    text = strip_tags(StringValue(data).render_text()).strip()
    return text if len(text) <= 80 else f"{text[:79].rstrip()}…"


def reasons_against(record: Translation) -> list[str]:
    """Return why the translation must not be published, in the active language; empty if it may."""
    reasons = []
    if not _original_is_public(record):
        reasons.append(_("The original is not public. Publish it first."))
    if found := missing(record):
        reasons.append(str(found))
    return reasons


def untranslated_relations(record: Translation) -> list[str]:
    """Return the names of the categories, offices and the like that are shown, yet untranslated."""
    names = []
    segments = record.source.relatedobjectsegment_set.order_by("order").select_related("object")
    for segment in segments:
        related = segment.object.get_instance_or_none(record.target_locale)
        original = segment.object.get_instance_or_none(record.source.locale)
        if (related is None or is_untranslated(related)) and str(original) not in names:
            names.append(str(original))
    return names


def is_untranslated(snippet) -> bool:
    """Whether a snippet is a copy of its original that nobody has translated yet.

    wagtail-localize makes such a copy, at once shown, when a snippet or a page that uses it is
    submitted. It is saved again only when everything is translated, which is logged. What this
    depends on is told by portal.translation.sync.
    """
    record = record_of(snippet)
    if record is None:
        return False
    logged = TranslationLog.objects.filter(
        source_id=record.source_id, locale_id=record.target_locale_id
    )
    is_new = logged.count() < LOGGED_WHEN_TRANSLATED
    return is_new and bool(_worth_translating(record.source.stringsegment_set.all()))


def written(snippets: list) -> list:
    """Return those of ``snippets``, all of one kind and language, that are not `is_untranslated`.

    One query for a language from which others are translated, a few more for each snippet of a
    language into which they are.
    """
    if not snippets:
        return []
    records = Translation.objects.filter(target_locale_id=snippets[0].locale_id, enabled=True)
    keys = set(
        records.filter(source__object_id__in=[s.translation_key for s in snippets]).values_list(
            "source__object_id", flat=True
        )
    )
    return [s for s in snippets if s.translation_key not in keys or not is_untranslated(s)]


def refuse_unfinished(record: Translation) -> None:
    """Raise UnfinishedTranslationError when the translation must not be published."""
    if reasons := reasons_against(record):
        raise UnfinishedTranslationError(reasons)


def refuse_unfinished_page(page: Page) -> None:
    """Raise UnfinishedTranslationError for a translation that must not be published."""
    record = record_of(page)
    if record is not None:
        refuse_unfinished(record)


def _original_is_public(record: Translation) -> bool:
    model = record.source.specific_content_type.model_class()
    if not issubclass(model, DraftStateMixin):
        return True
    return model.objects.filter(
        translation_key=record.source.object_id, locale_id=record.source.locale_id, live=True
    ).exists()


def install() -> None:
    """Put the guard before everything that wagtail-localize writes."""
    if not hasattr(Translation.save_target, "is_guarded"):
        Translation.save_target = _guarded(Translation.save_target)


def _guarded(save_target):
    @wraps(save_target)
    def guarded(record, user=None, publish=True):
        target = target_of(record)
        settle_slug(record)
        has_drafts = issubclass(record.source.specific_content_type.model_class(), DraftStateMixin)
        if has_drafts and not publish and target is not None and target.live:
            # A draft would be written over what readers see: wagtail-localize saves the row of
            # the page, not only a revision of it.
            return None
        # A snippet without drafts is shown as soon as it is saved; its first copy must be made,
        # or there would be nothing to translate.
        if publish if has_drafts else target is not None:
            refuse_unfinished(record)
        return save_target(record, user=user, publish=publish)

    guarded.is_guarded = True
    return guarded


NOT_PUBLISHED = gettext_lazy(
    "“%(title)s” was not published in %(language)s. Everything translated so far is kept."
)
RELATION = gettext_lazy("“%(name)s”, which the page shows, is not translated yet.")


def explanation(record: Translation, title: str) -> str:
    """Return, for whoever wants to publish a translation, why not; empty when nothing is amiss."""
    reasons = reasons_against(record)
    reasons += [str(RELATION) % {"name": name} for name in untranslated_relations(record)]
    if not reasons:
        return ""
    language = record.target_locale.get_display_name()
    return " ".join([str(NOT_PUBLISHED) % {"title": title, "language": language}, *reasons])
