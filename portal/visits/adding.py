"""The sums of a batch of lines, and how they are added to the tables."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db.models import Model, Q

from portal.visits import people
from portal.visits.models import (
    Day,
    HourViews,
    PageViews,
    ReferrerViews,
    SectionViews,
    Uncounted,
    Visitor,
)
from portal.visits.paths import Place
from portal.visits.segments import Tally, View

# Rows that one query reads or writes; databases bound the parameters of a query.
_ROWS = 300


@dataclass
class Sums:
    """What a batch of lines adds up to."""

    days: Counter = field(default_factory=Counter)
    hours: Counter = field(default_factory=Counter)
    paths: Counter = field(default_factory=Counter)
    hosts: Counter = field(default_factory=Counter)
    kinds: Counter = field(default_factory=Counter)
    visitors: set[tuple[date, str]] = field(default_factory=set)

    def take(self, day: date, lines: Iterable[View | Tally]) -> None:
        """Add the lines of a segment of ``day``."""
        for line in lines:
            if isinstance(line, Tally):
                if line.kind in people.KINDS:
                    self.kinds[day, line.kind] += line.number
                continue
            self.days[day,] += 1
            self.hours[day, line.hour] += 1
            self.paths[day, line.path] += 1
            if line.host:
                self.hosts[day, line.host] += 1
            if line.visitor:
                self.visitors.add((day, line.visitor))


def add_sums(node: str, sums: Sums, where: dict[str, Place]) -> None:
    """Add ``sums`` to the tables, within the turn at the ledger; ``where`` is of each path."""
    pages, sections, section_of = Counter(), Counter(), {}
    for (day, path), views in sums.paths.items():
        place = where[path]
        pages[day, place.language, place.page] += views
        if place.section is not None:
            section_of[place.page] = place.section
            sections[day, place.section] += views
    _add(Day, ("day",), sums.days)
    _add(HourViews, ("day", "hour"), sums.hours)
    _add(PageViews, ("day", "language", "page_id"), pages, section_of)
    _add(SectionViews, ("day", "section_id"), sections)
    _add(ReferrerViews, ("day", "host"), _bounded(sums.hosts))
    _add(Uncounted, ("day", "kind"), sums.kinds, number="number")
    Visitor.objects.bulk_create(
        (Visitor(node=node, day=day, key=key) for day, key in sorted(sums.visitors)),
        ignore_conflicts=True,
        batch_size=_ROWS,
    )


def _add(
    model: type[Model],
    names: tuple[str, ...],
    amounts: Counter,
    section_of: dict | None = None,
    number: str = "views",
) -> None:
    """Add ``amounts`` to the rows of ``model`` whose fields ``names`` are the key.

    Nobody else writes them meanwhile, so that what is read is what is added to.
    """
    for keys in _chunks(list(amounts)):
        known = {tuple(getattr(row, n) for n in names): row for row in _rows(model, names, keys)}
        new = []
        for key in keys:
            row = known.get(key)
            if row is None:
                row = model(**dict(zip(names, key, strict=True)))
                new.append(row)
            setattr(row, number, getattr(row, number) + amounts[key])
            if section_of and key[-1] in section_of:
                row.section_id = section_of[key[-1]]
        changed = [known[key] for key in keys if key in known]
        model.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["pk"],
            update_fields=[number, *(["section"] if section_of else [])],
        )
        model.objects.bulk_create(new)


def _rows(model: type[Model], names: tuple[str, ...], keys: list[tuple]):
    rows = model.objects.filter(day__in={key[0] for key in keys})
    if len(names) == 1:
        return rows
    last = names[-1]
    wanted = Q(**{f"{last}__in": {key[-1] for key in keys} - {None}})
    if any(key[-1] is None for key in keys):
        wanted |= Q(**{last: None})
    return rows.filter(wanted)


def _bounded(hosts: Counter) -> Counter:
    """Return ``hosts`` with those beyond the bound of a day summed up."""
    bounded = Counter()
    for day in {day for day, _host in hosts}:
        rows = ReferrerViews.objects.filter(day=day).exclude(host=ReferrerViews.OTHER)
        known = set(rows.values_list("host", flat=True))
        of_day = Counter({host: views for (d, host), views in hosts.items() if d == day})
        for host, views in of_day.most_common():
            if host not in known and len(known) >= settings.PORTAL_VISITS_REFERRERS:
                host = ReferrerViews.OTHER
            else:
                known.add(host)
            bounded[day, host] += views
    return bounded


def _chunks(keys: list[tuple]) -> Iterator[list[tuple]]:
    for start in range(0, len(keys), _ROWS):
        yield keys[start : start + _ROWS]
