"""Paging through articles by position instead of by page number.

A page number makes the database walk over everything before it, and shifts whenever an article is
added; a position (date, page id) is found in the index at once and stays where it is.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import Http404

PAGE_SIZE = 12
QUERY_KEYS = ("older", "newer", "oldest")

# A position has one way to be written; the page id stays within what databases count up to.
_CURSOR = re.compile(r"([0-9]{20})-([1-9][0-9]{0,17})")


@dataclass(frozen=True)
class Slice:
    """Some articles, newest first, and the cursors of what lies before and after them.

    ``span`` are the first and the last instant between which an article belongs to the slice or
    decides whether there is more; None where neither an article nor a cursor says.
    """

    articles: list
    newer: str | None
    older: str | None
    span: tuple[datetime, datetime] | None = None


def cursor_of(article) -> str:
    """Return the position of an article as it stands in an address."""
    return f"{article.date.astimezone(UTC):%Y%m%d%H%M%S%f}-{article.pk}"


def parse_cursor(text: str) -> tuple[datetime, int]:
    """Return the (date, page id) of a cursor. Raises Http404 for anything else."""
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise Http404
    try:
        date = datetime.strptime(match[1], "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
    except ValueError:
        raise Http404 from None
    return date, int(match[2])


def read(shown, query, size: int = PAGE_SIZE) -> Slice:
    """Return the slice of ``shown`` (newest first) that ``query`` (request.GET) asks for.

    ``?older=<cursor>`` reads on from there, ``?newer=<cursor>`` reads back, ``?oldest=1`` shows
    the end; nothing shows the beginning. One more row than ``size`` tells whether there is more.
    """
    if "oldest" in query:
        rows = list(shown.reverse()[: size + 1])
        return _slice(rows[:size][::-1], rows, has_newer=len(rows) > size, has_older=False)
    if "newer" in query:
        cursor = parse_cursor(query["newer"])
        rows = list(shown.newer_than(*cursor)[: size + 1])
        return _slice(rows[:size][::-1], rows, cursor, has_newer=len(rows) > size, has_older=True)
    if "older" in query:
        cursor = parse_cursor(query["older"])
        rows = list(shown.older_than(*cursor)[: size + 1])
        return _slice(rows[:size], rows, cursor, has_newer=True, has_older=len(rows) > size)
    rows = list(shown[: size + 1])
    return _slice(rows[:size], rows, has_newer=False, has_older=len(rows) > size)


def _slice(articles: list, rows: list, cursor=None, *, has_newer: bool, has_older: bool) -> Slice:
    dates = [row.date for row in rows] + ([cursor[0]] if cursor else [])
    return Slice(
        articles=articles,
        newer=cursor_of(articles[0]) if articles and has_newer else None,
        older=cursor_of(articles[-1]) if articles and has_older else None,
        span=(min(dates), max(dates)) if dates else None,
    )
