"""From an address to a page, in as few queries as possible, and what to answer when there is none.

Wagtail asks the database twice for each step of an address. Here one query reads every page that
the address could pass through, with whether a view restriction lies on it, and one more reads
the page itself.
"""

import re
from copy import copy

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils.translation import get_language
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

from portal.models import BasePage
from portal.surroundings import Surroundings, surroundings_for

# A number at the end of an address of the old portal, as in /tin-tuc/a-title-221132.
_LEGACY_NUMBER = re.compile(r"-(\d{1,9})$")


def route(request, path: str) -> RouteResult:
    """Return the page that answers ``path`` (relative to the site root, without language prefix).

    Raises Http404 when there is none, when it is not live in the language of the address, and
    when the instant of its expiry has passed, however late the schedule is.
    """
    around = surroundings_for(request, get_language())
    if around is None or around.home is None:
        raise Http404
    parts = [part for part in path.split("/") if part]
    page, rest = deepest(around, parts)
    result = _file_below(page, rest) or page.route(request, rest)
    if page.is_expired():
        raise Http404
    return result


def deepest(around: Surroundings, parts: list[str]) -> tuple[Page, list[str]]:
    """Return the specific page furthest along ``parts``, and the parts that remain after it."""
    home = around.home
    if not parts:
        page = copy(home)
        page.known_unrestricted = not around.home_is_restricted
        return page, []
    steps = range(home.steplen, len(home.path), home.steplen)
    ancestors = [home.path[:end] for end in steps]
    restriction = PageViewRestriction.objects.filter(page=OuterRef("pk"))
    # By slug and not by path: a slug is found through its index, whatever the size of the tree.
    # By nothing else: SQLite would rather read all pages of the language.
    candidates = Page.objects.filter(
        Q(slug__in=parts) | Q(path__in=[*ancestors, home.path])
    ).annotate(is_restricted=Exists(restriction))
    by_parent: dict[tuple[str, str], Page] = {}
    found = restricted = None
    for page in candidates:
        by_parent[page.path[: -page.steplen], page.slug] = page
        if page.path == home.path:
            found = page
        if page.path in (*ancestors, home.path):
            restricted = restricted or page.is_restricted
    if found is None:
        raise Http404
    taken = 0
    while taken < len(parts) and (found.path, parts[taken]) in by_parent:
        found = by_parent[found.path, parts[taken]]
        restricted = restricted or found.is_restricted
        taken += 1
    model = found.specific_class
    if not issubclass(model, BasePage):
        raise Http404
    page = model.objects.select_related("locale", "listing_image", *model.reader_relations).get(
        pk=found.pk
    )
    page.known_unrestricted = not restricted
    return page, parts[taken:]


def _file_below(page: Page, parts: list[str]) -> RouteResult | None:
    """Return the route of ``page`` to a file such as ``rss.xml``, or None when it has none.

    The mixin ends every address that it resolves with a slash, which the name of a file lacks.
    """
    if not (page.live and parts and "." in parts[-1] and isinstance(page, RoutablePageMixin)):
        return None
    view, args, kwargs = page.resolve_subpage("/" + "/".join(parts))
    return RouteResult(page, args=(view, args, kwargs))


def by_legacy_number(path: str, locale_id: int) -> Page | None:
    """Return the page whose address in the old portal ended in the number that ends ``path``.

    Pages and their translations share the number; the one in ``locale_id`` is preferred. None where
    not everybody may read them: an address tells what a page is about.
    """
    match = _LEGACY_NUMBER.search(path.rstrip("/"))
    if match is None:
        return None
    found = []
    for model in concrete_pages():
        found += model.objects.live().filter(legacy_number=int(match[1]))
    found = [p for p in found if not p.is_expired() and not p.get_view_restrictions().exists()]
    found.sort(key=lambda page: (page.locale_id != locale_id, page.pk))
    return found[0] if found else None


def concrete_pages() -> list[type[BasePage]]:
    """Return every page type of the portal."""
    return [model for model in apps.get_models() if issubclass(model, BasePage)]
