"""Pages stay where they are put, whoever saves a page that was read before."""

import pytest
from django.urls import resolve
from wagtail import hooks
from wagtail.models import Page

from home.factories import InfoPageFactory
from home.models import InfoPage
from portal.tree import RESHAPING
from tests.editing import edit_url, fill_in, sign_in
from tests.touching import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def section(site):
    """A section with a page beneath it."""
    section = fresh(InfoPageFactory(parent=site.home, slug="muc"))
    InfoPageFactory(parent=section, slug="trang")
    return section


@pytest.fixture
def page(section):
    return InfoPage.objects.get(slug="trang")


@pytest.fixture(autouse=True)
def tree_is_sound(site):
    yield
    assert not any(Page.find_problems())


def stored(page) -> tuple[str, str]:
    found = InfoPage.objects.get(pk=page.pk)
    return found.title, found.url_path


def test_a_page_that_was_moved_meanwhile_stays_there(site, page):
    other = InfoPageFactory(parent=site.home, slug="muc-khac")
    fresh(page).move(other, "last-child")
    page.title = "Tên khác"
    page.save()
    assert stored(page) == ("Tên khác", f"{other.url_path}trang/")
    assert page.get_parent().pk == other.pk


def test_a_page_that_was_moved_meanwhile_gets_its_new_slug_there(site, page):
    other = InfoPageFactory(parent=site.home, slug="muc-khac")
    # Remembered with the page, as views do.
    page.get_parent()
    fresh(page).move(other, "last-child")
    page.slug = "ten-moi"
    page.save()
    assert stored(page)[1] == f"{other.url_path}ten-moi/"


def test_a_page_below_one_that_got_another_slug_meanwhile_follows_it(section, page):
    section.slug = "muc-moi"
    section.save()
    page.title = "Tên khác"
    page.save()
    assert stored(page) == ("Tên khác", f"{section.url_path}trang/")


def test_a_page_beneath_which_others_added_one_meanwhile_knows_of_it(section):
    InfoPageFactory(parent=fresh(section), slug="them")
    section.title = "Tên khác"
    section.save()
    assert fresh(section).get_children().count() == 2


def test_pages_that_changed_their_order_meanwhile_keep_it(section, page):
    second = InfoPageFactory(parent=fresh(section), slug="thu-hai")
    second.move(fresh(page), "left")
    page.save()
    slugs = list(fresh(section).get_children().values_list("slug", flat=True))
    assert slugs == ["thu-hai", "trang"]


def test_a_page_is_added_at_the_address_that_others_gave_its_parent_meanwhile(site, section):
    read_before = fresh(section)
    section.slug = "muc-moi"
    section.save()
    added = InfoPageFactory(parent=read_before, slug="them")
    assert stored(added)[1] == f"{site.home.url_path}muc-moi/them/"


def test_every_view_that_changes_the_tree_finds_it_at_rest():
    addresses = [
        "/admin/bulk/wagtailcore/page/move/",
        "/admin/localize/submit/page/1/",
        "/admin/pages/add/home/infopage/1/",
        "/admin/pages/1/copy/",
        "/admin/pages/1/delete/",
        "/admin/pages/1/move/2/confirm/",
        "/admin/pages/1/set_position/",
    ]
    assert {resolve(address).view_name for address in addresses} == RESHAPING


def test_what_others_deleted_meanwhile_does_not_come_back(page):
    fresh(page).delete()
    with pytest.raises(Page.DoesNotExist):
        page.save()
    assert not InfoPage.objects.filter(slug="trang").exists()


@pytest.mark.parametrize(
    ("hook", "address", "data"),
    [
        ("before_edit_page", "edit/", {}),
        ("before_edit_page", "edit/", {"action-publish": "1"}),
        ("before_unpublish_page", "unpublish/", {}),
    ],
    ids=["draft", "publish", "unpublish"],
)
def test_an_editor_is_told_that_others_deleted_the_page_meanwhile(page, hook, address, data):
    browser = sign_in(is_superuser=True)
    if address == "edit/":
        data = {**fill_in(browser, edit_url(page), title="Tên khác"), **data}

    def delete(request, *_page):
        fresh(page).delete()

    with hooks.register_temporarily(hook, delete):
        answer = browser.post(f"/admin/pages/{page.pk}/{address}", data)
    assert answer.status_code == 404
    assert "wagtailadmin/404.html" in [template.name for template in answer.templates]
