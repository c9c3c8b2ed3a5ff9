"""From an address to a page."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Locale, PageViewRestriction

from home.factories import (
    HistoryIndexPageFactory,
    HistoryPageFactory,
    english_home,
)
from news.factories import NewsPageFactory

pytestmark = pytest.mark.django_db


def test_pages_answer_at_every_depth(site, client):
    index = HistoryIndexPageFactory(parent=site.home)
    HistoryPageFactory(parent=index, title="Chặng đường đầu")
    for path in ("/", "/lich-su/", "/lich-su/chang-duong-dau/"):
        assert client.get(path).status_code == 200


def test_an_address_that_no_page_has_is_not_found(site, client):
    for path in ("/khong-co/", "/tin-tuc/khong-co/", "/tin-tuc/a/b/c/"):
        assert client.get(path).status_code == 404


def test_a_page_is_found_below_its_own_parent_only(site, client):
    index = HistoryIndexPageFactory(parent=site.home)
    HistoryPageFactory(parent=index, title="Chặng đường đầu")
    assert client.get("/tin-tuc/chang-duong-dau/").status_code == 404
    assert client.get("/chang-duong-dau/").status_code == 404


def test_two_pages_with_the_same_slug_are_told_apart_by_their_parents(site, client):
    index = HistoryIndexPageFactory(parent=site.home)
    HistoryPageFactory(parent=index, title="Một tên", slug="mot-ten")
    NewsPageFactory(parent=site.news, title="Tin cùng tên", slug="mot-ten")
    assert "Một tên" in client.get("/lich-su/mot-ten/").content.decode()
    assert "Tin cùng tên" in client.get("/tin-tuc/mot-ten/").content.decode()


def test_a_draft_is_not_found(site, client):
    NewsPageFactory(parent=site.news, slug="nhap", live=False)
    assert client.get("/tin-tuc/nhap/").status_code == 404


def test_an_expired_page_is_not_served_though_the_schedule_has_not_run(site, client):
    article = NewsPageFactory(
        parent=site.news, slug="het-han", expire_at=timezone.now() + timedelta(hours=1)
    )
    assert client.get("/tin-tuc/het-han/").status_code == 200
    type(article).objects.update(expire_at=timezone.now() - timedelta(seconds=1))
    assert client.get("/tin-tuc/het-han/").status_code == 404


@pytest.mark.parametrize("depth", ["page", "parent", "home"])
def test_a_restriction_on_the_page_or_above_it_keeps_readers_out(site, client, depth):
    index = HistoryIndexPageFactory(parent=site.home)
    page = HistoryPageFactory(parent=index, slug="kin")
    assert client.get("/lich-su/kin/").status_code == 200
    PageViewRestriction.objects.create(
        page={"page": page, "parent": index, "home": site.home}[depth],
        restriction_type=PageViewRestriction.LOGIN,
    )
    response = client.get("/lich-su/kin/")
    assert response.status_code == 302
    assert "no-store" in response.headers["Cache-Control"]


def test_a_restriction_on_the_home_page_holds_for_the_home_page(site, client):
    assert client.get("/").status_code == 200
    PageViewRestriction.objects.create(
        page=site.home, restriction_type=PageViewRestriction.PASSWORD, password="bí mật"
    )
    response = client.get("/")
    assert "no-store" in response.headers["Cache-Control"]
    assert site.home.title not in response.content.decode().split("<main")[-1]


def test_an_old_address_redirects_by_its_number(site, client):
    NewsPageFactory(parent=site.news, slug="moi", legacy_number=221132)
    response = client.get("/dang-uy-khoi/chao-mung-ngay-thanh-lap-221132/")
    assert (response.status_code, response.url) == (301, "/tin-tuc/moi/")


def test_an_old_address_without_a_page_is_not_found(site, client):
    assert client.get("/dang-uy-khoi/khong-ai-ghi-221133/").status_code == 404


def test_a_draft_answers_no_old_address(site, client):
    NewsPageFactory(parent=site.news, slug="nhap", legacy_number=7, live=False)
    assert client.get("/cu/bai-cu-7/").status_code == 404


def test_a_page_for_some_alone_and_one_that_has_ended_answer_no_old_address(site, client):
    closed = NewsPageFactory(parent=site.news, slug="hop-kin", legacy_number=8)
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    ended = timezone.now() - timedelta(minutes=1)
    NewsPageFactory(parent=site.news, slug="da-het", legacy_number=9, expire_at=ended)
    assert client.get("/cu/bai-cu-8/").status_code == 404
    assert client.get("/cu/bai-cu-9/").status_code == 404


def test_a_language_without_a_live_home_page_is_not_found(site, client):
    english_home(site, live=False)
    response = client.get("/en/")
    assert response.status_code == 404
    assert 'lang="en"' in response.content.decode()


def test_the_language_of_an_address_that_is_not_turned_on_is_not_found(site, client):
    assert not Locale.objects.filter(language_code="en").exists()
    assert client.get("/en/").status_code == 404


def test_an_unknown_host_is_refused(site, client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
