"""What the portal's front end does when pages are rendered, missing, stale or all that is left."""

import statistics
import threading
import time
from dataclasses import dataclass

from benchmarks.pages import crowd, machine, wrk
from benchmarks.pages.page import HOST, ask
from benchmarks.pages.portal import Portal

# So many ask at once for a page that is missing or stale.
CLIENTS = 32
# A session cookie keeps a request away from the cache: each is rendered.
RENDERED = {"cookie": "sessionid=nobody"}
# A database that is not there: nothing listens on port 1.
NO_DATABASE = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}
SETTLE_SECONDS = 10


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
    """32 clients that asked at once: how often the page was rendered, how many had to wait."""

    renders: int
    waited: int
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
    """Start the stopped portal again with its database gone; median of the rounds.

    Raises RuntimeError when what it answers is not the page.
    """
    edge, serve = [], []
    # Both cores: the processes that render start at the same time, as they do where it matters.
    portal.changed, portal.cores = NO_DATABASE, machine.ANY_CORE
    for _ in range(rounds):
        portal.port = machine.free_port()
        portal.start()
        edge.append(portal.answered_at - start_of_edge(portal))
        serve.append(portal.start_seconds)
        answer = ask(portal.port)
        if answer.decoded() != body:
            raise RuntimeError("Without its database the portal sends another page.")
        # Before the next round everything has come to rest.
        time.sleep(1)
        portal.stop(seconds=2)
    portal.changed, portal.cores = {}, machine.SERVER_CORE
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


def cold_page(portal: Portal) -> Crowd:
    """Purge the page for good and let everybody ask for it at once."""
    portal.manage("pagecache", "purge", "--hard", f"http://{HOST}/")
    return gather(portal)


def stale_page(portal: Portal) -> Crowd:
    """Mark the page stale and let everybody ask for it at once."""
    portal.manage("pagecache", "purge", f"http://{HOST}/")
    return gather(portal)


def gather(portal: Portal) -> Crowd:
    """Let 32 clients ask for the page at once; wait until nothing is rendered any more.

    Who got the page only when half a render was over has waited. Raises RuntimeError when nothing
    was rendered: then the page was neither missing nor stale.
    """
    render = statistics.median(ask(portal.port, **RENDERED).seconds for _ in range(5))
    before = portal.reached_django()
    seconds = crowd.ask_at_once(portal.port, CLIENTS)
    rendered = portal.reached_django() - before
    ends = time.perf_counter() + SETTLE_SECONDS
    while time.perf_counter() < ends:
        time.sleep(0.5)
        now = portal.reached_django() - before
        if now == rendered > 0:
            break
        rendered = now
    if not rendered:
        raise RuntimeError("The purged page was not rendered again.")
    return Crowd(
        renders=rendered,
        waited=sum(taken > render / 2 for taken in seconds),
        slowest_ms=1e3 * max(seconds),
    )
