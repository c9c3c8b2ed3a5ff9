"""Every block that editors can pick, placed on a page alone and read as readers see it."""

import json
from dataclasses import dataclass
from datetime import date
from html import escape

from bs4 import BeautifulSoup, Tag
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.embeds.embeds import get_embed_hash
from wagtail.embeds.models import Embed
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page

from home.blocks import BANNERS, DATED, SECTIONS, SIDEBAR
from home.factories import (
    HistoryIndexPageFactory,
    HistoryPageFactory,
    InfoPageFactory,
    LocationMapPageFactory,
)
from home.models import LocationMapPage
from news.factories import NewsCategoryFactory, NewsPageFactory
from news.models import NewsCategory
from portal.blocks import BODY, LinkBlock, SignatureBlock
from portal.factories import SigningBodyFactory
from portal.models import SigningBody
from tests.translating import Filling, edit

EMBEDDED = "https://example.org/embedded"
MARKUP = " <u>&\"'"


@dataclass(frozen=True)
class Pickable:
    """A ``block`` of the list ``group`` that editors pick as ``name``."""

    group: str
    name: str
    block: blocks.Block

    def __str__(self):
        return f"{self.group}-{self.name}"


# HISTORY is DATED and BODY.
PICKABLE = [
    Pickable(group, name, block)
    for group, members in {
        "body": BODY, "dated": DATED.items(), "sections": SECTIONS, "sidebar": SIDEBAR,
        "banners": BANNERS,
    }.items()
    for name, block in members
]  # fmt: skip

# Where a group is shown: the field, and what stands around its blocks.
PLACES = {
    "body": ("body", "main .prose"),
    "dated": ("body", "main .chronicle"),
    "sections": ("sections", "main .sections"),
    "sidebar": ("sidebar", "aside.side"),
    "banners": ("banners", "main .banner"),
}


class Marked(Filling):
    """Fills blocks with everything they can show; the texts look like markup but are none.

    ``alts`` are the alternative texts among ``texts``.
    """

    def __init__(self, site):
        category, around = NewsCategoryFactory(), InfoPageFactory(parent=site.home)
        NewsPageFactory(parent=site.news, category=category, slug="trong-chuyen-muc")
        NewsPageFactory(parent=site.news, slug="ngoai-chuyen-muc")
        super().__init__(
            {
                Page: around,
                LocationMapPage: LocationMapPageFactory(parent=site.home),
                NewsCategory: category,
                SigningBody: SigningBodyFactory(name="Văn phòng <Đảng uỷ>"),
            }
        )
        self.alts: list[str] = []
        site.identity.carried_visits, site.identity.carried_visits_date = 7405, date(2025, 2, 1)
        site.identity.save()
        Embed.objects.create(url=EMBEDDED, hash=get_embed_hash(EMBEDDED), html="<i>Video</i>")

    def text(self) -> str:
        super().text()
        self.texts[-1] += MARKUP
        return self.texts[-1]

    def alt(self) -> str:
        self.alts.append(self.text())
        return self.alts[-1]

    def makers(self):
        return [
            (ImageBlock, lambda b: {"image": self.image.pk, "decorative": False,
                                    "alt_text": self.alt()}),
            # One target only, and a time that has begun and does not end soon.
            (LinkBlock, lambda b: {"text": self.text(), "page": None, "document": None,
                                   "address": "https://example.org/?a=1&b=2"}),
            (blocks.DateTimeBlock, lambda b: "2099-01-01T08:00:00+07:00"
                if b.name == "show_until" else "2024-08-20T08:00:00+07:00"),
            (blocks.RichTextBlock, lambda b: (
                f"<p>{escape(self.text())} <b>{escape(self.text())}</b></p>"
                f"<ul><li>{escape(self.text())}</li></ul>")),
            *super().makers(),
        ]  # fmt: skip


class Sparse(Marked):
    """Fills only what must be filled.

    The rest is as a form saves it when nothing is written, or, with ``missing``, not there at
    all, as in what was saved before the block had the field.
    """

    def __init__(self, site, missing: bool):
        super().__init__(site)
        self.missing = missing

    def makers(self):
        return [
            (ImageBlock, lambda b: {"image": self.image.pk, "decorative": True, "alt_text": ""}),
            (LinkBlock, lambda b: self.struct(b, "address")),
            (SignatureBlock, lambda b: self.struct(b, "person")),
            (TableBlock, lambda b: {
                "data": [[self.text(), None], ["", None]], "first_row_is_table_header": False,
                "first_col_is_header": False, "table_header_choice": "neither",
            }),
            (blocks.StructBlock, self.struct),
            (blocks.ListBlock, lambda b: [
                self.child("item", b.child_block) for _ in range(b.meta.min_num or 0)]),
            *super().makers(),
        ]  # fmt: skip

    def struct(self, block, *also: str) -> dict:
        """Return the raw value of a struct; the children ``also`` are filled, required or not."""
        found = {}
        for name, child in block.child_blocks.items():
            if name in also or is_required(child):
                found[name] = self.value(child)
            elif not self.missing:
                found[name] = self.nothing(child)
        return found

    def nothing(self, block):
        if isinstance(block, ImageBlock):
            return {"image": None, "decorative": False, "alt_text": ""}
        if isinstance(block, blocks.StructBlock):
            return {name: self.nothing(child) for name, child in block.child_blocks.items()}
        return "" if isinstance(block, blocks.CharBlock | blocks.TextBlock) else None


def is_required(block) -> bool:
    if isinstance(block, ImageBlock):
        return block.child_blocks["image"].required
    return bool(block.required) or bool(getattr(block.meta, "min_num", 0))


def place(site, pickable: Pickable, filling: Filling) -> str:
    """Publish a page that shows ``pickable`` filled by ``filling``; return the page's path."""
    raw = json.dumps([filling.child(pickable.name, pickable.block)])
    field, _around = PLACES[pickable.group]
    page = {
        "body": lambda: InfoPageFactory(parent=site.home, slug="noi"),
        "dated": lambda: HistoryPageFactory(parent=HistoryIndexPageFactory(parent=site.home)),
    }.get(pickable.group, lambda: site.home)()
    edit(page, **{field: raw})
    return "/tin-tuc/" if field == "sidebar" else page.get_url()


def shown(client, path: str, pickable: Pickable) -> Tag:
    """Return the part of the page at ``path`` in which readers see ``pickable``."""
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").select_one(PLACES[pickable.group][1])
