"""The site around the demo: whether it has content, how it is cleared, how it starts empty."""

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Page, Site

from home.factories import HomePageFactory
from home.models import HomePage
from news.factories import NewsIndexPageFactory
from news.models import NewsCategory
from portal.factories import IdentityFactory
from portal.models import Identity, PortalImage, SigningBody

# By this key the demo is known again, however much of it was edited.
DEMO_KEY = uuid.uuid5(uuid.NAMESPACE_URL, "portal/demo")
IMAGE_TAG = "demo"


def is_demo() -> bool:
    """Whether the site is the demo."""
    return HomePage.objects.filter(translation_key=DEMO_KEY).exists()


def has_content() -> bool:
    """Whether somebody has made a home page, be it the demo's or their own."""
    return HomePage.objects.exists()


def clear() -> None:
    """Remove all pages and snippets, and the pictures of the demo."""
    for page in Page.get_first_root_node().get_children():
        page.specific.delete()
    for model in (Identity, NewsCategory, SigningBody):
        model.objects.all().delete()
    for image in PortalImage.objects.filter(tags__name=IMAGE_TAG):
        image.delete()


def site_for(home: HomePage) -> Site:
    """Make ``home`` the root of the default site at the portal's address, and return the site."""
    address = urlsplit(settings.PORTAL_URL)
    default_port = 443 if address.scheme == "https" else 80
    site, _made = Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname,
            "port": address.port or default_port,
            "root_page": home,
            "site_name": home.title,
        },
    )
    return site


@transaction.atomic
def empty_site() -> HomePage:
    """Build what a new organisation starts from: a home page, a list of news, an identity."""
    remove_welcome_page()
    home = HomePageFactory(title="Trang chủ")
    site = site_for(home)
    IdentityFactory(site=site, name="Tên cơ quan")
    NewsIndexPageFactory(parent=home, show_in_menus=True)
    publish([home, *home.get_children().specific()])
    return home


def remove_welcome_page() -> None:
    """Remove the page that Wagtail's migrations leave, if it is still there."""
    for page in Page.objects.filter(depth=2, slug="home"):
        if page.specific_class is Page:
            page.delete()


def publish(pages) -> None:
    """Publish each page as an editor would: as a revision."""
    for page in pages:
        page.save_revision().publish()
