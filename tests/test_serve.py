"""The supervisor: it serves from edge and render processes, starts dead ones again, stops all."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.browser.server import ROOT, free_port, served, wait_for
from tests.serving import PAGES, PUBLISH, Portal, environment_of, running, until

SETTINGS = {"DJANGO_SETTINGS_MODULE": "portal.settings.test"}
# How a server is recognised by its command line.
EDGE, RENDER, WHOLE = (
    "portal.front:from_environment", "portal.render:application", "portal.wsgi:application",
)  # fmt: skip


def answers(address: str, path: str = "/robots.txt") -> bool:
    try:
        with urllib.request.urlopen(f"{address}{path}", timeout=10) as response:
            return response.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def is_alive(pid: int) -> bool:
    """Whether the process ``pid`` runs; one that has ended and was not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def children_of(pid: int) -> list[int]:
    """The processes whose parent is ``pid``, from /proc."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                parent = int(Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            if parent == pid:
                found.append(int(entry))
    return found


def servers_of(supervisor: int) -> list[tuple[str, int]]:
    """The main processes under a supervisor: what they serve, and their ids."""
    # The last word of the command; one that has ended has none.
    words = [
        (Path(f"/proc/{pid}/cmdline").read_text().split("\0"), pid)
        for pid in children_of(supervisor)
    ]
    return sorted((command[-2], pid) for command, pid in words if len(command) > 1)


def wait_until(is_so) -> None:
    ends = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.1)


def test_the_edge_answers_readers_and_others_make_pages(tmp_path):
    with served(tmp_path, "--workers", "2", "--edges", "2", **SETTINGS) as (_address, process):
        servers = servers_of(process.pid)
        assert [target for target, _pid in servers] == [EDGE, RENDER, RENDER]
        assert [len(children_of(pid)) for _target, pid in servers] == [2, 1, 1]


@pytest.mark.parametrize("target", [EDGE, RENDER])
def test_a_server_that_dies_is_started_again(tmp_path, target):
    with served(tmp_path, **SETTINGS) as (address, process):
        assert answers(address)
        before = dict(servers_of(process.pid))
        assert before.keys() == {EDGE, RENDER}
        workers = children_of(before[target])
        assert workers
        os.kill(before[target], signal.SIGKILL)
        wait_until(
            lambda: (
                dict(servers_of(process.pid)).get(target, before[target]) != before[target]
                and answers(address)
            )
        )
        after = dict(servers_of(process.pid))
        assert after.keys() == {EDGE, RENDER}
        # The other one went on.
        (other,) = {EDGE, RENDER} - {target}
        assert after[other] == before[other]
        # They finish what they have begun.
        wait_until(lambda: not any(map(is_alive, workers)))


@pytest.mark.parametrize("target", [EDGE, RENDER])
def test_a_worker_that_dies_is_started_again(tmp_path, target):
    with served(tmp_path, **SETTINGS) as (address, process):
        server = dict(servers_of(process.pid))[target]
        (worker,) = children_of(server)
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: [w for w in children_of(server) if w != worker] and answers(address))
        assert (target, server) in servers_of(process.pid)


def test_new_processes_take_the_place_of_the_present_ones_when_told(tmp_path):
    with served(tmp_path, **SETTINGS) as (address, process):
        servers = servers_of(process.pid)
        before = {worker for _target, pid in servers for worker in children_of(pid)}
        process.send_signal(signal.SIGHUP)

        def are_replaced():
            # No request fails meanwhile.
            assert answers(address)
            return not any(map(is_alive, before))

        wait_until(are_replaced)
        assert servers_of(process.pid) == servers


@pytest.mark.parametrize(
    ("options", "targets"), [((), [EDGE, RENDER]), (("--single-process",), [WHOLE])]
)
def test_it_stops_with_all_its_processes_when_told(tmp_path, options, targets):
    with served(tmp_path, *options, **SETTINGS) as (address, process):
        servers = servers_of(process.pid)
        assert [target for target, _pid in servers] == targets
        assert answers(address)
        family = [
            *[pid for _target, pid in servers],
            *[worker for _target, pid in servers for worker in children_of(pid)],
        ]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert not answers(address)
        assert not [pid for pid in family if is_alive(pid)]


def test_it_serves_though_the_database_is_not_there(tmp_path):
    with served(tmp_path, **SETTINGS, DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing") as (
        address,
        process,
    ):
        time.sleep(1)
        assert process.poll() is None
        assert answers(address)
        assert answers(address, "/healthz")


def test_all_edge_processes_learn_of_what_is_published(var):
    with running(var, "--edges", "2", "--workers", "1") as portal:
        for _time in range(20):
            until(lambda: portal.get(PAGES[2]).says("hit"), 60, "a hit")
        portal.manage(f"{PUBLISH}publish(0, 'Tên khác')")
        until(lambda: is_new(portal.get(PAGES[2])), 15, "what is new")
        assert all(is_new(portal.get(PAGES[2])) for _time in range(40))


def test_another_wsgi_server_keeps_pages_and_follows_what_is_published(var):
    port = free_port()
    environment = environment_of(var, PORTAL_URL=f"http://127.0.0.1:{port}")
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    with (var / "log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "portal.wsgi:application"],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    portal = Portal(port, var, process, environment, var / "log")
    try:
        wait_for(f"http://127.0.0.1:{port}", process)
        until(lambda: portal.get(PAGES[2]).says("hit"), 60, "a hit")
        portal.manage(f"{PUBLISH}publish(0, 'Tên khác')")
        until(lambda: is_new(portal.get(PAGES[2])), 15, "what is new")
    finally:
        process.terminate()
        process.wait(40)


def is_new(answer) -> bool:
    return answer.status == 200 and "Tên khác" in answer.body.decode()
