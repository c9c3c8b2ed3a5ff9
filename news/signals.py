"""What the news room does when articles and the tree change."""

from django.db.models.signals import pre_save
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.signals import post_page_move

from news import tags
from news.models import NewsCategory, NewsPage
from portal.pagecache import naming
from portal.pagecache.changes import page_changed
from portal.pagecache.journal import touch

# What decides in which lists an article stands, and where.
PLACE_FIELDS = ("listing_id", "category_id", "date", "is_pinned", "expire_at")


def relist_when_moved(instance, **_signal):
    """Let an article that was moved know the index page that now lists it.

    Articles have no pages below them, and those below an index page that was moved keep it.
    """
    for article in NewsPage.objects.filter(pk=instance.pk):
        before = NewsPage.objects.filter(pk=article.pk, live=True).values().first()
        NewsPage.objects.filter(pk=article.pk).update(listing=article.find_listing())
        after = NewsPage.objects.filter(pk=article.pk, live=True).values().first()
        if before:
            touch_lists(article, before, after, is_restricted=False)


def touch_lists(page, before, after, is_restricted, **_signal):
    """Touch the lists and neighbours of an article that has come, gone, or stands elsewhere."""
    is_placed_anew = (
        is_restricted
        or before is None
        or after is None
        or any(before[name] != after[name] for name in PLACE_FIELDS)
    )
    if is_placed_anew:
        places = {_place(state): state for state in (before, after) if state}
        found = [tag for state in places.values() for tag in _tags_of_place(page.pk, state)]
        # What shows the article bears its own tag too, which is hard where it must be.
        touch(*found)


def touch_address(instance, **_signal):
    """Touch what lies at the address of a category that is about to get another one."""
    stored = NewsCategory.objects.filter(pk=instance.pk).values_list("slug", flat=True).first()
    if stored is not None and stored != instance.slug:
        touch(tags.address_of(instance.pk), hard=True)


def _place(state: dict) -> tuple:
    return tuple(state[name] for name in PLACE_FIELDS)


def _tags_of_place(pk: int, state: dict):
    """Yield the tags of what shows, or would show, an article in the place of ``state``."""
    listing_id, date, category_id = state["listing_id"], state["date"], state["category_id"]
    if listing_id is None:
        return
    day = timezone.localtime(date)
    yield tags.every(listing_id)
    yield tags.of_month(listing_id, day)
    yield tags.of_year(listing_id, day.year)
    others = NewsPage.objects.shown_in(listing_id).exclude(pk=pk)
    if category_id is not None:
        yield tags.of_category(listing_id, category_id)
        yield from _windows(listing_id, others.filter(category_id=category_id), state, category_id)
    yield from _windows(listing_id, others, state, None)
    older = list(others.older_than(date, pk).values_list("pk", "date")[: tags.WINDOWS[-1]])
    if len(older) < tags.WINDOWS[-1]:
        yield tags.oldest(listing_id)
    newer = list(others.newer_than(date, pk).values_list("pk", "date")[:1])
    for neighbour, _date in (*older[:1], *newer):
        yield tags.beside(neighbour)
    in_year = [timezone.localtime(x).year for _pk, x in (*older[:1], *newer)]
    if day.year not in in_year:
        yield tags.years(listing_id)


def _windows(listing_id, others, state, category_id):
    # A pinned article stands above them all.
    newer = others.newer_than(state["date"], state["page_ptr_id"]).values_list("pk")
    rank = 0 if state["is_pinned"] else len(newer[: tags.WINDOWS[-1]])
    for size in tags.WINDOWS:
        if rank < size:
            yield tags.newest(listing_id, size, category_id)


def connect():
    """Connect every receiver; called once, when the apps are ready."""
    naming.register("news", lambda _rest: _("a part of the list of news"))
    naming.register("news.category-address", lambda _rest: _("the address of a category"))
    naming.register("news.beside", lambda _rest: _("the articles before and after"))
    post_page_move.connect(relist_when_moved, dispatch_uid="news.relist_when_moved")
    page_changed.connect(touch_lists, sender=NewsPage, dispatch_uid="news.touch_lists")
    pre_save.connect(touch_address, sender=NewsCategory, dispatch_uid="news.touch_address")
