"""Readers who keep their connections lose nothing while the portal is restarted."""

from collections.abc import Callable

from tests.lasting import Readers
from tests.serving import PAGES, Load, Portal, running
from tests.test_faults_restart import FRONT, RENDER, SINGLE, reload, warm

# A connection is closed under a request only where the two cross: the reader has looked at the
# connection a moment before. Each restart closes each connection once at most, and for a second
# before that every answer says that it is the last one. Of twelve readers the six or so that are
# idle for that second may be met, each in a moment of less than a millisecond. Measured: none of
# 55 700 requests in eight restarts, while ten connections were found closed before they were used.
REPEATED_EACH = 1
# The processes that are told, and what is served anew then.
Turn = tuple[Callable[[], list[int]], list[str]]


def assert_nothing_is_lost(portal: Portal, record: Callable, *turns: Turn) -> None:
    """Let readers read while those of each of ``turns`` are told to restart, one after another."""
    bodies = {path: portal.get(path).body for path in PAGES}
    with Load(portal, PAGES) as load, Readers(portal, bodies) as readers:
        load.go_on()
        for told, targets in turns:
            reload(portal, told(), *targets)
        load.go_on()
    for name in ("answered", "repeated", "closed_idle", "told"):
        record(name, readers.total(name))
    assert load.failures == []
    assert readers.failures == []
    assert readers.total("repeated") <= REPEATED_EACH * len(turns)


def test_readers_who_keep_their_connections_lose_nothing(var, record_property):
    with running(var, "--workers", "1") as portal:
        warm(portal)
        turns = [
            (lambda: portal.mains(FRONT), [FRONT]),
            (lambda: portal.mains(RENDER), [RENDER]),
            (lambda: [portal.process.pid], [FRONT, RENDER]),
        ]
        assert_nothing_is_lost(portal, record_property, *turns)


def test_nor_do_they_where_one_process_does_everything(var, record_property):
    with running(var, "--single-process") as portal:
        warm(portal)
        turn = (lambda: [portal.process.pid], [SINGLE])
        assert_nothing_is_lost(portal, record_property, turn)
