"""A clock that is set back by an hour makes nothing that is out of date seem up to date again."""

import shutil
import time

import pytest

from portal.pagecache.config import Config
from portal.pagecache.edge.application import FAILED_SECONDS, Edge
from portal.pagecache.edge.upstream import Response, UnavailableError
from portal.pagecache.follower import Follower, follow
from portal.pagecache.journal import touch
from portal.pagecache.store.entries import NEVER
from portal.pagecache.store.words import Words
from tests.fronting import HOST, ask
from tests.keeping import ORIGIN, keep
from tests.test_store import entry, put

HOUR = 3600


class Clock:
    """The time of day, as everything in this process sees it."""

    def __init__(self):
        self.shift = 0.0
        self._true = time.time

    def __call__(self) -> float:
        return self._true() + self.shift


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(time, "time", made)
    return made


@pytest.fixture
def config(tmp_path) -> Config:
    return Config(folder=str(tmp_path / "node"), origin=ORIGIN, hosts=[HOST])


class Failing:
    """Cannot be reached or fails, until ``is_well``; then makes and keeps the page."""

    def __init__(self, failure: Response | None):
        self.failure = failure
        self.is_well = False

    def send(self, request):
        if self.is_well:
            keep(self.edge, request.path, NEVER, text=b"anew")
            return Response(200, [("X-Portal-Fill", "stored")])
        if self.failure is None:
            raise UnavailableError
        return self.failure


def edge_before(config: Config, failure: Response | None) -> Edge:
    upstream = Failing(failure)
    edge = upstream.edge = Edge(config, upstream)
    # So that nothing is made behind the readers' backs.
    edge.refresher.start = lambda: None
    return edge


def test_files_that_are_removed_are_missed_at_once(config, clock):
    edge = edge_before(config, None)
    keep(edge, "/", NEVER)
    assert ask(edge, "/").is_hit
    shutil.rmtree(config.path)
    # Whoever withdraws a page tells so in new files, which nobody of the edge has open.
    Words(config.path).bump()
    clock.shift = -HOUR
    assert ask(edge, "/").status == 503


@pytest.mark.parametrize("failure", [None, Response(500)])
def test_what_could_not_be_made_is_tried_again_soon(config, clock, failure):
    edge = edge_before(config, failure)
    # For too long to be shown while there is another, before and after.
    keep(edge, "/", time.time() - 2 * HOUR)
    assert "stale-if-error" in ask(edge, "/").cache_status
    clock.shift = -HOUR
    edge.upstream.is_well = True
    time.sleep(FAILED_SECONDS + 0.1)
    assert ask(edge, "/").body == b"anew"
    assert ask(edge, "/").is_hit


def test_it_is_said_that_nobody_has_looked_at_the_journal_since(config, clock):
    edge = edge_before(config, None)
    keep(edge, "/", NEVER)
    edge.words.followed_at = time.time()
    assert ask(edge, "/").cache_status == "portal; hit"
    clock.shift = -HOUR
    assert "journal-lag" in ask(edge, "/").cache_status
    # What is said holds for a second.
    clock.shift -= 1
    edge.words.followed_at = time.time()
    assert ask(edge, "/").cache_status == "portal; hit"


@pytest.mark.parametrize("is_awake", [True, False])
def test_what_was_out_of_date_stays_so(pagecache, clock, is_awake):
    """Whether somebody looks when the clock is set back, or only afterwards."""
    must_go = entry(2)
    must_go.hard_at = time.time() - 1
    later = entry(3)
    later.soft_at = time.time() + 60
    missing = entry(4, status=404)
    missing.hard_at = time.time() + 60
    put(pagecache.store, entry(0), entry(1), must_go, later, missing)
    touch("t0")
    follow()
    read = pagecache.store.read
    assert read(entry(0).key).soft_at <= time.time()
    before = time.time() if is_awake else pagecache.words.followed_at + 1.0
    epoch = pagecache.words.epoch
    clock.shift = -HOUR
    assert Follower()._keep_time(pagecache, before) <= time.time()
    now = time.time()
    assert pagecache.words.epoch != epoch
    assert now - 1 < read(entry(0).key).soft_at <= now
    assert now - 1 < read(must_go.key).hard_at <= now
    assert read(entry(1).key).soft_at == NEVER
    assert read(later.key).soft_at == later.soft_at
    assert read(missing.key).hard_at <= now + 60
    epoch = pagecache.words.epoch
    Follower()._keep_time(pagecache, now)
    assert pagecache.words.epoch == epoch
