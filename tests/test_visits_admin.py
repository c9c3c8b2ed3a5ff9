"""What editors see of the visits: report, spreadsheets, dashboard, beside each page."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from home.factories import InfoPageFactory, english_home
from portal.visits import fold
from portal.visits.models import (
    Day,
    HourViews,
    PageViews,
    ReferrerViews,
    SectionViews,
    Uncounted,
)
from tests.editing import sign_in
from tests.visits import Clock

REPORT = "/admin/reports/visits/"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    made = Clock("2026-11-24 10:00:00")
    made.rule(monkeypatch)
    return made


@pytest.fixture
def editor(site):
    return sign_in("Editors")


@pytest.fixture
def counted(site):
    """A page of which something is known for each table of the report."""
    today = timezone.localdate()
    page = InfoPageFactory(parent=site.home, title="Giới thiệu <b>", slug="gioi-thieu")
    Day.objects.create(day=today, views=90, visitors=30)
    Day.objects.create(day=today - timedelta(days=40), views=7, visitors=2)
    HourViews.objects.create(day=today, hour=9, views=90)
    PageViews.objects.create(day=today, language="vi", page=page, section=page, views=60)
    PageViews.objects.create(
        day=today - timedelta(days=10), language="vi", page=page, section=page, views=5
    )
    SectionViews.objects.create(day=today, section=page, views=60)
    ReferrerViews.objects.create(day=today, host="search.example", views=12)
    ReferrerViews.objects.create(day=today, host=ReferrerViews.OTHER, views=3)
    Uncounted.objects.create(day=today, kind="bot", number=10)
    return page


def read(browser, address=REPORT):
    response = browser.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def rows(soup, key: str) -> list[list[str]]:
    """Return the cells of a table of the report."""
    table = soup.find("section", attrs={"aria-labelledby": f"table-{key}"})
    return [
        [cell.get_text(strip=True) for cell in row.select("th, td")]
        for row in table.select("tbody tr")
    ]


# Who sees it


@pytest.mark.parametrize(
    ("group", "sees"), [("Editors", True), ("Moderators", True), ("Translators (en)", False)]
)
def test_the_report_is_for_those_who_may_write_pages(site, group, sees):
    english_home(site)
    browser = sign_in(group)
    response = browser.get(REPORT)
    assert (response.status_code == 200) is sees
    assert (REPORT in browser.get("/admin/").content.decode()) is sees
    panels = read(browser, "/admin/").select("#visits-section")
    assert (len(panels) == 1) is sees
    edited = read(browser, reverse("wagtailadmin_pages:edit", args=[site.home.pk]))\
        if group != "Translators (en)" else None  # fmt: skip
    if edited:
        assert len(edited.select('[data-side-panel="visits"]')) == 1


def test_nobody_else_sees_it(client, site):
    assert client.get(REPORT).status_code == 302


# The report


def test_it_says_what_was_counted(editor, counted):
    page = read(editor)
    assert [plot.svg.title.get_text() for plot in page.select("figure.plot")] == [
        "30 ngày gần nhất",
        "12 tháng gần nhất",
        "Các giờ trong ngày, 30 ngày gần nhất",
    ]
    assert rows(page, "pages") == [["Giới thiệu <b>", "Tiếng Việt", "65"]]
    assert rows(page, "sections") == [["Giới thiệu <b>", "Tiếng Việt", "60"]]
    assert rows(page, "languages") == [["Tiếng Việt", "65"]]
    assert rows(page, "referrers") == [["search.example", "12"], ["Các trang khác", "3"]]
    assert dict(rows(page, "uncounted"))["Chương trình tự động (bot)"] == "10"
    assert "10,0%" in page.find(attrs={"aria-labelledby": "table-uncounted"}).get_text()
    link = page.find("a", string="Giới thiệu <b>")
    assert link["href"] == reverse("wagtailadmin_pages:edit", args=[counted.pk])
    days = page.select("figure.plot")[0]
    assert [
        cell.get_text(" ", strip=True) for cell in days.select("tbody tr")[-1].select("td")
    ] == [
        "90 (đến lúc này)",
        "30",
    ]


def test_the_period_can_be_chosen(editor, counted):
    assert rows(read(editor, REPORT + "?days=7"), "pages") == [
        ["Giới thiệu <b>", "Tiếng Việt", "60"]
    ]
    assert len(read(editor, REPORT + "?days=90").select("figure.plot")[0].select("rect")) == 90


@pytest.mark.parametrize("asked", ["", "0", "-5", "999999999", "7' --", "²"])
def test_any_other_period_is_that_of_a_month(editor, counted, asked):
    page = read(editor, f"{REPORT}?days={asked}")
    assert len(page.select("figure.plot")[0].select("rect")) == 30


def test_a_page_that_is_gone_is_still_counted(editor, counted):
    counted.delete()
    assert rows(read(editor), "pages") == [["Một trang đã bị xoá", "Tiếng Việt", "65"]]


def test_before_anything_is_counted_it_says_so(editor, site):
    page = read(editor)
    assert "Chưa có ai đến từ liên kết trên trang khác." in page.get_text()
    assert rows(page, "pages") == []


def more_of_everything(site) -> None:
    """Add what makes every table of the report long."""
    pages = [InfoPageFactory(parent=site.home) for _ in range(25)]
    for n in range(60):
        day = timezone.localdate() - timedelta(days=n + 1)
        Day.objects.update_or_create(day=day, defaults={"views": n})
        HourViews.objects.bulk_create(HourViews(day=day, hour=h, views=h) for h in range(24))
        PageViews.objects.bulk_create(
            PageViews(day=day, language="en", page=page, section=page, views=n) for page in pages
        )
        SectionViews.objects.bulk_create(
            SectionViews(day=day, section=page, views=n) for page in pages
        )
        ReferrerViews.objects.bulk_create(
            ReferrerViews(day=day, host=f"{h}.example", views=h) for h in range(30)
        )


@pytest.mark.parametrize(
    "address",
    [REPORT, REPORT + "?export=csv&table=pages", "/admin/", "edit"],
    ids=["report", "spreadsheet", "dashboard", "editor"],
)
def test_it_costs_the_same_however_much_was_counted(site, editor, counted, address):
    fold.fold()
    if address == "edit":
        address = reverse("wagtailadmin_pages:edit", args=[counted.pk])

    def queries() -> list[str]:
        editor.get(address)
        with CaptureQueriesContext(connection) as captured:
            response = editor.get(address)
            b"".join(response)
        return [query["sql"] for query in captured if "visits_" in query["sql"]]

    few = queries()
    more_of_everything(site)
    many = queries()
    assert len(many) == len(few) <= 14, "\n".join(many)
    assert few


# Spreadsheets


def lines(response) -> list[list[str]]:
    return list(csv.reader(StringIO(b"".join(response).decode())))


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("days", ["2026-11-24", "90", "30"]),
        ("months", ["2026-11", "90"]),
        ("hours", ["09:00", "90"]),
        ("pages", ["Giới thiệu <b>", "Tiếng Việt", "65"]),
        ("sections", ["Giới thiệu <b>", "Tiếng Việt", "60"]),
        ("languages", ["Tiếng Việt", "65"]),
        ("referrers", ["search.example", "12"]),
        ("uncounted", ["Chương trình tự động (bot)", "10"]),
    ],
)
def test_every_table_is_a_spreadsheet(editor, counted, table, line):
    address = f"{REPORT}?table={table}&export="
    text = editor.get(address + "csv")
    assert text.headers["Content-Type"].startswith("text/csv")
    assert f"{table}-2026-11-24.csv" in text.headers["Content-Disposition"]
    head, *found = lines(text)
    assert line in found
    assert head[-1 if table != "days" else 1] in ("Lượt truy cập", "Số lần")
    book = openpyxl.load_workbook(BytesIO(b"".join(editor.get(address + "xlsx"))))
    cells = [list(row) for row in book.active.iter_rows(values_only=True)]
    assert cells[0] == head
    assert len(cells) == len(found) + 1
    assert isinstance(cells[1][-1], int)


def test_a_spreadsheet_of_no_table_is_not_there(editor, site):
    assert editor.get(f"{REPORT}?table=users&export=csv").status_code == 404


def test_every_table_of_the_report_leads_to_its_spreadsheets(editor, counted):
    links = [a["href"] for a in read(editor, REPORT + "?days=90").select(".visits__files a")]
    assert len(links) == 2 * 8
    for link in links:
        assert link.startswith("?days=90&table=")
        assert editor.get(REPORT + link).status_code == 200


# The dashboard, and beside each page


def test_the_dashboard_shows_the_numbers_and_leads_to_the_report(editor, counted):
    panel = read(editor, "/admin/").select_one("#visits-section")
    assert [dd.get_text() for dd in panel.select("dd")] == ["0", "90", "90", "97"]
    assert len(panel.select("rect")) == 30
    assert panel.find("a", href=REPORT)


def test_a_page_s_own_views_stand_beside_its_form(editor, counted):
    page = read(editor, reverse("wagtailadmin_pages:edit", args=[counted.pk]))
    panel = page.select_one('[data-side-panel="visits"]')
    assert [dd.get_text() for dd in panel.select("dd")] == ["60", "60", "65", "65"]
    assert "portal/admin/visits.css" in str(page.head)


def test_a_page_that_is_being_made_has_no_views_yet(editor, site):
    address = reverse("wagtailadmin_pages:add", args=["home", "infopage", site.home.pk])
    assert read(editor, address).select('[data-side-panel="visits"]') == []
