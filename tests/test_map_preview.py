"""A preview of the map page keeps what it draws to itself."""

from django.test import RequestFactory

from home.factories import LocationMapPageFactory, PlaceFactory
from portal.surroundings import surroundings_for
from portal.templatetags.map_tags import locator


def test_a_preview_leaves_no_draft_in_the_picture_that_readers_get(site):
    page = LocationMapPageFactory(parent=site.home)
    place = PlaceFactory(page=page, name="Trụ sở")
    place.refresh_from_db()
    request = RequestFactory().get("/", headers={"host": "localhost"})
    surroundings_for(request, "vi")
    request.is_preview = True
    place.name = "Nơi còn giữ kín"
    assert "giữ kín" in locator({"request": request}, page, [place])
    request.is_preview = False
    place.name = "Trụ sở"
    assert "giữ kín" not in locator({"request": request}, page, [place])
