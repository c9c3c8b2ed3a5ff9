"""Tells caches in front of the portal what is out of date, through wagtail.contrib.frontend_cache.

In a thread of its own and with a time limit: a publication never waits for somebody else's server.
What they miss they forget by themselves after `s_maxage`.
"""

import logging
import queue
import socket
import threading

from django.conf import settings
from wagtail.contrib.frontend_cache.utils import purge_urls_from_cache

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 5
_waiting: queue.Queue[list[str]] = queue.Queue(maxsize=1000)
_start = threading.Lock()
_thread: threading.Thread | None = None


def purge(keys: list[str]) -> None:
    """Let the caches named in WAGTAILFRONTENDCACHE drop the addresses ``keys``."""
    global _thread
    if not keys or not getattr(settings, "WAGTAILFRONTENDCACHE", None):
        return
    with _start:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_work, name="pagecache-cdn", daemon=True)
            _thread.start()
    try:
        _waiting.put_nowait(keys)
    except queue.Full:
        logger.error("The CDN is too slow: %d addresses were not purged there.", len(keys))


def _work() -> None:
    while True:
        keys = _waiting.get()
        try:
            _send(keys)
        except Exception:
            logger.exception("The CDN could not be told about %d addresses", len(keys))
        finally:
            _waiting.task_done()


def _send(keys: list[str]) -> None:
    # The backends of Wagtail set no limit of their own. The default holds for sockets that are
    # made from here on; those of the database exist already or set their own.
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT_SECONDS)
    try:
        purge_urls_from_cache(keys)
    finally:
        socket.setdefaulttimeout(before)
