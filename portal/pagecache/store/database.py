"""The store: finished responses with their tags, in one SQLite file on the local disk.

It is shared by all processes of a node and survives them. Whatever is wrong with the file, it is
abandoned for a new one (`Store.abandon`); nobody is ever answered with an error because of it.
"""

import fcntl
import json
import logging
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from portal.pagecache.config import Config
from portal.pagecache.store.entries import COLUMNS, DamagedError, Entry
from portal.pagecache.store.words import Words
from portal.pagecache.store.writer import Writer

logger = logging.getLogger(__name__)

FORMAT = 4
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS entry (
    key TEXT PRIMARY KEY, base TEXT NOT NULL, query_keys TEXT, status INTEGER NOT NULL,
    headers TEXT NOT NULL, etag TEXT NOT NULL, identity BLOB NOT NULL, gzip BLOB, br BLOB,
    made REAL NOT NULL, modified REAL NOT NULL, soft_at REAL NOT NULL, hard_at REAL NOT NULL,
    subject TEXT NOT NULL, size INTEGER NOT NULL, hits INTEGER NOT NULL DEFAULT 0,
    used REAL NOT NULL, checksum INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS entry_base ON entry (base);
CREATE INDEX IF NOT EXISTS entry_subject ON entry (subject);
CREATE INDEX IF NOT EXISTS entry_missing ON entry (made) WHERE status >= 400;
CREATE INDEX IF NOT EXISTS entry_used ON entry (used, size);
CREATE TABLE IF NOT EXISTS tag (
    tag TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (tag, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tag_key ON tag (key);
CREATE TABLE IF NOT EXISTS wanted (key TEXT PRIMARY KEY, hits INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS outbox (
    key TEXT PRIMARY KEY, since REAL NOT NULL, tries INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
PRAGMA user_version = {FORMAT};
"""
# What is left of the write-ahead log once it has been written back.
WAL_BYTES = 4 * 2**20


class Store:
    """The node's store. One object may be used by several threads."""

    def __init__(self, config: Config, words: Words):
        self.config = config
        self.words = words
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._generation = -1
        self._inodes: list[int | None] = []

    # Opening and giving up

    def _file(self, generation: int) -> Path:
        return self.config.path / f"pages-{generation}.sqlite3"

    @property
    def connection(self) -> sqlite3.Connection:
        """The open connection to the present file; raises sqlite3.Error or OSError."""
        generation = self.words.generation
        if self._connection is None or self._generation != generation:
            self.close()
            self.config.path.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self._file(generation), timeout=10, isolation_level=None, check_same_thread=False
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            # Mapped into memory, a file that somebody shortens would kill the process.
            connection.execute("PRAGMA mmap_size = 0")
            connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, FORMAT):
                raise sqlite3.DatabaseError("The store was written in another format.")
            if version == 0:
                connection.executescript(_SCHEMA)
            self._connection, self._generation = connection, generation
            self._inodes = self._present_inodes()
        return self._connection

    def _present_inodes(self) -> list[int | None]:
        """The inodes of the open file and of the two that SQLite keeps beside it."""
        found = []
        for ending in ("", "-wal", "-shm"):
            try:
                found.append(os.stat(f"{self._file(self._generation)}{ending}").st_ino)
            except FileNotFoundError:
                found.append(None)
        return found

    def reopen_if_replaced(self) -> bool:
        """Leave files that somebody removed or replaced; say whether that was so."""
        is_replaced = self.words.reopen_if_replaced()
        if is_replaced:
            self.close()
            self.words.bump()
        elif self._connection is not None and self._present_inodes() != self._inodes:
            is_replaced = True
            # Without the log that others write to, what they purge would be missed.
            with suppress(OSError):
                self.abandon()
        return is_replaced

    def close(self) -> None:
        """Close the file; it is opened again when needed."""
        with self._lock:
            if self._connection is not None:
                with suppress(sqlite3.Error):
                    self._connection.close()
                self._connection = None

    def abandon(self) -> None:
        """Leave the present file, whatever is in it, for a new and empty one."""
        with self._lock, ExitStack() as stack:
            # On a full disk or in a folder that cannot be written there is no lock to be had.
            with suppress(OSError):
                stack.enter_context(self.exclusively("abandon"))
            # Another process may have left it already.
            if self._generation in (-1, self.words.generation):
                self.words.generation += 1
            self.words.bump()
            self.close()
            for path in self.config.path.glob("pages-*.sqlite3*"):
                if not path.name.startswith(f"pages-{self.words.generation}.sqlite3"):
                    with suppress(OSError):
                        path.unlink()

    @contextmanager
    def exclusively(self, name: str, *, wait: bool = True) -> Iterator[bool]:
        """Hold the lock ``name`` of the node; yield whether it was free. The dead hold none."""
        with open(self.config.path / f"{name}.lock", "ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            yield True

    # Reading

    def read(self, key: str) -> Entry | None:
        """Return the entry of ``key`` without its tags, or None, also where nothing can be read."""
        row = self._row(f"SELECT {COLUMNS} FROM entry WHERE key = ?", key)
        if row is None:
            return None
        try:
            return Entry.from_row(row)
        except DamagedError:
            logger.error("The page cache is damaged and left for a new one: %s", key)
            with suppress(OSError):
                self.abandon()
            return None

    def query_keys(self, base: str) -> tuple[str, ...] | None:
        """Return the query keys that the address ``base`` heeds, None where that is unknown."""
        row = self._row(
            "SELECT query_keys FROM entry WHERE base = ? AND query_keys IS NOT NULL LIMIT 1", base
        )
        return tuple(row[0].split()) if row else None

    def rows(self, sql: str, *parameters) -> list[tuple]:
        """Return the rows of a query, none where nothing can be read."""
        try:
            with self._lock:
                return self.connection.execute(sql, parameters).fetchall()
        except (sqlite3.Error, OSError) as error:
            logger.warning("The page cache cannot be read: %s", error)
            self._check()
            return []

    def _row(self, sql: str, *parameters) -> tuple | None:
        rows = self.rows(sql, *parameters)
        return rows[0] if rows else None

    def _check(self) -> None:
        """After an error: keep the file when it is sound, else leave it."""
        self.close()
        try:
            with self._lock:
                sound = self.connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        except sqlite3.OperationalError:
            # Busy, full or not to be opened: it may be sound.
            sound = True
        except (sqlite3.Error, OSError):
            sound = False
        if not sound:
            with suppress(OSError):
                self.abandon()

    def tags_of(self, key: str) -> list[str]:
        """Return the tags of an entry."""
        return [tag for (tag,) in self.rows("SELECT tag FROM tag WHERE key = ? ORDER BY tag", key)]

    def keys_with(self, tags: Iterable[str], *, below: int = 600) -> list[str]:
        """Return the keys of entries with one of ``tags`` and a status ``below`` that, in order.

        Every entry bears "*".
        """
        tags = list(tags)
        bearing = (
            "SELECT tag.key FROM tag, json_each(?) AS given WHERE tag.tag = given.value "
            "UNION ALL SELECT key FROM entry WHERE ?"
        )
        sql = f"SELECT key FROM entry WHERE key IN ({bearing}) AND status < ? ORDER BY key"
        return [key for (key,) in self.rows(sql, json.dumps(tags), "*" in tags, below)]

    def position(self) -> str | None:
        """Return the position of the journal up to which the store is right."""
        row = self._row("SELECT value FROM meta WHERE name = 'position'")
        return row[0] if row else None

    def mark(self) -> int:
        """Return the mark that the last purge has left, 0 where there was none."""
        row = self._row("SELECT value FROM meta WHERE name = 'mark'")
        return int(row[0]) if row else 0

    # Writing

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Write in one transaction, alone on the node. Raises sqlite3.Error or OSError."""
        with self._lock:
            connection = self.connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Writer(connection, self.config)
                connection.execute("COMMIT")
            except BaseException as error:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.DatabaseError):
                    self._check()
                raise
