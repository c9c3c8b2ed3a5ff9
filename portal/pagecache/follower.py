"""Follows the journal: applies to the node's store what has changed anywhere.

`follow` is called when a transaction that touched something has been committed, and a thread of
each Django process of the node calls it a few times a second for the changes made elsewhere; one
thread of the node at a time (`Follower`).
"""

import logging
import sqlite3
import threading
import time
from contextlib import suppress

from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from portal.pagecache import cdn, export, journal
from portal.pagecache.node import Node, local

logger = logging.getLogger(__name__)

# A change made elsewhere is fresh here after so many seconds, and what it takes to apply it.
INTERVAL = 0.2
# A journal that could not be read is looked at again after so many.
FAILED_INTERVAL = 1.2


def follow() -> list[str]:
    """Apply what has changed since the last look; return the keys of what is out of date.

    Raises django.db.Error where the journal cannot be read; a store that cannot be written is
    abandoned: better nothing than something out of date.
    """
    node = local()
    try:
        return _apply(node)
    except (sqlite3.Error, OSError) as error:
        node.words.trouble = True
        _begin_anew(node, error)
        return []


def _apply(node: Node) -> list[str]:
    node.store.reopen_if_replaced()
    keys = []
    news = _news(node.store.position())
    if news is None or news.changes:
        with node.store.writing() as writer:
            # Read again: another process may have been faster.
            news = _news(writer.position())
            if news is None:
                # Nobody can say which of them are still right.
                keys = writer.keys()
                writer.clear()
                writer.adopt(node.config.release)
                export.clear(node.config)
                writer.set_position(journal.position())
            else:
                keys = writer.purge(news.changes)
                export.remove(node.config, keys)
                writer.set_position(news.position)
            cdn.enlist(writer, keys)
            writer.leave_mark()
    # Also where nothing is new: who has applied the last change may have been killed before this.
    node.announce()
    node.words.followed_at = time.time()
    return keys


def _news(position: str | None) -> journal.Since | None:
    """Return what has changed since ``position``; None where that cannot be known."""
    try:
        return None if position is None else journal.since(position)
    except ValueError:
        return None


def _begin_anew(node: Node, error: Exception) -> None:
    logger.warning("The page cache cannot be used (%s) and begins anew.", error)
    with suppress(OSError):
        node.store.abandon()
    with suppress(OSError):
        export.clear(node.config)


def take_over(node: Node) -> None:
    """Let the store belong to the release of this process, which is the newest to start."""
    try:
        with node.store.writing() as writer:
            keys = writer.keys()
            if writer.adopt(node.config.release):
                cdn.enlist(writer, keys)
                export.clear(node.config)
            elif removed := export.reconcile(node.config, writer):
                logger.warning("Removed %d exported pages that the store does not know.", removed)
        node.words.bump()
    except (sqlite3.Error, OSError) as error:
        _begin_anew(node, error)


class Follower(threading.Thread):
    """The thread that looks at the journal; of those on a node one works, the others stand by."""

    def __init__(self):
        super().__init__(name="pagecache-follower", daemon=True)
        self.ended = threading.Event()
        # Set when the journal has been looked at, or cannot be.
        self.has_looked = threading.Event()

    def run(self) -> None:
        has_begun = False
        while not self.ended.is_set():
            try:
                node = local()
                if not has_begun:
                    take_over(node)
                    has_begun = True
                with node.store.exclusively("follower", wait=False) as is_leader:
                    if is_leader:
                        # Its forerunner may have died between applying a change and saying so.
                        node.words.bump()
                        self._lead(node)
            except OSError:
                logger.exception("The folder of the page cache cannot be used")
            # Another one leads, who has.
            self.has_looked.set()
            self.ended.wait(1)
        connections.close_all()

    def _keep_time(self, node: Node, since: float) -> float:
        """Heed what has gone out of date since the last look, ``since``; return when this one was.

        A clock that was set back makes nothing up to date again. Exported files are removed.
        """
        now = time.time()
        try:
            if now < since:
                with node.store.writing() as writer:
                    writer.set_back(since)
                node.announce()
                since = 0.0
            export.expire(node.config, node.store, since, now)
        except (sqlite3.Error, OSError) as error:
            logger.warning("What has gone out of date could not be removed: %s", error)
            return since
        return now

    def _lead(self, node: Node) -> None:
        lock = node.config.path / "follower.lock"
        inode = lock.stat().st_ino
        # The clock may have been set back while nobody looked.
        self._keep_time(node, node.words.followed_at + 1.0)
        looked_at = 0.0
        while not self.ended.is_set():
            looked_at = self._keep_time(node, looked_at)
            pause = INTERVAL
            try:
                close_old_connections()
                follow()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("The journal cannot be read: %s", error)
                pause = FAILED_INTERVAL
            except Exception:
                # Without this thread readers would get what is out of date from now on.
                logger.exception("The journal could not be followed")
                pause = FAILED_INTERVAL
            self.has_looked.set()
            self.ended.wait(pause)
            if not lock.exists() or lock.stat().st_ino != inode:
                return
