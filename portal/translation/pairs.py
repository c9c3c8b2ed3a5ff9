"""Which pages are translations of which."""

from django.conf import settings
from django.db.models import Q, QuerySet
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation, TranslationSource


def translations_of(page: Page) -> QuerySet[Page]:
    """Return the pages in other languages whose original is ``page``; none for a translation.

    The original is the one from which wagtail-localize translates; where it keeps no record of a
    page, that in the source language of the site.
    """
    records = Translation.objects.filter(source__object_id=page.translation_key)
    targets = records.filter(source__locale_id=page.locale_id).values("target_locale_id")
    translated = Q(locale_id__in=targets)
    if _is_in_source_language(page) and not records.filter(target_locale_id=page.locale_id):
        translated |= ~Q(locale_id=page.locale_id)
    others = Page.objects.filter(translated, translation_key=page.translation_key, alias_of=None)
    return others.exclude(pk=page.pk)


def record_of(translated) -> Translation | None:
    """Return wagtail-localize's record of a translated page or snippet that it keeps in step.

    None for an original, and for a translation that somebody stopped.
    """
    records = Translation.objects.filter(
        source__object_id=translated.translation_key,
        target_locale_id=translated.locale_id,
        enabled=True,
    )
    return records.select_related("source", "target_locale").first()


def records_from(original) -> list[Translation]:
    """Return wagtail-localize's records of what is translated from a page or snippet."""
    source = TranslationSource.objects.get_for_instance_or_none(original)
    if source is None:
        return []
    found = list(source.translations.select_related("target_locale"))
    for record in found:
        record.source = source
    return found


def _is_in_source_language(page: Page) -> bool:
    languages = Locale.objects.filter(pk=page.locale_id).values_list("language_code", flat=True)
    return languages.first() == settings.LANGUAGE_CODE
