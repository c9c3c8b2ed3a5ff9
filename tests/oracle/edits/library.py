"""Edits of what pages are made from: pictures, files, snippets, the identity, places, sections."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction

from home.models import HistoryPage, HomePage, LocationMapPage, Place
from news.factories import NewsCategoryFactory
from news.models import NewsCategory, NewsPage
from portal.factories import locale
from portal.models import FormerName, Identity, PortalDocument, PortalImage, SigningBody
from tests.oracle.edits.asking import articles, by_model, categories, pages
from tests.oracle.site import new_image, publish, sections, sidebar

COLOURS = ["red", "green", "blue", "white"]


@by_model
def add_image(world, pick):
    if PortalImage.objects.count() > 3:
        return None
    return f"picture {new_image(world.text, pick.one(COLOURS)).pk} added"


@by_model
def credit_image(world, pick):
    image = pick.one(PortalImage.objects.order_by("pk"))
    if image is None:
        return None
    image.credit = world.text("Ảnh của")
    image.save()
    return f"picture {image.pk} credited"


@by_model
def focus_image(world, pick):
    image = pick.one(PortalImage.objects.order_by("pk"))
    if image is None:
        return None
    image.focal_point_x, image.focal_point_y = pick.number(10, 50), pick.number(10, 40)
    image.focal_point_width = image.focal_point_height = 10
    image.save()
    return f"focal point of picture {image.pk} set"


@by_model
def delete_image(world, pick):
    image = pick.one(PortalImage.objects.order_by("pk"))
    if image is None or PortalImage.objects.count() < 2:
        return None
    key = image.pk
    image.delete()
    return f"picture {key} deleted"


@by_model
def edit_document(world, pick):
    document = pick.one(PortalDocument.objects.order_by("pk"))
    if document is None:
        return None
    document.title = world.text("Tệp")
    if pick.number(0, 1):
        document.file = ContentFile(b"text", name=f"tep-{pick.number(1, 10**9)}.txt")
    document.save()
    return f"document {document.pk} edited"


@by_model
def restrict_collection(world, pick):
    root = Collection.get_first_root_node()
    found = CollectionViewRestriction.objects.first()
    if found is not None:
        found.delete()
        return "the collection released"
    CollectionViewRestriction.objects.create(collection=root, restriction_type="login")
    return "the collection restricted"


@by_model
def edit_category(world, pick):
    category = pick.one(NewsCategory.objects.order_by("pk"))
    if category is None:
        return None
    category.name, category.description = world.text("Mục"), world.text("Về mục")
    category.save()
    category.save_revision()
    return f"category {category.pk} renamed"


@by_model
def slug_category(world, pick):
    category = pick.one(NewsCategory.objects.order_by("pk"))
    if category is None:
        return None
    category.slug = f"muc-{pick.number(1, 10**9)}"
    category.save()
    return f"category {category.pk} at {category.slug}"


@by_model
def order_categories(world, pick):
    category = pick.one(NewsCategory.objects.order_by("pk"))
    if category is None:
        return None
    category.sort_order = pick.number(0, 9)
    category.save()
    return f"category {category.pk} ordered"


@by_model
def add_category(world, pick):
    if NewsCategory.objects.count() > 8:
        return None
    language = locale(pick.one(["vi", "en"]))
    slug = f"muc-moi-{pick.number(1, 10**9)}"
    made = NewsCategoryFactory(name=world.text("Mục mới"), slug=slug, locale=language)
    return f"category {made.pk} added"


@by_model
def delete_category(world, pick):
    used = NewsPage.objects.exclude(category=None).values("category_id")
    category = pick.one(NewsCategory.objects.exclude(pk__in=used).order_by("pk"))
    if category is None:
        return None
    key = category.pk
    category.delete()
    return f"category {key} deleted"


@by_model
def edit_office(world, pick):
    office = pick.one(SigningBody.objects.order_by("pk"))
    if office is None:
        return None
    office.name = world.text("Văn phòng")
    office.save()
    return f"office {office.pk} renamed"


@by_model
def edit_identity(world, pick):
    identity = pick.one(Identity.objects.order_by("pk"))
    if identity is None:
        return None
    identity.name, identity.tagline = world.text("Cơ quan"), world.text("Khẩu hiệu")
    identity.archive_notice = world.text("Lưu trữ") if pick.number(0, 1) else ""
    identity.emblem = pick.one([None, *PortalImage.objects.order_by("pk")])
    identity.founding_date = timezone.localdate() - timedelta(days=pick.number(1000, 30000))
    identity.save()
    return f"identity {identity.pk} edited"


@by_model
def edit_former_name(world, pick):
    former = pick.one(FormerName.objects.order_by("pk"))
    if former is None:
        return None
    former.name = world.text("Tên cũ")
    former.save()
    return f"former name {former.pk} edited"


@by_model
def edit_place(world, pick):
    place = pick.one(Place.objects.order_by("pk"))
    if place is None:
        return None
    place.name, place.note = world.text("Nơi"), world.text("Ghi chú")
    place.save()
    return f"place {place.pk} edited"


@by_model
def edit_sections(world, pick):
    home = pick.one(HomePage.objects.filter(live=True).order_by("pk"))
    places = pick.one(LocationMapPage.objects.order_by("pk"))
    document = pick.one(PortalDocument.objects.order_by("pk"))
    featured = [pick.one(articles()), pick.one(pages().filter(depth__gt=2))]
    category = pick.one(categories(home)) if home else None
    if None in (places, document, category, *featured):
        return None
    home.sections = sections(world.text, category, featured, places, document)
    home.sidebar = sidebar(world.text, featured[1])
    publish(home)
    return f"sections of {home.pk} edited, featuring {[page.pk for page in featured]}"


@by_model
def delete_history(world, pick):
    page = pick.one(HistoryPage.objects.order_by("pk"))
    if page is None or HistoryPage.objects.count() < 3:
        return None
    page.delete()
    return f"history page {page.pk} deleted"


EDITS = [
    add_image, credit_image, focus_image, delete_image, edit_document,
    restrict_collection, edit_category, slug_category, order_categories, add_category,
    delete_category, edit_office, edit_identity, edit_former_name, edit_place, edit_sections,
    delete_history,
]  # fmt: skip
