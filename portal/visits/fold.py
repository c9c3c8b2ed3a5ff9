"""Lines become numbers: each line of this node once, whatever is killed and whenever.

A fold reads on where the segment's row in the database says that the last one ended, and moves
that mark in the same transaction in which it adds to the numbers. Killed before the commit nothing
has happened; killed after it the lines are behind the mark. A segment is removed when its writer
is gone and all of it lies behind the mark.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error, IntegrityError, close_old_connections, connection
from django.db.models import F, Max, QuerySet, Sum
from django.utils import timezone

from portal.models import Identity
from portal.rounds import Rounds
from portal.visits import segments, table
from portal.visits.adding import Sums, add_sums
from portal.visits.configuration import settings_for_beacon
from portal.visits.ledger import BusyError, folder, ledger_turn, node_of, node_turn
from portal.visits.live import Snapshot
from portal.visits.models import Day, Ledger, Node, Segment
from portal.visits.paths import places
from portal.visits.retention import close_days, forget

logger = logging.getLogger(__name__)

SECONDS = 30
# What one transaction takes at most: some 50 000 lines, a few tens of megabytes of memory.
BATCH_BYTES = 4 * 1024 * 1024
# The numbers of another node older than this say nothing of who is online.
NODE_SECONDS = 120
# Remains of a process that was killed while it made a file.
STALE_SECONDS = 3600


@dataclass
class Outcome:
    """What a run did: views added; whether another process had its turn; whether it must wait."""

    views: int = 0
    busy: bool = False
    failed: bool = False


@dataclass
class Part:
    """The whole lines of a segment from ``start`` on; ``is_new`` when it has no row yet."""

    name: str
    start: int
    is_new: bool
    data: bytes = field(repr=False)

    @property
    def views(self) -> int:
        return segments.views_in(self.data)


class TakenError(Exception):
    """Somebody else has moved the mark of a segment; nothing of this batch was added."""


def run() -> Outcome:
    """Fold what there is, and once a day forget what is too old.

    Made to be called every half minute by any number of processes and nodes: it returns at once
    when another process of the node is at it, and leaves the lines where they are when the
    database or the disk cannot take them. Raises nothing for any of these.
    """
    try:
        _close_old_connections()
        views = fold()
        _forget_once_a_day()
    except BusyError:
        return Outcome(busy=True)
    except (Error, OSError, TakenError) as error:
        logger.warning("Visits could not be folded; they wait in their files: %s", error)
        _close_old_connections()
        return Outcome(failed=True)
    return Outcome(views=views)


def rounds() -> Rounds:
    """Return the thread that folds again and again; any number of processes may have one."""
    return Rounds(run, SECONDS, "Visits could not be folded; they wait in their files")


def _close_old_connections() -> None:
    # Within somebody's transaction they would be closed in the midst of it.
    if not connection.in_atomic_block:
        close_old_connections()


def fold() -> int:
    """Add what this node has counted to the numbers; return how many views that was.

    Raises BusyError when another process of the node is folding, django.db.Error when the database
    is away, OSError when the folder cannot be used. Nothing is lost by any of them.
    """
    place = folder()
    with node_turn(place):
        node = node_of(place)
        total = 0
        while parts := _next_batch(place, node):
            total += _add(node, parts)
            if sum(len(part.data) for part in parts) < BATCH_BYTES // 2:
                break
        if close_days(place, node, timezone.now().timestamp()):
            _forget_past_days(place)
        snapshot = _snapshot(place, node)
        snapshot.write(place)
        _remove_folded(place, node)
        _sweep(place)
    return total


def _next_batch(place: Path, node: str) -> list[Part]:
    names = segments.names(place)
    rows = Segment.objects.filter(node=node, name__in=names)
    offsets = dict(rows.values_list("name", "offset"))
    parts, room = [], BATCH_BYTES
    for name in names:
        start = offsets.get(name, 0)
        with open(place / name, "rb") as file:
            file.seek(start)
            data = segments.whole_lines(file.read(room))
        if data:
            parts.append(Part(name, start, name not in offsets, data))
            room -= len(data)
        if room < segments.LINE_BYTES:
            break
    return parts


def _add(node: str, parts: list[Part]) -> int:
    """Add a batch in one transaction; raises TakenError when a mark is not where it was."""
    sums = Sums()
    for part in parts:
        sums.take(date.fromisoformat(segments.day_of(part.name)), segments.parse(part.data))
    where = places({path for _day, path in sums.paths})
    try:
        with ledger_turn():
            for part in parts:
                _move_mark(node, part)
            add_sums(node, sums, where)
    except IntegrityError as error:
        raise TakenError(str(error)) from error
    return sum(part.views for part in parts)


def _move_mark(node: str, part: Part) -> None:
    end = part.start + len(part.data)
    if part.is_new:
        Segment.objects.create(
            node=node,
            name=part.name,
            day=segments.day_of(part.name),
            offset=end,
            views=part.views,
        )
        return
    row = Segment.objects.filter(node=node, name=part.name, offset=part.start)
    if not row.update(offset=end, views=F("views") + part.views):
        raise TakenError(part.name)


def source_identities() -> QuerySet[Identity]:
    """Return the identity of the default site in its source language, as a query."""
    return Identity.objects.filter(site__is_default_site=True, locale=F("site__root_page__locale"))


def carried_total() -> int:
    """Return the total of the old site, with which the public total begins."""
    return source_identities().aggregate(most=Max("carried_visits"))["most"] or 0


def _snapshot(place: Path, node: str) -> Snapshot:
    """Note who is online here, and return what the edge must know."""
    configured = settings_for_beacon()
    now = timezone.now()
    memory = table.Table(place)
    online = memory.online(table.present_tick(), configured.online_seconds)
    memory.close()
    today = timezone.localdate()
    with ledger_turn():
        Node.objects.update_or_create(key=node, defaults={"online": online, "seen_at": now})
        fresh = Node.objects.filter(seen_at__gt=now - timedelta(seconds=NODE_SECONDS))
        elsewhere = fresh.exclude(key=node).aggregate(sum=Sum("online"))["sum"] or 0
        latest = Day.objects.filter(day__gte=today - timedelta(days=14))
        days = {day.isoformat(): views for day, views in latest.values_list("day", "views")}
        total = Day.objects.aggregate(sum=Sum("views"))["sum"] or 0
        rows = Segment.objects.filter(node=node)
        known = rows.filter(day__gte=today - timedelta(days=2)) | rows.filter(
            name__in=segments.names(place)
        )
        taken = {name: (offset, views) for name, offset, views in _marks(known)}
        return Snapshot(
            at=now.timestamp(),
            total=total + carried_total(),
            days=days,
            segments=taken,
            online_elsewhere=elsewhere,
        )


def _marks(rows) -> Iterable[tuple[str, int, int]]:
    return rows.values_list("name", "offset", "views")


def _forget_past_days(place: Path) -> None:
    """Forget the numbers by which readers were known before today; they can't come again."""
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    memory = table.Table(place)
    memory.forget(table.present_tick() - table.tick_of((now - midnight).total_seconds()))
    memory.close()


def _remove_folded(place: Path, node: str) -> None:
    names = segments.names(place)
    rows = Segment.objects.filter(node=node, name__in=names)
    offsets = dict(rows.values_list("name", "offset"))
    for name in names:
        path = place / name
        # In this order: without a writer nothing is added after it was looked at.
        if segments.is_being_written(path):
            continue
        with open(path, "rb") as file:
            file.seek(offsets.get(name, 0))
            if segments.whole_lines(file.read()):
                continue
        path.unlink()


def _sweep(place: Path) -> None:
    old = time.time() - STALE_SECONDS
    for path in place.glob("new-*"):
        if path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
    for path in place.glob("memory-*"):
        if path.name != table.NAME:
            path.unlink(missing_ok=True)


def _forget_once_a_day() -> None:
    today = timezone.localdate()
    if Ledger.objects.filter(forgotten_on=today).exists():
        return
    with ledger_turn() as ledger:
        if ledger.forgotten_on == today:
            return
        ledger.forgotten_on = today
        ledger.save()
        forget(settings.PORTAL_VISITS_KEEP_DAYS, today)
