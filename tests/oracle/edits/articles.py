"""Edits of articles: their text, their place in the lists, what stands beside them."""

from datetime import timedelta

from django.utils import timezone

from home.factories import HistoryPageFactory, InfoPageFactory
from home.models import HistoryIndexPage, HistoryPage, HomePage, InfoPage
from news.factories import NewsPageFactory
from news.models import NewsIndexPage, RelatedNews
from portal.models import PortalImage, SigningBody
from tests.oracle.edits.asking import articles, by_model, categories, pages, sources
from tests.oracle.site import days_back, publish, signed

MOST = 24


@by_model
def edit_article(world, pick):
    page = pick.one(articles().filter(live=True))
    if page is None:
        return None
    page.title, page.lead = world.text("Sửa"), world.text("Dẫn sửa")
    if office := pick.one(SigningBody.objects.filter(locale_id=page.locale_id).order_by("pk")):
        page.body = signed(office, world.text)
    publish(page)
    return f"article {page.pk} edited"


@by_model
def edit_lead_of_article(world, pick):
    page = pick.one(articles().filter(live=True))
    if page is None:
        return None
    page.lead = world.text("Dẫn")
    publish(page)
    return f"lead of article {page.pk} edited"


@by_model
def create_article(world, pick):
    parent = pick.one(NewsIndexPage.objects.filter(locale__language_code="vi").order_by("pk"))
    if parent is None or articles().count() > MOST:
        return None
    category = pick.one(categories(parent))
    page = NewsPageFactory(
        parent=parent,
        title=world.text("Tin mới"),
        slug=f"moi-{pick.number(1, 10**9)}",
        lead=world.text("Dẫn"),
        category=category,
        date=timezone.now() - timedelta(days=days_back(pick.number(0, 16))),
        is_pinned=pick.number(0, 4) == 0,
        live=False,
    )
    if pick.number(0, 3):
        publish(page)
    return f"article {page.pk} created"


@by_model
def create_page(world, pick):
    parent = pick.one(
        [
            *HistoryIndexPage.objects.order_by("pk"),
            *InfoPage.objects.filter(depth__lt=5).order_by("pk"),
            *HomePage.objects.order_by("pk"),
        ]
    )
    if parent is None or pages().count() > 2 * MOST:
        return None
    factory = HistoryPageFactory if isinstance(parent, HistoryIndexPage) else InfoPageFactory
    page = factory(
        parent=parent,
        title=world.text("Trang mới"),
        lead=world.text("Dẫn"),
        slug=f"trang-{pick.number(1, 10**9)}",
        locale=parent.locale,
        show_in_menus=pick.number(0, 2) == 0,
        live=False,
    )
    if pick.number(0, 2):
        publish(page)
    return f"page {page.pk} created below {parent.pk}"


@by_model
def edit_page(world, pick):
    page = pick.one(pages().filter(live=True))
    if page is None:
        return None
    page = page.specific
    page.title = world.text("Trang sửa")
    for name in ("intro", "lead"):
        if hasattr(page, name):
            setattr(page, name, world.text("Dẫn"))
    publish(page)
    return f"page {page.pk} edited"


@by_model
def draft(world, pick):
    page = pick.one(pages())
    if page is None:
        return None
    page = page.specific
    page.title, page.listing_summary = world.text("Nháp"), world.text("Nháp")
    page.save_revision()
    return f"page {page.pk} drafted"


@by_model
def date_article(world, pick):
    page = pick.one(articles())
    if page is None:
        return None
    page.date = timezone.now() - timedelta(days=days_back(pick.number(0, 16)), hours=1)
    publish(page)
    return f"article {page.pk} dated {page.date:%Y-%m-%d}"


@by_model
def pin_article(world, pick):
    page = pick.one(articles().filter(live=True))
    if page is None:
        return None
    page.is_pinned = not page.is_pinned
    publish(page)
    return f"article {page.pk} pinned: {page.is_pinned}"


@by_model
def file_article(world, pick):
    page = pick.one(articles().filter(live=True))
    if page is None:
        return None
    page.category = pick.one(categories(page))
    publish(page)
    return f"article {page.pk} filed under {page.category_id}"


@by_model
def picture_article(world, pick):
    page = pick.one(articles().filter(live=True))
    if page is None:
        return None
    page.lead_image = pick.one([None, *PortalImage.objects.order_by("pk")])
    page.lead_image_alt = world.text("Ảnh")
    publish(page)
    return f"article {page.pk} shows picture {page.lead_image_id}"


@by_model
def relate_articles(world, pick):
    page = pick.one(articles().filter(live=True))
    others = articles().exclude(pk=page.pk) if page else []
    other = pick.one(others)
    if other is None:
        return None
    related = [] if pick.number(0, 3) == 0 else [RelatedNews(page=other, locale=page.locale)]
    page.related_news.set(related)
    publish(page)
    return f"article {page.pk} related to {[r.page_id for r in related]}"


@by_model
def word_lists(world, pick):
    page = pick.one(pages().filter(live=True))
    if page is None:
        return None
    page = page.specific
    page.listing_title = world.text("Trong danh sách") if pick.number(0, 1) else ""
    page.listing_summary = world.text("Tóm tắt")
    page.listing_image = pick.one([None, *PortalImage.objects.order_by("pk")])
    publish(page)
    return f"page {page.pk} worded for lists"


@by_model
def number_page(world, pick):
    page = pick.one(sources())
    if page is None:
        return None
    page = page.specific
    page.legacy_number = pick.one([None, 101, 102])
    publish(page)
    return f"page {page.pk} answers for {page.legacy_number}"


@by_model
def revert(world, pick):
    page = pick.one(pages().filter(live=True))
    revision = pick.one(page.revisions.order_by("pk")) if page else None
    if revision is None or isinstance(page.specific, HomePage | HistoryPage):
        return None
    revision.publish()
    return f"page {page.pk} as it was in revision {revision.pk}"


EDITS = [
    edit_article, edit_lead_of_article, create_article, create_article, create_page, edit_page,
    draft, date_article, pin_article, file_article, picture_article, relate_articles, word_lists,
    number_page, revert,
]  # fmt: skip
