"""Caches in front of the portal that refuse, fail or are away: nothing is lost or held up."""

import time

import pytest

from portal.pagecache import cdn, follower, journal
from portal.pagecache.node import local
from tests.browser.server import free_port
from tests.purging import SITE, fill, listening, tell, waiting


@pytest.mark.parametrize("status", [500, 403, 503])
def test_what_a_cache_refuses_is_sent_again(front, settings, status):
    with listening(status) as cache:
        tell(settings, cache.server_port)
        fill(front, "/")
        journal.touch("*", hard=True)
        follower.follow()
        assert cdn.send(local()) is False
        assert waiting() == [f"{SITE}/"]
        cache.status = 200
        assert cdn.send(local()) is True
        assert len(cache.asked) == 2
        assert waiting() == []


def test_what_fails_does_not_hold_up_the_rest(front, settings, monkeypatch):
    monkeypatch.setattr(cdn, "BATCH", 1)
    tell(settings, 1)
    with local().store.writing() as writer:
        cdn.enlist(writer, [f"{SITE}/a/", f"{SITE}/b/"])
    refused = []

    def purge(urls):
        refused.append(*urls)
        if urls == [f"{SITE}/a/"]:
            raise cdn.CouldNotPurgeError

    monkeypatch.setattr(cdn, "_purge", purge)
    assert cdn.send(local()) is False
    assert cdn.send(local()) is False
    assert refused == [f"{SITE}/a/", f"{SITE}/b/", f"{SITE}/a/"]
    assert waiting() == [f"{SITE}/a/"]


def test_an_address_that_no_cache_takes_holds_up_none_that_is_sent_with_it(
    front, settings, monkeypatch
):
    tell(settings, 1)
    with local().store.writing() as writer:
        cdn.enlist(writer, [f"{SITE}/{n}/" for n in range(9)])

    def purge(urls):
        if f"{SITE}/0/" in urls:
            raise cdn.CouldNotPurgeError

    monkeypatch.setattr(cdn, "_purge", purge)
    for _again in range(6):
        assert cdn.send(local()) is False
    assert waiting() == [f"{SITE}/0/"]


def test_whatever_a_backend_raises_is_logged_and_what_it_was_told_is_put_off(
    front, settings, caplog
):
    settings.WAGTAILFRONTENDCACHE = {"broken": {"BACKEND": f"{__name__}.BrokenBackend"}}
    with local().store.writing() as writer:
        cdn.enlist(writer, [f"{SITE}/a/"])
    assert cdn.send(local()) is False
    assert local().store.rows("SELECT key, tries FROM outbox") == [(f"{SITE}/a/", 1)]
    assert "could not be told" in caplog.text
    assert "KeyError: 'success'" in caplog.text
    assert "Traceback" in caplog.text


def test_a_backend_that_fails_keeps_nothing_from_another(front, settings):
    with listening() as cache:
        tell(settings, cache.server_port)
        settings.WAGTAILFRONTENDCACHE = {
            "broken": {"BACKEND": f"{__name__}.BrokenBackend"},
            **settings.WAGTAILFRONTENDCACHE,
        }
        with local().store.writing() as writer:
            cdn.enlist(writer, [f"{SITE}/a/"])
        assert cdn.send(local()) is False
        assert cache.asked == [("PURGE", "testserver", "/a/")]
        assert waiting() == [f"{SITE}/a/"]


class BrokenBackend(cdn.HTTPBackend):
    """Fails in a way that nobody has thought of."""

    def __init__(self, params):
        self.hostnames = ["*"]

    def purge(self, url):
        raise KeyError("success")


def test_it_is_given_up_once_the_other_cache_has_forgotten_the_page(front, settings):
    tell(settings, free_port())
    long_ago = time.time() - cdn.GIVE_UP_SECONDS - 1
    with local().store.writing() as writer:
        cdn.enlist(writer, [f"{SITE}/a/"])
        writer.execute("INSERT INTO outbox VALUES (?, ?, 9)", (f"{SITE}/b/", long_ago))
    assert cdn.send(local()) is False
    assert waiting() == [f"{SITE}/a/"]


def test_a_failure_that_a_backend_only_logs_is_a_failure(front, settings):
    settings.WAGTAILFRONTENDCACHE = {
        "quiet": {"BACKEND": f"{__name__}.QuietBackend", "HOSTNAMES": ["*"]}
    }
    with local().store.writing() as writer:
        cdn.enlist(writer, [f"{SITE}/a/"])
    assert cdn.send(local()) is False
    assert waiting() == [f"{SITE}/a/"]


class QuietBackend(cdn.HTTPBackend):
    """Fails as Wagtail's backends do: it says so in the log."""

    def __init__(self, params):
        self.hostnames = params["HOSTNAMES"]

    def purge(self, url):
        cdn._told.error("Couldn't purge '%s'", url)
