"""What readers see of the visits: the box, the page of its own, the note on privacy."""

import gzip
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from home.demo import content
from home.factories import InfoPageFactory, StatisticsPageFactory, english_home
from portal.pagecache import collector, journal
from portal.pagecache.fill import refusal
from portal.visits import figures, fold, plots, salts
from portal.visits.configuration import BeaconSettings
from portal.visits.models import Day, Visitor
from portal.visits.people import network
from portal.visits.rules import rules
from portal.visits.salts import Salts
from tests.translating import edit
from tests.visits import Clock, edge

SCRIPT = Path(finders.find("portal/js/visits.js"))
NUMBERS = ["online", "today", "week", "total"]


@pytest.fixture
def clock(monkeypatch):
    made = Clock("2026-11-24 10:00:00")
    made.rule(monkeypatch)
    return made


@pytest.fixture
def reader(settings, clock, db):
    with edge(settings.PORTAL_VISITS_FOLDER, clock) as made:
        yield made


@pytest.fixture
def boxed(site):
    """A site that began at 1 000 visits, with the box on its home page and beside the others."""
    box = json.dumps([{"type": "statistics", "value": {"title": "Thống kê truy cập"}}])
    edit(site.home, sections=box, sidebar=box)
    site.identity.carried_visits = 1000
    site.identity.carried_visits_date = date(2026, 10, 1)
    site.identity.save()
    return site


@pytest.fixture
def statistics(site):
    return StatisticsPageFactory(parent=site.home, slug="thong-ke")


def read(client, path="/"):
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def numbers(soup) -> list[str]:
    return [soup.select_one(f'[data-visits="{name}"]').get_text() for name in NUMBERS]


def words(soup, selector: str) -> str:
    return " ".join(" ".join(tag.get_text(" ").split()) for tag in soup.select(selector))


def noted(client, path: str) -> collector.Notes:
    """Return what the page cache would know of the answer at ``path``."""
    with collector.collecting() as notes:
        client.get(path)
    return notes


# The box


def test_the_box_tells_the_numbers_of_the_moment_at_which_the_page_was_made(boxed, reader, client):
    reader.open("/")
    reader.open("/tin-tuc/")
    fold.fold()
    reader.open("/")
    page = read(client)
    assert numbers(page) == ["3", "3", "3", "1.003"]
    said = words(page, ".section--statistics")
    assert "Số liệu lúc 10:00 ngày 24/11/2026." in said
    assert "Tổng số gồm 1.000 lượt của trang web cũ đến ngày 01/10/2026." in said
    assert "trong 5 phút gần nhất" in said


def test_the_box_is_there_before_anything_has_been_counted(boxed, clock, client):
    assert numbers(read(client)) == ["0", "0", "0", "1.000"]


def test_the_box_stands_beside_other_pages_too_and_leads_to_the_page(boxed, statistics, client):
    InfoPageFactory(parent=boxed.home, slug="trang")
    link = read(client, "/trang/").select_one(".side .section--statistics a")
    assert link["href"] == "/thong-ke/"
    statistics.unpublish()
    assert read(client, "/trang/").select(".side .section--statistics a") == []


def test_the_box_of_another_language_leads_to_the_page_in_that_language(boxed, client):
    english = english_home(boxed)
    edit(english, sections=boxed.home.sections.get_prep_value())
    StatisticsPageFactory(parent=boxed.home, slug="thong-ke")
    StatisticsPageFactory(
        parent=english, title="Statistics", slug="statistics", locale=english.locale
    )
    assert read(client, "/en/").select_one(".section--statistics a")["href"] == "/en/statistics/"


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-24 10:00:00", "2026-11-24 10:15:00"),
        ("2026-11-24 23:52:00", "2026-11-25 00:00:00"),
    ],
)
def test_a_kept_page_with_the_box_is_made_anew_in_time(boxed, clock, client, now, until):
    clock.set(now)
    notes = noted(client, "/")
    assert timezone.localtime(notes.soft_at).strftime("%Y-%m-%d %H:%M:%S") == until
    assert notes.hard_at is None


def test_pages_without_the_box_may_be_kept_for_ever(site, clock, client):
    assert noted(client, "/").soft_at is None


def test_no_fold_drops_a_kept_page(boxed, reader, client):
    fold.fold()
    before = noted(client, "/").tags
    position = journal.position()
    reader.open("/")
    assert fold.fold() == 1
    assert journal.since(position).changes == []
    assert noted(client, "/").tags == before
    assert not [tag for tag in before if "visits." in tag]


# What every page carries


def test_every_page_tells_that_it_was_opened_with_script_or_without(site, statistics, client):
    for path in ("/", "/tin-tuc/", "/thong-ke/"):
        page = read(client, path)
        assert len(page.select('script[src$="portal/js/visits.js"][defer]')) == 1
        (picture,) = page.select("noscript img")
        assert picture["src"] == f"/_v.gif?p={path}"
        assert picture["alt"] == ""


def test_what_is_no_page_is_no_view(site, client):
    html = client.get("/khong-co/").content.decode()
    assert "visits.js" not in html
    assert "/_v.gif" not in html


def test_the_address_in_the_picture_is_the_page_s_own_whatever_was_asked(site, client):
    response = client.get('/tin-tuc/?x="><script>')
    assert "/_v.gif?p=/tin-tuc/&" not in response.content.decode()
    assert (
        BeautifulSoup(response.content, "html.parser").select_one("noscript img")["src"]
        == "/_v.gif?p=/tin-tuc/"
    )


def test_the_script_speaks_to_the_address_that_is_listened_to():
    assert f'fetch("{BeaconSettings("").address}"' in SCRIPT.read_text()


def test_scripts_are_small():
    """The one of the visits under 1 KB, all together far below the 15 KB of the promise."""
    packed = {
        path.name: len(gzip.compress(path.read_bytes(), 9)) for path in SCRIPT.parent.glob("*.js")
    }
    assert packed["visits.js"] < 1024
    assert sum(packed.values()) < 4096


# The page of its own


def test_the_page_shows_the_numbers_of_this_very_moment(boxed, statistics, reader, client):
    fold.fold()
    reader.open("/")
    assert numbers(read(client, "/thong-ke/").main) == ["1", "1", "1", "1.001"]
    reader.open("/")
    assert numbers(read(client, "/thong-ke/").main) == ["2", "2", "2", "1.002"]


def test_nobody_keeps_the_page(statistics, client, rf):
    with collector.collecting() as notes:
        response = client.get("/thong-ke/")
    assert set(response.headers["Cache-Control"].split(", ")) == {"private", "no-store"}
    assert refusal(rf.get("/thong-ke/"), response, notes, "") == "not declared public"


def test_the_drawings_have_their_numbers_beneath_them(site, statistics, clock, client):
    today = timezone.localdate()
    for n in range(40):
        Day.objects.create(day=today - timedelta(days=n), views=100 + n)
    days, months = read(client, "/thong-ke/").select("figure.plot")
    for plot, count in ((days, 30), (months, 12)):
        drawing = plot.svg
        named = drawing["aria-labelledby"].split()
        assert [drawing.find(id=name).name for name in named] == ["title", "desc"]
        assert len(drawing.select("rect")) == len(plot.select("tbody tr")) == count
        assert all(
            bar.title.get_text().split(": ")[1] == row.td.get_text().split(" ")[0]
            for bar, row in zip(drawing.select("rect"), plot.select("tbody tr"), strict=True)
        )
        # The running day and month can still grow.
        assert [n for n, bar in enumerate(drawing.select("rect")) if "plot__bar--open" in
                bar["class"]] == [count - 1]  # fmt: skip
    last = days.select("tbody tr")[-1]
    assert (last.th.get_text(), last.td.get_text(strip=True)) == ("24/11/2026", "100 (đến lúc này)")
    assert days.svg.select("[style]") == []


def test_what_is_counted_is_said_with_the_numbers_of_the_settings(statistics, client, settings):
    settings.PORTAL_VISITS_VISITOR_LIMIT = 123
    settings.PORTAL_VISITS_NETWORK_LIMIT = 4567
    said = words(read(client, "/thong-ke/"), "main")
    assert "Quá 123 lượt trong một thẻ trình duyệt hoặc quá 4.567 lượt từ một mạng" in said
    assert "trong 5 phút gần nhất" in said
    assert "trước khi hết 10 giây" in said


def test_the_page_costs_the_same_however_much_was_counted(boxed, statistics, clock, client):
    fold.fold()
    client.get("/thong-ke/")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/thong-ke/")
        return len(captured)

    few = queries()
    Day.objects.bulk_create(
        Day(day=timezone.localdate() - timedelta(days=n), views=n) for n in range(400)
    )
    assert queries() == few <= 12


# Drawings


@pytest.mark.parametrize(
    ("most", "lines"),
    [(0, (1, 1)), (1, (1, 1)), (5, (1, 5)), (6, (2, 3)), (397, (100, 4)), (2078, (500, 5)),
     (13_216, (5000, 3))],
)  # fmt: skip
def test_a_drawing_reaches_to_the_next_round_number(most, lines):
    step, count = plots.scale(most)
    assert (step, count) == lines
    assert step * (count - 1) < max(most, 1) <= step * count


def test_bars_are_as_high_as_their_numbers():
    values = [plots.Value(str(n), str(n), n) for n in (0, 50, 100)]
    bars = plots.plot("x", "x", "x", values, every=1).bars
    heights = [float(bar.height.removesuffix("rem")) for bar in bars]
    assert heights == [0, pytest.approx(heights[2] / 2), plots.FOOT - plots.TOP]
    feet = [float(bar.y.removesuffix("rem")) + h for bar, h in zip(bars, heights, strict=True)]
    assert feet == [pytest.approx(plots.FOOT)] * 3


def test_a_drawing_of_nothing_says_so():
    with translation.override("vi"):
        empty = plots.of_hours("x", "x", [0] * 24)
    assert empty.description == "Chưa có lượt nào được đếm."
    assert {bar.height for bar in empty.bars} == {"0rem"}


def test_a_drawing_is_told_in_words():
    with translation.override("en"):
        drawn = plots.of_hours("x", "x", [0, 1200, 34, *[0] * 21])
    assert drawn.description == "1,234 views in all; most on the bar “01:00–02:00”: 1,200."


@pytest.mark.parametrize("days", [7, 30, 90, 365])
def test_labels_leave_room_for_each_other(days):
    today = date(2026, 11, 24)
    span = [(today - timedelta(days=n), 1) for n in reversed(range(days))]
    labels = plots.of_days("x", "x", span, today).labels
    assert 5 <= len(labels) <= 7
    assert labels[-1].anchor == "end"


# The note on privacy

NOTE = {
    code: next(page for page in content.read("pages")["page"] if page["key"] == "quyen-rieng-tu")[
        code
    ]
    for code in ("vi", "en")
}


def note(code: str) -> str:
    parts = [block.get("html", "") for block in NOTE[code]["body"]]
    return re.sub(r"<[^>]+>", " ", " ".join(parts))


def test_the_note_names_the_numbers_of_the_code(settings):
    assert django_settings.PORTAL_VISITS_KEEP_DAYS == rules().kept_days == figures.kept_days()
    found = rules()
    for code, phrases in {
        "vi": (
            "giữ {kept_days} ngày", "trong {online_minutes} phút", "{repeat_seconds} giây",
            "nhiều nhất {tab_limit} lượt", "nhiều nhất {limit} lượt",
        ),
        "en": (
            "kept for {kept_days} days", "last {online_minutes} minutes",
            "less than {repeat_seconds} seconds", "at most {tab_limit} views",
            "at most {limit} for a network",
        ),
    }.items():  # fmt: skip
        with translation.override(code):
            limit = plots.number(found.network_limit)
        for phrase in phrases:
            assert phrase.format(limit=limit, **found.__dict__) in note(code)


def test_the_note_tells_what_is_sent():
    """Three things, and no more than these, besides that the page is still looked at."""
    sent = re.search(r"JSON\.stringify\(\{(.*?)\}\)", SCRIPT.read_text())[1]
    names = [part.split(":")[0].strip() for part in sent.split(",")]
    assert names == ["p", "n", "r", "s"]
    assert "three things" in note("en")
    assert "ba điều" in note("vi")
    assert 'split("/")[2]' in SCRIPT.read_text()
    assert "sessionStorage" in SCRIPT.read_text()
    assert not re.search(r"cookie|localStorage", SCRIPT.read_text())


def test_the_note_tells_how_much_of_an_address_is_looked_at():
    assert network("203.0.113.7") == network("203.0.113.200") != network("203.0.114.7")
    assert network("2001:db8:1:2::1") == network("2001:db8:1:ffff::9") != network("2001:db8:2::1")
    for code in ("vi", "en"):
        assert {"24", "48"} <= set(re.findall(r"(\d+) bit", note(code)))


def test_the_key_of_a_day_and_what_was_made_with_it_are_gone_after_it(site, reader, clock):
    reader.open("/")
    fold.fold()
    assert (salts.days(reader.folder), Visitor.objects.count()) == (["2026-11-24"], 1)
    clock.set("2026-11-25 00:20:00")
    reader.beacon._do_chores()
    fold.fold()
    assert (salts.days(reader.folder), Visitor.objects.count()) == ([], 0)
    assert Day.objects.get(day="2026-11-24").views == 1


def test_nodes_have_keys_of_their_own(tmp_path):
    here, there = (Salts(tmp_path / name) for name in ("here", "there"))
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    assert here.of("2026-11-24") != there.of("2026-11-24")
    assert "several servers" in note("en")
