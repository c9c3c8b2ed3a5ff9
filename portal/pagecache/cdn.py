"""Tells caches in front of the portal what is out of date, through wagtail.contrib.frontend_cache.

Addresses are noted in the store in the transaction that purges them there, and sent by a thread of
a long-lived process (`send_waiting`), one on a node at a time: a publication never waits for
somebody else's server, and a process that ends loses nothing. What cannot be sent is tried again
until the other cache has forgotten the page by itself (`s_maxage`).
"""

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from urllib.error import HTTPError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

from django.conf import settings
from wagtail.contrib.frontend_cache.backends import HTTPBackend
from wagtail.contrib.frontend_cache.backends.http import PurgeRequest
from wagtail.contrib.frontend_cache.utils import get_backends

from portal.pagecache.node import Node, local
from portal.pagecache.store.keys import url_of
from portal.pagecache.store.writer import Writer

logger = logging.getLogger(__name__)
# Wagtail's backends tell of their failures here, and nowhere else.
_told = logging.getLogger("wagtail.frontendcache")

TIMEOUT_SECONDS = 5
BATCH = 30
# A cache that cannot be reached is tried again after so long.
PAUSE_SECONDS = 15
# Where s_maxage does not say when the other cache forgets.
GIVE_UP_SECONDS = 86_400
# Fastly and Cloudflare cut or drop a header that is longer.
HEADER_LIMIT = 16_000


class CouldNotPurgeError(Exception):
    """Another cache was not told, or did not understand."""


# What is to be sent


def is_used() -> bool:
    """Whether the settings name a cache to tell (WAGTAILFRONTENDCACHE)."""
    return bool(getattr(settings, "WAGTAILFRONTENDCACHE", None))


def enlist(writer: Writer, keys: Iterable[str]) -> None:
    """Note, in the transaction of ``writer``, that other caches must drop ``keys``."""
    if is_used():
        now = time.time()
        writer.executemany("REPLACE INTO outbox VALUES (?, ?, 0)", [(key, now) for key in keys])


def send_waiting() -> None:
    """Send everything that waits; where that fails, give the other side a pause."""
    if not is_used():
        return
    is_fine = False
    try:
        is_fine = send(local())
    finally:
        if not is_fine:
            # Whatever is published meanwhile.
            time.sleep(PAUSE_SECONDS)


def send(node: Node) -> bool:
    """Send everything that waits; say whether nothing failed. Nothing is done where others do."""
    with node.store.exclusively("cdn", wait=False) as is_alone:
        while is_alone:
            rows = _next(node)
            if not rows:
                break
            # An edge that still remembers a page would hand it out to them once more.
            node.announce()
            try:
                _purge([url_of(key) for key, _since in rows])
            except Exception as error:
                # Backends are anybody's code: whatever they raise, the others get their turn.
                _log(len(rows), error)
                _put_off(node, rows)
                return False
            with node.store.writing() as writer:
                # What was purged once more meanwhile is sent once more.
                writer.executemany("DELETE FROM outbox WHERE key = ? AND since = ?", rows)
    return True


def _next(node: Node) -> list[tuple[str, float]]:
    rows = node.store.rows(
        "SELECT key, since, tries FROM outbox ORDER BY tries, since, key LIMIT ?", BATCH
    )
    tries = rows[0][2] if rows else 0
    # What no cache takes comes to stand alone, and those that were sent with it go their way.
    size = max(1, BATCH >> tries)
    return [(key, since) for key, since, its in rows[:size] if its == tries]


def _log(count: int, error: Exception) -> None:
    text = "The CDN could not be told about %d addresses: %s"
    if isinstance(error, CouldNotPurgeError | OSError):
        logger.warning(text, count, error)
    else:
        logger.error(text, count, repr(error), exc_info=error)


def _put_off(node: Node, rows: list[tuple[str, float]]) -> None:
    limit = time.time() - (node.config.s_maxage or GIVE_UP_SECONDS)
    with node.store.writing() as writer:
        writer.executemany(
            "UPDATE outbox SET tries = tries + 1 WHERE key = ?", [r[:1] for r in rows]
        )
        gone = writer.execute(
            "DELETE FROM outbox WHERE since < ? RETURNING key", (limit,)
        ).fetchall()
    if gone:
        logger.error("The CDN was never told about %d addresses.", len(gone))


# How it is sent


class TimedHTTPBackend(HTTPBackend):
    """Wagtail's backend for Varnish and the like, with a limit of time; it raises what fails."""

    def purge(self, url: str) -> None:
        """Ask the cache to drop ``url``; raises CouldNotPurgeError or OSError."""
        parts = urlsplit(url)
        address = urlunsplit((self.cache_scheme, self.cache_netloc, parts.path, parts.query, ""))
        request = PurgeRequest(address, headers={"Host": parts.netloc, "Connection": "close"})
        try:
            # The scheme is that of the setting.
            urlopen(request, timeout=TIMEOUT_SECONDS).close()  # noqa: S310
        except HTTPError as error:
            with error:
                # Some say so of a page that they do not have.
                if error.code not in (404, 410):
                    raise CouldNotPurgeError(f"{error.code} for {url}") from error


def _backends() -> dict:
    named = {}
    for name, options in settings.WAGTAILFRONTENDCACHE.items():
        own = f"{__name__}.{TimedHTTPBackend.__name__}"
        is_untimed = options["BACKEND"].startswith("wagtail.") and options["BACKEND"].endswith(
            ".HTTPBackend"
        )
        named[name] = {**options, "BACKEND": own} if is_untimed else options
    return get_backends(named)


def _purge(urls: list[str]) -> None:
    """Let every cache drop exactly ``urls``; raise the first failure once all have been asked.

    Wagtail's own function would also ask for the same address in every other language.
    """
    failures: list[Exception] = []
    for backend in _backends().values():
        its = [url for url in urls if backend.invalidates_hostname(urlsplit(url).hostname)]
        if not its:
            continue
        try:
            with _failures() as heard:
                backend.purge_batch(its)
            if heard:
                raise CouldNotPurgeError(heard[0])
        except Exception as error:
            failures.append(error)
    for error in failures[1:]:
        _log(len(urls), error)
    if failures:
        raise failures[0]


@contextmanager
def _failures() -> Iterator[list[str]]:
    heard: list[str] = []
    me = threading.get_ident()

    class Listener(logging.Handler):
        def emit(self, record):
            if record.thread == me:
                heard.append(record.getMessage())

    listener = Listener(logging.ERROR)
    _told.addHandler(listener)
    try:
        yield heard
    finally:
        _told.removeHandler(listener)


# Tags for those who purge by them


def group_of(tag: str) -> str:
    """Return the group of ``tag``, which stands for it where there is no room for all tags."""
    return f"group-{blake2b(tag.encode(), digest_size=1).hexdigest()}"


def tags_header(name: str, tags: Iterable[str]) -> str:
    """Return the value of the header ``name`` (Surrogate-Key or Cache-Tag) for ``tags``.

    Where they would be cut off, their groups stand there instead. Whoever purges a tag names its
    group too: then too much is purged, never too little.
    """
    separator = "," if name.lower() == "cache-tag" else " "
    value = separator.join(sorted(tags))
    if len(value.encode()) > HEADER_LIMIT or any(" " in tag or "," in tag for tag in tags):
        value = separator.join(sorted({group_of(tag) for tag in tags}))
    return value
