"""Edits of translations: made, written, brought up to date, edited on their own."""

from wagtail_localize.models import Translation, TranslationSource

from news.models import NewsCategory
from portal.models import Identity, SigningBody
from portal.translation.guard import reasons_against
from portal.translation.pairs import record_of
from tests.editing import edit_url
from tests.oracle.edits.asking import by_model, pages, post, sources
from tests.oracle.site import publish
from tests.translating import submit, write


@by_model
def submit_page(world, pick):
    page = pick.one(sources())
    if page is None or Translation.objects.filter(source__object_id=page.translation_key):
        return None
    submit(page.specific)
    return f"page {page.pk} submitted for translation"


@by_model
def translate_page(world, pick):
    record = pick.one(Translation.objects.order_by("pk"))
    if record is None:
        return None
    write(record, words=lambda _source: world.text("English"))
    if reasons_against(record):
        return f"translation {record.pk} written, not published"
    record.save_target(publish=True)
    return f"translation {record.pk} written and published"


@by_model
def translate_new_page(world, pick):
    done = Translation.objects.values("source__object_id")
    page = pick.one(sources().filter(live=True).exclude(translation_key__in=done))
    if page is None:
        return None
    record = submit(page.specific)
    write(record, words=lambda _source: world.text("English"))
    record.save_target(publish=True)
    return f"page {page.pk} translated"


@by_model
def translate_snippet(world, pick):
    models = (NewsCategory, SigningBody, Identity)
    found = [s for m in models for s in m.objects.filter(locale__language_code="vi").order_by("pk")]
    snippet = pick.one(found)
    if snippet is None:
        return None
    record = submit(snippet)
    if pick.number(0, 1):
        write(record, words=lambda _source: world.text("English"))
        record.save_target(publish=True)
    return f"{snippet} translated"


@by_model
def stop_translation(world, pick):
    record = pick.one(Translation.objects.order_by("pk"))
    if record is None:
        return None
    record.enabled = not record.enabled
    record.save(update_fields=["enabled"])
    return f"translation {record.pk} enabled: {record.enabled}"


@by_model
def edit_translated_page(world, pick):
    page = pick.one(pages().filter(locale__language_code="en", live=True))
    if page is None:
        return None
    page = page.specific
    page.title = world.text("English by hand")
    publish(page)
    return f"translated page {page.pk} edited"


def synchronise_in_admin(world, pick):
    if (source := pick.one(TranslationSource.objects.order_by("pk"))) is None:
        return None
    data = {"publish_translations": "on"} if pick.number(0, 1) else {}
    post(world, f"/admin/localize/update/{source.pk}/", data)
    return f"translations of {source.object_repr} brought up to date in the admin"


def publish_translation_in_admin(world, pick):
    translated = pages().filter(locale__language_code="en").specific()
    page = pick.one([page for page in translated if record_of(page)])
    if page is None:
        return None
    write(record_of(page), words=lambda _source: world.text("English"))
    post(world, edit_url(page), {"action": "publish"})
    return f"translation {page.pk} written, and published in the admin"


EDITS = [
    submit_page, translate_page, translate_page, translate_new_page, translate_snippet,
    stop_translation, edit_translated_page, synchronise_in_admin, publish_translation_in_admin,
]  # fmt: skip
