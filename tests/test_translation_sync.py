"""A change of an original reaches its translations, and publishes nothing."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.coreutils import get_content_languages
from wagtail.models import Page, PageLogEntry, PageViewRestriction
from wagtail_localize.models import TranslationSource

from home.factories import HistoryIndexPageFactory, HistoryPageFactory, InfoPageFactory
from news.factories import NewsCategoryFactory, NewsIndexPageFactory, NewsPageFactory
from portal import schedule
from portal.factories import FormerNameFactory, UserFactory, locale
from portal.translation.guard import missing
from portal.translation.pairs import translations_of
from tests.translating import committing, edit, record, submit, translated, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def english(site):
    """The English home page and list of news."""
    translated(site.home, words=lambda text: f"English {text}")
    return translated(site.news, words=lambda text: "News")


@pytest.fixture
def article(site, english):
    """A Vietnamese article with an English translation, both live."""
    article = edit(NewsPageFactory(parent=site.news, title="Bản tin", lead="Lời dẫn."))
    translated(article, words={"Bản tin": "A report", "Lời dẫn.": "The lead."}.get)
    return article


def in_english(page):
    return type(page).objects.get(translation_key=page.translation_key, locale=locale("en"))


# Published


def test_a_changed_text_waits_for_its_translators_and_readers_keep_what_they_had(article, client):
    before = in_english(article)
    edit(article, lead="Lời dẫn mới.")
    assert missing(record(article)).texts == ["Lời dẫn mới."]
    after = in_english(article)
    assert after.lead == "The lead."
    assert after.live
    assert after.last_published_at == before.last_published_at
    assert after.latest_revision_id == before.latest_revision_id
    assert "The lead." in client.get(after.url).content.decode()


def test_what_is_the_same_in_every_language_follows_with_the_next_publication(article):
    edit(article, is_pinned=True)
    assert not in_english(article).is_pinned
    with committing():
        record(article).save_target(publish=True)
    assert in_english(article).is_pinned


def test_a_draft_of_the_original_changes_nothing(article):
    article.lead = "Chỉ là bản nháp."
    article.save_revision()
    assert not missing(record(article))


def test_a_text_that_comes_back_has_its_translation_again(article):
    edit(article, lead="Lời dẫn mới.")
    edit(article, lead="Lời dẫn.")
    assert not missing(record(article))


def test_a_page_that_is_not_translated_is_published_without_a_source(site):
    page = edit(InfoPageFactory(parent=site.home))
    assert not TranslationSource.objects.exists()
    assert page.live


def test_publishing_a_translation_changes_no_source(article):
    before = TranslationSource.objects.values_list("pk", "last_updated_at").order_by("pk")
    kept = list(before)
    edit(in_english(article))
    assert list(before.all()) == kept


def test_an_original_that_cannot_be_read_is_published_all_the_same(article, monkeypatch, caplog):
    def fail(_self):
        raise LookupError("a block that nobody knows")

    monkeypatch.setattr(TranslationSource, "update_from_db", fail)
    edit(article, lead="Lời dẫn mới.")
    assert type(article).objects.get(pk=article.pk).lead == "Lời dẫn mới."
    assert "could not be given to the translators" in caplog.text


def test_the_source_is_renewed_with_the_change_or_not_at_all(article):
    source = record(article).source
    with pytest.raises(ZeroDivisionError):
        _edit_and_fail(article, source)
    source.refresh_from_db()
    assert json.loads(source.content_json)["lead"] == "Lời dẫn."


@transaction.atomic
def _edit_and_fail(article, source):
    edit(article, lead="Lời dẫn mới.")
    source.refresh_from_db()
    assert json.loads(source.content_json)["lead"] == "Lời dẫn mới."
    raise ZeroDivisionError


def test_translations_expire_with_their_original(article):
    moment = timezone.now() + timedelta(days=1)
    edit(article, expire_at=moment)
    assert in_english(article).expire_at == moment
    edit(article, expire_at=None)
    assert in_english(article).expire_at is None


def test_a_changed_category_waits_for_its_translators(site):
    category = NewsCategoryFactory(name="Tin hoạt động")
    english = translated(category, words=lambda text: "Activities")
    category.name = "Hoạt động"
    category.save()
    category.save_revision()
    assert missing(record(category)).texts == ["Hoạt động"]
    english.refresh_from_db()
    assert english.name == "Activities"


def test_the_rows_of_an_identity_are_read_when_all_are_saved(site):
    translated(site.identity, words=lambda text: f"English {text}")
    FormerNameFactory(identity=site.identity, name="Tên gọi cũ")
    site.identity.save_revision()
    assert missing(record(site.identity)).texts == ["Tên gọi cũ"]


# Unpublished


def test_what_is_withdrawn_is_withdrawn_in_every_language(article, client):
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    path = reverse("wagtailadmin_pages:unpublish", args=[article.pk])
    response = client.post(path, follow=True)
    english = in_english(article)
    assert not english.live
    assert "A report" in response.content.decode()
    entries = PageLogEntry.objects.filter(action="wagtail.unpublish")
    entries = {entry.page_id: entry for entry in entries}
    assert entries.keys() == {article.pk, english.pk}
    assert {entry.user for entry in entries.values()} == {user}
    assert len({entry.uuid for entry in entries.values()}) == 1


def test_unpublishing_a_translation_leaves_the_original_alone(article):
    in_english(article).unpublish()
    assert type(article).objects.get(pk=article.pk).live


def test_an_original_that_expires_takes_its_translations_along(article):
    edit(article, expire_at=timezone.now() + timedelta(hours=1))
    type(article).objects.update(expire_at=timezone.now() - timedelta(seconds=1))
    outcome = schedule.run()
    assert outcome.failed == []
    english = in_english(article)
    assert (english.live, english.expired) == (False, True)


def test_unpublishing_a_section_withdraws_its_pages_in_every_language(site, english, client):
    index = edit(HistoryIndexPageFactory(parent=site.home))
    page = edit(HistoryPageFactory(parent=index))
    translated(index, words=lambda text: "History")
    translated(page, words=lambda text: "A chapter")
    client.force_login(UserFactory(is_superuser=True))
    path = reverse("wagtailadmin_pages:unpublish", args=[index.pk])
    client.post(path, {"include_descendants": "on"})
    assert not in_english(index).live
    assert not in_english(page).live


def test_many_pages_are_unpublished_at_once(article, client):
    client.force_login(UserFactory(is_superuser=True))
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    assert client.post(f"{path}?id={article.pk}&id={in_english(article).pk}").status_code == 302
    assert not Page.objects.filter(translation_key=article.translation_key, live=True).exists()


# Moved


def test_translations_follow_to_the_translation_of_the_new_parent(site, english):
    first, second = (InfoPageFactory(parent=site.home, title=t) for t in ("Mục một", "Mục hai"))
    page = edit(InfoPageFactory(parent=edit(first), title="Trang"))
    edit(second)
    for instance, title in ((first, "First"), (second, "Second"), (page, "Page")):
        translated(instance, words=lambda text, title=title: title)
    page.move(second, pos="last-child")
    assert in_english(page).get_parent().specific == in_english(second)
    assert in_english(page).url == "/en/second/page/"


def test_translations_stay_where_the_new_parent_is_not_translated(site, english):
    parent = edit(InfoPageFactory(parent=site.home))
    page = edit(InfoPageFactory(parent=site.home, title="Trang"))
    translated(page, words=lambda text: "Page")
    before = in_english(page).url
    page.move(parent, pos="last-child")
    assert in_english(page).url == before
    assert in_english(page).live


def test_a_translation_that_follows_finds_a_free_address(site, english):
    parent = edit(InfoPageFactory(parent=site.home, title="Mục"))
    page = edit(InfoPageFactory(parent=site.home, title="Trang"))
    translated(parent, words=lambda text: "Section")
    translated(page, words=lambda text: "Page")
    InfoPageFactory(parent=in_english(parent), title="Page", locale=locale("en"))
    page.move(parent, pos="last-child")
    assert in_english(page).url == "/en/section/page-1/"


def test_an_order_of_pages_is_that_of_its_own_language(site, english):
    first, second = (edit(InfoPageFactory(parent=site.home)) for _ in range(2))
    translated(first, words=lambda text: "First")
    translated(second, words=lambda text: "Second")
    path = in_english(second).path
    second.move(first, pos="left")
    assert in_english(second).path == path


# Slug


def test_a_new_slug_of_the_original_leaves_that_of_the_translation_alone(article):
    before = in_english(article).url
    edit(article, slug="dia-chi-moi")
    assert not missing(record(article))
    with committing():
        record(article).save_target(publish=True)
    assert in_english(article).url == before == "/en/news/a-report/"


# Deleted


def test_a_deleted_original_leaves_its_translation_unpublished_with_every_word(article):
    edit(article, lead="Lời dẫn mới.")
    write(record(article), words=lambda text: "The new lead.")
    article.delete()
    page = Page.objects.get(translation_key=article.translation_key).specific
    assert not page.live
    assert page.get_latest_revision_as_object().lead == "The new lead."
    assert not translations_of(page)


def test_deleting_a_section_unpublishes_the_translations_of_all_its_pages(site, english):
    index = edit(HistoryIndexPageFactory(parent=site.home))
    page = edit(HistoryPageFactory(parent=index))
    translated(index, words=lambda text: "History")
    translated(page, words=lambda text: "A chapter")
    index.delete()
    left = Page.objects.filter(translation_key__in=[index.translation_key, page.translation_key])
    assert [p.live for p in left] == [False, False]


def test_deleting_a_translation_leaves_the_original_alone(article):
    in_english(article).delete()
    assert type(article).objects.get(pk=article.pk).live
    submit(article)
    assert not in_english(article).live


# Restricted


def test_translations_are_restricted_with_their_original(article, client):
    restriction = PageViewRestriction.objects.create(
        page=article, restriction_type=PageViewRestriction.LOGIN
    )
    url = in_english(article).url
    assert client.get(url).status_code == 302
    restriction.delete()
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("is_closed_later", [False, True])
def test_a_translation_that_cannot_follow_into_a_closed_section_is_closed_too(
    article, client, is_closed_later
):
    section = NewsIndexPageFactory(parent=article.get_parent().get_parent(), slug="noi-bo")
    closed = {"page": section, "restriction_type": PageViewRestriction.LOGIN}
    former = article.get_parent()
    if not is_closed_later:
        PageViewRestriction.objects.create(**closed)
    article.move(section, "last-child")
    if is_closed_later:
        assert client.get(in_english(article).url).status_code == 200
        PageViewRestriction.objects.create(**closed)
    assert client.get(in_english(article).url).status_code == 302
    former.refresh_from_db()
    type(article).objects.get(pk=article.pk).move(former, "last-child")
    assert client.get(in_english(article).url).status_code == 200


def test_the_groups_that_may_read_are_the_same(article):
    group = Group.objects.create(name="Cán bộ")
    restriction = PageViewRestriction.objects.create(
        page=article, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(group)
    assert list(in_english(article).view_restrictions.get().groups.all()) == [group]


def test_words_of_which_no_draft_can_be_made_stay_in_the_log(article, monkeypatch, caplog):
    def fail(*_arguments, **_options):
        raise LookupError("a block that nobody knows")

    monkeypatch.setattr(TranslationSource, "get_ephemeral_translated_instance", fail)
    title = in_english(article).title
    article.delete()
    assert not type(article).objects.filter(pk=article.pk).exists()
    assert "No draft of translation" in caplog.text
    assert title in caplog.text


def test_a_deleted_original_does_not_release_its_restricted_translation(article):
    PageViewRestriction.objects.create(page=article, restriction_type=PageViewRestriction.LOGIN)
    english = in_english(article)
    article.delete()
    assert english.view_restrictions.exists()


# Copied


def test_copying_a_translated_section_makes_no_translations(site, article):
    count = Page.objects.filter(locale=locale("en")).count()
    copied = site.news.copy(
        recursive=True, to=site.home, update_attrs={"slug": "ban-sao", "title": "Bản sao"}
    )
    assert copied.get_children().count() == 1
    assert Page.objects.filter(locale=locale("en")).count() == count
    assert not translations_of(copied)


@pytest.fixture
def french(settings):
    """A third language."""
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [
        *settings.LANGUAGES,
        ("fr", "Français"),
    ]
    get_content_languages.cache_clear()
    yield locale("fr")
    get_content_languages.cache_clear()


def test_a_translation_of_a_translation_is_withdrawn_with_the_first_original(site, article, french):
    for page in (site.home, site.news, article):
        translated(in_english(page), code="fr", words=lambda text: f"Fr {text}")
    assert Page.objects.filter(translation_key=article.translation_key, live=True).count() == 3
    article.unpublish()
    assert not Page.objects.filter(translation_key=article.translation_key, live=True).exists()
