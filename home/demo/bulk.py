"""A great many articles, for trying out how the portal grows.

An article made one by one costs some forty queries; here a thousand cost two. They are written
without search index and revisions: `manage.py update_index` adds them to the search.
"""

import random
import uuid
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm
from wagtail.models import Page

from news.models import NewsCategory, NewsIndexPage, NewsPage
from portal.folding import ascii_slug
from portal.pagecache.collector import EVERYTHING
from portal.pagecache.journal import touch

BATCH = 1000
YEARS = 20

PLACES = ["Hạ Long", "Cẩm Phả", "Uông Bí", "Móng Cái", "Vân Đồn", "Cô Tô"]
EVENTS = [
    "Hội nghị sơ kết công tác quý",
    "Ngày thứ Bảy tình nguyện",
    "Lễ ra quân trồng cây",
    "Tập huấn sổ tay đảng viên điện tử",
    "Sinh hoạt chuyên đề của chi bộ",
    "Gặp mặt cán bộ hưu trí",
    "Hiến máu nhân đạo",
    "Hội thao cán bộ, đoàn viên",
]


def add_articles(count: int, *, progress: bool = False, seed: int = 0) -> None:
    """Add ``count`` live articles, spread evenly over twenty years, to the first list of news.

    Raises CommandError when the site has no list of news.
    """
    index = NewsIndexPage.objects.order_by("path").first()
    if index is None:
        raise CommandError(_("The site has no list of news to add articles to."))
    if connection.vendor == "sqlite":
        # Its page cache of 2 MB is soon smaller than the indexes that each row goes into; 64 MB
        # for this connection make the last articles as quick as the first.
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -65536")
    writer = _Writer(index, random.Random(seed), count)
    with tqdm(total=count, unit=_(" articles"), disable=not progress) as bar:
        for start in range(0, count, BATCH):
            size = min(BATCH, count - start)
            with transaction.atomic():
                writer.write(start, size)
                touch(EVERYTHING, hard=True)
            bar.update(size)


class _Writer:
    def __init__(self, index, chance, count):
        self.index = index
        self.chance = chance
        self.count = count
        self.content_type = ContentType.objects.get_for_model(NewsPage)
        self.categories = list(NewsCategory.objects.filter(locale_id=index.locale_id))
        last = index.get_last_child()
        self.first_step = int(last.path[-index.steplen :], 36) + 1 if last else 1
        self.now = timezone.now()

    def write(self, start: int, size: int) -> None:
        pages = [self._page(start + n) for n in range(size)]
        pages = Page.objects.bulk_create(pages)
        articles = [self._article(page, start + n) for n, page in enumerate(pages)]
        # bulk_create refuses models with a parent table; this is the insert that save() makes
        # into the child table, for many rows at once.
        NewsPage._base_manager._insert(
            articles,
            fields=NewsPage._meta.local_concrete_fields,
            using=pages[0]._state.db,
            raw=True,
        )
        Page.objects.filter(pk=self.index.pk).update(numchild=F("numchild") + size)

    def _date(self, number: int):
        return self.now - timedelta(days=YEARS * 365) * (number / self.count) - timedelta(hours=1)

    def _page(self, number: int) -> Page:
        title = (
            f"{self.chance.choice(EVENTS)} tại {self.chance.choice(PLACES)}, "
            f"tin số {self.first_step + number}"
        )
        date = self._date(number)
        slug = ascii_slug(title)
        return Page(
            path=Page._get_path(self.index.path, self.index.depth + 1, self.first_step + number),
            depth=self.index.depth + 1,
            title=title,
            draft_title=title,
            slug=slug,
            url_path=f"{self.index.url_path}{slug}/",
            content_type=self.content_type,
            locale_id=self.index.locale_id,
            translation_key=uuid.uuid4(),
            live=True,
            first_published_at=date,
            last_published_at=date,
        )

    def _article(self, page: Page, number: int) -> NewsPage:
        category = self.chance.choice(self.categories) if self.categories else None
        return NewsPage(
            page_ptr_id=page.pk,
            date=self._date(number),
            category=category,
            lead="Tin được tạo tự động để thử tốc độ của trang với rất nhiều bài viết.",
            listing_id=self.index.pk,
        )
