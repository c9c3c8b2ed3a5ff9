"""The numbers of visits, for pages and reports. Each function asks the same few queries whatever
the number of pages, visits or days; `now` alone also looks at what is not folded yet.

Spans of days end today and are as long as ``days`` says, today included.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from wagtail.models import Page

from portal.models import Identity
from portal.visits import table
from portal.visits.calendar import Calendar
from portal.visits.configuration import settings_for_beacon
from portal.visits.fold import carried_total, source_identities
from portal.visits.live import Live
from portal.visits.models import (
    Day,
    HourViews,
    Node,
    PageViews,
    ReferrerViews,
    SectionViews,
    Uncounted,
    Visitor,
)

OTHER_HOSTS = ReferrerViews.OTHER


@dataclass(frozen=True)
class Figures:
    """The public numbers: tabs of the last five minutes, views of today, of the week since Monday,
    and of all time with those carried over from the old site; and when they were true."""

    online: int
    today: int
    week: int
    total: int
    at: datetime


@dataclass(frozen=True)
class Carried:
    """The total of the old site, and the day on which it was read (None: not known)."""

    views: int
    day: date | None


@dataclass(frozen=True)
class DayFigures:
    """Views, and visitors (tabs), of a day."""

    day: date
    views: int
    visitors: int


@dataclass(frozen=True)
class MonthFigures:
    """Views of the month whose first day is ``month``."""

    month: date
    views: int


@dataclass(frozen=True)
class PageFigures:
    """Views of a page or a section; ``page`` is None when it has been deleted since."""

    key: int
    page: Page | None
    language: str
    views: int


@dataclass(frozen=True)
class NamedFigures:
    """Views under a name: a language code, or a host (`OTHER_HOSTS`: all those not listed)."""

    name: str
    views: int


@dataclass(frozen=True)
class OnePage:
    """Views of one page: today, in the last 7 and 30 days, and for as long as details are kept."""

    today: int
    week: int
    month: int
    kept: int


_live_lock = Lock()
_live: dict[str, Live] = {}


def now() -> Figures:
    """Return the public numbers of this moment.

    They are those of this node's edge where it has one, else those of the last fold of any node.
    """
    configured = settings_for_beacon()
    at = timezone.now()
    day = Calendar(configured.zone).day(at.timestamp())
    with _live_lock:
        live = _live.get(configured.folder)
        if live is None:
            _live.clear()
            live = _live[configured.folder] = Live(configured.folder)
        live.refresh()
        numbers, snapshot = live.numbers(day), live.snapshot
    if numbers is None:
        return _folded(at)
    memory = table.Table(configured.folder)
    online = memory.online(table.present_tick(), configured.online_seconds)
    memory.close()
    return Figures(online + snapshot.online_elsewhere, *numbers, at)


def _folded(at: datetime) -> Figures:
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    sums = Day.objects.aggregate(
        today=Sum("views", filter=Q(day=today)),
        week=Sum("views", filter=Q(day__range=(monday, monday + timedelta(days=6)))),
        total=Sum("views"),
    )
    fresh = Node.objects.filter(seen_at__gt=timezone.now() - timedelta(minutes=2))
    online = fresh.aggregate(sum=Sum("online"))["sum"] or 0
    return Figures(
        online,
        sums["today"] or 0,
        sums["week"] or 0,
        (sums["total"] or 0) + carried_total(),
        at,
    )


def carried() -> Carried:
    """Return what was carried over from the old site."""
    found: Identity | None = source_identities().order_by("-carried_visits").first()
    return Carried(found.carried_visits, found.carried_visits_date) if found else Carried(0, None)


def days(days: int = 30) -> list[DayFigures]:
    """Return the views and visitors of each day, oldest first, those without any included."""
    first, last = _span(days)
    rows = Day.objects.filter(day__range=(first, last))
    views = {day: (count, people) for day, count, people in rows.values_list(*_DAY)}
    running = Visitor.objects.filter(day__range=(first, last)).order_by().values("day")
    present = dict(running.annotate(count=Count("pk")).values_list("day", "count"))
    return [
        DayFigures(day, views.get(day, (0, 0))[0], views.get(day, (0, 0))[1] + present.get(day, 0))
        for day in (first + timedelta(days=n) for n in range(days))
    ]


_DAY = ("day", "views", "visitors")


def months(months: int = 12) -> list[MonthFigures]:
    """Return the views of each month up to the present one, oldest first."""
    today = timezone.localdate()
    present = today.year * 12 + today.month - 1
    firsts = [date(m // 12, m % 12 + 1, 1) for m in range(present - months + 1, present + 1)]
    rows = Day.objects.filter(day__range=(firsts[0], today)).order_by()
    sums = rows.annotate(month=TruncMonth("day")).values("month").annotate(sum=Sum("views"))
    found = dict(sums.values_list("month", "sum"))
    return [MonthFigures(first, found.get(first, 0)) for first in firsts]


def hours(days: int = 30) -> list[int]:
    """Return the views within each of the 24 hours of the day."""
    rows = HourViews.objects.filter(day__range=_span(days)).order_by()
    found = dict(rows.values("hour").annotate(sum=Sum("views")).values_list("hour", "sum"))
    return [found.get(hour, 0) for hour in range(24)]


def pages(days: int = 30, limit: int = 20) -> list[PageFigures]:
    """Return the pages read most, most first, in all languages."""
    rows = PageViews.objects.filter(day__range=_span(days), page__isnull=False).order_by()
    sums = rows.values("page_id", "language").annotate(sum=Sum("views"))
    top = list(sums.order_by("-sum", "page_id")[:limit].values_list("page_id", "language", "sum"))
    return _with_pages(top)


def sections(days: int = 30) -> list[PageFigures]:
    """Return the sections (pages directly below the home pages, and these) most read first."""
    rows = SectionViews.objects.filter(day__range=_span(days)).order_by()
    sums = rows.values("section_id").annotate(sum=Sum("views")).order_by("-sum", "section_id")
    found = _with_pages([(key, "", views) for key, views in sums.values_list("section_id", "sum")])
    return [
        PageFigures(f.key, f.page, f.page.locale.language_code if f.page else "", f.views)
        for f in found
    ]


def languages(days: int = 30) -> list[NamedFigures]:
    """Return the views of each language, most read first."""
    return _named(PageViews, "language", days)


def referrers(days: int = 30, limit: int = 20) -> list[NamedFigures]:
    """Return the hosts whose links led here, most first; views without any are not among them."""
    return _named(ReferrerViews, "host", days)[:limit]


def uncounted(days: int = 30) -> dict[str, int]:
    """Return how much was not counted, by `Uncounted.Kind`, those without any included."""
    rows = Uncounted.objects.filter(day__range=_span(days)).order_by()
    found = dict(rows.values("kind").annotate(sum=Sum("number")).values_list("kind", "sum"))
    return {kind: found.get(kind, 0) for kind in Uncounted.Kind.values}


def bot_share(days: int = 30) -> float:
    """Return the share (0 to 1) of programs among the views and programs of the days."""
    views = Day.objects.filter(day__range=_span(days)).aggregate(sum=Sum("views"))["sum"] or 0
    kinds = uncounted(days)
    programs = kinds[Uncounted.Kind.BOT] + kinds[Uncounted.Kind.NAMELESS]
    return programs / (views + programs) if programs else 0.0


def page(key: int) -> OnePage:
    """Return the views of the page with primary key ``key``."""
    today = timezone.localdate()

    def since(count: int) -> Q:
        return Q(day__gt=today - timedelta(days=count), day__lte=today)

    sums = PageViews.objects.filter(page_id=key).aggregate(
        today=Sum("views", filter=since(1)),
        week=Sum("views", filter=since(7)),
        month=Sum("views", filter=since(30)),
        kept=Sum("views"),
    )
    return OnePage(**{name: views or 0 for name, views in sums.items()})


def page_days(key: int, days: int = 30) -> list[tuple[date, int]]:
    """Return the views of the page with primary key ``key`` on each day, oldest first."""
    first, last = _span(days)
    rows = PageViews.objects.filter(page_id=key, day__range=(first, last)).order_by()
    found = dict(rows.values("day").annotate(sum=Sum("views")).values_list("day", "sum"))
    return [(day, found.get(day, 0)) for day in (first + timedelta(days=n) for n in range(days))]


def kept_days() -> int:
    """Return for how many days details (all but the totals of days) are kept."""
    return settings.PORTAL_VISITS_KEEP_DAYS


def _span(days: int) -> tuple[date, date]:
    today = timezone.localdate()
    return today - timedelta(days=days - 1), today


def _with_pages(rows: list[tuple[int, str, int]]) -> list[PageFigures]:
    keys = {key for key, _language, _views in rows}
    found = {page.pk: page for page in Page.objects.filter(pk__in=keys).select_related("locale")}
    return [PageFigures(key, found.get(key), language, views) for key, language, views in rows]


def _named(model: type, name: str, days: int) -> list[NamedFigures]:
    rows = model.objects.filter(day__range=_span(days)).order_by()
    sums = rows.values(name).annotate(sum=Sum("views")).order_by("-sum", name)
    return [NamedFigures(text, views) for text, views in sums.values_list(name, "sum")]
