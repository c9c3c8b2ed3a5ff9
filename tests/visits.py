"""What the tests of visits share: a clock, somebody who opens pages, what is written of it."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone

from portal.visits import segments, table
from portal.visits.beacon import Beacon
from portal.visits.configuration import BeaconSettings

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"


class Clock:
    """The time of day, which may jump, and the ticks of a machine, which do not."""

    def __init__(self, text: str = "2026-11-24 10:00:00"):
        self.ticks_now = 500_000.0
        self.set(text)

    def set(self, text: str) -> None:
        """Set the clock on the wall to ``text``, local time; no time passes."""
        self.now = datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()

    def go_on(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self.now += seconds
        self.ticks_now += seconds

    def rule(self, monkeypatch) -> None:
        """Make it the clock of Django too."""
        monkeypatch.setattr(timezone, "now", lambda: datetime.fromtimestamp(self.now, UTC))
        monkeypatch.setattr(table, "present_tick", lambda: table.tick_of(self.ticks_now))


class Edge:
    """An edge process of a node, in this process, and the browsers that ask it."""

    def __init__(self, folder, clock: Clock | None = None, **settings):
        self.clock = clock or Clock()
        self.folder = folder
        settings = {"hosts": ("portal.example.org",), **settings}
        self.beacon = Beacon(
            BeaconSettings(folder=str(folder), **settings),
            clock=lambda: self.clock.now,
            ticks=lambda: self.clock.ticks_now,
        )
        self._tabs = 0

    def ask(self, method: str, path: str, body: bytes = b"", **environ):
        """Return (status, headers, body) of a request."""
        seen = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "HTTP_HOST": "portal.example.org",
            "HTTP_USER_AGENT": FIREFOX,
            "HTTP_SEC_FETCH_SITE": "same-origin",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "portal.client": "203.0.113.7",
            **environ,
        }
        environ = {name: value for name, value in environ.items() if value is not None}
        answer = self.beacon(environ, lambda status, headers: seen.append((status, headers)))
        return int(seen[0][0][:3]), dict(seen[0][1]), b"".join(answer)

    def open(self, path: str = "/", tab: str | None = None, said: dict | None = None, **environ):
        """Open a page, in a new tab unless ``tab`` names one; return the answer to its script."""
        if tab is None:
            self._tabs += 1
            tab = f"tab-{self._tabs}"
        body = json.dumps({"p": path, "n": tab, **(said or {})}).encode()
        status, _headers, answer = self.ask("POST", "/_v", body, **environ)
        return json.loads(answer) if status == 200 else status

    def numbers(self) -> dict:
        """Return the public numbers, as fresh as they can be."""
        self.beacon._refreshed = None
        return json.loads(self.ask("GET", "/_v")[2])


@contextmanager
def edge(folder, clock: Clock | None = None, **settings) -> Iterator[Edge]:
    """An edge process that ends in order."""
    made = Edge(folder, clock, **settings)
    try:
        yield made
    finally:
        made.beacon.close()


def uncounted(made: Edge) -> Counter:
    """What the edge has written down as not counted, by kind, once it has ended."""
    made.beacon.close()
    found = Counter()
    for name in segments.names(made.folder):
        for line in segments.parse((Path(made.folder) / name).read_bytes()):
            if isinstance(line, segments.Tally):
                found[line.kind] += line.number
    return found


def counted(made: Edge) -> int:
    """The views in the files of the edge."""
    files = [Path(made.folder) / name for name in segments.names(made.folder)]
    return sum(segments.views_in(path.read_bytes()) for path in files)
