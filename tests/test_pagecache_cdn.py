"""Caches in front of the portal: what they are told, when, and that nobody waits for them."""

import http.client
import shutil
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from typing import ClassVar

import pytest

from news.factories import NewsPageFactory
from portal.pagecache import cdn, follower, journal
from portal.pagecache.node import local
from tests.browser.server import free_port
from tests.fronting import ask
from tests.purging import SITE, WAGTAIL_HTTP, fill, listening, tell, waiting
from tests.serving import PAGES, PUBLISH, running, until


@pytest.fixture
def articles(site):
    return [NewsPageFactory(parent=site.news, slug=f"bai-{n}") for n in range(2)]


def test_exactly_what_is_out_of_date_is_purged_and_in_its_own_language_only(
    front, settings, articles
):
    with listening() as cache:
        tell(settings, cache.server_port)
        fill(front, "/tin-tuc/", "/tin-tuc/bai-0/", "/tin-tuc/bai-1/", "/robots.txt")
        journal.touch(f"wagtailcore.page:{articles[0].pk}")
        stale = follower.follow()
        assert f"{SITE}/robots.txt" not in stale
        assert cdn.send(local()) is True
        expected = [("PURGE", "testserver", key.removeprefix(SITE)) for key in stale]
        assert ("PURGE", "testserver", "/tin-tuc/bai-0/") in expected
        assert sorted(cache.asked) == sorted(expected)
        assert waiting() == []


def test_a_portal_that_is_served_tells_a_cache_soon_after_a_publication(var):
    with listening() as cache:
        named = {"BACKEND": WAGTAIL_HTTP, "LOCATION": f"http://127.0.0.1:{cache.server_port}"}
        (var / "own_settings.py").write_text(
            f"from portal.settings.test import *\nWAGTAILFRONTENDCACHE = {{'cache': {named!r}}}\n"
        )
        own = {"DJANGO_SETTINGS_MODULE": "own_settings", "PYTHONPATH": str(var)}
        with running(var, "--workers", "1", **own) as portal:
            until(lambda: portal.get(PAGES[2]).says("hit"), 60, "a hit")
            assert PAGES[2] not in {path for _method, _host, path in cache.asked}
            portal.manage(f"{PUBLISH}publish(0, 'Tên khác')")
            asked = ("PURGE", f"127.0.0.1:{portal.port}", PAGES[2])
            until(lambda: asked in cache.asked, 15, "a purge")


def test_a_cache_for_other_hosts_is_told_nothing(front, settings):
    with listening() as cache:
        tell(settings, cache.server_port, HOSTNAMES=["elsewhere.example"])
        fill(front, "/")
        journal.touch("*", hard=True)
        follower.follow()
        assert cdn.send(local()) is True
        assert cache.asked == []


def test_without_a_cache_nothing_is_noted(front):
    fill(front, "/")
    journal.touch("*", hard=True)
    follower.follow()
    assert waiting() == []


def test_a_cache_that_does_not_have_the_page_has_been_told(front, settings):
    with listening(404) as cache:
        tell(settings, cache.server_port)
        fill(front, "/")
        journal.touch("*", hard=True)
        follower.follow()
        assert cdn.send(local()) is True
        assert waiting() == []


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/a b/", "/a%20b/"),
        ('/a"b/', "/a%22b/"),
        ("/a[b]|{c}^`<d>/", "/a%5Bb%5D%7C%7Bc%7D%5E%60%3Cd%3E/"),
        ("/~!$&'()*+,;=:@-._/", "/~!$&'()*+,;=:@-._/"),
        ("/tin-tức/".encode().decode("latin-1"), "/tin-t%E1%BB%A9c/"),
        ("/\xff/", "/%FF/"),
        ('/a"b/?older=3', "/a%22b/?older=3"),
    ],
)
def test_a_cache_is_told_an_address_as_readers_ask_for_it(front, settings, path, sent):
    with listening() as cache:
        tell(settings, cache.server_port)
        with local().store.writing() as writer:
            cdn.enlist(writer, [f"{SITE}{path}"])
        assert cdn.send(local()) is True
        assert cache.asked == [("PURGE", "testserver", sent)]
        assert waiting() == []


def test_an_address_that_a_reader_has_made_up_is_purged_like_any_other(front, settings):
    with listening() as cache:
        tell(settings, cache.server_port)
        fill(front, "/", "/a%22b/")
        journal.touch("*", hard=True)
        follower.follow()
        assert cdn.send(local()) is True
        assert {path for _m, _h, path in cache.asked} == {"/", "/a%22b/"}
        assert waiting() == []


def test_every_kind_of_backend_is_told_quoted_addresses(front, settings, monkeypatch):
    settings.WAGTAILFRONTENDCACHE = {"noting": {"BACKEND": f"{__name__}.NotingBackend"}}
    monkeypatch.setattr(NotingBackend, "urls", [])
    with local().store.writing() as writer:
        cdn.enlist(writer, [f'{SITE}/a "b"/'])
    assert cdn.send(local()) is True
    assert NotingBackend.urls == [f"{SITE}/a%20%22b%22/"]


class NotingBackend(cdn.HTTPBackend):
    """Notes what it is told, all at a time."""

    urls: ClassVar[list[str]] = []

    def __init__(self, params):
        self.hostnames = ["*"]

    def purge_batch(self, urls):
        self.urls.extend(urls)


def test_what_was_noted_survives_the_process_that_noted_it(front, settings):
    with listening() as cache:
        tell(settings, cache.server_port)
        fill(front, "/")
        journal.touch("*", hard=True)
        follower.follow()
        local().store.close()
        local.cache_clear()
        assert waiting() == [f"{SITE}/"]
        assert cdn.send(local()) is True
        assert cache.asked == [("PURGE", "testserver", "/")]


def test_what_is_purged_again_while_it_is_sent_is_sent_again(front, settings, monkeypatch):
    tell(settings, 1)
    with local().store.writing() as writer:
        cdn.enlist(writer, [f"{SITE}/a/"])
    sent = []

    def purge(urls):
        sent.append(urls)
        if len(sent) == 1:
            with local().store.writing() as writer:
                cdn.enlist(writer, urls)

    monkeypatch.setattr(cdn, "_purge", purge)
    assert cdn.send(local()) is True
    assert len(sent) == 2


def test_a_store_that_begins_anew_has_the_other_caches_forget_everything_it_knew(front, settings):
    tell(settings, 1)
    fill(front, "/", "/tin-tuc/")
    with local().store.writing() as writer:
        writer.execute("DELETE FROM meta WHERE name = 'position'")
    follower.follow()
    assert {f"{SITE}/", f"{SITE}/tin-tuc/"} <= set(waiting())


def test_a_page_that_had_to_make_room_is_forgotten_by_the_other_caches_too(front, settings, site):
    articles = [NewsPageFactory(parent=site.news) for _n in range(4)]
    settings.PAGECACHE = {**settings.PAGECACHE, "store_bytes": 60_000}
    local().store.close()
    local.cache_clear()
    follower.follow()
    with listening() as cache:
        tell(settings, cache.server_port)
        for article in articles:
            ask(front, article.url)
        kept = [key for (key,) in local().store.rows("SELECT key FROM entry")]
        gone = {f"{SITE}{article.url}" for article in articles} - set(kept)
        assert kept
        assert gone
        assert set(waiting()) == gone
        # Nor does the edge remember it: what is not in the store, no change drops.
        for key in gone:
            assert not ask(front, key.removeprefix(SITE)).is_hit
        assert cdn.send(local()) is True
        assert {f"{SITE}{path}" for _m, _h, path in cache.asked} >= gone


def test_nothing_is_sent_before_the_edges_have_forgotten_it(front, settings, monkeypatch):
    tell(settings, 1)
    fill(front, "/")
    with local().store.writing() as writer:
        # As whoever is killed in between leaves it.
        cdn.enlist(writer, writer.purge([("*", True)]))
        writer.leave_mark()
    assert ask(front, "/").is_hit
    hits = []
    monkeypatch.setattr(cdn, "_purge", lambda urls: hits.append(ask(front, "/").is_hit))
    assert cdn.send(local()) is True
    assert hits == [False]


# A cache that hangs


@contextmanager
def hanging():
    """A server that takes connections and never says a word; yields its port."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield server.getsockname()[1]


def test_a_cache_that_hangs_delays_no_publication(front, settings, articles, monkeypatch):
    monkeypatch.setattr(cdn, "TIMEOUT_SECONDS", 6)
    with hanging() as port:
        tell(settings, port)
        fill(front, "/tin-tuc/bai-0/")
        with local().store.writing() as writer:
            cdn.enlist(writer, [f"{SITE}/"])
        sending = threading.Thread(target=cdn.send, args=(local(),))
        sending.start()
        article = articles[0]
        article.lead = "Một câu mới."
        began = time.monotonic()
        article.save_revision().publish()
        follower.follow()
        took = time.monotonic() - began
        assert took < 3
        assert f"{SITE}/tin-tuc/bai-0/" in waiting()
        assert "Một câu mới." in ask(front, "/tin-tuc/bai-0/").body.decode()
        assert sending.is_alive()
        sending.join()


def test_a_cache_that_hangs_is_not_waited_for_long(front, settings, monkeypatch):
    monkeypatch.setattr(cdn, "TIMEOUT_SECONDS", 0.3)
    with hanging() as port:
        tell(settings, port)
        with local().store.writing() as writer:
            cdn.enlist(writer, [f"{SITE}/{n}/" for n in range(20)])
        began = time.monotonic()
        assert cdn.send(local()) is False
        assert time.monotonic() - began < 2
        assert len(waiting()) == 20


# A real Varnish

VCL = """vcl 4.1;
backend default {{ .host = "127.0.0.1"; .port = "{port}"; }}
acl portal {{ "127.0.0.1"; }}
sub vcl_recv {{
    if (req.method == "PURGE") {{
        if (client.ip !~ portal) {{ return (synth(405)); }}
        return (purge);
    }}
}}
"""


@pytest.fixture
def varnish(tmp_path):
    """A real Varnish before a server that notes what it is asked; (port, server)."""
    program = shutil.which("varnishd", path="/usr/sbin:/usr/bin:/sbin:/usr/local/sbin")
    assert program, "varnishd is not installed: make test installs it where it can"
    with listening() as behind:
        behind.protocol_version = "HTTP/1.1"
        configuration = tmp_path / "portal.vcl"
        configuration.write_text(VCL.format(port=behind.server_port))
        port = free_port()
        process = subprocess.Popen(
            [program, "-F", "-a", f"127.0.0.1:{port}", "-f", configuration, "-n",
             tmp_path / "varnish", "-s", "malloc,16m", "-t", "600", "-j", "none"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            ends = time.monotonic() + 30
            while time.monotonic() < ends and process.poll() is None:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            yield port, behind
        finally:
            process.terminate()
            process.wait(10)


def through(port: int, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers={"Host": "testserver"})
    connection.getresponse().read()
    connection.close()


def test_varnish_forgets_exactly_the_purged_addresses(varnish, front, settings):
    port, behind = varnish
    tell(settings, port)
    addresses = ["/tin-tuc/", "/tin-tuc/?older=3", "/en/tin-tuc/"]
    for _twice in range(2):
        for address in addresses:
            through(port, address)
    assert [path for _m, _h, path in behind.asked] == addresses
    with local().store.writing() as writer:
        cdn.enlist(writer, [f"{SITE}/tin-tuc/?older=3"])
    assert cdn.send(local()) is True
    behind.asked.clear()
    for address in addresses:
        through(port, address)
    assert [path for _m, _h, path in behind.asked] == ["/tin-tuc/?older=3"]
