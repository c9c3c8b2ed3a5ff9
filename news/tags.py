"""What lists of articles depend on, for the page cache; touched by news.signals.

A list notes only what can change it: the newest ones, a month, a category. So an article that is
published touches the lists in which it stands and the pages of its neighbours, and no others.
"""

from datetime import date, datetime, timedelta

from django.utils import timezone

# How many of the newest articles a list shows at most, with those it reads beyond them.
WINDOWS = (6, 36)
# A list over more months than this depends on the whole of the news.
MONTHS_BOUND = 36


def every(listing_id: int) -> str:
    """The tag of all articles of an index page."""
    return f"news:{listing_id}"


def newest(listing_id: int, count: int, category_id: int | None = None) -> str:
    """The tag of the ``count`` newest articles, or of those of a category."""
    window = next((size for size in WINDOWS if count <= size), None)
    if window is None:
        return every(listing_id) if category_id is None else of_category(listing_id, category_id)
    return f"news:{listing_id}:{category_id or 'all'}:newest-{window}"


def oldest(listing_id: int) -> str:
    """The tag of the end of the list."""
    return f"news:{listing_id}:oldest"


def of_category(listing_id: int, category_id: int) -> str:
    """The tag of all articles of a category."""
    return f"news:{listing_id}:category-{category_id}"


def address_of(category_id: int) -> str:
    """The tag of what lies at the address of a category: its lists and feeds."""
    return f"news.category-address:{category_id}"


def of_month(listing_id: int, day: date) -> str:
    """The tag of the articles of the month of ``day``."""
    return f"news:{listing_id}:{day:%Y-%m}"


def of_year(listing_id: int, year: int) -> str:
    """The tag of the articles of a year."""
    return f"news:{listing_id}:{year}"


def years(listing_id: int) -> str:
    """The tag of the list of years that have articles."""
    return f"news:{listing_id}:years"


def beside(pk: int) -> str:
    """The tag of what stands before and after the article ``pk``."""
    return f"news.beside:{pk}"


def between(listing_id: int, first: datetime, last: datetime) -> list[str]:
    """The tags of the months from ``first`` to ``last``, both aware, in the site's time zone."""
    # Cursors may name any instant; one at the end of time has no local time.
    if last - first > timedelta(days=31 * MONTHS_BOUND):
        return [every(listing_id)]
    begin, end = timezone.localtime(first), timezone.localtime(last)
    numbers = range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
    if len(numbers) > MONTHS_BOUND:
        return [every(listing_id)]
    return [of_month(listing_id, date(n // 12, n % 12 + 1, 1)) for n in numbers]
