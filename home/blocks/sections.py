"""The sections of the home page; most of them may also stand beside other pages."""

from functools import lru_cache

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.models import Page

from portal.blocks import RICH_TEXT_FEATURES, LinkBlock, PictureBlock
from portal.pagecache import collector
from portal.surroundings import current
from portal.translation.localized import localized


class FeaturedBlock(blocks.StructBlock):
    """Pages that an editor sets before the others."""

    title = blocks.CharBlock(label=_("Title"), max_length=120, help_text=_("Such as: In focus."))
    pages = blocks.ListBlock(
        blocks.PageChooserBlock(label=_("Page")), label=_("Pages"), min_num=1, max_num=6
    )

    class Meta:
        label = _("Featured pages")
        icon = "pick"
        template = "home/blocks/featured.html"
        preview_template = "portal/blocks/previews/section.html"
        description = _("One to six pages that you choose; the first is shown large.")
        label_format = "{title}"
        preview_value = {"title": "Tiêu điểm", "pages": []}

    def get_context(self, value, parent_context=None):
        """Add the chosen pages that every reader may read, in the reader's language."""
        context = super().get_context(value, parent_context)
        keys = [localized(page).pk for page in value["pages"] if page is not None]
        around = current()

        def read():
            collector.note(*(collector.tag_of(Page, key) for key in keys))
            found = list(Page.objects.filter(pk__in=keys).live().public().specific())
            for page in found:
                # What cards show of it; loaded later, it would be noted the first time only.
                _shown = page.list_image, getattr(page, "category", None)
            return {page.pk: page for page in found}

        found = around.remember(("home.featured", tuple(keys)), read) if around else read()
        pages = [found[key] for key in keys if key in found]
        context["pages"] = [page for page in pages if not page.is_expired()]
        return context


class HistoryHighlightBlock(blocks.StructBlock):
    """A few words about the past, with the years since the founding."""

    title = blocks.CharBlock(label=_("Title"), max_length=120, help_text=_("A few words."))
    text = blocks.TextBlock(
        label=_("Text"), required=False, rows=3, help_text=_("Two or three sentences.")
    )
    image = PictureBlock(required=False, uses=("card",))
    link = LinkBlock(label=_("Link"), required=False)

    class Meta:
        label = _("From our history")
        icon = "history"
        template = "home/blocks/history_highlight.html"
        preview_template = "portal/blocks/previews/section.html"
        description = _("Leads to the history; the anniversary is computed.")
        label_format = "{title}"
        preview_value = {"title": "Truyền thống", "text": "Từ ngày thành lập 04/9/1964."}


class AppLinkValue(blocks.StructValue):
    """An app that knows its QR code."""

    @property
    def qr(self) -> SafeString:
        """The QR code of the app's own address as inline SVG."""
        return qr_svg(self["web_url"])


class AppLinkBlock(blocks.StructBlock):
    """An official app: its page, its places in the stores, a QR code for those at a desk."""

    name = blocks.CharBlock(label=_("Name"), max_length=80, help_text=_("As in the stores."))
    description = blocks.TextBlock(
        label=_("Description"), required=False, rows=2, help_text=_("One or two sentences.")
    )
    icon = PictureBlock(required=False, uses=("emblem",), label=_("Icon"))
    web_url = blocks.URLBlock(
        label=_("Address"), help_text=_("The page of the app; the QR code leads to it.")
    )
    app_store_url = blocks.URLBlock(
        label=_("App Store"), required=False, help_text=_("For iPhone and iPad.")
    )
    play_url = blocks.URLBlock(label=_("Google Play"), required=False, help_text=_("For Android."))

    class Meta:
        label = _("App")
        icon = "mobile-alt"
        value_class = AppLinkValue
        template = "home/blocks/app_link.html"
        preview_template = "portal/blocks/previews/section.html"
        description = _("An app with its QR code and links to the stores.")
        label_format = "{name}"
        preview_value = {"name": "Sổ tay đảng viên điện tử", "web_url": "https://example.org/"}


class MapTeaserBlock(blocks.StructBlock):
    """Leads to the map."""

    title = blocks.CharBlock(label=_("Title"), max_length=120, help_text=_("Such as: Online map."))
    text = blocks.CharBlock(
        label=_("Text"), required=False, max_length=240, help_text=_("One sentence.")
    )
    page = blocks.PageChooserBlock(
        "home.LocationMapPage", label=_("Map page"), help_text=_("The page with the places.")
    )

    class Meta:
        label = _("Map")
        icon = "site"
        template = "home/blocks/map_teaser.html"
        preview_template = "portal/blocks/previews/section.html"
        description = _("Leads to the page with the map.")
        label_format = "{title}"
        preview_value = {"title": "Bản đồ trực tuyến", "text": "", "page": None}

    def get_context(self, value, parent_context=None):
        """Add the map page in the reader's language, while it is live."""
        context = super().get_context(value, parent_context)
        page = value.get("page")
        if page is not None:
            page = localized(page)
            context["map_page"] = page if page.live and not page.is_expired() else None
        return context


class TextSectionBlock(blocks.StructBlock):
    """A section of running text."""

    title = blocks.CharBlock(
        label=_("Title"), required=False, max_length=120, help_text=_("May be left empty.")
    )
    text = blocks.RichTextBlock(
        label=_("Text"), features=RICH_TEXT_FEATURES, help_text=_("A few sentences.")
    )

    class Meta:
        label = _("Text")
        icon = "pilcrow"
        template = "home/blocks/text.html"
        description = _("A section of running text with a title.")
        label_format = "{title}"
        preview_value = {"title": "Giới thiệu", "text": "<p>Đôi lời giới thiệu về cơ quan.</p>"}


@lru_cache(maxsize=64)
def qr_svg(address: str) -> SafeString:
    """Return the QR code of ``address`` as inline SVG, sized by the style sheet."""
    code = segno.make(address, error="m")
    svg = code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None)
    return mark_safe(svg)  # noqa: S308 - segno draws it, nothing of the address is repeated in it
