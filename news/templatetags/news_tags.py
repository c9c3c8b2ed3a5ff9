from django import template

from news.listings import main_index
from portal.surroundings import current

register = template.Library()


@register.simple_tag
def news_index():
    """Return the index page of the news of this site in this language, or None."""
    around = current()
    return main_index(around) if around else None


@register.simple_tag
def category_url(index, category) -> str:
    """Return the path of the list of ``category`` below the index page ``index``."""
    return index.category_url(category)
