"""What the processes of one node remember together of the running day, in bounded memory.

Three shelves of fixed size (visitors, networks, pages just read by a visitor) and a clock face of
seconds, in a small file that every process maps. Keys are numbers of `people.number`; nobody can
be found by them once the salt of the day is gone. A full shelf drops what it has not seen for the
longest time. Changes are made under a lock of the file, which a killed process lets go.
"""

import fcntl
import mmap
import os
import secrets
import struct
import time
from contextlib import contextmanager, suppress
from pathlib import Path

WAYS = 8
_ENTRY = struct.Struct("<QII")
_BUCKET = struct.Struct("<" + "QII" * WAYS)
_SECOND = struct.Struct("<II")

# For each shelf the number of buckets of eight: 32 768 visitors, 16 384 networks, 32 768 pages.
VISITORS, NETWORKS, PAGES = 4096, 2048, 4096
# A power of two, above the longest time that anybody may be online.
SECONDS = 1024
SIZE = SECONDS * _SECOND.size + (VISITORS + NETWORKS + PAGES) * _BUCKET.size
# The monotonic clock begins anew with the machine, and so does the file.
try:
    _BOOT = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
except OSError:
    _BOOT = "0"
NAME = f"memory-{SIZE}-{_BOOT}"

# How long to wait for another process's turn (seconds). It takes a few microseconds; one that has
# been stopped in the midst of it must not stop the others.
_PATIENCE = 0.02
_USERS = os.O_RDWR | os.O_CREAT


class Shelf:
    """A map of bounded size from a key to a count and the tick at which it was last seen."""

    def __init__(self, memory: mmap.mmap, start: int, buckets: int):
        self._memory = memory
        self._start = start
        self._buckets = buckets

    def find(self, key: int) -> tuple[int, int, int | None]:
        """Return (place, count, tick) of ``key``; count 0 and tick None where it is not known.

        The place is where `put` must write it: its own, a free one, or that of the oldest one.
        """
        start = self._start + key % self._buckets * _BUCKET.size
        entries = _BUCKET.unpack_from(self._memory, start)
        keys = entries[::3]
        if key in keys:
            way = keys.index(key)
            return start + way * _ENTRY.size, entries[way * 3 + 1], entries[way * 3 + 2]
        if 0 in keys:
            way = keys.index(0)
        else:
            seen = entries[2::3]
            way = seen.index(min(seen))
        return start + way * _ENTRY.size, 0, None

    def put(self, place: int, key: int, count: int, tick: int) -> None:
        """Write ``key`` with its count and tick to a place that `find` has just returned."""
        _ENTRY.pack_into(self._memory, place, key, count, tick)

    def forget(self, before: int) -> None:
        """Empty all places last seen earlier than the tick ``before``."""
        end = self._start + self._buckets * _BUCKET.size
        for start in range(self._start, end, _ENTRY.size):
            key, _count, seen = _ENTRY.unpack_from(self._memory, start)
            if key and seen < before:
                _ENTRY.pack_into(self._memory, start, 0, 0, 0)


class Table:
    """The shared memory in ``folder``; of this process alone where the file cannot be had.

    ``is_user``: this process will change it all the time.

    Ticks are tenths of a second of the machine's monotonic clock, which no change of the time of
    day moves.
    """

    def __init__(self, folder: str | os.PathLike, *, is_user: bool = False):
        self._handle = self._presence = None
        self._is_alone = False
        try:
            self._handle = _open(Path(folder) / NAME)
            if is_user:
                self._presence = os.open(Path(folder) / "memory.users", _USERS, 0o600)
                fcntl.flock(self._presence, fcntl.LOCK_SH | fcntl.LOCK_NB)
            self._memory = mmap.mmap(self._handle, SIZE)
        except OSError:
            self._memory = mmap.mmap(-1, SIZE)
        start = SECONDS * _SECOND.size
        self.visitors = Shelf(self._memory, start, VISITORS)
        start += VISITORS * _BUCKET.size
        self.networks = Shelf(self._memory, start, NETWORKS)
        start += NETWORKS * _BUCKET.size
        self.pages = Shelf(self._memory, start, PAGES)

    def take_turn(self) -> bool:
        """Keep other processes from changing the table; threads must take turns themselves.

        Returns whether `end_turn` is to be called. A process that found itself alone asks nobody.
        """
        return not self._is_alone and self._handle is not None and self._take()

    def end_turn(self) -> None:
        """Let others change the table."""
        fcntl.flock(self._handle, fcntl.LOCK_UN)

    @contextmanager
    def turn(self):
        """A turn around a block of statements."""
        held = self.take_turn()
        try:
            yield
        finally:
            if held:
                self.end_turn()

    def look_for_others(self) -> None:
        """Find out whether another process uses the table; to be called now and then.

        Until the next look, one that comes meanwhile may be overlooked, and a few of its readers
        with it where the limits of a day are concerned; never a view.
        """
        if self._presence is not None:
            try:
                fcntl.flock(self._presence, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._is_alone = True
            except BlockingIOError:
                self._is_alone = False
            with suppress(BlockingIOError):
                fcntl.flock(self._presence, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def _take(self) -> bool:
        ends = None
        while True:
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                now = time.monotonic()
                ends = ends or now + _PATIENCE
                if now > ends:
                    return False
                time.sleep(0.0001)

    def seen(self, tick: int, before: int | None, window: int) -> bool:
        """Note that somebody last seen at ``before`` (None: never) is here at ``tick``.

        Returns whether they are new among those of the last ``window`` seconds.
        """
        second = tick // 10
        is_new = before is None or not 0 <= second - before // 10 < window
        if not is_new:
            if second == before // 10:
                return False
            self.unseen(before)
        place = second % SECONDS * _SECOND.size
        kept, count = _SECOND.unpack_from(self._memory, place)
        _SECOND.pack_into(self._memory, place, second, count + 1 if kept == second else 1)
        return is_new

    def unseen(self, tick: int) -> None:
        """Take back that somebody was here at ``tick``."""
        place = tick // 10 % SECONDS * _SECOND.size
        kept, count = _SECOND.unpack_from(self._memory, place)
        if kept == tick // 10 and count:
            _SECOND.pack_into(self._memory, place, kept, count - 1)

    def online(self, tick: int, window: int) -> int:
        """Return how many were seen in the ``window`` seconds up to ``tick``."""
        face = struct.unpack_from(f"<{SECONDS * 2}I", self._memory, 0)
        last = tick // 10
        first = last - window
        pairs = zip(face[::2], face[1::2], strict=True)
        return sum(count for second, count in pairs if first < second <= last)

    def forget(self, before: int) -> None:
        """Forget everybody last seen earlier than the tick ``before``."""
        for shelf in (self.visitors, self.networks, self.pages):
            with self.turn():
                shelf.forget(before)

    def close(self) -> None:
        """Let go of the memory."""
        self._memory.close()
        for handle in (self._handle, self._presence):
            if handle is not None:
                os.close(handle)
        self._handle = self._presence = None


def present_tick() -> int:
    """Return the tick of this moment."""
    return tick_of(time.monotonic())


def tick_of(seconds: float) -> int:
    """Return the tick of ``seconds`` of the monotonic clock."""
    return int(seconds * 10)


def _open(path: Path) -> int:
    """Return a handle of the file, made with all its blocks: a mapped hole on a full disk kills."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        own = path.with_name(f"new-{secrets.token_hex(8)}")
        handle = os.open(own, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.posix_fallocate(handle, 0, SIZE)
            if os.pwrite(handle, bytes(SIZE), 0) != SIZE:
                raise OSError("There is no room for the table.")
            with suppress(FileExistsError):
                os.link(own, path)
        finally:
            os.close(handle)
            own.unlink(missing_ok=True)
    handle = os.open(path, os.O_RDWR)
    if os.fstat(handle).st_size != SIZE:
        os.close(handle)
        raise OSError("The table has another size.")
    return handle
