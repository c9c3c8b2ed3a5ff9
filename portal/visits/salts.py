"""The salt of a day: 32 random bytes in a file that the processes of one node share.

It is destroyed when the day has been folded; from then on nothing that was made with it can be
made again. Every node has salts of its own.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

LENGTH = 32
_PREFIX = "salt-"


class Salts:
    """The salts in ``folder``, of which a process keeps two in memory at most."""

    def __init__(self, folder: str | os.PathLike):
        self._folder = Path(folder)
        self._kept: dict[str, bytes] = {}

    def of(self, day: str) -> bytes:
        """Return the salt of ``day``, made when there is none.

        When it cannot be kept in a file, for want of space, this process has a salt of its own:
        a reader may then be two visitors, and is still counted.
        """
        found = self._kept.get(day)
        if found is None:
            try:
                found = self._read(day) or self._make(day)
            except OSError:
                found = secrets.token_bytes(LENGTH)
            while len(self._kept) > 1:
                self._kept.pop(min(self._kept), None)
            self._kept[day] = found
        return found

    def existing(self, day: str) -> bytes | None:
        """Return the salt of ``day``, or None when there is none."""
        found = self._kept.get(day)
        if found is None:
            with suppress(OSError):
                found = self._read(day)
        return found

    def forget(self, *, but: tuple[str, ...]) -> None:
        """Drop from this process's memory the salts of all days other than ``but``."""
        for day in set(self._kept) - set(but):
            self._kept.pop(day, None)

    def _read(self, day: str) -> bytes | None:
        try:
            found = (self._folder / f"{_PREFIX}{day}").read_bytes()
        except FileNotFoundError:
            return None
        return found if len(found) == LENGTH else None

    def _make(self, day: str) -> bytes:
        path = self._folder / f"{_PREFIX}{day}"
        own = self._folder / f"new-{secrets.token_hex(8)}"
        handle = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            salt = secrets.token_bytes(LENGTH)
            if os.write(handle, salt) != LENGTH:
                raise OSError("The salt could not be written.")
            # A file appears under its name only when it is whole, and only for the first one.
            with suppress(FileExistsError):
                os.link(own, path)
        finally:
            os.close(handle)
            own.unlink(missing_ok=True)
        found = self._read(day)
        if found is None:
            raise OSError("The salt could not be read.")
        return found


def days(folder: str | os.PathLike) -> list[str]:
    """Return the days that have a salt in ``folder``, in order."""
    found = Path(folder).glob(f"{_PREFIX}*")
    return sorted(path.name.removeprefix(_PREFIX) for path in found)


def destroy(folder: str | os.PathLike, day: str) -> None:
    """Remove the salt of ``day`` for ever."""
    (Path(folder) / f"{_PREFIX}{day}").unlink(missing_ok=True)
