"""What surrounds every page: built once, read again after every change that readers may see."""

from datetime import timedelta
from threading import Thread

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.signals import request_started
from django.db import transaction
from django.test import RequestFactory
from django.utils import timezone
from wagtail.models import Locale, PageViewRestriction, Site
from wagtail.models.sites import SITE_ROOT_PATHS_CACHE_KEY, SITE_ROOT_PATHS_CACHE_VERSION

from home.factories import (
    HistoryIndexPageFactory,
    HomePageFactory,
    InfoPageFactory,
    english_home,
)
from news.factories import NewsCategoryFactory, NewsPageFactory
from portal import surroundings
from portal.factories import (
    DocumentFactory,
    FormerNameFactory,
    IdentityFactory,
    ImageFactory,
    SigningBodyFactory,
    UserFactory,
    locale,
)
from portal.pagecache import journal
from portal.pagecache.models import Change
from portal.surroundings import surroundings_for
from tests.touching import set_and_save

pytestmark = pytest.mark.django_db


def ask(language="vi", host="localhost"):
    """Return the surroundings that a request of its own gets."""
    return surroundings_for(RequestFactory(headers={"host": host}).get("/"), language)


def menu(language="vi"):
    """Return the menu as nested lists of titles."""
    return [[item.title, *[child.title for child in item.children]] for item in ask(language).menu]


def info(site, title, **fields):
    parent = fields.pop("parent", site.home)
    return InfoPageFactory(parent=parent, title=title, show_in_menus=True, **fields)


@pytest.fixture
def english(site):
    return english_home(site)


# The menu


def test_the_menu_is_the_tree_in_its_order(site):
    first = info(site, "Một")
    info(site, "Hai")
    info(site, "Một b", parent=first)
    info(site, "Một a", parent=first)
    assert menu() == [["Một", "Một b", "Một a"], ["Hai"]]
    first.refresh_from_db()
    first.move(site.home, "last-child")
    assert menu() == [["Hai"], ["Một", "Một b", "Một a"]]


def test_only_what_editors_put_in_the_menu_and_readers_may_see_is_in_it(site):
    now = timezone.now()
    shown = info(site, "Thấy được")
    InfoPageFactory(parent=site.home, title="Ngoài thực đơn")
    info(site, "Nháp", live=False)
    info(site, "Hết hạn", expire_at=now - timedelta(seconds=1))
    kept = info(site, "Nội bộ")
    info(site, "Dưới trang nội bộ", parent=kept)
    PageViewRestriction.objects.create(page=kept, restriction_type=PageViewRestriction.LOGIN)
    child = info(site, "Con", parent=shown)
    info(site, "Cháu", parent=child)
    InfoPageFactory(parent=shown, title="Con ngoài thực đơn")
    info(site, "Con nháp", parent=shown, live=False)
    assert menu() == [["Thấy được", "Con"]]


def test_a_child_is_not_in_the_menu_without_its_parent(site):
    parent = InfoPageFactory(parent=site.home, title="Ngoài thực đơn")
    info(site, "Con", parent=parent)
    assert menu() == []


def test_the_shorter_title_stands_in_the_menu(site):
    info(site, "Một tên trang rất dài", listing_title="Tên ngắn")
    assert menu() == [["Tên ngắn"]]


def test_pages_that_expire_leave_the_menu_at_their_instant(site, monkeypatch):
    now = timezone.now()
    parent = info(site, "Ở lại")
    info(site, "Con sắp hết hạn", parent=parent, expire_at=now + timedelta(hours=1))
    info(site, "Sắp hết hạn", expire_at=now + timedelta(hours=1))
    assert menu() == [["Ở lại", "Con sắp hết hạn"], ["Sắp hết hạn"]]
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=1))
    assert menu() == [["Ở lại"]]


def test_each_language_has_its_own_menu_and_addresses(site, english):
    info(site, "Giới thiệu")
    info(site, "About", parent=english, locale=english.locale)
    assert menu("vi") == [["Giới thiệu"]]
    assert menu("en") == [["About"]]
    assert ask("vi").menu[0].url == "/gioi-thieu/"
    assert ask("en").menu[0].url == "/en/about/"


def test_nothing_is_in_the_menu_of_a_restricted_site(site):
    info(site, "Giới thiệu")
    PageViewRestriction.objects.create(page=site.home, restriction_type=PageViewRestriction.LOGIN)
    assert menu() == []
    assert ask().home_is_restricted


# Languages, identity, sites


def test_the_languages_are_those_with_a_live_home_page_the_source_first(site, english):
    assert [(x.code, x.url, x.title) for x in ask().languages] == [
        ("vi", "/", "Trang chủ"),
        ("en", "/en/", "Home"),
    ]
    assert ask("en").source_language.code == "vi"
    english.unpublish()
    assert [x.code for x in ask().languages] == ["vi"]
    assert ask("en").home is None
    assert ask("en").menu == []


def test_a_language_that_is_not_turned_on_has_no_surroundings(site):
    assert not Locale.objects.filter(language_code="en").exists()
    assert ask("en") is None


def test_the_identity_is_that_of_the_language_or_else_of_the_source(site, english):
    assert ask("en").identity == site.identity
    translated = IdentityFactory(site=site.site, locale=english.locale, name="Example Body")
    assert ask("en").identity == translated
    assert ask("vi").identity == site.identity
    site.identity.delete()
    assert ask("vi").identity is None


def test_a_host_that_no_site_has_and_no_default_site_has_no_surroundings(site):
    Site.objects.update(is_default_site=False)
    assert ask(host="testserver") is None


def test_two_sites_have_each_their_own(site):
    home = HomePageFactory(title="Trang khác", slug="khac")
    other = Site.objects.create(hostname="127.0.0.1", port=80, root_page=home)
    identity = IdentityFactory(site=other, name="Cơ quan khác")
    info(site, "Của trang đầu")
    info(site, "Của trang khác", parent=home)
    first, second = ask(host="localhost"), ask(host="127.0.0.1")
    assert [first.site, second.site] == [site.site, other]
    assert [first.home, second.home] == [site.home, home]
    assert [first.identity, second.identity] == [site.identity, identity]
    assert [i.title for i in first.menu] == ["Của trang đầu"]
    assert [i.title for i in second.menu] == ["Của trang khác"]
    assert [i.url for i in second.menu] == ["/cua-trang-khac/"]


# Remembering


def test_what_did_not_change_is_not_built_again(site):
    assert ask() is ask()
    assert ask("vi").remember("key", lambda: 1) == ask("vi").remember("key", lambda: 2) == 1


CHANGES = {
    "publish": lambda site, page: page.save_revision().publish(),
    "unpublish": lambda site, page: page.unpublish(),
    "delete": lambda site, page: page.delete(),
    "create": lambda site, page: InfoPageFactory(parent=site.home),
    "move": lambda site, page: page.move(site.home, "first-child"),
    "copy": lambda site, page: page.copy(update_attrs={"slug": "ban-sao", "title": "Bản sao"}),
    "slug": lambda site, page: (setattr(page, "slug", "khac"), page.save_revision().publish()),
    "article": lambda site, page: NewsPageFactory(parent=site.news),
    "restriction": lambda site, page: PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.LOGIN
    ),
    "restriction lifted": lambda site, page: PageViewRestriction.objects.get().delete(),
    "site": lambda site, page: set_and_save(site.site, site_name="Tên khác"),
    "new site": lambda site, page: Site.objects.create(hostname="x.example", root_page=page),
    "language": lambda site, page: locale("en"),
    "language off": lambda site, page: locale("fr").delete(),
    "identity": lambda site, page: set_and_save(site.identity, name="Tên khác"),
    "former name": lambda site, page: FormerNameFactory(identity=site.identity),
    "category": lambda site, page: NewsCategoryFactory(),
    "signing body": lambda site, page: SigningBodyFactory(),
    "image": lambda site, page: ImageFactory(),
    "image deleted": lambda site, page: ImageFactory._meta.model.objects.get().delete(),
    "document": lambda site, page: DocumentFactory(file=ContentFile(b"x", "x.pdf")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_that_readers_may_see_is_seen(site, change):
    page = InfoPageFactory(parent=HistoryIndexPageFactory(parent=site.home), title="Trang")
    if change == "restriction lifted":
        CHANGES["restriction"](site, page)
    if change == "language off":
        locale("fr")
    if change == "image deleted":
        ImageFactory()
    page.refresh_from_db()
    before, built = journal.position(), ask()
    CHANGES[change](site, page)
    assert journal.since(before).changes
    assert ask() is not built


def test_a_draft_that_is_kept_changes_nothing(site):
    page = info(site, "Trang")
    built = ask()
    page.title = "Nháp"
    revision = page.save_revision()
    page.title = "Nháp, lưu tự động"
    page.save_revision(overwrite_revision=revision)
    assert ask() is built
    assert menu() == [["Trang"]]


def test_people_and_renditions_change_nothing(site):
    image = ImageFactory()
    built = ask()
    UserFactory()
    image.get_rendition("width-10|format-webp")
    assert ask() is built


def test_readers_change_nothing(site, client):
    info(site, "Trang")
    client.get("/")
    before = journal.position()
    for path in ("/", "/trang/", "/tin-tuc/", "/khong-co/"):
        client.get(path)
    assert journal.since(before).changes == []


def test_a_change_that_is_rolled_back_leaves_nothing_behind(site):
    page = info(site, "Trước")
    built = ask()

    with transaction.atomic():
        page.title = "Không thành"
        page.save()
        assert menu() == [["Không thành"]]
        transaction.set_rollback(True)
    assert menu() == [["Trước"]]
    assert ask().languages == built.languages
    # The row of the next change may get the id of the one that was rolled back.
    InfoPageFactory(parent=site.home)
    assert menu() == [["Trước"]]


def test_another_process_sees_the_change(site):
    page = info(site, "Trước")
    assert menu() == [["Trước"]]
    here = surroundings._memory
    surroundings._memory = surroundings._Memory()
    assert menu() == [["Trước"]]
    page.title = "Sau"
    page.save_revision().publish()
    assert menu() == [["Sau"]]
    surroundings._memory = here
    assert menu() == [["Sau"]]


def test_a_site_that_another_process_has_changed_has_its_new_addresses_here(site):
    page = info(site, "Trang")
    ask()
    known = Site.get_site_root_paths()
    site.site.root_page = page
    site.site.save()
    # The memory of this process is as it was: the other one has cleared its own.
    cache.set(SITE_ROOT_PATHS_CACHE_KEY, known, version=SITE_ROOT_PATHS_CACHE_VERSION)
    ask()
    assert Site.get_site_root_paths()[0].root_path == page.url_path != known[0].root_path


def test_what_was_begun_before_a_change_is_not_kept_after_it(site, monkeypatch):
    page = info(site, "Trước")
    build = surroundings._build

    def slow_build(request, language):
        built = build(request, language)
        monkeypatch.setattr(surroundings, "_build", build)
        page.title = "Sau"
        page.save_revision().publish()
        # Another thread answers a reader meanwhile, and forgets what was known before the change.
        ask("en")
        return built

    monkeypatch.setattr(surroundings, "_build", slow_build)
    assert menu() == [["Trước"]]
    assert menu() == [["Sau"]]


def test_memory_is_bounded_whatever_hosts_are_asked_for(site, settings, monkeypatch):
    settings.ALLOWED_HOSTS = ["*"]
    monkeypatch.setattr(surroundings, "MEMORY_BOUND", 5)
    for n in range(23):
        assert ask(host=f"host-{n}.example").home == site.home
        assert len(surroundings._memory.built) <= 5
    surroundings.forget()
    for n in (0, 1, 2, 3, 4):
        ask(host=f"host-{n}.example")
    full = surroundings._memory
    ask(host="host-0.example")
    assert surroundings._memory is full


def test_a_journal_that_no_longer_reaches_back_makes_it_be_built_again(site):
    built = ask()
    Change.objects.all().delete()
    assert ask() is not built


# What is current


def test_a_request_is_not_answered_with_what_the_one_before_it_was(site, client):
    client.get("/")
    assert surroundings.current() is not None
    request_started.send(sender=None, environ={})
    assert surroundings.current() is None


def test_the_editor_knows_a_signing_body_that_is_newer_than_the_readers_last_page(site, client):
    older = SigningBodyFactory()
    article = NewsPageFactory(parent=site.news, body=[("signature", {"body": older})])
    client.get(article.get_url())
    newer = SigningBodyFactory(name="Van phong moi")
    article.body = [("signature", {"body": newer, "person": "", "role": ""})]
    article.save_revision()
    client.force_login(UserFactory(is_superuser=True))
    assert "Van phong moi" in client.get(f"/admin/pages/{article.pk}/edit/").content.decode()


def test_a_thread_begins_without_surroundings(site, client):
    client.get("/")
    found = []
    thread = Thread(target=lambda: found.append(surroundings.current()))
    thread.start()
    thread.join()
    assert found == [None]
