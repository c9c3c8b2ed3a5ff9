"""Readers who keep their connections, as browsers do, while the portal is restarted."""

import http.client
import itertools
import random
import select
import threading
from socket import MSG_PEEK

from tests.serving import Answer, Portal

# Some ask all the time; some are mostly idle when the process that serves them ends.
PAUSES = (0.01, 0.05, 0.3, 0.9, 1.1, 2.0)


class Reader(threading.Thread):
    """Asks for pages again and again on one connection, until it is closed, and then on another.

    RFC 9112, 9.3.1: a client whose connection is closed before it has seen the beginning of an
    answer asks once more on a new one (``repeated``), unless that connection was new. Who sees
    before asking that it was closed while idle (``closed_idle``) has lost nothing. ``failures``
    are all others, and answers that are not what ``bodies`` has for the address.
    """

    def __init__(self, portal: Portal, bodies: dict[str, bytes], pause: float):
        super().__init__(daemon=True)
        self.portal = portal
        self.bodies = bodies
        self.pause = pause
        self.answered = self.repeated = self.closed_idle = self.told = 0
        self.failures: list[tuple[str, Answer]] = []
        self.ended = threading.Event()
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        random_pause = random.Random(self.pause)
        paths = itertools.cycle(self.bodies)
        while not self.ended.wait(self.pause * random_pause.uniform(0.5, 1.5)):
            self._read(next(paths))
        self._leave()

    def _read(self, path: str) -> None:
        if self._connection is not None and select.select([self._connection.sock], [], [], 0)[0]:
            # There is nothing that could have come but the end.
            self.closed_idle += 1
            self._leave()
        is_kept = self._connection is not None
        answer = self._ask(path)
        if is_kept and answer is None:
            self.repeated += 1
            answer = self._ask(path)
        if answer is None or (answer.status, answer.body) != (200, self.bodies[path]):
            self.failures.append((path, answer or Answer(0)))
        else:
            self.answered += 1

    def _ask(self, path: str) -> Answer | None:
        """Return the answer, with status 0 where it was torn; None where it did not begin."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.portal.port, timeout=40)
        has_begun = False
        try:
            self._connection.request("GET", path)
            has_begun = bool(self._connection.sock.recv(1, MSG_PEEK))
            response = self._connection.getresponse()
            answer = Answer(response.status, response.read())
            if response.will_close:
                self.told += 1
                self._leave()
        except (OSError, http.client.HTTPException) as error:
            self._leave()
            return Answer(0, error=repr(error)) if has_begun else None
        return answer

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Readers:
    """Readers of every pace, two of each, until stopped."""

    def __init__(self, portal: Portal, bodies: dict[str, bytes]):
        self.each = [Reader(portal, bodies, pause) for pause in PAUSES for _ in range(2)]

    def __enter__(self) -> "Readers":
        for reader in self.each:
            reader.start()
        return self

    def __exit__(self, *_error) -> None:
        for reader in self.each:
            reader.ended.set()
        for reader in self.each:
            reader.join(60)

    def total(self, name: str) -> int:
        return sum(getattr(reader, name) for reader in self.each)

    @property
    def failures(self) -> list[tuple[str, Answer]]:
        return [failure for reader in self.each for failure in reader.failures]
