"""Links in running text, in the language of the reader."""

from django.utils.html import escape
from wagtail.rich_text.pages import PageLinkHandler

from portal.translation.localized import localized


class LocalizedPageLinkHandler(PageLinkHandler):
    """Wagtail's links to pages, which say what they depend on (`localized`)."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        """Return the opening tag of each link; of one to a page that is gone, without address."""
        return [
            f'<a href="{escape(localized(page).url)}">' if page else "<a>"
            for page in cls.get_many(attrs_list)
        ]
