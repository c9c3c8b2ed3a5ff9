"""Lines that wait for the database: files of one day and one process, only ever added to.

A file is called ``<day>-<random>.seg`` and is locked by the process that writes it for as long as
it may be written. Each line says one view, or a number of uncounted requests:

    hour, number of the visitor, path, host of the referrer or "-", "v"
    hour, kind, number, "n"

with tabs between. It holds no address, no words of a browser and nothing that a tab has sent about
itself. A line without its end was never answered for and counts for nothing.
"""

import fcntl
import os
import re
import secrets
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ENDING = ".seg"
_NAME = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{16}\.seg\Z")
VIEW_END = b"\tv\n"
TALLY_END = b"\tn\n"
# A file is closed at this size, so that what is folded can be removed.
MAX_BYTES = 8 * 1024 * 1024
# Lines kept in memory while they cannot be written.
PENDING_LINES = 20_000
# No line is longer than this.
LINE_BYTES = 1024


def view_line(hour: str, visitor: int, path: str, host: str) -> bytes:
    """Return the line of one view; ``path`` and ``host`` without blanks or control characters."""
    return f"{hour}\t{visitor:016x}\t{path}\t{host or '-'}\tv\n".encode("ascii")


def tally_line(hour: str, kind: str, number: int) -> bytes:
    """Return the line of ``number`` requests that were not counted for the reason ``kind``."""
    return f"{hour}\t{kind}\t{number}\tn\n".encode("ascii")


@dataclass(frozen=True)
class View:
    """A counted view; ``host`` is empty when no other host led to it."""

    hour: int
    visitor: str
    path: str
    host: str


@dataclass(frozen=True)
class Tally:
    """A number of requests that were not counted."""

    hour: int
    kind: str
    number: int


def whole_lines(data: bytes) -> bytes:
    """Return ``data`` up to the end of its last whole line."""
    return data[: data.rfind(b"\n") + 1]


def parse(data: bytes) -> list[View | Tally]:
    """Return what the whole lines of ``data`` say.

    Every line that ends as a view does is a view, whatever a fault of the disk has done to the
    rest of it, so that both ways of counting (`views_in`) always agree.
    """
    found = []
    for line in whole_lines(data).split(b"\n")[:-1]:
        words = line.decode("ascii", "replace").split("\t")
        hour = int(words[0]) if words[0].isdecimal() and int(words[0]) < 24 else 0
        if words[-1] == "v" and len(words) == 5:
            host = "" if words[3] == "-" else words[3]
            found.append(View(hour, words[1], words[2], host))
        elif words[-1] == "v" and len(words) > 1:
            found.append(View(hour, "", "", ""))
        elif words[-1] == "n" and len(words) == 4 and words[2].isdecimal():
            found.append(Tally(hour, words[1], int(words[2])))
    return found


def views_in(data: bytes) -> int:
    """Return the number of views in ``data``, which begins and ends with whole lines."""
    return data.count(VIEW_END)


def day_of(name: str) -> str:
    """Return the day of the segment called ``name``."""
    return name[:10]


def names(folder: str | os.PathLike) -> list[str]:
    """Return the names of the segments in ``folder``, oldest day first."""
    try:
        return sorted(name for name in os.listdir(folder) if _NAME.match(name))
    except FileNotFoundError:
        return []


def is_being_written(path: Path) -> bool:
    """Return whether a living process may still add to the segment at ``path``."""
    with open(path, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


class Writer:
    """Adds lines to segments of its own in ``folder``. Threads must take turns, but for `sync`.

    A line is one write. One that fails (a full disk) is taken back, so that no half line stays,
    and waits in memory until writing succeeds.
    """

    def __init__(self, folder: str | os.PathLike):
        self._folder = Path(folder)
        self._handle: int | None = None
        self._day = ""
        self._size = 0
        self._dirty = False
        self._pending: deque[tuple[str, bytes]] = deque()
        # How many views of each day wait in memory.
        self.waiting: Counter = Counter()

    def add(self, day: str, line: bytes) -> bool:
        """Add ``line`` to a segment of ``day``; False when it neither could be written nor kept."""
        if not self._pending and self._write(day, line):
            return True
        if len(self._pending) >= PENDING_LINES:
            return False
        self._pending.append((day, line))
        self.waiting[day] += line.endswith(VIEW_END)
        return True

    def retry(self) -> None:
        """Write what waits in memory, as far as it goes."""
        while self._pending and self._write(*self._pending[0]):
            day, line = self._pending.popleft()
            self.waiting[day] -= line.endswith(VIEW_END)

    @property
    def has_pending(self) -> bool:
        """Whether lines wait in memory."""
        return bool(self._pending)

    def sync(self) -> bool:
        """Bring what was written to the disk itself; return whether there was anything."""
        handle, dirty = self._handle, self._dirty
        self._dirty = False
        if handle is not None and dirty:
            # Another thread may just have closed it, having brought it to the disk itself.
            with suppress(OSError):
                os.fdatasync(handle)
        return dirty

    def end_days_before(self, day: str) -> None:
        """End the present segment if its day is another than ``day``."""
        if self._day != day:
            self.close()

    def close(self) -> None:
        """End the present segment; the next line begins another one."""
        if self._handle is not None:
            with suppress(OSError):
                os.fdatasync(self._handle)
            os.close(self._handle)
            self._handle = None

    def _write(self, day: str, line: bytes) -> bool:
        if self._handle is None or day != self._day or self._size + len(line) > MAX_BYTES:
            self.close()
            try:
                self._handle = self._open(day)
            except OSError:
                return False
            self._day, self._size = day, 0
        try:
            done = os.write(self._handle, line)
        except OSError:
            done = 0
        if done == len(line):
            self._size += done
            self._dirty = True
            return True
        if done:
            with suppress(OSError):
                os.ftruncate(self._handle, self._size)
        # Should half a line stay, then as the last one of a segment, where it counts for nothing.
        self.close()
        return False

    def _open(self, day: str) -> int:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        own = self._folder / f"new-{secrets.token_hex(8)}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        handle = os.open(own, flags, 0o600)
        try:
            # Locked before it has its name: nobody ever sees it without a writer.
            fcntl.flock(handle, fcntl.LOCK_EX)
            os.rename(own, self._folder / f"{day}-{secrets.token_hex(8)}{ENDING}")
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError:
            os.close(handle)
            own.unlink(missing_ok=True)
            raise
        return handle
