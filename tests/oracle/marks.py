"""Texts that can be recognised wherever they come out, and whose they are.

Every text that the oracle writes carries a mark of its own. Which marks readers may see follows
from the database alone: those that stand, or have stood while readers could see it, in a row that
readers may see now.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import models
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from home.models import Place
from news.models import NewsCategory
from portal.models import FormerName, Identity, PortalDocument, PortalImage, SigningBody

# Upper case: addresses, which are made from titles, are in lower case and carry no marks.
MARK = re.compile(r"ZQ\d{6}X")

# What changes in the row of a page without any change of what readers see of it.
BOOKKEEPING = {
    "path", "depth", "numchild", "url_path", "draft_title", "has_unpublished_changes",
    "latest_revision_id", "latest_revision_created_at", "live_revision_id", "locked", "locked_at",
    "locked_by_id", "owner_id", "go_live_at",
}  # fmt: skip
SNIPPETS = (NewsCategory, SigningBody, Identity, FormerName, PortalImage, PortalDocument)


class Marks:
    """Gives out texts, each with a mark that no other text has."""

    def __init__(self):
        self.number = 0

    def text(self, words: str) -> str:
        """Return ``words`` with a new mark."""
        self.number += 1
        return f"{words} ZQ{self.number:06}X"


def marks_in(text: str) -> set[str]:
    """Return the marks that stand in ``text``."""
    return set(MARK.findall(text))


@dataclass
class Ledger:
    """What readers have been able to see so far, by the row in which it stands or stood."""

    published: dict[str, set[str]] = field(default_factory=dict)
    rows: dict[int, str] = field(default_factory=dict)

    def allowed(self) -> set[str]:
        """Take note of what readers may see now, and return every mark that may come out."""
        allowed = set()
        for owner, texts in _visible().items():
            self.published.setdefault(owner, set()).update(marks_in(texts))
            allowed |= self.published[owner]
        return allowed

    def changed(self) -> set[int]:
        """Return the pages whose own text has changed since the last look."""
        before, self.rows = self.rows, dict(_page_rows(Page.objects.all()))
        keys = before.keys() | self.rows.keys()
        return {pk for pk in keys if before.get(pk) != self.rows.get(pk)}


def public_pages() -> models.QuerySet[Page]:
    """Return the pages that anybody may read at this moment."""
    restricted = PageViewRestriction.objects.values_list("page__path", flat=True)
    found = Page.objects.filter(live=True).exclude(expire_at__lte=timezone.now())
    for path in restricted:
        found = found.exclude(path__startswith=path)
    return found


def _visible() -> dict[str, str]:
    found = {f"page-{pk}": row for pk, row in _page_rows(public_pages())}
    for model in SNIPPETS:
        for values in model.objects.values():
            found[f"{model.__name__}-{values['id']}"] = str(values)
    return found


def _page_rows(pages: models.QuerySet[Page]) -> Iterable[tuple[int, str]]:
    """Yield (key, text) for the rows of pages with the rows that belong to them."""
    keys = set(pages.values_list("pk", flat=True))
    places: dict[int, list] = {}
    for values in Place.objects.order_by("sort_order", "pk").values():
        places.setdefault(values["page_id"], []).append(values)
    # Without the root of the tree, which is no page of any specific type.
    models_used = {page.specific_class for page in pages.only("content_type")} - {None, Page}
    for model in models_used:
        for values in model._base_manager.filter(pk__in=keys).values():
            shown = {k: v for k, v in values.items() if k not in BOOKKEEPING}
            shown |= {
                name: value.get_prep_value() for name, value in values.items() if _is_stream(value)
            }
            yield values["id"], str([shown, places.get(values["id"], [])])


def _is_stream(value) -> bool:
    return hasattr(value, "get_prep_value") and hasattr(value, "stream_block")
