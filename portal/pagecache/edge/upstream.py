"""Hands a request to Django and brings the whole answer back.

Bodies of both directions are taken in before they are handed on, large ones in files: neither a
slow client nor a slow upload keeps a render process waiting.
"""

import http.client
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from string import punctuation
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import quote, urlsplit

from portal.pagecache.config import Config
from portal.pagecache.edge.bodies import CHUNK, IN_MEMORY, chunks_of
from portal.pagecache.store.keys import quoted

ATTEMPTS = 3
# Seconds to wait for a render process to come back where there is something else to answer with.
FALLBACK_WAIT = 0.5

# RFC 9110, 7.6.1, and what older clients still send.
HOP_BY_HOP = {
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
# A client's "Content_Length" would be handed on as a second one.
OF_THE_BODY = {"content-length", "content-type"}
# What only the edge may say; a client that sends them is not listened to.
OURS = {"forwarded", "x-real-ip", "x-portal-client", "x-portal-fill", "x-script-name"}


class UnavailableError(Exception):
    """No render process answers."""


class UnreadError(Exception):
    """A render process ended before it had read what was asked."""


class RefusedError(Exception):
    """The request is not handed on; ``status`` is the HTTP status to answer with."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


@dataclass
class Request:
    """A request as it is handed on. ``fill`` is the address under which the answer may be kept.

    ``has_fallback``: an older page can be shown, so that a render process that is away is not
    waited for as long.
    """

    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    scheme: str
    client: str
    fill: str | None = None
    body: IO[bytes] | None = None
    length: int | None = None
    has_fallback: bool = False


@dataclass
class Response:
    """An answer with its body taken in whole."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: IO[bytes] = field(default_factory=BytesIO)
    length: int = 0

    def header(self, name: str) -> str | None:
        """Return the first value of the header ``name``, in whatever case it is written."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    def chunks(self) -> Iterable[bytes]:
        """Return the body for WSGI."""
        return chunks_of(self.body)


def _spooled(chunks: Iterable[bytes]) -> tuple[IO[bytes], int]:
    """Take in ``chunks``; return a file of them, at its beginning, and their length."""
    body = SpooledTemporaryFile(IN_MEMORY)
    try:
        for chunk in chunks:
            body.write(chunk)
        length = body.tell()
        body.seek(0)
    except BaseException:
        body.close()
        raise
    return body, length


def request_of(
    environ: dict, config: Config, scheme: str, client: str, *, body: bool = True
) -> Request:
    """Return the request of a WSGI environment, its body taken in unless ``body`` is false.

    Raises RefusedError for a body without a length (411), one that is too large (413) or that
    ends early (400), and for a head that is too large (431).
    """
    headers = headers_of(environ)
    size = sum(len(name) + len(value) for name, value in headers)
    if size > config.head_limit:
        raise RefusedError(431)
    request = Request(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"],
        # What is not ASCII may stand in it as it is; http.client takes nothing else.
        query=quote(environ.get("QUERY_STRING", "").encode("latin-1"), safe=punctuation),
        headers=headers,
        scheme=scheme,
        client=client,
    )
    if not body:
        return request
    if "HTTP_TRANSFER_ENCODING" in environ:
        raise RefusedError(411)
    stated = environ.get("CONTENT_LENGTH") or ""
    if stated:
        if not (stated.isascii() and stated.isdigit()):
            raise RefusedError(400)
        if int(stated) > config.body_limit:
            raise RefusedError(413)
        try:
            request.body, request.length = _spooled(_parts(environ["wsgi.input"], int(stated)))
        except OSError as error:
            raise RefusedError(507) from error
    return request


def request_for(key: str) -> Request:
    """Return the request of an anonymous reader for the address of ``key``."""
    parts = urlsplit(key)
    return Request(
        method="GET",
        path=parts.path,
        query=parts.query,
        headers=[("host", parts.netloc)],
        scheme=parts.scheme,
        client="127.0.0.1",
    )


def headers_of(environ: dict) -> list[tuple[str, str]]:
    """Return the headers of a WSGI environment that may be handed on."""
    named = environ.get("HTTP_CONNECTION", "").lower().split(",")
    # Whoever names the host there would have another site's page made under this one's address.
    dropped = HOP_BY_HOP | OURS | OF_THE_BODY | {name.strip() for name in named} - {"host"}
    headers = []
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            name = key[5:].replace("_", "-").lower()
            if name not in dropped and not name.startswith("x-forwarded-"):
                headers.append((name, value))
    if environ.get("CONTENT_TYPE"):
        headers.append(("content-type", environ["CONTENT_TYPE"]))
    return headers


def _parts(stream, length: int) -> Iterator[bytes]:
    while length:
        chunk = stream.read(min(CHUNK, length))
        if not chunk:
            raise RefusedError(400)
        length -= len(chunk)
        yield chunk


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Renders:
    """The render processes behind their Unix sockets; the one with the least to do is asked."""

    def __init__(self, config: Config):
        self.config = config
        self._busy = dict.fromkeys(config.renders, 0)
        self._lock = threading.Lock()

    def send(self, request: Request) -> Response:
        """Return the answer to ``request``.

        A request that only reads is sent again when its process ends while it works on it, one
        that changes something only when the process had not read it. Raises UnavailableError where
        no process takes it, or one that changes something has been lost.
        """
        wait = FALLBACK_WAIT if request.has_fallback else self.config.render_wait
        deadline = time.monotonic() + wait
        lost = 0
        while True:
            for path in self._by_load(request):
                with self._counted(path):
                    connection = _UnixConnection(path, self.config.render_timeout)
                    try:
                        connection.connect()
                    except OSError:
                        connection.close()
                        continue
                    try:
                        return self._exchange(connection, request)
                    except UnreadError:
                        continue
                    except TimeoutError as error:
                        # It may still be at work on it: asked again, it would have more to do.
                        raise UnavailableError from error
                    except (OSError, http.client.HTTPException) as error:
                        lost += 1
                        if request.method not in ("GET", "HEAD") or lost >= ATTEMPTS:
                            raise UnavailableError from error
                    finally:
                        connection.close()
            if time.monotonic() > deadline:
                raise UnavailableError
            time.sleep(0.05)

    def _by_load(self, request: Request) -> list[str]:
        is_private = request.path.startswith(tuple(self.config.private_prefixes))
        paths = self.config.renders
        if is_private and len(paths) > 1:
            paths = paths[1:]
        with self._lock:
            return sorted(paths, key=self._busy.__getitem__)

    @contextmanager
    def _counted(self, path: str):
        with self._lock:
            self._busy[path] += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy[path] -= 1

    def _exchange(self, connection: http.client.HTTPConnection, request: Request) -> Response:
        try:
            self._send_head(connection, request)
            is_body_wanted = self._is_body_wanted(connection.sock)
        except (BrokenPipeError, ConnectionResetError) as error:
            # A Unix socket resets a connection only where something that was sent to it has not
            # been read, and nothing is done before the head is read.
            raise UnreadError from error
        if request.body is not None and is_body_wanted:
            request.body.seek(0)
            # Django may refuse it without reading it to its end: then the answer is there.
            with suppress(BrokenPipeError, ConnectionResetError):
                while chunk := request.body.read(CHUNK):
                    connection.send(chunk)
        return self._received(connection.getresponse())

    def _send_head(self, connection: http.client.HTTPConnection, request: Request) -> None:
        target = quoted(request.path)
        if request.query:
            target += f"?{request.query}"
        connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            connection.putheader(name, value.encode("latin-1"))
        connection.putheader("X-Forwarded-Proto", request.scheme)
        connection.putheader("X-Portal-Client", request.client)
        if request.fill:
            connection.putheader("X-Portal-Fill", request.fill.encode("latin-1"))
        if request.length is not None:
            connection.putheader("Content-Length", str(request.length))
        if request.length:
            # Until the process asks for the body nothing has been done (RFC 9110, 10.1.1).
            connection.putheader("Expect", "100-continue")
        connection.putheader("Connection", "close")
        connection.endheaders()

    def _is_body_wanted(self, connected: socket.socket) -> bool:
        """Wait for the first sign of life; whether it is "100 Continue" and no answer yet."""
        if connected.recv(12, socket.MSG_PEEK) != b"HTTP/1.1 100":
            return False
        # Nothing beyond it may be taken from the connection.
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            if not (byte := connected.recv(1)):
                break
            head += byte
        return True

    def _received(self, answer: http.client.HTTPResponse) -> Response:
        headers = [
            (name, value)
            for name, value in answer.getheaders()
            if name.lower() not in HOP_BY_HOP and name.lower() not in ("date", "server")
        ]
        body, length = _spooled(iter(lambda: answer.read(CHUNK), b""))
        # http.client ends quietly where a process was killed in the middle.
        if answer.length:
            body.close()
            raise http.client.IncompleteRead(b"", answer.length)
        return Response(answer.status, headers, body, length)


class InProcess:
    """Django in the same process, for hosts that give a WSGI entry point only."""

    def __init__(self, application: Callable, at_once: int = 2):
        self.application = application
        self._turn = threading.Semaphore(at_once)

    def send(self, request: Request) -> Response:
        """Return the answer to ``request``."""
        with self._turn:
            return self._call(request)

    def _call(self, request: Request) -> Response:
        environ = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": request.path,
            "QUERY_STRING": request.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "443" if request.scheme == "https" else "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": request.client,
            "HTTP_X_FORWARDED_PROTO": request.scheme,
            "CONTENT_LENGTH": str(request.length or 0),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": request.scheme,
            "wsgi.input": request.body or BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        for name, value in request.headers:
            is_type = name == "content-type"
            environ["CONTENT_TYPE" if is_type else f"HTTP_{name.upper().replace('-', '_')}"] = value
        if request.fill:
            environ["portal.fill"] = request.fill
        started: list = []

        def start_response(status, headers, _exc_info=None):
            started[:] = [int(status.split(" ", 1)[0]), headers]

        chunks = self.application(environ, start_response)
        try:
            body, length = _spooled(chunks)
        finally:
            with suppress(AttributeError):
                chunks.close()
        return Response(started[0], list(started[1]), body, length)
