"""Addresses of pages in letters without marks, made from titles of any script."""

import json
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.actions.create_alias import CreatePageAliasIntegrityError
from wagtail.models import Page

from home.factories import HistoryIndexPageFactory, HistoryPageFactory, InfoPageFactory
from home.models import InfoPage
from news.factories import NewsPageFactory
from news.models import NewsCategory
from portal.factories import UserFactory, locale
from portal.folding import SLUG_FORMATTERS
from tests.translating import edit, submit, translated

pytestmark = pytest.mark.django_db

TITLE, SLUG = "Đảng bộ Khối các cơ quan tỉnh", "dang-bo-khoi-cac-co-quan-tinh"


def added(parent, title: str, **values) -> Page:
    """Add a page below ``parent`` as code does, without naming its slug."""
    return parent.add_child(instance=InfoPage(title=title, **values))


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        (TITLE, SLUG),
        ("Điện lực Đông Triều: 5 việc cần làm!", "dien-luc-dong-trieu-5-viec-can-lam"),
        ("Thông tin mới nhất", "thong-tin-moi-nhat"),
        ("Ưu tiên số 1 – Uỷ ban kiểm tra", "uu-tien-so-1-uy-ban-kiem-tra"),
        ("首页", "shouye"),
        ("新闻中心", "xinwenzhongxin"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_slug_is_made_from_the_title(site, title, slug, form):
    page = added(site.home, unicodedata.normalize(form, title))
    assert page.slug == slug
    assert unicodedata.is_normalized("NFC", page.title)


def test_the_same_title_again_gets_a_number(site):
    assert [added(site.home, TITLE).slug for _ in range(3)] == [SLUG, f"{SLUG}-2", f"{SLUG}-3"]


def test_the_same_title_elsewhere_gets_none(site):
    parent = added(site.home, "Mục")
    assert added(site.home, TITLE).slug == added(parent, TITLE).slug == SLUG


def test_a_title_of_signs_alone_is_refused_at_the_field(site):
    with pytest.raises(ValidationError) as refusal:
        added(site.home, "!!!")
    assert refusal.value.message_dict.keys() == {"slug"}


def test_a_long_title_gets_an_address_that_fits(site):
    page = added(site.home, "Hội nghị " * 28)
    assert len(page.slug) <= 255
    assert page.slug.startswith("hoi-nghi-hoi-nghi")


def test_a_slug_typed_with_marks_is_stored_without_them(site, client):
    client.force_login(UserFactory(is_superuser=True))
    path = reverse("wagtailadmin_pages:add", args=["home", "infopage", site.home.pk])
    response = client.post(
        path, {"title": TITLE, "slug": "đảng-bộ", "action-publish": "1", "body-count": "0"}
    )
    assert response.status_code == 302
    assert Page.objects.get(title=TITLE).slug == "dang-bo"


def test_the_slug_field_of_the_admin_folds_while_one_types(site, client):
    client.force_login(UserFactory(is_superuser=True))
    path = reverse("wagtailadmin_pages:add", args=["home", "infopage", site.home.pk])
    widget = client.get(path).context["form"].fields["slug"].widget
    given = json.loads(widget.attrs["data-w-slug-formatters-value"])
    assert [(pattern, replacement) for (pattern, _flags), replacement in given] == SLUG_FORMATTERS


def test_a_category_gets_a_slug_of_its_name(site):
    category = NewsCategory.objects.create(name=TITLE, locale=locale("vi"))
    assert category.slug == SLUG


# Copying


def test_a_copy_gets_an_address_of_its_own(site, client):
    client.force_login(UserFactory(is_superuser=True))
    page = NewsPageFactory(parent=site.news, title=TITLE)
    path = reverse("wagtailadmin_pages:copy", args=[page.pk])
    data = {"new_title": TITLE, "new_slug": SLUG, "new_parent_page": site.news.pk}
    taken = client.post(path, data)
    assert taken.context["form"].errors["new_slug"]
    client.post(path, {**data, "new_slug": f"{SLUG}-2"})
    slugs = site.news.get_children().order_by("path").values_list("slug", flat=True)
    assert list(slugs) == [SLUG, f"{SLUG}-2"]


def test_a_copy_is_no_alias_whoever_asks_for_one(site, client):
    page = InfoPageFactory(parent=site.home, title="Một trang", slug="mot-trang")
    client.force_login(UserFactory(is_superuser=True))
    path = reverse("wagtailadmin_pages:copy", args=[page.pk])
    assert 'name="alias"' not in client.get(path).content.decode()
    form = {"new_title": "Bản sao", "new_slug": "ban-sao", "new_parent_page": site.home.pk}
    assert client.post(path, {**form, "alias": "on"}).status_code == 302
    assert Page.objects.get(slug="ban-sao").alias_of is None
    with pytest.raises(CreatePageAliasIntegrityError):
        page.create_alias(update_slug="bi-danh")


def test_the_address_of_a_copy_has_no_marks_either(site, client):
    client.force_login(UserFactory(is_superuser=True))
    page = NewsPageFactory(parent=site.news, title=TITLE)
    path = reverse("wagtailadmin_pages:copy", args=[page.pk])
    data = {"new_title": "Bản sao", "new_slug": "bản-sao", "new_parent_page": site.news.pk}
    response = client.post(path, data)
    assert response.status_code == 200
    assert response.context["form"].errors["new_slug"]
    assert site.news.get_children().count() == 1


def test_copying_a_section_keeps_the_addresses_below_it(site):
    index = HistoryIndexPageFactory(parent=site.home)
    HistoryPageFactory(parent=index, title=TITLE)
    copied = index.copy(
        recursive=True, update_attrs={"slug": "ban-sao", "title": "Bản sao"}, to=site.home
    )
    assert [page.slug for page in copied.get_children()] == [SLUG]


# Translating


def test_a_submitted_page_keeps_the_slug_of_its_original_until_it_is_translated(site):
    translated(site.home, words=lambda text: "Home")
    page = edit(InfoPageFactory(parent=site.home, title=TITLE))
    submit(page)
    assert page.get_translation(locale("en")).slug == SLUG


def test_a_translated_page_gets_a_slug_of_its_translated_title(site):
    translated(site.home, words=lambda text: "Home")
    page = edit(InfoPageFactory(parent=site.home, title=TITLE))
    english = translated(page, words=lambda text: "Party Committee of Agencies")
    assert english.slug == "party-committee-of-agencies"
    assert page.slug == SLUG


def test_two_translations_of_the_same_words_get_two_addresses(site):
    translated(site.home, words=lambda text: "Home")
    pages = [edit(InfoPageFactory(parent=site.home)) for _ in range(2)]
    slugs = [translated(page, words=lambda text: "Page").slug for page in pages]
    assert slugs == ["page", "page-1"]


def test_a_translated_category_gets_a_slug_of_its_translated_name(site):
    category = NewsCategory.objects.create(name=TITLE, locale=locale("vi"))
    assert translated(category, words=lambda text: "Party work").slug == "party-work"
