"""Never lost, never twice: with real processes, and real kills where it says so."""

import http.client
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from portal.visits import segments
from portal.visits.configuration import BeaconSettings
from portal.visits.live import Live
from tests.browser.server import free_port
from tests.visits import FIREFOX, Clock, edge

# The copied database is made from the one of the suite.
pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent
STEPS = [
    "before the transaction", "after a mark was moved", "before the sums", "before the commit",
    "after the commit", "before a day is closed", "before its salt goes", "after a day is closed",
    "within the snapshot", "before the removal", "within the removal", "after the removal",
]  # fmt: skip
DAY = 86_400


class Folding:
    """The program tests/visits_node.py, with a database of its own."""

    def __init__(self, url: str):
        environment = {**os.environ, "DATABASE_URL": url}
        environment["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.visits_node"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=environment,
            text=True,
        )

    def do(self, what: str, **order):
        """Return the answer to an order."""
        self.process.stdin.write(json.dumps({"do": what, **order}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def fold(self, *folders, **order) -> list:
        """Return how the folds of ``folders`` ended, all begun at once."""
        return self.do("fold", folders=[str(folder) for folder in folders], **order)

    def views(self) -> int:
        """Return the total, having seen that all tables agree on it."""
        numbers = self.do("numbers")
        views = numbers["views"]
        assert (numbers["hours"], numbers["pages"], numbers["segments"]) == (views, views, views)
        return views


@contextmanager
def database_of_its_own(folder: Path) -> Iterator[str]:
    """A copy of the empty test database that other processes can use; yields its address."""
    if connection.vendor == "sqlite":
        path = folder / "visits.sqlite3"
        connection.ensure_connection()
        with sqlite3.connect(path) as copy:
            connection.connection.backup(copy)
        copy.close()
        yield f"sqlite:///{path}"
        return
    values = connection.settings_dict
    name = f"visits_{uuid.uuid4().hex}"
    address = {"host": values["HOST"], "port": values["PORT"], "user": values["USER"]}
    if values["PASSWORD"]:
        address["password"] = values["PASSWORD"]
    # A database that somebody is connected to cannot be copied.
    connection.close()
    with psycopg.connect(dbname="postgres", autocommit=True, **address) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {values['NAME']}")
        try:
            login = quote(values["USER"]) + (
                f":{quote(values['PASSWORD'])}" if values["PASSWORD"] else ""
            )
            yield f"postgres://{login}@{values['HOST']}:{values['PORT']}/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def program(django_db_setup, django_db_blocker, tmp_path_factory):
    with (
        django_db_blocker.unblock(),
        database_of_its_own(tmp_path_factory.mktemp("database")) as url,
    ):
        made = Folding(url)
        yield made
        made.process.stdin.close()
        assert made.process.wait(20) == 0


@pytest.fixture
def folding(program):
    program.do("clear")
    return program


@pytest.fixture
def exact(record_property, folding):
    """Says that the database has counted what was answered for; both stand in a JUnit report."""

    def check(answered: int) -> None:
        counted = folding.views()
        record_property("visits answered", answered)
        record_property("visits counted", counted)
        assert counted == answered

    return check


def real_clock(seconds_ago: float = 0) -> Clock:
    """A clock that agrees with that of the folding processes, but for ``seconds_ago``."""
    clock = Clock()
    clock.now = time.time() - seconds_ago
    return clock


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


# A full disk

FULL = """
import json, resource, signal, sys, time
from pathlib import Path
from tests.visits import edge, Clock
folder, way = Path(sys.argv[1]), sys.argv[2]
clock = Clock()
clock.now = time.time()
counted = 0
with edge(folder, clock) as reader:
    for number in range(20):
        counted += reader.open("/")["counted"]
    # Less than a line more than a few lines: some write is cut short in the midst of a line.
    (segment,) = folder.glob("*.seg")
    room = 333
    if way == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (segment.stat().st_size + room, -1))
    else:
        filler = open(folder / "filler", "wb", buffering=0)
        try:
            while True:
                filler.write(bytes(512))
        except OSError:
            pass
    for number in range(300):
        counted += reader.open("/")["counted"]
    during = reader.numbers()["total"]
    if way == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
    else:
        filler.close()
        (folder / "filler").unlink()
    reader.beacon._do_chores()
    pending = reader.beacon._writer.has_pending
    counted += reader.open("/")["counted"]
    print(json.dumps([counted, during, pending, reader.numbers()["total"]]))
"""


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a disk of 2 MB at ``folder``; yields whether that was possible."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder]
    found = subprocess.run(mount, capture_output=True).returncode == 0 if on_path() else False
    try:
        yield found
    finally:
        if found:
            subprocess.run(["umount", folder], check=True)


def on_path() -> bool:
    """Whether disks may be mounted here."""
    return os.geteuid() == 0 and shutil.which("mount") is not None


@pytest.mark.parametrize("way", ["limit", "disk"])
def test_on_a_full_disk_lines_wait_in_memory(folding, exact, tmp_path, way):
    with small_disk(tmp_path / "disk") as mounted:
        # Where none can be mounted, files that may not grow are as near as one can come.
        way = way if mounted else "limit"
        folder = tmp_path / "disk"
        folding.fold(folder)
        done = subprocess.run(
            [sys.executable, "-c", FULL, str(folder), way],
            cwd=ROOT, capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        counted, during, pending, total = json.loads(done.stdout)
        assert (counted, during, pending, total) == (321, 320, False, 321)
        folding.fold(folder)
        exact(321)


def test_what_waits_in_memory_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(segments, "PENDING_LINES", 50)
    monkeypatch.setattr(segments.Writer, "_open", refuse)
    with edge(tmp_path, real_clock()) as reader:
        found = [reader.open("/")["counted"] for _ in range(60)]
        assert found == [True] * 50 + [False] * 10
        assert dict(reader.beacon._tallies).popitem()[1] == 10


def refuse(*_arguments):
    """Fail as a full disk does."""
    raise OSError(28, "No space left on device")


# Real edge processes


@contextmanager
def granian(folder: Path, workers: int, **settings) -> Iterator[int]:
    """Edge processes on a port of loopback, which is yielded."""
    port = free_port()
    settings = BeaconSettings(folder=str(folder), hosts=("127.0.0.1",), **settings)
    process = subprocess.Popen(
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
            "--port", str(port), "--workers", str(workers), "--blocking-threads", "2",
            "--respawn-failed-workers", "--respawn-interval", "0.1", "--log-level", "critical",
            "--workers-kill-timeout", "3", "tests.visits_edge:application",
        ],
        cwd=ROOT,
        env={**os.environ, "PORTAL_VISITS": settings.as_text()},
        start_new_session=True,
    )  # fmt: skip
    try:
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            with suppress(OSError):
                worker(port)
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def worker(port: int) -> int:
    """The process that answers a new connection to ``port``."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    asked.request("GET", "/pid")
    return int(asked.getresponse().read())


class Crowd:
    """Readers in threads: what was counted for them, and what was asked and never answered."""

    def __init__(self, port: int, threads: int, pages: int):
        self.counted = self.unanswered = 0
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._read, args=(port, number, pages))
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def _read(self, port, number, pages):
        asked = None
        headers = {
            "User-Agent": FIREFOX, "Sec-Fetch-Site": "same-origin", "X-Client": f"10.9.{number}.1",
        }  # fmt: skip
        for page in range(pages):
            body = json.dumps({"p": f"/{page}/", "n": f"{number}"})
            try:
                # A tab uses now this connection, now another one, and so meets every process.
                if asked is None or page % 5 == 0:
                    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                asked.request("POST", "/_v", body, headers)
                counted = json.loads(asked.getresponse().read())["counted"]
            except (OSError, http.client.HTTPException):
                asked = None
                with self._lock:
                    self.unanswered += 1
                continue
            with self._lock:
                self.counted += counted

    def wait(self):
        for thread in self._threads:
            thread.join()

    @property
    def is_there(self) -> bool:
        """Whether somebody still reads."""
        return any(thread.is_alive() for thread in self._threads)


def test_four_edge_processes_count_together(folding, exact, tmp_path):
    folding.fold(tmp_path)
    with granian(tmp_path, 4) as port:
        crowd = Crowd(port, threads=8, pages=150)
        while crowd.is_there:
            assert folding.fold(tmp_path) != ["failed"]
        assert (crowd.counted, crowd.unanswered) == (1200, 0)
        folding.fold(tmp_path)
        exact(1200)
        time.sleep(1.1)
        assert len({worker(port) for _ in range(40)}) > 1
        shown = {numbers(port)["total"] for _ in range(20)}
        assert shown == {1200}
    assert folding.do("numbers")["visitors"] == 8


def numbers(port: int) -> dict:
    """The public numbers, from whichever process answers."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    asked.request("GET", "/_v")
    return json.loads(asked.getresponse().read())


def test_edge_processes_killed_again_and_again_lose_nothing_they_answered_for(
    folding, record_property, tmp_path
):
    folding.fold(tmp_path)
    with granian(tmp_path, 4) as port:
        crowd = Crowd(port, threads=8, pages=250)
        kills = 0
        while crowd.is_there:
            with suppress(OSError, ProcessLookupError):
                os.kill(worker(port), signal.SIGKILL)
                kills += 1
            time.sleep(0.15)
            folding.fold(tmp_path)
        assert kills
    folding.fold(tmp_path)
    # A page whose answer was lost with its process may have been written down or not.
    counted = folding.views()
    record_property("visits answered", crowd.counted)
    record_property("visits counted", counted)
    record_property("visits whose answer was lost", crowd.unanswered)
    assert crowd.counted <= counted <= crowd.counted + crowd.unanswered
    assert crowd.counted > 500
    assert segments.names(tmp_path) == []
    assert folding.fold(tmp_path) == [0]
