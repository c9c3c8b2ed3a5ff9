"""Pages as files behind a real nginx with the example configuration (deploy/nginx-files.conf)."""

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from home.factories import HistoryIndexPageFactory, InfoPageFactory, LocationMapPageFactory
from news.factories import NewsPageFactory
from portal.front import Front, settings_of_portal
from portal.pagecache import collector, export, fill, follower, journal
from portal.pagecache.flights import Refresher
from portal.pagecache.node import local
from portal.pagecache.upstream import InProcess
from tests.fronting import ask as ask_front

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
HOST = "portal.example.org"
# Of the transport, of the file's own clock, or the portal's word on how it came by the answer.
NOT_COMPARED = {
    "server", "date", "connection", "etag", "last-modified", "accept-ranges", "age",
    "cache-status", "content-length",
}  # fmt: skip


@pytest.fixture
def exporting(kept_connection, site, settings, tmp_path, monkeypatch):
    """The portal as its readers reach it over https, with a folder for exported pages."""
    for name in ("SECONDS", "INCLUDE_SUBDOMAINS", "PRELOAD"):
        setattr(settings, f"SECURE_HSTS_{name}", STRICT[name])
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLOWED_HOSTS = [HOST]
    settings.PAGECACHE = {
        **settings.PAGECACHE,
        "folder": str(tmp_path / "pagecache"),
        "origin": f"https://{HOST}",
        "export_folder": str(tmp_path / "pages"),
    }
    monkeypatch.setattr(Refresher, "start", lambda refresher: None)
    local.cache_clear()
    follower.follow()
    yield Front(settings_of_portal(renders=[]), InProcess(get_wsgi_application()))
    local().store.close()
    local.cache_clear()


# As production.py sets them for a portal with https; the suite itself has an address without.
STRICT = {"SECONDS": 63_072_000, "INCLUDE_SUBDOMAINS": True, "PRELOAD": True}


def ask(front, target, *lines, **request):
    """Ask the edge as nginx does."""
    lines = ("X-Forwarded-Proto: https", *lines)
    return ask_front(front, target, *lines, peer="127.0.0.1", host=HOST, **request)


def exported() -> list[str]:
    """The paths of the exported pages."""
    root = Path(local().config.export_folder)
    found = [f"/{path.parent.relative_to(root)}/" for path in root.rglob("index.html")]
    return sorted(path.replace("/./", "/") for path in found)


def every_file() -> list[Path]:
    return [path for path in Path(local().config.export_folder).rglob("*") if path.is_file()]


@dataclass
class Server:
    """nginx as a client sees it; ``asked`` are the request lines that it handed on."""

    port: int
    asked: list[str] = field(default_factory=list)

    def ask(self, target: str, *lines: str, method: str = "GET"):
        """Return (status, headers by lower-case name, body)."""
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=5)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for line in (f"Host: {HOST}", *lines):
                name, _, value = line.partition(": ")
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return response.status, headers, response.read()
        finally:
            connection.close()

    def is_file(self, target: str, *lines: str, method: str = "GET") -> bool:
        """Whether nginx answers itself and does not hand the request on."""
        before = len(self.asked)
        status = self.ask(target, *lines, method=method)[0]
        if len(self.asked) > before:
            return False
        assert status in (200, 304)
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
         f"/CN={HOST}", "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.fixture
def nginx(exporting, certificate, tmp_path):
    """A real nginx with the example; behind it stands a server that notes what it is asked."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/usr/local/sbin")
    assert program, "nginx is not installed: make test installs it where it can"
    server = Server(free_port())

    class Portal(BaseHTTPRequestHandler):
        def answer(self):
            server.asked.append(self.requestline)
            self.send_response(299)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD = do_POST = answer  # noqa: N815 - named by the library

        def log_message(self, *args):
            pass

    behind = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    example = (DEPLOY / "nginx-files.conf").read_text()
    for old, new in [
        ("/etc/ssl/portal", str(certificate)),
        ("/srv/portal/var/pages", local().config.export_folder),
        ("127.0.0.1:8000", f"127.0.0.1:{behind.server_port}"),
        ("    listen 80;\n    listen [::]:80;\n", f"    listen 127.0.0.1:{free_port()};\n"),
        (
            "    listen 443 ssl http2;\n    listen [::]:443 ssl http2;\n",
            f"    listen 127.0.0.1:{server.port} ssl http2;\n",
        ),
    ]:
        assert old in example
        example = example.replace(old, new)
    folders = "".join(
        f"{name}_temp_path {tmp_path}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"user root; daemon off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log;\n"
        f"worker_processes 1; events {{}}\nhttp {{ access_log off; {folders}{example}\n}}\n"
    )
    if os.geteuid() != 0:
        whole.write_text(whole.read_text().replace("user root; ", ""))
    process = subprocess.Popen([program, "-c", whole, "-e", tmp_path / "error.log"])
    try:
        wait_for(server.port, process)
        yield server
    finally:
        process.terminate()
        process.wait(10)
        behind.shutdown()
        behind.server_close()


def wait_for(port: int, process: subprocess.Popen) -> None:
    ends = time.monotonic() + 10
    while time.monotonic() < ends and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("nginx did not start")


# What nginx sends


@pytest.fixture
def pages(site, exporting) -> list[str]:
    """The addresses of a page of each kind, on two levels, all of them exported."""
    article = NewsPageFactory(parent=site.news, slug="hai-cap")
    others = [
        HistoryIndexPageFactory(parent=site.home, slug="lich-su"),
        LocationMapPageFactory(parent=site.home, slug="ban-do"),
        InfoPageFactory(parent=site.home, slug="Gioi_Thieu"),
    ]
    follower.follow()
    addresses = ["/", "/tin-tuc/", *(page.url for page in (article, *others))]
    for address in addresses:
        assert ask(exporting, address).status == 200
    assert exported() == sorted(addresses)
    return addresses


def parts(value: str | None) -> set[str]:
    """The parts of a header: the order of the directives of a policy says nothing."""
    return {part.strip() for part in (value or "").split(";")}


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_the_file_says_what_the_portal_says(exporting, nginx, pages, coding):
    for address in pages:
        expected = ask(exporting, address, f"Accept-Encoding: {coding}")
        assert expected.is_hit
        assert nginx.is_file(address)
        status, headers, body = nginx.ask(address, f"Accept-Encoding: {coding}")
        assert status == 200
        assert body == expected.body
        wanted = {name.lower(): value for name, value in expected.headers}
        for name in (wanted.keys() | headers.keys()) - NOT_COMPARED:
            assert parts(headers.get(name)) == parts(wanted.get(name)), (address, name)
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers.get("content-encoding", "identity") == coding


def test_a_client_that_has_the_page_is_told_so(nginx, pages):
    _status, headers, body = nginx.ask("/tin-tuc/")
    assert nginx.ask("/tin-tuc/", f"If-None-Match: {headers['etag']}")[0] == 304
    same = nginx.ask("/tin-tuc/", f"If-Modified-Since: {headers['last-modified']}")
    assert same[0] == 304
    assert same[2] == b""
    other = nginx.ask("/tin-tuc/", 'If-None-Match: "other"')
    assert other[::2] == (200, body)


def test_head_says_the_same_without_the_page(nginx, pages):
    got, asked = nginx.ask("/"), nginx.ask("/", method="HEAD")
    assert asked[0] == 200
    assert asked[2] == b""
    assert asked[1]["content-length"] == got[1]["content-length"]
    assert nginx.is_file("/", method="HEAD")


@pytest.mark.parametrize(
    ("target", "line", "method"),
    [
        ("/tin-tuc/?older=1", "X: y", "GET"),
        ("/tin-tuc/?:", "X: y", "GET"),
        ("/tin-tuc/", "Cookie: a=b; sessionid=0123", "GET"),
        ("/tin-tuc/", "Authorization: Basic eDp5", "GET"),
        ("/tin-tuc/", "Content-Length: 0", "POST"),
        ("/tin-tuc", "X: y", "GET"),
        ("/tin-tuc/index.html", "X: y", "GET"),
        ("/tin-tuc/index.html.gz", "X: y", "GET"),
        ("/khong-co/", "X: y", "GET"),
        ("/.none", "X: y", "GET"),
        ("/admin/", "X: y", "GET"),
        ("/tin-tuc/../../pagecache/words", "X: y", "GET"),
        ("/%2e%2e/pagecache/words", "X: y", "GET"),
    ],
)
def test_everything_else_is_asked_of_the_portal(nginx, pages, target, line, method):
    with suppress(AssertionError):
        assert nginx.is_file("/tin-tuc/", "Cookie: seen=1")
    before = len(nginx.asked)
    status, _headers, _body = nginx.ask(target, line, method=method)
    # What climbs out of the site is refused before it is even asked for.
    climbs = ".." in target or "%2e" in target
    assert status in ((299, 400) if climbs else (299,))
    assert len(nginx.asked) == before + (status == 299)


def test_a_cookie_that_is_no_log_in_changes_nothing(nginx, pages):
    assert nginx.is_file("/tin-tuc/", "Cookie: theme=dark")


def test_an_edit_that_is_published_takes_the_files_away_at_once(exporting, nginx, site, pages):
    article = site.news.get_children().get(slug="hai-cap").specific
    address = article.url
    article.lead = "Một câu mới."
    article.save_revision().publish()
    follower.follow()
    # Itself (hard), and the list that shows it (soft).
    assert not nginx.is_file(address)
    assert not nginx.is_file("/tin-tuc/")
    assert nginx.is_file("/ban-do/")
    assert "Một câu mới.".encode() in ask(exporting, address).body
    assert nginx.is_file(address)
    assert "Một câu mới.".encode() in nginx.ask(address)[2]


def test_a_page_that_is_taken_down_is_no_file_any_more(nginx, site, pages):
    site.news.get_children().get(slug="hai-cap").specific.unpublish()
    follower.follow()
    assert not nginx.is_file("/tin-tuc/hai-cap/")
    assert "/tin-tuc/hai-cap/" not in exported()


# What is written, and what is left when a process ends


def test_a_page_with_a_last_instant_is_not_exported(exporting, site):
    soon = timezone.now() + timedelta(hours=1)
    ends = NewsPageFactory(parent=site.news, expire_at=soon)
    assert ask(exporting, ends.url).status == 200
    assert ask(exporting, ends.url).is_hit
    assert exported() == []


def test_a_page_that_is_to_be_refreshed_is_a_file_until_then(exporting, site, monkeypatch):
    article = NewsPageFactory(parent=site.news)
    soon = timezone.now() + timedelta(minutes=15)
    show = type(article).get_context

    def until_soon(page, *args, **kwargs):
        collector.until(soon)
        return show(page, *args, **kwargs)

    monkeypatch.setattr(type(article), "get_context", until_soon)
    assert ask(exporting, article.url).status == 200
    assert article.url in exported()
    node = local()
    export.expire(node.config, node.store, 0, soon.timestamp() - 1)
    assert article.url in exported()
    export.expire(node.config, node.store, 0, soon.timestamp() + 1)
    assert article.url not in exported()


def test_what_is_no_page_is_not_exported(exporting, site):
    NewsPageFactory(parent=site.news)
    for address in ("/khong-co/", "/robots.txt", "/tin-tuc/rss.xml", "/sitemap.xml"):
        ask(exporting, address)
    assert exported() == []


def test_a_page_with_tags_for_a_cdn_is_not_exported(exporting, settings):
    settings.PAGECACHE = {**settings.PAGECACHE, "surrogate_header": "Surrogate-Key"}
    local().store.close()
    local.cache_clear()
    assert ask(exporting, "/").status == 200
    assert ask(exporting, "/").is_hit
    assert exported() == []


@pytest.mark.parametrize(
    "key",
    [
        f"https://{HOST}/../x/",
        f"https://{HOST}/a/../../x/",
        f"https://{HOST}//etc/",
        f"https://{HOST}/a.b/",
        f"https://{HOST}/a%2fb/",
        f"https://{HOST}/a\\b/",
        f"https://{HOST}/đ/",
        f"https://{HOST}/a\x00/",
        f"https://{HOST}/{'a' * 300}/",
        f"https://{HOST}/x",
        f"https://{HOST}/?a=b",
        f"https://{HOST}.evil.example/x/",
        f"http://{HOST}/x/",
    ],
)
def test_no_address_leads_out_of_the_folder(exporting, key):
    assert export.folder_of(local().config, key) is None


def test_the_files_of_a_page_that_had_to_make_room_are_removed(exporting, site, settings):
    settings.PAGECACHE = {**settings.PAGECACHE, "store_bytes": 60_000}
    local().store.close()
    local.cache_clear()
    articles = [NewsPageFactory(parent=site.news) for _n in range(4)]
    follower.follow()
    for article in articles:
        ask(exporting, article.url)
    kept = [key.removeprefix(f"https://{HOST}") for key in keys()]
    assert 0 < len(kept) < 4
    assert exported() == sorted(kept)


def keys() -> list[str]:
    return [key for (key,) in local().store.rows("SELECT key FROM entry WHERE status = 200")]


class KilledError(BaseException):
    """The process ends here."""


def kill(*_args, **_kwargs):
    raise KilledError


def test_a_process_that_ends_before_the_file_is_written_leaves_a_page_without(
    exporting, monkeypatch
):
    monkeypatch.setattr(fill.export, "write", kill)
    with pytest.raises(KilledError):
        ask(exporting, "/")
    assert keys() == [f"https://{HOST}/"]
    assert every_file() == []


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_process_that_ends_while_files_are_written_leaves_none_that_is_served(
    exporting, nginx, monkeypatch, count
):
    left = [count]
    replace = Path.replace

    def replace_some(path, target):
        left[0] -= 1
        return kill() if left[0] < 0 else replace(path, target)

    monkeypatch.setattr(Path, "replace", replace_some)
    with pytest.raises(KilledError):
        ask(exporting, "/")
    monkeypatch.undo()
    assert not nginx.is_file("/")
    follower.take_over(local())
    assert every_file() == []


def test_a_purge_that_is_cut_off_has_removed_the_files_already(exporting, pages, monkeypatch):
    monkeypatch.setattr("portal.pagecache.store.Writer.set_position", kill)
    journal.touch("*", hard=True)
    with pytest.raises(KilledError):
        follower.follow()
    assert exported() == []
    monkeypatch.undo()
    follower.follow()
    assert keys() == []


def test_a_page_that_is_purged_while_it_is_written_is_not_exported(exporting, monkeypatch):
    write = export.write

    def purged_before(config, store, entry):
        journal.touch("wagtailcore.page:1", *entry.tags)
        follower.follow()
        write(config, store, entry)

    monkeypatch.setattr(fill.export, "write", purged_before)
    ask(exporting, "/")
    assert exported() == []


def test_files_that_the_store_does_not_know_are_removed_at_start(exporting, pages):
    root = Path(local().config.export_folder)
    orphan = root / "cu" / "hon"
    orphan.mkdir(parents=True)
    (orphan / "index.html").write_text("old")
    (root / "tin-tuc" / "index.html").write_text("another page")
    with local().store.writing() as writer:
        writer.remove([f"https://{HOST}/ban-do/"])
    follower.take_over(local())
    assert exported() == sorted(set(pages) - {"/tin-tuc/", "/ban-do/"})
    assert not (root / "cu").exists()


def test_a_file_that_came_back_from_a_backup_is_removed_at_start(exporting, pages):
    path = Path(local().config.export_folder) / "tin-tuc" / "index.html.gz"
    os.utime(path, (1, 1))
    follower.take_over(local())
    assert "/tin-tuc/" not in exported()
    assert "/tin-tuc/hai-cap/" in exported()


def test_a_store_that_begins_anew_leaves_no_file(exporting, pages):
    local().store.abandon()
    follower.follow()
    assert every_file() == []


def test_the_address_of_production_makes_the_headers_of_the_example():
    """The values that the fixture takes for a portal with https are those of production.py."""
    text = (DEPLOY.parent / "portal" / "settings" / "production.py").read_text()
    for name, value in STRICT.items():
        shown = f"{value:_}" if isinstance(value, int) and value is not True else str(value)
        assert f"SECURE_HSTS_{name} = {shown}" in text
