"""What the portal's front end does when pages are rendered, missing, stale or all that is left."""

import re
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from socket import socket

from benchmarks.pages import crowd, machine, wrk
from benchmarks.pages.page import ask
from benchmarks.pages.portal import Portal, is_hit, links
from portal.pagecache.store.words import Words

# So many ask at once for a page that is missing or stale.
CLIENTS = 32
# A session cookie keeps a request away from the cache: each is rendered.
RENDERED = {"cookie": "sessionid=nobody"}
# A database that is not there: nothing listens on port 1.
NO_DATABASE = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}
SETTLE_SECONDS = 10
# What an editor's change of something that every page shows does, in a process of its own.
CHANGE = """
from portal.pagecache import journal
from portal.pagecache.collector import EVERYTHING
journal.touch(EVERYTHING)
"""


@dataclass(frozen=True)
class LoneHit:
    """The median of a lone reader's hits in microseconds, with nothing else going on and while
    pages are rendered one after the other, ``renders`` in all, ``render_ms`` each."""

    idle: float
    rendering: float
    renders: int
    render_ms: float

    @property
    def ratio(self) -> float:
        return self.rendering / self.idle


@dataclass(frozen=True)
class FirstHit:
    """Seconds to the first page from disk with the database gone: from the start of the edge
    process, and from that of `manage.py serve`, which starts it."""

    edge: float
    serve: float


@dataclass(frozen=True)
class Crowd:
    """32 clients that asked at once: how often Django made the page, how many clients had to wait
    for that, and how many had a page that was out of date."""

    renders: int
    waited: int
    stale: int
    slowest_ms: float


def lone_hit(portal: Portal, *, seconds: float, rounds: int) -> LoneHit:
    """Ask for the cached page over one connection, in turn alone and beside renders."""
    headers = portal.headers["lone"]
    idle, busy, renders = [], [], []
    for _ in range(rounds):
        idle.append(wrk.run(portal.port, headers, connections=1, seconds=seconds).p50)
        with Rendering(portal.port) as rendering:
            busy.append(wrk.run(portal.port, headers, connections=1, seconds=seconds).p50)
        renders += rendering.seconds
    return LoneHit(
        idle=statistics.median(idle),
        rendering=statistics.median(busy),
        renders=len(renders),
        render_ms=1e3 * statistics.median(renders),
    )


class Rendering:
    """Context in which a thread has pages rendered one after the other."""

    def __init__(self, port: int):
        self.port = port
        self.seconds: list[float] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._ended.set()
        self._thread.join()

    def _ask(self):
        while not self._ended.is_set():
            self.seconds.append(ask(self.port, **RENDERED).seconds)


def first_hit_from_disk(portal: Portal, body: bytes, *, rounds: int) -> FirstHit:
    """Start copies of the stopped portal that have all but its database; median of the rounds.

    Raises RuntimeError when what one answers is not the page.
    """
    edge, serve = [], []
    for number in range(rounds):
        copy = Portal(portal.folder.with_name(f"WithoutDatabase{number}"), www=portal.www)
        copy.content, copy.left_out = portal.var, (*portal.left_out, "portal.sqlite3*")
        copy.changed = NO_DATABASE
        # Both cores: the processes that render start at the same time, as they do everywhere.
        copy.cores = machine.ANY_CORE
        try:
            copy.start()
            edge.append(copy.answered_at - start_of_edge(copy))
            serve.append(copy.start_seconds)
            if not ask(copy.port).is_page(body):
                raise RuntimeError("Without its database the portal sends another page.")
        finally:
            copy.stop(seconds=2)
    return FirstHit(edge=statistics.median(edge), serve=statistics.median(serve))


def start_of_edge(portal: Portal) -> float:
    """Return when the edge started, which `serve` has started and visitors reach."""
    serve = portal.process.pid
    parents = machine.tree(serve)
    edges = set()
    for pid in machine.listeners(serve, portal.port):
        while pid != serve and parents[pid] != serve:
            pid = parents[pid]
        edges.add(pid)
    return min(machine.started_at(pid) for pid in edges - {serve})


def missing_page(portal: Portal, home: bytes) -> Crowd:
    """Let everybody ask at once for a page that nobody has asked for yet: one that home leads to.

    Raises RuntimeError when Django has been asked for all of them.
    """
    path = next((p for p in links(home) if not portal.reached_django(p)), None)
    if path is None:
        raise RuntimeError("Home leads to no page that has not been made yet.")
    return gather(portal, crowd.connect(portal.port, CLIENTS), path)


def stale_page(portal: Portal) -> Crowd:
    """Let everybody ask at once for the home page at the moment when it is out of date."""
    words = Words(portal.var / "pagecache")
    connections = crowd.connect(portal.port, CLIENTS)
    epoch = words.epoch
    with ThreadPoolExecutor(1) as pool:
        change = pool.submit(portal.manage, "shell", "--no-imports", "--command", CHANGE)
        # The epoch is what tells the edge that something is out of date.
        while words.epoch == epoch and not change.done():
            time.sleep(0.0005)
        crowded = gather(portal, connections, "/")
        change.result()
    if not crowded.stale:
        raise RuntimeError("Nobody met the page while it was out of date.")
    return crowded


def gather(portal: Portal, connections: list[socket], path: str) -> Crowd:
    """Let all clients ask for a page; wait until it is not made any more.

    Who has waited for that: whoever was not answered from the cache, or had the first of the page
    no sooner than it can be made. Raises RuntimeError when Django was not asked: then the page was
    neither missing nor stale.
    """
    before = portal.reached_django(path)
    seen = crowd.ask_at_once(connections, path)
    made = 0
    ends = time.perf_counter() + SETTLE_SECONDS
    while time.perf_counter() < ends:
        time.sleep(0.5)
        now = portal.reached_django(path) - before
        if now == made > 0:
            break
        made = now
    if not made:
        raise RuntimeError(f"Django was not asked for {path}.")
    making = min(ask(portal.port, path, **RENDERED).seconds for _ in range(5))
    return Crowd(
        renders=made,
        waited=sum(not is_hit(g.cache_status) or g.seconds >= making for g in seen),
        stale=sum(is_stale(glimpse.cache_status) for glimpse in seen),
        slowest_ms=1e3 * max(glimpse.seconds for glimpse in seen),
    )


def is_stale(cache_status: str) -> bool:
    """Return whether a Cache-Status header tells of an answer past its life; RFC 9211, 2.2."""
    return re.search(r"; *ttl=-\d|; *ttl=0\b", cache_status) is not None
