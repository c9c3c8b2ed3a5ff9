"""Work that comes round again and again: threads of the supervisor or of the server."""

import logging
import time
from collections.abc import Callable
from threading import Event, Thread

from django.db import close_old_connections, connections

logger = logging.getLogger(__name__)


class Rounds(Thread):
    """Does ``work`` every ``seconds``, the first time at once, until ``ended`` is set.

    A database that is silent keeps it waiting, and nobody else. What goes wrong once is logged as
    ``trouble``, with the traceback, and tried again.
    """

    def __init__(self, work: Callable[[], object], seconds: float, trouble: str):
        super().__init__(name=f"rounds of {work.__qualname__}", daemon=True)
        self.ended = Event()
        self._work = work
        self._seconds = seconds
        self._trouble = trouble

    def run(self) -> None:
        """Work until told to end, and give the database's connection back."""
        while not self.ended.is_set():
            began = time.monotonic()
            try:
                close_old_connections()
                self._work()
            except Exception:
                # The database may be away for a while. Whatever it is, a thread that ended with it
                # would publish nothing, end nothing and count nothing until somebody sees it.
                logger.exception(self._trouble)
            self.ended.wait(max(0, began + self._seconds - time.monotonic()))
        connections.close_all()
