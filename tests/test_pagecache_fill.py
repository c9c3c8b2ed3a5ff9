"""When a page that Django has just made is kept, and when not."""

import json
import sqlite3

import pytest

from home.factories import InfoPageFactory
from home.models import InfoPage
from portal.pagecache import follower, journal
from portal.pagecache.node import local
from portal.pagecache.store.writer import Writer
from tests.fronting import ask


def keys() -> list[str]:
    return [key for (key,) in local().store.rows("SELECT key FROM entry ORDER BY key")]


@pytest.fixture
def page(front, site):
    page = InfoPageFactory(parent=site.home, slug="trang")
    follower.follow()
    return page


@pytest.mark.parametrize(
    ("tag", "is_kept"),
    [("wagtailcore.page:{}", False), ("*", False), ("structure", False), ("another", True)],
)
def test_a_page_that_changes_while_it_is_made_is_not_kept(front, page, monkeypatch, tag, is_kept):
    serve = InfoPage.serve

    def serve_while_it_changes(self, *arguments, **options):
        response = serve(self, *arguments, **options)
        journal.touch(tag.format(page.pk))
        # Applied before the page comes to be kept: there is nothing yet that it could drop.
        follower.follow()
        return response

    monkeypatch.setattr(InfoPage, "serve", serve_while_it_changes)
    assert ask(front, "/trang/").status == 200
    assert bool(keys()) is is_kept


@pytest.mark.parametrize(("status", "is_kept"), [(410, True), (302, False), (500, False)])
def test_what_is_gone_for_good_is_kept_as_such(front, page, monkeypatch, status, is_kept):
    serve = InfoPage.serve

    def serve_with_status(self, *arguments, **options):
        response = serve(self, *arguments, **options)
        response.status_code = status
        return response

    monkeypatch.setattr(InfoPage, "serve", serve_with_status)
    assert ask(front, "/trang/").status == status
    answer = ask(front, "/trang/")
    assert (answer.status, answer.is_hit) == (status, is_kept)


def test_a_full_disk_is_told_until_there_is_room_again(front, page, monkeypatch):
    def full(*_arguments):
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as filled:
        filled.setattr(Writer, "put", full)
        assert ask(front, "/trang/").status == 200
    assert json.loads(ask(front, "/healthz").body)["storing"] is False
    assert ask(front, "/").status == 200
    assert json.loads(ask(front, "/healthz").body)["storing"] is True


def test_nothing_is_kept_for_another_release_that_has_taken_over(front, page):
    assert ask(front, "/trang/").status == 200
    assert keys()
    with local().store.writing() as writer:
        writer.adopt("another")
    assert keys() == []
    local().words.bump()
    answer = ask(front, "/trang/")
    assert (answer.status, "another release" in answer.cache_status, keys()) == (200, True, [])


def test_a_release_that_takes_over_begins_with_nothing(front, page):
    ask(front, "/trang/")
    with local().store.writing() as writer:
        writer.execute("UPDATE meta SET value = 'another' WHERE name = 'release'")
    follower.take_over(local())
    assert keys() == []
