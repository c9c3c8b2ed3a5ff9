"""The tables of the editors' report: each is shown, and given out as a spreadsheet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from portal.visits import figures
from portal.visits.models import Uncounted

# Rows of a table on the screen; a spreadsheet holds up to so many.
SHOWN, EXPORTED = 20, 10_000


@dataclass(frozen=True)
class Row:
    """A line: ``url`` leads to the page in the admin that ``name`` names, where there is one."""

    name: str | date
    views: int
    language: str = ""
    visitors: int | None = None
    url: str = ""


@dataclass(frozen=True)
class Table:
    """``columns`` are names of the fields of a `Row` with their headings; ``read(days, limit)``
    gives the rows. ``empty`` is said where there are none."""

    key: str
    title: str
    columns: dict[str, str]
    read: Callable[[int, int], Sequence[Row]]
    empty: str = gettext_lazy("Nothing has been counted yet.")


def language_name(code: str) -> str:
    """Return what the language calls itself."""
    return dict(settings.LANGUAGES).get(code, code)


def _days(days: int, _limit: int) -> list[Row]:
    return [Row(found.day, found.views, visitors=found.visitors) for found in figures.days(days)]


def _months(_days: int, _limit: int) -> list[Row]:
    return [Row(found.month.strftime("%Y-%m"), found.views) for found in figures.months()]


def _hours(days: int, _limit: int) -> list[Row]:
    return [Row(f"{hour:02}:00", views) for hour, views in enumerate(figures.hours(days))]


def _pages(days: int, limit: int) -> list[Row]:
    return [_of_page(found) for found in figures.pages(days, limit)]


def _sections(days: int, limit: int) -> list[Row]:
    return [_of_page(found) for found in figures.sections(days)[:limit]]


def _of_page(found: figures.PageFigures) -> Row:
    page: Page | None = found.page
    if page is None:
        return Row(_("A page that has been deleted"), found.views, language_name(found.language))
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return Row(page.title, found.views, language_name(found.language), url=url)


def _languages(days: int, _limit: int) -> list[Row]:
    return [Row(language_name(found.name), found.views) for found in figures.languages(days)]


def _referrers(days: int, limit: int) -> list[Row]:
    return [
        Row(_("Others") if found.name == figures.OTHER_HOSTS else found.name, found.views)
        for found in figures.referrers(days, limit)
    ]


def _uncounted(days: int, _limit: int) -> list[Row]:
    return [Row(Uncounted.Kind(kind).label, n) for kind, n in figures.uncounted(days).items()]


_VIEWS = gettext_lazy("Views")
_PAGE = {
    "name": gettext_lazy("Title"),
    "language": gettext_lazy("Language"),
    "views": _VIEWS,
}

TABLES = {
    table.key: table
    for table in (
        Table(
            "days",
            gettext_lazy("Days"),
            {
                "name": gettext_lazy("Day"),
                "views": _VIEWS,
                "visitors": gettext_lazy("Visitors"),
            },
            _days,
        ),
        Table("months", gettext_lazy("Months"), {"name": gettext_lazy("Month"), "views": _VIEWS},
              _months),
        Table("hours", gettext_lazy("Hours of the day"),
              {"name": gettext_lazy("Hour"), "views": _VIEWS}, _hours),
        Table("pages", gettext_lazy("Pages read most"), _PAGE, _pages),
        Table("sections", gettext_lazy("Sections"), _PAGE, _sections),
        Table("languages", gettext_lazy("Languages"),
              {"name": gettext_lazy("Language"), "views": _VIEWS}, _languages),
        Table(
            "referrers",
            gettext_lazy("Sites whose links led here"),
            {"name": gettext_lazy("Site"), "views": _VIEWS},
            _referrers,
            gettext_lazy("Nobody has come by a link on another site."),
        ),
        Table(
            "uncounted",
            gettext_lazy("What was not counted"),
            {"name": gettext_lazy("Reason"), "views": gettext_lazy("Number")},
            _uncounted,
        ),
    )
}  # fmt: skip
