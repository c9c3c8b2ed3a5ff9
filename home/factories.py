"""Factories of the standing pages, and of a whole small site."""

from dataclasses import dataclass

import factory
from django.conf import settings
from wagtail.models import Page, Site

from home.models import (
    HistoryIndexPage,
    HistoryPage,
    HomePage,
    InfoPage,
    LocationMapPage,
    Place,
    StatisticsPage,
)
from news.factories import NewsIndexPageFactory
from news.models import NewsIndexPage
from portal.factories import BasePageFactory, IdentityFactory, locale
from portal.models import Identity


class HomePageFactory(BasePageFactory):
    """A home page below the root of the tree, in the source language unless told otherwise."""

    title = "Trang chủ"
    parent = factory.LazyFunction(Page.get_first_root_node)
    locale = factory.LazyFunction(lambda: locale(settings.LANGUAGE_CODE))

    class Meta:
        model = HomePage


class InfoPageFactory(BasePageFactory):
    """A plain page below a home page (``parent=``)."""

    title = factory.Sequence(lambda n: f"Trang thông tin {n}")

    class Meta:
        model = InfoPage


class HistoryIndexPageFactory(BasePageFactory):
    """The list of history pages below a home page (``parent=``)."""

    title = "Lịch sử"

    class Meta:
        model = HistoryIndexPage


class HistoryPageFactory(BasePageFactory):
    """A history page below their list (``parent=``)."""

    title = factory.Sequence(lambda n: f"Chặng đường {n}")

    class Meta:
        model = HistoryPage


class PlaceFactory(factory.django.DjangoModelFactory):
    """A place of a map page (``page=``)."""

    locale = factory.SelfAttribute("page.locale")
    name = factory.Sequence(lambda n: f"Địa điểm {n}")
    address = "Phường Hồng Hà, thành phố Hạ Long"
    coordinates = "20.951, 107.08"

    class Meta:
        model = Place


class LocationMapPageFactory(BasePageFactory):
    """A map page below a home page (``parent=``); give it places of its own."""

    title = "Bản đồ trực tuyến"

    class Meta:
        model = LocationMapPage


class StatisticsPageFactory(BasePageFactory):
    """The page of the visits below a home page (``parent=``)."""

    title = "Thống kê"

    class Meta:
        model = StatisticsPage


@dataclass
class SmallSite:
    """A site with a home page, an identity and an empty list of news, in one language."""

    site: Site
    home: HomePage
    news: NewsIndexPage
    identity: Identity


def small_site(**home) -> SmallSite:
    """Make the default site anew, in the place of whatever Wagtail's migrations left."""
    root = Page.get_first_root_node()
    for child in root.get_children():
        child.specific.delete()
    root.refresh_from_db()
    page = HomePageFactory(parent=root, **home)
    site, _made = Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "port": 80, "root_page": page},
    )
    return SmallSite(
        site=site,
        home=page,
        news=NewsIndexPageFactory(parent=page),
        identity=IdentityFactory(site=site),
    )


def english_home(site: SmallSite, **fields) -> HomePage:
    """Make the English home page of ``site``."""
    return HomePageFactory(
        title="Home",
        slug="home-en",
        locale=locale("en"),
        translation_key=site.home.translation_key,
        **fields,
    )
