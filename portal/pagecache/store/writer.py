"""What may be written to the store: keeping, purging, making room."""

import secrets
import sqlite3
import time
from collections.abc import Iterable

from portal.pagecache.config import Config
from portal.pagecache.store.entries import COLUMNS, Entry


class Writer:
    """What may be written to the store inside of one transaction."""

    def __init__(self, connection: sqlite3.Connection, config: Config):
        self.execute = connection.execute
        self.executemany = connection.executemany
        self.config = config

    def position(self) -> str | None:
        row = self.execute("SELECT value FROM meta WHERE name = 'position'").fetchone()
        return row[0] if row else None

    def set_position(self, position: str) -> None:
        self.execute("REPLACE INTO meta VALUES ('position', ?)", (position,))

    def leave_mark(self) -> None:
        """Leave a mark of this transaction, by which `Node.announce` knows what to tell."""
        mark = secrets.randbits(62) | 1
        self.execute("REPLACE INTO meta VALUES ('mark', ?)", (str(mark),))

    def release(self) -> str | None:
        row = self.execute("SELECT value FROM meta WHERE name = 'release'").fetchone()
        return row[0] if row else None

    def adopt(self, release: str) -> bool:
        """Let the store belong to ``release``; say whether it was emptied for that."""
        if self.release() == release:
            return False
        self.clear()
        self.execute("REPLACE INTO meta VALUES ('release', ?)", (release,))
        return True

    def keys(self) -> list[str]:
        return [key for (key,) in self.execute("SELECT key FROM entry ORDER BY key")]

    def clear(self) -> None:
        """Remove every entry."""
        for table in ("entry", "tag", "wanted"):
            self.execute(f"DELETE FROM {table}")

    def put(self, entry: Entry) -> list[str]:
        """Keep ``entry`` in the place of what was there; make room where there is none.

        Returns the keys of the pages that had to go for want of room. An entry that says the same
        as the one before keeps its instant of change: ``entry.modified`` and ``entry.hits`` are
        set.
        """
        old = self.execute(
            "SELECT etag, modified, hits FROM entry WHERE key = ?", (entry.key,)
        ).fetchone()
        if old and old[0] == entry.etag:
            entry.modified = old[1]
        entry.hits = old[2] if old else self._hits_wanted(entry.key)
        self.remove([entry.key])
        self.execute("DELETE FROM wanted WHERE key = ?", (entry.key,))
        self.execute(
            f"INSERT INTO entry ({COLUMNS}, size, used) VALUES ({', '.join('?' * 18)})",
            (*entry.to_row(), entry.size, entry.made),
        )
        self.executemany("INSERT INTO tag VALUES (?, ?)", [(tag, entry.key) for tag in entry.tags])
        return self._make_room()

    def _hits_wanted(self, key: str) -> int:
        row = self.execute("SELECT hits FROM wanted WHERE key = ?", (key,)).fetchone()
        return row[0] if row else 0

    def _make_room(self) -> list[str]:
        missing = "SELECT key FROM entry WHERE status >= 400 ORDER BY made DESC LIMIT -1 OFFSET ?"
        self.remove([key for (key,) in self.execute(missing, (self.config.missing_bound,))])
        total = self.execute("SELECT total(size) FROM entry").fetchone()[0]
        if total <= self.config.store_bytes:
            return []
        gone = []
        # A tenth more than needed, so that not every new page has to look for room.
        excess = total - 0.9 * self.config.store_bytes
        for key, size in self.execute("SELECT key, size FROM entry ORDER BY used, key"):
            if excess <= 0:
                break
            gone.append(key)
            excess -= size
        self.remove(gone)
        self.leave_mark()
        return gone

    def remove(self, keys: Iterable[str]) -> None:
        """Remove entries by their keys."""
        for key in list(keys):
            self.execute("DELETE FROM entry WHERE key = ?", (key,))
            self.execute("DELETE FROM tag WHERE key = ?", (key,))

    def purge(self, changes: Iterable[tuple[str, bool]]) -> list[str]:
        """Apply changes (tag, is_hard); return the keys of what is out of date or gone.

        Gone is what bears a hard tag, and the pages of what has changed itself; the others are
        out of date from now on.
        """
        now = time.time()
        gone: dict[str, None] = {}
        stale: dict[str, None] = {}
        for tag, is_hard in dict.fromkeys(changes):
            found = [key for (key,) in self.execute("SELECT key FROM tag WHERE tag = ?", (tag,))]
            if tag == "*":
                found = [key for (key,) in self.execute("SELECT key FROM entry")]
            subjects = self.execute("SELECT key FROM entry WHERE subject = ?", (tag,))
            own = [key for (key,) in subjects]
            gone.update(dict.fromkeys(found if is_hard else own))
            stale.update(dict.fromkeys(found))
        for key in gone:
            self.execute(
                "REPLACE INTO wanted SELECT key, hits FROM entry WHERE key = ? AND status = 200",
                (key,),
            )
        self.remove(gone)
        self.executemany(
            "UPDATE entry SET soft_at = ? WHERE key = ? AND soft_at > ?",
            [(now, key, now) for key in stale if key not in gone],
        )
        return list({**gone, **stale})

    def set_back(self, before: float) -> None:
        """Heed that the clock was set back from ``before`` to now, both seconds since 1970.

        What was out of date then does not come to be up to date again.
        """
        now = time.time()
        for instant in ("soft_at", "hard_at"):
            self.execute(
                f"UPDATE entry SET {instant} = ? WHERE {instant} > ? AND {instant} <= ?",
                (now, now, before),
            )
        # The life of those is short, and was counted from the instant at which they were made.
        self.execute(
            "UPDATE entry SET hard_at = min(hard_at, ?) WHERE status >= 400",
            (now + self.config.missing_life,),
        )
        self.leave_mark()

    def count_hits(self, hits: dict[str, int]) -> None:
        """Add to the hits of entries, by key; they decide what is made anew first and kept last."""
        now = time.time()
        self.executemany(
            "UPDATE entry SET hits = hits + ?, used = ? WHERE key = ?",
            [(count, now, key) for key, count in hits.items()],
        )
