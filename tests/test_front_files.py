"""Files through the front: static ones and pictures, and nothing else that lies beside them."""

import gzip
import os
from contextlib import suppress

import pytest

from portal.front import Front, FrontSettings
from portal.pagecache.config import Config
from portal.pagecache.edge.upstream import Response
from portal.visits.configuration import BeaconSettings
from tests.fronting import HOST, ask

STYLE = b"body { color: #123456 }\n" * 200
PICTURE = bytes(range(256)) * 40
LARGE = os.urandom(3 * 2**20)


class Nothing:
    """An upstream that has nothing."""

    def send(self, request) -> Response:
        return Response(404, [("Content-Type", "text/plain")])


@pytest.fixture
def media(tmp_path):
    """The folder of media files: a rendition, an original, a document."""
    folder = tmp_path / "media"
    for name, content in (
        ("images/vinh.width-400.jpg", PICTURE),
        ("original_images/vinh.jpg", b"the original"),
        ("documents/kin.pdf", b"%PDF-1.4 a document"),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "secret.txt").write_bytes(b"the secret")
    return folder


@pytest.fixture
def files(tmp_path, media):
    static = tmp_path / "static"
    static.mkdir()
    for name in ("site.css", "site.0123456789ab.css"):
        (static / name).write_bytes(STYLE)
        (static / f"{name}.gz").write_bytes(gzip.compress(STYLE))
    cache = Config(folder=str(tmp_path / "cache"), origin=f"http://{HOST}", hosts=[HOST])
    visits = BeaconSettings(folder=str(tmp_path / "visits"))
    return Front(FrontSettings(cache, visits, str(static), str(media), ["vi"]), Nothing())


def test_a_static_file_with_a_digest_in_its_name_never_changes(files):
    answer = ask(files, "/static/site.0123456789ab.css")
    assert (answer.status, answer.body) == (200, STYLE)
    assert answer["Content-Type"] == 'text/css; charset="utf-8"'
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert int(answer["Content-Length"]) == len(STYLE)


def test_a_static_file_without_one_is_asked_for_again(files):
    answer = ask(files, "/static/site.css")
    assert answer["Cache-Control"] == "max-age=0, public"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip", "gzip"), ("gzip;q=0", None), ("*", "gzip"), ("identity", None), ("x-gzip-x", None)],
)
def test_a_static_file_comes_in_a_coding_that_is_accepted(files, accepted, coding):
    answer = ask(files, "/static/site.css", f"Accept-Encoding: {accepted}")
    assert answer["Content-Encoding"] == coding
    assert (gzip.decompress(answer.body) if coding else answer.body) == STYLE
    assert answer["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/static/site.css", "/media/images/vinh.width-400.jpg"])
def test_files_are_not_sent_where_that_is_not_needed(files, path):
    whole = ask(files, path)
    head = ask(files, path, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head["Content-Length"] == whole["Content-Length"]
    for name, known in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        unchanged = ask(files, path, f"{name}: {whole[known]}")
        assert (unchanged.status, unchanged.body) == (304, b"")
    assert ask(files, path, method="POST").status == 405


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=0-0", 200, slice(None)),
        ("bytes=-1", 200, slice(None)),
        ("bytes=99999-", 416, slice(0, 0)),
        ("bytes=5-2", 416, slice(0, 0)),
        ("bytes=0-1,3-4", 200, slice(None)),
        ("bytes=a-b", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
    ],
)
def test_a_part_of_a_picture(files, asked, status, part):
    answer = ask(files, "/media/images/vinh.width-400.jpg", f"Range: {asked}")
    assert (answer.status, answer.body) == (status, PICTURE[part])


def test_a_picture_is_for_good_and_does_nothing(files):
    answer = ask(files, "/media/images/vinh.width-400.jpg")
    assert (answer.status, answer.body) == (200, PICTURE)
    assert answer["Content-Type"] == "image/jpeg"
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_new_picture_is_found_at_once(files, media):
    path = "/media/images/moi.width-400.webp"
    assert ask(files, path).status == 404
    (media / "images/moi.width-400.webp").write_bytes(b"RIFF")
    answer = ask(files, path)
    assert (answer.status, answer.body, answer["Content-Type"]) == (200, b"RIFF", "image/webp")
    (media / "images/moi.width-400.webp").unlink()
    assert ask(files, path).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/media/original_images/vinh.jpg",
        "/media/documents/kin.pdf",
        "/media/images/../original_images/vinh.jpg",
        "/media/images/%2e%2e/original_images/vinh.jpg",
        "/media/images/..%2foriginal_images%2fvinh.jpg",
        "/media/images/..%5coriginal_images%5cvinh.jpg",
        "/media/images//../../secret.txt",
        "/media//images/vinh.width-400.jpg",
        "/media/images/./vinh.width-400.jpg",
        "/media/images/vinh.width-400.jpg/",
        "/media/images/vinh.width-400.jpg/x",
        "/media/images/vinh.width-400.jpg%00.txt",
        "/media/images/" + "a" * 1000,
        "/media/images/%ff.jpg",
        "/media/images/",
        "/media/images",
        "/media/",
        "/media/IMAGES/vinh.width-400.jpg",
        "/static/../secret.txt",
        "/static/%2e%2e/secret.txt",
        "/static//etc/passwd",
        "/static/",
        "/static/site.css.gz",
        "/static/site.css%00",
    ],
)  # fmt: skip
def test_nothing_else_is_given_out(files, path):
    assert ask(files, path).status == 404


def open_files() -> list[str]:
    found = []
    for name in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):
            found.append(os.readlink(f"/proc/self/fd/{name}"))
    return found


def test_a_large_file_is_read_piece_by_piece_and_closed(files, media):
    (media / "images/large.jpg").write_bytes(LARGE)
    assert ask(files, "/media/images/large.jpg").body == LARGE
    part = ask(files, "/media/images/large.jpg", "Range: bytes=100-2000000")
    assert part.body == LARGE[100:2_000_001]
    chunks = files({**ENVIRON, "PATH_INFO": "/media/images/large.jpg"}, lambda *_started: None)
    assert not isinstance(chunks, list)
    next(iter(chunks))
    chunks.close()
    assert not [path for path in open_files() if path.endswith("large.jpg")]


def test_a_small_file_is_handed_over_whole(files):
    path = "/media/images/vinh.width-400.jpg"
    chunks = files({**ENVIRON, "PATH_INFO": path}, lambda *_started: None)
    assert chunks == [PICTURE]


ENVIRON = {"REQUEST_METHOD": "GET", "HTTP_HOST": HOST, "wsgi.url_scheme": "http"}
