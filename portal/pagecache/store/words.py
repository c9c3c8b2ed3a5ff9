"""A few numbers that all processes of a node share, read on every hit: an mmap'ed file."""

import mmap
import os
import secrets
import time
from pathlib import Path

_COUNT = 8
_SIZE = _COUNT * 8


class Words:
    """The shared words of the folder ``folder``; made with zeros where they are missing.

    ``epoch`` changes with every purge; ``generation`` names the file of the store; ``followed_at``
    and ``scheduled_at`` are instants (whole seconds since 1970) of the last look at the journal
    and of the last run of the schedule; ``trouble`` is 1 while nothing can be stored.
    """

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "words"
        self._open()

    def _open(self) -> None:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_size < _SIZE:
                # Written, not left as a hole: a full disk must not make a later change fail.
                os.pwrite(descriptor, bytes(_SIZE), 0)
            self.inode = os.fstat(descriptor).st_ino
            self._map = mmap.mmap(descriptor, _SIZE)
        finally:
            os.close(descriptor)
        self.cells = memoryview(self._map).cast("Q")

    def reopen_if_replaced(self) -> bool:
        """Open the file anew when somebody removed or replaced it; say whether that was so."""
        try:
            is_same = os.stat(self.path).st_ino == self.inode
        except FileNotFoundError:
            is_same = False
        if not is_same:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._open()
        return not is_same

    @property
    def epoch(self) -> int:
        return self.cells[0]

    def bump(self) -> None:
        """Let every process of the node forget what it keeps in memory."""
        # Random, because two processes that count up at once could write the same number.
        self.cells[0] = secrets.randbits(63) | 1

    @property
    def generation(self) -> int:
        return self.cells[1]

    @generation.setter
    def generation(self, value: int) -> None:
        self.cells[1] = value

    @property
    def followed_at(self) -> int:
        return self.cells[2]

    @property
    def announced(self) -> int:
        """The mark of the last purge of the store that was followed by `bump`."""
        return self.cells[5]

    def announce(self, mark: int) -> None:
        """Let every process know of the purge that left ``mark`` in the store."""
        self.bump()
        # Last: who is killed in between has somebody else announce it again.
        self.cells[5] = mark

    def followed(self) -> None:
        self.cells[2] = int(time.time())

    @property
    def scheduled_at(self) -> int:
        return self.cells[3]

    def scheduled(self) -> None:
        self.cells[3] = int(time.time())

    @property
    def trouble(self) -> bool:
        return bool(self.cells[4])

    @trouble.setter
    def trouble(self, value: bool) -> None:
        self.cells[4] = int(value)
