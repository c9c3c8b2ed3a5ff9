"""Edits through the views of the admin, as an editor's browser makes them."""

from PIL import Image as Picture
from wagtail.test.utils.form_data import streamfield

from home.models import HistoryPage, HomePage, InfoPage
from news.models import NewsCategory, NewsIndexPage, NewsPage
from portal.factories import image_file
from portal.models import Identity, PortalImage, SigningBody
from tests.editing import edit_url, fill_in
from tests.oracle.edits.asking import articles, below_homes, expendable, post
from tests.oracle.edits.tree import FEWEST_ARTICLES


def _form_pages():
    """Pages whose whole text is in fields of their form, and which nothing keeps from saving."""
    found = below_homes().type((NewsPage, InfoPage, HistoryPage))
    return [page for page in found.filter(locale__language_code="vi") if page.get_lock() is None]


def publish_in_admin(world, pick):
    if (page := pick.one(_form_pages())) is None:
        return None
    form = fill_in(
        world.browser, edit_url(page), title=world.text("Đăng"), slug=page.slug, expire_at=""
    )
    post(world, edit_url(page), {**form, "action-publish": "1"})
    return f"page {page.pk} published in the admin"


def draft_in_admin(world, pick):
    if (page := pick.one(_form_pages())) is None:
        return None
    form = fill_in(world.browser, edit_url(page), title=world.text("Nháp"), slug=page.slug)
    post(world, edit_url(page), form)
    return f"page {page.pk} drafted in the admin"


def create_in_admin(world, pick):
    parent = pick.one(NewsIndexPage.objects.filter(locale__language_code="vi"))
    category = pick.one(NewsCategory.objects.filter(locale__language_code="vi").order_by("pk"))
    if parent is None or category is None or articles().count() > 24:
        return None
    url = f"/admin/pages/add/news/newspage/{parent.pk}/"
    form = fill_in(
        world.browser, url, title=world.text("Tạo"), slug=f"tao-{pick.number(1, 10**9)}",
        lead=world.text("Dẫn"), category=str(category.pk), body=streamfield([]),
    )  # fmt: skip
    action = {"action-publish": "1"} if pick.number(0, 2) else {}
    post(world, url, {**form, **action})
    return "article created in the admin"


def unpublish_in_admin(world, pick):
    page = pick.one(expendable().filter(live=True))
    if page is None or articles().filter(live=True).count() < FEWEST_ARTICLES:
        return None
    data = {"include_descendants": "on"} if pick.number(0, 1) else {}
    post(world, f"/admin/pages/{page.pk}/unpublish/", data)
    return f"page {page.pk} unpublished in the admin"


def delete_in_admin(world, pick):
    page = pick.one(expendable())
    if page is None or articles().count() < FEWEST_ARTICLES:
        return None
    post(world, f"/admin/pages/{page.pk}/delete/", {})
    return f"page {page.pk} deleted in the admin"


def move_in_admin(world, pick):
    page = pick.one(InfoPage.objects.filter(locale__language_code="vi").order_by("pk"))
    if page is None:
        return None
    parents = [
        *HomePage.objects.filter(locale=page.locale_id),
        *InfoPage.objects.filter(locale=page.locale_id, depth__lt=5).order_by("pk"),
    ]
    parent = pick.one([p for p in parents if not p.path.startswith(page.path)])
    if parent is None:
        return None
    post(world, f"/admin/pages/{page.pk}/move/{parent.pk}/confirm/", {})
    return f"page {page.pk} moved below {parent.pk} in the admin"


def order_in_admin(world, pick):
    if (page := pick.one(below_homes())) is None:
        return None
    position = pick.number(0, 5)
    post(world, f"/admin/pages/{page.pk}/set_position/?position={position}", {}, 200)
    return f"page {page.pk} put at {position} in the admin"


def privacy_in_admin(world, pick):
    restricted = below_homes().exclude(view_restrictions=None)
    page = pick.one([*restricted[:1], *below_homes()])
    if page is None:
        return None
    kind = "none" if page.view_restrictions.exists() or restricted.count() > 2 else "login"
    post(world, f"/admin/pages/{page.pk}/privacy/", {"restriction_type": kind, "password": ""}, 200)
    return f"privacy of page {page.pk} set to {kind} in the admin"


def act_on_many(world, pick):
    pages = [page for page in expendable() if pick.number(0, 7) == 0]
    action = pick.one(["publish", "publish", "unpublish", "delete"])
    if not pages:
        return None
    if action != "publish" and articles().count() < FEWEST_ARTICLES + len(pages):
        action = "publish"
    query = "&".join(f"id={page.pk}" for page in pages)
    url = f"/admin/bulk/wagtailcore/page/{action}/?{query}&next=/admin/pages/"
    post(world, url, {"include_descendants": "on"})
    return f"{action} of pages {[page.pk for page in pages]} in the admin"


def edit_snippet_in_admin(world, pick):
    model = pick.one([NewsCategory, SigningBody, Identity])
    found = pick.one(model.objects.filter(locale__language_code="vi").order_by("pk"))
    if found is None:
        return None
    url = f"/admin/snippets/{model._meta.app_label}/{model._meta.model_name}/edit/{found.pk}/"
    form = fill_in(world.browser, url, name=world.text("Tên"))
    post(world, url, form)
    return f"{model.__name__} {found.pk} edited in the admin"


def edit_image_in_admin(world, pick):
    if (image := pick.one(PortalImage.objects.order_by("pk"))) is None:
        return None
    url = f"/admin/images/{image.pk}/"
    form = fill_in(world.browser, url, credit=world.text("Ảnh của"))
    form.pop("file", None)
    post(world, url, form)
    return f"picture {image.pk} edited in the admin"


def replace_image_in_admin(world, pick):
    if (image := pick.one(PortalImage.objects.order_by("pk"))) is None:
        return None
    url = f"/admin/images/{image.pk}/"
    picture = Picture.new("RGB", (64, 48), (pick.number(0, 255), pick.number(0, 255), 9))
    form = fill_in(world.browser, url)
    form["file"] = image_file(picture, f"anh-{pick.number(1, 10**9)}")
    post(world, url, form)
    return f"picture {image.pk} replaced in the admin"


EDITS = [
    publish_in_admin, publish_in_admin, draft_in_admin, create_in_admin, unpublish_in_admin,
    delete_in_admin, move_in_admin, order_in_admin, privacy_in_admin, act_on_many,
    edit_snippet_in_admin, edit_image_in_admin, replace_image_in_admin,
]  # fmt: skip
