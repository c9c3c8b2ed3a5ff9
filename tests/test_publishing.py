"""Publishing: nobody's work is overwritten unseen, nothing is half published."""

import json

import pytest
from django.db import DatabaseError, connection
from wagtail.models import Page, PageLogEntry
from wagtail.test.utils.form_data import rich_text, streamfield

from home.factories import InfoPageFactory
from home.models import InfoPage
from news.factories import NewsPageFactory
from news.models import NewsPage
from portal.roles import EDITORS, MODERATORS
from tests.editing import Says, edit_url, fill_in, said, sign_in, stored, stream, typed

pytestmark = pytest.mark.django_db

LAN = {"last_name": "Trần Thị", "first_name": "Lan"}
MINH = {"last_name": "Nguyễn Văn", "first_name": "Minh"}
STALE = str(
    Says(
        "%(author)s saved a newer version of this page at %(time)s, after you opened "
        "it. Nothing was published and both versions are kept: yours is still in this "
        "form. Save it as a draft, compare the two in the history of the page, then "
        "publish."
    )
).split("%(time)s")[-1]


@pytest.fixture
def article(site):
    """A published article with a revision, as every article made in the admin has."""
    article = NewsPageFactory(parent=site.news, title="Bản đầu", slug="bai")
    article.save_revision().publish()
    return NewsPage.objects.get(pk=article.pk)


def body(text: str) -> dict:
    return streamfield([("paragraph", rich_text(f"<p>{text}</p>"))])


def autosave(browser, page, form: dict) -> dict:
    """Save as the editor's script does, every few seconds; return its answer."""
    answer = browser.post(edit_url(page), form, headers={"Accept": "application/json"})
    return answer.json()


def fresh(page) -> NewsPage:
    return NewsPage.objects.get(pk=page.pk)


def refusals(response) -> list[str]:
    return [line for line in said(response) if STALE.strip() in line]


# Two editors at the same page


def test_publishing_over_a_newer_version_is_refused_by_the_name_of_its_author(article):
    lan, minh = sign_in(MODERATORS, **LAN), sign_in(MODERATORS, **MINH)
    hers = fill_in(lan, edit_url(article), title="Bản của Lan")
    his = fill_in(minh, edit_url(article), title="Bản của Minh", body=body("Lời của Minh."))
    lan.post(edit_url(article), {**hers, "action-publish": "1"})
    before = stored()
    response = minh.post(edit_url(article), {**his, "action-publish": "1"})
    assert response.status_code == 200
    assert "Trần Thị Lan" in refusals(response)[0]
    assert stored() == before
    assert fresh(article).title == "Bản của Lan"
    assert fresh(article).latest_revision.user == lan.user
    assert typed(response)["title"] == "Bản của Minh"
    (block,) = stream(response, "body").value
    assert json.loads(block["value"])["blocks"][0]["text"] == "Lời của Minh."


def test_after_the_refusal_a_draft_keeps_both_and_can_be_published(article):
    lan, minh = sign_in(MODERATORS, **LAN), sign_in(MODERATORS, **MINH)
    hers = fill_in(lan, edit_url(article), title="Bản của Lan")
    his = fill_in(minh, edit_url(article), title="Bản của Minh")
    lan.post(edit_url(article), {**hers, "action-publish": "1"})
    refused = minh.post(edit_url(article), {**his, "action-publish": "1"})
    minh.post(edit_url(article), {**typed(refused), "body-count": "0"})
    titles = [r.as_object().title for r in fresh(article).revisions.order_by("created_at")]
    assert titles == ["Bản đầu", "Bản của Lan", "Bản của Minh"]
    assert fresh(article).title == "Bản của Lan"
    form = fill_in(minh, edit_url(article))
    response = minh.post(edit_url(article), {**form, "action-publish": "1"})
    assert response.status_code == 302
    assert fresh(article).title == "Bản của Minh"


@pytest.mark.parametrize("first_step", ["draft", "autosave"])
def test_a_newer_draft_of_somebody_else_counts_as_well(article, first_step):
    lan, minh = sign_in(MODERATORS, **LAN), sign_in(MODERATORS, **MINH)
    hers = fill_in(lan, edit_url(article), title="Nháp của Lan")
    his = fill_in(minh, edit_url(article), title="Bản của Minh")
    if first_step == "draft":
        lan.post(edit_url(article), hers)
    else:
        assert autosave(lan, article, hers)["success"]
    response = minh.post(edit_url(article), {**his, "action-publish": "1"})
    assert refusals(response)
    assert fresh(article).title == "Bản đầu"


def test_a_draft_that_autosave_goes_on_overwriting_counts_as_newer(article):
    lan, minh = sign_in(MODERATORS, **LAN), sign_in(MODERATORS, **MINH)
    hers = fill_in(lan, edit_url(article), title="Nháp một")
    number = autosave(lan, article, hers)["revision_id"]
    his = fill_in(minh, edit_url(article), title="Bản của Minh")
    again = {**hers, "title": "Nháp hai", "overwrite_revision_id": str(number)}
    assert autosave(lan, article, again)["revision_id"] == number
    response = minh.post(edit_url(article), {**his, "action-publish": "1"})
    assert refusals(response)
    assert fresh(article).get_latest_revision_as_object().title == "Nháp hai"


def test_the_first_version_of_somebody_else_counts_for_a_page_that_had_none(site):
    article = NewsPageFactory(parent=site.news, title="Bản đầu")
    lan, minh = sign_in(MODERATORS, **LAN), sign_in(MODERATORS, **MINH)
    hers = fill_in(lan, edit_url(article), title="Bản của Lan")
    his = fill_in(minh, edit_url(article), title="Bản của Minh")
    lan.post(edit_url(article), {**hers, "action-publish": "1"})
    assert refusals(minh.post(edit_url(article), {**his, "action-publish": "1"}))


def test_submitting_over_a_newer_version_is_refused(article):
    lan, minh = sign_in(EDITORS, **LAN), sign_in(EDITORS, **MINH)
    hers = fill_in(lan, edit_url(article), title="Bản của Lan")
    his = fill_in(minh, edit_url(article), title="Bản của Minh")
    lan.post(edit_url(article), hers)
    before = stored()
    response = minh.post(edit_url(article), {**his, "action-submit": "1"})
    assert refusals(response)
    assert stored() == before
    assert not fresh(article).workflow_in_progress


def test_approving_over_a_newer_version_is_refused(article):
    editor = sign_in(EDITORS)
    lan, minh = sign_in(MODERATORS, **LAN), sign_in(MODERATORS, **MINH)
    form = fill_in(editor, edit_url(article), title="Bản chờ duyệt")
    editor.post(edit_url(article), {**form, "action-submit": "1"})
    his = fill_in(minh, edit_url(article))
    lan.post(edit_url(article), fill_in(lan, edit_url(article), title="Lan sửa trước khi duyệt"))
    approve = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    assert refusals(minh.post(edit_url(article), {**his, **approve}))
    assert fresh(article).title == "Bản đầu"


def test_publishing_after_ones_own_autosaves_is_not_refused(article):
    lan = sign_in(MODERATORS, **LAN)
    form = fill_in(lan, edit_url(article), title="Gõ dở")
    number = autosave(lan, article, form)["revision_id"]
    more = {**form, "title": "Gõ tiếp", "overwrite_revision_id": str(number)}
    assert autosave(lan, article, more)["revision_id"] == number
    # The button posts the form as it was opened; only the script knows of its own revision.
    response = lan.post(edit_url(article), {**form, "title": "Xong", "action-publish": "1"})
    assert response.status_code == 302
    assert fresh(article).title == "Xong"


def test_autosave_over_somebody_elses_version_is_refused_and_writes_nothing(article):
    lan, minh = sign_in(MODERATORS, **LAN), sign_in(MODERATORS, **MINH)
    hers = fill_in(lan, edit_url(article), title="Nháp của Lan")
    his = fill_in(minh, edit_url(article), title="Nháp của Minh")
    assert autosave(lan, article, hers)["success"]
    before = stored()
    assert autosave(minh, article, his)["error_code"] == "invalid_revision"
    assert stored() == before


def test_the_same_editor_may_publish_again(article):
    lan = sign_in(MODERATORS, **LAN)
    for title in ("Lần một", "Lần hai"):
        form = fill_in(lan, edit_url(article), title=title)
        assert lan.post(edit_url(article), {**form, "action-publish": "1"}).status_code == 302
        assert fresh(article).title == title


# Interruption


class KilledError(DatabaseError):
    """Stands for the process being killed."""


class Killer:
    """Kills at the write of number ``at``, counted from 1: nothing but a rollback comes after."""

    def __init__(self, at: int):
        self.at, self.seen, self.last = at, 0, ""

    def __call__(self, execute, sql, params, many, context):
        verb = sql.lstrip().split(" ", 1)[0]
        if self.seen < self.at:
            self.seen += verb in ("INSERT", "UPDATE", "DELETE")
        # Django lets go of a savepoint that it has rolled back to.
        undoing = verb == "ROLLBACK" or (verb == "RELEASE" and self.last == "ROLLBACK")
        if self.seen == self.at and not undoing:
            raise KilledError
        self.last = verb
        return execute(sql, params, many, context)


def killed_at_every_write(browser, address: str, form: dict, callbacks) -> None:
    """Post ``form`` again and again, killed one write later each time, until it goes through.

    After each of these nothing may have changed, and nothing may be left to do on commit.
    """
    browser.raise_request_exception = False
    before = stored()
    for at in range(1, 200):
        killer = Killer(at)
        with callbacks(execute=True) as left_to_do, connection.execute_wrapper(killer):
            response = browser.post(address, form)
        if killer.seen < at:
            assert response.status_code == 302
            assert at > 5, "too few writes: the killer does not see them"
            return
        assert response.status_code == 500
        assert stored() == before, f"half done after write {at}"
        assert left_to_do == []
        assert not NewsPage.objects.search("xuất hiện").count()
    pytest.fail("never went through")


def test_a_publication_killed_at_any_write_leaves_the_page_as_it_was(
    article, django_capture_on_commit_callbacks
):
    browser = sign_in(MODERATORS)
    form = fill_in(browser, edit_url(article), title="Bài mới xuất hiện")
    form["action-publish"] = "1"
    logged = PageLogEntry.objects.filter(page=article.pk, action="wagtail.publish")
    count = logged.count()
    killed_at_every_write(browser, edit_url(article), form, django_capture_on_commit_callbacks)
    page = fresh(article)
    assert (page.title, page.live) == ("Bài mới xuất hiện", True)
    assert page.live_revision_id == page.latest_revision_id
    assert page.live_revision.as_object().title == page.title
    assert logged.count() == count + 1
    assert [found.pk for found in NewsPage.objects.search("xuất hiện")] == [page.pk]


def test_a_new_page_killed_at_any_write_leaves_no_page(site, django_capture_on_commit_callbacks):
    browser = sign_in(MODERATORS)
    category = NewsPageFactory(parent=site.news).category
    address = f"/admin/pages/add/news/newspage/{site.news.pk}/"
    form = fill_in(
        browser, address, title="Bài mới xuất hiện", slug="bai-moi", lead="Câu dẫn.",
        category=str(category.pk),
    )  # fmt: skip
    form["action-publish"] = "1"
    killed_at_every_write(browser, address, form, django_capture_on_commit_callbacks)
    page = NewsPage.objects.get(slug="bai-moi")
    assert page.live
    assert page.live_revision_id == page.latest_revision_id
    site.news.refresh_from_db()
    assert site.news.numchild == 2
    assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish").count() == 1


def test_a_submission_killed_at_any_write_leaves_no_workflow(
    article, django_capture_on_commit_callbacks
):
    browser = sign_in(EDITORS)
    form = fill_in(browser, edit_url(article), title="Bài mới xuất hiện")
    form["action-submit"] = "1"
    killed_at_every_write(browser, edit_url(article), form, django_capture_on_commit_callbacks)
    page = fresh(article)
    assert page.workflow_in_progress
    assert page.current_workflow_task_state.revision_id == page.latest_revision_id


# The way of an article from an editor to readers


def test_an_editor_writes_a_moderator_approves_and_readers_see_it(site, client):
    editor, moderator = sign_in(EDITORS), sign_in(MODERATORS)
    category = NewsPageFactory(parent=site.news).category
    address = f"/admin/pages/add/news/newspage/{site.news.pk}/"
    form = fill_in(
        editor, address, title="Hội nghị sơ kết", slug="hoi-nghi", lead="Câu dẫn.",
        category=str(category.pk), body=body("Toàn văn."),
    )  # fmt: skip
    editor.post(address, {**form, "action-submit": "1"})
    page = NewsPage.objects.get(slug="hoi-nghi")
    assert not page.live
    assert client.get("/tin-tuc/hoi-nghi/").status_code == 404
    review = moderator.get(edit_url(page))
    assert 'data-workflow-action-name="approve"' in review.content.decode()
    approve = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    moderator.post(
        edit_url(page), {**fill_in(moderator, edit_url(page), body=body("Toàn văn.")), **approve}
    )
    assert fresh(page).live
    assert "Toàn văn." in client.get("/tin-tuc/hoi-nghi/").content.decode()


def test_what_a_moderator_sends_back_stays_a_draft_that_the_editor_can_go_on_with(article):
    editor, moderator = sign_in(EDITORS), sign_in(MODERATORS)
    form = fill_in(editor, edit_url(article), title="Chưa xong")
    editor.post(edit_url(article), {**form, "action-submit": "1"})
    locked = editor.get(edit_url(article)).content.decode()
    assert 'name="action-submit"' not in locked
    reject = {"action-workflow-action": "true", "workflow-action-name": "reject"}
    moderator.post(edit_url(article), {**fill_in(moderator, edit_url(article)), **reject})
    assert fresh(article).title == "Bản đầu"
    form = fill_in(editor, edit_url(article), title="Đã xong")
    editor.post(edit_url(article), {**form, "action-submit": "1"})
    assert fresh(article).workflow_in_progress
    assert fresh(article).get_latest_revision_as_object().title == "Đã xong"


def test_an_editor_cannot_publish_by_posting_what_the_form_does_not_offer(article):
    editor = sign_in(EDITORS)
    page = editor.get(edit_url(article)).content.decode()
    assert 'name="action-publish"' not in page
    form = fill_in(editor, edit_url(article), title="Tự đăng")
    editor.post(edit_url(article), {**form, "action-publish": "1"})
    assert fresh(article).title == "Bản đầu"
    assert fresh(article).get_latest_revision_as_object().title == "Tự đăng"


def test_pages_may_be_deleted_together_with_those_below_them(site):
    above, other = InfoPageFactory(parent=site.home), InfoPageFactory(parent=site.home)
    below = InfoPageFactory(parent=InfoPageFactory(parent=above))
    keys = "&".join(f"id={page.pk}" for page in (below, above, other))
    browser = sign_in(is_superuser=True)
    answer = browser.post(f"/admin/bulk/wagtailcore/page/delete/?{keys}&next=/admin/")
    assert answer.status_code == 302
    assert not InfoPage.objects.exists()
    assert not any(Page.find_problems())
