"""What readers are told when a page is not there in the language that they asked for."""

from django.conf import settings
from django.http import Http404
from django.urls import get_script_prefix
from django.utils import translation

from portal.models import BasePage
from portal.routing import deepest
from portal.surroundings import surroundings_for


def path_without_language(path_info: str) -> str:
    """Return ``path_info`` relative to the home page of its language, without leading slash."""
    language = translation.get_language_from_path(path_info)
    path = path_info.lstrip("/")
    if language and path.split("/")[0] == language:
        return path[len(language) :].lstrip("/")
    return path


def address_in(language: str, page: BasePage, request) -> str:
    """Return the address at which ``page``, not translated, would stand in ``language``.

    It answers with the notice that the page is missing and a link to the original.
    """
    path = path_without_language(page.get_url(request).removeprefix(get_script_prefix()))
    return translation_root(language) + path


def translation_root(language: str) -> str:
    """Return the path of the home page of ``language``, by the rule of portal.urls."""
    prefix = get_script_prefix()
    return prefix if language == source_language() else f"{prefix}{language}/"


def source_language() -> str:
    """Return the language whose addresses carry no prefix."""
    return settings.LANGUAGE_CODE


def originals(request, path: str) -> list[BasePage]:
    """Return the live pages that answer ``path`` in the other languages of the site."""
    here = translation.get_language()
    around = surroundings_for(request, here)
    found = []
    for language in around.languages if around else []:
        other = surroundings_for(request, language.code)
        if language.code == here or other is None or other.home is None:
            continue
        parts = [part for part in path.split("/") if part]
        try:
            page, rest = deepest(other, parts)
        except Http404:
            continue
        if parts and not rest and page.live and not page.is_expired():
            found.append(page)
    return [page for page in found if page.known_unrestricted]
