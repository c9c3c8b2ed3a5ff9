"""Lists of articles in tests: what to fill them with, and how to read them out of answers."""

from uuid import uuid4

from bs4 import BeautifulSoup

from home.factories import english_home
from news.factories import NewsIndexPageFactory, NewsPageFactory


def titles(response) -> list[str]:
    """Return the titles of the cards in the main part of a page, in their order."""
    assert response.status_code == 200
    main = BeautifulSoup(response.content, "html.parser").find("main")
    return [heading.get_text(strip=True) for heading in main.select(".card__title")]


def article(site, title, **fields):
    """Make an article of ``site`` with an address of its own, whatever its title."""
    parent = fields.pop("parent", site.news)
    return NewsPageFactory(parent=parent, title=title, slug=f"bai-{uuid4()}", **fields)


def english_news(site):
    """Make the same site in English and return its list of news."""
    home = english_home(site)
    return NewsIndexPageFactory(
        parent=home, title="News", locale=home.locale, translation_key=site.news.translation_key
    )
