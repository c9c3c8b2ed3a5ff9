"""What is counted, and what is not."""

import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.visits import people, segments
from portal.visits.configuration import BeaconSettings, settings_for_beacon
from portal.visits.live import Snapshot
from portal.visits.signs import MalformedError, from_script, host_of, path_of
from tests.visits import FIREFOX, Clock, counted, edge, uncounted

BROWSERS = [
    FIREFOX,
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 "
    "Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "coc_coc_browser/130.0.140 Chrome/124.0.6367.140 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13; SM-A135F Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML,"
    " like Gecko) Version/4.0 Chrome/128.0 Mobile Safari/537.36 Zalo android/24090815 "
    "ZaloTheme/light ZaloLanguage/vi",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/450.0.0.42.110;]",
    "Mozilla/5.0 (Linux; Android 12; CUBOT P50) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Mobile Safari/537.36",
    "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1; U; vi) Presto/2.12.423 Version/12.16",
]
PROGRAMS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)",
    "Mozilla/5.0 (compatible; YandexBot/3.0)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 "
    "Safari/537.36",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0)",
    "Mozilla/5.0 (compatible; ZaloPreviewBot/1.0)",
    "facebookexternalhit/1.1",
    "curl/8.5.0",
    "python-requests/2.32",
    "Java/17.0",
]


@pytest.fixture
def reader(tmp_path):
    with edge(tmp_path / "visits") as made:
        yield made


def test_the_settings_of_the_edge_can_be_handed_over_as_text(settings, tmp_path):
    settings.PORTAL_VISITS_FOLDER = tmp_path
    settings.PORTAL_VISITS_NETWORK_LIMIT = 77
    made = settings_for_beacon()
    assert made.network_limit == 77
    assert made.zone == settings.TIME_ZONE
    assert made.editor_cookie == settings.SESSION_COOKIE_NAME
    assert BeaconSettings.from_text(made.as_text()) == made


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"folder": "x", "colour": 1}'])
def test_other_text_is_no_settings(text):
    with pytest.raises(ValueError, match=r"settings|Expecting"):
        BeaconSettings.from_text(text)


def test_an_opened_page_counts_and_the_answer_is_the_four_numbers(reader):
    Snapshot(at=0, total=1000, days={"2026-11-24": 10, "2026-11-23": 5}, segments={}).write(
        make(reader.folder)
    )
    assert reader.open("/tin-tuc/") == {
        "online": 1, "today": 11, "week": 16, "total": 1001, "counted": True,
    }  # fmt: skip
    assert reader.open("/tin-tuc/") == {
        "online": 2, "today": 12, "week": 17, "total": 1002, "counted": True,
    }  # fmt: skip


def make(folder):
    """Return ``folder``, made."""
    folder.mkdir(exist_ok=True)
    return folder


def test_the_numbers_are_unknown_until_the_first_fold(reader):
    assert reader.open("/") == {
        "online": 1, "today": None, "week": None, "total": None, "counted": True,
    }  # fmt: skip


def test_answers_are_never_stored(reader):
    for method, path in (("POST", "/_v"), ("GET", "/_v"), ("GET", "/_v.gif"), ("PUT", "/_v")):
        assert reader.ask(method, path)[1]["Cache-Control"] == "no-store"


def test_pages_without_script_are_counted_by_a_picture(reader):
    status, headers, body = reader.ask("GET", "/_v.gif", QUERY_STRING="p=/tin-tuc/")
    assert (status, headers["Content-Type"], body[:6]) == (200, "image/gif", b"GIF89a")
    address = "https://portal.example.org/lich-su/?a=1"
    reader.clock.go_on(1)
    reader.ask("GET", "/_v.gif", HTTP_SEC_FETCH_SITE=None, HTTP_REFERER=address)
    reader.beacon.close()
    (name,) = segments.names(reader.folder)
    lines = segments.parse((reader.folder / name).read_bytes())
    assert [line.path for line in lines] == ["/tin-tuc/", "/lich-su/"]


def test_other_methods_and_addresses_are_refused(reader):
    status, headers, _body = reader.ask("PUT", "/_v")
    assert (status, headers["Allow"]) == (405, "POST, GET")
    assert reader.ask("POST", "/_v.gif")[0] == 405
    assert reader.ask("GET", "/other")[0] == 404
    assert reader.beacon.answers("/_v.gif")
    assert not reader.beacon.answers("/_vx")


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "none"},
        {"HTTP_SEC_FETCH_SITE": None},
        {"HTTP_SEC_FETCH_SITE": None, "HTTP_ORIGIN": "null"},
        {"HTTP_SEC_FETCH_SITE": None, "HTTP_ORIGIN": "https://elsewhere.example.com"},
        {"HTTP_SEC_FETCH_SITE": None, "HTTP_REFERER": "https://portal.example.org.evil.com/"},
        {"HTTP_SEC_FETCH_SITE": None, "HTTP_REFERER": "https://portal.example.org@evil.com/"},
    ],
)
def test_pages_of_other_sites_count_for_nothing(reader, headers):
    assert reader.open("/", **headers) == 403
    assert reader.ask("GET", "/_v.gif", QUERY_STRING="p=/", **headers)[0] == 403
    assert uncounted(reader) == {people.REFUSED: 2}
    assert counted(reader) == 0


def test_older_browsers_say_where_they_are_by_origin(reader):
    headers = {"HTTP_SEC_FETCH_SITE": None, "HTTP_ORIGIN": "https://portal.example.org"}
    assert reader.open("/", **headers)["counted"]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"1", b'"/"', b"{}", b"\xff\xfe", b'{"p": 1}', b'{"p": ""}',
        b'{"p": "tin-tuc/"}', b'{"p": "//evil.com/"}', b'{"p": "https://evil.com/"}',
        b'{"p": "/", "n": 1}', b'{"p": "/", "n": "%s"}' % (b"n" * 65), b'{"p": "/", "r": {}}',
        b'{"p": "/%s"}' % (b"x" * 501), b"[" * 2000, b'{"p": "/"}' + b" " * 2048,
    ],
)  # fmt: skip
def test_what_no_page_would_say_counts_for_nothing(reader, body):
    assert reader.ask("POST", "/_v", body)[0] == 400
    assert uncounted(reader) == {people.REFUSED: 1}
    assert counted(reader) == 0


@given(st.text(max_size=600))
def test_whatever_path_is_told_is_one_word_of_bounded_length(text):
    try:
        found = path_of(text)
    except MalformedError:
        return
    assert found.isascii()
    assert found.isprintable()
    assert " " not in found
    assert found[0] == "/"
    assert found[:2] != "//"
    assert len(found) <= 500
    assert segments.parse(segments.view_line("09", 5, found, "")) == [
        segments.View(9, f"{5:016x}", found, "")
    ]


@given(st.binary(max_size=300))
def test_whatever_is_posted_is_a_sign_or_malformed(body):
    try:
        sign = from_script(body)
    except MalformedError:
        return
    assert sign.path.startswith("/")


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://www.google.com/search?q=x", "www.google.com"),
        ("http://Example.COM:8080", "example.com"),
        ("android-app://com.google.android.gm/", "com.google.android.gm"),
        ("zalo.me", "zalo.me"),
        ("https://user:word@host.vn/", "host.vn"),
        ("", ""),
        ("https://[::1]/", ""),
        ("https://a b/", ""),
        ("https://" + "x" * 101 + "/", ""),
    ],
)
def test_of_a_referrer_only_the_host_is_kept(text, host):
    assert host_of(text) == host


def test_the_host_of_the_portal_itself_leads_nowhere(reader):
    reader.open("/", said={"r": "https://portal.example.org/tin-tuc/"})
    reader.open("/", said={"r": "https://zalo.me/g/abc?secret=1"})
    reader.beacon.close()
    (name,) = segments.names(reader.folder)
    data = (reader.folder / name).read_bytes()
    assert [line.host for line in segments.parse(data)] == ["", "zalo.me"]
    assert b"secret" not in data


@pytest.mark.parametrize("agent", BROWSERS)
def test_browsers_count(reader, agent):
    assert reader.open("/", HTTP_USER_AGENT=agent)["counted"]


@pytest.mark.parametrize("agent", PROGRAMS)
def test_programs_do_not_count(reader, agent):
    assert not reader.open("/", HTTP_USER_AGENT=agent)["counted"]
    assert uncounted(reader) == {people.BOT: 1}


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"HTTP_USER_AGENT": None}, people.NAMELESS),
        ({"HTTP_USER_AGENT": " "}, people.NAMELESS),
        ({"HTTP_SEC_PURPOSE": "prefetch;prerender"}, people.PREFETCH),
        ({"HTTP_PURPOSE": "prefetch"}, people.PREFETCH),
        ({"HTTP_X_MOZ": "prefetch"}, people.PREFETCH),
        ({"HTTP_COOKIE": "a=1; sessionid=abc"}, people.EDITOR),
    ],
)
def test_neither_do_pages_loaded_in_advance_and_editors_at_work(reader, headers, kind):
    assert not reader.open("/", **headers)["counted"]
    assert uncounted(reader) == {kind: 1}
    assert counted(reader) == 0


def test_another_cookie_makes_no_editor(reader):
    assert reader.open("/", HTTP_COOKIE="mysessionid=1; x=sessionid")["counted"]


def test_the_same_page_counts_once_within_ten_seconds(reader):
    assert reader.open("/a/", tab="t")["counted"]
    reader.clock.go_on(9.8)
    assert not reader.open("/a/", tab="t")["counted"]
    assert reader.open("/b/", tab="t")["counted"]
    assert reader.open("/a/", tab="u")["counted"]
    reader.clock.go_on(0.3)
    assert reader.open("/a/", tab="t")["counted"]
    assert uncounted(reader) == {people.REPEAT: 1}


def test_threads_of_a_process_lose_nothing(reader):
    def read(number):
        for n in range(200):
            reader.open(f"/{n}/", tab=f"{number}", **{"portal.client": f"10.0.{number}.1"})

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted(reader) == 1600
    assert reader.numbers()["online"] == 8


def test_online_are_the_tabs_of_the_last_five_minutes(reader):
    reader.open("/", tab="a")
    reader.clock.go_on(200)
    reader.open("/", tab="b")
    reader.open("/x/", tab="b")
    assert reader.numbers()["online"] == 2
    reader.clock.go_on(101)
    assert reader.numbers()["online"] == 1
    reader.clock.go_on(200)
    assert reader.numbers()["online"] == 0


def test_a_page_still_looked_at_keeps_its_tab_online_and_counts_no_more(reader):
    reader.open("/", tab="a")
    for _ in range(3):
        reader.clock.go_on(240)
        assert not reader.open("/", tab="a", said={"s": 1})["counted"]
        assert reader.numbers()["online"] == 1
    assert not reader.open("/", tab="never seen", said={"s": 1})["counted"]
    assert reader.numbers()["online"] == 1
    assert counted(reader) == 1
    assert uncounted(reader) == {}


def test_all_processes_of_a_node_see_who_is_online_and_what_was_counted(tmp_path):
    clock = Clock()
    with edge(tmp_path, clock) as one, edge(tmp_path, clock) as two:
        Snapshot(at=0, total=0, days={}, segments={}).write(tmp_path)
        one.open("/", tab="a")
        two.open("/", tab="b")
        two.open("/x/", tab="a")
        for made in (one, two):
            numbers = made.numbers()
            assert (numbers["online"], numbers["today"]) == (2, 3)


def test_a_restarted_process_goes_on_where_the_last_one_ended(tmp_path):
    clock = Clock()
    Snapshot(at=0, total=0, days={}, segments={}).write(tmp_path)
    with edge(tmp_path, clock) as one:
        one.open("/", tab="a")
    with edge(tmp_path, clock) as two:
        assert not two.open("/", tab="a")["counted"]
        assert json.loads(two.ask("GET", "/_v")[2])["total"] == 1
