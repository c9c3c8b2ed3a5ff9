"""What is kept of visits, and what reports are told of it."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from home.factories import InfoPageFactory
from news.factories import NewsPageFactory
from portal.factories import locale
from portal.visits import figures, fold
from portal.visits.ledger import node_turn
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
from portal.visits.paths import Place, places
from tests.visits import Clock, edge


@pytest.fixture
def clock(monkeypatch):
    made = Clock("2026-11-24 10:00:00")
    made.rule(monkeypatch)
    return made


@pytest.fixture
def reader(settings, clock, db):
    with edge(settings.PORTAL_VISITS_FOLDER, clock) as made:
        yield made


def test_a_page_its_section_and_its_language_are_credited(site, reader):
    article = NewsPageFactory(parent=site.news, slug="mot-tin")
    reader.open("/")
    reader.open("/tin-tuc/")
    reader.open("/tin-tuc/mot-tin/")
    reader.open("/tin-tuc/mot-tin")
    fold.fold()
    assert {(p.key, p.page.pk, p.language, p.views) for p in figures.pages()} == {
        (article.pk, article.pk, "vi", 2),
        (site.news.pk, site.news.pk, "vi", 1),
        (site.home.pk, site.home.pk, "vi", 1),
    }
    assert [(s.key, s.language, s.views) for s in figures.sections()] == [
        (site.news.pk, "vi", 3),
        (site.home.pk, "vi", 1),
    ]
    assert figures.languages() == [figures.NamedFigures("vi", 4)]
    assert figures.page(article.pk) == figures.OnePage(2, 2, 2, 2)
    assert figures.page_days(article.pk, 2) == [(date(2026, 11, 23), 0), (date(2026, 11, 24), 2)]


def test_pages_of_another_language_are_known_by_their_prefix(site, reader):
    home = site.home.copy_for_translation(locale("en"))
    home.slug = "home-en"
    home.save_revision().publish()
    home.refresh_from_db()
    page = InfoPageFactory(parent=home, slug="about", locale=home.locale)
    assert places(["/en/", "/en/about/", "/about/"]) == {
        "/en/": Place("en", home.pk, home.pk),
        "/en/about/": Place("en", page.pk, page.pk),
        "/about/": Place("vi"),
    }


def test_what_is_no_public_page_counts_for_the_total_alone(site, reader):
    InfoPageFactory(parent=site.home, slug="ban-nhap", live=False)
    closed = InfoPageFactory(parent=site.home, slug="kin")
    closed.view_restrictions.create(restriction_type="login")
    paths = [
        "/forged/", "/ban-nhap/", "/kin/", "/tin-tuc/no-such/", "/%F0%9F/", "/a/" * 100, "/zh/",
        "/tin-tuc/../", "/admin/",
    ]  # fmt: skip
    for path in paths:
        reader.open(path)
    fold.fold()
    assert figures.pages() == []
    assert figures.sections() == []
    assert figures.now().total == site.identity.carried_visits + len(paths)
    assert PageViews.objects.get().page_id is None


def test_archives_below_a_list_are_views_of_the_list(site, reader):
    NewsPageFactory(parent=site.news)
    found = places(["/tin-tuc/2026/", "/tin-tuc/2026/11/", "/tin-tuc/2026/11/x/"])
    assert [place.page for place in found.values()] == [site.news.pk, site.news.pk, None]


def test_views_of_a_deleted_page_stay(site, reader):
    page = InfoPageFactory(parent=site.home, slug="se-xoa")
    key = page.pk
    reader.open("/se-xoa/")
    fold.fold()
    page.delete()
    reader.open("/se-xoa/")
    fold.fold()
    (found,) = figures.pages()
    assert (found.key, found.page, found.views) == (key, None, 1)
    assert figures.days(1)[0].views == 2
    assert [(s.key, s.page, s.language) for s in figures.sections()] == [(key, None, "")]


def test_days_hours_and_months_with_nothing_are_there_too(reader, clock):
    clock.set("2026-10-31 23:59:00")
    reader.open("/")
    clock.set("2026-11-24 10:00:00")
    reader.open("/", tab="t")
    reader.open("/x/", tab="t")
    fold.fold()
    days = figures.days(30)
    assert [d.day for d in days] == [date(2026, 10, 26) + timedelta(days=n) for n in range(30)]
    assert {d.day: (d.views, d.visitors) for d in days if d.views} == {
        date(2026, 10, 31): (1, 1),
        date(2026, 11, 24): (2, 1),
    }
    months = figures.months(12)
    assert (months[0].month, months[-1].month) == (date(2025, 12, 1), date(2026, 11, 1))
    assert [m.views for m in months] == [0] * 10 + [1, 2]
    hours = figures.hours(30)
    assert {hour: views for hour, views in enumerate(hours) if views} == {10: 2, 23: 1}
    assert len(hours) == 24


def test_referrers_are_bounded_a_day_and_the_rest_summed_up(reader, settings):
    settings.PORTAL_VISITS_REFERRERS = 2
    for host, count in (("a.vn", 3), ("b.vn", 2), ("c.vn", 1)):
        for _ in range(count):
            reader.open("/", said={"r": f"https://{host}/x"})
    fold.fold()
    for host in ("a.vn", "d.vn"):
        reader.open("/", said={"r": f"https://{host}/x"})
    reader.open("/")
    fold.fold()
    assert [(f.name, f.views) for f in figures.referrers()] == [
        ("a.vn", 4),
        (figures.OTHER_HOSTS, 2),
        ("b.vn", 2),
    ]


def test_what_was_not_counted_is_told_by_its_reason(reader):
    reader.open("/", HTTP_USER_AGENT="curl/8")
    reader.open("/", HTTP_USER_AGENT=None)
    reader.open("/", HTTP_COOKIE="sessionid=1")
    reader.open("/")
    reader.open("/")
    reader.beacon.close()
    fold.fold()
    found = figures.uncounted()
    assert {kind: number for kind, number in found.items() if number} == {
        "bot": 1, "nameless": 1, "editor": 1,
    }  # fmt: skip
    assert set(found) == set(Uncounted.Kind.values)
    assert figures.bot_share() == 0.5


def test_the_share_of_programs_is_nothing_where_nothing_was(db):
    assert figures.bot_share() == 0


def test_public_numbers_begin_with_those_carried_over(site, reader):
    site.identity.carried_visits = 1_522_258
    site.identity.carried_visits_date = date(2026, 11, 1)
    site.identity.save()
    assert figures.carried() == figures.Carried(1_522_258, date(2026, 11, 1))
    before = figures.now()
    assert (before.online, before.today, before.week, before.total) == (0, 0, 0, 1_522_258)
    reader.open("/")
    fold.fold()
    assert reader.numbers()["total"] == figures.now().total == 1_522_259
    reader.open("/")
    assert reader.numbers()["total"] == figures.now().total == 1_522_260


def test_a_process_without_an_edge_tells_what_was_folded(settings, reader, tmp_path, monkeypatch):
    reader.open("/")
    fold.fold()
    Node.objects.update(online=3)
    settings.PORTAL_VISITS_FOLDER = tmp_path / "elsewhere"
    found = figures.now()
    assert (found.online, found.today, found.week, found.total) == (3, 1, 1, 1)


def test_those_online_at_another_node_are_added(reader, clock):
    fold.fold()
    Node.objects.create(key="another", online=4, seen_at=figures.timezone.now())
    Node.objects.create(key="gone", online=9, seen_at=figures.timezone.now() - timedelta(minutes=5))
    fold.fold()
    reader.open("/")
    assert reader.numbers()["online"] == 5


REPORTS = [
    figures.days, figures.months, figures.hours, figures.pages, figures.sections,
    figures.languages, figures.referrers, figures.uncounted, figures.bot_share, figures.now,
    figures.carried,
]  # fmt: skip


def queries(act) -> int:
    """How many queries ``act()`` makes."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_reports_and_folds_ask_as_much_of_a_large_portal_as_of_a_small_one(site, reader):
    reader.open("/", said={"r": "https://zalo.me/"})
    fold.fold()
    for number in range(30):
        InfoPageFactory(parent=site.home, slug=f"trang-{number}")
    few = {report.__name__: queries(report) for report in REPORTS}
    reader.open("/", said={"r": "https://zalo.me/"})
    fold_of_few = queries(fold.fold)
    for number in range(30):
        reader.open(f"/trang-{number}/", said={"r": f"https://h{number}.vn/"})
    fold_of_many = queries(fold.fold)
    assert {report.__name__: queries(report) for report in REPORTS} == few
    assert max(few.values()) <= 3
    # Besides, new rows are written where there had been old ones alone.
    assert fold_of_many <= fold_of_few + 5


def test_rebuild_puts_sums_right(site, reader):
    reader.open("/")
    reader.open("/tin-tuc/")
    fold.fold()
    Day.objects.update(views=77)
    SectionViews.objects.all().delete()
    call_command("visits", "rebuild", stdout=open_nowhere())
    assert figures.days(1)[0].views == 2
    assert sum(section.views for section in figures.sections()) == 2


def open_nowhere():
    """A text stream that nobody reads."""
    from io import StringIO

    return StringIO()


def test_details_are_forgotten_in_time_and_the_total_never(reader, clock, settings):
    settings.PORTAL_VISITS_KEEP_DAYS = 30
    clock.set("2026-10-01 09:00:00")
    reader.open("/", said={"r": "https://zalo.me/"})
    reader.open("/", HTTP_USER_AGENT="curl/8")
    reader.beacon.close()
    fold.run()
    clock.set("2026-10-31 09:00:00")
    fold.run()
    assert HourViews.objects.exists()
    clock.set("2026-11-01 09:00:00")
    fold.run()
    for model in (HourViews, PageViews, SectionViews, ReferrerViews, Uncounted, Segment, Visitor):
        assert not model.objects.exists(), model
    assert figures.now().total == 1
    assert Day.objects.get().visitors == 1


def test_commands_say_what_they_did(reader, capsys):
    reader.open("/")
    with translation.override("en"):
        call_command("visits", "fold")
        call_command("visits", "rebuild")
        call_command("visits", "forget")
    assert capsys.readouterr().out.splitlines() == [
        "1 views added.",
        "1 days computed anew, 0 corrected.",
        "0 rows deleted.",
    ]


def test_only_one_process_of_a_node_folds(reader, settings):
    reader.open("/")
    with node_turn(settings.PORTAL_VISITS_FOLDER):
        assert fold.run() == fold.Outcome(busy=True)
        with pytest.raises(CommandError):
            call_command("visits", "fold")
    assert fold.run() == fold.Outcome(views=1)
