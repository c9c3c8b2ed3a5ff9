"""Who may do what: the groups that `setup_roles` makes, seen through the admin."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import (
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Workflow,
    WorkflowPage,
)

from home.factories import HomePageFactory, InfoPageFactory, english_home
from news.factories import NewsCategoryFactory, NewsIndexPageFactory, NewsPageFactory
from portal import roles
from portal.factories import UserFactory, locale
from tests.editing import Says, edit_url, fill_in, said, sign_in

pytestmark = pytest.mark.django_db

TRANSLATORS = "Translators (en)"


@pytest.fixture
def english(site):
    """The English home page of the site."""
    return english_home(site)


def granted() -> dict:
    """Return everything that groups may do, and the workflow."""
    pages = GroupPagePermission.objects.values_list(
        "group__name", "page_id", "permission__codename"
    )
    library = GroupCollectionPermission.objects.values_list(
        "group__name", "collection_id", "permission__codename"
    )
    return {
        "pages": sorted(pages),
        "library": sorted(library),
        "models": {
            group.name: sorted(group.permissions.values_list("codename", flat=True))
            for group in Group.objects.all()
        },
        "workflows": list(Workflow.objects.values_list("name", "active")),
        "where": list(WorkflowPage.objects.values_list("page__depth", "workflow__name")),
        "tasks": list(GroupApprovalTask.objects.values_list("name", "groups__name")),
    }


def is_open(browser, address: str) -> bool:
    """Say whether ``browser`` may see ``address``; Wagtail sends others away with a message."""
    response = browser.get(address)
    assert response.status_code in (200, 302, 403)
    return response.status_code == 200


# Setting up


def test_setting_up_twice_changes_nothing(site, english):
    call_command("setup_roles", verbosity=0)
    once = granted()
    call_command("setup_roles", verbosity=0)
    assert granted() == once


def test_setting_up_makes_a_group_of_translators_for_each_language_but_the_source(site, english):
    assert roles.set_up() == ["Editors", "Moderators", TRANSLATORS]
    locale("zh-hans")
    assert "Translators (zh-hans)" in roles.set_up()
    assert not Group.objects.filter(name="Translators (vi)").exists()


def test_a_language_added_later_brings_its_translators_to_its_own_pages(site, english):
    roles.set_up()
    chinese = HomePageFactory(
        title="首页", slug="home-zh", locale=locale("zh-hans"),
        translation_key=site.home.translation_key,
    )  # fmt: skip
    roles.set_up()
    translator = sign_in("Translators (zh-hans)")
    assert is_open(translator, edit_url(chinese))
    assert not is_open(translator, edit_url(english))


def test_what_an_administrator_added_to_a_group_stays(site):
    roles.set_up()
    editors = Group.objects.get(name=roles.EDITORS)
    member = UserFactory()
    member.groups.add(editors)
    editors.permissions.add(*Group.objects.get(name=roles.MODERATORS).permissions.all())
    before = granted()
    roles.set_up()
    assert granted() == before
    assert list(editors.user_set.all()) == [member]


def test_there_is_one_workflow_of_one_step_for_the_whole_tree(site):
    roles.set_up()
    article = NewsPageFactory(parent=site.news)
    workflow = article.get_workflow()
    assert [task.specific.groups.get().name for task in workflow.tasks] == [roles.MODERATORS]
    assert workflow.name == str(Says("the moderators"))
    assert workflow.tasks.get().name == str(Says("Approval before publication"))


# Editors and moderators


def test_an_editor_writes_in_the_source_language_only(site, english):
    editor = sign_in(roles.EDITORS)
    assert is_open(editor, edit_url(NewsPageFactory(parent=site.news)))
    assert is_open(editor, edit_url(site.home))
    assert is_open(editor, f"/admin/pages/add/news/newspage/{site.news.pk}/")
    assert not is_open(editor, edit_url(english))


def test_an_editor_can_neither_publish_nor_unpublish_nor_delete(site):
    editor = sign_in(roles.EDITORS)
    article = NewsPageFactory(parent=site.news)
    for action in ("unpublish", "delete"):
        address = f"/admin/pages/{article.pk}/{action}/"
        assert not is_open(editor, address)
        editor.post(address)
    article.refresh_from_db()
    assert article.live


def test_an_editor_sees_the_categories_and_changes_none(site):
    category = NewsCategoryFactory(name="Hoạt động")
    editor = sign_in(roles.EDITORS)
    assert is_open(editor, "/admin/snippets/news/newscategory/")
    address = f"/admin/snippets/news/newscategory/edit/{category.pk}/"
    assert not is_open(editor, address)
    editor.post(address, {"name": "Khác", "slug": "khac", "sort_order": "0"})
    category.refresh_from_db()
    assert category.name == "Hoạt động"


def test_an_editor_has_no_way_into_settings_and_users(site):
    editor = sign_in(roles.EDITORS)
    for address in ("users/", "groups/", "sites/", "locales/", "workflows/list/"):
        assert not is_open(editor, f"/admin/{address}")


def test_a_moderator_publishes_in_every_language(site, english):
    moderator = sign_in(roles.MODERATORS)
    for home in (site.home, english):
        page = InfoPageFactory(parent=home, live=False)
        form = fill_in(moderator, edit_url(page))
        moderator.post(edit_url(page), {**form, "action-publish": "1"})
        page.refresh_from_db()
        assert page.live


def test_a_moderator_keeps_the_identity_and_the_categories(site):
    moderator = sign_in(roles.MODERATORS)
    assert is_open(moderator, f"/admin/snippets/portal/identity/edit/{site.identity.pk}/")
    assert is_open(moderator, "/admin/snippets/news/newscategory/add/")
    assert is_open(moderator, "/admin/snippets/portal/signingbody/add/")


# Translators


def test_a_translator_changes_pages_of_their_language_only(site, english):
    news = NewsIndexPageFactory(parent=english, title="News", slug="news")
    translated = NewsPageFactory(parent=news, title="Congress", slug="congress")
    original = NewsPageFactory(parent=site.news, title="Đại hội")
    translator = sign_in(TRANSLATORS)
    assert is_open(translator, edit_url(translated))
    form = fill_in(translator, edit_url(translated), title="The congress")
    translator.post(edit_url(translated), form)
    translated.refresh_from_db()
    assert translated.get_latest_revision_as_object().title == "The congress"
    for page in (original, site.home, site.news):
        assert not is_open(translator, edit_url(page))
    translator.post(edit_url(original), {**form, "title": "Đổi tên", "body-count": "0"})
    original.refresh_from_db()
    assert original.title == "Đại hội"
    assert original.latest_revision is None


def test_a_translator_cannot_publish(site, english):
    page = InfoPageFactory(parent=english, title="Privacy", slug="privacy")
    translator = sign_in(TRANSLATORS)
    form = fill_in(translator, edit_url(page), title="Privacy note")
    translator.post(edit_url(page), {**form, "action-publish": "1"})
    page.refresh_from_db()
    assert page.title == "Privacy"
    assert page.get_latest_revision_as_object().title == "Privacy note"


def test_a_translator_adds_and_deletes_no_page(site, english):
    page = InfoPageFactory(parent=english)
    translator = sign_in(TRANSLATORS)
    assert not is_open(translator, f"/admin/pages/add/home/infopage/{english.pk}/")
    for action in ("delete", "unpublish"):
        assert not is_open(translator, f"/admin/pages/{page.pk}/{action}/")


def test_who_is_in_no_group_does_not_reach_the_admin(site):
    nobody = sign_in()
    response = nobody.get("/admin/")
    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


# Names


def test_names_are_written_family_name_first():
    user = UserFactory(last_name="Trần Thị", first_name="Lan")
    assert user.get_full_name() == "Trần Thị Lan"
    assert UserFactory(first_name="Lan").get_full_name() == "Lan"


def test_the_admin_greets_and_lists_people_by_their_names(site):
    administrator = sign_in(is_superuser=True, last_name="Trần Thị", first_name="Lan")
    assert "Trần Thị Lan" in administrator.get("/admin/users/").content.decode()
    assert "Trần Thị Lan" in administrator.get("/admin/").content.decode()


def test_being_refused_is_said_in_vietnamese(site, english):
    editor = sign_in(roles.EDITORS)
    response = editor.get(edit_url(english), follow=True)
    assert any("quyền" in line for line in said(response))
