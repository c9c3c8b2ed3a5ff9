"""Large files on their way in and out, through the edge and the admin's own views."""

import hashlib
import random
import socket
from contextlib import ExitStack
from io import BytesIO
from urllib.parse import urlsplit

import pytest
import requests
from PIL import Image

from tests.browser.site import PASSWORD

DOCUMENT_BYTES = 48 * 2**20


@pytest.fixture(scope="module")
def editor(address) -> requests.Session:
    """A session in which an editor has logged in."""
    session = requests.Session()
    login = f"{address}/admin/login/"
    session.get(login)
    answer = session.post(
        login,
        data={
            "username": "bientap",
            "password": PASSWORD,
            "csrfmiddlewaretoken": session.cookies["csrftoken"],
        },
        headers={"Referer": login},
    )
    assert answer.status_code == 200
    assert "/login/" not in answer.url
    return session


def upload(editor: requests.Session, url: str, name: str, data: bytes, **fields) -> None:
    answer = editor.post(
        url,
        data={"csrfmiddlewaretoken": editor.cookies["csrftoken"], **fields},
        files={"file": (name, data)},
        headers={"Referer": url},
        allow_redirects=False,
    )
    assert answer.status_code == 302, answer.text[:2000]


def test_a_picture_of_ten_megabytes_arrives_as_it_was(address, editor, tmp_path_factory):
    noise = random.Random(3).randbytes(1900 * 1900 * 3)
    file = BytesIO()
    Image.frombytes("RGB", (1900, 1900), noise).save(file, "PNG", compress_level=1)
    data = file.getvalue()
    assert len(data) > 10 * 2**20
    url = f"{address}/admin/images/add/"
    upload(editor, url, "nhieu-hat.png", data, title="Nhiễu hạt", description="Chấm màu", tags="")
    var = tmp_path_factory.getbasetemp()
    (stored,) = var.glob("var[0-9]*/media/original_images/nhieu-hat*.png")
    assert hashlib.sha256(stored.read_bytes()).digest() == hashlib.sha256(data).digest()


@pytest.fixture(scope="module")
def document(address, editor) -> tuple[str, bytes]:
    """The address of a large document and what is in it; uploaded by an editor."""
    data = b"PK\x03\x04" + random.Random(5).randbytes(DOCUMENT_BYTES)
    url = f"{address}/admin/documents/add/"
    upload(editor, url, "lon.zip", data, title="Tệp lớn", tags="")
    listed = editor.get(f"{address}/admin/documents/").text
    path = listed[listed.index("/documents/", listed.index("lon.zip") - 200) :].split('"')[0]
    return f"{address}{path}", data


def test_a_large_document_goes_in_and_out_as_it_was(document):
    url, data = document
    answer = requests.get(url)
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(data)
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(data).digest()
    assert answer.headers["Cache-Status"].startswith("portal; fwd=")


def test_readers_who_take_their_time_keep_no_page_from_being_made(address, document):
    """There is one render process: if a download held it, no other page could be made."""
    url, _data = document
    parts = urlsplit(url)
    with ExitStack() as stack:
        for _ in range(20):
            slow = stack.enter_context(socket.socket())
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**14)
            slow.connect((parts.hostname, parts.port))
            slow.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
            assert slow.recv(12) == b"HTTP/1.1 200"
        for number in range(5):
            answer = requests.get(f"{address}/khong-co-{number}/", timeout=30)
            assert answer.status_code == 404
            assert answer.headers["Cache-Status"] == "portal; fwd=uri-miss; stored"


def test_an_upload_that_nobody_may_make_is_refused_with_a_page(address):
    answer = requests.post(f"{address}/admin/images/add/", data=bytes(8 * 2**20))
    assert answer.status_code == 403
    assert "text/html" in answer.headers["Content-Type"]


def test_an_upload_that_is_too_large_is_refused_in_words(address):
    with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port)) as client:
        client.sendall(
            f"POST /admin/images/add/ HTTP/1.1\r\nHost: {urlsplit(address).netloc}\r\n"
            f"Content-Length: {65 * 2**20}\r\nConnection: close\r\n\r\n".encode()
        )
        answer = b""
        while chunk := client.recv(2**16):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 413")
    assert b'<html lang="vi"' in answer
