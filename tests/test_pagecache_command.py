"""`manage.py pagecache`: what people who run the portal see of the page cache and do to it."""

import json
import socket
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from wagtail.contrib.redirects.models import Redirect

from news.factories import NewsPageFactory
from portal.pagecache import explain, follower, warming
from portal.pagecache.node import local
from tests.fronting import ask

SITE = "http://testserver"


def run(*words: str) -> str:
    """Return what the command prints, errors last."""
    out, err = StringIO(), StringIO()
    call_command("pagecache", "--language", "en", *words, stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


@pytest.fixture
def kept(front, site):
    """The list of news and an article, both kept."""
    article = NewsPageFactory(parent=site.news, slug="bai")
    follower.follow()
    for address in ("/tin-tuc/", article.url):
        ask(front, address)
        assert ask(front, address).is_hit
    return article


def test_the_state_is_told_to_people_and_to_programs(front, kept):
    ask(front, "/khong-co/")
    found = json.loads(run("status", "--json"))
    assert (found["entries"], found["missing"], found["stale"]) == (3, 1, 0)
    assert found["storing"] is True
    assert found["lag"] <= 5
    assert found["position"]
    text = run("status")
    assert "Pages kept" in text
    assert "Nobody follows" not in text


def test_trouble_is_told(kept):
    local().words.trouble = True
    local().words.cells[2] = 1
    text = run("status")
    assert "Pages cannot be kept at present" in text
    assert "Nobody follows the journal" in text


def test_it_speaks_vietnamese_where_nothing_else_is_said(kept):
    out = StringIO()
    call_command("pagecache", "status", stdout=out)
    assert "Số trang đang lưu" in out.getvalue()


def test_an_address_is_purged_with_whatever_query(front, kept):
    ask(front, "/tin-tuc/?older=99999")
    assert "2 addresses" in run("purge", "/tin-tuc/")
    follower.follow()
    again = ask(front, "/tin-tuc/")
    assert "ttl=" in again.cache_status
    assert "ttl" not in ask(front, kept.url).cache_status


def test_a_hard_purge_leaves_nothing_to_serve(front, kept):
    assert "1 addresses" in run("purge", "--hard", f"{SITE}/tin-tuc/")
    follower.follow()
    assert local().store.read(f"{SITE}/tin-tuc/") is None
    assert ask(front, kept.url).is_hit


def test_a_tag_is_purged_and_its_group_is_named(front, kept):
    text = run("purge", "--hard", "--tag", f"wagtailcore.page:{kept.pk}")
    assert "group-" in text
    follower.follow()
    assert local().store.read(f"{SITE}{kept.url}") is None


def test_everything_is_purged(front, kept):
    run("purge", "--all", "--hard")
    follower.follow()
    assert local().store.rows("SELECT key FROM entry") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["purge"], "Say what"),
        (["purge", "--tag", "x" * 200], "long tag"),
        (["purge", "tin-tuc"], "no address"),
        (["explain", "http://elsewhere.example/"], "not a host of this site"),
        (["explain", "ftp://testserver/"], "no address"),
        (["explain", "http://testserver:x/"], "no number"),
        (["explain", "http://[::1/"], "cannot be read"),
        (["explain", "http://[abc]/"], "cannot be read"),
        (["warm", "--limit", "0"], "from 1 upwards"),
        (["warm", "--at", "127.0.0.1:1"], "does not answer"),
    ],
)
def test_what_cannot_be_done_is_said_clearly(front, words, said):
    with pytest.raises(CommandError, match=said):
        run(*words)


def test_a_page_that_is_kept_is_explained(kept):
    text = run("explain", f"{kept.url}?utm_source=x")
    assert f"{SITE}{kept.url}" in text
    assert "utm_source" not in text
    assert "yes, up to date" in text
    assert f"page “{kept.title}” (at once)" in text
    assert "the menu" in text


def test_an_address_that_nobody_asked_for_is_explained_and_not_kept(front, site):
    text = run("explain", "/tin-tuc/")
    assert "not yet" in text
    assert local().store.rows("SELECT key FROM entry") == []


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("/admin/login/", "never kept"),
        ("/documents/1/a.pdf", "never kept"),
        ("/a;b/", "more than one way"),
        ("/khong-co/?a=b", "nothing is known about its query"),
        ("/tin-tuc/?older=1&older=2", "a key twice"),
        (f"/tin-tuc/?older={'1' * 65}", "too long"),
        ("http://testserver:1/tin-tuc/", "for this host and port"),
        (f"/{'a' * 2048}/", "the address is too long"),
        ("/tam-thoi/", "answers with the status 302 are not kept"),
    ],
)
def test_what_is_never_kept_says_why(front, address, reason):
    Redirect.objects.create(old_path="/tam-thoi", redirect_link="/khac/", is_permanent=False)
    text = run("explain", address)
    assert reason in text
    assert "not yet" not in text


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/_v", "/_v.gif"])
def test_what_is_answered_before_the_page_cache_is_not_called_missing(front, address):
    told = run("explain", address)
    assert "answered before" in told
    assert "404" not in told


def test_a_picture_of_the_library_is_a_file(front):
    default_storage.save("images/thuyền.jpg", ContentFile(b"a picture"))
    assert "it is a file" in run("explain", "/media/images/thuy%E1%BB%81n.jpg")
    assert "it is a file" not in run("explain", "/media/images/khong-co.jpg")


def test_a_file_is_told_apart_from_an_address_without_one(front, settings):
    folder = Path(settings.STATIC_ROOT)
    folder.mkdir()
    (folder / "mẫu.css").touch()
    assert "it is a file" in run("explain", "/static/m%E1%BA%ABu.css")
    for address in ("/static/khac.css", "/static/", "/static/..%2f..%2fetc/passwd"):
        assert "it is a file" not in run("explain", address)


def test_an_address_may_be_written_without_quoting(front, site):
    assert f"{SITE}/tin-tuc/?older=%E1%BB%A9+b" in run("explain", "/tin-tuc/?older=ứ b")


def test_the_host_of_an_address_may_be_a_number(front):
    config = replace(local().config, origin="http://[::1]:8000")
    assert explain.parse("http://[::1]:8000/", config).host == "[::1]:8000"
    assert explain.parse("/tin-tuc/", config).host == "[::1]:8000"


def test_a_query_that_is_never_kept_has_no_key(front, site):
    assert f"{SITE}/tin-tuc/" not in run("explain", "/tin-tuc/?older=1&older=2")


def test_asking_does_not_change_the_language_of_who_asks(front, site):
    assert "Status" in run("explain", "/tin-tuc/")


@pytest.fixture
def answers():
    """What the front of `listening` says: body and status by address."""
    return {
        "/sitemap.xml": (f"<loc>{SITE}/sitemap-pages.xml?p=1&amp;x=2</loc>".encode(), 200),
        "/sitemap-pages.xml?p=1&x=2": (
            "".join(f"<loc>{SITE}/{n}/</loc>" for n in ("a", "san-co", "hong", "b")).encode(),
            200,
        ),
        "/hong/": (b"", 500),
    }


@pytest.fixture
def listening(front, answers):
    """The front on a port, answered in this thread's turn: an address for --at."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.headers["Host"], self.path))
            body, status = answers.get(self.path, (b"", 200))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            hit = "portal; hit" if self.path == "/san-co/" else "portal; fwd=uri-miss; stored"
            self.send_header("Cache-Status", hit)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def test_warming_begins_with_the_most_read_and_ends_with_the_sitemap(listening, kept):
    at, asked = listening
    with local().store.writing() as writer:
        writer.count_hits({f"{SITE}{kept.url}": 5})
    fetched = list(warming.warm(warming.Edge(at, SITE), local(), 100))
    assert [f.url.removeprefix(SITE) for f in fetched] == [
        kept.url, "/tin-tuc/", "/a/", "/san-co/", "/hong/", "/b/",
    ]  # fmt: skip
    assert [f.outcome for f in fetched[2:]] == ["made", "fresh", "failed", "made"]
    assert {host for host, _path in asked} == {"testserver"}


def test_warming_asks_for_addresses_as_readers_do(listening, answers):
    at, asked = listening
    known = ["/a b/", '/a"b/', "/a/", "/tin-tức/".encode().decode("latin-1")]
    with local().store.writing() as writer:
        writer.executemany("INSERT INTO wanted VALUES (?, 1)", [(f"{SITE}{p}",) for p in known])
    found = "".join(f"<loc>{SITE}/{name}/</loc>" for name in ("cà", "a%22b", "c&#32;d"))
    answers["/sitemap-pages.xml?p=1&x=2"] = found.encode(), 200
    fetched = list(warming.warm(warming.Edge(at, SITE), local(), 100))
    assert {f.outcome for f in fetched} == {"made"}
    assert [path for _host, path in asked if "sitemap" not in path] == [
        "/a%20b/", "/a%22b/", "/a/", "/tin-t%E1%BB%A9c/", "/c%C3%A0/", "/c%20d/",
    ]  # fmt: skip


def test_warming_says_what_it_did_and_fails_where_a_page_did(listening, kept):
    at, _asked = listening
    with pytest.raises(CommandError, match="Not all"):
        run("warm", "--at", at)


def test_warming_asks_again_where_a_server_that_is_replaced_hangs_up():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve_one_each():
            for _connection in range(2):
                connection, _address = server.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        thread = threading.Thread(target=serve_one_each)
        thread.start()
        edge = warming.Edge(f"127.0.0.1:{server.getsockname()[1]}", SITE)
        assert [edge.get(f"{SITE}/{n}/")[::2] for n in (1, 2)] == [(200, b"ok")] * 2
        thread.join()


def test_warming_keeps_to_its_bound(listening, kept):
    at, asked = listening
    assert "3 pages made" in run("warm", "--at", at, "--limit", "3")
    assert len([path for _host, path in asked if not path.startswith("/sitemap")]) == 3
