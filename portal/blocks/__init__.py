"""The blocks of which editors compose pages: leaf blocks first, the list that pages use last."""

from portal.blocks.data import NumbersBlock, TableBlock
from portal.blocks.dates import PartialDate, PartialDateBlock
from portal.blocks.links import LinkBlock, LinkListBlock
from portal.blocks.media import (
    CaptionedPictureBlock,
    DocumentBlock,
    EmbedBlock,
    GalleryBlock,
    PictureBlock,
    PlainPictureBlock,
)
from portal.blocks.text import (
    RICH_TEXT_FEATURES,
    CalloutBlock,
    HeadingBlock,
    ParagraphBlock,
    QuoteBlock,
    SignatureBlock,
)

__all__ = [
    "BODY",
    "RICH_TEXT_FEATURES",
    "CalloutBlock",
    "CaptionedPictureBlock",
    "DocumentBlock",
    "EmbedBlock",
    "GalleryBlock",
    "HeadingBlock",
    "LinkBlock",
    "LinkListBlock",
    "NumbersBlock",
    "ParagraphBlock",
    "PartialDate",
    "PartialDateBlock",
    "PictureBlock",
    "PlainPictureBlock",
    "QuoteBlock",
    "SignatureBlock",
    "TableBlock",
]

# What an editor may place in the body of any content page.
BODY = [
    ("heading", HeadingBlock()),
    ("paragraph", ParagraphBlock()),
    ("image", CaptionedPictureBlock()),
    ("gallery", GalleryBlock()),
    ("quote", QuoteBlock()),
    ("callout", CalloutBlock()),
    ("numbers", NumbersBlock()),
    ("table", TableBlock()),
    ("document", DocumentBlock()),
    ("links", LinkListBlock()),
    ("embed", EmbedBlock()),
    ("signature", SignatureBlock()),
]
