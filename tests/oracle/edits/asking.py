"""What edits choose from, and how they are made."""

from contextlib import nullcontext
from functools import wraps

from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from wagtail.models import Page

from home.models import HomePage
from news.models import NewsCategory, NewsIndexPage, NewsPage


def by_model(edit):
    """Decorate an edit made through models: in one transaction, or without any, as `pick` says."""

    @wraps(edit)
    def made(world, pick):
        surrounded = transaction.atomic() if pick.number(0, 2) else nullcontext()
        try:
            with surrounded:
                return edit(world, pick)
        except (ValidationError, PermissionDenied) as refused:
            return f"{edit.__name__} refused: {type(refused).__name__}"

    return made


def pages():
    """Every page but the root of the tree, in the order in which they were made."""
    return Page.objects.filter(depth__gt=1).order_by("pk")


def below_homes():
    """Every page that is no home page."""
    return pages().filter(depth__gt=2)


def expendable():
    """Pages without which the site is still a site."""
    return below_homes().not_type((HomePage, NewsIndexPage))


def articles():
    """Every article."""
    return NewsPage.objects.order_by("pk")


def sources():
    """The originals, which stand in the source language."""
    return below_homes().filter(locale__language_code="vi")


def categories(page):
    """The categories in the language of ``page``."""
    return NewsCategory.objects.filter(locale_id=page.locale_id).order_by("pk")


def post(world, url: str, data: dict, status: int = 302) -> None:
    """Post a form, which must be taken: with 200 only where a script waits for the answer."""
    response = world.browser.post(url, data)
    if response.status_code != status:
        soup = BeautifulSoup(response.content, "html.parser")
        said = [tag.get_text(" ", strip=True) for tag in soup.select(".error, .w-field__errors p")]
        raise AssertionError(f"{url}: {response.status_code}, {said}")
