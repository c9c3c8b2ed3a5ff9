"""What the lists of news show, in which order, and at which addresses."""

from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from django.http import Http404, QueryDict
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from news import archive
from news.factories import NewsCategoryFactory
from news.models import NewsPage
from tests.lists import article, english_news, titles

pytestmark = pytest.mark.django_db

NOON = datetime(2024, 8, 15, 12, tzinfo=UTC)
SITE_OFFSET = timedelta(hours=7)


def local(*parts):
    """Return a moment given by the clock of the site, which is at UTC+7."""
    return datetime(*parts, tzinfo=UTC) - SITE_OFFSET


@pytest.fixture
def english(site):
    return english_news(site)


@pytest.fixture
def category(db):
    return NewsCategoryFactory(name="Sự kiện", slug="su-kien")


@pytest.fixture
def nine(site, category):
    """Nine articles of the list."""
    for n in range(9):
        article(site, f"Tin {n}", category=category)
    return NewsPage.objects.order_by("pk")


# Order and paging


def test_the_newest_comes_first_and_of_two_at_once_the_later_made(site, client):
    article(site, "Cũ", date=NOON - timedelta(days=1))
    article(site, "Cùng lúc, trước", date=NOON)
    article(site, "Cùng lúc, sau", date=NOON)
    article(site, "Mới", date=NOON + timedelta(seconds=1))
    assert titles(client.get("/tin-tuc/")) == ["Mới", "Cùng lúc, sau", "Cùng lúc, trước", "Cũ"]


def walk(shown, query, direction, size):
    """Return the slices that following the ``direction`` cursor from ``query`` leads through."""
    slices = [archive.read(shown, QueryDict(query), size)]
    while cursor := getattr(slices[-1], direction):
        assert len(slices) < 20, "The links lead in a circle."
        slices.append(archive.read(shown, QueryDict(f"{direction}={cursor}"), size))
    return [[article.pk for article in one.articles] for one in slices]


@given(
    offsets=st.lists(st.integers(0, 4), max_size=9),
    size=st.integers(1, 4),
)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_paging_shows_each_article_once_in_either_direction(site, nine, offsets, size):
    nine.update(live=False)
    dates = {}
    for pk, offset in zip(nine.values_list("pk", flat=True), offsets, strict=False):
        dates[pk] = NOON + timedelta(hours=offset)
        nine.filter(pk=pk).update(date=dates[pk], live=True)
    expected = sorted(dates, key=lambda pk: (dates[pk], pk), reverse=True)
    shown = site.news.shown()
    forwards = walk(shown, "", "older", size)
    backwards = walk(shown, "oldest=1", "newer", size)
    assert list(chain(*forwards)) == expected
    assert list(chain(*reversed(backwards))) == expected
    assert all(len(one) == size for one in forwards[:-1])
    assert all(len(one) == size for one in backwards[:-1])


def test_the_links_of_the_list_lead_through_all_of_it_and_back(site, client, category):
    for n in range(30):
        article(site, f"Tin {n:02}", date=NOON + timedelta(hours=n), category=category)
    expected = [f"Tin {n:02}" for n in range(29, -1, -1)]
    first = client.get("/tin-tuc/")
    assert "?newer=" not in first.content.decode()
    second = client.get(f"/tin-tuc/?older={first.context['slice'].older}")
    third = client.get(f"/tin-tuc/?older={second.context['slice'].older}")
    assert titles(first) + titles(second) + titles(third) == expected
    assert "?older=" not in third.content.decode()
    back = client.get(f"/tin-tuc/?newer={third.context['slice'].newer}")
    assert titles(back) == titles(second)
    assert titles(client.get("/tin-tuc/?oldest=1")) == expected[-12:]


def test_an_address_within_the_list_keeps_its_articles_when_new_ones_are_added(
    site, client, category
):
    for n in range(20):
        article(site, f"Tin {n:02}", date=NOON + timedelta(hours=n), category=category)
    address = f"/tin-tuc/?older={client.get('/tin-tuc/').context['slice'].older}"
    before = titles(client.get(address))
    article(site, "Tin mới", date=NOON + timedelta(days=9), category=category)
    assert titles(client.get(address)) == before
    assert titles(client.get("/tin-tuc/"))[0] == "Tin mới"


def test_a_cursor_is_read_as_it_was_written(site):
    made = article(site, "Tin", date=NOON + timedelta(microseconds=7))
    assert archive.parse_cursor(archive.cursor_of(made)) == (made.date, made.pk)


BAD_CURSORS = [
    "", "x", "-", "20240815120000000000", "20240815120000000000-", "20240815120000000000-x",
    "20241315120000000000-1", "00000815120000000000-1", "2024081512000000000-1",
    "20240815120000000000-0", "20240815120000000000--1", "20240815120000000000-1_0",
    "20240815120000000000- 1", "20240815120000000000-٣", f"20240815120000000000-{10**30}",
    "20240815120000000000-1\n", "\x00",
]  # fmt: skip


@pytest.mark.parametrize("cursor", BAD_CURSORS)
def test_what_is_no_cursor_is_not_found(site, client, cursor):
    for direction in ("older", "newer"):
        assert client.get("/tin-tuc/", {direction: cursor}).status_code == 404


@given(st.text(max_size=30))
@settings(deadline=None)
def test_any_text_is_a_cursor_or_not_found(text):
    try:
        date, pk = archive.parse_cursor(text)
    except Http404:
        return
    assert f"{date:%Y%m%d%H%M%S%f}-{pk}".zfill(len(text)) == text


@pytest.mark.parametrize("cursor", [f"99991231235959999999-{10**18 - 1}", "00010101000000000000-1"])
def test_a_cursor_beyond_every_article_shows_an_end_of_the_list(site, client, cursor):
    article(site, "Tin")
    for direction in ("older", "newer"):
        assert client.get("/tin-tuc/", {direction: cursor}).status_code == 200


# What is listed


def test_only_what_readers_may_see_is_listed(site, client, english):
    now = timezone.now()
    article(site, "Thấy được", date=NOON)
    article(site, "Chưa hết hạn", date=NOON - timedelta(hours=1), expire_at=now + timedelta(days=1))
    article(site, "Nháp", live=False)
    article(site, "Hết hạn", expire_at=now - timedelta(seconds=1))
    article(site, "English", parent=english, locale=english.locale)
    kept = article(site, "Nội bộ")
    PageViewRestriction.objects.create(page=kept, restriction_type=PageViewRestriction.LOGIN)
    listed = ["Thấy được", "Chưa hết hạn"]
    assert titles(client.get("/tin-tuc/")) == listed
    assert titles(client.get("/tin-tuc/?oldest=1")) == listed
    assert titles(client.get("/en/news/")) == ["English"]
    assert [a.title for a in site.news.latest(9)] == listed


def test_a_list_beneath_a_restricted_page_keeps_readers_out(site, client):
    article(site, "Tin")
    PageViewRestriction.objects.create(page=site.home, restriction_type=PageViewRestriction.LOGIN)
    assert client.get("/tin-tuc/").status_code == 302


def test_a_list_without_articles_says_so(site, client):
    response = client.get("/tin-tuc/")
    assert response.status_code == 200
    assert "listing__empty" in response.content.decode()
    assert response.context["years"] == []


def test_pinned_articles_stand_above_the_first_slice_once(site, client, category):
    for n in range(20):
        article(site, f"Tin {n:02}", date=NOON + timedelta(hours=n), category=category)
    article(site, "Ghim cũ", date=NOON - timedelta(days=1), category=category, is_pinned=True)
    article(site, "Ghim mới", date=NOON + timedelta(hours=15), category=category, is_pinned=True)
    first = client.get("/tin-tuc/")
    assert titles(first)[:3] == ["Ghim mới", "Ghim cũ", "Tin 19"]
    assert titles(first).count("Ghim mới") == 1
    second = titles(client.get(f"/tin-tuc/?older={first.context['slice'].older}"))
    assert second[-1] == "Ghim cũ"
    assert titles(client.get("/tin-tuc/?oldest=1"))[-1] == "Ghim cũ"
    assert titles(client.get("/tin-tuc/2024/08/"))[0] == "Tin 19"
    assert "card__pin" not in client.get("/tin-tuc/chuyen-muc/su-kien/").content.decode()


def test_at_most_three_articles_stand_above_the_list(site, client):
    for n in range(5):
        article(site, f"Ghim {n}", date=NOON + timedelta(hours=n), is_pinned=True)
    response = client.get("/tin-tuc/")
    assert [a.title for a in response.context["pinned"]] == ["Ghim 4", "Ghim 3", "Ghim 2"]
    assert titles(response) == ["Ghim 4", "Ghim 3", "Ghim 2", "Ghim 1", "Ghim 0"]


def test_a_pinned_article_that_expires_is_gone_at_once(site, client):
    pinned = article(site, "Ghim", is_pinned=True, expire_at=timezone.now() + timedelta(hours=1))
    assert titles(client.get("/tin-tuc/")) == ["Ghim"]
    NewsPage.objects.filter(pk=pinned.pk).update(expire_at=timezone.now())
    for article_in_memory in site.news.pinned():
        article_in_memory.expire_at = timezone.now()
    assert titles(client.get("/tin-tuc/")) == []


def test_the_newest_that_expire_while_remembered_are_left_out(site, client, monkeypatch):
    now = timezone.now()
    for n in range(6):
        article(site, f"Tin {n}", date=NOON + timedelta(hours=n))
    article(site, "Sắp hết hạn", date=NOON + timedelta(days=1), expire_at=now + timedelta(hours=1))
    client.get("/tin-tuc/")
    assert [a.title for a in site.news.latest(2)] == ["Sắp hết hạn", "Tin 5"]
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=2))
    assert [a.title for a in site.news.latest(2)] == ["Tin 5", "Tin 4"]


# Categories


def test_a_category_lists_its_own_articles(site, client, category):
    article(site, "Trong chuyên mục", category=category)
    article(site, "Ngoài chuyên mục")
    response = client.get("/tin-tuc/chuyen-muc/su-kien/")
    assert titles(response) == ["Trong chuyên mục"]
    assert "<title>Sự kiện" in response.content.decode()


def test_the_word_for_category_in_the_address_is_that_of_the_language(
    site, client, english, category
):
    events = NewsCategoryFactory(
        name="Events", slug="events", locale=english.locale,
        translation_key=category.translation_key,
    )  # fmt: skip
    article(site, "Tin", category=category)
    article(site, "Piece", parent=english, locale=english.locale, category=events)
    assert titles(client.get("/tin-tuc/chuyen-muc/su-kien/")) == ["Tin"]
    assert titles(client.get("/en/news/category/events/")) == ["Piece"]
    assert titles(client.get("/tin-tuc/chuyen-muc/su-kien/")) == ["Tin"]
    for path in (
        "/tin-tuc/category/su-kien/",
        "/en/news/chuyen-muc/events/",
        "/tin-tuc/chuyen-muc/events/",
        "/en/news/category/su-kien/",
    ):
        assert client.get(path).status_code == 404
    assert 'href="/tin-tuc/chuyen-muc/su-kien/"' in client.get("/tin-tuc/").content.decode()
    assert 'href="/en/news/category/events/"' in client.get("/en/news/").content.decode()


def test_the_address_of_a_category_is_in_the_language_of_its_list(site, english, category):
    events = NewsCategoryFactory(name="Events", slug="events", locale=english.locale)
    for active in ("vi", "en"):
        with translation.override(active):
            assert site.news.category_url(category) == "/tin-tuc/chuyen-muc/su-kien/"
            assert english.category_url(events) == "/en/news/category/events/"


@pytest.mark.parametrize(
    "path", ["chuyen-muc/khong-co/", "chuyen-muc/", "chuyen-muc/su-kien/x/", "su-kien/"]
)
def test_an_unknown_category_is_not_found(site, client, category, path):
    assert client.get(f"/tin-tuc/{path}").status_code == 404


def test_a_category_that_no_article_has_is_an_empty_list(site, client, category):
    response = client.get("/tin-tuc/chuyen-muc/su-kien/")
    assert response.status_code == 200
    assert titles(response) == []


# Years and months


def test_a_month_begins_and_ends_by_the_clock_of_the_site(site, client):
    article(site, "Đêm giao thừa", date=local(2023, 12, 31, 23, 30))
    article(site, "Giữa đêm", date=local(2024, 1, 1, 0, 0))
    article(site, "Cuối tháng", date=local(2024, 1, 31, 23, 59, 59))
    article(site, "Tháng hai", date=local(2024, 2, 1))
    assert titles(client.get("/tin-tuc/2023/12/")) == ["Đêm giao thừa"]
    assert titles(client.get("/tin-tuc/2024/1/")) == ["Cuối tháng", "Giữa đêm"]
    assert titles(client.get("/tin-tuc/2024/02/")) == ["Tháng hai"]
    assert titles(client.get("/tin-tuc/2023/")) == ["Đêm giao thừa"]
    assert titles(client.get("/tin-tuc/2024/")) == ["Tháng hai", "Cuối tháng", "Giữa đêm"]
    assert client.get("/tin-tuc/").context["years"] == [2024, 2023]


def test_a_month_is_paged_within_itself(site, client, category):
    article(site, "Trước tháng", date=local(2024, 7, 31), category=category)
    for n in range(15):
        article(site, f"Tin {n:02}", date=local(2024, 8, 1, n), category=category)
    article(site, "Sau tháng", date=local(2024, 9, 1), category=category)
    first = client.get("/tin-tuc/2024/8/")
    second = client.get(f"/tin-tuc/2024/8/?older={first.context['slice'].older}")
    assert titles(first) + titles(second) == [f"Tin {n:02}" for n in range(14, -1, -1)]
    assert second.context["slice"].older is None
    assert titles(client.get("/tin-tuc/2024/8/?oldest=1"))[-1] == "Tin 00"


def test_a_month_without_articles_in_a_year_that_has_some_is_empty(site, client):
    article(site, "Tin", date=local(2024, 8, 1))
    response = client.get("/tin-tuc/2024/3/")
    assert response.status_code == 200
    assert titles(response) == []


def test_a_month_that_has_not_begun_is_not_found_unless_it_has_articles(site, client, monkeypatch):
    article(site, "Tin", date=local(2024, 3, 31))
    monkeypatch.setattr(timezone, "now", lambda: local(2024, 3, 31, 23, 30))
    assert client.get("/tin-tuc/2024/3/").status_code == 200
    assert client.get("/tin-tuc/2024/4/").status_code == 404
    article(site, "Sắp tới", date=local(2024, 5, 2))
    assert titles(client.get("/tin-tuc/2024/5/")) == ["Sắp tới"]


def test_months_are_offered_from_january_to_the_present_one(site, client, monkeypatch):
    article(site, "Tin", date=local(2023, 5, 1))
    article(site, "Tin", date=local(2024, 2, 1))
    monkeypatch.setattr(timezone, "now", lambda: local(2024, 3, 1, 0, 30))
    months = client.get("/tin-tuc/2024/").context["months"]
    assert [month.month for month in months] == [1, 2, 3]
    assert len(client.get("/tin-tuc/2023/").context["months"]) == 12


@pytest.mark.parametrize(
    "path",
    [
        "2022/", "2025/", "2024/0/", "2024/13/", "0/", "1/", "0001/01/", "9999/", "9999/12/",
        "10000/", "10000/1/", f"{10**25}/", f"{10**25}/1/", f"2024/{10**25}/", "2024/8/1/",
        "-2024/", "24/",
    ],
)  # fmt: skip
def test_a_time_without_articles_is_not_found(site, client, path):
    article(site, "Tin", date=local(2023, 8, 1))
    article(site, "Tin", date=local(2024, 8, 1))
    assert client.get(f"/tin-tuc/{path}").status_code == 404
