"""A full disk loses no visit that was answered for, nor do real edge processes that are killed."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from portal.visits import segments
from portal.visits.configuration import BeaconSettings
from tests.browser.server import ROOT, free_port
from tests.visits import FIREFOX, edge
from tests.visits_folding import real_clock

# The copied database is made from the one of the suite.
pytestmark = pytest.mark.django_db


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
                # Where all processes are dead they are given the time to be started.
                time.sleep(0.05)
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
            before = crowd.counted
            with suppress(OSError, ProcessLookupError):
                os.kill(worker(port), signal.SIGKILL)
                kills += 1
            time.sleep(0.15)
            # On a slow machine all would be dead at once, and nothing to lose.
            while crowd.is_there and crowd.counted < before + 30:
                time.sleep(0.05)
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
