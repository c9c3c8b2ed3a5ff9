"""Restarts of every kind under load lose nothing; starts and stops are clean."""

import os
import shutil
import signal
import socket
import sys
import time

import pytest

from portal.server import Options
from portal.supervisor import Server
from tests.serving import PAGES, Load, Portal, ask, family, is_alive, running, until

FRONT, RENDER, SINGLE = "portal.front", "portal.render", "portal.wsgi"


def replaced(portal: Portal, target: str, old: list[int]) -> None:
    """Wait until other workers than ``old`` serve ``target``, and as many."""
    until(
        lambda: not any(map(is_alive, old)) and len(portal.workers(target)) == len(old),
        40,
        f"other workers for {target}",
    )


def reload(portal: Portal, pids: list[int], *targets: str) -> None:
    before = {target: portal.workers(target) for target in targets}
    for pid in pids:
        os.kill(pid, signal.SIGHUP)
    for target, old in before.items():
        replaced(portal, target, old)


def kill(portal: Portal, pid: int, victims: list[int]) -> None:
    os.kill(pid, signal.SIGKILL)
    until(lambda: not any(map(is_alive, victims)), 30, "the end of what was killed")
    until(lambda: portal.get(f"/khong-co/{pid}/").status == 404, 30, "an answer")


def warm(portal: Portal) -> None:
    for path in PAGES:
        until(lambda p=path: portal.get(p).says("hit"), 20, f"a hit of {path}")


def test_no_request_is_lost_when_new_processes_take_over(var):
    with running(var, "--workers", "1") as portal:
        warm(portal)
        with Load(portal, PAGES) as load:
            load.go_on()
            reload(portal, [portal.process.pid], FRONT, RENDER)
            load.go_on()
        assert load.failures == []
        with Load(portal, PAGES) as load:
            reload(portal, portal.mains(FRONT) + portal.mains(RENDER), FRONT, RENDER)
            load.go_on()
        assert load.failures == []


def test_whoever_of_the_renders_is_killed_what_is_read_is_answered(var):
    with running(var, "--workers", "2") as portal:
        portal.ready(RENDER, 2)
        warm(portal)
        with Load(portal, PAGES) as load:
            load.go_on()
            (worker, _other) = portal.workers(RENDER)
            kill(portal, worker, [worker])
            main = portal.mains(RENDER)[0]
            kill(portal, main, [main, *family(main)])
            portal.ready(RENDER, 2)
            load.go_on()
        # One change may have been under way each time, and is not made twice.
        lost = [failure for failure in load.failures if failure[0] == "post"]
        assert len(lost) <= 2
        assert {answer.status for *_what, answer in lost} <= {503}
        assert [failure for failure in load.failures if failure[0] != "post"] == []


def test_when_the_main_process_of_the_edge_is_killed_its_workers_finish(var):
    with running(var, "--workers", "1") as portal:
        warm(portal)
        with Load(portal, PAGES) as load:
            load.go_on()
            main = portal.mains(FRONT)[0]
            kill(portal, main, [main, *family(main)])
            portal.ready(FRONT, 1)
            load.go_on()
        assert load.failures == []


def test_when_the_edge_is_killed_only_what_it_worked_on_is_lost(var):
    with running(var, "--workers", "1") as portal:
        warm(portal)
        with Load(portal, PAGES) as load:
            load.go_on()
            (worker,) = portal.workers(FRONT)
            kill(portal, worker, [worker])
            load.go_on()
        # As many as there are threads that ask.
        assert len(load.failures) <= 4


def test_a_single_process_is_replaced_without_a_loss(var):
    with running(var, "--single-process") as portal:
        warm(portal)
        with Load(portal, PAGES) as load:
            load.go_on()
            reload(portal, [portal.process.pid], SINGLE)
            load.go_on()
        assert load.failures == []
        main = portal.mains(SINGLE)[0]
        with Load(portal, PAGES) as load:
            load.go_on()
            kill(portal, main, [main, *family(main)])
            load.go_on()
        assert load.failures == []


def test_stopping_finishes_what_has_begun_and_leaves_nothing_behind(var):
    with running(var, "--workers", "1") as portal:
        everybody = portal.everybody()
        body = b"username=ai&password=" + b"x" * 50_000
        with socket.create_connection(("127.0.0.1", portal.port), timeout=30) as client:
            head = f"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1:{portal.port}\r\n"
            head += "Content-Type: application/x-www-form-urlencoded\r\n"
            client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:100])
            time.sleep(0.3)
            portal.process.send_signal(signal.SIGTERM)
            time.sleep(0.7)
            client.sendall(body[100:])
            # Without a CSRF token it is refused: Django has answered.
            assert client.recv(65_536).startswith(b"HTTP/1.1 403")
        assert portal.process.wait(40) == 0
        assert not [pid for pid in everybody if is_alive(pid)]
        assert not list(var.glob("pagecache/*.sock"))
        assert ask(portal.port, "/", timeout=2).status == 0


def test_after_everything_was_killed_it_starts_as_if_nothing_had_been(var):
    with running(var, "--workers", "1") as portal:
        warm(portal)
        everybody = portal.everybody()
        for pid in [portal.process.pid, *everybody]:
            os.kill(pid, signal.SIGKILL)
        portal.process.wait()
        assert list(var.glob("pagecache/*.sock"))
    with running(var, "--workers", "1", port=portal.port) as portal:
        assert portal.get("/").says("hit")
        assert portal.get("/khong-co/").status == 404


def test_when_the_supervisor_is_killed_the_others_end_and_a_new_one_can_start(var):
    with running(var, "--workers", "1") as portal:
        everybody = portal.everybody()
        portal.process.kill()
        portal.process.wait()
        until(lambda: not any(map(is_alive, everybody)), 20, "the end of the others")
        assert ask(portal.port, "/", timeout=2).status == 0


def test_what_is_still_starting_is_not_waited_for(var):
    with running(var, "--workers", "1", wait=False) as portal:
        portal.ready(RENDER, 1)
        # Less than a worker gets to finish what it has begun.
        assert portal.stop(15) == 0
    with running(var, "--workers", "1", wait=False) as portal:
        portal.ready(RENDER, 1)
        everybody = portal.everybody()
        portal.process.kill()
        portal.process.wait()
        until(lambda: not any(map(is_alive, everybody)), 15, "the end of the others")


def test_an_address_that_is_taken_is_said(var):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running(var, "--port", str(port), wait=False) as portal:
            assert portal.process.wait(40) == 1
            assert f"Không nghe được ở 127.0.0.1:{port}" in portal.log.read_text()


@pytest.mark.parametrize("port", ["0", "70000"])
def test_a_port_that_there_is_not_is_refused(var, port):
    with running(var, "--port", port, wait=False) as portal:
        assert portal.process.wait(40) == 1
        assert "từ 1 đến 65535" in portal.log.read_text()
        assert "Traceback" not in portal.log.read_text()


def test_a_folder_that_cannot_be_written_is_said(var):
    shutil.rmtree(var / "pagecache")
    (var / "pagecache").write_text("no folder")
    with running(var, wait=False) as portal:
        assert portal.process.wait(40) == 1
        assert f"Không ghi được {var}/pagecache" in portal.log.read_text()
        assert "Traceback" not in portal.log.read_text()


def test_a_render_whose_socket_was_removed_makes_another(var):
    with running(var, "--workers", "1") as portal:
        warm(portal)
        (var / "pagecache" / "render-0.sock").unlink()
        until(lambda: portal.get("/khong-co/trang/").status == 404, 60, "an answer")


def test_a_second_portal_in_the_same_folder_takes_no_socket_with_it(var):
    with running(var, "--workers", "1") as portal:
        warm(portal)
        with running(var, "--workers", "1") as second:
            assert second.get("/khong-co/hai/").status == 404
            assert second.stop() == 0
        until(lambda: portal.get("/khong-co/mot/").status == 404, 60, "an answer")


def test_an_address_that_ends_with_a_space_takes_no_page_away(var):
    with running(var, "--workers", "1") as portal:
        assert portal.get("/%20").status == 404
        assert portal.get("/").status == 200


def test_a_server_that_cannot_be_started_for_a_moment_is_started_later(monkeypatch):
    server = Server("A server", Options("nothing:at_all"), dict(os.environ))
    server.start()
    server.process.kill()
    server.process.wait()
    server.started_at -= 10
    with monkeypatch.context() as away:
        away.setattr(sys, "executable", "/no/such/python")
        server.look_after()
    server.started_at -= 10
    first = server.process.pid
    server.look_after()
    assert server.process.pid != first
    server.process.kill()
    server.process.wait()


def test_a_server_that_gives_up_again_and_again_is_tried_less_and_less_often():
    server = Server("A server", Options("nothing:at_all"), dict(os.environ))
    server.start()
    for pause in (1, 2, 4, 8, 16, 30, 30):
        first = server.process
        first.wait()
        began = time.monotonic()
        server.started_at = began - pause + 0.5
        server.look_after()
        assert server.process is first
        server.started_at = began - pause
        server.look_after()
        assert server.process is not first
    # Killed, it is no fault of its own.
    server.process.kill()
    server.process.wait()
    server.failures = 5
    server.started_at = time.monotonic() - 30
    server.look_after()
    assert server.failures == 0
    server.process.kill()
    server.process.wait()
