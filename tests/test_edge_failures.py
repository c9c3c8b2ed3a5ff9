"""Django is slow, fails or is away: nobody waits in a line that leads nowhere."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest

from portal.pagecache.config import Config
from portal.pagecache.edge.application import Edge
from portal.pagecache.edge.upstream import (
    InProcess,
    Renders,
    Request,
    Response,
    UnavailableError,
)
from tests.fronting import HOST, ask, environ_of
from tests.keeping import ORIGIN, keep
from tests.pretending import render_process
from tests.serving import until


@pytest.fixture
def config(tmp_path) -> Config:
    return Config(folder=str(tmp_path), origin=ORIGIN, hosts=[HOST], stale_if_error=100)


class Away:
    """An upstream that cannot be reached, which takes a moment to find out."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.count = 0

    def send(self, request):
        self.count += 1
        time.sleep(self.seconds)
        raise UnavailableError


def test_those_who_wait_for_a_page_that_cannot_be_made_do_not_try_one_after_another(config):
    edge = Edge(config, Away(0.3))
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _n: ask(edge, "/cold/"), range(10)))
    assert [answer.status for answer in answers] == [503] * 10
    assert answers[0]["Retry-After"]
    assert edge.upstream.count == 1


def test_an_address_that_cannot_be_made_keeps_nobody_from_another(config):
    class HalfAway:
        def send(self, request):
            if request.path == "/a/":
                time.sleep(0.3)
                raise UnavailableError
            time.sleep(0.8)
            return Response(200, [("X-Portal-Fill", "never kept")])

    edge = Edge(config, HalfAway())
    with ThreadPoolExecutor(3) as pool:
        asked = []
        for path in ("/b/", "/b/", "/a/"):
            asked.append(pool.submit(ask, edge, path))
            time.sleep(0.1)
    assert [answer.result().status for answer in asked] == [200, 200, 503]


@pytest.mark.parametrize(
    "result", ["not now: changed meanwhile", "the store cannot be written", "never kept"]
)
def test_a_page_that_cannot_be_kept_for_a_moment_is_still_there_afterwards(config, result):
    class Refuses:
        def send(self, _request):
            return Response(200, [("X-Portal-Fill", result)])

    edge = Edge(config, Refuses())
    keep(edge, "/a/", time.time() - 1)
    edge.refresher._make(f"{ORIGIN}/a/")
    assert (edge.store.read(f"{ORIGIN}/a/") is None) == (result == "never kept")


def test_a_page_that_fails_is_tried_side_by_side(config):
    began = threading.Barrier(10)

    def application(environ, start_response):
        if environ.get("portal.fill"):
            time.sleep(0.3)
        else:
            # Those who waited come all at once, or this fails.
            began.wait(20)
        start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
        return [b"failed"]

    edge = Edge(config, InProcess(application, at_once=100))
    with ThreadPoolExecutor(11) as pool:
        answers = list(pool.map(lambda _n: ask(edge, "/cold/"), range(11)))
    assert [(answer.status, answer.body) for answer in answers] == [(500, b"failed")] * 11


def test_those_who_wait_for_a_page_that_is_kept_get_what_was_made(config):
    edge = None

    def application(environ, start_response):
        time.sleep(0.3)
        keep(edge, "/cold/", 1e12)
        start_response("200 OK", [("X-Portal-Fill", "stored")])
        return [b"kept"]

    edge = Edge(config, InProcess(application))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: ask(edge, "/cold/"), range(8)))
    assert {answer.body for answer in answers} == {b"kept"}
    assert sorted(answer.cache_status for answer in answers) == [
        *["portal; fwd=uri-miss; collapsed"] * 7,
        "portal; fwd=uri-miss; stored",
    ]


def test_readers_of_a_page_out_of_date_do_not_wait_for_what_cannot_be_reached(config):
    edge = Edge(config, Away(0.1))
    for number in range(5):
        keep(edge, f"/{number}/", time.time() - 20)
    answers = [ask(edge, f"/{number}/") for number in range(5)]
    assert {(answer.status, answer.body) for answer in answers} == {(200, b"kept")}
    assert all("detail=stale-if-error" in answer.cache_status for answer in answers)
    assert all("ttl=-" in answer.cache_status for answer in answers)
    assert edge.upstream.count == 1


@pytest.mark.parametrize("way", ["purged", "over"])
def test_what_must_go_while_django_is_waited_for_is_not_served_for_want_of_better(config, way):
    class Withdrawing(Away):
        def send(self, request):
            with edge.store.writing() as writer:
                writer.purge([("secret", True)])
            return super().send(request)

    edge = Edge(config, Withdrawing(0.3))
    ends = time.time() + 0.2 if way == "over" else 1e12
    keep(edge, "/", time.time() - 20, ends, tags={"secret"} if way == "purged" else set())
    assert ask(edge, "/").status == 503


def test_what_is_older_than_allowed_is_not_served_for_want_of_better(config):
    edge = Edge(config, Away(0))
    keep(edge, "/", time.time() - 200)
    assert ask(edge, "/").status == 503


def test_a_render_that_takes_too_long_is_not_started_again(tmp_path):
    with render_process(tmp_path / "r.sock") as process:
        config = Config(
            folder=str(tmp_path),
            origin=ORIGIN,
            hosts=[HOST],
            renders=[process.path],
            render_timeout=0.3,
        )
        with pytest.raises(UnavailableError):
            Renders(config).send(Request("GET", "/hang/", "", [("host", HOST)], "http", "::1"))
        assert process.count == 1
        process.release()


def test_a_read_is_repeated_when_its_process_ends_and_a_write_is_not(tmp_path):
    with render_process(tmp_path / "r.sock") as process:
        config = Config(folder=str(tmp_path), origin=ORIGIN, hosts=[HOST], renders=[process.path])
        upstream = Renders(config)
        read = upstream.send(Request("GET", "/drop-once/", "", [("host", HOST)], "http", "::1"))
        assert (read.status, process.count) == (200, 2)
        with pytest.raises(UnavailableError):
            upstream.send(Request("POST", "/drop-once/2", "", [("host", HOST)], "http", "::1"))
        assert process.count == 3


def test_a_slow_body_keeps_nobody_else_waiting_for_the_page(config):
    read = threading.Event()

    class Stalled:
        def read(self, _size):
            read.set()
            raise AssertionError("The body of a request for a page was read.")

    bodies = []

    def application(environ, start_response):
        bodies.append(environ["wsgi.input"].read())
        start_response("404 Not Found", [])
        return [b""]

    edge = Edge(config, InProcess(application))
    environ = environ_of("/cold/", "Content-Length: 10") | {"wsgi.input": Stalled()}
    edge(environ, lambda *_started: None)
    assert not read.is_set()
    assert bodies == [b""]


def test_django_may_refuse_a_large_body_without_reading_it(tmp_path):
    body = BytesIO(bytes(8 * 2**20))
    request = Request("POST", "/deny/", "", [("host", HOST)], "http", "::1")
    request.body, request.length = body, 8 * 2**20
    with body, render_process(tmp_path / "r.sock") as process:
        config = Config(folder=str(tmp_path), origin=ORIGIN, hosts=[HOST], renders=[process.path])
        response = Renders(config).send(request)
        assert (response.status, b"".join(response.chunks())) == (200, b"denied")


def test_a_page_is_not_served_past_its_last_instant(config):
    edge = Edge(config, Away(0))
    keep(edge, "/", soft_at=1e12, hard_at=time.time() + 0.3)
    assert ask(edge, "/").is_hit
    time.sleep(0.3)
    assert ask(edge, "/").status == 503
    edge.words.bump()
    assert ask(edge, "/").status == 503
    assert ask(Edge(config, Away(0)), "/").status == 503


# Which render process is asked, and what is handed on of its answer


@pytest.fixture
def renders(tmp_path):
    """An edge and the two render processes behind it."""
    paths = [tmp_path / "0.sock", tmp_path / "1.sock"]
    sockets = [str(path) for path in paths]
    config = Config(folder=str(tmp_path), origin=ORIGIN, hosts=[HOST], renders=sockets)
    with render_process(paths[0]) as first, render_process(paths[1]) as second:
        yield Edge(config, Renders(config)), first, second


def test_readers_do_not_wait_for_the_administration(renders):
    edge, first, second = renders
    with ThreadPoolExecutor(3) as pool:
        hanging = [pool.submit(ask, edge, f"/admin/hang/{n}/") for n in range(3)]
        until(lambda: second.hanging == 3, 20, "three who hang")
        assert ask(edge, "/tin-tuc/").status == 200
        assert (first.count, first.hanging) == (1, 0)
        second.release()
        assert {answer.result().status for answer in hanging} == {200}


def test_the_render_process_with_the_least_to_do_is_asked(renders):
    edge, first, second = renders
    with ThreadPoolExecutor(2) as pool:
        hanging = []
        for count in (1, 2):
            hanging.append(pool.submit(ask, edge, f"/hang/{count}/"))
            until(lambda n=count: first.hanging + second.hanging == n, 20, "who hang")
        assert (first.hanging, second.hanging) == (1, 1)
        first.release()
        second.release()
        assert {answer.result().status for answer in hanging} == {200}


def test_what_belongs_to_the_connection_of_a_render_process_goes_no_further(renders):
    edge, _first, _second = renders
    answer = ask(edge, "/hop/")
    assert answer.status == 200
    assert not {"connection", "keep-alive", "trailer"} & {n.lower() for n, _v in answer.headers}
