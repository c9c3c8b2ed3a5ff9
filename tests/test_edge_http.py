"""The edge speaks HTTP: RFC 9110 (semantics), RFC 9111 (caching), RFC 9211 (Cache-Status)."""

import gzip
import time
from email.utils import formatdate, parsedate_to_datetime

import brotli
import pytest

from home.factories import InfoPageFactory
from portal.pagecache.node import local
from tests.fronting import ask
from tests.structured import parse_list

CODINGS = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


@pytest.fixture
def page(front):
    """The front with its start page made."""
    made = ask(front, "/")
    assert made.cache_status == "portal; fwd=uri-miss; stored"
    return front


# Headers


def test_a_page_says_who_may_keep_it_and_how_old_it_is(page):
    answer = ask(page, "/")
    assert answer.status == 200
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert answer["Vary"] == "Accept-Encoding"
    assert answer["ETag"].startswith('W/"')
    assert answer["Cache-Status"] == "portal; hit"
    assert answer["Age"] == "0"
    assert int(answer["Content-Length"]) == len(answer.body)
    modified = parsedate_to_datetime(answer["Last-Modified"])
    assert abs(modified.timestamp() - time.time()) < 20
    names = [name.lower() for name, _value in answer.headers]
    assert len(names) == len(set(names))
    assert "x-portal-fill" not in names


def test_the_age_is_that_of_the_page(page):
    with local().store.writing() as writer:
        writer.execute("UPDATE entry SET made = made - 90")
    local().words.bump()
    assert 90 <= int(ask(page, "/")["Age"]) <= 100


def test_the_answer_that_makes_a_page_is_the_one_that_is_kept(front):
    made, kept = ask(front, "/"), ask(front, "/")
    differing = {"cache-status"}
    assert made.body == kept.body
    assert [h for h in made.headers if h[0].lower() not in differing] == [
        h for h in kept.headers if h[0].lower() not in differing
    ]


def test_the_tag_of_a_page_is_the_same_in_every_process(front, monkeypatch):
    from csp import utils

    build = utils.build_policy
    tags = set()
    for turn in (list, lambda parts: parts[::-1]):
        monkeypatch.setattr(
            "csp.middleware.build_policy",
            lambda *args, turn=turn, **kwargs: "; ".join(
                turn(sorted(build(*args, **kwargs).split("; ")))
            ),
        )
        with local().store.writing() as writer:
            writer.clear()
        local().words.bump()
        tags.add(ask(front, "/")["ETag"])
    assert len(tags) == 1


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/tin-tuc", 301), ("/khong-co/", 404), ("/robots.txt", 200)]
)
def test_each_kind_of_answer_is_kept_and_given_again(front, path, status):
    first, second = ask(front, path), ask(front, path)
    assert (first.status, second.status) == (status, status)
    assert first.body == second.body
    assert first["Location"] == second["Location"]
    assert second.is_hit
    assert int(second["Content-Length"]) == len(second.body)


def test_an_answer_with_no_page_lives_for_a_short_time_only(front):
    ask(front, "/khong-co/")
    with local().store.writing() as writer:
        writer.execute("UPDATE entry SET hard_at = ?", (time.time() - 1,))
    local().words.bump()
    assert not ask(front, "/khong-co/").is_hit


# Methods


@pytest.mark.parametrize("path", ["/", "/khong-co/", "/tin-tuc", "/admin/login/", "/tin-tuc/;x"])
@pytest.mark.parametrize("line", ["Accept-Encoding: br", "Cookie: sessionid=none"])
def test_head_says_what_get_would_and_has_no_body(front, path, line):
    got, *heads = (ask(front, path, line, method=m) for m in ("GET", "HEAD", "HEAD"))
    for head in heads:
        assert (head.status, head.body) == (got.status, b"")
        for name in ("Content-Type", "Location", "Content-Encoding"):
            assert head[name] == got[name]
        assert head["Content-Length"] in (got["Content-Length"], None)


def test_head_makes_a_page_for_those_who_get_it(front):
    assert ask(front, "/", method="HEAD").body == b""
    answer = ask(front, "/")
    assert answer.is_hit
    assert b"</html>" in answer.body


def test_any_other_method_goes_to_django(page):
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"):
        answer = ask(page, "/", method=method)
        assert answer.cache_status.startswith("portal; fwd=method"), method
        control = (answer["Cache-Control"] or "").split(",")[0]
        assert control in ("private", "max-age=0", "no-store")
    assert ask(page, "/").is_hit


def test_a_body_with_get_is_of_no_consequence(page):
    assert ask(page, "/", body=b"hello").is_hit
    assert ask(page, "/khong-co/", body=b"hello").status == 404
    assert ask(page, "/khong-co/").is_hit


def test_pages_are_given_whole(front):
    for value in ("bytes=0-9", "bytes=0-9", "bytes=-1", "bytes=9-1", "lines=1-2", "bytes=0-1,4-5"):
        answer = ask(front, "/", f"Range: {value}", f'If-Range: "{value}"')
        assert (answer.status, answer["Content-Range"]) == (200, None), value
        assert int(answer["Content-Length"]) == len(answer.body) > 1000


# Conditions


def test_a_reader_who_has_the_page_is_told_so(page):
    tag = ask(page, "/")["ETag"]
    opaque = tag.removeprefix("W/")
    for value in (
        tag,
        opaque,
        f'"other", {tag}',
        f'{opaque} ,"other"',
        "*",
        f',,{tag},"',
        f'"{"x" * 5000}", {tag}',
    ):
        for method in ("GET", "HEAD"):
            answer = ask(page, "/", f"If-None-Match: {value}", method=method)
            assert (answer.status, answer.body) == (304, b""), value
            assert answer["Content-Length"] is None
            assert answer["Content-Encoding"] is None
            assert answer["ETag"] == tag
            assert answer["Vary"] == "Accept-Encoding"
            assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_a_reader_who_has_something_else_is_given_the_page(page):
    future = formatdate(time.time() + 1000, usegmt=True)
    tags = ["", '"other"', 'W/"other"', '"', "W/", "W/*", '"*"', "x" * 20_000, '"a" "b"', "\\"]
    for tag in tags:
        # The tag counts, whatever the date says (RFC 9110, 13.1.3).
        answer = ask(page, "/", f"If-None-Match: {tag}", f"If-Modified-Since: {future}")
        assert answer.status == 200, tag
        assert len(answer.body) == int(answer["Content-Length"])


def test_the_date_decides_where_there_is_no_tag(page):
    modified = parsedate_to_datetime(ask(page, "/")["Last-Modified"]).timestamp()
    for seconds, status in ((-1, 200), (0, 304), (1, 304), (86_400, 304)):
        value = formatdate(modified + seconds, usegmt=True)
        assert ask(page, "/", f"If-Modified-Since: {value}").status == status


def test_a_date_that_says_nothing_is_not_heeded(page):
    dates = ["", "yesterday", "0", "9" * 5000, "Mon, 99 Xxx 2026 99:99:99 GMT"]
    dates += ["Sun, 06 Nov 99999 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37"]
    dates += ["Sun Nov  6 08:49:37 1994"]
    for date in dates:
        assert ask(page, "/", f"If-Modified-Since: {date}").status == 200, date


@pytest.mark.parametrize("path", ["/khong-co/", "/tin-tuc"])
def test_what_is_no_page_is_never_unchanged(front, path):
    tag = ask(front, path)["ETag"]
    assert ask(front, path, f"If-None-Match: {tag}").status in (301, 404)


# Codings


ACCEPTED = [
    (None, None),
    ("", None),
    ("identity", None),
    ("gzip", "gzip"),
    ("br", "br"),
    ("gzip, deflate, br, zstd", "br"),
    ("GZIP", "gzip"),
    ("gzip;q=0", None),
    ("gzip;q=0, *", "br"),
    ("br;q=0,gzip;q=0.001", "gzip"),
    ("br; q=0.0, gzip; q=1.0", "gzip"),
    ("*", "br"),
    ("*;q=0", None),
    ("br;q=abc, gzip", "gzip"),
    (";;;,,,=", None),
    ("gzip;q=0, br;q=0", None),
    ("deflate, zstd", None),
    ("x-gzip", None),
    ("brotli", None),
    ("br;q=-1", None),
    ("br;q=nan, gzip;q=1", "gzip"),
]


def test_the_page_comes_in_a_coding_that_the_reader_accepts(page):
    plain = ask(page, "/").body
    for accepted, coding in ACCEPTED:
        lines = [] if accepted is None else [f"Accept-Encoding: {accepted}"]
        answer = ask(page, "/", *lines)
        assert answer["Content-Encoding"] == coding, accepted
        assert CODINGS[coding](answer.body) == plain
        assert int(answer["Content-Length"]) == len(answer.body)
        assert answer["Vary"] == "Accept-Encoding"


# Cache-Status


def statuses(front, site) -> list[str]:
    asks = [("/",), ("/",), ("/", "If-None-Match: *"), ("/", "Cookie: sessionid=1")]
    asks += [
        ("/admin/login/",),
        ("/admin/login/",),
        ("/tin-tuc/;x",),
        ("/tin-tuc/?older=1&older=2",),
    ]
    found = [ask(front, *parts).cache_status for parts in asks]
    found.append(ask(front, "/", method="POST").cache_status)
    with local().store.writing() as writer:
        writer.execute("UPDATE entry SET soft_at = ?", (time.time() - 3,))
    local().words.bump()
    found.append(ask(front, "/").cache_status)
    local().words.cells[2] = 1
    with local().store.writing() as writer:
        writer.execute("UPDATE entry SET soft_at = ?", (time.time() + 100,))
    local().words.bump()
    found.append(ask(front, "/").cache_status)
    return found


def test_every_answer_says_what_the_cache_did(front, site):
    InfoPageFactory(parent=site.home)
    found = statuses(front, site)
    parsed = [parse_list(text) for text in found]
    assert all(len(members) == 1 and members[0][0] == "portal" for members in parsed)
    parameters = [members[0][1] for members in parsed]
    # RFC 9211, 2.1 and 2.2: one or the other.
    assert all(("hit" in p) != ("fwd" in p) for p in parameters)
    assert {p["fwd"] for p in parameters if "fwd" in p} == {"uri-miss", "bypass", "method"}
    assert parameters[0] == {"fwd": "uri-miss", "stored": True}
    assert parameters[1] == parameters[2] == {"hit": True}
    assert int(parameters[-2]["ttl"]) < 0
    assert parameters[-1] == {"hit": True, "detail": "journal-lag"}


@pytest.mark.parametrize(
    "text", ["", "portal;", "portal; hit, ", 'portal; detail="é"', "portal hit"]
)
def test_the_reader_of_lists_refuses_what_is_none(text):
    with pytest.raises(ValueError, match="at"):
        parse_list(text)
