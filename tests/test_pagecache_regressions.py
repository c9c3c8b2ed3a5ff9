"""What the oracle (tests/oracle) and readers of the code have found: each in its smallest form."""

import re
from datetime import UTC, datetime

import pytest
from django.core.cache import cache, caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_save
from django.test import TestCase
from wagtail.models import PageViewRestriction, Site
from wagtail.models.sites import SITE_ROOT_PATHS_CACHE_KEY, SITE_ROOT_PATHS_CACHE_VERSION

from home.factories import InfoPageFactory, english_home
from home.models import InfoPage
from news.factories import NewsCategoryFactory, NewsPageFactory
from portal.factories import IdentityFactory, ImageFactory
from portal.pagecache import follower
from tests.fronting import ask
from tests.touching import fresh
from tests.translating import edit, translated


def committing():
    """Run what waits for the end of the transaction, which a test never reaches."""
    connection.run_on_commit.clear()
    return TestCase.captureOnCommitCallbacks(execute=True)


def test_a_home_page_that_comes_to_life_is_named_on_the_pages_of_other_languages(front, site):
    home = english_home(site)
    InfoPageFactory(parent=site.home, slug="trang")
    with committing():
        home.unpublish()
    Site.get_site_root_paths()
    assert b'lang="en"' not in ask(front, "/trang/").body
    assert ask(front, "/trang/").is_hit
    with committing():
        home.save_revision().publish()
    assert "ttl=" in ask(front, "/trang/").cache_status


@pytest.mark.parametrize(
    ("address", "link"),
    [("/tin-tuc/", b'href="/trang/"'), ("/sitemap-pages.xml", b"/trang/</loc>")],
)
def test_links_follow_a_home_page_that_another_process_has_moved(front, site, address, link):
    InfoPageFactory(parent=site.home, slug="trang", show_in_menus=True)
    ask(front, "/trang/")
    kept = cache.get(SITE_ROOT_PATHS_CACHE_KEY, version=SITE_ROOT_PATHS_CACHE_VERSION)
    with committing():
        site.home.slug = "noi-khac"
        site.home.save_revision().publish()
    # What this process would hold, had the other one made the change.
    cache.set(SITE_ROOT_PATHS_CACHE_KEY, kept, version=SITE_ROOT_PATHS_CACHE_VERSION)
    assert link in ask(front, address).body


def test_a_category_leaves_nothing_at_its_former_address(front, site):
    category = NewsCategoryFactory(slug="cu", locale=site.home.locale)
    with committing():
        category.save()
    address = site.news.category_url(category)
    former = (address, f"{address}rss.xml")
    for address in former:
        assert ask(front, address).status == 200
        assert ask(front, address).is_hit
    with committing():
        category.slug = "moi"
        category.save()
    for address in former:
        assert ask(front, address).status == 404


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
def test_an_empty_feed_says_the_same_each_time(front, site, name):
    site.news.last_published_at = datetime(2024, 8, 20, tzinfo=UTC)
    with committing():
        site.news.save()
    assert b"2024" in ask(front, f"/tin-tuc/{name}").body


def test_a_former_address_leads_on_though_somebody_asked_before_its_redirect_was_made(front, site):
    """Outside of a transaction each step of a publication is seen by itself."""
    page = InfoPageFactory(parent=site.home, slug="cu")
    answered = []

    def ask_meanwhile(**_signal):
        follower.follow()
        answered.append(ask(front, "/cu/").status)

    post_save.connect(ask_meanwhile, sender=InfoPage)
    try:
        with committing():
            page.slug = "moi"
            page.save_revision().publish()
    finally:
        post_save.disconnect(ask_meanwhile, sender=InfoPage)
    assert answered[-1] == 404
    answer = ask(front, "/cu/")
    assert answer.status == 301 or "ttl=" in answer.cache_status


def test_an_identity_that_is_made_later_comes_to_stand_on_pages_that_are_kept(front, site):
    with committing():
        site.identity.delete()
    InfoPageFactory(parent=site.home, slug="trang")
    assert "Cơ quan mới" not in ask(front, "/trang/").body.decode()
    assert ask(front, "/trang/").is_hit
    with committing():
        IdentityFactory(site=site.site, name="Cơ quan mới")
    assert "Cơ quan mới" in ask(front, "/trang/").body.decode()


def test_a_language_comes_back_when_a_section_leaves_those_who_alone_may_read_it(front, site):
    english = translated(site.home)
    section = edit(InfoPageFactory(parent=site.home, slug="muc"))
    page = edit(InfoPageFactory(parent=section, slug="trang"))
    section_in_english = translated(section)
    translated(page)
    closed = InfoPageFactory(parent=english, title="Closed")
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    with committing():
        section_in_english.move(closed, "last-child")
    assert b'hreflang="en"' not in ask(front, "/muc/trang/").body
    assert ask(front, "/muc/trang/").is_hit
    with committing():
        InfoPage.objects.get(pk=section_in_english.pk).move(english, "last-child")
    assert b'hreflang="en"' in ask(front, "/muc/trang/").body


@pytest.fixture
def pictured(site):
    """An article with a picture, whose sizes are made."""
    picture = {"lead_image": ImageFactory(), "lead_image_is_decorative": True}
    article = NewsPageFactory(parent=site.news, slug="co-anh", **picture)
    with committing():
        return edit(article)


def files_in(page: bytes) -> list[str]:
    """Return the names of the files of pictures in a page."""
    return re.findall(r"/media/(images/[^\"\s,]+)", page.decode())


def elsewhere(change):
    """Make a change to pictures as another process does, of which this one remembers sizes."""
    remembered = dict(caches["renditions"]._cache), dict(caches["renditions"]._expire_info)
    with committing():
        change()
    caches["renditions"]._cache.update(remembered[0])
    caches["renditions"]._expire_info.update(remembered[1])


def test_no_page_shows_sizes_of_pictures_that_another_process_has_deleted(front, pictured):
    assert files_in(ask(front, "/tin-tuc/co-anh/").body)
    elsewhere(lambda: call_command("wagtail_update_image_renditions", purge_only=True))
    assert not files_in(ask(front, "/tin-tuc/co-anh/").body)
    with committing():
        edit(fresh(pictured), title="Tên khác")
    names = files_in(ask(front, "/tin-tuc/co-anh/").body)
    assert names
    assert all(default_storage.exists(name) for name in names)


def test_a_file_that_is_uploaded_again_is_shown_from_its_new_place(front, pictured):
    image = pictured.lead_image
    before = files_in(ask(front, "/tin-tuc/co-anh/").body)
    data = image.file.read()

    def upload_again():
        image.renditions.all().delete()
        image.file = ContentFile(data, "khac.png")
        image.save()

    elsewhere(upload_again)
    names = files_in(ask(front, "/tin-tuc/co-anh/").body)
    assert names
    assert not set(names) & set(before)
    assert all(default_storage.exists(name) for name in names)
