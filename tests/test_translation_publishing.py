"""A translation reaches readers when it is written, never before."""

import html
import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page, PageLogEntry, Workflow, WorkflowPage
from wagtail_localize.models import StringTranslation

from home.factories import HistoryIndexPageFactory, HistoryPageFactory, InfoPageFactory
from news.factories import NewsCategoryFactory, NewsPageFactory
from portal import roles, schedule
from portal.factories import UserFactory, locale
from portal.translation.guard import UnfinishedTranslationError, is_untranslated, missing
from tests.translating import committing, edit, publish, record, submit, translated, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def english(site):
    """The English home page and list of news."""
    translated(site.home, words=lambda text: f"English {text}")
    return translated(site.news, words=lambda text: "News")


@pytest.fixture
def admin(client):
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def article(site, english):
    """A live Vietnamese article that has just been submitted for translation into English."""
    article = edit(NewsPageFactory(parent=site.news, title="Bản tin", lead="Lời dẫn."))
    translated(article.category, words=lambda text: "Activities")
    submit(article)
    return article


def in_english(page):
    return type(page).objects.get(translation_key=page.translation_key, locale=locale("en"))


def press_publish(client, page):
    """Press "Publish" in the editor of wagtail-localize; return what the admin then says."""
    with committing():
        response = client.post(
            reverse("wagtailadmin_pages:edit", args=[page.pk]), {"action": "publish"}
        )
    assert response.status_code == 302
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# Submitting


def test_submitting_a_live_page_makes_a_draft(article, client):
    english = in_english(article)
    assert not english.live
    assert client.get(english.url or "/en/news/ban-tin/").status_code == 404


def test_submitting_in_the_admin_makes_drafts_of_the_parents_too(site, client, admin):
    edit(site.home)
    index = edit(HistoryIndexPageFactory(parent=site.home))
    page = edit(HistoryPageFactory(parent=index))
    locale("en")
    path = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    response = client.post(path, {"locales": [locale("en").pk]})
    assert response.status_code == 302
    made = Page.objects.filter(locale=locale("en"))
    assert made.count() == 3
    assert not made.filter(live=True).exists()
    assert not made.exclude(alias_of=None).exists()
    for original in (site.home, index, page):
        assert record(original).enabled
    assert client.get("/en/").status_code == 404


def test_submitting_a_live_translation_again_changes_nothing_that_readers_see(article, client):
    write(record(article), words={"Bản tin": "A report", "Lời dẫn.": "The lead."}.get)
    publish(record(article))
    edit(article, lead="Lời dẫn mới.")
    submit(article)
    assert in_english(article).lead == "The lead."


# What counts as written


def test_texts_without_a_letter_need_no_translation(site, english):
    page = edit(InfoPageFactory(parent=site.home, title="2026", lead="02033 835 678 – 98 %"))
    assert not missing(submit(page))


def test_a_translation_with_an_error_counts_as_missing(article):
    write(record(article), words={"Bản tin": "A report", "Lời dẫn.": "Lead <script>"}.get)
    assert StringTranslation.objects.get(data="Lead <script>").has_error
    assert missing(record(article)).texts == ["Lời dẫn."]


def test_the_slug_follows_from_the_translated_title(article):
    write(record(article), words={"Bản tin": "A report &amp; more", "Lời dẫn.": "The lead."}.get)
    publish(record(article))
    assert in_english(article).slug == "a-report-more"


def test_a_slug_that_a_translator_wrote_is_kept(article):
    segment = record(article).source.stringsegment_set.get(context__path="slug")
    StringTranslation.objects.create(
        translation_of=segment.string, context=segment.context, locale=locale("en"), data="short"
    )
    write(record(article), words={"Bản tin": "A report", "Lời dẫn.": "The lead."}.get)
    publish(record(article))
    assert in_english(article).slug == "short"


# The editor of wagtail-localize


def test_the_editor_opens_for_a_page(article, client, admin):
    response = client.get(reverse("wagtailadmin_pages:edit", args=[in_english(article).pk]))
    assert response.status_code == 200
    assert json.dumps("Lời dẫn.").strip('"') in html.unescape(response.content.decode())


def test_an_unfinished_translation_is_not_published_and_nothing_is_lost(article, client, admin):
    write(record(article), words={"Bản tin": "A report"}.get, skip=("lead",))
    said = press_publish(client, in_english(article))
    assert "1" in said
    assert "Lời dẫn." in said
    assert not in_english(article).live
    assert StringTranslation.objects.filter(data="A report").exists()
    assert in_english(article).draft_title == "A report"


def test_a_finished_translation_is_published_by_whoever_pressed_the_button(article, client, admin):
    write(record(article), words={"Bản tin": "A report", "Lời dẫn.": "The lead."}.get)
    press_publish(client, in_english(article))
    english = in_english(article)
    assert english.live
    assert "The lead." in client.get(english.url).content.decode()
    assert PageLogEntry.objects.get(page=english.pk, action="wagtail.publish").user == admin


def test_a_changed_sentence_never_puts_vietnamese_on_the_live_page(article, client, admin):
    write(record(article), words={"Bản tin": "A report", "Lời dẫn.": "The lead."}.get)
    press_publish(client, in_english(article))
    edit(article, lead="Lời dẫn mới.")
    assert "Lời dẫn mới." in press_publish(client, in_english(article))
    assert "The lead." in client.get(in_english(article).url).content.decode()


def test_a_page_that_shows_an_untranslated_category_waits_for_it(article, client, admin):
    category = NewsCategoryFactory(name="Chuyên đề")
    edit(article, category=category)
    submit(category)
    write(record(article), words={"Bản tin": "A report", "Lời dẫn.": "The lead."}.get)
    assert "Chuyên đề" in press_publish(client, in_english(article))
    assert not in_english(article).live
    write(record(category), words=lambda text: "Special topic")
    publish(record(category))
    press_publish(client, in_english(article))
    assert in_english(article).category.name == "Special topic"


def test_a_translation_of_a_withdrawn_page_is_not_published(article, client, admin):
    write(record(article), words={"Bản tin": "A report", "Lời dẫn.": "The lead."}.get)
    article.unpublish()
    press_publish(client, in_english(article))
    assert not in_english(article).live


def test_a_translation_of_a_deleted_page_is_not_published_and_says_why(article, client, admin):
    write(record(article), words={"Bản tin": "A report", "Lời dẫn.": "The lead."}.get)
    english = in_english(article)
    article.delete()
    assert "A report" in press_publish(client, english)
    english.refresh_from_db()
    assert not english.live
    page = client.get(reverse("wagtailadmin_pages:edit", args=[english.pk])).content.decode()
    assert "The lead." in page


def test_translators_may_write_and_not_publish(article, client):
    roles.set_up()
    translator = UserFactory()
    translator.groups.add(*_groups("Translators (en)"))
    client.force_login(translator)
    write(record(article), words={"Bản tin": "A report", "Lời dẫn.": "The lead."}.get)
    english = in_english(article)
    client.post(reverse("wagtailadmin_pages:edit", args=[english.pk]), {"action": "publish"})
    assert not in_english(article).live
    assert client.get(reverse("wagtailadmin_pages:edit", args=[english.pk])).status_code == 200
    assert client.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).status_code == 302


def _groups(*names):
    return Group.objects.filter(name__in=names)


# Snippets, which have no drafts


def test_a_snippet_is_saved_in_its_language_when_all_is_written(site, client, admin):
    category = NewsCategoryFactory(name="Chuyên đề", description="Về một việc.")
    submit(category)
    english = in_english(category)
    assert is_untranslated(english)
    write(record(category), words={"Chuyên đề": "Topic"}.get, skip=("description",))
    path = reverse("wagtailsnippets_news_newscategory:edit", args=[english.pk])
    client.post(path, {"action": "publish"})
    english.refresh_from_db()
    assert english.name == "Chuyên đề"
    write(record(category), words=lambda text: "About one thing.")
    client.post(path, {"action": "publish"})
    english.refresh_from_db()
    assert (english.name, english.slug) == ("Topic", "topic")
    assert not is_untranslated(english)


def test_using_a_changed_category_again_does_not_put_vietnamese_into_its_translation(article, site):
    category = article.category
    category.name = "Tên mới"
    category.save()
    category.save_revision()
    submit(edit(NewsPageFactory(parent=site.news, category=category)))
    assert in_english(category).name == "Activities"


# The other ways to readers


def test_no_revision_of_an_unfinished_translation_can_be_published(article):
    revision = in_english(article).save_revision()
    with pytest.raises(UnfinishedTranslationError) as refusal:
        revision.publish()
    assert isinstance(refusal.value, PermissionDenied | ValidationError)
    assert not in_english(article).live


def test_wagtail_localize_itself_saves_no_unfinished_translation(article):
    with pytest.raises(ValidationError):
        record(article).save_target(publish=True)
    assert not in_english(article).live


def test_the_schedule_publishes_no_unfinished_translation_and_goes_on(article, site, caplog):
    due = timezone.now() - timedelta(minutes=1)
    revision = in_english(article).save_revision(approved_go_live_at=due)
    other = NewsPageFactory(parent=site.news, live=False)
    other.save_revision(approved_go_live_at=due)
    outcome = schedule.run()
    assert outcome.failed == [str(revision.pk)]
    # Each minute again until it is finished: a line, and no traceback.
    [told] = [r for r in caplog.records if r.name == "portal.schedule" and r.levelname == "WARNING"]
    assert "Bản tin" in told.getMessage()
    assert told.exc_info is None
    other.refresh_from_db()
    assert other.live
    assert not in_english(article).live


def test_an_approval_publishes_no_unfinished_translation(article, client, admin):
    roles.set_up()
    english = in_english(article)
    WorkflowPage.objects.update_or_create(
        page=Page.get_first_root_node(), defaults={"workflow": Workflow.objects.first()}
    )
    english.save_revision()
    state = english.get_workflow().start(english, admin)
    task = state.current_task_state
    path = reverse("wagtailadmin_pages:workflow_action", args=[english.pk, "approve", task.pk])
    assert client.post(path).status_code == 302
    state.refresh_from_db()
    assert state.status == state.STATUS_IN_PROGRESS
    assert not in_english(article).live


@pytest.mark.parametrize("chosen", ["page", "section"])
def test_bulk_publishing_stops_at_an_unfinished_translation(article, client, admin, chosen):
    target = in_english(article) if chosen == "page" else in_english(article).get_parent()
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = client.post(f"{path}?id={target.pk}", {"include_descendants": "on"})
    assert response.status_code == 302
    said = " ".join(str(message) for message in get_messages(response.wsgi_request))
    assert "Bản tin" in said
    assert not in_english(article).live


def test_bulk_publishing_of_what_is_no_translation_works(site, client, admin):
    page = NewsPageFactory(parent=site.news, live=False)
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    assert client.post(f"{path}?id={page.pk}").status_code == 302
    page.refresh_from_db()
    assert page.live


# The update of all translations of a page


def update(client, page, **data):
    path = reverse("wagtail_localize:update_translations", args=[record(page).source_id])
    with committing():
        return client.post(path, data)


def test_an_update_publishes_finished_translations_alone(article, client, admin):
    response = update(client, article, publish_translations="on")
    assert "Bản tin" in " ".join(str(m) for m in get_messages(response.wsgi_request))
    assert not in_english(article).live
    write(record(article), words={"Bản tin": "A report", "Lời dẫn.": "The lead."}.get)
    update(client, article)
    assert not in_english(article).live
    update(client, article, publish_translations="on")
    assert in_english(article).live


def test_an_update_publishes_only_for_those_who_may_publish(article, client):
    roles.set_up()
    translator = UserFactory()
    translator.groups.add(*_groups("Translators (en)"))
    client.force_login(translator)
    write(record(article), words={"Bản tin": "A report", "Lời dẫn.": "The lead."}.get)
    update(client, article, publish_translations="on")
    assert not in_english(article).live
    english_home = in_english(article).get_ancestors().get(depth=2)
    may_publish = Permission.objects.get(
        content_type__app_label="wagtailcore", codename="publish_page"
    )
    GroupPagePermission.objects.create(
        group=translator.groups.get(), page=english_home, permission=may_publish
    )
    update(client, article, publish_translations="on")
    assert in_english(article).live
