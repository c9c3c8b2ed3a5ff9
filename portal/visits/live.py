"""The public numbers: what the last fold wrote down, and what has been counted on since.

The fold leaves a small file, the snapshot, with its totals and with how many views of each segment
are in them. The rest of every segment is counted here by its line ends; nothing is read twice. So
the numbers never fall below what was folded, and equal it when all is folded.
"""

import json
import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from portal.visits import segments
from portal.visits.calendar import week_of

SNAPSHOT = "snapshot.json"
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Snapshot:
    """What a fold leaves.

    ``at``: when, in seconds since 1970. ``total``: all views, with those carried over.
    ``days``: views of the latest days. ``segments``: (bytes, views) taken of each segment of this
    node. ``online_elsewhere``: tabs that the other nodes see.
    """

    at: float
    total: int
    days: dict[str, int]
    segments: dict[str, tuple[int, int]]
    online_elsewhere: int = 0

    def write(self, folder: str | os.PathLike) -> None:
        """Put the snapshot in the place of the former one, at once and whole."""
        own = Path(folder) / f"new-{SNAPSHOT}"
        with open(own, "w", encoding="ascii") as file:
            json.dump(self.__dict__, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(own, Path(folder) / SNAPSHOT)

    @classmethod
    def read(cls, folder: str | os.PathLike) -> "Snapshot | None":
        """Return the snapshot in ``folder``; None when there is none or it cannot be read."""
        try:
            values = json.loads((Path(folder) / SNAPSHOT).read_bytes())
            found = cls(**values)
            taken = {name: (offset, views) for name, (offset, views) in found.segments.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return None
        return cls(found.at, found.total, found.days, taken, found.online_elsewhere)


@dataclass
class _Read:
    """How far a segment has been read, and the views found so far, the folded ones included."""

    offset: int = 0
    views: int = 0


@dataclass
class Live:
    """Reads the snapshot and the segments of ``folder``. Threads must take turns."""

    folder: str | os.PathLike
    snapshot: Snapshot | None = None
    unfolded: Counter = field(default_factory=Counter)
    _mark: tuple | None = None
    _read: dict[str, _Read] = field(default_factory=dict)

    def refresh(self) -> None:
        """Look for what has changed since the last time."""
        # In this order: a segment that is gone from the folder is in the snapshot that is read
        # afterwards, since it is removed after that was written.
        names = segments.names(self.folder)
        self._read_snapshot()
        taken = self.snapshot.segments if self.snapshot else {}
        self._read = {name: self._read.get(name, _Read()) for name in names}
        self.unfolded = Counter()
        for name, read in self._read.items():
            offset, views = taken.get(name, (0, 0))
            if offset > read.offset:
                read.offset, read.views = offset, views
            with suppress(FileNotFoundError):
                self._read_on(name, read)
            self.unfolded[segments.day_of(name)] += max(0, read.views - views)

    def numbers(self, day: str, more: Counter | None = None) -> list[int] | None:
        """Return the views of ``day``, of its week since Monday, and of all time.

        ``more`` are views by day that no file has yet. None as long as nothing has been folded.
        """
        if self.snapshot is None:
            return None
        monday, sunday = week_of(day)
        today = self.snapshot.days.get(day, 0)
        week = sum(views for d, views in self.snapshot.days.items() if monday <= d <= sunday)
        total = self.snapshot.total
        for counted in (self.unfolded, more or {}):
            for other, views in counted.items():
                today += views if other == day else 0
                week += views if monday <= other <= sunday else 0
                total += views
        return [today, week, total]

    def _read_snapshot(self) -> None:
        try:
            status = os.stat(Path(self.folder) / SNAPSHOT)
        except OSError:
            return
        mark = (status.st_mtime_ns, status.st_ino, status.st_size)
        if mark != self._mark:
            found = Snapshot.read(self.folder)
            if found is not None:
                self.snapshot, self._mark = found, mark

    def _read_on(self, name: str, read: _Read) -> None:
        path = os.path.join(self.folder, name)
        if os.stat(path).st_size <= read.offset:
            return
        with open(path, "rb") as file:
            file.seek(read.offset)
            while data := segments.whole_lines(file.read(_CHUNK)):
                read.offset += len(data)
                read.views += segments.views_in(data)
                file.seek(read.offset)
