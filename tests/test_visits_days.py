"""Days, weeks and years of Asia/Ho_Chi_Minh, clocks that jump, salts that end with their day."""

import stat
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.visits import figures, fold, salts, segments
from portal.visits.calendar import Calendar, week_of
from portal.visits.models import Day, HourViews, Visitor
from tests.visits import Clock, edge


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    made.rule(monkeypatch)
    return made


@pytest.fixture
def reader(settings, clock, db):
    with edge(settings.PORTAL_VISITS_FOLDER, clock) as made:
        yield made


def days():
    return {day.isoformat(): views for day, views in Day.objects.values_list("day", "views")}


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_a_week_begins_on_monday(day):
    monday, sunday = (date.fromisoformat(text) for text in week_of(day.isoformat()))
    assert monday.isocalendar() == (*day.isocalendar()[:2], 1)
    assert sunday == monday + timedelta(days=6)


@given(st.integers(0, 4_000_000_000))
def test_the_day_is_that_of_the_zone(now):
    calendar = Calendar("Asia/Ho_Chi_Minh")
    day, hour = calendar.day_and_hour(now)
    # UTC+7 since 1975; the zone's rules before that are of no interest.
    if now > 200_000_000:
        local = now + 7 * 3600
        assert day == (date(1970, 1, 1) + timedelta(days=local // 86400)).isoformat()
        assert int(hour) == local % 86400 // 3600


@pytest.mark.parametrize(
    ("before", "after", "week_ends"),
    [
        ("2026-11-24 23:59:58", "2026-11-25 00:00:01", False),  # Tuesday, Wednesday
        ("2026-11-29 23:59:58", "2026-11-30 00:00:01", True),  # Sunday, Monday
        ("2026-12-31 23:59:58", "2027-01-01 00:00:01", False),  # Thursday, Friday
        ("2023-12-31 23:59:58", "2024-01-01 00:00:01", True),  # Sunday, Monday and New Year
    ],
)
@pytest.mark.parametrize("fold_between", [True, False])
def test_at_midnight_a_day_ends_and_on_sunday_a_week(
    reader, clock, before, after, week_ends, fold_between
):
    clock.set(before)
    fold.fold()
    for _ in range(3):
        reader.open("/")
    if fold_between:
        fold.fold()
    clock.set(after)
    reader.open("/")
    reader.open("/")
    expected = {"today": 2, "week": 2 if week_ends else 5, "total": 5}
    for _ in range(2):
        numbers = reader.numbers()
        told = figures.now()
        assert {key: numbers[key] for key in expected} == expected
        assert (told.today, told.week, told.total) == tuple(expected.values())
        fold.fold()
    assert days() == {before[:10]: 3, after[:10]: 2}
    assert set(HourViews.objects.values_list("hour", "views")) == {(23, 3), (0, 2)}


def test_clocks_may_jump_and_nothing_is_lost_or_counted_twice(reader, clock):
    jumps = [
        "2026-11-24 10:00:00", "2026-11-24 09:00:00", "2026-11-23 23:59:59", "2031-01-01 00:00:00",
        "2026-11-24 10:00:01", "2026-11-25 00:00:00", "2026-11-24 23:59:59", "2026-11-25 00:00:01",
    ]  # fmt: skip
    for number, text in enumerate(jumps, 1):
        clock.set(text)
        assert reader.open("/")["counted"]
        if number % 3 == 0:
            fold.fold()
            assert sum(days().values()) == number
        if number > 3:
            assert reader.numbers()["total"] == number
    fold.fold()
    fold.fold()
    assert days() == {"2026-11-24": 4, "2026-11-23": 1, "2031-01-01": 1, "2026-11-25": 2}


def test_a_jump_of_the_clock_does_not_let_repeats_through(reader, clock):
    assert reader.open("/", tab="t")["counted"]
    clock.set("2026-11-24 12:00:00")
    assert not reader.open("/", tab="t")["counted"]
    clock.set("2026-11-24 08:00:00")
    assert not reader.open("/", tab="t")["counted"]
    assert reader.numbers()["online"] == 1


def test_a_tab_open_at_midnight_is_online_once(reader, clock):
    clock.set("2026-11-24 23:58:00")
    reader.open("/", tab="a")
    reader.open("/", tab="b")
    clock.go_on(150)
    reader.open("/x/", tab="a")
    assert reader.numbers()["online"] == 2
    clock.go_on(200)
    assert reader.numbers()["online"] == 1


def test_visitors_are_counted_for_a_day_and_what_they_were_known_by_is_destroyed(reader, clock):
    folder = reader.folder
    for page in "abc":
        reader.open(f"/{page}/", tab="one")
    reader.open("/", tab="two")
    fold.fold()
    assert salts.days(folder) == ["2026-11-24"]
    assert stat.S_IMODE((folder / "salt-2026-11-24").stat().st_mode) == 0o600
    assert Visitor.objects.count() == 2
    assert figures.days(1)[0].visitors == 2

    clock.set("2026-11-25 00:00:30")
    reader.open("/", tab="one")
    fold.fold()
    # Somebody may still be writing a line of yesterday.
    assert salts.days(folder) == ["2026-11-24", "2026-11-25"]
    clock.set("2026-11-25 00:20:00")
    reader.beacon._do_chores()
    fold.fold()
    assert salts.days(folder) == ["2026-11-25"]
    assert set(reader.beacon._salts._kept) == {"2026-11-25"}
    assert [segments.day_of(name) for name in segments.names(folder)] == ["2026-11-25"]
    assert set(Visitor.objects.values_list("day", flat=True)) == {date(2026, 11, 25)}
    assert [(d.views, d.visitors) for d in figures.days(2)] == [(4, 2), (1, 1)]


def test_an_idle_process_lets_go_of_the_day_that_has_ended(reader, clock):
    reader.open("/")
    clock.set("2026-11-25 00:20:00")
    fold.fold()
    # The process may still write to its segment, as far as anybody else can tell.
    assert salts.days(reader.folder) == ["2026-11-24"]
    reader.beacon._do_chores()
    fold.fold()
    assert salts.days(reader.folder) == []
    assert segments.names(reader.folder) == []
    assert reader.beacon._salts._kept == {}
    assert figures.days(2)[0].visitors == 1


def test_processes_of_a_node_share_a_salt_and_nodes_do_not(tmp_path):
    one, two = salts.Salts(tmp_path / "a"), salts.Salts(tmp_path / "a")
    other = salts.Salts(tmp_path / "b")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert one.of("2026-11-24") == two.of("2026-11-24") != other.of("2026-11-24")
    assert one.of("2026-11-25") != one.of("2026-11-24")
    assert one.existing("2026-11-26") is None


def test_where_no_salt_can_be_kept_a_process_has_its_own(tmp_path):
    lonely = salts.Salts(tmp_path / "missing")
    assert len(lonely.of("2026-11-24")) == salts.LENGTH
    assert lonely.of("2026-11-24") == lonely.of("2026-11-24")


def test_visitors_of_a_node_that_is_gone_are_forgotten_too(reader, clock):
    Day.objects.create(day=date(2026, 11, 20), views=5)
    Visitor.objects.create(node="gone", day=date(2026, 11, 20), key="0" * 16)
    fold.run()
    assert not Visitor.objects.exists()
    assert Day.objects.get(day=date(2026, 11, 20)).visitors == 1
