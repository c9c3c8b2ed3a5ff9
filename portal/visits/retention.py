"""What is destroyed when its time has come, and what can be computed anew."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Count, F, Sum

from portal.visits import salts, segments
from portal.visits.calendar import Calendar
from portal.visits.ledger import ledger_turn
from portal.visits.models import (
    Day,
    HourViews,
    Node,
    PageViews,
    ReferrerViews,
    SectionViews,
    Segment,
    Uncounted,
    Visitor,
)

# How long after midnight a day is closed: until then a process may still be writing its last line.
GRACE_SECONDS = 600
# A node that has not closed its day by then will not do so any more.
LOST_DAYS = 2


def close_days(place: Path, node: str, now: float) -> list[str]:
    """Count the visitors of past days, then destroy what they were known by.

    ``now`` is in seconds since 1970. A day is closed when all lines of this node up to it have
    been folded and none can come any more. Returns the days.
    """
    today = Calendar(settings.TIME_ZONE).day(now - GRACE_SECONDS)
    of_node = Visitor.objects.filter(node=node, day__lt=today).values_list("day", flat=True)
    days = {day.isoformat() for day in of_node.distinct()} | set(salts.days(place))
    open_days = {segments.day_of(name) for name in _unfinished(place, node)}
    first_open = min(open_days, default=today)
    closed = sorted(day for day in days if day < min(today, first_open))
    for day in closed:
        with ledger_turn():
            _count_and_delete(Visitor.objects.filter(node=node, day=day))
        salts.destroy(place, day)
    return closed


def _unfinished(place: Path, node: str) -> list[str]:
    names = segments.names(place)
    rows = Segment.objects.filter(node=node, name__in=names)
    offsets = dict(rows.values_list("name", "offset"))
    found = []
    for name in names:
        is_written = segments.is_being_written(place / name)
        with open(place / name, "rb") as file:
            file.seek(offsets.get(name, 0))
            if is_written or segments.whole_lines(file.read()):
                found.append(name)
    return found


def _count_and_delete(visitors) -> None:
    counts = visitors.order_by().values("day").annotate(count=Count("pk"))
    for day, count in list(counts.values_list("day", "count")):
        Day.objects.filter(day=day).update(visitors=F("visitors") + count)
    visitors.delete()


def forget(keep_days: int, today: date) -> int:
    """Delete details older than ``keep_days``; return the number of rows.

    The totals of days stay. To be called within a turn at the ledger.
    """
    first = today - timedelta(days=keep_days)
    deleted = 0
    for model in (HourViews, PageViews, SectionViews, ReferrerViews, Uncounted, Segment):
        deleted += model.objects.filter(day__lt=first).delete()[0]
    deleted += Node.objects.filter(seen_at__date__lt=first).delete()[0]
    _count_and_delete(Visitor.objects.filter(day__lt=today - timedelta(days=LOST_DAYS)))
    return deleted


@dataclass
class Rebuilt:
    """How many days were computed anew, and how many of their totals had been wrong."""

    days: int = 0
    corrected: int = 0


def rebuild() -> Rebuilt:
    """Compute anew what follows from `PageViews`: the totals and sections of the days it has."""
    done = Rebuilt()
    with ledger_turn():
        sums = PageViews.objects.order_by().values("day").annotate(sum=Sum("views"))
        right = dict(sums.values_list("day", "sum"))
        present = dict(Day.objects.filter(day__in=right).values_list("day", "views"))
        for day, views in right.items():
            done.days += 1
            if present.get(day) != views:
                done.corrected += 1
                Day.objects.update_or_create(day=day, defaults={"views": views})
        SectionViews.objects.filter(day__in=right).delete()
        rows = PageViews.objects.exclude(section=None).order_by()
        by_section = rows.values("day", "section").annotate(sum=Sum("views"))
        sections = Counter(
            {(day, pk): views for day, pk, views in by_section.values_list("day", "section", "sum")}
        )
        SectionViews.objects.bulk_create(
            SectionViews(day=day, section_id=pk, views=views)
            for (day, pk), views in sections.items()
        )
    return done
