"""Which index page speaks for the news of a site in a language."""

from news.models import NewsIndexPage
from portal.pagecache import collector
from portal.surroundings import Surroundings


def main_index(around: Surroundings) -> NewsIndexPage | None:
    """Return the first live, unrestricted index page below the home page of ``around``."""
    if around.home is None:
        return None

    def read():
        collector.note(collector.children_of(around.home))
        below = NewsIndexPage.objects.child_of(around.home).live().public()
        return below.select_related("locale").order_by("path").first()

    return around.remember("news.main_index", read)
