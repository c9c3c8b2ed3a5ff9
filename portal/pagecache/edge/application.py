"""Where readers are answered from the store, and Django is asked for everything else.

It runs without Django, as the outermost WSGI application. A hit takes no lock and no query: the
finished reply lies in this process's memory for as long as the shared epoch stays the same.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus

from portal.pagecache.config import Config
from portal.pagecache.edge.bodies import Chunks
from portal.pagecache.edge.clients import Clients
from portal.pagecache.edge.flights import Flights, Refresher
from portal.pagecache.edge.replies import UNCHANGED, Answer, Memory, Reply, codings, is_unchanged
from portal.pagecache.edge.upstream import (
    RefusedError,
    Request,
    Response,
    UnavailableError,
    request_of,
)
from portal.pagecache.store.database import Store
from portal.pagecache.store.keys import is_plain, key_of, normalised
from portal.pagecache.store.words import Words

# An answer that was not kept is not waited for again by others for so many seconds.
PASS_SECONDS = 10
# Django failed, or could not be reached: others do not wait in line to find out the same, and
# readers of a page that is out of date do not wait at all.
FAILED_SECONDS = 1
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


@dataclass
class Asked:
    """What a client asks for, and by which scheme.

    Where the answer may be one for everybody, ``base`` and ``query`` are of its key; ``stale`` is
    what there is of it that is out of date.
    """

    environ: dict
    scheme: str
    base: str = ""
    query: str = ""
    stale: Reply | None = None

    @property
    def key(self) -> str:
        return key_of(self.base, self.query)


class Edge:
    """The WSGI application. ``upstream`` has the method ``send`` (see `upstream.Renders`).

    ``error_page(status, path)`` gives the (content type, body) of an answer that Django cannot
    give.
    """

    def __init__(
        self,
        config: Config,
        upstream,
        error_page: Callable[[int, str], tuple[str, bytes]] | None = None,
    ):
        self.config = config
        self.upstream = upstream
        self.error_page = error_page or _plain_error
        self.words = Words(config.path)
        self.store = Store(config, self.words)
        self.memory = Memory(self.words.epoch)
        self.flights = Flights(config.path)
        self.refresher = Refresher(self)
        self._cells = self.words.cells
        self._checked_at = 0.0
        # By the monotonic clock.
        self._unreachable_at = 0.0
        # Held by each request that may have to wait.
        self.room = threading.BoundedSemaphore(config.waiting)
        self.clients = Clients(config)

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        return _told(self.at_once(environ) or self._answer(environ), start_response)

    def refuse(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Ask the client to come back, as there are too many others."""
        return _told(self._error(environ, 503), start_response)

    def may_wait_with(self, body: Iterable[bytes]) -> bool:
        """Whether a thread may wait for a client to take ``body``; if not, the body is closed."""
        if not isinstance(body, Chunks):
            return True
        if not self.room.acquire(blocking=False):
            body.close()
            return False
        body.when_closed = self.room.release
        return True

    def at_once(self, environ: dict) -> Answer | None:
        """Return status, headers and body of what lies ready in memory; None for all else.

        Never waits for anybody.
        """
        method = environ["REQUEST_METHOD"]
        if method != "GET" and method != "HEAD":
            return None
        origin = self.clients.origin(self.clients.scheme(environ), environ.get("HTTP_HOST", ""))
        if not origin or not self._is_anybody(environ):
            return None
        memory = self.memory
        now = time.time()
        # Below zero where the clock was set back.
        if memory.epoch != self._cells[0] or not 0 <= now - self._checked_at <= 1:
            memory = self._look_around(now)
        key = origin + environ["PATH_INFO"]
        if query := environ.get("QUERY_STRING"):
            names = memory.names.get(key)
            query = None if names is None else normalised(query, names)
            if query is None:
                return None
            key = key_of(key, query)
        reply = memory.replies.get(key)
        if reply is None or now >= reply.soft_at:
            return None
        reply.hits += 1
        return self._finished(environ, reply, now)

    # Who asks for what

    def _is_anybody(self, environ: dict) -> bool:
        cookie = environ.get("HTTP_COOKIE")
        is_anonymous = cookie is None or self.config.session_cookie not in cookie
        return is_anonymous and "HTTP_AUTHORIZATION" not in environ

    def _answer(self, environ: dict) -> Answer:
        length = len(environ["PATH_INFO"]) + len(environ.get("QUERY_STRING", ""))
        if length > self.config.address_limit:
            return self._error(environ, 414)
        asked = Asked(environ, self.clients.scheme(environ))
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._waiting(self._pass, asked, "fwd=method")
        origin = self.clients.origin(asked.scheme, environ.get("HTTP_HOST", ""))
        if not origin or not self._is_anybody(environ):
            return self._waiting(self._pass, asked, "fwd=bypass")
        now = time.time()
        self._look_around(now)
        asked.base = origin + environ["PATH_INFO"]
        query = self._heeded(asked.base, environ.get("QUERY_STRING", ""))
        if query is None or not is_plain(environ["PATH_INFO"]):
            return self._waiting(self._pass, asked, "fwd=bypass; detail=address")
        asked.query = query
        return self._ready(asked, now) or self._waiting(self._miss, asked)

    # Answers from the store

    def _look_around(self, now: float) -> Memory:
        """Begin a new memory when the epoch has changed; once a second, look at the files too."""
        if not 0 <= now - self._checked_at <= 1:
            self._checked_at = now
            self.refresher.start()
            self.store.reopen_if_replaced()
            self._cells = self.words.cells
        epoch = self._cells[0]
        if self.memory.epoch != epoch:
            self.refresher.take_hits(self.memory.replies)
            # Replaced as a whole: what another thread read before lands where nobody looks.
            self.memory = Memory(epoch)
        return self.memory

    def _heeded(self, base: str, query: str) -> str | None:
        """Return ``query`` as it stands in a key: whole where nothing is known about ``base``."""
        if query:
            names = self.memory.names.get(base)
            if names is None:
                names = self.store.query_keys(base)
            if names is not None:
                return normalised(query, names)
        return query

    def _ready(self, asked: Asked, now: float) -> Answer | None:
        """Return the answer that the store has, None where Django must be asked."""
        reply = self.load(asked.key)
        if reply is None or now >= reply.entry.hard_at:
            return None
        if now >= reply.soft_at + self.config.soft_bound:
            asked.stale = reply
            return None
        if now >= reply.soft_at:
            self.refresher.refresh(reply.entry.key)
        return self._finished(asked.environ, reply, now)

    def load(self, key: str) -> Reply | None:
        """Return the reply of ``key`` from the store; one that is up to date is remembered."""
        memory = self.memory
        entry = self.store.read(key)
        if entry is None:
            return None
        reply = Reply(entry)
        now = time.time()
        if now < reply.soft_at:
            reply.hits = 1
            memory.keep(reply, self.config.memory_bytes)
        return reply

    def find(self, asked: Asked) -> Reply | None:
        """Return the reply to what is asked, as it has become known which query keys it heeds."""
        query = self._heeded(asked.base, asked.environ.get("QUERY_STRING", ""))
        return None if query is None else self.load(key_of(asked.base, query))

    def _finished(self, environ: dict, reply: Reply, now: float, said: str = "") -> Answer:
        """Return what ``reply`` comes to; ``said`` is its Cache-Status where that is not `_hit`."""
        second, answers = reply.told
        if said or second != int(now):
            status = said or self._hit(reply, now)
            answers = reply.tell(now, status, self.config.s_maxage)
            if not said:
                reply.told = int(now), answers
        if is_unchanged(environ, reply):
            return answers[UNCHANGED]
        for coding in codings(environ.get("HTTP_ACCEPT_ENCODING", "")):
            if coding in answers:
                break
        status, headers, body = answers[coding]
        return status, headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else body

    def _hit(self, reply: Reply, now: float) -> str:
        if now >= reply.soft_at:
            return f"portal; hit; ttl={int(reply.soft_at - now)}"
        if not 0 <= now - self._cells[2] <= self.config.journal_lag:
            # Nobody looks at the journal: the page may have changed.
            return "portal; hit; detail=journal-lag"
        return "portal; hit"

    # Answers from Django

    def _waiting(self, answer: Callable, asked: Asked, *rest) -> Answer:
        """Answer with ``answer``, which may have to wait, where that leaves threads for others.

        Whoever finds what they want lying ready would otherwise wait for a thread.
        """
        if not self.room.acquire(blocking=False):
            return self._failed(asked)
        body = None
        try:
            status, headers, body = answer(asked, *rest)
            return status, headers, body
        except RefusedError as refused:
            return self._error(asked.environ, refused.status)
        except UnavailableError:
            return self._failed(asked)
        finally:
            if isinstance(body, Chunks):
                # The thread goes on waiting, for the client to take it.
                body.when_closed = self.room.release
            else:
                self.room.release()

    def _miss(self, asked: Asked) -> Answer:
        if self.memory.lets_pass(asked.key):
            return self._pass(asked, "fwd=bypass")
        began = time.monotonic()
        if asked.stale is not None and began < self._unreachable_at + FAILED_SECONDS:
            return self._failed(asked)
        with self.flights.alone(asked.key) as is_first:
            reply = None if is_first else self.find(asked)
            if reply is not None and time.time() < reply.soft_at:
                said = "portal; fwd=uri-miss; collapsed"
                return self._finished(asked.environ, reply, time.time(), said)
            if not self.memory.lets_pass(asked.key):
                if not is_first and self._unreachable_at > began:
                    return self._failed(asked)
                answer = self._make(asked)
                if answer is not None:
                    return answer
        return self._pass(asked, "fwd=bypass")

    def _make(self, asked: Asked) -> Answer | None:
        memory = self.memory
        # A body would say nothing here, and a client who is slow with it would keep others waiting.
        request = self._request(asked, body=False)
        request.has_fallback = asked.stale is not None
        response = self.fill(request, asked.base)
        if response.status >= 500:
            memory.let_pass(asked.key, FAILED_SECONDS)
            return self._failed(asked, response)
        result = response.header("X-Portal-Fill") or ""
        if result != "stored" and not result.startswith("not now"):
            memory.let_pass(asked.key, PASS_SECONDS)
            if "HTTP_COOKIE" in asked.environ:
                # It is nobody's but the client's, and was made without what the client had.
                response.body.close()
                return None
        reply = self.find(asked)
        if reply is None or result != "stored":
            return self._forwarded(asked.environ, response, "fwd=uri-miss")
        response.body.close()
        said = "portal; fwd=uri-miss; stored"
        return self._finished(asked.environ, reply, time.time(), said)

    def _request(self, asked: Asked, *, body: bool = True) -> Request:
        client = self.clients.address(asked.environ)
        return request_of(asked.environ, self.config, asked.scheme, client, body=body)

    def fill(self, request: Request, base: str) -> Response:
        """Let Django make and keep the page at ``base``; raises UnavailableError."""
        request.method = "GET"
        request.fill = base
        request.body = request.length = None
        # A part of a page, or the news that it has not changed, is nothing to keep.
        conditional = ("range", "if-range", "if-none-match", "if-modified-since")
        kept = [(n, v) for n, v in request.headers if n not in (*conditional, "cookie")]
        request.headers = kept
        try:
            return self.upstream.send(request)
        except UnavailableError:
            self._unreachable_at = time.monotonic()
            raise

    def _failed(self, asked: Asked, response: Response | None = None) -> Answer:
        # What was withdrawn while Django was waited for is not there any more.
        stale = asked.stale and self.load(asked.stale.entry.key)
        now = time.time()
        bound = self.config.stale_if_error
        if stale is not None and now < min(stale.soft_at + bound, stale.entry.hard_at):
            if response is not None:
                response.body.close()
            said = f"{self._hit(stale, now)}; detail=stale-if-error"
            return self._finished(asked.environ, stale, now, said)
        if response is None:
            return self._error(asked.environ, 503)
        return self._forwarded(asked.environ, response, "fwd=uri-miss")

    def _pass(self, asked: Asked, detail: str) -> Answer:
        response = self.upstream.send(self._request(asked))
        if response.status >= 500 and asked.stale is not None:
            return self._failed(asked, response)
        return self._forwarded(asked.environ, response, detail)

    def _forwarded(self, environ: dict, response: Response, detail: str) -> Answer:
        reason = response.header("X-Portal-Fill")
        if reason:
            detail += f'; detail="{reason}"'
        headers = [(n, v) for n, v in response.headers if n.lower() != "x-portal-fill"]
        if response.header("Cache-Control") is None:
            headers.append(("Cache-Control", "private, no-cache"))
        headers.append(("Cache-Status", f"portal; {detail}"))
        # Of an answer to HEAD nobody knows how long the body would be.
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        is_bare = (is_head and not response.length) or response.status in (204, 304)
        if response.header("Content-Length") is None and not is_bare:
            headers.append(("Content-Length", str(response.length)))
        if is_head:
            response.body.close()
            return response.status, headers, b""
        return response.status, headers, response.chunks()

    def _error(self, environ: dict, status: int) -> Answer:
        content_type, body = self.error_page(status, environ["PATH_INFO"])
        headers = [
            ("Content-Type", content_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if status == 503:
            headers.append(("Retry-After", "10"))
        return status, headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else body


def _told(answer: Answer, start_response: Callable) -> Iterable[bytes]:
    status, headers, body = answer
    start_response(_STATUS.get(status, f"{status} Unknown"), headers)
    return ([body] if body else []) if isinstance(body, bytes) else body


def _plain_error(status: int, _path: str) -> tuple[str, bytes]:
    return "text/plain; charset=utf-8", f"{_STATUS[status]}\n".encode()
