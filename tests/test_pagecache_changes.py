"""Every change that readers may see writes exactly its tags to the journal, with the change."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.models import Filter
from wagtail.models import Collection, CollectionViewRestriction, Locale, PageViewRestriction, Site

from home.factories import InfoPageFactory, LocationMapPageFactory, PlaceFactory
from news.factories import NewsCategoryFactory, NewsPageFactory
from news.models import RelatedNews
from portal.factories import (
    DocumentFactory,
    FormerNameFactory,
    ImageFactory,
    SigningBodyFactory,
    locale,
)
from portal.surroundings import MENU
from tests.touching import (
    below,
    children,
    fresh,
    hard,
    languages,
    named,
    own,
    picture,
    placed,
    plain_page,
    set_and_save,
    soft,
    touched,
)
from tests.translating import edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(site):
    return plain_page(site)


# Pages


def test_a_new_page(site):
    made = []
    found = touched(lambda: made.append(InfoPageFactory(parent=site.home)))
    assert found == soft(own(made[0])) | placed(made[0], site.home)


def test_a_new_draft(site):
    assert touched(lambda: InfoPageFactory(parent=site.home, live=False)) == {}


def test_a_published_change_of_the_text(page):
    found = touched(lambda: edit(page, title="Tên khác"))
    assert found == soft(own(page), "pages")


def test_a_draft_that_is_saved(page):
    def save():
        page.title = "Nháp"
        revision = page.save_revision()
        page.title = "Nháp, lưu tự động"
        page.save_revision(overwrite_revision=revision)

    assert touched(save) == {}


def test_a_change_of_what_is_not_live(site):
    draft = InfoPageFactory(parent=site.home, live=False)
    assert touched(lambda: set_and_save(fresh(draft), title="Khác", slug="khac")) == {}
    assert touched(lambda: fresh(draft).delete()) == {}


def test_a_draft_above_live_pages_that_is_moved_or_gets_another_address(site, page):
    draft = InfoPageFactory(parent=site.home, live=False)
    InfoPageFactory(parent=draft, live=False)
    assert touched(lambda: set_and_save(fresh(draft), slug="cho-khac")) == {}
    InfoPageFactory(parent=draft)
    expected = hard(below(draft)) | soft("missing", "pages", "structure")
    assert touched(lambda: set_and_save(fresh(draft), slug="khac")) == expected
    assert touched(lambda: fresh(draft).move(page, pos="last-child")) == expected


def test_a_draft_above_live_pages_that_is_put_elsewhere_among_its_siblings(site, page):
    draft = InfoPageFactory(parent=site.home, live=False)
    assert touched(lambda: fresh(draft).move(fresh(page), pos="left")) == soft("structure")
    InfoPageFactory(parent=fresh(draft))
    found = touched(lambda: fresh(draft).move(fresh(page), pos="right"))
    assert found == soft("pages", "structure")


def test_a_draft_that_goes_live_at_another_address(site):
    draft = InfoPageFactory(parent=site.home, live=False)
    InfoPageFactory(parent=draft)
    found = touched(lambda: edit(fresh(draft), slug="khac"))
    assert found == hard(own(draft), below(draft)) | placed(draft, site.home)


@pytest.mark.parametrize("act", ["unpublish", "delete"])
def test_a_page_that_goes(site, page, act):
    found = touched(getattr(page, act))
    assert found == hard(own(page), below(page)) | placed(page, site.home)


def test_a_tree_that_is_deleted_touches_every_live_page_in_it(site, page):
    child = InfoPageFactory(parent=page)
    draft = InfoPageFactory(parent=child, live=False)
    grandchild = InfoPageFactory(parent=draft)
    found = touched(fresh(page).delete)
    expected = {}
    for gone, parent in ((page, site.home), (child, page), (grandchild, draft)):
        expected |= hard(own(gone), below(gone)) | placed(gone, parent)
    assert found == expected


def test_an_address_that_changes_touches_the_old_one_and_the_new_one(site, page):
    InfoPageFactory(parent=page)
    found = touched(lambda: edit(fresh(page), slug="khac"))
    # Whatever was made of the tree beneath, at the old addresses too, bears "below".
    assert found == hard(own(page), below(page)) | placed(page, site.home)
    # In the same transaction as the redirects from the old addresses.
    assert Redirect.objects.filter(old_path="/trang").exists()


def test_a_tree_that_moves(site, page):
    InfoPageFactory(parent=page)
    other = InfoPageFactory(parent=site.home, slug="noi-khac")
    found = touched(lambda: fresh(page).move(fresh(other), "last-child"))
    tags = hard(own(page), below(page)) | placed(page, other)
    # The list that it leaves has shown it, and bears its tag.
    assert {**found, children(site.home): False} == {**tags, children(site.home): False}


def test_a_new_order(site, page):
    InfoPageFactory(parent=site.home)
    found = touched(lambda: fresh(page).move(fresh(site.home), "last-child"))
    assert found == soft(own(page), "pages", "structure", children(site.home))


@pytest.mark.parametrize("in_step", ["set", "lifted"])
def test_a_restriction(site, page, in_step):
    def restrict():
        return PageViewRestriction.objects.create(
            page=page, restriction_type=PageViewRestriction.LOGIN
        )

    act = restrict if in_step == "set" else restrict().delete
    found = touched(act)
    assert found == hard(own(page), below(page), children(site.home)) | soft(
        "missing", "pages", languages(page)
    )


def test_a_restriction_on_a_draft_above_live_pages(site):
    draft = InfoPageFactory(parent=site.home, live=False)
    found = touched(
        lambda: PageViewRestriction.objects.create(
            page=draft, restriction_type=PageViewRestriction.LOGIN
        )
    )
    assert found == hard(below(draft), "missing", "pages")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(None, 9, hard), (9, 5, hard), (5, 9, soft), (5, None, soft)],
    ids=["an end", "an earlier end", "a later end", "no end"],
)
def test_a_page_that_gets(site, page, before, after, expected):
    def end(days):
        return days and timezone.now() + timedelta(days=days)

    edit(page, expire_at=end(before))
    found = touched(lambda: edit(fresh(page), expire_at=end(after)))
    assert found == expected(own(page)) | placed(page, site.home)


def test_rows_that_are_edited_with_a_page(site):
    page = LocationMapPageFactory(parent=site.home)
    found = touched(lambda: PlaceFactory(page=page))
    assert found.pop(own(page)) is False
    assert set(found) <= {"rows:home.place", *[t for t in found if t.startswith("translations:")]}


def test_an_article_chosen_beside_another(site):
    first, second = (NewsPageFactory(parent=site.news) for _ in range(2))
    found = touched(
        lambda: RelatedNews.objects.create(article=first, page=second, locale=first.locale)
    )
    assert own(first) in found
    assert own(second) not in found


def test_the_number_in_an_old_address_touches_what_is_missing(page):
    assert "missing" in touched(lambda: edit(page, legacy_number=221132))
    assert "missing" in touched(lambda: edit(page, legacy_number=221133))
    assert "missing" not in touched(lambda: edit(page, title="Tên khác"))


# The menu


@pytest.fixture
def in_menu(site):
    return fresh(InfoPageFactory(parent=site.home, slug="muc", show_in_menus=True))


@pytest.mark.parametrize(
    ("change", "is_hard"),
    [
        (lambda p, site: edit(p, title="Tên khác"), False),
        (lambda p, site: edit(p, listing_title="Ngắn"), False),
        (lambda p, site: edit(p, show_in_menus=False), False),
        (lambda p, site: p.move(fresh(site.home), "last-child"), False),
        (lambda p, site: edit(p, expire_at=timezone.now() + timedelta(days=1)), True),
        (lambda p, site: edit(p, slug="khac"), True),
        (lambda p, site: p.unpublish(), True),
        (lambda p, site: p.delete(), True),
        (
            lambda p, site: PageViewRestriction.objects.create(
                page=p, restriction_type=PageViewRestriction.LOGIN
            ),
            True,
        ),
    ],
    ids=[
        "title",
        "short title",
        "taken out",
        "order",
        "end",
        "slug",
        "unpublish",
        "delete",
        "restrict",
    ],
)
def test_what_the_menu_shows_touches_it(site, in_menu, change, is_hard):
    InfoPageFactory(parent=site.home)
    assert touched(lambda: change(in_menu, site))[MENU] is is_hard


def test_a_page_of_the_menu_that_moves_below_a_restricted_one_leaves_it_at_once(site, in_menu):
    kept = InfoPageFactory(parent=site.home, slug="noi-bo")
    PageViewRestriction.objects.create(page=kept, restriction_type=PageViewRestriction.LOGIN)
    assert touched(lambda: in_menu.move(fresh(kept), "last-child"))[MENU] is True


def test_what_the_menu_does_not_show_leaves_it_alone(site, in_menu, page):
    assert MENU not in touched(lambda: edit(in_menu, listing_summary="Tóm tắt khác"))
    assert MENU not in touched(lambda: edit(page, title="Tên khác", slug="khac"))
    assert MENU not in touched(page.unpublish)


# Snippets, settings, files, addresses


@pytest.mark.parametrize("make", [NewsCategoryFactory, SigningBodyFactory])
def test_a_snippet(db, make):
    made = []
    found = touched(lambda: made.append(make()))
    snippet = made[0]
    row, rows = named(snippet)
    everything = soft(row, rows, languages(snippet))
    # Making the first one may turn its language on.
    assert {tag: found[tag] for tag in everything} == everything
    assert touched(lambda: set_and_save(snippet, name="Tên khác")) == everything
    assert touched(snippet.delete) == everything | hard(row)


def test_the_identity_and_its_former_names(site):
    row, rows = named(site.identity)
    found = touched(lambda: set_and_save(site.identity, name="Tên khác"))
    assert found == soft(row, rows, languages(site.identity))
    former = FormerNameFactory(identity=site.identity)
    found = touched(lambda: set_and_save(former, name="Tên cũ khác"))
    assert found == soft(row, "rows:portal.formername", languages(former))
    assert touched(former.delete)[row] is True


def test_a_picture(db):
    image = ImageFactory(file=picture("red"))
    row, rows = named(image)
    assert touched(lambda: set_and_save(image, title="Tên khác")) == soft(row, rows)
    assert touched(lambda: set_and_save(image, file=picture("blue"))) == soft(rows) | hard(row)
    assert touched(image.delete) == soft(rows) | hard(row)


def test_sizes_of_a_picture_that_are_made_later_touch_it(site):
    image = ImageFactory(file=picture("red"))
    page = NewsPageFactory(parent=site.news, lead_image=image, lead_image_is_decorative=True)
    row, _rows = named(image)
    assert touched(lambda: edit(page, title="Tên khác"))[row] is False
    assert image.find_existing_renditions(Filter("width-10")) == {}
    assert touched(lambda: image.get_rendition("width-10")) == {}


def test_a_document(db):
    document = DocumentFactory(file=ContentFile(b"x", "x.pdf"))
    row, rows = named(document)
    assert touched(lambda: set_and_save(document, title="Tên khác")) == soft(row, rows)
    found = touched(lambda: set_and_save(document, file=ContentFile(b"y", "y.pdf")))
    assert found == soft(rows) | hard(row)
    assert touched(document.delete) == soft(rows) | hard(row)


def test_a_redirect(site):
    made = []
    found = touched(
        lambda: made.append(Redirect.objects.create(old_path="/cu", redirect_link="/moi/"))
    )
    row, rows = named(made[0])
    assert found == soft(row, rows, "missing")
    assert touched(lambda: set_and_save(made[0], redirect_link="/khac/")) == found
    assert touched(made[0].delete) == soft(rows, "missing") | hard(row)


@pytest.mark.parametrize(
    "act",
    [
        lambda site: set_and_save(site.site, site_name="Tên khác"),
        lambda site: Site.objects.create(hostname="x.example", root_page=site.home),
        lambda site: Locale.objects.create(language_code="en"),
        lambda site: locale("fr").delete(),
    ],
    ids=["site", "new site", "language", "language off"],
)
def test_sites_and_languages_touch_everything(site, act):
    assert touched(lambda: act(site)) == hard("*")


@pytest.mark.parametrize(
    "make",
    [
        lambda site: site.site,
        lambda site: site.home.locale,
        lambda site: site.identity,
        lambda site: NewsCategoryFactory(),
        lambda site: ImageFactory(file=picture("red")),
        lambda site: DocumentFactory(file=ContentFile(b"x", "x.pdf")),
    ],
    ids=["site", "language", "identity", "category", "image", "document"],
)
def test_what_is_saved_as_it_was_touches_nothing(site, make):
    row = make(site)
    assert touched(lambda: fresh(row).save()) == {}


def test_the_privacy_of_a_collection_touches_the_files_in_it_and_beneath(db):
    root = Collection.get_first_root_node()
    kept = root.add_child(name="Nội bộ")
    deeper = kept.add_child(name="Sâu hơn")
    image = ImageFactory(collection=kept, file=picture("red"))
    document = DocumentFactory(collection=deeper, file=ContentFile(b"x", "x.pdf"))
    ImageFactory(file=picture("blue"))
    made = []
    found = touched(
        lambda: made.append(
            CollectionViewRestriction.objects.create(
                collection=kept, restriction_type=CollectionViewRestriction.LOGIN
            )
        )
    )
    assert found == hard(named(image)[0], named(document)[0])
    assert touched(made[0].delete) == found


def test_people_and_roles_touch_nothing(site):
    assert touched(lambda: Group.objects.create(name="Nhóm")) == {}
    assert touched(lambda: call_command("setup_roles", verbosity=0)) == {}
