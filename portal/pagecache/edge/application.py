"""Where readers are answered from the store, and Django is asked for everything else.

It runs without Django, as the outermost WSGI application. A hit takes no lock and no query: the
finished reply lies in this process's memory for as long as the shared epoch stays the same.
"""

import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus

from portal.pagecache.config import Config
from portal.pagecache.edge.clients import Clients
from portal.pagecache.edge.flights import Flights, Refresher
from portal.pagecache.edge.replies import UNCHANGED, Answer, Codings, Memory, Reply, is_unchanged
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
        self._unreachable_at = 0.0
        # Held by each request that may have to wait.
        self.room = threading.BoundedSemaphore(config.waiting)
        self.clients = Clients(config)
        self.codings = Codings()

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        if (answer := self.at_once(environ)) is not None:
            return _give(start_response, answer)
        scheme = self.clients.scheme(environ)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._waiting(self._pass, environ, start_response, scheme, "fwd=method")
        origin = self.clients.origin(scheme, environ.get("HTTP_HOST", ""))
        if not origin or not self._is_anybody(environ):
            return self._waiting(self._pass, environ, start_response, scheme, "fwd=bypass")
        return self._look_up(environ, start_response, scheme, origin + environ["PATH_INFO"])

    def at_once(self, environ: dict) -> Answer | None:
        """Return status, headers and body of what lies ready in memory; None for all else.

        Never waits for anybody.
        """
        method = environ["REQUEST_METHOD"]
        if method != "GET" and method != "HEAD":
            return None
        origin = self.clients.origins.get((self.clients.scheme(environ), environ.get("HTTP_HOST")))
        if origin is None or not self._is_anybody(environ):
            return None
        memory = self.memory
        now = time.time()
        if memory.epoch != self._cells[0] or now > self._checked_at + 1:
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

    def _is_too_long(self, environ: dict) -> bool:
        length = len(environ["PATH_INFO"]) + len(environ.get("QUERY_STRING", ""))
        return length > self.config.address_limit

    # Answers from the store

    def _look_around(self, now: float) -> Memory:
        """Begin a new memory when the epoch has changed; once a second, look at the files too."""
        if now > self._checked_at + 1:
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

    def _look_up(self, environ, start_response, scheme, base):
        if self._is_too_long(environ):
            return self._error(environ, start_response, 414)
        now = time.time()
        memory = self._look_around(now)
        query = environ.get("QUERY_STRING")
        if query:
            names = memory.names.get(base)
            if names is None:
                names = self.store.query_keys(base)
            if names is not None:
                query = normalised(query, names)
        if query is None or not is_plain(environ["PATH_INFO"]):
            detail = "fwd=bypass; detail=address"
            return self._waiting(self._pass, environ, start_response, scheme, detail)
        reply = self.load(key_of(base, query), memory)
        if reply is not None:
            if now < reply.soft_at:
                return self._hit(environ, start_response, reply, now)
            if now < reply.soft_at + self.config.soft_bound and now < reply.hard_at:
                self.refresher.refresh(reply.entry.key)
                return self._hit(environ, start_response, reply, now)
            if now >= reply.hard_at:
                reply = None
        return self._waiting(self._miss, environ, start_response, scheme, base, query, stale=reply)

    def load(self, key: str, memory: Memory | None = None) -> Reply | None:
        """Return the reply of ``key`` from the store; one that is up to date is remembered."""
        memory = memory or self.memory
        entry = self.store.read(key)
        if entry is None:
            return None
        reply = Reply(entry, self.config)
        now = time.time()
        if now < reply.soft_at:
            reply.hits = 1
            memory.keep(reply, self.config.memory_bytes)
        return reply

    def _hit(self, environ, start_response, reply: Reply, now: float, detail: str = ""):
        return _give(start_response, self._finished(environ, reply, now, detail))

    def _finished(self, environ, reply: Reply, now: float, detail: str = "") -> Answer:
        second, answers = reply.told
        if second != int(now) or detail:
            answers = self._told(reply, now, detail)
        if is_unchanged(environ, reply):
            return answers[UNCHANGED]
        for coding in self.codings.of(environ.get("HTTP_ACCEPT_ENCODING")):
            if coding in answers:
                break
        status, headers, body = answers[coding]
        return status, headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else body

    def _told(self, reply: Reply, now: float, detail: str) -> dict[str, Answer]:
        if now >= reply.soft_at:
            status = f"portal; hit; ttl={int(reply.soft_at - now)}"
        elif now > self._cells[2] + self.config.journal_lag:
            # Nobody looks at the journal: the page may have changed.
            status = "portal; hit; detail=journal-lag"
        else:
            status = "portal; hit"
        answers = reply.tell(now, status + detail, self.config.s_maxage)
        if not detail:
            reply.told = int(now), answers
        return answers

    # Answers from Django

    def _waiting(self, answer, environ, start_response, *rest, stale: Reply | None = None):
        """Answer with ``answer``, which may have to wait, where that leaves threads for others.

        Whoever finds what they want lying ready would otherwise wait for a thread.
        """
        if not self.room.acquire(blocking=False):
            return self._failed(environ, start_response, None, stale)
        try:
            return answer(environ, start_response, *rest, stale=stale)
        finally:
            self.room.release()

    def _miss(self, environ, start_response, scheme, base, query, stale: Reply | None):
        flight_key = key_of(base, query)
        if self.memory.passes.get(flight_key, 0) > time.time():
            return self._pass(environ, start_response, scheme, "fwd=bypass", stale)
        began = time.time()
        if stale is not None and began < self._unreachable_at + FAILED_SECONDS:
            return self._failed(environ, start_response, None, stale)
        with self.flights.alone(flight_key) as is_first:
            reply = None if is_first else self.find(base, environ.get("QUERY_STRING", ""))
            if reply is not None and time.time() < reply.soft_at:
                detail = "fwd=uri-miss; collapsed"
                return self._filled(environ, start_response, reply, detail)
            if self.memory.passes.get(flight_key, 0) <= time.time():
                if not is_first and self._unreachable_at > began:
                    return self._failed(environ, start_response, None, stale)
                answer = self._make(environ, start_response, scheme, base, query, stale)
                if answer is not None:
                    return answer
        return self._pass(environ, start_response, scheme, "fwd=bypass", stale)

    def _make(self, environ, start_response, scheme, base, query, stale: Reply | None):
        memory = self.memory
        try:
            # A body would say nothing here, and a client who is slow with it would keep others
            # waiting.
            request = request_of(
                environ, self.config, scheme, self.clients.address(environ), body=False
            )
        except RefusedError as refused:
            return self._error(environ, start_response, refused.status)
        request.has_fallback = stale is not None
        response = self.fill(request, base)
        if response is None:
            return self._failed(environ, start_response, None, stale)
        if response.status >= 500:
            memory.let_pass(key_of(base, query), FAILED_SECONDS)
            return self._failed(environ, start_response, response, stale)
        result = response.header("X-Portal-Fill") or ""
        if result != "stored" and not result.startswith("not now"):
            memory.let_pass(key_of(base, query), PASS_SECONDS)
            if "HTTP_COOKIE" in environ:
                # It is nobody's but the client's, and was made without what the client had.
                if response.body is not None:
                    response.body.close()
                return None
        reply = self.find(base, environ.get("QUERY_STRING", ""))
        if reply is None or result != "stored":
            return self._forwarded(environ, start_response, response, "fwd=uri-miss")
        if response.body is not None:
            response.body.close()
        return self._filled(environ, start_response, reply, "fwd=uri-miss; stored")

    def find(self, base: str, raw_query: str) -> Reply | None:
        """Return the reply of an address, whatever query keys it heeds."""
        query = raw_query
        if raw_query:
            names = self.store.query_keys(base)
            query = None if names is None else normalised(raw_query, names)
        return None if query is None else self.load(key_of(base, query))

    def fill(self, request: Request, base: str) -> Response | None:
        """Let Django make and keep the page at ``base``; None while it cannot be reached."""
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
            self._unreachable_at = time.time()
            return None

    def _filled(self, environ, start_response, reply: Reply, detail: str):
        status, headers, body = self._finished(environ, reply, time.time())
        told = [h for h in headers if h[0] != "Cache-Status"]
        return _give(start_response, (status, [*told, ("Cache-Status", f"portal; {detail}")], body))

    def _failed(self, environ, start_response, response: Response | None, stale: Reply | None):
        # What was withdrawn while Django was waited for is not there any more.
        stale = stale and self.load(stale.entry.key)
        now = time.time()
        bound = self.config.stale_if_error
        if stale is not None and now < min(stale.soft_at + bound, stale.hard_at):
            if response is not None and response.body is not None:
                response.body.close()
            return self._hit(environ, start_response, stale, now, "; detail=stale-if-error")
        if response is None:
            return self._error(environ, start_response, 503)
        return self._forwarded(environ, start_response, response, "fwd=uri-miss")

    def _pass(self, environ, start_response, scheme, detail: str, stale: Reply | None = None):
        if self._is_too_long(environ):
            return self._error(environ, start_response, 414)
        try:
            request = request_of(environ, self.config, scheme, self.clients.address(environ))
            response = self.upstream.send(request)
        except RefusedError as refused:
            return self._error(environ, start_response, refused.status)
        except UnavailableError:
            return self._failed(environ, start_response, None, stale)
        if response.status >= 500 and stale is not None:
            return self._failed(environ, start_response, response, stale)
        return self._forwarded(environ, start_response, response, detail)

    def _forwarded(self, environ, start_response, response: Response, detail: str):
        reason = response.header("X-Portal-Fill")
        if reason:
            detail += f'; detail="{reason}"'
        headers = [(n, v) for n, v in response.headers if n.lower() != "x-portal-fill"]
        if response.header("Cache-Control") is None:
            headers.append(("Cache-Control", "private, no-cache"))
        headers.append(("Cache-Status", f"portal; {detail}"))
        # Of an answer to HEAD nobody knows how long the body would be.
        is_bare = environ["REQUEST_METHOD"] == "HEAD" and not response.length
        has_length = response.header("Content-Length") is not None
        if not has_length and not is_bare and response.status not in (204, 304):
            headers.append(("Content-Length", str(response.length)))
        start_response(_STATUS.get(response.status, f"{response.status} Unknown"), headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            if response.body is not None:
                response.body.close()
            return []
        return response.chunks()

    def _error(self, environ, start_response, status: int):
        content_type, body = self.error_page(status, environ["PATH_INFO"])
        headers = [
            ("Content-Type", content_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if status == 503:
            headers.append(("Retry-After", "10"))
        start_response(_STATUS[status], headers)
        return [body] if environ["REQUEST_METHOD"] != "HEAD" else []


def _give(start_response: Callable, answer: Answer) -> list[bytes]:
    status, headers, body = answer
    start_response(_STATUS[status], headers)
    return [body] if body else []


def _plain_error(status: int, _path: str) -> tuple[str, bytes]:
    return "text/plain; charset=utf-8", f"{_STATUS[status]}\n".encode()
