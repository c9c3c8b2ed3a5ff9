"""The newest articles for feed readers: RSS 2.0, Atom 1.0 and JSON Feed 1.1."""

from django.http import HttpResponse, JsonResponse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.html import strip_tags

from portal.surroundings import current
from portal.translation.alternates import hreflang

FEED_COUNT = 30


def rss(index, request, category=None) -> HttpResponse:
    """Return the feed of an index page, or of one of its categories, as RSS 2.0."""
    return _xml(Rss201rev2Feed, index, request, category)


def atom(index, request, category=None) -> HttpResponse:
    """Return the feed of an index page, or of one of its categories, as Atom 1.0."""
    return _xml(Atom1Feed, index, request, category)


def json_feed(index, request, category=None) -> JsonResponse:
    """Return the feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(index, category),
        "home_page_url": _home_page_url(index, request, category),
        "feed_url": request.build_absolute_uri(),
        "language": hreflang(index.locale.language_code),
        "items": [
            {
                "id": article.get_full_url(request),
                "url": article.get_full_url(request),
                "title": article.title,
                "summary": article.list_summary,
                "content_text": article.list_summary,
                "date_published": article.date.isoformat(),
                "tags": [article.category.name] if article.category else [],
            }
            for article in index.latest(FEED_COUNT, category)
        ],
    }
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Type"] = "application/feed+json; charset=utf-8"
    return response


def _xml(kind, index, request, category) -> HttpResponse:
    feed = kind(
        title=_title(index, category),
        link=_home_page_url(index, request, category),
        description=strip_tags(category.description if category else index.intro) or index.title,
        language=hreflang(index.locale.language_code),
        feed_url=request.build_absolute_uri(),
    )
    articles = index.latest(FEED_COUNT, category)
    if not articles and index.last_published_at:
        # The generator says "now" of an empty feed: it would change with every answer.
        feed.latest_post_date = lambda: index.last_published_at
    for article in articles:
        feed.add_item(
            title=article.title,
            link=article.get_full_url(request),
            description=article.list_summary,
            unique_id=article.get_full_url(request),
            pubdate=article.date,
            updateddate=article.last_published_at or article.date,
            categories=[article.category.name] if article.category else None,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=kind.content_type)


def _title(index, category) -> str:
    around = current()
    parts = [category.name if category else None, index.title]
    if around is not None and around.identity is not None:
        parts.append(around.identity.short)
    return " – ".join(part for part in parts if part)


def _home_page_url(index, request, category) -> str:
    address = index.get_full_url(request)
    if category is None:
        return address
    return address + index.reverse_subpage("by_category", args=(category.slug,))
