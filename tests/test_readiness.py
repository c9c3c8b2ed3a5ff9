"""/healthz, /readyz and what every route says about being kept."""

import json
import socket
import threading
import time

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path, resolve

from portal import checks, readiness
from portal.front import READY_TIMEOUT, VARIABLE, Front, from_environment, settings_of_portal
from portal.pagecache import collector
from portal.pagecache.edge.upstream import Response, UnavailableError
from portal.pagecache.fill import refusal
from portal.pagecache.node import local
from portal.pagecache.routes import CACHEABLE, cacheable, never_kept, says, silent
from tests.pretending import render_process
from tests.serving import environment_of, run_django


@pytest.fixture(autouse=True)
def own_node(settings, tmp_path):
    """A folder of the page cache for each test, as a node that has just looked at everything."""
    settings.PAGECACHE = {**settings.PAGECACHE, "folder": str(tmp_path / "pagecache")}
    settings.VAR_DIR = tmp_path
    local.cache_clear()
    local().words.followed_at = local().words.scheduled_at = time.time()
    yield
    local.cache_clear()


def ask(client) -> tuple[int, dict]:
    response = client.get("/readyz")
    assert response.headers["Cache-Control"] == "no-store"
    return response.status_code, response.json()


def test_a_node_in_order_is_ready(client, db):
    status, body = ask(client)
    assert status == 200
    assert body["ready"] is True
    assert set(body["checks"]) == {
        "database", "migrations", "disk", "schedule", "journal", "store",
    }  # fmt: skip


def failing(client) -> list[str]:
    status, body = ask(client)
    assert status == 503
    assert body["ready"] is False
    return [name for name, check in body["checks"].items() if not check["ok"]]


def test_a_migration_that_is_not_applied_is_told(client, db):
    MigrationRecorder(connection).record_unapplied("pagecache", "0001_initial")
    assert failing(client) == ["migrations"]


def test_a_schedule_that_does_not_run_is_told(client, db):
    local().words.cells[3] = int(time.time()) - readiness.SCHEDULE_SECONDS - 5
    assert failing(client) == ["schedule"]
    local().words.cells[3] = 0
    assert failing(client) == ["schedule"]
    call_command("run_schedule", verbosity=0)
    assert ask(client)[0] == 200


def test_a_journal_that_nobody_follows_is_told(client, db):
    local().words.cells[2] = int(time.time()) - 60
    assert failing(client) == ["journal"]


def test_a_store_that_cannot_be_written_is_told(client, db):
    local().words.trouble = True
    assert failing(client) == ["store"]


def test_a_disk_that_is_nearly_full_is_told(client, db, monkeypatch):
    monkeypatch.setattr(readiness, "FREE_BYTES", 2**62)
    assert failing(client) == ["disk"]


def test_looking_asks_the_database_little(client, db, django_assert_max_num_queries):
    ask(client)
    with django_assert_max_num_queries(3):
        ask(client)


# Says what a render process finds, and after how many seconds.
OF_A_SILENT_DATABASE = """
import json, time
from django.test import Client
began = time.monotonic()
found = Client().get("/readyz").json()["checks"]
print(json.dumps([time.monotonic() - began, found["database"], found["migrations"]]))
"""


def test_a_database_that_accepts_connections_and_is_silent_is_told_in_time(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgres://portal@127.0.0.1:{silent.getsockname()[1]}/portal"
        told = run_django(OF_A_SILENT_DATABASE, environment_of(tmp_path, DATABASE_URL=address))
    seconds, database, migrations = json.loads(told)
    assert (database, migrations) == ({"ok": False}, {"ok": False, "known": False})
    # The host of the database may have two addresses, each waited for as long (base settings).
    assert seconds + 2 < READY_TIMEOUT


# Says what is found while the connection that was made before is silent.
OF_A_SILENT_CONNECTION = """
import json, os, signal, sys
from django.db import connection
from django.test import Client
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_backend_pid()")
    (backend,) = cursor.fetchone()
signal.signal(signal.SIGALRM, lambda *_: sys.exit("waited without end"))
signal.alarm(30)
os.kill(backend, signal.SIGSTOP)
try:
    print(json.dumps(Client().get("/readyz").json()["checks"]["database"]))
finally:
    os.kill(backend, signal.SIGCONT)
"""


def test_a_connection_that_has_become_silent_is_not_waited_for(copy_database, tmp_path):
    environment = environment_of(tmp_path, DATABASE_URL=copy_database())
    assert json.loads(run_django(OF_A_SILENT_CONNECTION, environment)) == {"ok": True}


class Upstream:
    """Answers with ``response``, or as when no render process is there."""

    def __init__(self, response=None):
        self.response = response

    def send(self, request):
        self.request = request
        if self.response is None:
            raise UnavailableError
        return self.response


def through_front(upstream, address: str) -> tuple[str, dict, dict]:
    said = {}

    def start_response(status, headers):
        said.update(status=status, headers=dict(headers))

    environ = {"PATH_INFO": address, "REQUEST_METHOD": "GET", "HTTP_HOST": "10.0.0.7"}
    front = Front(settings_of_portal(renders=[]), upstream)
    body = b"".join(front(environ, start_response))
    assert said["headers"]["Cache-Control"] == "no-store"
    return said["status"], said["headers"], json.loads(body)


def test_without_a_render_process_the_edge_says_not_ready():
    status, headers, body = through_front(Upstream(), "/readyz")
    assert status == "503 Service Unavailable"
    assert headers["Content-Type"] == "application/json"
    assert body == {"ready": False, "checks": {"render": {"ok": False, "silent": [0]}}}


def test_an_error_page_of_django_is_not_handed_on_as_the_state():
    broken = Response(500, [("Content-Type", "text/html")])
    assert through_front(Upstream(broken), "/readyz")[0] == "503 Service Unavailable"


def test_the_state_is_asked_for_under_the_address_of_the_site(settings):
    upstream = Upstream()
    through_front(upstream, "/readyz")
    assert dict(upstream.request.headers)["host"] in settings.PORTAL_URL
    assert settings.PORTAL_URL.startswith(upstream.request.scheme)


def test_the_edge_says_that_it_is_alive_and_whether_it_can_keep_pages():
    local().words.trouble = True
    status, _headers, body = through_front(Upstream(), "/healthz")
    assert status == "200 OK"
    assert body["edge"] == "alive"
    assert body["storing"] is False
    assert body["journal_age"] <= 1


def test_the_edge_process_says_so_soon_where_no_render_process_listens(monkeypatch, tmp_path):
    silent_socket = str(tmp_path / "render-0.sock")
    monkeypatch.setenv(VARIABLE, settings_of_portal(renders=[silent_socket]).to_json())
    began = time.monotonic()
    assert asked_for_its_state(from_environment())[0] == "503 Service Unavailable"
    assert time.monotonic() < began + 5


def test_one_render_process_that_answers_does_not_speak_for_another(monkeypatch, tmp_path):
    with (
        render_process(tmp_path / "0.sock") as first,
        render_process(tmp_path / "1.sock") as second,
    ):
        paths = [first.path, second.path]
        monkeypatch.setenv(VARIABLE, settings_of_portal(renders=paths).to_json())
        front = from_environment()
        first.state = b'{"ready": true, "checks": {"disk": {"ok": true}}}'
        status, body = asked_for_its_state(front)
        assert status == "503 Service Unavailable"
        assert body == {
            "ready": False,
            "checks": {"disk": {"ok": True}, "render": {"ok": False, "silent": [1]}},
        }
        second.state = b'{"ready": false, "checks": {"disk": {"ok": false}}}'
        status, body = asked_for_its_state(front)
        assert status == "503 Service Unavailable"
        assert body == {"ready": False, "checks": {"disk": {"ok": False}}}
        second.state = first.state
        status, body = asked_for_its_state(front)
        assert status == "200 OK"
        assert body == {"ready": True, "checks": {"disk": {"ok": True}}}


class Hanging:
    """Answers only once ``others`` wait as well, as render processes that all hang at once."""

    def __init__(self, others: threading.Barrier):
        self.others = others

    def send(self, request):
        self.others.wait(10)
        raise UnavailableError


def test_render_processes_that_hang_are_waited_for_side_by_side():
    others = threading.Barrier(3)
    front = Front(settings_of_portal(renders=[]), Upstream(), [Hanging(others) for _ in range(3)])
    _status, body = asked_for_its_state(front)
    assert body["checks"]["render"] == {"ok": False, "silent": [0, 1, 2]}


def test_readers_keep_the_threads_that_they_need_however_many_ask_for_the_state():
    front = Front(settings_of_portal(renders=[], waiting=1), Upstream())
    with front.edge.room:
        status, body = asked_for_its_state(front)
    assert (status, body["ready"]) == ("503 Service Unavailable", False)


def asked_for_its_state(front) -> tuple[str, dict]:
    """What the edge answers to /readyz."""
    said = []
    environ = {"PATH_INFO": "/readyz", "REQUEST_METHOD": "GET"}
    body = b"".join(front(environ, lambda status, _headers: said.append(status)))
    return said[0], json.loads(body)


# What routes say


def bare(request):
    return HttpResponse("bare")


def public(request):
    collector.public("sitemap")
    return HttpResponse("public")


def refused(view) -> str | None:
    request = RequestFactory().get("/x")
    request.resolver_match = resolve(
        "/x", urlconf=type("Urls", (), {"urlpatterns": [path("x", view)]})
    )
    with collector.collecting() as notes:
        response = view(request)
    return refusal(request, response, notes, "")


def test_the_answer_of_a_view_that_does_not_say_so_is_not_kept():
    assert refused(public) == "never kept"
    assert refused(never_kept("for a test")(public)) == "never kept"
    assert refused(cacheable(public)) is None
    assert refused(cacheable(bare)) == "not declared public"


def test_every_route_of_the_portal_says_whether_it_is_kept():
    assert checks.every_route_says_whether_it_is_kept(None) == []


def test_a_route_that_says_nothing_is_found(settings):
    patterns = [path("a", cacheable(bare)), path("b", bare), path("c", never_kept("x")(bare))]
    assert list(silent(patterns)) == ["b"]
    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": patterns})
    (problem,) = checks.every_route_says_whether_it_is_kept(None)
    assert problem.id == "portal.E004"
    assert "'b'" in problem.msg


def test_a_view_is_never_kept_for_a_reason():
    with pytest.raises(ValueError, match="reason"):
        never_kept("")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/", True),
        ("/tin-tuc/", True),
        ("/tin-tuc/rss.xml", True),
        ("/robots.txt", True),
        ("/sitemap.xml", True),
        ("/maps/land.geojson", True),
        ("/documents/1/a.pdf", False),
        ("/media/images/a.jpg", False),
        ("/_util/login/", False),
        ("/readyz", False),
    ],
)
def test_public_addresses_are_kept_and_others_are_not(address, expected):
    assert (says(resolve(address).func) == CACHEABLE) is expected


def test_a_missing_document_is_not_kept_as_missing(client, site):
    """It may be uploaded the next moment, and no document touches what is kept as missing."""
    response = client.get(
        "/documents/77/a.pdf", **{"portal.fill": "http://testserver/documents/77/a.pdf"}
    )
    assert response.status_code == 404
    assert response.headers["X-Portal-Fill"] == "never kept"
