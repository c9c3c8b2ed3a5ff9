"""The supervisor: it answers, starts a dead server again, and stops in order."""

import os
import signal
import time
import urllib.error
import urllib.request

from tests.browser.server import served

SETTINGS = {"DJANGO_SETTINGS_MODULE": "portal.settings.test"}


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/robots.txt", timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def children_of(pid: int) -> list[int]:
    """The processes whose parent is ``pid``, from /proc."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            if parent == pid:
                found.append(int(entry))
    return found


def test_a_server_that_dies_is_started_again(tmp_path):
    with served(tmp_path, **SETTINGS) as (address, process):
        assert answers(address)
        (server,) = children_of(process.pid)
        workers = children_of(server)
        os.kill(server, signal.SIGKILL)
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            if children_of(process.pid) not in ([], [server]) and answers(address):
                break
            time.sleep(0.2)
        assert answers(address)
        assert children_of(process.pid) != [server]
        assert not [pid for pid in workers if os.path.exists(f"/proc/{pid}")]


def test_it_stops_with_all_its_processes_when_told(tmp_path):
    with served(tmp_path, **SETTINGS) as (address, process):
        (server,) = children_of(process.pid)
        family = [server, *children_of(server)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert not answers(address)
        assert not [pid for pid in family if os.path.exists(f"/proc/{pid}")]


def test_it_serves_though_the_database_is_not_there(tmp_path):
    with served(tmp_path, **SETTINGS, DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing") as (
        address,
        process,
    ):
        time.sleep(1)
        assert process.poll() is None
        assert answers(address)
