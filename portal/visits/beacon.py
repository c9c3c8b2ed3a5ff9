"""Where pages say that they have been opened: a WSGI application without Django.

    POST /_v       by the script of a page (see `signs.from_script`)
    GET  /_v.gif   by a picture, on pages without script
    GET  /_v       the numbers alone

Answers are the public numbers as JSON, ``{"online", "today", "week", "total", "counted"}``, each
null as long as nothing has been folded; or a picture of one pixel. Nothing is asked of a database.
"""

import os
import time
from collections import Counter
from http import HTTPStatus
from threading import Event, Lock, Thread
from zlib import crc32

from portal.visits import people
from portal.visits.calendar import Calendar
from portal.visits.configuration import BeaconSettings
from portal.visits.live import Live
from portal.visits.people import Agents, network, number
from portal.visits.salts import Salts
from portal.visits.segments import Writer, tally_line, view_line
from portal.visits.signs import (
    BODY_BYTES,
    MalformedError,
    OwnHosts,
    Sign,
    from_picture,
    from_script,
    has_cookie,
    host_of,
    is_prefetch,
)
from portal.visits.table import Table, tick_of

# The key under which whoever calls this says from which address the request came.
CLIENT = "portal.client"

PICTURE = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
# How old the view of what other processes and the fold have done may be (seconds).
REFRESH_SECONDS = 1.0
# How often written lines are brought to the disk, and how often idle processes look at the clock.
SYNC_SECONDS, IDLE_SECONDS = 1.0, 30.0
TALLY_SECONDS = 10.0

_COMMON = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
_ANSWER = b'{"online":%d,"today":%d,"week":%d,"total":%d,"counted":%s}'
_UNKNOWN = b'{"online":%d,"today":null,"week":null,"total":null,"counted":%s}'


class Beacon:
    """Counts visits as ``settings`` say; for many threads, and many processes of one node.

    The caller puts the client's address, as text, under `CLIENT` into the environ. ``clock`` is
    the time of day in seconds since 1970; ``ticks`` are seconds that no clock setting changes.
    """

    def __init__(self, settings: BeaconSettings, *, clock=time.time, ticks=time.monotonic):
        self.settings = settings
        self._clock, self._ticks = clock, ticks
        self._calendar = Calendar(settings.zone)
        self._own_hosts = OwnHosts(settings.hosts)
        self._routes = {
            ("POST", settings.address): self._posted,
            ("GET", settings.address): self._asked,
            ("GET", settings.picture): self._pictured,
        }
        self._agents = Agents()
        self._pid = None

    def answers(self, path: str) -> bool:
        """Return whether ``path`` is an address of the beacon."""
        return path in (self.settings.address, self.settings.picture)

    def __call__(self, environ, start_response):
        status, headers, body = self.answer(environ)
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    def answer(self, environ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Return status, headers and body; `CLIENT` and what WSGI says of a request are needed."""
        if self._pid != os.getpid():
            self._begin()
        route = self._routes.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if route is None:
            return self._unknown(environ)
        status, content_type, body = route(environ)
        length = ("Content-Length", str(len(body)))
        return status, [("Content-Type", content_type), length, *_COMMON], body

    def close(self) -> None:
        """Write down what is in memory and stop; for the end of a process and for tests."""
        if self._pid == os.getpid():
            self._stopped.set()
            self._wake.set()
            self._thread.join()
            with self._lock:
                self._write_tallies()
                self._writer.retry()
                self._writer.close()
                self._table.close()
            self._pid = None

    # What is asked

    def _posted(self, environ):
        if not self._own_hosts.sent(environ):
            self._tally(people.REFUSED)
            return 403, "text/plain", b""
        try:
            sign = from_script(_body(environ))
        except MalformedError:
            self._tally(people.REFUSED)
            return 400, "text/plain", b""
        counted = self._take(environ, sign)
        return 200, "application/json", self._answer(counted)

    def _pictured(self, environ):
        if not self._own_hosts.sent(environ):
            self._tally(people.REFUSED)
            return 403, "image/gif", PICTURE
        try:
            self._take(environ, from_picture(environ))
        except MalformedError:
            self._tally(people.REFUSED)
        return 200, "image/gif", PICTURE

    def _asked(self, _environ):
        return 200, "application/json", self._answer(False)

    def _unknown(self, environ):
        path = environ["PATH_INFO"]
        methods = ", ".join(method for method, known in self._routes if known == path)
        allow = [("Allow", methods)] if methods else []
        return 405 if methods else 404, [("Content-Length", "0"), *allow, *_COMMON], b""

    def _answer(self, counted: bool) -> bytes:
        day = self._calendar.day(self._clock())
        shown, shown_on = self._shown, self._shown_on
        if shown is None or shown_on != day or self._is_stale() or self._writer.has_pending:
            with self._lock:
                shown = self._numbers_on(day)
        snapshot = self._live.snapshot
        online = self._online + (snapshot.online_elsewhere if snapshot else 0)
        said = b"true" if counted else b"false"
        if shown is None:
            return _UNKNOWN % (online, said)
        return _ANSWER % (online, *shown, said)

    def _numbers_on(self, day: str) -> list[int] | None:
        """Return today, week and total, kept up to date from one look at the files to the next."""
        if self._is_stale():
            self._refresh()
        if self._writer.has_pending:
            return self._live.numbers(day, self._since + self._writer.waiting)
        if self._shown is None or self._shown_on != day:
            self._shown, self._shown_on = self._live.numbers(day, self._since), day
        return self._shown

    def _is_stale(self) -> bool:
        refreshed = self._refreshed
        return refreshed is None or not 0 <= self._ticks() - refreshed < REFRESH_SECONDS

    # What is counted

    def _take(self, environ, sign: Sign) -> bool:
        """Count ``sign`` or say why not; return whether it was counted."""
        agent = environ.get("HTTP_USER_AGENT", "").strip()[: people.AGENT_LENGTH]
        if has_cookie(environ, self.settings.editor_cookie):
            kind = people.EDITOR
        elif is_prefetch(environ):
            kind = people.PREFETCH
        elif not agent:
            kind = people.NAMELESS
        else:
            kind = self._count(environ, sign, agent)
        if kind is not None and not sign.still:
            self._tally(kind)
        return kind is None and not sign.still

    def _count(self, environ, sign: Sign, agent: str) -> str | None:
        now = self._clock()
        day, hour = self._calendar.day_and_hour(now)
        salt = self._salts.of(day)
        net = network(environ.get(CLIENT, ""))
        here = number(salt, "network", net)
        program = self._agents.known(agent)
        if program is None:
            asked = number(salt, "agents", net)
            if self._is_beyond(here) or self._is_beyond(asked):
                return people.ADDRESS
            program = self._agents.is_program(agent)
            with self._lock, self._table.turn():
                place, count, _tick = self._table.networks.find(asked)
                self._table.networks.put(place, asked, count + 1, tick_of(self._ticks()))
        if program:
            return people.BOT
        visitor = number(salt, "visitor", net, agent, sign.nonce)
        before = self._visitor_before(now, day, net, agent, sign.nonce)
        is_own = not sign.host or sign.host == host_of(environ.get("HTTP_HOST", ""))
        host = "" if is_own or self._own_hosts.named(sign.host) else sign.host
        line = view_line(hour, visitor, sign.path, host)
        with self._lock:
            held = self._table.take_turn()
            try:
                kind = self._admit(here, visitor, sign, before)
            finally:
                if held:
                    self._table.end_turn()
            if kind is None and not sign.still:
                kind = self._write(day, line)
        if not self._wake.is_set():
            self._wake.set()
        return kind

    def _write(self, day: str, line: bytes) -> str | None:
        if not self._writer.add(day, line):
            return people.UNWRITTEN
        if not self._writer.has_pending:
            self._since[day] += 1
            if self._shown is not None and self._shown_on == day:
                # A new one, since other threads read it without taking turns.
                self._shown = [views + 1 for views in self._shown]
            else:
                self._shown = None
        return None

    def _admit(self, here: int, visitor: int, sign: Sign, before: int | None) -> str | None:
        """Return why a view must not be counted, or None after noting that it is."""
        table, tick = self._table, tick_of(self._ticks())
        place, count, seen = table.visitors.find(visitor)
        if sign.still:
            if seen is not None:
                self._note(place, visitor, count, seen, tick, before)
            return None
        network_place, in_network, _tick = table.networks.find(here)
        if in_network >= self.settings.network_limit:
            return people.ADDRESS
        if count >= self.settings.visitor_limit:
            kind = people.VISITOR
        else:
            page = visitor ^ _spread(sign.path)
            page_place, _count, read = table.pages.find(page)
            is_repeat = read is not None and 0 <= tick - read < self.settings.repeat_seconds * 10
            kind = people.REPEAT if is_repeat else None
        self._note(place, visitor, count + (kind is None), seen, tick, before)
        if kind is None:
            table.networks.put(network_place, here, in_network + 1, tick)
            table.pages.put(page_place, page, 1, tick)
        return kind

    def _note(self, place, visitor, count, seen, tick, before) -> None:
        """Write down that a visitor is here, and whether they had not been before."""
        if before is not None:
            self._move(before)
        self._online += self._table.seen(tick, seen, self.settings.online_seconds)
        self._table.visitors.put(place, visitor, count, tick)

    def _visitor_before(self, now, day, net, agent, nonce) -> int | None:
        """Return the number that the visitor had under yesterday's salt, just after midnight."""
        earlier = self._calendar.day(now - self.settings.online_seconds)
        if earlier == day:
            return None
        salt = self._salts.existing(earlier)
        return number(salt, "visitor", net, agent, nonce) if salt else None

    def _move(self, before: int) -> None:
        """Take somebody's number of yesterday off the clock face, lest they be there twice."""
        place, count, seen = self._table.visitors.find(before)
        if seen:
            self._table.unseen(seen)
            self._table.visitors.put(place, before, count, 0)

    def _is_beyond(self, key: int) -> bool:
        return self._table.networks.find(key)[1] >= self.settings.network_limit

    def _tally(self, kind: str) -> None:
        day, hour = self._calendar.day_and_hour(self._clock())
        with self._lock:
            self._tallies[day, hour, kind] += 1
        if not self._wake.is_set():
            self._wake.set()

    # What goes on meanwhile

    def _begin(self) -> None:
        """Start anew in this process; after a fork nothing of the parent's is touched."""
        with _beginning:
            if self._pid == os.getpid():
                return
            folder = self.settings.folder
            self._lock = Lock()
            self._wake, self._stopped = Event(), Event()
            self._salts, self._table = Salts(folder), Table(folder, is_user=True)
            self._writer, self._live = Writer(folder), Live(folder)
            self._since, self._tallies = Counter(), Counter()
            self._online = 0
            self._shown, self._shown_on = None, ""
            self._refreshed = None
            self._tallied = self._ticks()
            self._thread = Thread(target=self._keep_house, name="visits", daemon=True)
            self._thread.start()
            self._pid = os.getpid()

    def _refresh(self) -> None:
        ticks = self._ticks()
        self._live.refresh()
        self._table.look_for_others()
        self._since.clear()
        self._shown = None
        self._online = self._table.online(tick_of(ticks), self.settings.online_seconds)
        self._refreshed = ticks

    def _keep_house(self) -> None:
        while not self._stopped.is_set():
            if self._wake.wait(IDLE_SECONDS):
                self._stopped.wait(SYNC_SECONDS)
            self._wake.clear()
            self._do_chores()

    def _do_chores(self) -> None:
        now = self._clock()
        day = self._calendar.day(now)
        with self._lock:
            if self._writer.has_pending:
                self._writer.retry()
                # What has just been written is to be found in the files.
                self._refreshed = None
            if self._ticks() - self._tallied >= TALLY_SECONDS:
                self._write_tallies()
            self._writer.end_days_before(day)
            self._salts.forget(but=(day, self._calendar.day(now - self.settings.online_seconds)))
            if self._writer.has_pending or self._tallies:
                self._wake.set()
        self._writer.sync()

    def _write_tallies(self) -> None:
        self._tallied = self._ticks()
        for (day, hour, kind), count in list(self._tallies.items()):
            if self._writer.add(day, tally_line(hour, kind, count)):
                del self._tallies[day, hour, kind]


_beginning = Lock()


def _spread(path: str) -> int:
    """Return 64 bits of ``path``, to tell the pages of one visitor apart."""
    return (crc32(path.encode()) + 1) * 0x9E3779B97F4A7C15 & 0xFFFF_FFFF_FFFF_FFFF


def _body(environ) -> bytes:
    """Return the body; raises MalformedError when it is longer than a page of ours would send."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > BODY_BYTES:
        raise MalformedError
    return environ["wsgi.input"].read(int(length))
