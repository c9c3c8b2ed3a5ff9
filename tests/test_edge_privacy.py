"""What is meant for somebody is never kept for everybody."""

import gzip
import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import brotli
import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from wagtail.models import PageViewRestriction

from home.factories import InfoPageFactory
from news.factories import NewsPageFactory
from portal.factories import UserFactory
from portal.pagecache import collector
from portal.pagecache.fill import FILL, PageCacheMiddleware
from portal.pagecache.node import local
from tests.fronting import ask

SECRET = "bi-mat-9f3c"


def stored() -> dict[str, bytes]:
    """Everything that the store holds, by key, as one text each."""
    found = {}
    rows = local().store.rows("SELECT key, headers, identity, gzip, br FROM entry")
    for key, headers, identity, packed, brotlied in rows:
        parts = [headers.encode(), identity]
        parts += [gzip.decompress(packed)] if packed else []
        parts += [brotli.decompress(brotlied)] if brotlied else []
        found[key] = b"\n".join(parts)
    return found


def session_of(user) -> str:
    """The session cookie of somebody who has logged in."""
    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}"


def cookies_of(answer) -> str:
    """The cookies that an answer sets, as a browser sends them back."""
    jar = SimpleCookie()
    for name, value in answer.headers:
        if name.lower() == "set-cookie":
            jar.load(value)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())


# Who asks


@pytest.mark.parametrize(
    "line",
    [
        "Cookie: sessionid=abc",
        "Cookie: a=b; sessionid=abc",
        "Cookie: a=b;sessionid=abc",
        'Cookie: sessionid="abc"',
        "Cookie: sessionid=",
        "Cookie: ,sessionid=abc",
        "Authorization: Basic eA==",
        "Authorization:",
    ],
)
def test_whoever_may_be_somebody_gets_and_leaves_nothing_that_is_kept(front, line):
    ask(front, "/", line)
    assert stored() == {}
    ask(front, "/")
    answer = ask(front, "/", line)
    assert answer.status == 200
    assert not answer.is_hit


@pytest.mark.parametrize("line", ["Cookie: consent=yes; theme=dark", "Cookie: SESSIONID=abc"])
def test_other_cookies_make_nobody_somebody(front, line):
    ask(front, "/", line)
    assert ask(front, "/").is_hit
    assert ask(front, "/", line).is_hit


@pytest.mark.parametrize(
    "line",
    [
        "Accept-Language: en",
        "Cookie: django_language=en; csrftoken=abc; messages=x",
        "X-Forwarded-Host: evil.example",
        "X-Host: evil.example",
        "X-Original-URL: /admin/",
        "X-Rewrite-URL: /admin/",
        "X-HTTP-Method-Override: DELETE",
        "X-Requested-With: XMLHttpRequest",
        "Accept: application/json",
        "Origin: https://evil.example",
        "Referer: https://evil.example/",
        "User-Agent: <script>alert(1)</script>",
        "Range: bytes=0-10",
        "If-None-Match: *",
        "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT",
        "Save-Data: on",
        "Script-Name: /evil",
        "X-Script-Name: /evil",
        "Connection: host",
    ],
)
@pytest.mark.parametrize("path", ["/", "/khong-co/", "/sitemap.xml"])
def test_what_a_client_says_does_not_reach_what_others_are_given(front, path, line):
    ask(front, path, line)
    before = stored()
    assert list(before) == [f"http://testserver{path}"]
    with local().store.writing() as writer:
        writer.clear()
    local().words.bump()
    ask(front, path)
    assert stored() == before


def form_on(answer) -> tuple[str, dict[str, str]]:
    """The action of the form on a page, and the fields that are filled in already."""
    text = answer.body.decode()
    action = re.search(r'<form[^>]* action="([^"]+)', text)[1]
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', text)[1]
    return action, {"csrfmiddlewaretoken": token}


def token_in(answer) -> str | None:
    """The CSRF cookie that an answer sets, None where it sets none."""
    lines = [value for name, value in answer.headers if name.lower() == "set-cookie"]
    return next((SimpleCookie(line)["csrftoken"].value for line in lines if "csrf" in line), None)


def test_a_form_stays_valid_while_another_is_opened_beside_it(front, site):
    pages = [NewsPageFactory(parent=site.news, slug=f"kin-{name}") for name in "ab"]
    for page in pages:
        PageViewRestriction.objects.create(page=page, restriction_type="password", password="mở")
    first = ask(front, pages[0].url)
    cookie = f"Cookie: csrftoken={token_in(first)}"
    assert token_in(ask(front, pages[1].url, cookie)) in (None, token_in(first))
    action, fields = form_on(first)
    body = urlencode({**fields, "password": "mở", "return_url": pages[0].url}).encode()
    kind = "Content-Type: application/x-www-form-urlencoded"
    assert ask(front, action, cookie, kind, method="POST", body=body).status == 302


# What Django answers


def kept(answer, *, declared: bool = True, **environ) -> str:
    """Let ``answer(request)`` be given where it could be kept; return what became of it."""
    request = RequestFactory().get("/x/", **environ)
    request.environ[FILL] = "http://testserver/x/"

    def view(request):
        if declared:
            collector.public("x", ())
        return answer(request)

    response = PageCacheMiddleware(view)(request)
    result = response.headers["X-Portal-Fill"]
    assert (result == "stored") == (list(stored()) == ["http://testserver/x/"])
    return result


@pytest.mark.parametrize(
    "address", ["http://testserver/y/", "http://evil/x/", "https://testserver/x/"]
)
def test_what_django_made_for_one_address_is_not_kept_under_another(pagecache, address):
    request = RequestFactory().get("/x/")
    request.environ[FILL] = address

    def view(_request):
        collector.public("x", ())
        return HttpResponse("x")

    response = PageCacheMiddleware(view)(request)
    assert response.headers["X-Portal-Fill"] == "another address"
    assert stored() == {}


def with_header(name: str, value: str):
    return lambda _request: HttpResponse("x", headers={name: value})


@pytest.mark.parametrize(
    "value",
    [
        "private",
        "Private",
        "PRIVATE, max-age=5",
        "max-age=5 ,  no-store",
        "no-cache",
        'private="X-Name"',
        'No-Cache="set-cookie"',
        "public,private",
    ],
)
def test_what_says_that_it_is_private_is_not_kept(pagecache, value):
    assert kept(with_header("Cache-Control", value)) == "Cache-Control"


@pytest.mark.parametrize("value", ["public", "max-age=60", "public, s-maxage=5", ""])
def test_what_says_no_such_thing_is_kept(pagecache, value):
    assert kept(with_header("Cache-Control", value)) == "stored"


@pytest.mark.parametrize(
    "value",
    ["*", " * ", "Cookie", "cookie", "COOKIE", "Accept-Encoding, Cookie", "Accept-Encoding,,*",
     "Accept-Language", "Accept-Encoding\t, User-Agent"],
)  # fmt: skip
def test_what_varies_with_the_client_is_not_kept(pagecache, value):
    assert kept(with_header("Vary", value)).startswith("varies on")


@pytest.mark.parametrize(
    "value", ["", "Accept-Encoding", "accept-encoding", " ACCEPT-ENCODING ,accept-encoding", ","]
)
def test_what_varies_with_its_coding_is_kept(pagecache, value):
    assert kept(with_header("Vary", value)) == "stored"


def with_cookie(_request):
    response = HttpResponse("x")
    response.set_cookie("theme", "dark")
    return response


def with_token(request):
    return HttpResponse(get_token(request))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (with_cookie, "sets a cookie"),
        (with_header("Set-Cookie", "a=b"), "sets a cookie"),
        (with_header("set-cookie", "a=b"), "sets a cookie"),
        (with_token, "contains a CSRF token"),
        (with_header("Content-Encoding", "gzip"), "encoded already"),
        (lambda _request: StreamingHttpResponse([b"x"]), "streaming"),
        (lambda _request: HttpResponse("x", status=302), "status 302"),
        (lambda _request: HttpResponse("x", status=403), "status 403"),
        (lambda _request: HttpResponse("x", status=500), "status 500"),
    ],
)
def test_what_cannot_be_for_everybody_is_not_kept(pagecache, answer, reason):
    assert kept(answer) == reason


def test_nothing_is_kept_that_no_view_has_declared_public(pagecache):
    assert kept(lambda _request: HttpResponse("x"), declared=False) == "not declared public"


def test_an_authorization_that_reaches_django_is_enough(pagecache):
    answer = kept(lambda _request: HttpResponse("x"), HTTP_AUTHORIZATION="Basic eA==")
    assert answer == "authorization"


# Pages that not everybody may see


@pytest.fixture
def restricted(site):
    """A page with a password, and one beneath it that has none of its own."""
    page = InfoPageFactory(parent=site.home, title=f"Kín {SECRET}", slug="kin")
    below = InfoPageFactory(parent=page, title=f"Dưới {SECRET}", slug="duoi")
    PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.PASSWORD, password="vung ơi mở ra"
    )
    return page, below


@pytest.mark.parametrize("path", ["/kin/", "/kin/duoi/"])
def test_a_password_opens_a_page_for_whoever_gave_it_and_nobody_else(front, restricted, path):
    asked = ask(front, path)
    assert asked.status == 200
    assert SECRET.encode() not in asked.body
    token = cookies_of(asked)
    restriction = PageViewRestriction.objects.get()
    posted = ask(
        front,
        f"/_util/authenticate_with_password/{restriction.pk}/{restricted[0].pk}/",
        f"Cookie: {token}",
        "Content-Type: application/x-www-form-urlencoded",
        method="POST",
        body=(
            f"password=vung+ơi+mở+ra&return_url={path}"
            f"&csrfmiddlewaretoken={token.partition('csrftoken=')[2]}"
        ).encode(),
    )
    assert posted.status == 302
    opened = ask(front, path, f"Cookie: {cookies_of(posted)}")
    assert SECRET.encode() in opened.body
    for _again in range(2):
        assert SECRET.encode() not in ask(front, path).body
    assert [text for text in stored().values() if SECRET.encode() in text] == []


def test_a_page_for_those_who_log_in_is_for_nobody_else(front, site):
    page = InfoPageFactory(parent=site.home, title=f"Nội bộ {SECRET}", slug="noi-bo")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert ask(front, "/noi-bo/").status == 302
    cookie = session_of(UserFactory())
    assert SECRET.encode() in ask(front, "/noi-bo/", f"Cookie: {cookie}").body
    again = ask(front, "/noi-bo/")
    assert (again.status, again.is_hit) == (302, False)
    login = ask(front, "/_util/login/?next=/noi-bo/")
    assert b"csrfmiddlewaretoken" in login.body
    assert login["Set-Cookie"].startswith("csrftoken=")
    assert stored() == {}


def test_nothing_private_is_ever_in_the_store(front, site, restricted):
    """Everybody asks for everything; then each entry of the store is read."""
    draft = NewsPageFactory(parent=site.news, title=f"Nháp {SECRET}", slug="nhap", live=False)
    article = NewsPageFactory(parent=site.news, title="Tin đã đăng", slug="tin")
    article.save_revision().publish()
    article.title = f"Sửa {SECRET}"
    article.save_revision()
    draft.save_revision()
    editor = UserFactory(username=f"nguoi-{SECRET}", is_superuser=True)
    paths = ["/", "/tin-tuc/", "/tin-tuc/tin/", "/tin-tuc/nhap/", "/kin/", "/kin/duoi/"]
    paths += ["/tin-tuc/rss.xml", "/sitemap.xml", "/sitemap-pages.xml", "/robots.txt", "/khong-co/"]
    paths += ["/admin/", "/admin/login/", "/admin/account/", f"/admin/pages/{site.news.pk}/"]
    for page in (draft, article):
        paths += [
            f"/admin/pages/{page.pk}/edit/",
            f"/admin/pages/{page.pk}/edit/preview/",
            f"/admin/pages/{page.pk}/edit/preview/?mode=",
            f"/admin/pages/{page.pk}/view_draft/",
        ]
    cookie = session_of(editor)
    seen = set()
    for who in ((), (f"Cookie: {cookie}",), ("Authorization: Basic eA==",), ()):
        for path in paths:
            answer = ask(front, path, *who)
            if SECRET.encode() in answer.body:
                seen.add(path)
                assert who == (f"Cookie: {cookie}",)
    assert len(seen) > 4
    everything = stored()
    assert len(everything) > 5
    assert [key for key, text in everything.items() if SECRET.encode() in text] == []
    private = [key for key in everything if "/admin" in key or "/kin/" in key or "/nhap/" in key]
    # Nobody learns from the store that there is a draft: it is answered like what is not there.
    assert private in ([], ["http://testserver/tin-tuc/nhap/"])
    assert b"csrfmiddlewaretoken" not in b"".join(everything.values())
    assert b"et-cookie" not in b"".join(everything.values())
