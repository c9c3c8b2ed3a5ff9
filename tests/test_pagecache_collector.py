"""What a response is made from is among its tags, whatever it is that the page shows.

Every page type is really rendered. Then its HTML is searched for the names of all rows that there
are: whoever is named there must be noted, or the page would not learn of a change.
"""

from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.apps import apps
from django.core.cache import caches
from django.utils import timezone
from wagtail.models import Page

from home.factories import HistoryIndexPageFactory, InfoPageFactory
from home.models import Place
from news import archive, tags
from news.factories import NewsCategoryFactory, NewsPageFactory
from news.models import NewsCategory
from portal import surroundings
from portal.days import next_midnight
from portal.factories import ImageFactory
from portal.models import FormerName, Identity, PortalDocument, PortalImage, SigningBody
from portal.pagecache import collector, fill
from portal.pagecache.collector import Notes, collecting
from portal.routing import concrete_pages
from portal.surroundings import MENU
from tests.everything import Everything
from tests.fronting import ask
from tests.translating import edit

pytestmark = pytest.mark.django_db

LATER = datetime(2124, 8, 15, 5, tzinfo=UTC)
# The name that readers see of a row of each model.
NAMES = {
    Page: "title",
    NewsCategory: "name",
    SigningBody: "name",
    Identity: "name",
    FormerName: "name",
    Place: "name",
    PortalDocument: "title",
}


@pytest.fixture
def everything(site):
    return Everything(site)


@pytest.fixture
def notes_of(client):
    """A function that asks for an address and returns what is shown and what was noted."""

    def ask(address: str) -> tuple[str, Notes]:
        with collecting() as notes:
            response = client.get(address)
        assert response.status_code in (200, 404)
        return unescape(response.content.decode()), notes

    return ask


def named_in(text: str) -> dict[str, str]:
    """Return the tags of all rows whose name or whose picture's file stands in ``text``."""
    found = {}
    for model, field in NAMES.items():
        for row in model.objects.all():
            name = getattr(row, field)
            if name and name in text:
                tag = collector.tag_of(model, row.pk)
                if model is FormerName:
                    tag = collector.tag_of(Identity, row.identity_id)
                if model is Place:
                    tag = collector.tag_of(Page, row.page_id)
                found[tag] = name
    for image in PortalImage.objects.all():
        stem = image.file.name.rsplit("/", 1)[1].rsplit(".", 1)[0]
        if f"{stem}." in text:
            found[collector.tag_of(PortalImage, image.pk)] = stem
    return found


def missing_from(notes: Notes, everything, text: str) -> dict[str, str]:
    """Return what ``text`` names and ``notes`` lack; the menu's pages are known by its tag."""
    shown = named_in(text)
    lacking = {tag: name for tag, name in shown.items() if tag not in notes.tags}
    if MENU in notes.tags:
        for page in (everything.around, everything.child):
            lacking.pop(collector.tag_of(Page, page.pk), None)
    return lacking


def test_whatever_a_page_shows_is_noted(everything, notes_of, client):
    """Cold, when all is read, and warm, when parts are remembered and pictures are in a cache.

    Warm twice: what is remembered may itself load something when it is first used. In between
    somebody asks for whom nothing is kept.
    """
    lacking = {}
    for temperature in ("cold", "warm", "warmer"):
        for name, address in everything.addresses().items():
            if temperature == "cold":
                surroundings.forget()
                for cache in ("default", "renditions"):
                    caches[cache].clear()
            elif temperature == "warm":
                client.get(address)
            text, notes = notes_of(address)
            if found := missing_from(notes, everything, text):
                lacking[name, temperature] = found
    assert lacking == {}


def test_the_search_for_names_finds_what_there_is(everything, notes_of):
    """Otherwise the test above would pass for a page that shows nothing."""
    least = {"home": 18, "article": 12, "list": 14, "chapter": 6, "map": 6, "info": 6, "rss": 10}
    for name, count in least.items():
        text, _notes = notes_of(everything.addresses()[name])
        assert len(named_in(text)) >= count, name
    text, _notes = notes_of("/")
    images = [tag for tag in named_in(text) if tag.startswith("portal.portalimage")]
    assert len(images) >= 8


def test_every_page_type_is_among_those_that_are_rendered(everything):
    shown = {Page.objects.get(pk=page.pk).specific_class for page in (
        everything.home, everything.site.news, everything.article, everything.chapters,
        everything.chapter, everything.map, everything.info,
        everything.statistics,
    )}  # fmt: skip
    assert shown == set(concrete_pages())


def test_every_response_says_what_it_is_a_page_of(everything, notes_of):
    pages = {
        "home": everything.home, "article": everything.article, "list": everything.site.news,
        "rss": everything.site.news, "month": everything.site.news, "map": everything.map,
        "places": everything.map, "chapter": everything.chapter, "english": everything.english,
    }  # fmt: skip
    for name, page in pages.items():
        _text, notes = notes_of(everything.addresses()[name])
        assert notes.subject == collector.tag_of(Page, page.pk), name
    for name in ("nothing", "english that is missing"):
        assert notes_of(everything.addresses()[name])[1].subject == collector.MISSING


def test_lists_note_what_can_join_them(everything, notes_of):
    index = everything.site.news.pk
    wanted = {
        "home": [tags.newest(index, 8), tags.newest(index, 8, everything.categories[1].pk)],
        "list": [tags.newest(index, 13), "rows:news.newscategory", tags.years(index)],
        "end of the list": [tags.oldest(index)],
        "category": [tags.newest(index, 13, everything.categories[1].pk)],
        "month": [tags.of_month(index, date(2024, 8, 1))],
        "rss": [tags.newest(index, 20)],
        "article": [tags.beside(everything.article.pk)],
        "plain article": [tags.newest(index, 5, everything.articles[3].category_id)],
        "chapters": [collector.children_of(everything.chapters)],
        "info": [collector.translations_of(everything.info)],
        "nothing": [collector.MISSING],
    }
    for name, expected in wanted.items():
        _text, notes = notes_of(everything.addresses()[name])
        assert set(expected) <= notes.tags, name
        if name not in ("nothing", "rss"):
            assert MENU in notes.tags, name


def test_what_befalls_a_tree_reaches_all_that_is_made_from_it(everything, notes_of):
    _text, notes = notes_of(everything.addresses()["article"])
    above = fill._above(notes.tags)
    for page in (everything.home, everything.site.news, everything.article):
        assert collector.below(page.pk) in above
    assert collector.below(everything.chapters.pk) not in above


# Instants


def test_a_banner_is_looked_for_when_it_begins_and_never_shown_when_it_has_ended(site, notes_of):
    begin = timezone.now() + timedelta(hours=1)
    end = begin + timedelta(hours=1)
    banner = {"image": {"image": ImageFactory(), "alt_text": "Ảnh", "decorative": False},
              "title": "Sắp tới", "text": "", "phone_image": None,
              "link": {"text": "", "page": None, "document": None, "address": ""}}  # fmt: skip
    home = edit(site.home, banners=[("banner", {**banner, "show_from": begin, "show_until": end})])
    text, notes = notes_of("/")
    assert "Sắp tới" not in text
    assert notes.soft_at <= begin
    assert notes.hard_at is None
    begun = timezone.now() - timedelta(hours=1)
    edit(home, banners=[("banner", {**banner, "show_from": begun, "show_until": end})])
    text, notes = notes_of("/")
    assert "Sắp tới" in text
    # Without the microseconds, which JSON leaves out.
    assert end - timedelta(milliseconds=1) < notes.hard_at <= end


def test_what_shows_a_page_that_expires_must_not_be_served_beyond_that(site, notes_of):
    ends = timezone.now() + timedelta(hours=1)
    category = NewsCategoryFactory()
    page = NewsPageFactory(parent=site.news, slug="sap-het", category=category, expire_at=ends)
    other = NewsPageFactory(parent=site.news, slug="o-lai", category=category)
    edit(site.home, sections=[("latest_news", {"title": "Mới", "category": None, "count": 4})])
    for address in (page.get_url(), other.get_url(), "/tin-tuc/", "/tin-tuc/rss.xml", "/"):
        text, notes = notes_of(address)
        assert page.title in text
        assert notes.hard_at == ends, address
        # From memory too.
        assert notes_of(address)[1].hard_at == ends


def test_a_page_that_expires_while_it_is_shown_is_not_kept(front, site, monkeypatch):
    """The database is asked before the instant, and what it gives comes to life after it."""
    ends = timezone.now() + timedelta(hours=1)
    page = NewsPageFactory(parent=site.news, slug="sap-het", expire_at=ends)
    read = archive.read

    def slowly(*arguments):
        found = read(*arguments)
        monkeypatch.setattr(timezone, "now", lambda: ends + timedelta(seconds=1))
        return found

    monkeypatch.setattr(archive, "read", slowly)
    answer = ask(front, "/tin-tuc/?oldest=1")
    assert page.title in answer.body.decode()
    assert "expired meanwhile" in answer["Cache-Status"]


def test_a_page_of_the_menu_that_expires_limits_every_page(site, notes_of):
    ends = timezone.now() + timedelta(hours=1)
    InfoPageFactory(parent=site.home, show_in_menus=True, expire_at=ends)
    for address in ("/", "/tin-tuc/", "/khong-co/"):
        assert notes_of(address)[1].hard_at == ends


def test_an_anniversary_is_counted_anew_at_midnight(site, notes_of):
    chapters = HistoryIndexPageFactory(parent=site.home)
    assert notes_of(chapters.get_url())[1].soft_at is None
    site.identity.founding_date = date(1964, 9, 4)
    site.identity.save()
    link = {"text": "", "page": chapters, "document": None, "address": ""}
    highlight = {"title": "Lịch sử", "text": "", "image": None, "link": link}
    edit(site.home, sections=[("history_highlight", highlight)])
    text, notes = notes_of("/")
    assert "Lịch sử" in text
    assert notes.soft_at == next_midnight()


def test_the_months_of_this_year_are_counted_anew_at_midnight(site, notes_of):
    NewsPageFactory(parent=site.news)
    this_year = timezone.localdate().year
    assert notes_of(f"/tin-tuc/{this_year}/")[1].soft_at == next_midnight()
    NewsPageFactory(parent=site.news, date=datetime(this_year - 1, 5, 1, tzinfo=UTC), slug="cu")
    assert notes_of(f"/tin-tuc/{this_year - 1}/")[1].soft_at is None


# The notes themselves


def test_nothing_is_noted_outside_of_a_collection():
    collector.note("a")
    collector.until(LATER)
    collector.public("a")
    with collecting() as notes:
        pass
    assert notes == Notes()


def test_a_collection_keeps_what_is_noted_within_it_to_itself():
    with collecting() as outer:
        collector.note("a")
        with collecting() as inner:
            collector.note("b")
            collector.until(LATER, hard=True)
    assert (outer.tags, inner.tags) == ({"a"}, {"b"})
    assert outer.hard_at is None
    with collecting() as later:
        collector.include(inner)
        collector.until(LATER + timedelta(days=1), hard=True)
    assert (later.tags, later.hard_at) == ({"b"}, LATER)


def test_instants_that_have_passed_limit_nothing_that_is_used_again():
    with collecting() as kept:
        collector.until(timezone.now(), hard=True)
        collector.until(timezone.now())
    with collecting() as later:
        collector.include(kept)
    assert (later.soft_at, later.hard_at) == (None, None)


def test_all_who_know_a_page_call_it_the_same():
    for model in apps.get_models():
        if issubclass(model, Page):
            assert collector.tag_of(model, 7) == "wagtailcore.page:7"
