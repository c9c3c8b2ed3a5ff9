"""The languages of a page: hreflang, the language switcher, the notice of a newer original."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from home.factories import HistoryIndexPageFactory, HistoryPageFactory
from news.factories import NewsPageFactory
from portal.factories import locale
from portal.translation.alternates import Alternate, hreflang, newer_original, x_default
from tests.translating import edit, submit, translated

pytestmark = pytest.mark.django_db

ROOT = "http://localhost"


@pytest.fixture
def english(site):
    """The English home page and list of news."""
    translated(site.home, words=lambda text: "English home")
    return translated(site.news, words=lambda text: "News")


@pytest.fixture
def article(site, english):
    """A Vietnamese article with an English translation, both live."""
    article = edit(NewsPageFactory(parent=site.news, title="Bản tin", lead="Lời dẫn."))
    translated(article, words={"Bản tin": "A report", "Lời dẫn.": "The lead."}.get)
    return article


def in_english(page):
    return type(page).objects.get(translation_key=page.translation_key, locale=locale("en"))


def alternates(client, page) -> dict[str, str]:
    """Return the hreflang links in the head of a page, by language."""
    document = client.get(page.url).content.decode()
    found = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', document)
    assert len(found) == len(dict(found))
    return dict(found)


def switcher(client, page) -> str:
    document = client.get(page.url).content.decode()
    return document.split('class="languages"')[1].split("</nav>")[0]


@pytest.mark.parametrize(
    ("code", "written"), [("vi", "vi"), ("en", "en"), ("zh-hans", "zh-Hans"), ("pt-br", "pt-BR")]
)
def test_language_codes_are_written_as_bcp_47(code, written):
    assert hreflang(code) == written


def test_both_languages_name_each_other_and_themselves(article, client):
    expected = {
        "vi": ROOT + article.url,
        "en": ROOT + "/en/news/a-report/",
        "x-default": ROOT + article.url,
    }
    assert alternates(client, article) == expected
    assert alternates(client, in_english(article)) == expected


def test_the_home_pages_name_each_other(site, english, client):
    expected = {"vi": f"{ROOT}/", "en": f"{ROOT}/en/", "x-default": f"{ROOT}/"}
    assert alternates(client, site.home) == expected
    assert alternates(client, in_english(site.home)) == expected


def test_a_page_without_translation_names_itself_alone(site, english, client):
    page = NewsPageFactory(parent=site.news)
    assert alternates(client, page) == {"vi": ROOT + page.url, "x-default": ROOT + page.url}


def hide(page, why: str) -> None:
    """Take a page from the readers."""
    if why == "draft":
        page.unpublish()
    elif why == "expired":
        Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    elif why == "alias":
        Page.objects.filter(pk=page.pk).update(alias_of=page.get_parent().pk)
    else:
        restricted = page if why == "restricted" else page.get_parent()
        PageViewRestriction.objects.create(
            page=restricted, restriction_type=PageViewRestriction.LOGIN
        )


@pytest.mark.parametrize("why", ["draft", "expired", "alias", "restricted", "restricted above"])
def test_a_translation_that_readers_may_not_see_is_no_alternate(article, client, why):
    hide(in_english(article), why)
    assert alternates(client, article).keys() == {"vi", "x-default"}
    assert "A report" not in client.get(article.url).content.decode()
    assert 'hreflang="en"' not in switcher(client, article)


@pytest.mark.parametrize("why", ["draft", "restricted"])
def test_a_home_page_that_readers_may_not_see_is_no_alternate(site, english, client, why):
    client.get("/")
    hide(in_english(site.home), why)
    assert "en" not in alternates(client, site.home)


def test_a_home_page_expires_while_the_process_remembers_it(site, english, client, monkeypatch):
    instant = timezone.now() + timedelta(hours=1)
    Page.objects.filter(pk=in_english(site.home).pk).update(expire_at=instant)
    assert "en" in alternates(client, site.home)
    later = SimpleNamespace(now=lambda: instant)
    monkeypatch.setattr("portal.days.timezone", later)
    assert "en" not in alternates(client, site.home)


def test_a_restriction_elsewhere_changes_nothing(site, article, client):
    index = HistoryIndexPageFactory(parent=site.home)
    hide(HistoryPageFactory(parent=index), "restricted above")
    assert "en" in alternates(client, article)


def test_the_switcher_says_what_exists_and_where_one_is(site, article, client):
    here = switcher(client, in_english(article))
    assert re.search(r'aria-current="true" lang="en">English<', here)
    assert re.search(rf'href="{article.url}" lang="vi" hreflang="vi">Tiếng Việt<', here)
    missing = NewsPageFactory(parent=site.news, title="Tin lẻ")
    there = switcher(client, missing)
    assert re.search(r'href="/en/tin-tuc/tin-le/" lang="en" title="[^"]+">English<', there)


def test_the_switcher_leads_from_each_home_page_to_the_other(site, english, client):
    assert 'href="/en/"' in switcher(client, site.home)
    assert 'href="/"' in switcher(client, in_english(site.home))


def test_one_language_needs_no_switcher(site, client):
    document = client.get("/").content.decode()
    assert 'class="languages"' not in document
    assert 'rel="alternate" hreflang' not in document


# The notice of a newer original


def notice(client, page) -> bool:
    return "notice--outdated" in client.get(page.url).content.decode()


def test_a_translation_that_is_older_than_its_original_says_so(article, client):
    assert not notice(client, in_english(article))
    edit(article, lead="Lời dẫn mới.")
    document = client.get(in_english(article).url).content.decode()
    assert "The original of this page has changed since it was translated." in document
    assert f'<a href="{article.url}" hreflang="vi">' in document
    assert not notice(client, article)


def test_the_home_page_says_so_too(site, english, client):
    edit(site.home)
    assert notice(client, in_english(site.home))
    assert not notice(client, site.home)


def test_an_original_without_translation_has_no_newer_original(site, english, client):
    assert not notice(client, edit(NewsPageFactory(parent=site.news)))


def test_nothing_leads_to_a_newer_original_that_readers_may_not_see(article, client):
    edit(article, lead="Lời dẫn mới.")
    Page.objects.filter(pk=article.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    assert not notice(client, in_english(article))


def test_a_draft_of_the_original_makes_no_translation_old(article, client):
    article.lead = "Chỉ là bản nháp."
    article.save_revision()
    assert not notice(client, in_english(article))


def test_without_a_moment_of_publication_nothing_is_newer():
    here = Alternate("en", "English", "/en/", "Here", None, is_current=True)
    original = Alternate("vi", "Tiếng Việt", "/", "Gốc", timezone.now())
    assert newer_original([original, here]) is None
    assert newer_original([]) is None
    assert x_default([here]) is None


# The cost


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_article_with_translations_keeps_to_its_queries(
    article, client, language, django_assert_max_num_queries
):
    url = article.url if language == "vi" else in_english(article).url
    client.get(url)
    with django_assert_max_num_queries(8):
        client.get(url)


def test_the_home_page_asks_nothing_for_its_languages(
    site, english, client, django_assert_max_num_queries
):
    client.get("/")
    with django_assert_max_num_queries(8) as queries:
        client.get("/")
    assert not [
        q for q in queries.captured_queries if "translation_key" in q["sql"].split("WHERE")[-1]
    ]


def test_a_submitted_page_costs_readers_nothing(site, english, client):
    page = edit(NewsPageFactory(parent=site.news))
    submit(page)
    assert alternates(client, page).keys() == {"vi", "x-default"}
