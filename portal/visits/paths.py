"""From the paths that pages have told to the public pages that they are, for many at once."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.http import Http404
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page, Site

# A path with more steps than this is no page's.
_DEPTH = 12
# How many slugs one query asks for; databases bound the parameters of a query.
_SLUGS = 500


@dataclass(frozen=True)
class Place:
    """What a path leads to: page and section are keys, both None where it is no public page."""

    language: str
    page: int | None = None
    section: int | None = None


@dataclass(frozen=True)
class _Known:
    pk: int
    path: str
    depth: int
    url_path: str
    content_type_id: int


def places(paths: Iterable[str]) -> dict[str, Place]:
    """Return the place of each path of the default site.

    What lies below a page on an address that the page itself serves (a month of its archive, say)
    is a view of the page. One query for every 500 different slugs.
    """
    roots = _roots()
    asked = {path: _split(path) for path in paths}
    slugs = sorted({slug for _language, parts in asked.values() for slug in parts})
    known = {page.url_path: page for page in _pages_with(slugs)}
    return {
        path: _place(language, parts, roots.get(language), known)
        for path, (language, parts) in asked.items()
    }


def _roots() -> dict[str, _Known]:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return {}
    pages = Page.objects.live().public().filter(translation_key=site.root_page.translation_key)
    return {
        code: _Known(*values)
        for code, *values in pages.values_list("locale__language_code", *_FIELDS)
    }


_FIELDS = ("pk", "path", "depth", "url_path", "content_type_id")


def _split(path: str) -> tuple[str, list[str]]:
    """Return the language of ``path`` and its steps below the home page; none if too many."""
    parts = [part for part in path.split("/") if part]
    language = settings.LANGUAGE_CODE
    codes = {code for code, _name in settings.LANGUAGES} - {language}
    if parts and parts[0] in codes:
        language = parts.pop(0)
    return language, parts if len(parts) <= _DEPTH else ["?"]


def _pages_with(slugs: list[str]) -> Iterator[_Known]:
    for start in range(0, len(slugs), _SLUGS):
        pages = Page.objects.live().public().filter(slug__in=slugs[start : start + _SLUGS])
        for values in pages.values_list(*_FIELDS):
            yield _Known(*values)


def _place(language: str, parts: list[str], root: _Known | None, known: dict) -> Place:
    if root is None:
        return Place(language)
    for taken in range(len(parts), -1, -1):
        address = root.url_path + "".join(f"{part}/" for part in parts[:taken])
        page = known.get(address) if taken else root
        if page is None:
            continue
        if taken < len(parts) and not _serves(page, parts[taken:]):
            break
        section = known.get(root.url_path + f"{parts[0]}/") if taken else root
        return Place(language, page.pk, section.pk if section else None)
    return Place(language)


def _serves(page: _Known, rest: list[str]) -> bool:
    """Return whether the page has an address of its own for ``rest``."""
    model = ContentType.objects.get_for_id(page.content_type_id).model_class()
    if model is None or not issubclass(model, RoutablePageMixin):
        return False
    with suppress(Http404):
        model().resolve_subpage("/" + "/".join(rest) + "/")
        return True
    return False
