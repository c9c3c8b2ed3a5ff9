"""Where visits are counted and folded: the outermost application, and a thread beside it."""

import json
import logging
from pathlib import Path
from threading import Event

import pytest
from django.test import RequestFactory

from portal.front import Front, FrontSettings, settings_of_portal
from portal.rounds import Rounds
from portal.visits import segments
from tests.visits import FIREFOX


class NobodyBehind:
    """What stands behind the edge and must not be asked."""

    def send(self, request):
        raise AssertionError(f"Django was asked for {request.path}.")


@pytest.fixture
def front(settings, tmp_path):
    settings.PAGECACHE = {
        **settings.PAGECACHE,
        "folder": str(tmp_path / "pagecache"),
        "trusted_proxies": ["10.0.0.0/8"],
    }
    told = settings_of_portal(renders=[]).to_json()
    made = Front(FrontSettings.from_json(told), NobodyBehind())
    yield made
    made.beacon.close()


def ask(front, method, path, body=b"", **environ):
    """Return (status, headers, body) of a request to the outermost application."""
    made = RequestFactory(HTTP_HOST="testserver").generic(method, path, body).environ
    made |= {"HTTP_USER_AGENT": FIREFOX, "HTTP_SEC_FETCH_SITE": "same-origin", **environ}
    seen = []
    answer = front(made, lambda status, headers: seen.append((int(status[:3]), dict(headers))))
    return *seen[0], b"".join(answer)


def open_page(front, **environ) -> bool:
    """Open a page as its script does; return whether that was counted."""
    status, headers, answer = ask(front, "POST", "/_v", b'{"p": "/", "n": "tab"}', **environ)
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    return json.loads(answer)["counted"]


def test_the_settings_survive_the_way_to_the_edge_process():
    told = settings_of_portal(renders=["a.sock"])
    assert FrontSettings.from_json(told.to_json()) == told


def test_the_outermost_application_counts_and_django_knows_nothing_of_it(front):
    assert open_page(front)
    status, headers, _body = ask(front, "GET", "/_v.gif?p=/tin-tuc/")
    assert (status, headers["Content-Type"]) == (200, "image/gif")
    front.beacon.close()
    folder = front.beacon.settings.folder
    written = [(Path(folder) / name).read_bytes() for name in segments.names(folder)]
    assert sum(map(segments.views_in, written)) == 2


def test_addresses_of_visitors_are_those_that_trusted_proxies_tell(front):
    """Two readers behind a trusted proxy are two; behind any other they are one, twice."""
    trusted = {"REMOTE_ADDR": "10.0.0.1"}
    assert open_page(front, HTTP_X_FORWARDED_FOR="203.0.113.7", **trusted)
    assert open_page(front, HTTP_X_FORWARDED_FOR="198.51.100.7", **trusted)
    unknown = {"REMOTE_ADDR": "192.0.2.1"}
    assert open_page(front, HTTP_X_FORWARDED_FOR="203.0.113.9", **unknown)
    assert not open_page(front, HTTP_X_FORWARDED_FOR="198.51.100.9", **unknown)


def test_what_is_not_for_the_counter_is_for_the_page_cache(front):
    with pytest.raises(AssertionError, match="/_v/"):
        ask(front, "GET", "/_v/")


def test_folding_goes_on_whatever_happens(caplog):
    done, times = Event(), []

    def work():
        times.append(1)
        if len(times) == 1:
            raise RuntimeError("The database is away.")
        done.set()

    rounds = Rounds(work, 0.01, "That went wrong")
    with caplog.at_level(logging.ERROR):
        rounds.start()
        assert done.wait(10)
    rounds.ended.set()
    rounds.join(10)
    assert not rounds.is_alive()
    assert [record.exc_info[1].args for record in caplog.records] == [("The database is away.",)]


def test_the_first_fold_is_at_once():
    first = Event()
    rounds = Rounds(first.set, 60, "That went wrong")
    rounds.start()
    assert first.wait(10)
    rounds.ended.set()
    rounds.join(10)
    assert not rounds.is_alive()
