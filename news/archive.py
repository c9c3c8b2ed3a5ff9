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
    """Some articles, newest first, and the cursors of what lies before and after them."""

    articles: list
    newer: str | None
    older: str | None


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
        return _slice(rows[:size][::-1], has_newer=len(rows) > size, has_older=False)
    if "newer" in query:
        rows = list(shown.newer_than(*parse_cursor(query["newer"]))[: size + 1])
        return _slice(rows[:size][::-1], has_newer=len(rows) > size, has_older=True)
    if "older" in query:
        rows = list(shown.older_than(*parse_cursor(query["older"]))[: size + 1])
        return _slice(rows[:size], has_newer=True, has_older=len(rows) > size)
    rows = list(shown[: size + 1])
    return _slice(rows[:size], has_newer=False, has_older=len(rows) > size)


def _slice(articles: list, *, has_newer: bool, has_older: bool) -> Slice:
    return Slice(
        articles=articles,
        newer=cursor_of(articles[0]) if articles and has_newer else None,
        older=cursor_of(articles[-1]) if articles and has_older else None,
    )
