"""Folding loses no visit and counts none twice: with real processes, and real kills."""

import os
import random
import shutil
import time

import pytest

from portal.visits import segments
from portal.visits.live import Live
from tests.visits import edge
from tests.visits_folding import real_clock

# The copied database is made from the one of the suite.
pytestmark = pytest.mark.django_db

STEPS = [
    "before the transaction", "after a mark was moved", "before the sums", "before the commit",
    "after the commit", "before a day is closed", "before its salt goes", "after a day is closed",
    "within the snapshot", "before the removal", "within the removal", "after the removal",
]  # fmt: skip
DAY = 86_400


@pytest.mark.parametrize("step", STEPS)
def test_a_fold_killed_at_any_step_loses_nothing_and_adds_nothing_twice(
    folding, exact, tmp_path, step
):
    folding.fold(tmp_path)
    yesterday = real_clock(DAY + 1200)
    with edge(tmp_path, yesterday) as reader:
        for number in range(5):
            reader.open("/", tab=f"{number}")
            reader.open("/x/", tab=f"{number}")
    clock = real_clock()
    with edge(tmp_path, clock) as reader:
        for _ in range(7):
            reader.open("/")
        assert reader.numbers()["total"] == 17
    assert folding.fold(tmp_path, kill=step) == ["killed"]
    assert folding.views() in (0, 17)
    with edge(tmp_path, clock) as reader:
        assert reader.numbers()["total"] == 17
        for _ in range(3):
            reader.open("/", tab=f"after {random.random()}")
        assert reader.numbers()["total"] == 20
        folding.fold(tmp_path)
        assert reader.numbers()["total"] == folding.views() == 20
    assert folding.fold(tmp_path) == [0]
    exact(20)
    assert segments.names(tmp_path) == []
    counted = folding.do("numbers")["days"]
    day = sorted(counted)[0]
    assert counted[day] == [10, 5]


def test_folds_killed_at_any_moment_lose_nothing(folding, exact, tmp_path):
    chance = random.Random(4)
    live = Live(tmp_path)
    with edge(tmp_path, real_clock(), network_limit=10_000) as reader:
        folding.fold(tmp_path)
        total = shown = 0
        for _ in range(25):
            for _ in range(40):
                total += reader.open("/")["counted"]
            folding.fold(tmp_path, kill_after=chance.uniform(0.005, 0.12))
            live.refresh()
            shown, before = live.numbers("2026-11-24")[2], shown
            assert shown == reader.numbers()["total"] == total > before
        folding.fold(tmp_path)
        assert total == 1000
        exact(total)


def test_nodes_that_fold_at_once_add_up(folding, exact, tmp_path):
    folders = [tmp_path / name for name in ("one", "two", "three")]
    clock = real_clock()
    with (
        edge(folders[0], clock) as one,
        edge(folders[1], clock) as two,
        edge(folders[2], clock) as three,
    ):
        for turn in range(5):
            for reader in (one, two, three):
                for number in range(20):
                    reader.open(f"/{number}/", tab=f"{turn}")
            # Each node twice at once: of two at the same lines one finds the other at work, or
            # comes when all is done.
            ends = folding.fold(*folders, *folders)
            assert sum(end for end in ends if end != "busy") == 60
            assert folding.views() == (turn + 1) * 60
        folding.fold(*folders)
        exact(300)
        for reader in (one, two, three):
            numbers = reader.numbers()
            assert (numbers["total"], numbers["today"]) == (300, 300)


def test_a_node_that_was_copied_counts_once(folding, exact, tmp_path):
    folding.fold(tmp_path / "one")
    with edge(tmp_path / "one", real_clock()) as reader:
        for _ in range(10):
            reader.open("/")
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    folding.fold(tmp_path / "one", tmp_path / "copy")
    folding.fold(tmp_path / "one", tmp_path / "copy")
    exact(10)
    assert segments.names(tmp_path / "copy") == []


def test_a_database_away_for_an_hour_loses_nothing(folding, exact, tmp_path):
    clock = real_clock(5400)
    total = 0
    with edge(tmp_path, clock, visitor_limit=10_000, network_limit=10_000) as reader:
        folding.fold(tmp_path)
        for second in range(3600):
            clock.go_on(1)
            total += reader.open(f"/{second % 50}/", tab="t")["counted"]
            if second % 900 == 450:
                assert folding.fold(tmp_path, away=True) == ["failed"]
                assert reader.numbers()["total"] == total
        assert total == 3600
        assert folding.views() == 0
        assert folding.fold(tmp_path) == [3600]
        assert reader.numbers()["total"] == 3600
        exact(3600)


def test_segments_end_at_a_size_and_go_when_they_are_folded(folding, tmp_path, monkeypatch):
    monkeypatch.setattr(segments, "MAX_BYTES", 1000)
    with edge(tmp_path, real_clock()) as reader:
        for number in range(100):
            reader.open(f"/{number}/")
        assert len(segments.names(tmp_path)) == 3
        folding.fold(tmp_path)
        assert len(segments.names(tmp_path)) == 1
        assert reader.numbers()["total"] == folding.views() == 100


def test_half_a_line_counts_for_nothing(folding, tmp_path):
    with edge(tmp_path, real_clock()) as reader:
        reader.open("/")
    (name,) = segments.names(tmp_path)
    path = tmp_path / name
    whole = path.read_bytes()
    for cut in range(len(whole)):
        path.write_bytes(whole + whole[:cut])
        live = Live(tmp_path)
        live.refresh()
        assert live.unfolded.total() == 1
    path.write_bytes(whole + whole[:-1])
    folding.fold(tmp_path)
    assert folding.views() == 1
    assert segments.names(tmp_path) == []


def test_lines_that_a_fault_of_the_disk_has_spoilt_are_counted_alike_by_all(folding, tmp_path):
    with edge(tmp_path, real_clock()) as reader:
        reader.open("/")
    (name,) = segments.names(tmp_path)
    lines = b"99\t\t\t\tv\n\xff\xfe\tv\n\n\tv\n12\tbot\tx\tn\n12\tnone\t4\tn\n7\ta\tb\tc\td\tv\n"
    with open(tmp_path / name, "ab") as file:
        file.write(lines)
    live = Live(tmp_path)
    live.refresh()
    folding.fold(tmp_path)
    assert live.unfolded.total() == folding.views() == 5


def test_what_is_written_is_on_the_disk_within_a_second(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fdatasync", lambda handle: synced.append(os.fstat(handle).st_size))
    with edge(tmp_path, real_clock()) as reader:
        reader.open("/")
        ends = time.monotonic() + 3
        while not synced and time.monotonic() < ends:
            time.sleep(0.05)
        (name,) = segments.names(tmp_path)
        assert synced == [(tmp_path / name).stat().st_size]
