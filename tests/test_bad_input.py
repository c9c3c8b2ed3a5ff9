"""What may be typed wrong in a page: said at the field, in Vietnamese; nothing lost or saved."""

import unicodedata
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page
from wagtail.test.utils.form_data import rich_text, streamfield
from wagtail_localize.models import Translation, TranslationSource

from home.factories import InfoPageFactory, english_home
from news.factories import NewsCategoryFactory, NewsPageFactory
from news.models import NewsPage
from portal.factories import ImageFactory, locale
from portal.roles import EDITORS, MODERATORS
from tests.editing import (
    NO_DATE,
    NOT_NEGATIVE,
    REQUIRED,
    Says,
    edit_url,
    errors_at,
    fill_in,
    refused,
    said,
    sign_in,
    stored,
    too_long,
    typed,
)

pytestmark = pytest.mark.django_db

NO_MOMENT = Says("Enter a valid date/time.")
NOT_SAVED = Says("The page could not be saved due to validation errors.")


# The fields of an article


BAD_FIELDS = {
    "a day that no month has": ({"date": "31/02/2026 10:00"}, NO_MOMENT),
    "a date in words": ({"date": "hôm qua"}, NO_MOMENT),
    "no date": ({"date": ""}, REQUIRED),
    "a day of review that is none": ({"last_reviewed": "32/01/2026"}, NO_DATE),
    "no title": ({"title": ""}, REQUIRED),
    "a title of 300 characters": ({"title": "Đ" * 300}, too_long(255, 300)),
    "no lead": ({"lead": ""}, REQUIRED),
    "a lead too long": ({"lead": "x" * 601}, too_long(600, 601)),
    "no category": ({"category": ""}, REQUIRED),
    "a slug that is taken": (
        {"slug": "da-co"},
        Says(
            "The slug '%(page_slug)s' is already in use within the parent page.", page_slug="da-co"
        ),
    ),
    "a slug with a space": (
        {"slug": "hai tu"},
        Says(
            "Enter a valid “slug” consisting of Unicode letters, numbers, underscores, or hyphens."
        ),
    ),
    "an address that is none": ({"source_url": "không phải"}, Says("Enter a valid URL.")),
    "a negative number": ({"legacy_number": "-1"}, NOT_NEGATIVE),
    "a wrong time to go live": ({"go_live_at": "mai"}, NO_MOMENT),
    "an expiry before going live": (
        {"expire_at": "01/01/2030 10:00", "go_live_at": "02/01/2030 10:00"},
        Says("Go live date/time must be before expiry date/time"),
    ),
    "an expiry that is past": (
        {"expire_at": "01/01/2020 10:00"},
        Says("Expiry date/time must be in the future."),
    ),
}


@pytest.mark.parametrize(("changes", "message"), BAD_FIELDS.values(), ids=BAD_FIELDS.keys())
def test_a_wrong_field_of_an_article_is_said_at_the_field(site, changes, message):
    article = NewsPageFactory(parent=site.news)
    NewsPageFactory(parent=site.news, slug="da-co")
    browser = sign_in(EDITORS)
    response = refused(browser, edit_url(article), source_name="Báo Quảng Ninh", **changes)
    name = next(iter(changes))
    assert errors_at(response, name) == [str(message)]
    assert any(str(NOT_SAVED) in line for line in said(response))
    form = typed(response)
    for field, value in {"source_name": "Báo Quảng Ninh", **changes}.items():
        assert form[field].strip() == value


@pytest.mark.parametrize("action", ["action-publish", "action-submit", "save"])
def test_a_wrong_date_is_refused_whatever_is_to_happen(site, action):
    article = NewsPageFactory(parent=site.news)
    browser = sign_in(MODERATORS)
    response = refused(browser, edit_url(article), action, date="31/02/2026 10:00")
    assert errors_at(response, "date") == [str(NO_MOMENT)]


def test_a_wrong_date_of_a_new_article_makes_no_page(site):
    category = NewsCategoryFactory()
    browser = sign_in(EDITORS)
    url = f"/admin/pages/add/news/newspage/{site.news.pk}/"
    response = refused(
        browser, url, "save", title="Tin mới", slug="tin-moi", lead="Câu dẫn.",
        date="25/13/2026", category=str(category.pk),
    )  # fmt: skip
    assert errors_at(response, "date") == [str(NO_MOMENT)]
    assert typed(response)["title"] == "Tin mới"
    assert not NewsPage.objects.exists()


def test_a_lead_picture_without_words_is_refused_at_the_words(site):
    article = NewsPageFactory(parent=site.news)
    picture = ImageFactory()
    response = refused(
        sign_in(EDITORS), edit_url(article), lead_image=str(picture.pk), lead_image_caption="Lễ"
    )
    message = Says("Describe the picture, or tick that it is decorative.")
    assert errors_at(response, "lead_image_alt") == [str(message)]
    assert typed(response)["lead_image"] == str(picture.pk)
    assert typed(response)["lead_image_caption"] == "Lễ"


def test_a_draft_may_still_lack_what_publication_needs(site):
    article = NewsPageFactory(parent=site.news)
    browser = sign_in(EDITORS)
    form = fill_in(browser, edit_url(article), lead="", category="", title="Mới có nhan đề")
    assert browser.post(edit_url(article), form).status_code == 302
    article.refresh_from_db()
    assert article.get_latest_revision_as_object().title == "Mới có nhan đề"


# Text and slugs that are put right rather than refused


def test_decomposed_text_is_stored_composed(site):
    article = NewsPageFactory(parent=site.news)
    browser = sign_in(MODERATORS)
    words = unicodedata.normalize("NFD", "Đảng bộ Khối các cơ quan tỉnh Quảng Ninh")
    block = {"text": words, "level": "2"}
    form = fill_in(
        browser, edit_url(article), title=words, lead=words, source_name=words,
        body=streamfield([("heading", block), ("paragraph", rich_text(f"<p>{words}</p>"))]),
    )  # fmt: skip
    browser.post(edit_url(article), {**form, "action-publish": "1"})
    article.refresh_from_db()
    composed = unicodedata.normalize("NFC", words)
    assert (article.title, article.lead, article.source_name) == (composed,) * 3
    assert article.body[0].value["text"] == composed
    assert composed in article.body[1].value.source


def test_a_title_is_measured_as_it_is_stored(site):
    title = "ộ" * 200
    article = NewsPageFactory(parent=site.news)
    browser = sign_in(MODERATORS)
    form = fill_in(browser, edit_url(article), title=unicodedata.normalize("NFD", title))
    browser.post(edit_url(article), {**form, "action-publish": "1"})
    article.refresh_from_db()
    assert article.title == title


def test_the_marks_of_a_slug_are_dropped(site):
    article = NewsPageFactory(parent=site.news)
    browser = sign_in(MODERATORS)
    form = fill_in(browser, edit_url(article), slug="lễ-kỷ-niệm")
    browser.post(edit_url(article), {**form, "action-publish": "1"})
    article.refresh_from_db()
    assert article.slug == "le-ky-niem"


def test_a_slug_that_is_taken_without_its_marks_is_refused(site):
    article = NewsPageFactory(parent=site.news)
    NewsPageFactory(parent=site.news, slug="le-ky-niem")
    response = refused(sign_in(EDITORS), edit_url(article), slug="lễ-kỷ-niệm")
    assert "“le-ky-niem”" in errors_at(response, "slug")[0]


# Pages that are no longer what they were


def test_saving_a_page_that_was_deleted_meanwhile_is_not_found(site):
    page = InfoPageFactory(parent=site.home)
    browser = sign_in(EDITORS)
    url = edit_url(page)
    form = fill_in(browser, url, title="Mới")
    page.delete()
    before = stored()
    response = browser.post(url, {**form, "action-submit": "1"})
    assert response.status_code == 404
    assert stored() == before


def test_a_page_below_a_parent_that_was_deleted_meanwhile_is_not_made(site):
    browser = sign_in(EDITORS)
    parent = InfoPageFactory(parent=site.home)
    url = f"/admin/pages/add/home/infopage/{parent.pk}/"
    form = fill_in(browser, url, title="Con", slug="con")
    parent.delete()
    count = Page.objects.count()
    assert browser.post(url, form).status_code == 404
    assert Page.objects.count() == count


def test_an_article_that_expires_in_time_is_taken(site):
    article = NewsPageFactory(parent=site.news)
    browser = sign_in(MODERATORS)
    end = timezone.localtime(timezone.now() + timedelta(days=2)).strftime("%d/%m/%Y %H:%M")
    form = fill_in(browser, edit_url(article), expire_at=end)
    browser.post(edit_url(article), {**form, "action-publish": "1"})
    article.refresh_from_db()
    assert timezone.localtime(article.expire_at).strftime("%d/%m/%Y %H:%M") == end


@pytest.fixture
def ended(site):
    """An article whose end has come, to the second, and which the schedule has withdrawn."""
    article = NewsPageFactory(parent=site.news, expire_at=timezone.now() - timedelta(hours=3))
    article.save_revision().publish()
    article.unpublish(set_expired=True)
    return article


def test_an_article_that_has_ended_is_saved_as_it_is(ended):
    browser = sign_in(EDITORS)
    form = fill_in(browser, edit_url(ended), source_name="Báo Quảng Ninh")
    assert browser.post(edit_url(ended), form).status_code == 302
    ended.refresh_from_db()
    draft = ended.get_latest_revision_as_object()
    assert (draft.source_name, draft.expire_at) == ("Báo Quảng Ninh", ended.expire_at)


def test_an_article_that_has_ended_is_published_with_another_end_or_none(ended):
    browser = sign_in(MODERATORS)
    response = refused(browser, edit_url(ended), "action-publish", source_name="Báo Quảng Ninh")
    end = timezone.localtime(ended.expire_at).strftime("%H:%M %d/%m/%Y")
    message = Says(
        "This page ended for readers at %(time)s. Nothing was published. Under “Status” "
        "choose “Edit schedule” and remove that end, or set a later one; then publish.",
        time=end,
    )
    assert any(str(message) in line for line in said(response))
    assert typed(response)["source_name"] == "Báo Quảng Ninh"
    form = fill_in(browser, edit_url(ended), expire_at="")
    browser.post(edit_url(ended), {**form, "action-publish": "1"})
    ended.refresh_from_db()
    assert (ended.live, ended.expired, ended.expire_at) == (True, False, None)


def test_what_has_ended_is_not_published_together_with_others(ended):
    other = NewsPageFactory(parent=ended.get_parent().specific, live=False)
    path = f"/admin/bulk/wagtailcore/page/publish/?id={other.pk}&id={ended.pk}&next=/admin/"
    response = sign_in(MODERATORS).post(path, follow=True)
    message = Says(
        "“%(title)s” ended for readers at %(time)s. Nothing was published. Open it, remove "
        "that end or set a later one, and publish it there.",
        title=ended.title,
        time=timezone.localtime(ended.expire_at).strftime("%H:%M %d/%m/%Y"),
    )
    assert any(str(message) in line for line in said(response))
    assert not Page.objects.filter(pk__in=[ended.pk, other.pk], live=True).exists()


@pytest.fixture
def translation(site):
    """A draft in English of a Vietnamese page, as wagtail-localize keeps it."""
    english_home(site)
    original = InfoPageFactory(parent=site.home, title="Giới thiệu", lead="Câu dẫn.")
    source, _made = TranslationSource.get_or_create_from_instance(original)
    record = Translation.objects.create(source=source, target_locale=locale("en"))
    record.save_target(publish=False)
    return record


def test_publishing_a_translation_whose_original_was_deleted_publishes_nothing(translation):
    page = translation.get_target_instance()
    moderator = sign_in(MODERATORS)
    assert moderator.get(edit_url(page)).status_code == 200
    translation.source.get_source_instance().delete()
    before = stored()
    response = moderator.post(edit_url(page), {"action": "publish"}, follow=True)
    assert response.status_code == 200
    message = Says(
        "The original of “%(title)s” was deleted. Nothing was published. What had been "
        "translated is kept below, in a page that now stands by itself.",
        title=page.title,
    )
    assert any(str(message) in line for line in said(response))
    assert stored() == before
    assert typed(response)["title"] == page.title


def test_a_page_that_was_deleted_cannot_be_submitted_for_translation(translation):
    original = translation.source.get_source_instance()
    moderator = sign_in(MODERATORS)
    address = f"/admin/localize/submit/page/{original.pk}/"
    original.delete()
    before = stored()
    response = moderator.post(address, {"locales": [str(locale("en").pk)]})
    assert response.status_code == 404
    assert stored() == before


def test_a_sentence_of_a_translation_whose_original_was_deleted_is_not_found(translation):
    segment = translation.source.stringsegment_set.first()
    moderator = sign_in(MODERATORS)
    address = f"/admin/localize/translate/{translation.pk}/strings/{segment.pk}/edit/"
    written = moderator.put(address, b"value=About", "application/x-www-form-urlencoded")
    assert written.status_code == 201
    translation.source.get_source_instance().delete()
    before = stored()
    response = moderator.put(address, b"value=About us", "application/x-www-form-urlencoded")
    assert response.status_code == 404
    assert stored() == before
