"""What becomes of a request whose render process goes away, by what the process had read of it."""

import io
import socket
import threading

import pytest

from portal.pagecache.config import Config
from portal.pagecache.edge.upstream import Renders, Request, UnavailableError

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class Process:
    """A render process of paper: each connection is treated by the next of ``acts``."""

    def __init__(self, path: str, *acts):
        self.bodies: list[bytes] = []
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(path)
        self.listening.listen()
        self.acts = list(acts)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while self.acts:
            connection, _address = self.listening.accept()
            with connection:
                self.acts.pop(0)(self, connection)
        self.listening.close()

    def goes_unread(self, connection):
        # The head lies there, so that the system answers with a reset.
        connection.recv(1, socket.MSG_PEEK)

    def dies_with_the_head(self, connection):
        connection.recv(65536)

    def dies_with_the_body(self, connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.bodies.append(connection.recv(65536))

    def answers(self, connection):
        head = connection.recv(65536)
        if b"100-continue" in head:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.bodies.append(connection.recv(65536))
        connection.sendall(ANSWER)

    def refuses(self, connection):
        connection.recv(65536)
        connection.sendall(ANSWER.replace(b"200 OK", b"403 Forbidden"))


def request(method: str, body: bytes | None = None) -> Request:
    headers = [("host", "localhost")]
    taken_in = None if body is None else io.BytesIO(body)
    length = None if body is None else len(body)
    return Request(method, "/x/", "", headers, "http", "127.0.0.1", body=taken_in, length=length)


@pytest.fixture
def send(tmp_path):
    path = str(tmp_path / "s")

    def run(asked: Request, *acts):
        process = Process(path, *acts)
        renders = Renders(Config(str(tmp_path), "", [], renders=[path], render_wait=0.5))
        return renders.send(asked), process

    return run


@pytest.mark.parametrize("body", [b"a=1", b"", None])
def test_a_change_that_was_not_read_goes_to_the_next_process(send, body):
    response, process = send(
        request("POST", body), Process.goes_unread, Process.goes_unread, Process.answers
    )
    assert response.status == 200
    assert process.bodies == ([b"a=1"] if body else [])


@pytest.mark.parametrize("act", [Process.dies_with_the_head, Process.dies_with_the_body])
def test_a_change_that_may_have_begun_is_not_sent_twice(send, act):
    with pytest.raises(UnavailableError):
        send(request("POST", b"a=1"), act, Process.answers)


def test_what_only_reads_is_sent_again(send):
    response, _process = send(
        request("GET"), Process.dies_with_the_head, Process.goes_unread, Process.answers
    )
    assert response.status == 200


def test_a_body_that_is_not_wanted_stays_unsent(send):
    response, process = send(request("POST", b"a=1"), Process.refuses)
    assert response.status == 403
    assert process.bodies == []
