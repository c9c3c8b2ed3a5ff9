"""Links to pages, documents and other addresses."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.models import PageViewRestriction

from portal.days import has_passed
from portal.surroundings import current
from portal.translation.localized import localized


class LinkValue(blocks.StructValue):
    """A link that knows its own address and words."""

    @property
    def url(self) -> str:
        """The address: of the page in the reader's language, of the document, or as written.

        Empty when the page is not to be read by anybody, or by some alone and the link has no
        words of its own: a title is for those who may read the page.
        """
        if self.get("page"):
            page = self._shown_page()
            return page.url or "" if page and (self.get("text") or not _is_restricted(page)) else ""
        if document := self.get("document"):
            return document.url
        return self.get("address") or ""

    @property
    def words(self) -> str:
        """The words of the link; the title of what it leads to where none are written."""
        if text := self.get("text"):
            return text
        if self.get("page"):
            page = self._shown_page()
            return page.title if page and not _is_restricted(page) else ""
        if document := self.get("document"):
            return document.title
        return self.url

    def _shown_page(self):
        page = localized(self["page"])
        return page if page.live and not has_passed(page.expire_at) else None

    @property
    def is_external(self) -> bool:
        return (self.get("address") or "").startswith("http")


def _is_restricted(page) -> bool:
    """Return whether ``page`` or one above it may be read by some alone."""

    def read():
        return tuple(PageViewRestriction.objects.values_list("page__path", flat=True))

    around = current()
    paths = around.remember("links.restricted", read) if around else read()
    return page.path.startswith(paths)


class LinkBlock(blocks.StructBlock):
    """A link to exactly one thing: a page, a document, or an address."""

    text = blocks.CharBlock(
        label=_("Words of the link"),
        required=False,
        max_length=160,
        help_text=_("What readers click on; the title of the page or document when left empty."),
    )
    page = blocks.PageChooserBlock(
        label=_("Page"), required=False, help_text=_("A page of this site.")
    )
    document = DocumentChooserBlock(
        label=_("Document"), required=False, help_text=_("A file of this site.")
    )
    address = blocks.URLBlock(
        label=_("Address"),
        required=False,
        help_text=_("An address of another site, beginning with https://"),
    )

    class Meta:
        label = _("Link")
        icon = "link"
        value_class = LinkValue
        label_format = "{text}"
        required = True

    @property
    def required(self) -> bool:
        """Whether the link must lead somewhere; Wagtail's structs are never required themselves."""
        return self.meta.required

    def clean(self, value):
        cleaned = super().clean(value)
        targets = [name for name in ("page", "document", "address") if cleaned.get(name)]
        if len(targets) != 1 and (self.required or targets or cleaned.get("text")):
            message = (
                _("Choose where the link leads: a page, a document or an address.")
                if not targets
                else _("Choose only one: a page, a document or an address.")
            )
            raise blocks.StructBlockValidationError(block_errors={"page": ValidationError(message)})
        return cleaned


class LinkListBlock(blocks.StructBlock):
    """A titled list of links."""

    title = blocks.CharBlock(
        label=_("Title"), required=False, max_length=120, help_text=_("Stands above the list.")
    )
    links = blocks.ListBlock(LinkBlock(), label=_("Links"), min_num=1)

    class Meta:
        label = _("List of links")
        icon = "list-ul"
        template = "portal/blocks/link_list.html"
        description = _("Several links under one title.")
        preview_value = {
            "title": "Liên kết",
            "links": [
                {"text": "Cổng thông tin điện tử của tỉnh", "address": "https://example.org/"},
                {"text": "Dịch vụ công trực tuyến", "address": "https://example.org/dich-vu"},
            ],
        }
