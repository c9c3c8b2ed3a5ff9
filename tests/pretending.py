"""A render process that does as it is told: it hangs until released, or drops the connection."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class RenderProcess(socketserver.ThreadingUnixStreamServer):
    """Answers on the Unix socket ``path`` with status 200 and the body it was sent.

    A path that contains "hang" is answered once `release` is called; the first request for each
    path that contains "drop" is never answered; what is sent to one with "deny" is not read; one
    with "hop" gets headers of the connection; one with "head" is answered with the headers as they
    came, one with "target" with itself, and /readyz with ``state`` as JSON where that is set.
    """

    daemon_threads = True
    request_queue_size = 4096

    def __init__(self, path: Path):
        super().__init__(str(path), _Handler)
        self.path = str(path)
        self.count = 0
        self.hanging = 0
        self.dropped: set[str] = set()
        self.state: bytes | None = None
        self.guard = threading.Lock()
        self._released = threading.Event()

    def release(self) -> None:
        """Answer those who hang."""
        self._released.set()

    def begin(self, target: str) -> bool:
        """Count a request and let it hang where it is to; return whether it is answered."""
        with self.guard:
            self.count += 1
            is_answered = "drop" not in target or target in self.dropped
            self.dropped.add(target)
            self.hanging += "hang" in target
        if "hang" in target:
            self._released.wait(60)
        return is_answered


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        target = self.rfile.readline().split()[1].decode()
        length = 0
        head = b""
        while (line := self.rfile.readline()).strip():
            head += line
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if b"100-continue" in head.lower() and "deny" not in target:
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = b"denied" if "deny" in target else self.rfile.read(length)
        body = head if "head" in target else body
        body = target.encode() if "target" in target else body
        kind = "text/plain"
        if target == "/readyz" and self.server.state is not None:
            kind, body = "application/json", self.server.state
        if self.server.begin(target):
            hop = "Keep-Alive: timeout=5\r\nTrailer: X-A\r\n" if "hop" in target else ""
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{hop}"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            with suppress(BrokenPipeError):
                self.wfile.write(head.encode() + body)


@contextmanager
def render_process(path: Path) -> Iterator[RenderProcess]:
    """Run a `RenderProcess` on the socket ``path`` in a thread."""
    with RenderProcess(path) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.release()
            server.shutdown()
            thread.join()
