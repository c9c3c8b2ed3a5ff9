"""Hits never queue behind misses: a real edge before a render process that does not answer."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.front import VARIABLE, FrontSettings
from portal.pagecache.config import Config
from portal.pagecache.store.database import Store
from portal.pagecache.store.entries import Entry
from portal.pagecache.store.words import Words
from portal.server import Options, listen
from portal.supervisor import EDGE_THREADS, EDGE_WAITING
from portal.visits.configuration import BeaconSettings
from tests.browser.server import ROOT
from tests.pretending import RenderProcess, render_process

HANGING = 200
UPLOADS = 50
SLOW = 200
BODY = b"<p>kept</p>" * 100
# More than the system takes in for a client who reads nothing.
LARGE = bytes(range(256)) * (32 * 2**10)


@dataclass
class Served:
    """A real edge, the process behind it, and where it is reached."""

    port: int
    process: subprocess.Popen
    renders: RenderProcess

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def send(
        self, head: str, body: bytes = b"", connection: socket.socket | None = None
    ) -> socket.socket:
        """Begin a request; its answer is read by `answer`."""
        connection = connection or self.connect()
        lines = f"{head}\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n\r\n"
        connection.sendall(lines.encode() + body)
        return connection


def answer(connection: socket.socket) -> tuple[int, bytes, bytes]:
    """Return status, head and body of what comes until the other side closes."""
    data = b""
    while chunk := connection.recv(2**16):
        data += chunk
    connection.close()
    head, _, body = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), head, body


@contextmanager
def served(folder: Path, threads=EDGE_THREADS, waiting=EDGE_WAITING) -> Iterator[Served]:
    with render_process(folder / "r.sock") as renders, listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        origin = f"http://127.0.0.1:{port}"
        cache = Config(
            folder=str(folder),
            origin=origin,
            hosts=["127.0.0.1"],
            renders=[renders.path],
            waiting=waiting,
        )
        keep_start_page(cache)
        process = subprocess.Popen(
            Options(
                "portal.front:from_environment",
                descriptor=listening.fileno(),
                threads=threads,
                is_factory=True,
            ).command(),
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], VARIABLE: front_settings(cache, folder).to_json()},
            pass_fds=[listening.fileno()],
            stderr=subprocess.DEVNULL,
        )
        try:
            yield Served(port, process, renders)
        finally:
            renders.release()
            process.terminate()
            process.wait(30)


def front_settings(cache: Config, folder: Path) -> FrontSettings:
    visits = BeaconSettings(folder=str(folder / "visits"))
    return FrontSettings(cache, visits, str(folder / "static"), str(folder / "media"), ["vi"])


def keep_start_page(cache: Config) -> None:
    base = f"{cache.origin}/"
    headers = [("Content-Type", "text/html; charset=utf-8")]
    store = Store(cache, Words(cache.path))
    with store.writing() as writer:
        writer.put(Entry(base, base, (), 200, headers, '"e"', {"identity": BODY}, 1.0, 1.0))
    store.close()


@pytest.fixture(scope="module")
def edge(tmp_path_factory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("edge")) as running:
        yield running


def hits(edge: Served, count: int) -> int:
    """Ask for the start page over new connections; return how often it was answered."""
    found = [answer(edge.send("GET / HTTP/1.1")) for _ in range(count)]
    return sum(status == 200 and b"portal; hit" in head and body == BODY
               for status, head, body in found)  # fmt: skip


def until(condition) -> None:
    ends = time.monotonic() + 30
    while not condition() and time.monotonic() < ends:
        time.sleep(0.02)
    assert condition()


def test_hits_are_answered_while_everything_else_waits_and_nothing_is_refused(edge):
    before = edge.renders.count
    with ExitStack() as stack:
        hanging = [
            stack.enter_context(edge.send(f"{head} HTTP/1.1"))
            for n in range(HANGING // 2)
            for head in (f"GET /admin/hang/{n}/", f"GET /hang-cold-{n}/")
        ]
        length = f"Content-Length: {2**20}"
        uploads = [
            stack.enter_context(edge.send(f"POST /admin/up/{n}/ HTTP/1.1\r\n{length}", b"half"))
            for n in range(UPLOADS)
        ]
        slow = [stack.enter_context(edge.connect()) for _ in range(SLOW)]
        for connection in slow:
            connection.sendall(b"GET / HTTP/1.1\r\nHos")
        until(lambda: edge.renders.hanging == HANGING)
        assert hits(edge, 50) == 50
        assert edge.renders.count == before + HANGING
        edge.renders.release()
        assert [answer(connection)[0] for connection in hanging] == [200] * HANGING
        for connection in uploads:
            connection.sendall(bytes(2**20 - 4))
        sent = [answer(connection) for connection in uploads]
        assert {(status, body) for status, _head, body in sent} == {
            (200, b"half" + bytes(2**20 - 4))
        }
        for connection in slow:
            ending = f"t: 127.0.0.1:{edge.port}\r\nConnection: close\r\n\r\n"
            connection.sendall(ending.encode())
        assert [answer(connection)[2] for connection in slow] == [BODY] * SLOW


def test_those_who_must_wait_leave_threads_for_those_who_need_not(tmp_path):
    with served(tmp_path, threads=8, waiting=6) as edge, ExitStack() as stack:
        assert hits(edge, 1) == 1
        visit = "POST /_v HTTP/1.1\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 10"
        heads = ["GET /hang-cold/ HTTP/1.1", "GET /admin/hang/ HTTP/1.1"]
        heads += ["POST /up/ HTTP/1.1\r\nContent-Length: 10"] * 2 + [visit] * 2
        waiting = [stack.enter_context(edge.send(head)) for head in heads]
        until(lambda: edge.renders.hanging == 2)
        # Those who came before have been let in by now.
        assert hits(edge, 50) == 50
        until(lambda: answer(edge.send("GET /cold/ HTTP/1.1"))[0] == 503)
        status, head, _body = answer(edge.send("POST /up/ HTTP/1.1\r\nContent-Length: 3", b"abc"))
        assert (status, b"retry-after: 10" in head.lower()) == (503, True)
        assert answer(edge.send(visit, b"0123456789"))[0] == 503
        assert hits(edge, 20) == 20
        edge.renders.release()
        for connection in waiting[2:]:
            connection.sendall(b"0123456789")
        assert [answer(connection)[0] for connection in waiting[:4]] == [200] * 4
        assert answer(edge.send("GET /cold/ HTTP/1.1"))[0] == 200


def begin_to_take(edge: Served, head: str, body: bytes = b"") -> tuple[socket.socket, bytes]:
    """Ask, and see no more than the first bytes of the answer, which are returned too."""
    connection = socket.socket()
    connection.settimeout(30)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", edge.port))
    return edge.send(head, body, connection), connection.recv(12, socket.MSG_PEEK)


def test_those_who_take_large_files_slowly_leave_threads_for_others(tmp_path):
    folder = tmp_path / "media/images"
    folder.mkdir(parents=True)
    (folder / "large.bin").write_bytes(LARGE)
    file = "GET /media/images/large.bin HTTP/1.1"
    document = f"POST /echo/ HTTP/1.1\r\nContent-Length: {len(LARGE)}"
    with served(tmp_path, threads=8, waiting=6) as edge, ExitStack() as stack:
        assert hits(edge, 1) == 1
        asked = [(file, b""), (f"{file}\r\nRange: bytes=100-", b""), (document, LARGE)]
        slow = [begin_to_take(edge, *each) for each in asked * 2]
        for connection, _first in slow:
            stack.enter_context(connection)
        assert [first[9:] for _connection, first in slow] == [b"200", b"206", b"200"] * 2
        assert hits(edge, 20) == 20
        for head in (file, "GET /cold/ HTTP/1.1", "POST /up/ HTTP/1.1\r\nContent-Length: 3"):
            status, head, _body = answer(edge.send(head, b"abc" if "POST" in head else b""))
            assert (status, b"retry-after: 10" in head.lower()) == (503, True)
        assert answer(edge.send(file.replace("GET", "HEAD")))[0] == 200
        # Who goes, and who has got everything, make room.
        whole, part, sent, *leaving = (connection for connection, _first in slow)
        for connection in leaving:
            connection.close()
        until(lambda: answer(edge.send(file))[2] == LARGE)
        assert [answer(connection)[2] for connection in (whole, part, sent)] == [
            LARGE, LARGE[100:], LARGE,
        ]  # fmt: skip
        waiting = []

        def are_six() -> bool:
            head = f"GET /admin/hang/{len(waiting)}/ HTTP/1.1"
            waiting.append(stack.enter_context(edge.send(head)))
            return edge.renders.hanging == 6

        # Whoever comes too early is asked to come back.
        until(are_six)
        edge.renders.release()
        assert {answer(connection)[0] for connection in waiting} <= {200, 503}
        assert hits(edge, 20) == 20


def test_requests_of_doubtful_length_end_at_the_edge(edge):
    before = edge.renders.count
    for lines, expected in (
        ("Content-Length: 3\r\nTransfer-Encoding: chunked", {400, 411}),
        ("Transfer-Encoding: chunked\r\nContent-Length: 3", {400, 411}),
        ("Transfer-Encoding: chunked", {411}),
        ("Transfer-Encoding: xchunked", {400, 411}),
        ("Content-Length: 3\r\nContent-Length: 4", {400}),
        ("Content-Length: 3, 4", {400}),
        ("Content-Length: -3", {400}),
        ("Content-Length : 3", {400}),
        ("X: a\r\n b", {400}),
        (f"Content-Length: {2**40}", {413}),
        ("X: " + "a" * 70_000, {431}),
    ):
        status, _head, _body = answer(edge.send(f"POST /up/ HTTP/1.1\r\n{lines}", b"abc"))
        assert status in expected, lines[:80]
    assert edge.renders.count == before


def test_a_body_that_ends_early_is_not_handed_on(edge):
    before = edge.renders.count
    connection = edge.send("POST /up/ HTTP/1.1\r\nContent-Length: 30", b"abc")
    connection.shutdown(socket.SHUT_WR)
    assert answer(connection)[0] == 400
    assert edge.renders.count == before


def test_another_version_of_http_is_not_spoken(edge):
    with edge.connect() as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
        assert connection.recv(100) == b""


def test_what_is_not_ascii_in_an_address_is_refused(edge):
    with edge.connect() as connection:
        connection.sendall(b"GET /?q=\xff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert answer(connection)[0] == 400


def test_a_query_that_is_not_ascii_reaches_django_encoded(edge):
    with edge.connect() as connection:
        head = f"GET /target/?q=ế HTTP/1.1\r\nHost: 127.0.0.1:{edge.port}\r\nConnection: close"
        connection.sendall(f"{head}\r\n\r\n".encode())
        status, _head, body = answer(connection)
    assert (status, body) == (200, b"/target/?q=%E1%BA%BF")


def test_a_client_is_known_to_django_by_the_address_it_connects_from(edge):
    status, _head, body = answer(
        edge.send(
            "GET /head/ HTTP/1.1\r\nX-Portal-Client: 192.0.2.66\r\nX_Portal_Client: 192.0.2.66"
        )
    )
    assert status == 200
    assert [line for line in body.splitlines() if b"portal-client" in line.lower()] == [
        b"X-Portal-Client: 127.0.0.1"
    ]
