"""What the tests of caches in front of the portal share: one that listens, and what waits."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from portal.pagecache import follower
from portal.pagecache.node import local
from tests.fronting import ask

WAGTAIL_HTTP = "wagtail.contrib.frontend_cache.backends.HTTPBackend"
SITE = "http://testserver"


@contextmanager
def listening(status: int = 200):
    """A server that notes (method, host, path) of what it is asked, and answers ``status``."""
    asked = []

    class Cache(BaseHTTPRequestHandler):
        def answer(self):
            asked.append((self.command, self.headers["Host"], self.path))
            self.send_response(server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_PURGE = answer  # noqa: N815 - named by the library

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Cache)
    server.status, server.asked = status, asked
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def tell(settings, port: int, **options) -> None:
    """Let the settings name a cache on ``port``."""
    settings.WAGTAILFRONTENDCACHE = {
        "cache": {"BACKEND": WAGTAIL_HTTP, "LOCATION": f"http://127.0.0.1:{port}", **options}
    }


def waiting() -> list[str]:
    """The keys that other caches have yet to be told of."""
    return [key for (key,) in local().store.rows("SELECT key FROM outbox ORDER BY key")]


def fill(front, *addresses: str) -> None:
    """Have ``addresses`` kept."""
    follower.follow()
    for address in addresses:
        ask(front, address)
        assert ask(front, address).is_hit, address
