"""How the benchmark of the pages asks servers: checks, crowds, and what a run has cost."""

import gzip
import http.server
import os
import socketserver
import threading
import time
from itertools import count
from types import SimpleNamespace

import pytest

from benchmarks.pages import crowd, machine, measure, wrk
from benchmarks.pages import server as server_module
from benchmarks.pages.experiments import is_stale
from benchmarks.pages.server import Server


class Slow(socketserver.StreamRequestHandler):
    """Answers the first to ask at once, the others later."""

    turns = count()

    def handle(self):
        while self.rfile.readline().strip():
            pass
        if next(self.turns):
            time.sleep(0.1)
        self.wfile.write(self.server.answer)


@pytest.fixture
def slow_server():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Slow) as server:
        Slow.turns = count()
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class TestCrowd:
    def test_each_client_has_a_time_of_its_own(self, slow_server):
        slow_server.answer = b"HTTP/1.1 200 OK\r\nCache-Status: portal; hit\r\n\r\n"
        connections = crowd.connect(slow_server.server_address[1], 4)
        first, *others = sorted(crowd.ask_at_once(connections, "/"), key=lambda g: g.seconds)
        assert first.seconds < 0.1
        assert min(glimpse.seconds for glimpse in others) >= 0.1
        assert {glimpse.cache_status for glimpse in (first, *others)} == {"portal; hit"}

    def test_an_error_is_not_taken_for_an_answer(self, slow_server):
        slow_server.answer = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
        connections = crowd.connect(slow_server.server_address[1], 2)
        with pytest.raises(RuntimeError, match="503"):
            crowd.ask_at_once(connections, "/")
        assert [connection.fileno() for connection in connections] == [-1, -1]

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            ("portal; hit; ttl=-3", True),
            ("portal; hit; ttl=0", True),
            ("portal; hit; ttl=30", False),
            ("portal; hit", False),
            ("", False),
        ],
    )
    def test_an_answer_past_its_life_is_told_by_its_cache_status(self, status, expected):
        assert is_stale(status) is expected


class Cache(http.server.BaseHTTPRequestHandler):
    """A cache that has the page from the second request on."""

    def do_GET(self):
        server = self.server
        server.seen += 1
        fresh = self.headers["If-None-Match"] == server.etag is not None
        self.send_response(304 if fresh else 200)
        self.send_header("X-Seen", str(server.seen))
        if server.etag:
            self.send_header("ETag", server.etag)
        pressed = self.headers["Accept-Encoding"] == server.encoding
        if pressed:
            self.send_header("Content-Encoding", server.encoding)
        self.end_headers()
        if not fresh:
            self.wfile.write(gzip.compress(server.body) if pressed else server.body)

    def log_message(self, *_arguments):
        """Keep the output of the tests clean."""


class Subject(Server):
    name = "the tested"

    def command(self):
        """Return nothing to run: it runs within the test."""
        return []

    def is_hit(self, answer):
        return int(answer.headers["x-seen"]) > 1


class TestServer:
    @pytest.fixture
    def cache(self):
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cache) as server:
            server.seen, server.etag, server.encoding, server.body = 0, '"1"', "gzip", b"Trang"
            serve = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            serve.start()
            yield server
            server.shutdown()
            serve.join()

    @pytest.fixture
    def server(self, cache, tmp_path):
        server = Subject(tmp_path, www=tmp_path)
        server.port = cache.server_address[1]
        return server

    def test_what_to_send_is_known_once_the_stored_page_is_right(self, server):
        server.check(b"Trang")
        assert server.headers == {
            "gzip": {"accept-encoding": "gzip"},
            "identity": {"accept-encoding": "identity"},
            "304": {"accept-encoding": "gzip", "if-none-match": '"1"'},
            "lone": {"accept-encoding": "gzip"},
        }

    def test_a_server_without_validators_is_not_asked_for_a_304(self, server, cache):
        cache.etag = None
        server.check(b"Trang")
        assert list(server.headers) == ["gzip", "identity", "lone"]

    def test_another_page_is_refused(self, server, cache):
        cache.body = b"Trang khac"
        with pytest.raises(RuntimeError, match="another page"):
            server.check(b"Trang")

    def test_a_page_that_is_not_pressed_as_asked_is_refused(self, server, cache):
        cache.encoding = "none"
        with pytest.raises(RuntimeError, match="another page to who asks for gzip"):
            server.check(b"Trang")

    def test_a_page_that_does_not_get_stored_is_refused(self, server, monkeypatch):
        monkeypatch.setattr(server_module, "WARM_SECONDS", 0.1)
        monkeypatch.setattr(Subject, "is_hit", lambda self, answer: False)
        with pytest.raises(RuntimeError, match="did not cache"):
            server.check(b"Trang")

    def test_servers_run_without_what_would_lead_them_to_another_portal(self, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "sqlite:///elsewhere")
        monkeypatch.setenv("PORTAL_VAR", "elsewhere")
        monkeypatch.setenv("ANOTHER", "kept")
        environment = server_module.present_environment()
        assert environment["ANOTHER"] == "kept"
        assert not {"DATABASE_URL", "PORTAL_VAR"} & environment.keys()


class TestSample:
    @pytest.fixture
    def server(self, tmp_path):
        server = Subject(tmp_path, www=tmp_path)
        server.headers = {"gzip": {}}
        server.process = SimpleNamespace(pid=os.getpid())
        return server

    def test_a_run_without_an_answer_is_tried_again_for_longer(self, server, monkeypatch):
        asked = []

        def run(_port, _headers, *, connections, seconds):
            asked.append((connections, seconds))
            if len(asked) < 3:
                raise wrk.NothingAnsweredError
            return wrk.Load(requests=10, seconds=4.0, p50=5, p99=9)

        monkeypatch.setattr(wrk, "run", run)
        seen, busiest = measure.sample(server, "gzip", 1)
        assert asked == [(32, 1), (32, 2), (32, 4)]
        assert (seen.rate, seen.p50, seen.p99) == (2.5, 5, 9)
        assert busiest in machine.tree(os.getpid())

    @pytest.mark.parametrize("error", [wrk.NothingAnsweredError, ValueError])
    def test_a_server_that_fails_is_named(self, server, monkeypatch, error):
        def run(*_arguments, **_named):
            raise error

        monkeypatch.setattr(wrk, "run", run)
        with pytest.raises(RuntimeError, match=r"the tested.* gzip"):
            measure.sample(server, "gzip", 1)
