"""A compact site in two languages that shows every kind of thing that an edit can touch."""

import json
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from PIL import Image as Picture
from wagtail.models import Page, Site

from home.factories import (
    HistoryIndexPageFactory,
    HistoryPageFactory,
    InfoPageFactory,
    LocationMapPageFactory,
    PlaceFactory,
    small_site,
)
from news.factories import NewsCategoryFactory, NewsPageFactory
from portal.factories import (
    DocumentFactory,
    FormerNameFactory,
    ImageFactory,
    SigningBodyFactory,
    image_file,
    locale,
)
from tests.oracle.marks import Marks
from tests.translating import submit, write

ARTICLES = 15


@dataclass
class World:
    """What edits need: ``marks`` for texts, ``browser`` in which an administrator is logged in.

    ``instants`` at which something begins or ends are added to by edits, in seconds since 1970.
    """

    marks: Marks
    browser: object
    instants: list[float] = field(default_factory=list)

    def text(self, words: str) -> str:
        """Return ``words`` with a mark that no other text has."""
        return self.marks.text(words)


def build(
    marks: Marks,
    hostname: str,
    port: int,
    committing: Callable[[], AbstractContextManager] = nullcontext,
) -> None:
    """Build the site; every text carries a mark.

    Each translation is one transaction, which ``committing`` wraps: what is published when it ends
    would otherwise be written over what was added below it since.
    """
    with committing():
        originals = _vietnamese(marks.text, hostname, port)
    locale("en")
    for original in originals:
        with committing():
            original.refresh_from_db()
            translate(original, marks.text)


def _vietnamese(text, hostname: str, port: int) -> list:
    """Build the site in its source language; return what is to be translated."""
    site = small_site(title=text("Trang chủ"), intro=text("Giới thiệu"))
    Site.objects.filter(pk=site.site.pk).update(hostname=hostname, port=port)
    Site.objects.get(pk=site.site.pk).save()
    _identity(site.identity, text)
    site.news.title, site.news.intro = text("Tin tức"), text("Về tin tức")
    site.news.show_in_menus = True
    publish(site.news)
    categories = [
        NewsCategoryFactory(name=text("Chuyên mục"), slug=f"chuyen-muc-{n}", sort_order=n)
        for n in (1, 2)
    ]
    office = SigningBodyFactory(name=text("Văn phòng"))
    image = new_image(text)
    document = DocumentFactory(title=text("Tệp"))
    articles = [_article(site.news, text, n, categories, office, image) for n in range(ARTICLES)]
    info = InfoPageFactory(
        parent=site.home, title=text("Thông tin"), lead=text("Dẫn"), slug="thong-tin",
        show_in_menus=True,
    )  # fmt: skip
    below = InfoPageFactory(
        parent=info, title=text("Trang con"), slug="trang-con", show_in_menus=True
    )
    history = HistoryIndexPageFactory(
        parent=site.home, title=text("Lịch sử"), slug="lich-su", intro=text("Về lịch sử"),
        show_in_menus=True,
    )  # fmt: skip
    for n in (1, 2):
        HistoryPageFactory(
            parent=history, title=text("Chặng đường"), lead=text("Dẫn"), slug=f"chang-{n}"
        )
    places = LocationMapPageFactory(parent=site.home, title=text("Bản đồ"), slug="ban-do")
    PlaceFactory(page=places, name=text("Nơi"), address=text("Địa chỉ"))
    for page in Page.objects.filter(depth__gt=2).specific():
        publish(page)
    site.home.refresh_from_db()
    site.home.sections = sections(text, categories[0], [articles[0], info], places, document)
    site.home.sidebar = sidebar(text, below)
    site.home.banners = json.dumps([banner(text, image, site.home)])
    publish(site.home)
    return [*categories, office, site.identity, site.home, site.news, info, *articles[:3]]


def publish(page) -> None:
    """Publish ``page`` as it is."""
    page.save_revision(clean=False).publish()


def block(kind: str, value) -> dict:
    """Return a child of a stream in its raw form."""
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def link(text: str = "", *, page=None, document=None, address: str = "") -> dict:
    """Return the raw value of a link."""
    return {
        "text": text,
        "page": page.pk if page else None,
        "document": document.pk if document else None,
        "address": address,
    }


def sections(text, category, featured, places, document) -> str:
    """Return the raw sections of a home page."""
    return json.dumps(
        [
            block("latest_news", {"title": text("Mới nhất"), "category": None, "count": 3}),
            block(
                "latest_news",
                {"title": text("Theo mục"), "category": category.pk, "count": 2},
            ),
            block(
                "featured",
                {
                    "title": text("Tiêu điểm"),
                    "pages": [block("item", page.pk) for page in featured],
                },
            ),
            block("map_teaser", {"title": text("Đến đây"), "text": "", "page": places.pk}),
            block(
                "links",
                {
                    "title": text("Liên kết"),
                    "links": [
                        block("item", link(page=featured[0])),
                        block("item", link(document=document)),
                    ],
                },
            ),
        ]
    )


def sidebar(text, page) -> str:
    """Return the raw sidebar of a home page."""
    return json.dumps(
        [
            block("latest_news", {"title": text("Tin bên"), "category": None, "count": 2}),
            block("links", {"title": text("Bên"), "links": [block("item", link(page=page))]}),
        ]
    )


def banner(text, image, page, show_from=None, show_until=None) -> dict:
    """Return a banner in its raw form, shown between two instants."""
    return block(
        "banner",
        {
            "image": {"image": image.pk, "decorative": False, "alt_text": text("Cờ")},
            "phone_image": None,
            "title": text("Chào mừng"),
            "text": "",
            "link": link(text("Xem"), page=page),
            "show_from": show_from and show_from.isoformat(),
            "show_until": show_until and show_until.isoformat(),
        },
    )


def new_image(text, colour: str = "teal"):
    """Return a small picture of the library: encoding must cost next to nothing."""
    name = text("Ảnh")
    return ImageFactory(
        title=name,
        credit=text("Ảnh của"),
        file=image_file(Picture.new("RGB", (64, 48), colour), name),
    )


def signed(office, text) -> str:
    """Return a raw body with a paragraph and a signature."""
    return json.dumps(
        [
            block("paragraph", f"<p>{text('Đoạn')}</p>"),
            block("signature", {"body": office.pk, "person": text("Người ký"), "role": ""}),
        ]
    )


def days_back(number: int) -> int:
    """Return how old the article ``number`` is: many in few months, and some of another year."""
    return 3 * number if number < 12 else 380 + 3 * number


def _article(news, text, number: int, categories, office, image):
    return NewsPageFactory(
        parent=news,
        title=text("Tin"),
        slug=f"tin-{number}",
        lead=text("Dẫn"),
        date=timezone.now() - timedelta(days=days_back(number), hours=1),
        category=categories[number % 2],
        body=signed(office, text),
        **({"lead_image": image, "lead_image_alt": text("Ảnh")} if number in (1, 13) else {}),
    )


def _identity(identity, text) -> None:
    identity.name, identity.short_name = text("Cơ quan"), text("CQ")
    identity.address, identity.licence = text("Nơi ở"), text("Giấy phép")
    identity.founding_date = timezone.localdate() - timedelta(days=4000)
    identity.save()
    FormerNameFactory(identity=identity, name=text("Tên cũ"))


def translate(original, text):
    """Translate a page or snippet into English, publish it, and return it."""
    record = submit(original)
    write(record, words=lambda _source: text("English"))
    record.save_target(publish=True)
    return original.get_translation(locale("en"))
