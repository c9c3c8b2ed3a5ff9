"""Asks a WSGI application as Granian would, and reads what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import unquote_to_bytes

HOST = "testserver"
READER = "203.0.113.9"


@dataclass(frozen=True)
class Answer:
    """What came back; header names are as they were written."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __getitem__(self, name: str) -> str | None:
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    @property
    def cache_status(self) -> str:
        return self["Cache-Status"] or ""

    @property
    def is_hit(self) -> bool:
        return self.cache_status.startswith("portal; hit")


def environ_of(
    target: str,
    *lines: str,
    method: str = "GET",
    body: bytes | None = None,
    peer: str = READER,
    host: str | None = HOST,
) -> dict:
    """Return the environment that Granian makes of a request with the header ``lines``.

    Several headers of a name are joined with commas, cookies with semicolons; hyphens and
    underscores in names come to the same.
    """
    path, _, query = target.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": peer,
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body or b""),
    }
    if host is not None:
        environ["HTTP_HOST"] = host
    if body is not None:
        environ["CONTENT_LENGTH"] = str(len(body))
    for line in lines:
        name, _, value = line.partition(":")
        if name.lower() in ("content-type", "content-length"):
            environ[name.upper().replace("-", "_")] = value.strip()
            continue
        key = f"HTTP_{name.upper().replace('-', '_')}"
        separator = ";" if key == "HTTP_COOKIE" else ","
        known = f"{environ[key]}{separator}" if key in environ and key != "HTTP_HOST" else ""
        environ[key] = known + value.strip()
    return environ


def ask(application: Callable, target: str, *lines: str, **request) -> Answer:
    """Return the answer of ``application``; the arguments are those of `environ_of`."""
    started = []

    def start_response(status, headers, _exc_info=None):
        started[:] = [int(status.split(" ", 1)[0]), [(n, v.strip()) for n, v in headers]]

    chunks = application(environ_of(target, *lines, **request), start_response)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    return Answer(*started, body)
