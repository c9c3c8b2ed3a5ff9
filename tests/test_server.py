"""A server whose workers are replaced: somebody who is ready answers at every instant."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.server import Options, Server, listen
from tests.serving import ROOT, ask, family, is_alive, until


@dataclass
class Served:
    """A server, and the file that says how its workers are loaded (`tests.loading`)."""

    process: subprocess.Popen
    port: int
    loading: Path

    def pid(self) -> int:
        """Ask for the worker's process; nobody who asks waits long."""
        answer = ask(self.port, "/", timeout=3)
        assert answer.status == 200, answer
        return int(answer.body)

    def restart(self, seconds: str) -> None:
        """Begin to replace the worker by one that takes so long to load."""
        self.loading.write_text(seconds)
        self.process.send_signal(signal.SIGHUP)


@pytest.fixture
def server(tmp_path) -> Iterator[Served]:
    loading = tmp_path / "loading"
    loading.write_text("0")
    with listen("127.0.0.1", 0) as listening:
        options = Options("tests.loading:slowly", listening.fileno(), threads=2, is_factory=True)
        process = subprocess.Popen(
            options.command(),
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "LOADING": str(loading)},
            pass_fds=[listening.fileno()],
            stderr=subprocess.DEVNULL,
        )
        served = Served(process, listening.getsockname()[1], loading)
        try:
            until(lambda: ask(served.port, "/", timeout=3).status == 200, 30, "an answer")
            yield served
        finally:
            process.terminate()
            process.wait(30)


def test_a_worker_serves_until_the_one_that_takes_its_place_can(server):
    first = server.pid()
    server.restart("7")
    began = time.monotonic()
    while (now := server.pid()) == first:
        assert time.monotonic() < began + 30
        time.sleep(0.05)
    assert time.monotonic() > began + 7
    until(lambda: not is_alive(first), 10, "the end of the first worker")
    assert server.pid() == now


def test_a_server_that_is_told_to_stop_waits_for_no_new_worker(server):
    (first,) = family(server.process.pid)
    server.restart("60")
    until(lambda: len(family(server.process.pid)) == 2, 10, "a second worker")
    server.process.terminate()
    server.process.wait(10)
    assert not is_alive(first)


def test_a_worker_serves_on_where_the_one_that_was_to_take_its_place_cannot_be_loaded(server):
    first = server.pid()
    server.restart("1 fails")
    until(lambda: len(family(server.process.pid)) == 2, 10, "a second worker")
    until(lambda: len(family(server.process.pid)) == 1, 10, "its end")
    for _ in range(20):
        assert server.pid() == first
        time.sleep(0.05)
    server.restart("0")
    until(lambda: server.pid() != first, 10, "an answer of another worker")


def test_a_server_whose_parent_is_gone_does_not_begin(tmp_path):
    options = Options("tests.loading:slowly", path=str(tmp_path / "socket"), is_factory=True)
    *words, _parent, target = options.command()
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert subprocess.run([*words, str(gone.pid), target], cwd=ROOT, timeout=30).returncode == 1
    assert not (tmp_path / "socket").exists()


def test_a_server_that_is_told_to_stop_twice_at_once_takes_no_lock_twice():
    """A signal may come while the one before it is being heeded, in the same thread."""
    server = Server(Options("tests.loading:slowly"))
    server.signal_handler_interrupt()
    again = threading.Thread(target=server.signal_handler_interrupt, daemon=True)
    with server.main_loop_interrupt._cond:
        again.start()
        again.join(10)
        assert not again.is_alive()


def test_a_worker_that_is_killed_is_replaced(server):
    first = server.pid()
    os.kill(first, signal.SIGKILL)
    assert server.pid() != first
