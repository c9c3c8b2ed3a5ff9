"""A site of every page type, in which all that can be shown has a name to be known by."""

from datetime import UTC, date, datetime, timedelta

from PIL import Image
from wagtail.models import Page

from home.factories import (
    HistoryIndexPageFactory,
    HistoryPageFactory,
    HomePageFactory,
    InfoPageFactory,
    LocationMapPageFactory,
    PlaceFactory,
    StatisticsPageFactory,
)
from news.factories import NewsCategoryFactory, NewsPageFactory
from news.models import RelatedNews
from portal.factories import (
    DocumentFactory,
    FormerNameFactory,
    ImageFactory,
    SigningBodyFactory,
    image_file,
    locale,
)
from portal.models import PortalImage
from tests.translating import committing, translated

NOON = datetime(2024, 8, 15, 5, tzinfo=UTC)


class Everything:
    """A site in two languages in which each row has a name that nothing else contains."""

    def __init__(self, site):
        self.site = site
        self.home = site.home
        self.number = 0
        identity = site.identity
        identity.name = self.name("Cơ quan")
        identity.emblem = self.image()
        identity.founding_date = date(1964, 9, 4)
        identity.save()
        FormerNameFactory(identity=identity, name=self.name("Tên cũ"), until_date=date(2013, 1, 29))
        english = HomePageFactory(
            title=self.name("Home"), slug="home-en", locale=locale("en"),
            translation_key=self.home.translation_key,
        )  # fmt: skip
        assert english.pk
        self.document = DocumentFactory(title=self.name("Văn bản"))
        self.signing = SigningBodyFactory(name=self.name("Văn phòng"))
        self.categories = [NewsCategoryFactory(name=self.name("Chuyên mục")) for _ in range(2)]
        self.around = self.page(InfoPageFactory, show_in_menus=True)
        self.child = self.page(InfoPageFactory, parent=self.around, show_in_menus=True)
        self.linked = self.page(InfoPageFactory, parent=self.around)
        self.map = self.page(LocationMapPageFactory, slug="ban-do")
        for _ in range(2):
            PlaceFactory(
                page=self.map, name=self.name("Trụ sở"), entrance_photo=self.image(),
                entrance_alt="Cổng",
            )  # fmt: skip
        self.articles = [
            self.page(
                NewsPageFactory,
                parent=site.news,
                date=NOON - timedelta(days=number),
                category=self.categories[number % 2],
                is_pinned=number == 7,
                lead_image=self.image(),
                lead_image_is_decorative=True,
                listing_image=self.image() if number % 2 else None,
            )
            for number in range(14)
        ]
        self.article = self.articles[6]
        self.article.body = self.body()
        RelatedNews.objects.create(
            article=self.article, page=self.articles[12], locale=self.article.locale
        )
        self.chapters = self.page(HistoryIndexPageFactory)
        self.chapter = self.page(
            HistoryPageFactory, parent=self.chapters, listing_image=self.image()
        )
        dated = {"date": "1964", "title": "Mốc", "image": self.picture(), "text": ""}
        self.chapter.body = [("milestone", dated), *self.body()]
        self.info = self.page(InfoPageFactory, listing_image=self.image())
        self.info.body = self.body()
        self.statistics = self.page(StatisticsPageFactory, listing_image=self.image())
        self.map = Page.objects.get(pk=self.map.pk).specific
        self.map.body = self.body()
        self.fill_home()
        pages = (self.article, self.chapter, self.info, self.map, self.home, *self.articles)
        for page in pages:
            with committing():
                page.save_revision().publish()
        self.english = translated(
            Page.objects.get(pk=self.info.pk).specific, words=lambda text: f"English {text}"
        )

    def name(self, kind: str) -> str:
        self.number += 1
        return f"{kind} z{self.number}z"

    def page(self, factory, *, parent=None, **fields):
        title = self.name("Trang")
        slug = fields.pop("slug", f"trang-{self.number}")
        return factory(parent=parent or self.home, title=title, slug=slug, **fields)

    def image(self) -> PortalImage:
        name = self.name("Ảnh")
        return ImageFactory(
            title=name, file=image_file(Image.new("RGB", (40, 30), "navy"), f"anh-q{self.number}q")
        )

    def picture(self) -> dict:
        return {"image": self.image(), "alt_text": "Ảnh", "decorative": False}

    def link(self, **target) -> dict:
        return {"text": "", "page": None, "document": None, "address": "", **target}

    def body(self) -> list:
        rich = (
            f'<p>Xem <a linktype="page" id="{self.linked.pk}">trang</a> và '
            f'<a linktype="document" id="{self.document.pk}">văn bản</a>.</p>'
        )
        captioned = {"image": self.picture(), "caption": "", "credit": "", "date": None}
        return [
            ("paragraph", rich),
            ("image", captioned),
            ("signature", {"body": self.signing, "person": "", "role": ""}),
        ]

    def fill_home(self):
        banner = {
            "image": self.picture(), "title": "Chào mừng", "text": "",
            "link": self.link(page=self.linked), "phone_image": self.image(),
        }  # fmt: skip
        self.home.banners = [("banner", banner)]
        latest = {"title": "Mới nhất", "category": None, "count": 4}
        self.home.sections = [
            ("latest_news", latest),
            ("latest_news", {**latest, "category": self.categories[1]}),
            ("featured", {"title": "Tiêu điểm", "pages": [self.articles[13], self.chapter]}),
            ("history_highlight", {
                "title": "Lịch sử", "text": "", "image": self.picture(),
                "link": self.link(page=self.chapters),
            }),
            ("app_link", {
                "name": "Ứng dụng", "icon": self.picture(), "web_url": "https://example.org/",
            }),
            ("links", {"title": "Liên kết", "links": [
                self.link(page=self.chapter), self.link(document=self.document),
            ]}),
            ("map_teaser", {"title": "Bản đồ", "text": "", "page": self.map}),
        ]  # fmt: skip
        self.home.sidebar = [("latest_news", latest), ("map_teaser", self.home.sections[6].value)]

    def addresses(self) -> dict[str, str]:
        index = self.site.news.get_url()
        return {
            "home": "/",
            "article": self.article.get_url(),
            "plain article": self.articles[3].get_url(),
            "list": index,
            "end of the list": f"{index}?oldest=1",
            "category": self.site.news.category_url(self.categories[1]),
            "month": f"{index}2024/8/",
            "rss": f"{index}rss.xml",
            "atom": f"{index}atom.xml",
            "json": f"{index}feed.json",
            "chapters": self.chapters.get_url(),
            "chapter": self.chapter.get_url(),
            "map": self.map.get_url(),
            "places": f"{self.map.get_url()}places.geojson",
            "info": self.info.get_url(),
            "statistics": self.statistics.get_url(),
            "english home": "/en/",
            "english": self.english.get_url(),
            "english that is missing": f"/en{self.chapter.get_url()}",
            "nothing": "/khong-co/",
        }
