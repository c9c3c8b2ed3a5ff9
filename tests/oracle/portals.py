"""Two ways to ask the portal: as a reader through the edge, and afresh past everything kept."""

import http.client
import re
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.cache import caches
from django.core.wsgi import get_wsgi_application

from portal import surroundings
from portal.pagecache.config import Config, from_settings
from portal.pagecache.edge.application import Edge
from portal.pagecache.edge.flights import Refresher
from portal.pagecache.edge.upstream import InProcess, Request
from portal.pagecache.node import local

COMPARED = ("content-type", "content-language", "location")


@dataclass(frozen=True)
class Answer:
    """What came back: ``headers`` are those that must be the same; ``cache`` is Cache-Status."""

    status: int
    headers: tuple[tuple[str, str], ...]
    text: str
    cache: str = ""

    @property
    def is_stale(self) -> bool:
        """Whether the cache itself says that the answer is out of date."""
        return "hit; ttl=" in self.cache

    @property
    def is_kept(self) -> bool:
        """Whether the answer came from what is kept, or was kept just now."""
        return "; hit" in self.cache or "; stored" in self.cache

    def says_the_same(self, other: "Answer") -> bool:
        """Whether two answers are the same to readers."""
        if "csrfmiddlewaretoken" in other.text and not self.is_kept:
            # A form to log in contains a secret of its own each time.
            return self.status == other.status
        mine, others = (
            (self.status, self.headers, self.text),
            (other.status, other.headers, other.text),
        )
        return mine == others


def _answer(status: int, headers, body: bytes) -> Answer:
    named = [(name.lower(), value) for name, value in headers]
    cache = next((value for name, value in named if name == "cache-status"), "")
    kept = tuple(sorted((n, v) for n, v in named if n in COMPARED))
    return Answer(status, kept, body.decode("utf-8", "replace"), cache)


class Truth:
    """Renders afresh in this process: nothing that anybody has kept is used."""

    def __init__(self, host: str):
        self.host = host
        self.application = InProcess(get_wsgi_application())

    def ask(self, addresses: list[str]) -> dict[str, Answer]:
        """Return what Django answers at each of ``addresses`` now."""
        # Put back afterwards: where the edge lives in this process, what it remembers must be
        # right by itself.
        remembered = surroundings._memory
        surroundings.forget()
        caches["default"].clear()
        try:
            return {address: self._ask(address) for address in addresses}
        finally:
            surroundings._memory = remembered

    def _ask(self, address: str) -> Answer:
        response = self.application.send(_request(self.host, address))
        return _answer(response.status, response.headers, b"".join(response.chunks()))


def _request(host: str, address: str) -> Request:
    path, _, query = address.partition("?")
    return Request("GET", path, query, [("host", host)], "http", "127.0.0.1")


class OnRequest(Refresher):
    """A refresher without threads: it works when it is told to."""

    def start(self) -> None:
        pass

    def work(self) -> None:
        """Make anew what has been asked for while it was out of date."""
        while not self._asked.empty():
            key = self._asked.get()
            self._pending.discard(key)
            self._make(key)


class EdgeHere:
    """The edge in this process, with Django behind it."""

    def __init__(self, host: str):
        self.host = host
        self.edge = Edge(from_settings(renders=[]), InProcess(get_wsgi_application()))
        self.edge.refresher = OnRequest(self.edge)

    def ask(self, address: str) -> Answer:
        """Return what a reader gets at ``address``."""
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": self.host,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
        }
        started: list = []
        chunks = self.edge(environ, lambda status, headers: started.extend([status, headers]))
        return _answer(int(started[0].split()[0]), started[1], b"".join(chunks))

    def settle(self, address: str) -> Answer:
        """Let what is out of date be made anew; return what readers get then."""
        self.edge.refresher.work()
        return self.ask(address)


class EdgeServed:
    """The edge as a process of its own at ``address``."""

    # What the portal promises.
    PATIENCE = Config.soft_bound

    def __init__(self, address: str):
        self.host = urlsplit(address).netloc
        self._connection = http.client.HTTPConnection(self.host, timeout=60)

    def ask(self, address: str) -> Answer:
        """Return what a reader gets at ``address``."""
        try:
            return self._ask(address)
        except (http.client.HTTPException, OSError):
            # The server ends connections that have been idle for a while.
            self._connection.close()
            return self._ask(address)

    def _ask(self, address: str) -> Answer:
        self._connection.request("GET", address)
        response = self._connection.getresponse()
        return _answer(response.status, response.getheaders(), response.read())

    def settle(self, address: str) -> Answer:
        """Wait until what is out of date has been made anew; return what readers get then."""
        ends = time.monotonic() + self.PATIENCE
        answer = self.ask(address)
        while answer.is_stale and time.monotonic() < ends:
            time.sleep(0.05)
            answer = self.ask(address)
        return answer


def entries() -> dict[str, tuple[float, float]]:
    """Return (made, out of date from) of everything that is kept on this node, by key."""
    rows = local().store.rows("SELECT key, made, soft_at FROM entry")
    return {key: (made, soft_at) for key, made, soft_at in rows}


def subject_of(key: str) -> int | None:
    """Return the page that the kept answer ``key`` is a page of, None where it is of no page."""
    rows = local().store.rows("SELECT subject FROM entry WHERE key = ?", key)
    match = re.fullmatch(r"wagtailcore\.page:(\d+)", rows[0][0]) if rows else None
    return int(match[1]) if match else None
