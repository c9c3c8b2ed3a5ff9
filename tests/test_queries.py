"""How many queries a page costs, and that more content does not make it more.

The site of these tests has everything that could cost a query: two languages, an emblem, a menu
with children, pictures in every place, banners, each kind of section, a sidebar, signatures,
related articles, a time line, places.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.images.models import Filter
from wagtail.models import Page

from home.demo.bulk import add_articles
from home.factories import (
    HistoryIndexPageFactory,
    HistoryPageFactory,
    InfoPageFactory,
    LocationMapPageFactory,
    PlaceFactory,
    english_home,
)
from news.archive import PAGE_SIZE, cursor_of
from news.factories import NewsCategoryFactory, NewsPageFactory
from news.models import NewsPage, RelatedNews
from portal import surroundings
from portal.factories import FormerNameFactory, ImageFactory, SigningBodyFactory
from portal.models import PortalRendition
from portal.pagecache import journal
from portal.pagecache.collector import tag_of
from portal.pictures import USES
from portal.visits import fold

pytestmark = pytest.mark.django_db

NOON = datetime(2024, 8, 15, 5, tzinfo=UTC)
# More than a slice of the list or a section of the home page shows.
ARTICLES = PAGE_SIZE + 3


class Full:
    """A site with everything; `grow` makes ten times as much of all that there can be many of."""

    def __init__(self, site):
        self.home = site.home
        self.index = site.news
        self.identity = site.identity
        self.images = []
        self.add_images(ARTICLES)
        self.signing = SigningBodyFactory()
        self.categories = [NewsCategoryFactory(sort_order=n) for n in range(3)]
        self.english = english_home(site)
        self.identity.emblem = self.images[0]
        self.identity.founding_date = NOON.date()
        self.identity.save()
        self.add_articles()
        self.article = self.articles[ARTICLES // 2]
        for order, other in enumerate(self.articles[:4]):
            RelatedNews.objects.create(
                article=self.article, page=other, sort_order=order, locale_id=other.locale_id
            )
        self.top = InfoPageFactory(parent=self.home, show_in_menus=True)
        self.info = self.add_info_page(body=self.body(1), listing_image=self.images[0])
        self.chapters = HistoryIndexPageFactory(parent=self.home)
        self.chapter = HistoryPageFactory(
            parent=self.chapters,
            listing_image=self.images[0],
            body=[("milestone", self.milestone()), *self.body(1)],
        )
        self.map = LocationMapPageFactory(parent=self.home, body=self.body(1))
        self.add_details(2)
        self.fill_home()

    def address(self, name) -> str:
        """Return the address of the page that tests call ``name``."""
        index = self.index.get_url()
        cursor = cursor_of(self.articles[1])
        return {
            "home": "/",
            "article": self.article.get_url(),
            "listing": index,
            "older": f"{index}?older={cursor}",
            "oldest": f"{index}?oldest=1",
            "category": self.index.category_url(self.categories[0]),
            "month": f"{index}2024/8/",
            "chapter": self.chapter.get_url(),
            "chapters": self.chapters.get_url(),
            "map": self.map.get_url(),
            "info": self.info.get_url(),
            "feed": f"{index}rss.xml",
            "not found": "/khong-co/",
        }[name]

    def add_images(self, count):
        added = [ImageFactory() for _ in range(count)]
        # Rows without files: queries are counted here, and files would have to be drawn.
        PortalRendition.objects.bulk_create(
            PortalRendition(
                image=image,
                filter_spec=spec,
                focal_point_key=Filter(spec).get_cache_key(image),
                file=f"images/{image.pk}",
                width=8,
                height=8,
            )
            for image in added
            for spec in {spec for use in USES.values() for spec in use.specs}
        )
        self.images += added

    def add_articles(self):
        self.articles = [
            NewsPageFactory(
                parent=self.index,
                date=NOON - timedelta(minutes=n),
                category=self.categories[0],
                is_pinned=n == 5,
                lead_image=self.images[n],
                lead_image_alt="Ảnh",
                listing_image=self.images[-n] if n % 2 else None,
                body=self.body(1) if n == ARTICLES // 2 else [],
            )
            for n in range(ARTICLES)
        ]

    def add_info_page(self, **fields):
        return InfoPageFactory(parent=self.top, show_in_menus=True, **fields)

    def add_details(self, count):
        for _ in range(count):
            FormerNameFactory(identity=self.identity)
            HistoryPageFactory(parent=self.chapters, listing_image=self.images[0])
            PlaceFactory(page=self.map, entrance_photo=self.images[0], entrance_alt="Ảnh")
        self.map.refresh_from_db()

    def picture(self, n=0):
        return {"image": self.images[n], "alt_text": "Ảnh", "decorative": False}

    def milestone(self):
        return {"date": "1964", "title": "Mốc", "image": self.picture(), "text": ""}

    def body(self, count):
        """Blocks that read something, ``count`` times."""
        blocks = []
        for n in range(count):
            captioned = {"image": self.picture(n), "caption": "", "credit": "", "date": None}
            blocks += [
                ("heading", {"text": f"Phần {n}", "level": "2"}),
                ("paragraph", "<p>Một đoạn văn.</p>"),
                ("image", captioned),
                ("signature", {"body": self.signing, "person": "", "role": ""}),
            ]
        return blocks

    def fill_home(self):
        link = {"text": "", "page": self.map, "document": None, "address": ""}
        latest = {"title": "Mới nhất", "category": None, "count": 6}
        app = {"name": "Ứng dụng", "icon": self.picture(), "web_url": "https://example.org/"}
        teaser = {"title": "Bản đồ", "text": "", "page": self.map}
        banner = {"image": self.picture(), "title": "Chào mừng", "link": link}
        self.home.banners = [("banner", banner), ("banner", banner)]
        self.home.listing_image = self.images[0]
        self.home.sections = [
            ("latest_news", latest),
            ("latest_news", {**latest, "category": self.categories[0]}),
            ("featured", {"title": "Tiêu điểm", "pages": [*self.articles[:3], self.map]}),
            ("history_highlight", {"title": "Lịch sử", "image": self.picture(), "link": link}),
            ("app_link", app),
            ("statistics", {"title": "Thống kê"}),
            ("links", {"title": "Liên kết", "links": [link, link]}),
            ("map_teaser", teaser),
        ]
        self.home.sidebar = [("latest_news", latest), ("app_link", app), ("map_teaser", teaser)]
        self.home.save_revision().publish()

    def grow(self):
        """Add what makes ten times as many articles, categories, pages, pictures, details."""
        self.add_images(9 * len(self.images))
        self.categories += [NewsCategoryFactory(sort_order=9) for _ in range(27)]
        add_articles(9 * ARTICLES)
        added = NewsPage.objects.filter(lead_image=None)
        for n, pk in enumerate(list(added.values_list("pk", flat=True))):
            # Older than the others: the same articles as before are the newest.
            older = NOON - timedelta(days=n + 1)
            NewsPage.objects.filter(pk=pk).update(
                lead_image=self.images[-n], listing_image=self.images[n], date=older
            )
        for _ in range(9):
            self.add_info_page()
            InfoPageFactory(parent=self.home, show_in_menus=True)
        self.add_details(18)

    def lengthen(self):
        """Make the bodies of the pages ten times as long, each with a picture of its own."""
        for page in (self.article, self.info, self.chapter, self.map):
            page.refresh_from_db()
            page.body = self.body(10)
            page.save_revision().publish()


PAGES = (
    "home", "article", "listing", "older", "oldest", "category", "month", "chapter", "chapters",
    "map", "info", "feed", "not found",
)  # fmt: skip


@pytest.fixture
def full(site):
    # Visits have been counted before: as a portal in use, which folds them every half minute.
    fold.fold()
    return Full(site)


@pytest.fixture
def ask(full, client):
    """Return a function that asks for a page by its name and returns the queries it took.

    Warm unless told otherwise: what a process remembers and caches is there from a first time.
    """

    def queries(name, *, cold=False) -> list[str]:
        if cold:
            surroundings.forget()
            for cache in ("default", "renditions"):
                caches[cache].clear()
        else:
            client.get(full.address(name))
        with CaptureQueriesContext(connection) as captured:
            response = client.get(full.address(name))
        assert response.status_code == (404 if name == "not found" else 200)
        assert "picture-missing" not in response.content.decode()
        return [query["sql"] for query in captured]

    return queries


def told(queries) -> str:
    """Return queries as a list to be read, without the columns that they select."""
    brief = [re.sub(r"^SELECT .*? FROM ", "SELECT … FROM ", query)[:300] for query in queries]
    return "\n".join([f"{len(queries)} queries:", *brief])


def test_the_home_page(ask):
    """One query at most eight may be: everything on it is remembered until something changes.

    1. the journal, which proves that nothing has changed.
    """
    queries = ask("home")
    assert len(queries) == 1, told(queries)


def test_an_article(ask):
    """Eight, with pictures and a signature in its body, and related articles that were chosen.

    1. the journal;
    2. the pages that the address leads through, with the restrictions on them;
    3. the article, with language, category, lead picture and picture in lists;
    4. the previous and the next article;
    5. the keys of the chosen articles;
    6. those that are shown, with their pictures and categories;
    7. the translations, for the language switcher;
    8. the pictures in the body.
    """
    queries = ask("article")
    assert len(queries) == 8, told(queries)


def test_an_article_without_a_choice_of_related_ones(ask, full):
    """Eight as well: the newest of the category take the place of those that were chosen."""
    RelatedNews.objects.all().delete()
    journal.touch(tag_of(Page, full.article.pk))
    queries = ask("article")
    assert len(queries) == 8, told(queries)


@pytest.mark.parametrize("name", ["listing", "older", "oldest", "category", "month"])
def test_a_slice_of_the_list(ask, name):
    """Seven of at most ten, wherever in the list, in a category, or in a month.

    1. the journal;
    2. the pages that the address leads through, with the restrictions on them;
    3. the index page;
    4. the articles, with their categories, lead pictures and pictures in lists;
    5. the renditions of their lead pictures;
    6. the renditions of their pictures in lists;
    7. the translations of the index page.

    Categories, years and what is pinned are remembered.
    """
    queries = ask(name)
    assert len(queries) == 7, told(queries)


def test_the_list_of_the_history(ask):
    """Six of at most nine.

    1. the journal;
    2. the pages that the address leads through;
    3. the index page;
    4. all restrictions of the site, to leave out the pages beneath them;
    5. the translations of the index page;
    6. the chapters with their pictures.
    """
    queries = ask("chapters")
    assert len(queries) == 6, told(queries)


def test_a_chapter_of_the_history(ask):
    """Six of at most nine.

    1. the journal;
    2. the pages that the address leads through;
    3. the chapter;
    4. its translations;
    5. the pictures of its milestones;
    6. the pictures between them.
    """
    queries = ask("chapter")
    assert len(queries) == 6, told(queries)


def test_the_map(ask):
    """Seven of at most nine.

    1. the journal;
    2. the pages that the address leads through;
    3. the map page;
    4. the places with their pictures;
    5. the translations of the page;
    6. the renditions of the pictures of the entrances, all at once;
    7. the pictures of the body.
    """
    queries = ask("map")
    assert len(queries) <= 7, told(queries)


def test_a_plain_page(ask):
    """Five of at most nine.

    1. the journal;
    2. the pages that the address leads through;
    3. the page;
    4. its translations;
    5. the pictures of the body.
    """
    queries = ask("info")
    assert len(queries) == 5, told(queries)


def test_a_feed(ask):
    """Three: the journal, the pages of the address, the index; the articles are remembered."""
    queries = ask("feed")
    assert len(queries) == 3, told(queries)


def test_nothing_grows_with_the_site(ask, full):
    """Ten times as many rows of every kind cost not one query more, warm or cold."""
    warm = {name: ask(name) for name in PAGES}
    cold = {name: ask(name, cold=True) for name in PAGES}
    full.grow()
    for name in PAGES:
        more = ask(name)
        assert len(more) == len(warm[name]), f"{name}, warm: {told(more)}"
        more = ask(name, cold=True)
        assert len(more) == len(cold[name]), f"{name}, cold: {told(more)}"


def test_nothing_grows_with_the_length_of_a_page(ask, full):
    """Ten pictures and signatures in a body cost as many queries as one."""
    names = ("article", "chapter", "map", "info")
    before = {name: len(ask(name)) for name in names}
    full.lengthen()
    for name in names:
        more = ask(name)
        assert len(more) <= before[name], f"{name}: {told(more)}"
