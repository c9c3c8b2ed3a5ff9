"""The edge: answers readers from the store, and asks Django for everything else.

It runs without Django, as the outermost WSGI application. A hit takes no lock and no query: the
finished reply lies in this process's memory for as long as the shared epoch stays the same.
"""

import ipaddress
import re
import time
from collections.abc import Callable, Iterable
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from portal.pagecache.config import Config
from portal.pagecache.flights import Flights, Refresher
from portal.pagecache.keys import is_plain, key_of, normalised
from portal.pagecache.store import Entry, Store
from portal.pagecache.upstream import (
    RefusedError,
    Request,
    Response,
    UnavailableError,
    request_of,
)
from portal.pagecache.words import Words

# An answer that was not kept is not waited for again by others for so many seconds.
PASS_SECONDS = 10
# Django failed, or could not be reached: others do not wait in line to find out the same, and
# readers of a page that is out of date do not wait at all.
FAILED_SECONDS = 1
# Longer ones are not remembered: there is no end of what a client can send.
_REMEMBERED_LENGTH = 256
_HOST = re.compile(r"(?P<name>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]+))?")
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Reply:
    """An entry made ready: for each content coding the whole list of headers and the body."""

    __slots__ = (
        "control", "entry", "etag", "hard_at", "hits", "made", "ready", "shared", "size", "soft_at"
    )  # fmt: skip

    def __init__(self, entry: Entry, config: Config):
        self.entry = entry
        self.etag = entry.etag
        # What must not be served from an instant on is out of date from then on at the latest.
        self.soft_at = min(entry.soft_at, entry.hard_at)
        self.hard_at, self.made = entry.hard_at, entry.made
        self.size = entry.size
        self.hits = 0
        control = "public, max-age=0, must-revalidate"
        if config.s_maxage:
            control += f", s-maxage={config.s_maxage}"
        self.control = ("Cache-Control", control)
        # A view may say more of its own.
        names = dict(entry.headers)
        # Those of every variant, and of the news that nothing has changed.
        self.shared = shared = [
            *entry.headers,
            *([] if "Cache-Control" in names else [self.control]),
            ("ETag", entry.etag),
            ("Last-Modified", formatdate(entry.modified, usegmt=True)),
            ("Vary", "Accept-Encoding"),
        ]
        self.ready = {}
        for coding, body in entry.bodies.items():
            headers = [*shared, ("Content-Length", str(len(body)))]
            if coding != "identity":
                headers.append(("Content-Encoding", coding))
            self.ready[coding] = (headers, body)


class Memory:
    """What an edge process remembers while the epoch stays the same."""

    __slots__ = ("bytes", "epoch", "names", "passes", "replies")

    def __init__(self, epoch: int):
        self.epoch = epoch
        self.replies: dict[str, Reply] = {}
        self.names: dict[str, tuple[str, ...] | None] = {}
        self.passes: dict[str, float] = {}
        self.bytes = 0

    def keep(self, reply: Reply, limit: int) -> None:
        """Keep ``reply``; where that would be too much, forget everything else first."""
        if self.bytes + reply.size > limit:
            self.replies, self.names, self.bytes = {}, {}, 0
        if self.replies.get(reply.entry.key) is None:
            self.bytes += reply.size
        self.replies[reply.entry.key] = reply
        self.names[reply.entry.base] = reply.entry.query_keys

    def let_pass(self, key: str, seconds: float) -> None:
        """Let requests for ``key`` be handed on side by side for so many seconds."""
        if len(self.passes) > 10_000:
            self.passes.clear()
        self.passes[key] = time.time() + seconds


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
        self._proxies = [ipaddress.ip_network(network) for network in config.trusted_proxies]
        self._trust: dict[str, bool] = {}
        self._codings: dict[str | None, tuple[str, ...]] = {}
        self._hosts = {host.lower() for host in config.hosts}
        own_port = urlsplit(config.origin).port
        self._ports = {None, None if own_port is None else str(own_port)}
        self._origins: dict[tuple[str, str], str] = {}

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        if (answer := self.at_once(environ)) is not None:
            return _give(start_response, answer)
        scheme = self._scheme(environ)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._pass(environ, start_response, scheme, "fwd=method")
        origin = self._origin(scheme, environ.get("HTTP_HOST", ""))
        if not origin or not self._is_anybody(environ):
            return self._pass(environ, start_response, scheme, "fwd=bypass")
        return self._look_up(environ, start_response, scheme, origin + environ["PATH_INFO"])

    def at_once(self, environ: dict) -> tuple[int, list[tuple[str, str]], bytes] | None:
        """Return status, headers and body of what lies ready in memory; None for all else.

        Never waits for anybody.
        """
        method = environ["REQUEST_METHOD"]
        if method != "GET" and method != "HEAD":
            return None
        origin = self._origins.get((self._scheme(environ), environ.get("HTTP_HOST")))
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

    def _origin(self, scheme: str, host: str) -> str:
        """Return scheme and host as they begin a key, empty for hosts that are not the site's.

        A host has one port at most besides the one of its scheme: with any port, everything could
        be kept as often as there are ports.
        """
        found = _HOST.fullmatch(host)
        if found is None or found["port"] not in self._ports:
            return ""
        name = found["name"]
        allowed = name in self._hosts or any(
            pattern.startswith(".") and (name.endswith(pattern) or name == pattern[1:])
            for pattern in self._hosts
        )
        if not allowed:
            return ""
        origin = f"{scheme}://{host}"
        if len(self._origins) < 64:
            self._origins[scheme, host] = origin
        return origin

    def _trusts(self, address: str) -> bool:
        known = self._trust.get(address)
        if known is None:
            try:
                parsed = ipaddress.ip_address(address)
                # What connects by IPv4 to a socket of both families.
                parsed = getattr(parsed, "ipv4_mapped", None) or parsed
                known = any(parsed in network for network in self._proxies)
            except ValueError:
                # A Unix socket has no address; only this machine can connect to it.
                known = address in ("", "unix")
            if len(self._trust) > 10_000:
                self._trust.clear()
            self._trust[address] = known
        return known

    def _scheme(self, environ: dict) -> str:
        scheme = environ["wsgi.url_scheme"]
        if "HTTP_X_FORWARDED_PROTO" not in environ:
            return scheme
        if not self._trusts(environ.get("REMOTE_ADDR", "")):
            return scheme
        stated = environ["HTTP_X_FORWARDED_PROTO"].strip().lower()
        return stated if stated in ("http", "https") else scheme

    def client(self, environ: dict) -> str:
        """Return the address of the client: the last one that no trusted proxy has."""
        address = environ.get("REMOTE_ADDR", "")
        hops = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        while hops and self._trusts(address):
            hop = hops.pop().strip()
            try:
                address = str(ipaddress.ip_address(hop))
            except ValueError:
                break
        return address

    def codings(self, accepted: str | None) -> tuple[str, ...]:
        """Return the content codings that may be answered with, the shortest form first."""
        known = self._codings.get(accepted)
        if known is None:
            known = _codings(accepted or "")
            if len(self._codings) > 1000:
                self._codings.clear()
            if len(accepted or "") <= _REMEMBERED_LENGTH:
                self._codings[accepted] = known
        return known

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
            return self._pass(environ, start_response, scheme, "fwd=bypass; detail=address")
        reply = self.load(key_of(base, query), memory)
        if reply is not None:
            if now < reply.soft_at:
                return self._hit(environ, start_response, reply, now)
            if now < reply.soft_at + self.config.soft_bound and now < reply.hard_at:
                self.refresher.refresh(reply.entry.key)
                return self._hit(environ, start_response, reply, now)
            if now >= reply.hard_at:
                reply = None
        return self._miss(environ, start_response, scheme, base, query, reply)

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

    def _finished(self, environ, reply: Reply, now: float, detail: str = ""):
        for coding in self.codings(environ.get("HTTP_ACCEPT_ENCODING")):
            if coding in reply.ready:
                break
        headers, body = reply.ready[coding]
        if now >= reply.soft_at:
            status = f"portal; hit; ttl={int(reply.soft_at - now)}"
        elif now > self._cells[2] + self.config.journal_lag:
            # Nobody looks at the journal: the page may have changed.
            status = "portal; hit; detail=journal-lag"
        else:
            status = "portal; hit"
        own = [("Age", str(max(0, int(now - reply.made)))), ("Cache-Status", status + detail)]
        code = reply.entry.status
        if _is_unchanged(environ, reply):
            code, headers, body = 304, reply.shared, b""
        elif environ["REQUEST_METHOD"] == "HEAD":
            body = b""
        if self.config.s_maxage and now + self.config.s_maxage > reply.soft_at:
            headers = _shortened(headers, reply, now)
        return code, headers + own, body

    # Answers from Django

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
            if not is_first and self._unreachable_at > began:
                return self._failed(environ, start_response, None, stale)
            if self.memory.passes.get(flight_key, 0) <= time.time():
                return self._make(environ, start_response, scheme, base, query, stale)
        return self._pass(environ, start_response, scheme, "fwd=bypass", stale)

    def _make(self, environ, start_response, scheme, base, query, stale: Reply | None):
        memory = self.memory
        try:
            # A body would say nothing here, and a client who is slow with it would keep others
            # waiting.
            request = request_of(environ, self.config, scheme, self.client(environ), body=False)
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
        now = time.time()
        if stale is not None and now < stale.soft_at + self.config.stale_if_error:
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
            request = request_of(environ, self.config, scheme, self.client(environ))
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


def _shortened(headers: list, reply: Reply, now: float) -> list:
    """Return ``headers`` so that no cache in front keeps the page for longer than it is right."""
    seconds = max(0, int(reply.soft_at - now))
    value = f"public, max-age=0, must-revalidate, s-maxage={seconds}"
    return [("Cache-Control", value) if h is reply.control else h for h in headers]


def _codings(accepted: str) -> tuple[str, ...]:
    weights = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        try:
            weight = float(parameter.split("=", 1)[1]) if "=" in parameter else 1.0
        except ValueError:
            weight = 0.0
        weights[name.strip()] = weight
    everything = weights.get("*", 0.0)
    return (*(c for c in ("br", "gzip") if weights.get(c, everything) > 0), "identity")


def _is_unchanged(environ: dict, reply: Reply) -> bool:
    """Whether the client has what it asks for already (RFC 9110, 13.2.2)."""
    if reply.entry.status != 200:
        return False
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        if tags == reply.etag:
            return True
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return tags.strip() == "*" or reply.etag.removeprefix("W/") in known
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if since is None:
        return False
    try:
        return int(reply.entry.modified) <= parsedate_to_datetime(since).timestamp()
    except (ValueError, TypeError, OverflowError):
        return False


def _give(start_response: Callable, answer: tuple[int, list, bytes]) -> list[bytes]:
    status, headers, body = answer
    start_response(_STATUS[status], headers)
    return [body] if body else []


def _plain_error(status: int, _path: str) -> tuple[str, bytes]:
    return "text/plain; charset=utf-8", f"{_STATUS[status]}\n".encode()
