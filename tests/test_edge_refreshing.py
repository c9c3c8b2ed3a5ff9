"""What the edge makes anew behind its readers' backs, and that no page is made twice at a time."""

import subprocess
import sys
import threading
import time

import pytest

from portal.pagecache.config import Config
from portal.pagecache.edge.application import Edge
from portal.pagecache.edge.flights import Flights
from portal.pagecache.edge.upstream import Response
from tests.browser.server import ROOT
from tests.fronting import HOST, ask
from tests.keeping import ORIGIN, keep


@pytest.fixture
def config(tmp_path) -> Config:
    return Config(folder=str(tmp_path), origin=ORIGIN, hosts=[HOST])


class Slow:
    """Makes pages anew, which takes a moment."""

    def __init__(self):
        self.made = threading.Event()

    def send(self, request):
        time.sleep(0.3)
        keep(self.edge, request.path, 1e12, text=b"second")
        self.made.set()
        return Response(200, [("X-Portal-Fill", "stored")])


def test_what_is_out_of_date_is_made_anew_while_nobody_waits(config):
    upstream = Slow()
    edge = upstream.edge = Edge(config, upstream)
    keep(edge, "/", time.time() - 1)
    began = time.monotonic()
    answer = ask(edge, "/")
    assert (answer.body, "ttl=-" in answer.cache_status) == (b"kept", True)
    assert time.monotonic() - began < 0.25
    assert upstream.made.wait(10)
    edge.words.bump()
    assert ask(edge, "/").body == b"second"


@pytest.mark.parametrize(("seconds", "is_served"), [(9, True), (11, False)])
def test_what_is_out_of_date_is_served_for_ten_seconds_at_most(config, seconds, is_served):
    upstream = Slow()
    edge = upstream.edge = Edge(config, upstream)
    keep(edge, "/", time.time() - seconds)
    assert (ask(edge, "/").body == b"kept") is is_served


def test_the_most_read_is_made_anew_first(config):
    edge = Edge(config, None)
    past = time.time() - 1
    for path, soft_at, tags in (
        ("/few/", past, ()),
        ("/many/", past, ()),
        ("/fresh/", 1e12, ()),
        ("/gone/", past, ["tag"]),
    ):
        keep(edge, path, soft_at, tags=tags)
    hits = {"many": 9, "few": 1, "gone": 5}
    with edge.store.writing() as writer:
        writer.count_hits({f"{ORIGIN}/{name}/": count for name, count in hits.items()})
        writer.purge([("tag", True)])
    assert list(edge.refresher.due()) == [f"{ORIGIN}/{name}/" for name in ("many", "gone", "few")]


HOLDS = """
import sys, time
from pathlib import Path
from portal.pagecache.edge.flights import Flights
with Flights(Path(sys.argv[1])).alone("a"):
    print("held", flush=True)
    time.sleep(1.5)
"""


def test_a_page_is_made_by_one_process_at_a_time(tmp_path):
    command = [sys.executable, "-c", HOLDS, str(tmp_path)]
    flights = Flights(tmp_path)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        other.stdout.readline()
        with flights.alone("b") as is_first:
            assert is_first
            assert other.poll() is None
        began = time.monotonic()
        with flights.alone("a") as is_first:
            assert not is_first
            assert time.monotonic() - began > 0.5
