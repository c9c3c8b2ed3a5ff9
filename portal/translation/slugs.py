"""Slugs of translations: made from the translated title, and left alone once readers know them."""

from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.strings import StringValue

from portal.folding import ascii_slug

TITLES = ("title", "name")


def settle_slug(record: Translation) -> None:
    """Give the slug of a translation its words, unless a translator has written them.

    wagtail-localize knows the translation of a slug by the words of the original's, so that a new
    slug of the original would carry over to the translation and break its address. Here it stays
    what it was; one that was never published follows from the translated title.
    """
    segment = record.source.stringsegment_set.filter(context__path="slug").first()
    if segment is None:
        return
    written = StringTranslation.objects.filter(
        context_id=segment.context_id, locale_id=record.target_locale_id
    )
    if written.filter(translation_of_id=segment.string_id).exists():
        return
    slug = _published_slug(record) or _earlier_slug(written) or _slug_from_title(record)
    if slug:
        StringTranslation.objects.create(
            translation_of_id=segment.string_id,
            context_id=segment.context_id,
            locale_id=record.target_locale_id,
            data=slug,
            translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
        )


def _published_slug(record: Translation) -> str:
    target = target_of(record)
    return target.slug if getattr(target, "first_published_at", None) else ""


def _earlier_slug(written) -> str:
    latest = written.filter(has_error=False).order_by("-updated_at").first()
    return latest.data if latest else ""


def _slug_from_title(record: Translation) -> str:
    segments = record.source.stringsegment_set.filter(context__path__in=TITLES)
    title = segments.annotate_translation(record.target_locale).first()
    if title is None or not title.translation:
        return ""
    return ascii_slug(StringValue(title.translation).render_text())


def target_of(record: Translation):
    """Return the translated page or snippet of a record, or None before it is made."""
    model = record.source.specific_content_type.model_class()
    return model.objects.filter(
        translation_key=record.source.object_id, locale_id=record.target_locale_id
    ).first()
