"""Whose turn it is: one process of a node folds, and one node at a time adds to the numbers."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from portal.visits.models import Ledger


class BusyError(Exception):
    """Another process of this node is folding."""


def folder() -> Path:
    """Return the folder of this node's lines, made when it is missing."""
    found = Path(settings.PORTAL_VISITS_FOLDER)
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def node_of(place: Path) -> str:
    """Return the name of the node whose lines lie in ``place``: random, made once."""
    path = place / "node"
    while True:
        with suppress(FileNotFoundError):
            found = path.read_text(encoding="ascii")
            if found:
                return found
        own = place / f"new-{secrets.token_hex(8)}"
        own.write_text(secrets.token_hex(16), encoding="ascii")
        with suppress(FileExistsError):
            os.link(own, path)
        own.unlink()


@contextmanager
def node_turn(place: Path) -> Iterator[None]:
    """Be the only process of the node that works on the lines in ``place``.

    Raises BusyError when another one is. A killed process lets go of its turn.
    """
    with open(place / "fold.lock", "w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError from error
        yield


@contextmanager
def ledger_turn() -> Iterator[Ledger]:
    """Open the transaction in which numbers are added to, while all other nodes wait.

    It is the outermost one: at its end the numbers are on disk, and what they were made of may go.
    """
    with _synchronous():
        Ledger.objects.get_or_create(pk=1)
        with transaction.atomic(durable=True):
            yield Ledger.objects.select_for_update().get(pk=1)


@contextmanager
def _synchronous() -> Iterator[None]:
    """Have SQLite bring each commit to the disk; elsewhere in the portal it may do so later."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA synchronous").fetchone()[0]
        cursor.execute("PRAGMA synchronous=FULL")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA synchronous={int(before)}")
