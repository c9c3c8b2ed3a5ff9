"""Reading lists of articles out of answers."""

from bs4 import BeautifulSoup


def titles(response) -> list[str]:
    """Return the titles of the cards in the main part of a page, in their order."""
    assert response.status_code == 200
    main = BeautifulSoup(response.content, "html.parser").find("main")
    return [heading.get_text(strip=True) for heading in main.select(".card__title")]
