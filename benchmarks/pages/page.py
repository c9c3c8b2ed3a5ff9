"""The page that every server sends, its stored forms, and asking a server for it."""

import gzip
import http.client
import re
import time
from dataclasses import dataclass
from pathlib import Path

import brotli

# The name under which the portal is visited; every server is asked for it on loopback.
HOST = "portal.test"
ENCODINGS = ("identity", "gzip", "br")
_MOMENT = re.compile(rb'(?<=data-visits="at").*?(?=</p>)', re.DOTALL)
DECODERS = {"": bytes, "identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


@dataclass(frozen=True)
class Answer:
    """What a server answered, and the seconds it took from the first byte sent to the last read."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def encoding(self) -> str:
        return self.headers.get("content-encoding", "")

    def decoded(self) -> bytes:
        """Return the body as the page was before it was compressed."""
        return DECODERS[self.encoding](self.body)

    def is_page(self, page: bytes) -> bool:
        """Return whether this is ``page``, but for the minute at which its visits were counted."""
        return _MOMENT.sub(b"", self.decoded()) == _MOMENT.sub(b"", page)


def ask(port: int, path: str = "/", *, timeout: float = 60, **headers: str) -> Answer:
    """Ask the server at ``port`` of loopback for a page of the portal; ``accept_encoding="br"``.

    Raises OSError when it cannot be reached, http.client.HTTPException when it breaks off.
    """
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        started = time.perf_counter()
        connection.request("GET", path, headers={"host": HOST, "accept-encoding": "gzip", **named})
        response = connection.getresponse()
        body = response.read()
        taken = time.perf_counter() - started
    finally:
        connection.close()
    got = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, got, body, taken)


def store(body: bytes, folder: Path) -> None:
    """Write the page as index.html with its .gz and .br beside it, pressed as hard as they go."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_bytes(body)
    (folder / "index.html.gz").write_bytes(gzip.compress(body, 9, mtime=0))
    (folder / "index.html.br").write_bytes(brotli.compress(body, quality=11))


def conditions(answer: Answer) -> dict[str, str]:
    """Return the headers that ask a server for the page only if it is another than ``answer``'s."""
    if "etag" in answer.headers:
        return {"if-none-match": answer.headers["etag"]}
    if "last-modified" in answer.headers:
        return {"if-modified-since": answer.headers["last-modified"]}
    return {}
