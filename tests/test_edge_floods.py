"""A hundred thousand addresses that nobody else asks for leave memory and disk within bounds."""

import random
import string
import time
from pathlib import Path

import pytest

from portal.pagecache.config import Config
from portal.pagecache.edge.application import Edge
from portal.pagecache.edge.replies import codings
from portal.pagecache.edge.upstream import Response
from portal.pagecache.store.entries import Entry
from tests.fronting import HOST, environ_of

ORIGIN = f"http://{HOST}"
MEGABYTE = 2**20
GROWTH = 48 * MEGABYTE


class Missing:
    """An upstream that has nothing, and keeps the answers only if it is told to."""

    def send(self, request) -> Response:
        return Response(404, [("X-Portal-Fill", "status 404")])


@pytest.fixture
def edge(tmp_path) -> Edge:
    config = Config(
        folder=str(tmp_path),
        origin=ORIGIN,
        hosts=[HOST],
        missing_bound=100,
        store_bytes=4 * MEGABYTE,
    )
    edge = Edge(config, Missing())
    edge.refresher.start = lambda: None
    return edge


def resident() -> int:
    """The memory of this process, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def entry(key: str, status: int = 200, size: int = 1000) -> Entry:
    base = key.partition("?")[0]
    now = time.time()
    return Entry(key, base, ("page",), status, [], '"e"', {"identity": bytes(size)}, now, now)


def words(count: int):
    source = random.Random(7)
    for _ in range(count):
        yield "".join(source.choices(string.ascii_lowercase, k=40))


def ignore(*_started) -> None:
    pass


def test_random_queries_reach_neither_memory_nor_disk(edge):
    with edge.store.writing() as writer:
        writer.put(entry(f"{ORIGIN}/"))
    environ = environ_of("/")
    edge(environ, ignore)
    before = resident()
    bodies = {
        b"".join(edge({**environ, "QUERY_STRING": f"{word}={word}"}, ignore))
        for word in words(100_000)
    }
    assert bodies == {bytes(1000)}
    assert resident() - before < GROWTH
    assert edge.store.rows("SELECT count(*) FROM entry") == [(1,)]
    assert list(edge.memory.replies) == [f"{ORIGIN}/"]


def test_random_paths_reach_no_memory_that_grows(edge):
    environ = environ_of("/")
    before = resident()
    for word in words(30_000):
        edge({**environ, "PATH_INFO": f"/{word}/"}, ignore)
    assert resident() - before < GROWTH
    assert len(edge.memory.passes) <= 10_001
    assert edge.store.rows("SELECT count(*) FROM entry") == [(0,)]
    assert edge.flights._locks == {}


def test_hosts_and_what_clients_say_of_themselves_are_remembered_within_bounds(edge):
    before = resident()
    for n, word in enumerate(words(30_000)):
        environ = environ_of(
            "/", f"Accept-Encoding: {word}", f"X-Forwarded-For: 10.1.{n % 250}.{n}"
        )
        edge(
            {**environ, "HTTP_HOST": f"{word}.example", "REMOTE_ADDR": f"10.9.{n % 250}.1"}, ignore
        )
        codings(word)
        edge.clients.trusts(f"10.{n % 250}.{n // 250 % 250}.{n % 7}")
    assert resident() - before < GROWTH
    assert edge.clients.trusts.cache_info().currsize <= 10_000
    assert edge.clients.origin.cache_info().currsize <= 64


def test_a_host_is_remembered_after_many_that_nobody_has(tmp_path):
    config = Config(folder=str(tmp_path), origin="http://example.org", hosts=[".example.org"])
    edge = Edge(config, Missing())
    for n in range(64):
        edge.clients.origin("http", f"x{n}.example.org")
    with edge.store.writing() as writer:
        writer.put(entry("http://www.example.org/"))
    environ = {**environ_of("/"), "HTTP_HOST": "www.example.org"}
    edge(environ, ignore)
    assert edge.at_once(environ) is not None


def test_pages_that_are_not_there_are_few_in_the_store(edge):
    for number in range(400):
        with edge.store.writing() as writer:
            writer.put(entry(f"{ORIGIN}/{number}/", status=404))
    rows = edge.store.rows("SELECT count(*), (SELECT count(*) FROM tag) FROM entry")
    assert rows == [(100, 0)]
    assert edge.load(f"{ORIGIN}/399/") is not None
    assert edge.load(f"{ORIGIN}/0/") is None


def test_the_store_stays_within_its_size_and_keeps_what_is_read(edge):
    with edge.store.writing() as writer:
        writer.put(entry(f"{ORIGIN}/read/"))
    for number in range(400):
        with edge.store.writing() as writer:
            writer.put(entry(f"{ORIGIN}/tin-tuc/?page={number}", size=50_000))
            if number % 50 == 0:
                writer.count_hits({f"{ORIGIN}/read/": 1})
    files = edge.config.path.glob("pages-*")
    assert sum(file.stat().st_size for file in files) < 4 * edge.config.store_bytes
    assert edge.store.rows("SELECT total(size) FROM entry")[0][0] <= edge.config.store_bytes
    assert edge.load(f"{ORIGIN}/read/") is not None


def test_the_memory_of_an_edge_stays_within_its_size(edge):
    small = Config(folder=edge.config.folder, origin=ORIGIN, hosts=[HOST], memory_bytes=MEGABYTE)
    edge = Edge(small, Missing())
    with edge.store.writing() as writer:
        for number in range(60):
            writer.put(entry(f"{ORIGIN}/{number}/", size=50_000))
    for number in range(60):
        edge.load(f"{ORIGIN}/{number}/")
        assert edge.memory.bytes <= MEGABYTE
        assert edge.memory.bytes == sum(reply.size for reply in edge.memory.replies.values())
    with edge.store.writing() as writer:
        writer.put(entry(f"{ORIGIN}/59/", size=90_000))
    edge.load(f"{ORIGIN}/59/")
    assert edge.memory.bytes == sum(reply.size for reply in edge.memory.replies.values())
