"""The outermost WSGI application: files, visits, the page cache, and behind it Django.

It can be imported and run without Django: `from_environment` is what the edge process serves.
"""

import gc
import json
import logging
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from wsgiref.headers import Headers

from portal.files import Files
from portal.pagecache.config import Config, from_settings
from portal.pagecache.edge.application import Edge
from portal.pagecache.edge.upstream import Renders, Request, UnavailableError, request_for
from portal.visits.beacon import CLIENT, Beacon
from portal.visits.configuration import BeaconSettings, settings_for_beacon

# Carries the settings of the edge process, as JSON.
VARIABLE = "PORTAL_FRONT"
# The statuses that the edge answers with itself, each with a page in every language.
ERROR_STATUSES = (400, 411, 413, 414, 431, 503, 507)
FOREVER = 31_536_000
# Who asks whether the node is ready wants to know soon that nobody answers. A render process has
# the time to find that its database is silent: `connect_timeout` for each address of its host, of
# which "localhost" has two.
READY_WAIT = 1
READY_TIMEOUT = 5


@dataclass(frozen=True)
class FrontSettings:
    """What the outermost application must know; ``languages`` are codes, the source first."""

    cache: Config
    visits: BeaconSettings
    static_root: str
    media_root: str
    languages: list[str]

    def to_json(self) -> str:
        """Return the text that `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "FrontSettings":
        """Return the settings written as ``text``."""
        data = json.loads(text)
        visits = BeaconSettings.from_text(json.dumps(data["visits"]))
        return cls(**{**data, "cache": Config(**data["cache"]), "visits": visits})


def settings_of_portal(**cache) -> FrontSettings:
    """Return the settings that Django's describe; ``cache`` overrides those of the page cache."""
    from django.conf import settings

    return FrontSettings(
        cache=from_settings(**cache),
        visits=settings_for_beacon(),
        static_root=str(settings.STATIC_ROOT),
        media_root=str(settings.MEDIA_ROOT),
        languages=[code for code, _name in settings.LANGUAGES],
    )


def from_environment() -> Callable:
    """Return the application of the edge process."""
    logging.basicConfig(level=logging.WARNING)
    settings = FrontSettings.from_json(os.environ[VARIABLE])
    hurried = replace(settings.cache, render_wait=READY_WAIT, render_timeout=READY_TIMEOUT)
    each = [Renders(replace(hurried, renders=[path])) for path in hurried.renders]
    front = Front(settings, Renders(settings.cache), each)
    # Finished replies live long and hold no cycles: collections find nothing and cost time.
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    return front


class Front:
    """Hands each address to what answers it; ``upstream`` as in `pagecache.edge.application.Edge`.

    ``hurried`` are upstreams of little patience, one for each render process by number, all of
    which are asked whether the node is ready.
    """

    def __init__(self, settings: FrontSettings, upstream, hurried: Sequence = ()):
        self.settings = settings
        self.hurried = hurried or [upstream]
        self.edge = Edge(settings.cache, upstream, ErrorPages(settings))
        self.beacon = Beacon(settings.visits)
        self.static = Files(
            self.edge,
            max_age=0,
            # The name of a static file contains a digest of what is in it.
            immutable_file_test=r"\.[0-9a-f]{12}\.[^/]+$",
            add_headers_function=_guard,
        )
        if os.path.isdir(settings.static_root):
            self.static.add_files(settings.static_root, prefix="static/")
        # Looked up for each request: editors add files while the portal runs. The name of a
        # rendition changes with what it shows.
        self.media = Files(
            self.edge,
            autorefresh=True,
            max_age=FOREVER,
            immutable_file_test=lambda _path, _url: True,
            add_headers_function=_guard,
        )
        self.media.add_files(str(Path(settings.media_root) / "images"), prefix="media/images/")

    def at_once(self, environ):
        """Return status, headers and body of a kept page or for a visit; None for all else.

        Nothing is waited for but the few bytes that a visit sends.
        """
        if environ["REQUEST_METHOD"] != "POST":
            # Files and the like are never kept.
            return self.edge.at_once(environ)
        if not self.beacon.answers(environ["PATH_INFO"]):
            return None
        environ[CLIENT] = self.edge.clients.address(environ)
        # A client may be slow with those bytes.
        if not self.edge.room.acquire(blocking=False):
            return 503, [("Content-Length", "0"), ("Retry-After", "10")], b""
        try:
            return self.beacon.answer(environ)
        finally:
            self.edge.room.release()

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if path.startswith("/static/"):
            return self.static(environ, start_response)
        if path.startswith("/media/"):
            return self.media(environ, start_response)
        if self.beacon.answers(path):
            environ[CLIENT] = self.edge.clients.address(environ)
            return self.beacon(environ, start_response)
        if path == "/healthz":
            return self._alive(start_response)
        if path == "/readyz":
            return self._ready(start_response)
        return self.edge(environ, start_response)

    def _alive(self, start_response):
        """This process answers; the rest lies in memory and costs nothing to say."""
        words = self.edge.words
        age = int(time.time()) - words.followed_at if words.followed_at else None
        state = {"edge": "alive", "storing": not words.trouble, "journal_age": age}
        return _json(start_response, "200 OK", json.dumps(state).encode())

    def _ready(self, start_response):
        """What Django says of the whole node, and which render processes say nothing.

        Asked as by a reader of the site, whatever host and scheme the one who asks has used.
        """
        # Where all hang it takes as long as READY_TIMEOUT, and readers need the threads.
        if not self.edge.room.acquire(blocking=False):
            state = {"ready": False, "checks": {}}
        else:
            try:
                request = request_for(f"{self.settings.cache.origin}/readyz")
                state = _common(_states(self.hurried, request))
            finally:
                self.edge.room.release()
        status = "200 OK" if state["ready"] else "503 Service Unavailable"
        return _json(start_response, status, json.dumps(state).encode())


def _states(upstreams: Sequence, request: Request) -> list[dict | None]:
    """Return the state as each of ``upstreams`` sees it, in their order."""
    if len(upstreams) == 1:
        # Django may be in this very process, with a connection to the database for each thread.
        return [_state(upstreams[0], request)]
    # Side by side: however many of them hang, they are waited for once.
    with ThreadPoolExecutor(len(upstreams)) as threads:
        return list(threads.map(lambda upstream: _state(upstream, request), upstreams))


def _state(upstream, request: Request) -> dict | None:
    """Return the state of the node as a render process sees it; None where it says nothing."""
    try:
        response = upstream.send(request)
    except UnavailableError:
        return None
    body = b"".join(response.chunks())
    # Where it is anything else, Django failed before it came to look.
    return json.loads(body) if response.header("Content-Type") == "application/json" else None


def _common(states: list[dict | None]) -> dict:
    """Return the one state that holds for all of ``states``, those of the render processes."""
    told = [state for state in states if state is not None]
    # The first of those who see something wrong; min() keeps the order.
    worst = min(told, key=lambda state: state["ready"], default={"checks": {}})
    silent = [number for number, state in enumerate(states) if state is None]
    if not silent:
        return worst
    checks = {**worst["checks"], "render": {"ok": False, "silent": silent}}
    return {"ready": False, "checks": checks}


def _guard(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    # Nothing that was uploaded may act on behalf of the site, whatever it contains.
    headers["Content-Security-Policy"] = "default-src 'none'; sandbox"


def _json(start_response, status: str, body: bytes):
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
    start_response(status, headers)
    return [body]


class ErrorPages:
    """The pages that are shown when Django cannot answer, in the language of the address.

    They are written as files by `portal.supervisor.write_error_pages`, where Django is at hand.
    """

    def __init__(self, settings: FrontSettings):
        self.folder = settings.cache.path / "errors"
        self.languages = settings.languages

    def __call__(self, status: int, path: str) -> tuple[str, bytes]:
        """Return the content type and the body for ``status`` at ``path``."""
        first = path.split("/")[1] if path.count("/") > 1 else ""
        language = first if first in self.languages else self.languages[0]
        try:
            body = (self.folder / f"{status}-{language}.html").read_bytes()
        except OSError:
            return "text/plain; charset=utf-8", f"{status}\n".encode()
        return "text/html; charset=utf-8", body
