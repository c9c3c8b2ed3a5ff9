"""Many clients that ask one server for the same page at the same moment."""

import re
import selectors
import socket
import time
from dataclasses import dataclass

from benchmarks.pages.page import HOST

REQUEST = f"GET {{}} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Glimpse:
    """The first that a client had of its answer: after how long, and what the cache says."""

    seconds: float
    cache_status: str


def connect(port: int, clients: int) -> list[socket.socket]:
    """Return connections of so many clients to the server at ``port`` of loopback."""
    return [socket.create_connection(("127.0.0.1", port)) for _ in range(clients)]


def ask_at_once(connections: list[socket.socket], path: str) -> list[Glimpse]:
    """Let each client ask for ``path``; return what each had first, and close the connections.

    Raises RuntimeError when one is answered with
    anything but 200, TimeoutError when one is not answered at all.
    """
    request = REQUEST.format(path).encode()
    waiting = selectors.DefaultSelector()
    try:
        started = time.perf_counter()
        for connection in connections:
            connection.sendall(request)
            waiting.register(connection, selectors.EVENT_READ)
        seen = []
        while len(seen) < len(connections):
            ready = waiting.select(started + TIMEOUT_SECONDS - time.perf_counter())
            seconds = time.perf_counter() - started
            if not ready:
                raise TimeoutError(f"Only {len(seen)} of {len(connections)} were answered.")
            for key, _events in ready:
                first = key.fileobj.recv(65536)
                if not first.startswith(b"HTTP/1.1 200 "):
                    raise RuntimeError(f"A client was answered {first[:40]!r}.")
                waiting.unregister(key.fileobj)
                status = re.search(rb"(?i)\r\ncache-status: *([^\r]*)", first)
                seen.append(Glimpse(seconds, status[1].decode() if status else ""))
    finally:
        waiting.close()
        for connection in connections:
            connection.close()
    return seen
