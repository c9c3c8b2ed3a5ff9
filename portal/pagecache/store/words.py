"""A few numbers that all processes of a node share, read on every hit: an mmap'ed file."""

import mmap
import os
import secrets
from pathlib import Path

_COUNT = 8
_SIZE = _COUNT * 8


def _word(number: int) -> property:
    def read(words: "Words") -> int:
        return words.cells[number]

    def write(words: "Words", value: float) -> None:
        words.cells[number] = int(value)

    return property(read, write)


class Words:
    """The shared words of the folder ``folder``; made with zeros where they are missing.

    ``epoch`` changes with every purge; ``generation`` names the file of the store; ``followed_at``
    and ``scheduled_at`` are instants (whole seconds since 1970) of the last look at the journal
    and of the last run of the schedule; ``trouble`` is 1 while nothing can be stored;
    ``announced`` is the mark of the last purge of the store that was followed by `bump`.
    """

    epoch = _word(0)
    generation = _word(1)
    followed_at = _word(2)
    scheduled_at = _word(3)
    trouble = _word(4)
    announced = _word(5)

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

    def bump(self) -> None:
        """Let every process of the node forget what it keeps in memory."""
        # Random, because two processes that count up at once could write the same number.
        self.epoch = secrets.randbits(63) | 1
