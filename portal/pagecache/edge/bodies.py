"""Bodies as they are handed over to clients, some of whom are slow to take them."""

import os
from collections.abc import Callable, Iterable
from functools import partial
from io import UnsupportedOperation
from itertools import chain
from typing import IO

# As much is handed over at once, so that no thread waits for the client to take it.
IN_MEMORY = 2**20
CHUNK = 64 * 2**10


class Chunks:
    """A body in parts: the thread that hands them over waits for the client to take each.

    ``when_closed`` is called once, when the body has been taken or the client has gone.
    """

    def __init__(self, first: list[bytes], file: IO[bytes]):
        self.when_closed: Callable[[], None] | None = None
        self._file = file
        self._parts = chain(first, iter(partial(file.read, CHUNK), b""))

    def __iter__(self) -> "Chunks":
        return self

    def __next__(self) -> bytes:
        return next(self._parts)

    def close(self) -> None:
        self._file.close()
        then, self.when_closed = self.when_closed, None
        if then is not None:
            then()

    # A server that fails before it takes the first part may forget to close it.
    __del__ = close


def chunks_of(file: IO[bytes]) -> Iterable[bytes]:
    """Return what is left of ``file`` for WSGI: a list where that is little, else `Chunks`."""
    beginning = file.read(IN_MEMORY + 1)
    if len(beginning) <= IN_MEMORY:
        file.close()
        return [beginning]
    try:
        # There may be many slow clients: what they have not taken is not held in memory.
        file.seek(-len(beginning), os.SEEK_CUR)
    except UnsupportedOperation:
        # The range of a file, as whitenoise reads it.
        return Chunks([beginning], file)
    return Chunks([], file)
