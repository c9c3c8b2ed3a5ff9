"""Renditions: made when something is published, only looked up for readers."""

import pytest
from django.core.cache import caches
from PIL import Image

from news.factories import NewsPageFactory
from portal import pictures
from portal.factories import ImageFactory, image_file
from portal.models import PortalImage, PortalRendition

pytestmark = pytest.mark.django_db


def small_picture(colour: str = "#356") -> PortalImage:
    """A picture that is quick to encode."""
    return ImageFactory(file=image_file(Image.new("RGB", (320, 240), colour), "nho"))


def published_article(site, **fields):
    """An article with a lead picture, published as an editor would."""
    page = NewsPageFactory(
        parent=site.news, slug="co-anh", lead_image=small_picture(), lead_image_alt="Vịnh", **fields
    )
    page.save_revision().publish()
    return page


def test_publishing_makes_every_rendition_that_the_page_needs(
    site, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = published_article(site)
    made = set(page.lead_image.renditions.values_list("filter_spec", flat=True))
    uses = ("lead", "card", "thumb", "social")
    assert made == {spec for use in uses for spec in pictures.USES[use].specs}


def test_pictures_in_the_body_are_made_too(site, django_capture_on_commit_callbacks):
    image = small_picture()
    value = {"image": image.pk, "decorative": False, "alt_text": "Thuyền"}
    items = [{"type": "item", "value": {"image": value}, "id": str(n)} for n in range(2)]
    with django_capture_on_commit_callbacks(execute=True):
        published_article(
            site,
            body=[{"type": "gallery", "value": {"title": "", "images": items}, "id": "1"}],
        )
    made = set(image.renditions.values_list("filter_spec", flat=True))
    assert made == set(pictures.USES["body"].specs)


def test_a_reader_makes_no_rendition(site, client):
    published_article(site)
    assert PortalRendition.objects.count() == 0
    for path in ("/", "/tin-tuc/", "/tin-tuc/co-anh/"):
        assert client.get(path).status_code == 200
    assert PortalRendition.objects.count() == 0


def test_an_article_shows_its_picture_in_three_formats_with_its_size(
    site, client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        published_article(site)
    html = client.get("/tin-tuc/co-anh/").content.decode()
    for kind in ("image/avif", "image/webp"):
        assert f'type="{kind}"' in html
    assert 'alt="Vịnh"' in html
    assert 'width="320"' in html


def test_a_changed_focal_point_makes_the_cut_renditions_again(
    site, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = published_article(site)
    image = page.lead_image
    image.focal_point_x, image.focal_point_y = 10, 10
    image.focal_point_width = image.focal_point_height = 10
    with django_capture_on_commit_callbacks(execute=True):
        image.save()
    assert pictures.find(PortalImage.objects.get(pk=image.pk), "card") is not None


def test_a_picture_whose_file_is_gone_does_not_keep_a_page_from_being_published(
    site, client, django_capture_on_commit_callbacks, caplog
):
    image = small_picture()
    image.file.storage.delete(image.file.name)
    page = NewsPageFactory(
        parent=site.news, slug="mat-anh", lead_image=image, lead_image_alt="Không còn"
    )
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert "could not be made" in caplog.text
    html = client.get("/tin-tuc/mat-anh/").content.decode()
    assert "Không còn" in html


def test_the_emblem_is_made_when_the_identity_is_saved(site, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        site.identity.emblem = small_picture()
        site.identity.save()
    assert pictures.find(site.identity.emblem, "emblem") is not None


def test_the_emblem_is_made_again_when_its_picture_changes(
    site, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        site.identity.emblem = small_picture()
        site.identity.save()
    image = site.identity.emblem
    image.focal_point_x = image.focal_point_y = 20
    image.focal_point_width = image.focal_point_height = 10
    with django_capture_on_commit_callbacks(execute=True):
        image.save()
    assert pictures.find(PortalImage.objects.get(pk=image.pk), "emblem") is not None


def test_what_is_shown_in_the_place_of_a_picture_is_made_when_that_is_deleted(
    site, client, django_capture_on_commit_callbacks
):
    listed = ImageFactory()
    with django_capture_on_commit_callbacks(execute=True):
        NewsPageFactory(
            parent=site.news,
            lead_image=ImageFactory(),
            lead_image_is_decorative=True,
            listing_image=listed,
        ).save_revision().publish()
    with django_capture_on_commit_callbacks(execute=True):
        listed.delete()
    assert "picture-missing" not in client.get("/tin-tuc/").content.decode()


def test_what_is_remembered_of_a_picture_is_looked_up_and_written_once(
    django_assert_num_queries,
):
    image = small_picture()
    pictures.make(image, ["thumb"])
    PortalRendition.forget()
    with django_assert_num_queries(1):
        first = pictures.find(image, "thumb")
    kept = dict(caches["renditions"]._expire_info)
    with django_assert_num_queries(0):
        second = pictures.find(image, "thumb")
    assert str(first) == str(second)
    # Each time that something is written it lives longer.
    assert dict(caches["renditions"]._expire_info) == kept
