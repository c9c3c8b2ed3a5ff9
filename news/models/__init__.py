from .article import NewsPage, RelatedNews
from .category import NewsCategory
from .index import NewsIndexPage

__all__ = ["NewsCategory", "NewsIndexPage", "NewsPage", "RelatedNews"]
