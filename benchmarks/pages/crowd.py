"""Many clients that ask one server for the same page at the same moment."""

import selectors
import socket
import time

from benchmarks.pages.page import HOST

REQUEST = f"GET / HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
TIMEOUT_SECONDS = 60


def ask_at_once(port: int, clients: int) -> list[float]:
    """Return after how many seconds each client had the first of its answer.

    All are connected before the first of them asks. Raises RuntimeError when one is answered with
    anything but 200, TimeoutError when one is not answered at all.
    """
    waiting = selectors.DefaultSelector()
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(clients)]
    try:
        started = time.perf_counter()
        for connection in connections:
            connection.sendall(REQUEST.encode())
            waiting.register(connection, selectors.EVENT_READ)
        seconds = []
        while len(seconds) < clients:
            ready = waiting.select(started + TIMEOUT_SECONDS - time.perf_counter())
            now = time.perf_counter() - started
            if not ready:
                raise TimeoutError(f"{clients - len(seconds)} of {clients} were not answered.")
            for key, _events in ready:
                first = key.fileobj.recv(65536)
                if not first.startswith(b"HTTP/1.1 200 "):
                    raise RuntimeError(f"A client was answered {first[:40]!r}.")
                waiting.unregister(key.fileobj)
                seconds.append(now)
    finally:
        waiting.close()
        for connection in connections:
            connection.close()
    return seconds
