"""Bars over days, months or hours, as the server draws them.

The drawing is SVG whose widths are percentages and whose heights and letters are measured in rem,
so that it fills a telephone as it does a desk, and letters are as large as the reader wants them.
Colours are those of the page it stands on: everything drawn bears a class and nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# The height of the whole drawing, of its highest bar and of the line on which the bars stand (rem).
HEIGHT, TOP, FOOT = 14.0, 1.5, 12.4
# How much of its place a bar fills.
FILL = 0.74
# How many lines are drawn above that of zero, at most.
LINES = 5


@dataclass(frozen=True)
class Value:
    """What one bar stands for. ``short`` is written under it, ``name`` says it in full;
    ``is_open`` while it can still grow. ``more`` stands in the table alone."""

    name: str
    short: str
    number: int
    is_open: bool = False
    more: int | None = None


@dataclass(frozen=True)
class Bar:
    """A bar: ``x`` and ``width`` in percent, ``y`` and ``height`` in rem."""

    value: Value
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Label:
    """Words at ``x`` (percent), which is their ``anchor``: start, middle or end; ``y`` in rem."""

    text: str
    x: str
    y: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Plot:
    """A drawing with its title, what it shows in words, and the table of its numbers.

    ``key`` is unique on the page. ``head`` is what the bars are, such as "Day"; ``more_head`` says
    what `Value.more` is and is empty where no value has any.
    """

    key: str
    title: str
    description: str
    head: str
    values: Sequence[Value]
    bars: Sequence[Bar]
    lines: Sequence[Label]
    labels: Sequence[Label]
    more_head: str = ""
    height: str = f"{HEIGHT}rem"


def plot(
    key: str, title: str, head: str, values: Iterable[Value], every: int, more_head: str = ""
) -> Plot:
    """Return the drawing of ``values``, of which every ``every``-th, from the last, is labelled."""
    values = tuple(values)
    between, count = scale(max((value.number for value in values), default=0))
    step = 100 / max(len(values), 1)
    return Plot(
        key=key,
        title=title,
        description=describe(values),
        head=head,
        values=values,
        bars=[_bar(n, value, step, between * count) for n, value in enumerate(values)],
        lines=_lines(between, count),
        labels=[
            _label(n, value.short, step, len(values))
            for n, value in enumerate(values)
            if (len(values) - 1 - n) % every == 0
        ],
        more_head=more_head,
    )


def scale(most: int) -> tuple[int, int]:
    """Return (step, count) of the lines of a drawing whose highest bar is ``most``.

    The step is the least round number (1, 2 or 5 times a power of ten) of which `LINES` reach to
    the top; the count is of those that are needed.
    """
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * LINES >= most:
                return step, max(1, -(-most // step))
        power *= 10


def describe(values: Sequence[Value]) -> str:
    """Return in a sentence what the drawing shows."""
    total = sum(value.number for value in values)
    if not total:
        return _("Nothing has been counted yet.")
    most = max(values, key=lambda value: value.number)
    return _("%(views)s in all; most on the bar “%(name)s”: %(most)s.") % {
        "views": counted(total),
        "name": most.name,
        "most": number(most.number),
    }


def counted(views: int) -> str:
    """Return a number of views with the word for them."""
    return ngettext("%(number)s view", "%(number)s views", views) % {"number": number(views)}


def number(value: int) -> str:
    """Return a number as the language writes it."""
    return number_format(value, force_grouping=True)


def of_days(
    key: str, title: str, days: Iterable[tuple[date, int]], today: date, visitors: Sequence = ()
) -> Plot:
    """Return the drawing of (day, views), with labels for seven of the days at most.

    ``visitors`` are the numbers of visitors of the same days, for the table.
    """
    days = list(days)
    more = visitors or [None] * len(days)
    values = [
        Value(date_format(day, "DATE_FORMAT"), date_format(day, "j/n"), views, day == today, people)
        for (day, views), people in zip(days, more, strict=True)
    ]
    every = max(1, -(-len(days) // 35) * 7) if len(days) > 7 else 1
    return plot(key, title, _("Day"), values, every, _("Visitors") if visitors else "")


def of_months(key: str, title: str, months: Iterable[tuple[date, int]], today: date) -> Plot:
    """Return the drawing of (first day of the month, views)."""
    values = (
        Value(
            date_format(month, "YEAR_MONTH_FORMAT"),
            date_format(month, "n/Y"),
            views,
            (month.year, month.month) == (today.year, today.month),
        )
        for month, views in months
    )
    return plot(key, title, _("Month"), values, every=4)


def of_hours(key: str, title: str, hours: Iterable[int]) -> Plot:
    """Return the drawing of the views within each of the 24 hours."""
    values = [
        Value(_("%(from)02d:00–%(until)02d:00") % {"from": n, "until": n + 1}, f"{n}", views)
        for n, views in enumerate(hours)
    ]
    return plot(key, title, _("Hour"), values, every=4)


def _bar(n: int, value: Value, step: float, highest: int) -> Bar:
    height = (FOOT - TOP) * value.number / highest
    return Bar(
        value=value,
        x=_percent(step * (n + (1 - FILL) / 2)),
        y=_rem(FOOT - height),
        width=_percent(step * FILL),
        height=_rem(height),
    )


def _lines(between: int, count: int) -> list[Label]:
    return [
        Label(number(between * n), "0", _rem(FOOT - (FOOT - TOP) * n / count), "end")
        for n in range(count + 1)
    ]


def _label(n: int, text: str, step: float, count: int) -> Label:
    # Those at the edges would be cut off if they stood under the middle of their bars.
    if n == count - 1:
        return Label(text, "100%", _rem(HEIGHT - 0.3), "end")
    if n == 0:
        return Label(text, "0", _rem(HEIGHT - 0.3), "start")
    return Label(text, _percent(step * (n + 0.5)), _rem(HEIGHT - 0.3))


def _percent(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") + "%"


def _rem(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") + "rem"
