"""What the admin offers to those who translate, and what it keeps from them."""

import json

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale, Page
from wagtail_localize.models import LocaleSynchronization, Translation
from wagtail_localize.views import update_translations

from home.factories import InfoPageFactory
from portal import roles
from portal.factories import UserFactory, locale
from tests.translating import committing, edit, publish, raw, record, submit, translated, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def page(site):
    """A live Vietnamese page whose English translation is live."""
    translated(site.home, words=lambda text: f"English {text}")
    page = edit(InfoPageFactory(parent=site.home, title="Trang", lead="Lời dẫn."))
    translated(page, words={"Trang": "Page", "Lời dẫn.": "The lead."}.get)
    return page


def in_english(page):
    return type(page).objects.get(translation_key=page.translation_key, locale=locale("en"))


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# Languages


def test_a_language_is_turned_on_without_copying_another(site, client, admin):
    path = reverse("wagtaillocales:add")
    assert "sync_from" not in client.get(path).content.decode()
    table = LocaleSynchronization._meta.db_table
    response = client.post(
        path,
        {
            "language_code": "en",
            f"component-{table}-enabled": "on",
            f"component-{table}-sync_from": Locale.get_default().pk,
        },
    )
    assert response.status_code == 302
    english = Locale.objects.get(language_code="en")
    assert not LocaleSynchronization.objects.exists()
    assert not Page.objects.filter(locale=english).exists()
    edit_path = reverse("wagtaillocales:edit", args=[english.pk])
    assert "sync_from" not in client.get(edit_path).content.decode()


def test_a_tree_that_is_copied_by_other_means_is_a_tree_of_drafts(site, client):
    page = edit(InfoPageFactory(parent=site.home, title="Trang"))
    with committing():
        LocaleSynchronization.objects.create(locale=locale("en"), sync_from=Locale.get_default())
    made = Page.objects.filter(locale=locale("en"))
    assert {site.home.translation_key, page.translation_key} <= {p.translation_key for p in made}
    assert not made.filter(live=True).exists()
    assert not made.exclude(alias_of=None).exists()
    assert client.get("/en/").status_code == 404


# Aliases


def test_a_translation_does_not_become_an_alias(page, client, admin):
    english = in_english(page)
    Translation.objects.update(enabled=False)
    editor = reverse("wagtailadmin_pages:edit", args=[english.pk])
    assert "localize-convert-to-alias" not in client.get(editor).content.decode()
    response = client.post(reverse("wagtail_localize:convert_to_alias", args=[english.pk]))
    assert (response.status_code, response.url) == (302, editor)
    assert said(response)
    english.refresh_from_db()
    assert (english.alias_of, english.title) == (None, "Page")


# Stopped and started again


def test_edits_by_hand_are_announced_before_they_are_replaced_and_stay_in_the_history(
    page, client, admin
):
    english = in_english(page)
    editor = reverse("wagtailadmin_pages:edit", args=[english.pk])
    client.post(reverse("wagtail_localize:stop_translation", args=[record(page).pk]))
    edit(english, lead="Written by hand.")
    response = client.post(editor, {"localize-restart-translation": "1"}, follow=True)
    assert "Page" in said(response)
    by_hand = english.get_latest_revision()
    assert response.status_code == 200
    publish(record(page))
    english.refresh_from_db()
    assert english.lead == "The lead."
    assert by_hand.as_object().lead == "Written by hand."
    assert english.revisions.filter(pk=by_hand.pk).exists()


def test_starting_again_says_nothing_when_nothing_was_edited(page, client, admin):
    client.post(reverse("wagtail_localize:stop_translation", args=[record(page).pk]))
    editor = reverse("wagtailadmin_pages:edit", args=[in_english(page).pk])
    response = client.post(editor, {"localize-restart-translation": "1"})
    assert len(list(get_messages(response.wsgi_request))) == 2  # stopped, started


def test_publishing_from_an_editor_opened_before_the_translation_was_stopped(page, client, admin):
    english = in_english(page)
    client.post(reverse("wagtail_localize:stop_translation", args=[record(page).pk]))
    before = english.latest_revision_id
    editor = reverse("wagtailadmin_pages:edit", args=[english.pk])
    response = client.post(editor, {"action": "publish"})
    assert (response.status_code, response.url) == (302, editor)
    assert "Page" in said(response)
    english.refresh_from_db()
    assert english.latest_revision_id == before


def test_the_update_of_translations_says_what_it_publishes(page, client, admin):
    path = reverse("wagtail_localize:update_translations", args=[record(page).source_id])
    document = client.get(path).content.decode()
    with translation.override("vi"):
        theirs = update_translations.UpdateTranslationsForm().fields["publish_translations"]
        assert str(theirs.help_text) not in document
        ours = translation.gettext(
            "Finished translations are published. The others stay as readers know them until "
            "everything in them is translated."
        )
    assert ours in document


# The report


@pytest.mark.parametrize("may_submit", [True, False])
def test_the_report_is_for_those_who_work_on_translations(page, client, may_submit):
    user = UserFactory()
    codenames = ["access_admin", *(["submit_translation"] if may_submit else [])]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    report = reverse("wagtail_localize:translations_report")
    menu = client.get(reverse("wagtailadmin_home")).content.decode()
    assert (report in menu) == may_submit
    for name in ("translations_report", "translations_report_results"):
        response = client.get(reverse(f"wagtail_localize:{name}"))
        assert response.status_code == (200 if may_submit else 302)


# The whole way, as a translator goes it


def test_a_translator_writes_previews_and_a_moderator_publishes(page, site, client):
    roles.set_up()
    people = {name: UserFactory() for name in ("Translators (en)", "Moderators")}
    for name, user in people.items():
        user.groups.add(Group.objects.get(name=name))
    new = edit(InfoPageFactory(parent=site.home, title="Trang mới", lead="Câu đầu."))
    client.force_login(people["Translators (en)"])
    submitted = client.post(
        reverse("wagtail_localize:submit_page_translation", args=[new.pk]),
        {"locales": [locale("en").pk]},
    )
    english = in_english(new)
    editor = reverse("wagtailadmin_pages:edit", args=[english.pk])
    assert submitted.url == editor
    for text, words in (("Trang mới", "New page"), ("Câu đầu.", "First sentence.")):
        segment = record(new).source.stringsegment_set.get(string__data=text)
        path = reverse(
            "wagtail_localize:edit_string_translation", args=[record(new).pk, segment.pk]
        )
        answer = client.put(
            path, f"value={words}", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 201
    preview = client.get(reverse("wagtail_localize:preview_translation", args=[record(new).pk]))
    assert "First sentence." in preview.content.decode()
    client.force_login(people["Moderators"])
    with committing():
        client.post(editor, {"action": "publish"})
    english.refresh_from_db()
    assert english.live
    assert english.url == "/en/new-page/"
    assert "Câu đầu." not in json.dumps(raw(english), ensure_ascii=False, default=str)


def test_a_file_of_translations_is_taken_back(page, site, client, admin):
    new = edit(InfoPageFactory(parent=site.home, title="Trang mới", lead="Câu đầu."))
    made = submit(new)
    po = made.export_po()
    for entry in po:
        entry.msgstr = {"Trang mới": "New page", "Câu đầu.": "First sentence."}.get(entry.msgid, "")
    made.import_po(po)
    write(made)
    publish(made)
    assert in_english(new).lead == "First sentence."
