"""The sitemap: every public page of every language, with its translations."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from home.factories import (
    HistoryIndexPageFactory,
    HistoryPageFactory,
    HomePageFactory,
    InfoPageFactory,
)
from news.factories import NewsCategoryFactory, NewsPageFactory
from portal.factories import locale
from portal.translation.sitemap import PageSitemap
from tests.translating import edit, submit, translated

pytestmark = pytest.mark.django_db

ROOT = "http://localhost"
XML = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


@pytest.fixture
def english(site):
    """The English home page and list of news."""
    translated(site.home, words=lambda text: "English home")
    return translated(site.news, words=lambda text: "News")


def entries(client, query: str = "") -> dict[str, dict[str, str]]:
    """Return the alternates of each address in a section of the sitemap."""
    response = client.get(f"/sitemap-pages.xml{query}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/xml"
    found = {}
    for entry in ElementTree.fromstring(response.content).findall("s:url", XML):
        address = entry.find("s:loc", XML).text
        assert address not in found
        found[address] = {
            link.get("hreflang"): link.get("href") for link in entry.findall("x:link", XML)
        }
    return found


def test_every_language_is_listed_with_its_translations(site, english, client):
    page = NewsPageFactory(parent=site.news, slug="tin")
    pair = {"vi": f"{ROOT}/tin-tuc/", "en": f"{ROOT}/en/news/", "x-default": f"{ROOT}/tin-tuc/"}
    found = entries(client)
    assert found[f"{ROOT}/tin-tuc/"] == found[f"{ROOT}/en/news/"] == pair
    assert found[ROOT + page.url] == {}
    assert found.keys() == {
        f"{ROOT}/", f"{ROOT}/en/", *list(pair.values())[:2], ROOT + page.url
    }  # fmt: skip


@pytest.mark.parametrize(
    "why", ["draft", "expired", "alias", "restricted", "restricted above", "submitted"]
)
def test_what_readers_may_not_see_is_not_listed(site, english, client, why):
    index = HistoryIndexPageFactory(parent=site.home, slug="lich-su")
    page = edit(HistoryPageFactory(parent=index, slug="kin"))
    if why == "submitted":
        submit(page)
        hidden = f"{ROOT}/en/lich-su/kin/"
        assert page.get_translation(locale("en")).get_parent().slug == "lich-su"
    else:
        hidden = ROOT + page.url
        assert hidden in entries(client)
        if why in ("draft", "expired", "alias"):
            moment = timezone.now() - timedelta(seconds=1)
            change = {
                "draft": {"live": False},
                "expired": {"expire_at": moment},
                "alias": {"alias_of": index},
            }
            Page.objects.filter(pk=page.pk).update(**change[why])
        else:
            PageViewRestriction.objects.create(
                page=page if why == "restricted" else index,
                restriction_type=PageViewRestriction.LOGIN,
            )
    assert hidden not in entries(client)


def test_a_hidden_translation_is_no_alternate(site, english, client):
    page = edit(InfoPageFactory(parent=site.home, slug="trang"))
    hidden = translated(page, words=lambda text: "Page")
    assert entries(client)[ROOT + page.url].keys() == {"vi", "en", "x-default"}
    Page.objects.filter(pk=hidden.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    found = entries(client)
    assert found[ROOT + page.url] == {}
    assert f"{ROOT}/en/page/" not in found


def test_a_language_without_a_live_home_page_is_not_listed(site, english, client):
    home = site.home.get_translation(locale("en"))
    Page.objects.filter(pk=home.pk).update(live=False)
    assert not [address for address in entries(client) if "/en/" in address]


def test_an_english_page_without_original_has_no_alternates(site, english, client):
    home = site.home.get_translation(locale("en"))
    page = InfoPageFactory(parent=home, title="For visitors", locale=locale("en"))
    assert entries(client)[f"{ROOT}{page.url}"] == {}


def test_the_pages_of_another_site_are_not_listed(site, english, client):
    other = HomePageFactory(title="Trang khác", slug="khac")
    Site.objects.create(hostname="other.example", port=80, root_page=other)
    page = InfoPageFactory(parent=other, slug="trang-rieng")
    found = entries(client)
    assert page.full_url == "http://other.example/trang-rieng/"
    assert f"{ROOT}/tin-tuc/" in found
    assert not [address for address in found if "trang-rieng" in address or "other" in address]


def test_each_page_says_when_it_changed(site, client):
    page = edit(InfoPageFactory(parent=site.home, slug="trang"))
    content = client.get("/sitemap-pages.xml").content.decode()
    assert f"<lastmod>{timezone.localdate(page.last_published_at).isoformat()}</lastmod>" in content


def test_the_index_lists_as_many_sections_as_there_are(site, client, monkeypatch):
    monkeypatch.setattr(PageSitemap, "limit", 2)
    for _ in range(3):
        InfoPageFactory(parent=site.home)
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    sections = [found.text for found in index.iterfind("s:sitemap/s:loc", XML)]
    assert len(sections) == 3
    listed = []
    for section in sections:
        listed += entries(client, "?" + section.partition("?")[2])
    assert len(listed) == len(set(listed)) == 5
    assert client.get("/sitemap-pages.xml?p=4").status_code == 404
    assert client.get("/sitemap-pages.xml?p=x").status_code == 404
    assert client.get("/sitemap-other.xml").status_code == 404


def test_robots_are_told_of_the_sitemap(site, client):
    assert "Sitemap: " in client.get("/robots.txt").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_number_of_pages(site, english, client):
    def cost(path):
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(path)
        return len(queries)

    paths = ("/sitemap.xml", "/sitemap-pages.xml")
    category = NewsCategoryFactory()
    few = [cost(path) for path in paths]
    for _ in range(12):
        NewsPageFactory(parent=site.news, category=category)
    page = edit(InfoPageFactory(parent=site.home))
    translated(page, words=lambda text: "Page")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert [cost(path) for path in paths] == few
    assert max(few) <= 8
