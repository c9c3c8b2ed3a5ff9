"""Folds what has been counted, again and again: a thread of the supervisor or of the server."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from django.db import connections

from portal.visits import fold

logger = logging.getLogger(__name__)

SECONDS = 30.0


class Rounds(Thread):
    """Folds every ``seconds``, the first time at once, until ``ended`` is set.

    Any number of processes may do so; one at a time has its turn. What goes wrong once, such as a
    database that is away, is logged and tried again.
    """

    def __init__(self, seconds: float = SECONDS, work: Callable[[], object] = fold.run):
        super().__init__(name="fold", daemon=True)
        self.ended = Event()
        self._seconds = seconds
        self._work = work

    def run(self) -> None:
        """Work until told to end, and give the database's connection back."""
        while not self.ended.is_set():
            try:
                self._work()
            except Exception:
                # Without this thread files would grow and numbers stand still.
                logger.exception("Visits could not be folded; they wait in their files")
            self.ended.wait(self._seconds)
        connections.close_all()
