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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from portal.pagecache import follower
from portal.pagecache.node import local
from tests.exporting import HOST, STRICT, KilledError, ask, every_file, exported, kill

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
# Of the transport, of the file's own clock, or the portal's word on how it came by the answer.
NOT_COMPARED = {
    "server", "date", "connection", "etag", "last-modified", "accept-ranges", "age",
    "cache-status", "content-length",
}  # fmt: skip


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


def parts(value: str | None) -> set[str]:
    """The parts of a header: the order of the directives of a policy says nothing."""
    return {part.strip() for part in (value or "").split(";")}


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_the_file_says_what_the_portal_says(exporting, nginx, exported_pages, coding):
    for address in exported_pages:
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


def test_a_client_that_has_the_page_is_told_so(nginx, exported_pages):
    _status, headers, body = nginx.ask("/tin-tuc/")
    assert nginx.ask("/tin-tuc/", f"If-None-Match: {headers['etag']}")[0] == 304
    same = nginx.ask("/tin-tuc/", f"If-Modified-Since: {headers['last-modified']}")
    assert same[0] == 304
    assert same[2] == b""
    other = nginx.ask("/tin-tuc/", 'If-None-Match: "other"')
    assert other[::2] == (200, body)


def test_head_says_the_same_without_the_page(nginx, exported_pages):
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
def test_everything_else_is_asked_of_the_portal(nginx, exported_pages, target, line, method):
    with suppress(AssertionError):
        assert nginx.is_file("/tin-tuc/", "Cookie: seen=1")
    before = len(nginx.asked)
    status, _headers, _body = nginx.ask(target, line, method=method)
    # What climbs out of the site is refused before it is even asked for.
    climbs = ".." in target or "%2e" in target
    assert status in ((299, 400) if climbs else (299,))
    assert len(nginx.asked) == before + (status == 299)


def test_a_cookie_that_is_no_log_in_changes_nothing(nginx, exported_pages):
    assert nginx.is_file("/tin-tuc/", "Cookie: theme=dark")


def test_an_edit_that_is_published_takes_the_files_away_at_once(
    exporting, nginx, site, exported_pages
):
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


def test_a_page_that_is_taken_down_is_no_file_any_more(nginx, site, exported_pages):
    site.news.get_children().get(slug="hai-cap").specific.unpublish()
    follower.follow()
    assert not nginx.is_file("/tin-tuc/hai-cap/")
    assert "/tin-tuc/hai-cap/" not in exported()


# What nginx has when a process ends


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


# The settings behind the example


def test_the_address_of_production_makes_the_headers_of_the_example():
    """The values that the fixture takes for a portal with https are those of production.py."""
    text = (DEPLOY.parent / "portal" / "settings" / "production.py").read_text()
    for name, value in STRICT.items():
        shown = f"{value:_}" if isinstance(value, int) and value is not True else str(value)
        assert f"SECURE_HSTS_{name} = {shown}" in text
