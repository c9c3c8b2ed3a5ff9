"""What the oracle (tests/oracle) and readers of the code have found: each in its smallest form."""

import json
import re
from contextvars import copy_context
from datetime import UTC, datetime

import pytest
from django.core.cache import cache, caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import OperationalError
from django.db.models.signals import post_save
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site
from wagtail.models.sites import SITE_ROOT_PATHS_CACHE_KEY, SITE_ROOT_PATHS_CACHE_VERSION

from home.factories import HomePageFactory, InfoPageFactory, english_home
from home.models import InfoPage
from news.factories import NewsCategoryFactory, NewsPageFactory
from portal.factories import IdentityFactory, ImageFactory, UserFactory, locale
from portal.models import PortalImage
from portal.pagecache import fill, follower
from portal.pagecache.node import local
from tests.fronting import ask
from tests.touching import fresh
from tests.translating import committing, edit, translated


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


def test_sizes_that_one_thread_reads_while_they_are_deleted_are_not_remembered(
    front, pictured, monkeypatch
):
    look_up = PortalImage.find_existing_renditions
    is_done = []

    def look_up_slowly(image, *filters):
        found = look_up(image, *filters)
        if found and not is_done:
            is_done.append(True)
            elsewhere(lambda: call_command("wagtail_update_image_renditions", purge_only=True))
            # Another thread hears of it first.
            copy_context().run(ask, front, "/")
        return found

    caches["renditions"].clear()
    monkeypatch.setattr(PortalImage, "find_existing_renditions", look_up_slowly)
    ask(front, "/tin-tuc/co-anh/")
    assert is_done
    assert not files_in(ask(front, "/tin-tuc/co-anh/").body)


# Places in the tree


def test_no_page_is_lost_when_a_draft_is_put_before_the_home_page(front, site, client):
    for slug in ("mot", "hai"):
        InfoPageFactory(parent=site.home, slug=slug)
    root = site.home.get_parent()
    draft = HomePageFactory(parent=root, slug="home-en", live=False, locale=locale("en"))
    assert ask(front, "/mot/").status == 200
    client.force_login(UserFactory(is_superuser=True))
    with committing():
        address = reverse("wagtailadmin_pages:set_page_position", args=[draft.pk])
        client.post(f"{address}?position=0")
    assert fresh(draft).path < fresh(site.home).path
    assert ask(front, "/hai/").status == 200


def test_a_title_for_some_alone_is_shown_to_nobody_else_after_a_draft_was_put_before_it(
    front, site
):
    closed = InfoPageFactory(parent=site.home, slug="kin", title="Họp kín")
    draft = InfoPageFactory(parent=site.home, slug="nhap", live=False)
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    to_it = {"text": "", "page": closed.pk, "document": None, "address": ""}
    links = {"title": "Liên kết", "links": [{"type": "item", "value": to_it}]}
    for slug in ("mot", "hai"):
        body = json.dumps([{"type": "links", "value": links}])
        InfoPageFactory(parent=site.home, slug=slug, body=body)
    assert "Họp kín" not in ask(front, "/mot/").body.decode()
    with committing():
        fresh(draft).move(fresh(closed), pos="left")
    assert "Họp kín" not in ask(front, "/hai/").body.decode()


# Links in running text


def test_a_link_in_running_text_follows_a_translation_that_comes_later(front, site):
    english = translated(site.home)
    section = edit(InfoPageFactory(parent=site.home, slug="muc"))
    target = edit(InfoPageFactory(parent=section, slug="dich"))
    translated(section)
    text = f'<p><a linktype="page" id="{target.pk}">Here</a></p>'
    body = json.dumps([{"type": "paragraph", "value": text}])
    with committing():
        InfoPageFactory(parent=english, slug="page", locale=english.locale, body=body)
    assert b'href="/muc/dich/">Here' in ask(front, "/en/page/").body
    with committing():
        address = translated(target).url
    link = f'href="{address}">Here'
    answer = ask(front, "/en/page/")
    assert link in answer.body.decode() or "ttl=" in answer.cache_status


# Days


def test_the_archive_of_a_coming_year_is_made_anew_when_it_begins(front, site, monkeypatch):
    now = datetime(2026, 12, 30, 5, tzinfo=UTC)
    NewsPageFactory(parent=site.news, date=datetime(2027, 1, 5, tzinfo=UTC))
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert ask(front, "/tin-tuc/2027/").status == 200
    rows = local().store.rows("SELECT soft_at FROM entry WHERE key LIKE '%/2027/'")
    assert [soft_at <= now.timestamp() + 86_400 for (soft_at,) in rows] == [True]


# The database goes


def test_a_page_is_answered_though_the_database_goes_right_after_it_was_made(front, monkeypatch):
    def gone(_tags):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(fill, "_above", gone)
    answer = ask(front, "/tin-tuc/")
    assert (answer.status, "not now" in answer.cache_status) == (200, True)
