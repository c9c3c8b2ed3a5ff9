"""The index page of news: the list, its categories, its months, its feeds."""

from datetime import date, timedelta

from django.db import models
from django.http import Http404
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path

from news import archive, feeds, tags
from news.models.article import NewsPage
from news.models.category import NewsCategory
from portal.days import midnight, next_midnight
from portal.models import BasePage
from portal.pagecache import collector
from portal.surroundings import current

PINNED_COUNT = 3
# Read beyond what is shown, for those that expire before anything else changes.
SPARE_COUNT = 4


class NewsIndexPage(RoutablePageMixin, BasePage):
    """The list of the articles beneath it, newest first.

    Addresses below it: ``2024/``, ``2024/08/``, ``category/<slug>/`` (the word in the language of
    the page), and a feed beside the list and each category: ``rss.xml``, ``atom.xml``,
    ``feed.json``.
    """

    intro = models.TextField(
        _("introduction"),
        max_length=400,
        blank=True,
        help_text=_("A sentence or two above the list."),
    )

    query_keys = archive.QUERY_KEYS

    parent_page_types = ["home.HomePage"]
    subpage_types = ["news.NewsPage"]
    max_count_per_parent = 1

    content_panels = [
        *BasePage.content_panels,
        HelpPanel(content=_("The articles are listed by themselves, the newest first.")),
        FieldPanel("intro"),
    ]

    class Meta:
        verbose_name = _("news index")
        verbose_name_plural = _("news index pages")

    # What is listed

    def shown(self):
        """The articles that the page lists, newest first."""
        return NewsPage.objects.shown_in(self.pk)

    def categories(self) -> list[NewsCategory]:
        """The categories that are written in the language of the page, in their order."""

        # Models of wagtail-localize can be imported when all apps are loaded, not before.
        from portal.translation.guard import written

        def read():
            collector.note(collector.rows_of(NewsCategory))
            return written(list(NewsCategory.objects.filter(locale_id=self.locale_id)))

        return _remember(("news.categories", self.pk), read)

    def years(self) -> list[int]:
        """The years from the newest article back to the oldest, in the site's time zone."""

        def read():
            collector.note(tags.years(self.pk))
            bounds = NewsPage.objects.filter(listing_id=self.pk, live=True).order_by()
            newest = bounds.order_by("-date").values_list("date", flat=True).first()
            oldest = bounds.order_by("date").values_list("date", flat=True).first()
            if newest is None:
                return []
            first, last = timezone.localtime(oldest).year, timezone.localtime(newest).year
            return list(range(last, first - 1, -1))

        return _remember(("news.years", self.pk), read)

    def pinned(self) -> list[NewsPage]:
        """The articles that are kept at the top."""

        def read():
            collector.note(tags.newest(self.pk, PINNED_COUNT))
            return list(self.shown().filter(is_pinned=True)[: PINNED_COUNT + SPARE_COUNT])

        pinned = _remember(("news.pinned", self.pk), read)
        return [article for article in pinned if not article.is_expired()][:PINNED_COUNT]

    def latest(self, count: int, category: NewsCategory | None = None) -> list[NewsPage]:
        """Return the newest articles that have not expired, of a category where one is given."""

        def read():
            collector.note(
                tags.newest(self.pk, count + SPARE_COUNT, category.pk if category else None)
            )
            shown = self.shown()
            if category is not None:
                shown = shown.filter(category_id=category.pk)
            return list(shown[: count + SPARE_COUNT])

        key = ("news.latest", self.pk, count, category.pk if category else None)
        return [article for article in _remember(key, read) if not article.is_expired()][:count]

    # Routes

    @path("")
    def all_articles(self, request):
        """Every article; the pinned ones stand above the first slice."""
        first = not request.GET.keys() & {"older", "newer", "oldest"}
        return self._list(request, self.shown(), pinned=self.pinned() if first else [])

    @path("<int:year>/")
    def by_year(self, request, year):
        """The articles of a year."""
        return self._by_period(request, _first_day(year, 1), _first_day(year + 1, 1), str(year))

    @path("<int:year>/<int:month>/")
    def by_month(self, request, year, month):
        """The articles of a month."""
        first = _first_day(year, month)
        following = _first_day(year + month // 12, month % 12 + 1)
        return self._by_period(request, first, following, date_format(first, "YEAR_MONTH_FORMAT"))

    @path(_("category/<slug:slug>/"), name="by_category")
    def by_category(self, request, slug):
        """The articles of a category."""
        category = self._category(slug)
        shown = self.shown().filter(category_id=category.pk)
        return self._list(request, shown, category=category, period=None)

    @path("rss.xml", name="rss")
    def rss(self, request):
        """The newest articles as RSS 2.0."""
        return feeds.rss(self, request)

    @path("atom.xml", name="atom")
    def atom(self, request):
        """The newest articles as Atom 1.0."""
        return feeds.atom(self, request)

    @path("feed.json", name="json_feed")
    def json_feed(self, request):
        """The newest articles as JSON Feed 1.1."""
        return feeds.json_feed(self, request)

    @path(_("category/<slug:slug>/rss.xml"), name="category_rss")
    def category_rss(self, request, slug):
        """The newest articles of a category as RSS 2.0."""
        return feeds.rss(self, request, self._category(slug))

    @path(_("category/<slug:slug>/atom.xml"), name="category_atom")
    def category_atom(self, request, slug):
        """The newest articles of a category as Atom 1.0."""
        return feeds.atom(self, request, self._category(slug))

    @path(_("category/<slug:slug>/feed.json"), name="category_json_feed")
    def category_json_feed(self, request, slug):
        """The newest articles of a category as JSON Feed 1.1."""
        return feeds.json_feed(self, request, self._category(slug))

    def _category(self, slug: str) -> NewsCategory:
        for category in self.categories():
            if category.slug == slug:
                collector.note(tags.address_of(category.pk))
                return category
        raise Http404

    def _by_period(self, request, first: date, following: date, name: str):
        begin, end = midnight(first), midnight(following)
        is_year = (following - first).days > 31
        collector.note(
            tags.of_year(self.pk, first.year) if is_year else tags.of_month(self.pk, first)
        )
        shown = self.shown().filter(date__gte=begin, date__lt=end)
        has_begun = first <= timezone.localdate()
        if first.year not in self.years() or not (has_begun or shown.exists()):
            raise Http404
        return self._list(request, shown, period=name, year=first.year)

    def _list(self, request, shown, **context):
        articles = archive.read(shown.with_card_pictures(), request.GET)
        if context.get("period") is None:
            self._note_slice(articles, context.get("category"))
        return self.render(
            request,
            context_overrides={
                "slice": articles,
                "categories": self.categories(),
                "years": self.years(),
                "months": _months_until_now(context.get("year")),
                **context,
            },
        )

    def _note_slice(self, articles: archive.Slice, category: NewsCategory | None) -> None:
        """Note what can change a slice of the list of all articles or of a category."""
        if articles.newer is None:
            count = archive.PAGE_SIZE + 1
            collector.note(tags.newest(self.pk, count, category.pk if category else None))
        elif category is not None:
            collector.note(tags.of_category(self.pk, category.pk))
        else:
            collector.note(*tags.between(self.pk, *articles.span))
        if articles.older is None:
            collector.note(tags.oldest(self.pk))

    def category_url(self, category: NewsCategory) -> str:
        """Return the path of a category's list, worded in the language of the page."""
        with translation.override(self.locale.language_code):
            return self.url + self.reverse_subpage("by_category", args=(category.slug,))


def _remember(key, build):
    around = current()
    return build() if around is None else around.remember(key, build)


def _first_day(year: int, month: int) -> date:
    try:
        return date(year, month, 1)
    except (ValueError, OverflowError):
        raise Http404 from None


def _months_until_now(year: int | None) -> list[date]:
    """The first days of the months of ``year`` that have begun, in their order."""
    if year is None:
        return []
    tomorrow = timezone.localdate() + timedelta(days=1)
    # Of a coming year as well: it lasts until its first day.
    if year >= tomorrow.year:
        collector.until(next_midnight())
    return [date(year, m, 1) for m in range(1, 13) if date(year, m, 1) < tomorrow]
