"""The edge and those who mean it ill: what is kept, for whom, and under which address."""

import re
import tracemalloc

import pytest
from wagtail.contrib.redirects.models import Redirect

from news.factories import NewsPageFactory
from portal.pagecache.config import Config
from portal.pagecache.edge.application import Edge
from portal.pagecache.edge.replies import codings
from portal.pagecache.edge.upstream import Request, Response
from portal.pagecache.node import local
from portal.pagecache.render import behind_edge
from tests.fronting import HOST, READER, ask, environ_of


class Heard:
    """An upstream that remembers what it was asked and answers nothing in particular."""

    def __init__(self):
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        return Response(204)


@pytest.fixture
def settings_of_edge(tmp_path):
    """A function that gives the settings of an edge by itself, with what differs."""

    def of(**differing) -> Config:
        usual = {"folder": str(tmp_path), "origin": f"http://{HOST}", "hosts": [HOST]}
        return Config(**{**usual, **differing})

    return of


def stored_keys() -> list[str]:
    return [key for (key,) in local().store.rows("SELECT key FROM entry ORDER BY key")]


# Addresses: one page never answers for another


@pytest.mark.parametrize("sign", ["%3F", "%3f"])
def test_an_encoded_question_mark_does_not_answer_for_a_query(front, site, sign):
    article = NewsPageFactory(parent=site.news)
    query = f"older={article.pk}"
    assert ask(front, f"/tin-tuc/{sign}{query}").status == 404
    honest = ask(front, f"/tin-tuc/?{query}")
    assert not honest.is_hit
    assert stored_keys() in ([], [f"http://testserver/tin-tuc/?{query}"])


def test_an_encoded_hash_is_kept_under_no_key(front):
    assert ask(front, "/tin-tuc/%23x/").status == 404
    assert stored_keys() == []


@pytest.mark.parametrize(
    "path",
    # A space at the end is lost where an address stands in a header.
    ["/t%C3%ACm/", "/%ff/", "/%E2%80%AE/", "/%00", "/a%0d%0ab/", "/%20", "/tin-tuc/%20", "/a%20b/"],
)
def test_what_is_not_ascii_or_not_printable_is_answered_but_not_kept(front, path):
    assert ask(front, path).status == 404
    assert stored_keys() == []


@pytest.mark.parametrize(
    "path",
    [
        "//", "//tin-tuc/", "/tin-tuc//", "/tin-tuc/.", "/tin-tuc/./", "/./tin-tuc/",
        "/tin-tuc/../", "/%2e/", "/tin-tuc/%2e%2e/", "/tin-tuc/;x=.css", "/tin-tuc;x=.css",
        "/TIN-TUC/", "/Tin-Tuc/", "/tin-tuc./", "/tin-tuc.", "/tin-tuc/x.css", "/%00/",
        "/tin-tuc/%00", "//evil.example/", "/\\evil.example/", "/tin-tuc/%5c",
    ],
)  # fmt: skip
def test_another_way_to_write_an_address_gives_and_spoils_no_page(front, path):
    for _time in range(2):
        answer = ask(front, path)
        assert answer.status in (301, 404)
        assert not answer["Location"] or re.match(
            r"(http://testserver)?/(?![/\\])", answer["Location"]
        )
    kept = [key for (key,) in local().store.rows("SELECT key FROM entry")]
    assert not [key for key in kept if re.search(r"//(?!testserver)|/\.\.?(/|$)|;|\\|\0", key)]
    for address in ("/", "/tin-tuc/"):
        assert ask(front, address).status == 200


def test_django_is_told_who_asks_and_how(front):
    seen = {}
    told = {
        "HTTP_X_PORTAL_CLIENT": "192.0.2.7",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_PORTAL_FILL": "https://testserver/",
        "REMOTE_ADDR": "",
    }
    behind_edge(lambda environ, _start: seen.update(environ) or [])(told, None)
    found = seen["REMOTE_ADDR"], seen["wsgi.url_scheme"], seen["portal.fill"]
    assert found == ("192.0.2.7", "https", "https://testserver/")


def test_a_missing_page_with_a_query_of_its_own_is_not_answered_by_the_one_without(front, site):
    assert ask(front, "/default.aspx").status == 404
    Redirect.add_redirect("/default.aspx?tabid=5", "/tin-tuc/", is_permanent=True)
    answer = ask(front, "/default.aspx?tabid=5")
    assert (answer.status, answer["Location"]) == (301, "/tin-tuc/")


def test_a_redirect_keeps_the_query_that_it_carries(front):
    bare = ask(front, "/tin-tuc")
    assert (bare.status, bare["Location"]) == (301, "/tin-tuc/")
    carrying = ask(front, "/tin-tuc?older=5")
    assert (carrying.status, carrying["Location"]) == (301, "/tin-tuc/?older=5")
    assert ask(front, "/tin-tuc").is_hit


def test_a_redirect_to_a_query_is_not_the_redirect_without(front, site):
    Redirect.add_redirect("/cu/", site.news, is_permanent=True)
    Redirect.add_redirect("/cu/?id=7", site.home, is_permanent=True)
    assert ask(front, "/cu/")["Location"].endswith("/tin-tuc/")
    assert not ask(front, "/cu/?id=7")["Location"].endswith("/tin-tuc/")
    assert ask(front, "/cu/")["Location"].endswith("/tin-tuc/")


def test_a_wrong_value_of_a_heeded_key_does_not_stand_for_the_page(front, site):
    NewsPageFactory(parent=site.news)
    assert ask(front, "/tin-tuc/?older=bad").status == 404
    assert ask(front, "/tin-tuc/").status == 200
    assert ask(front, "/tin-tuc/?utm_source=x").status == 200
    again = ask(front, "/tin-tuc/?older=bad&utm_source=x")
    assert (again.status, again.is_hit) == (404, True)
    assert ask(front, "/tin-tuc/").is_hit


def test_the_parts_of_a_long_sitemap_are_told_apart(front, site, monkeypatch):
    from portal.translation.sitemap import PageSitemap

    monkeypatch.setattr(PageSitemap, "limit", 1)
    first, second = (ask(front, f"/sitemap-pages.xml{query}") for query in ("", "?p=2"))
    assert (first.status, second.status) == (200, 200)
    assert first.body != second.body
    assert ask(front, "/sitemap-pages.xml?p=2").body == second.body
    assert ask(front, "/sitemap-pages.xml?x=2").body == first.body


# Hosts


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "testserver.evil.example",
        "eviltestserver",
        "testserver:8080",
        "testserver:80a",
        "testserver:",
        "testserver.",
        "TESTSERVER",
        "testserver,evil.example",
        "testserver@evil.example",
        "testserver/..",
        "[::1]:80",
        "",
        None,
    ],
)
def test_nothing_is_kept_for_a_host_that_is_not_the_sites(front, host):
    ask(front, "/", host=host)
    assert stored_keys() == []


def test_a_page_is_kept_apart_for_each_host_and_scheme(front):
    ask(front, "/", host="testserver")
    ask(front, "/", host="localhost")
    ask(front, "/", "X-Forwarded-Proto: https", peer="127.0.0.1")
    assert stored_keys() == ["http://localhost/", "http://testserver/", "https://testserver/"]


def test_the_port_of_the_public_address_belongs_to_the_host(settings_of_edge):
    edge = Edge(settings_of_edge(origin="http://testserver:8080"), None)
    assert edge.clients.origin("http", "testserver:8080") == "http://testserver:8080"
    assert edge.clients.origin("http", "testserver") == "http://testserver"
    assert edge.clients.origin("http", "testserver:8081") == ""


def test_hosts_below_a_domain_are_allowed_where_the_settings_say_so(settings_of_edge):
    edge = Edge(settings_of_edge(hosts=[".example.org"]), None)
    for host in ("example.org", "a.example.org", "a.b.example.org"):
        assert edge.clients.origin("http", host) == f"http://{host}"
    assert edge.clients.origin("http", "badexample.org") == ""


# Who is asking: proxies


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "not an address", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.66, <script>", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", ",,,", "10.0.0.1"),
        ("10.0.0.1", "2001:DB8:0::1", "2001:db8::1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:203.0.113.9", "198.51.100.1", "::ffff:203.0.113.9"),
        ("unix", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_the_client_is_the_last_address_that_no_trusted_proxy_has(
    settings_of_edge, peer, forwarded, client
):
    edge = Edge(settings_of_edge(trusted_proxies=["10.0.0.0/8"]), None)
    environ = environ_of("/", f"X-Forwarded-For: {forwarded}", peer=peer)
    assert edge.clients.address(environ) == client


@pytest.mark.parametrize(
    ("peer", "stated", "scheme"),
    [
        ("203.0.113.9", "https", "http"),
        ("10.0.0.1", "https", "https"),
        ("10.0.0.1", "HTTPS ", "https"),
        ("10.0.0.1", "http, https", "http"),
        ("10.0.0.1", "javascript", "http"),
        ("10.0.0.1", "", "http"),
    ],
)
def test_the_scheme_is_what_a_trusted_proxy_says(settings_of_edge, peer, stated, scheme):
    heard = Heard()
    edge = Edge(settings_of_edge(trusted_proxies=["10.0.0.0/8"]), heard)
    ask(edge, "/", f"X-Forwarded-Proto: {stated}", peer=peer, method="POST")
    assert heard.requests[0].scheme == scheme


# What is handed on to Django


@pytest.mark.parametrize("hyphen", ["-", "_"])
def test_only_the_edge_speaks_with_the_voice_of_the_edge(settings_of_edge, hyphen):
    heard = Heard()
    names = ["Forwarded", "X-Real-IP", "X-Portal-Client", "X-Portal-Fill", "X-Script-Name"]
    names += [f"X-Forwarded-{word}" for word in ("For", "Proto", "Host", "Port", "Prefix")]
    lines = [f"{name.replace('-', hyphen)}: 192.0.2.66" for name in names]
    ask(Edge(settings_of_edge(), heard), "/", *lines, method="POST")
    (request,) = heard.requests
    assert request.headers == [("host", HOST)]
    assert (request.client, request.scheme, request.fill) == (READER, "http", None)


def test_what_belongs_to_the_connection_is_not_handed_on(settings_of_edge):
    heard = Heard()
    ask(
        Edge(settings_of_edge(), heard),
        "/",
        "Connection: close, X-Secret , X-Portal-Client",
        "Keep-Alive: timeout=5",
        "Proxy-Authorization: Basic eA==",
        "TE: trailers",
        "Upgrade: h2c",
        "X-Secret: 1",
        "X-Kept: 1",
        method="POST",
    )
    assert sorted(heard.requests[0].headers) == [("host", "testserver"), ("x-kept", "1")]


@pytest.mark.parametrize("name", ["Content_Length", "content_length", "Content_Type"])
def test_the_length_of_a_body_has_one_name_only(settings_of_edge, name):
    heard = Heard()
    edge = Edge(settings_of_edge(), heard)
    ask(edge, "/", f"{name}: 3", "Content-Type: text/plain", method="POST", body=b"four")
    (request,) = heard.requests
    assert request.length == 4
    assert sorted(request.headers) == [("content-type", "text/plain"), ("host", "testserver")]


# Limits


@pytest.mark.parametrize(
    "target", ["/" + "a" * 3000, "/?" + "a" * 3000, "/tin-tuc/?older=" + "1" * 3000]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_an_address_that_is_too_long_is_refused(front, target, method):
    answer = ask(front, target, method=method)
    assert answer.status == 414
    assert stored_keys() == []


def test_a_head_that_is_too_large_is_refused(front):
    assert ask(front, "/", "X-Large: " + "a" * 40_000).status == 431


@pytest.mark.parametrize(("path", "language"), [("/admin/", "vi"), ("/en/x/", "en")])
def test_a_body_that_is_too_large_is_refused_in_the_language_of_the_address(front, path, language):
    answer = ask(front, path, "Content-Length: 99999999999", method="POST")
    assert answer.status == 413
    assert f'lang="{language}"' in answer.body.decode()
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["Content-Length: 10"], 400),
        (["Content-Length: -1"], 400),
        (["Content-Length: +3"], 400),
        (["Content-Length: 3, 3"], 400),
        (["Content-Length: ٣"], 400),
        (["Transfer-Encoding: chunked"], 411),
        (["Transfer_Encoding: chunked"], 411),
        (["Transfer-Encoding: identity", "Content-Length: 3"], 411),
    ],
)
def test_a_body_of_unclear_length_is_refused(settings_of_edge, lines, status):
    heard = Heard()
    answer = ask(Edge(settings_of_edge(), heard), "/", *lines, method="POST")
    assert (answer.status, heard.requests) == (status, [])


def test_what_clients_accept_does_not_fill_the_memory():
    tracemalloc.start()
    try:
        for n in range(3000):
            codings("gzip, " + "x" * 10_000 + str(n))
        # Of those that would make 30 MB.
        assert tracemalloc.get_traced_memory()[0] < 3_000_000
    finally:
        tracemalloc.stop()
