"""One render for each page at a time over all processes of a node; renders in the background."""

import fcntl
import logging
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

from portal.pagecache.edge.upstream import UnavailableError, request_for
from portal.pagecache.store.database import Store

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 15
# Changes come in groups; a moment is waited for the last of them.
ATTEND_SECONDS = 0.25


class Flights:
    """Locks by key: among threads by a lock of Python, among processes by one of the system.

    The system lets go of the locks of a process that dies.
    """

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(folder / "flights.lock", os.O_RDWR | os.O_CREAT, 0o600)
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def alone(self, key: str) -> Iterator[bool]:
        """Hold the lock of ``key``; yield whether nobody had to be waited for."""
        with self._guard:
            lock, count = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = lock, count + 1
        is_first = count == 0
        offset = int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=7).digest())
        try:
            with lock:
                try:
                    fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, offset)
                except OSError:
                    is_first = False
                    # The system sees processes, not threads, and may take two that wait for each
                    # other's threads for a deadlock: then a page is made twice.
                    with suppress(OSError):
                        fcntl.lockf(self._descriptor, fcntl.LOCK_EX, 1, offset)
                try:
                    yield is_first
                finally:
                    fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, offset)
        finally:
            with self._guard:
                lock, count = self._locks[key]
                if count == 1:
                    del self._locks[key]
                else:
                    self._locks[key] = lock, count - 1


class Refresher:
    """Makes pages anew in the background: those asked for while out of date, then the most read.

    ``edge`` has ``config``, ``words``, ``flights``, ``memory``, ``load(key)`` and
    ``fill(request, base)``.
    """

    def __init__(self, edge):
        self.edge = edge
        self._store = Store(edge.config, edge.words)
        self._asked: queue.Queue[str] = queue.Queue(maxsize=1000)
        self._pending: set[str] = set()
        self._hits: dict[str, int] = {}
        self._guard = threading.Lock()
        self._is_started = False

    def start(self) -> None:
        """Start the threads, once."""
        with self._guard:
            if self._is_started:
                return
            self._is_started = True
        for target in (self._work, self._work, self._attend):
            threading.Thread(target=target, daemon=True).start()

    def refresh(self, key: str) -> None:
        """Make the page of ``key`` anew soon; nothing happens where that is on its way."""
        with self._guard:
            if key in self._pending:
                return
            self._pending.add(key)
        try:
            self._asked.put_nowait(key)
        except queue.Full:
            with self._guard:
                self._pending.discard(key)

    def take_hits(self, replies: dict) -> None:
        """Take over the hits of replies that are forgotten."""
        with self._guard:
            for key, reply in list(replies.items()):
                if reply.hits:
                    self._hits[key] = self._hits.get(key, 0) + reply.hits
                    reply.hits = 0

    def _work(self) -> None:
        while True:
            key = self._asked.get()
            try:
                self._make(key)
            except Exception as error:
                logger.warning("A page could not be refreshed: %s: %r", key, error)
            finally:
                with self._guard:
                    self._pending.discard(key)

    def _make(self, key: str) -> None:
        with self.edge.flights.alone(key):
            reply = self.edge.load(key)
            if reply is not None and time.time() < reply.soft_at:
                return
            try:
                response = self.edge.fill(request_for(key), key.partition("?")[0])
            except UnavailableError:
                return
            response.body.close()
            result = response.header("X-Portal-Fill")
            if result and result != "stored" and not result.startswith(("not now", "the store")):
                self._forget(key, response.status)

    def _forget(self, key: str, status: int) -> None:
        """Remove what is out of date and can no longer be made, unless that is for a while."""
        if status < 500:
            with suppress(sqlite3.Error, OSError), self._store.writing() as writer:
                found = writer.execute(
                    "SELECT 1 FROM entry WHERE key = ? AND soft_at < ?", (key, time.time())
                )
                if found.fetchone():
                    writer.remove([key])
                writer.execute("DELETE FROM wanted WHERE key = ?", (key,))

    def _attend(self) -> None:
        """Warm after changes, and write down the hits now and then."""
        epoch = None
        flushed_at = time.monotonic()
        while True:
            time.sleep(ATTEND_SECONDS)
            try:
                if epoch != self.edge.words.epoch:
                    epoch = self.edge.words.epoch
                    self._warm()
                if time.monotonic() > flushed_at + FLUSH_SECONDS:
                    flushed_at = time.monotonic()
                    self._write_hits()
            except Exception as error:
                logger.warning("Pages could not be made in advance: %r", error)

    def _warm(self) -> None:
        with self._store.exclusively("warm", wait=False) as is_alone:
            for key in self.due() if is_alone else ():
                self._make(key)

    def due(self) -> Iterable[str]:
        """Return the keys that are out of date or gone, the most read first, within bounds."""
        rows = self._store.rows(
            "SELECT key FROM (SELECT key, hits FROM wanted UNION ALL "
            "SELECT key, hits FROM entry WHERE soft_at < ? AND status < 400) "
            "ORDER BY hits DESC, key LIMIT ?",
            time.time(),
            self.edge.config.warm_count,
        )
        return [key for (key,) in rows]

    def _write_hits(self) -> None:
        self.take_hits(self.edge.memory.replies)
        with self._guard:
            hits, self._hits = self._hits, {}
        if hits:
            # Numbers that decide what is kept longest: losing some does no harm.
            with suppress(sqlite3.Error, OSError), self._store.writing() as writer:
                writer.count_hits(hits)
