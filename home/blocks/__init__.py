"""The blocks of the standing pages, and the lists of what editors may place where."""

from home.blocks.banner import BannerBlock
from home.blocks.history import HonourBlock, MilestoneBlock, NameChangeBlock
from home.blocks.sections import (
    AppLinkBlock,
    FeaturedBlock,
    HistoryHighlightBlock,
    MapTeaserBlock,
    TextSectionBlock,
)
from home.blocks.statistics import StatisticsBlock
from news.blocks import LatestNewsBlock
from portal.blocks import BODY, LinkListBlock

__all__ = ["BANNERS", "DATED", "HISTORY", "SECTIONS", "SIDEBAR"]

BANNERS = [("banner", BannerBlock())]

# What an editor may place on the home page, and beside every other page.
SECTIONS = [
    ("latest_news", LatestNewsBlock()),
    ("featured", FeaturedBlock()),
    ("history_highlight", HistoryHighlightBlock()),
    ("statistics", StatisticsBlock()),
    ("app_link", AppLinkBlock()),
    ("links", LinkListBlock()),
    ("map_teaser", MapTeaserBlock()),
    ("text", TextSectionBlock()),
]
SIDEBAR = [
    ("latest_news", LatestNewsBlock()),
    ("app_link", AppLinkBlock()),
    ("statistics", StatisticsBlock()),
    ("map_teaser", MapTeaserBlock()),
    ("links", LinkListBlock()),
    ("text", TextSectionBlock()),
]

DATED = {
    "milestone": MilestoneBlock(),
    "name_change": NameChangeBlock(),
    "honour": HonourBlock(),
}
HISTORY = [*DATED.items(), *BODY]
