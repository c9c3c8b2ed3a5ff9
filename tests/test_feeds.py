"""What feed readers get."""

import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from home.factories import english_home
from news.factories import NewsCategoryFactory, NewsIndexPageFactory, NewsPageFactory
from news.feeds import FEED_COUNT

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
NOON = datetime(2024, 8, 15, 12, tzinfo=UTC)
AWKWARD = "Sách & <vở> \"mới\" 'đẹp' ]]>"


@pytest.fixture
def category(site):
    return NewsCategoryFactory(name="Sự kiện & lễ", slug="su-kien", description="Các sự kiện.")


@pytest.fixture
def article(site, category):
    return NewsPageFactory(
        parent=site.news, title=AWKWARD, slug="sach-vo", lead="Một & hai < ba.", date=NOON,
        category=category,
    )  # fmt: skip


def rss(client, path="/tin-tuc/rss.xml"):
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    return ET.fromstring(response.content).find("channel")


def atom(client, path="/tin-tuc/atom.xml"):
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)


def json_feed(client, path="/tin-tuc/feed.json"):
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    return json.loads(response.content)


def titles(client, folder="/tin-tuc/"):
    """Return the titles of the three feeds of a list, which must agree."""
    in_rss = [item.findtext("title") for item in rss(client, f"{folder}rss.xml").findall("item")]
    entries = atom(client, f"{folder}atom.xml").findall(f"{ATOM}entry")
    in_atom = [entry.findtext(f"{ATOM}title") for entry in entries]
    in_json = [item["title"] for item in json_feed(client, f"{folder}feed.json")["items"]]
    assert in_rss == in_atom == in_json
    return in_rss


def test_rss_tells_what_the_list_is(site, client, article):
    channel = rss(client)
    assert channel.findtext("title") == "Tin tức – Cơ quan ví dụ"
    assert channel.findtext("link") == "http://localhost/tin-tuc/"
    assert channel.findtext("language") == "vi"
    assert channel.findtext("description") == "Tin tức"
    assert channel.find(f"{ATOM}link").get("href") == "http://testserver/tin-tuc/rss.xml"
    assert channel.find(f"{ATOM}link").get("rel") == "self"


def test_rss_tells_what_an_article_is(site, client, article):
    (item,) = rss(client).findall("item")
    assert item.findtext("title") == AWKWARD
    assert item.findtext("description") == "Một & hai < ba."
    assert item.findtext("link") == "http://localhost/tin-tuc/sach-vo/"
    assert item.findtext("guid") == "http://localhost/tin-tuc/sach-vo/"
    assert item.findtext("category") == "Sự kiện & lễ"
    assert parsedate_to_datetime(item.findtext("pubDate")) == NOON


def test_atom_tells_what_an_article_is(site, client, article):
    article.save_revision().publish()
    article.refresh_from_db()
    feed = atom(client)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "vi"
    assert feed.findtext(f"{ATOM}title") == "Tin tức – Cơ quan ví dụ"
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == AWKWARD
    assert entry.findtext(f"{ATOM}summary") == "Một & hai < ba."
    assert entry.find(f"{ATOM}link").get("href") == "http://localhost/tin-tuc/sach-vo/"
    assert entry.findtext(f"{ATOM}id") == "http://localhost/tin-tuc/sach-vo/"
    assert entry.find(f"{ATOM}category").get("term") == "Sự kiện & lễ"
    assert datetime.fromisoformat(entry.findtext(f"{ATOM}published")) == NOON
    updated = datetime.fromisoformat(entry.findtext(f"{ATOM}updated"))
    assert abs(updated - article.last_published_at) < timedelta(seconds=1)


def test_json_feed_tells_what_an_article_is(site, client, article):
    feed = json_feed(client)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "Tin tức – Cơ quan ví dụ"
    assert feed["language"] == "vi"
    assert feed["home_page_url"] == "http://localhost/tin-tuc/"
    assert feed["feed_url"] == "http://testserver/tin-tuc/feed.json"
    (item,) = feed["items"]
    assert datetime.fromisoformat(item.pop("date_published")) == NOON
    assert item == {
        "id": "http://localhost/tin-tuc/sach-vo/",
        "url": "http://localhost/tin-tuc/sach-vo/",
        "title": AWKWARD,
        "summary": "Một & hai < ba.",
        "content_text": "Một & hai < ba.",
        "tags": ["Sự kiện & lễ"],
    }


def test_vietnamese_is_written_as_it_is(site, client, article):
    for name in ("rss.xml", "atom.xml", "feed.json"):
        assert "Sách &" in client.get(f"/tin-tuc/{name}").content.decode().replace("&amp;", "&")


def test_an_article_without_category_has_none_in_its_feed(site, client, article):
    type(article).objects.update(category=None)
    assert rss(client).find("item").find("category") is None
    assert json_feed(client)["items"][0]["tags"] == []


def test_only_what_the_list_shows_is_in_the_feed(site, client, article, category):
    now = timezone.now()
    NewsPageFactory(parent=site.news, slug="nhap", live=False)
    NewsPageFactory(parent=site.news, slug="het-han", expire_at=now - timedelta(seconds=1))
    kept = NewsPageFactory(parent=site.news, slug="noi-bo")
    PageViewRestriction.objects.create(page=kept, restriction_type=PageViewRestriction.LOGIN)
    assert titles(client) == [AWKWARD]


def test_the_newest_come_first_and_no_more_than_thirty(site, client, category):
    for n in range(FEED_COUNT + 5):
        NewsPageFactory(
            parent=site.news, title=f"Tin {n:02}", date=NOON + timedelta(hours=n), category=category
        )
    assert titles(client) == [f"Tin {n:02}" for n in range(34, 4, -1)]
    assert FEED_COUNT == 30


def test_a_new_article_is_in_the_feed_at_once(site, client, article):
    assert titles(client) == [AWKWARD]
    NewsPageFactory(parent=site.news, title="Mới", date=NOON + timedelta(days=1))
    assert titles(client) == ["Mới", AWKWARD]


def test_a_list_without_articles_has_empty_feeds(site, client):
    assert titles(client) == []


def test_a_category_has_feeds_of_its_own(site, client, article, category):
    NewsPageFactory(parent=site.news, title="Khác")
    folder = "/tin-tuc/chuyen-muc/su-kien/"
    assert titles(client, folder) == [AWKWARD]
    channel = rss(client, f"{folder}rss.xml")
    assert channel.findtext("title") == "Sự kiện & lễ – Tin tức – Cơ quan ví dụ"
    assert channel.findtext("link") == "http://localhost/tin-tuc/chuyen-muc/su-kien/"
    assert channel.findtext("description") == "Các sự kiện."
    assert json_feed(client, f"{folder}feed.json")["home_page_url"] == channel.findtext("link")


def test_the_feeds_of_another_language_are_in_that_language(site, client, article, category):
    home = english_home(site)
    index = NewsIndexPageFactory(parent=home, title="News", locale=home.locale)
    events = NewsCategoryFactory(name="Events", slug="events", locale=home.locale)
    NewsPageFactory(parent=index, title="Piece", locale=home.locale, category=events)
    assert titles(client, "/en/news/") == titles(client, "/en/news/category/events/") == ["Piece"]
    channel = rss(client, "/en/news/category/events/rss.xml")
    assert channel.findtext("language") == "en"
    assert channel.findtext("link") == "http://localhost/en/news/category/events/"
    assert channel.find("item").findtext("link") == "http://localhost/en/news/piece/"
    assert titles(client) == [AWKWARD]


def test_a_restricted_list_gives_its_feeds_to_nobody(site, client, article):
    PageViewRestriction.objects.create(page=site.news, restriction_type=PageViewRestriction.LOGIN)
    for name in ("rss.xml", "atom.xml", "feed.json"):
        response = client.get(f"/tin-tuc/{name}")
        assert response.status_code == 302
        assert AWKWARD not in response.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/tin-tuc/rss.xml/", "/tin-tuc/other.xml", "/tin-tuc/rss.json", "/rss.xml",
        "/tin-tuc/chuyen-muc/khong-co/rss.xml", "/tin-tuc/sach-vo/rss.xml", "/tin-tuc/2024/rss.xml",
    ],
)  # fmt: skip
def test_what_is_no_feed_is_not_found(site, client, article, path):
    assert client.get(path).status_code == 404


def test_the_addresses_that_pages_give_lead_to_the_feeds(site, client, article):
    html = client.get("/tin-tuc/chuyen-muc/su-kien/").content.decode()
    for path in (
        "/tin-tuc/rss.xml",
        "/tin-tuc/atom.xml",
        "/tin-tuc/feed.json",
        "/tin-tuc/chuyen-muc/su-kien/rss.xml",
    ):
        assert f'href="{path}"' in html
        assert client.get(path).status_code == 200
