"""What the admin does in ways of its own touches all it should, with the change or not at all."""

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Locale, Page, PageViewRestriction

from home.factories import InfoPageFactory
from home.models import InfoPage
from news.factories import NewsCategoryFactory, NewsPageFactory
from news.models import NewsCategory
from portal.factories import DocumentFactory, ImageFactory, SigningBodyFactory
from tests.editing import edit_url, fill_in, sign_in
from tests.touching import (
    below,
    children,
    fresh,
    hard,
    named,
    own,
    picture,
    placed,
    plain_page,
    soft,
    touched,
)
from tests.translating import edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(site):
    return plain_page(site)


# The admin's own ways


@pytest.fixture
def administrator(site):
    return sign_in(is_superuser=True)


def bulk(browser, kind: str, action: str, *instances, **data) -> None:
    keys = "&".join(f"id={instance.pk}" for instance in instances)
    response = browser.post(f"/admin/bulk/{kind}/{action}/?{keys}&next=/admin/", data)
    assert response.status_code == 302


def test_pages_unpublished_and_published_together(site, administrator):
    pages = [InfoPageFactory(parent=site.home) for _ in range(2)]
    found = touched(lambda: bulk(administrator, "wagtailcore/page", "unpublish", *pages))
    for page in pages:
        assert found[own(page)] is found[below(page)] is True
    for page in pages:
        fresh(page).save_revision()
    found = touched(lambda: bulk(administrator, "wagtailcore/page", "publish", *pages))
    for page in pages:
        expected = soft(own(page)) | placed(page, site.home)
        assert {tag: found[tag] for tag in expected} == expected


def test_pages_deleted_together_with_what_is_beneath_them(site, administrator):
    pages = [InfoPageFactory(parent=site.home) for _ in range(2)]
    child = InfoPageFactory(parent=pages[0])
    found = touched(lambda: bulk(administrator, "wagtailcore/page", "delete", *map(fresh, pages)))
    assert not InfoPage.objects.filter(pk__in=[p.pk for p in (*pages, child)]).exists()
    for page in (*pages, child):
        assert found[own(page)] is found[below(page)] is True


def test_pages_moved_together(site, administrator):
    pages = [InfoPageFactory(parent=site.home) for _ in range(2)]
    other = InfoPageFactory(parent=site.home, slug="noi-khac")
    found = touched(
        lambda: bulk(
            administrator, "wagtailcore/page", "move", *map(fresh, pages), chooser=other.pk
        )
    )
    for page in pages:
        assert fresh(page).get_parent().pk == other.pk
        assert found[own(page)] is found[below(page)] is True
    assert children(other) in found


def test_files_deleted_together(administrator):
    images = [ImageFactory(file=picture("red")) for _ in range(2)]
    documents = [DocumentFactory(file=ContentFile(b"x", "x.pdf")) for _ in range(2)]
    rows = [named(file)[0] for file in (*images, *documents)]

    def delete():
        bulk(administrator, "portal/portalimage", "delete", *images)
        bulk(administrator, "portal/portaldocument", "delete", *documents)

    found = touched(delete)
    assert {tag: found[tag] for tag in rows} == hard(*rows)


def test_snippets_deleted_together(administrator):
    bodies = [SigningBodyFactory() for _ in range(2)]
    rows = [named(body)[0] for body in bodies]
    found = touched(lambda: bulk(administrator, "portal/signingbody", "delete", *bodies))
    assert {tag: found[tag] for tag in rows} == hard(*rows)


def test_files_put_into_another_collection_together(administrator):
    kept = Collection.get_first_root_node().add_child(name="Nội bộ")
    image = ImageFactory(file=picture("red"))
    document = DocumentFactory(file=ContentFile(b"x", "x.pdf"))

    def move():
        bulk(administrator, "portal/portalimage", "add_to_collection", image, collection=kept.pk)
        bulk(
            administrator,
            "portal/portaldocument", "add_to_collection", document, collection=kept.pk,
        )  # fmt: skip

    found = touched(move)
    image.refresh_from_db()
    document.refresh_from_db()
    assert image.collection == document.collection == kept
    assert found == hard(named(image)[0], named(document)[0])


def test_the_order_the_privacy_and_the_text_of_a_page(site, administrator, page):
    InfoPageFactory(parent=site.home)
    found = touched(lambda: administrator.post(f"/admin/pages/{page.pk}/set_position/?position=2"))
    assert found == soft(own(page), "pages", "structure", children(site.home))
    found = touched(
        lambda: administrator.post(
            f"/admin/pages/{page.pk}/privacy/", {"restriction_type": PageViewRestriction.LOGIN}
        )
    )
    assert found[own(page)] is found[below(page)] is True
    found = touched(
        lambda: administrator.post(
            f"/admin/pages/{page.pk}/privacy/", {"restriction_type": PageViewRestriction.NONE}
        )
    )
    assert found[own(page)] is found[below(page)] is True
    form = fill_in(administrator, edit_url(page), title="Bản nháp mới")
    assert touched(lambda: administrator.post(edit_url(page), form)) == {}
    form["action-publish"] = "1"
    assert touched(lambda: administrator.post(edit_url(page), form)) == soft(own(page), "pages")


# With the change, or not at all

CHANGES = {
    "page": lambda page: edit(page, title="Khác"),
    "unpublish": lambda page: page.unpublish(),
    "delete": lambda page: page.delete(),
    "restrict": lambda page: PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.LOGIN
    ),
    "category": lambda page: NewsCategoryFactory(),
    "picture": lambda page: ImageFactory(file=picture("red")),
    "redirect": lambda page: Redirect.objects.create(old_path="/cu", redirect_link="/moi/"),
    "language": lambda page: Locale.objects.create(language_code="en"),
    "article": lambda page: NewsPageFactory(
        parent=Page.objects.get(slug="tin-tuc").specific, category=NewsCategory.objects.get()
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_is_taken_back_leaves_nothing(page, change):
    def take_back():
        with transaction.atomic():
            assert touched(lambda: CHANGES[change](page))
            transaction.set_rollback(True)

    assert touched(take_back) == {}


@pytest.mark.parametrize("change", ["page", "unpublish", "delete", "article"])
def test_a_page_changes_in_one_transaction_with_what_it_writes(page, change, monkeypatch):
    """Wherever the process is stopped: there is no change without its rows, nor rows without it.

    What is no page is written by requests of the admin and by commands, each in a transaction.
    """
    around = len(connection.atomic_blocks)
    depths = []
    monkeypatch.setattr(
        "portal.pagecache.changes.touch", lambda *_tags, **_how: depths.append(depth())
    )

    def depth():
        return len(connection.atomic_blocks) - around

    CHANGES[change](page)
    assert depths
    assert min(depths) > 0


def test_what_an_editor_saves_is_one_transaction_with_what_it_writes(administrator, monkeypatch):
    outermost = []
    around = len(connection.atomic_blocks)
    monkeypatch.setattr(
        "portal.pagecache.changes.touch",
        lambda *_tags, **_how: outermost.append(len(connection.atomic_blocks) > around),
    )
    body = SigningBodyFactory()
    outermost.clear()
    url = f"/admin/snippets/portal/signingbody/edit/{body.pk}/"
    assert administrator.post(url, fill_in(administrator, url, name="Khác")).status_code == 302
    assert outermost
    assert all(outermost)
