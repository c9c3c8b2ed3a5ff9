"""The area of the maps, and the outline of the land and the islands in it."""

import json

import pytest
from django.test import RequestFactory, override_settings

from portal.maps import exports
from portal.maps.bounds import VIETNAM, MapBounds, map_bounds
from portal.maps.land import ARCHIPELAGOS, land_geojson, land_rings, land_within
from portal.maps.views import land_layer
from tests.mapping import QUANG_NINH


def test_the_area_comes_from_the_settings():
    with override_settings(PORTAL_MAP_BOUNDS=QUANG_NINH):
        assert map_bounds() == MapBounds(**QUANG_NINH)
    with override_settings(PORTAL_MAP_BOUNDS=None):
        assert map_bounds() is VIETNAM
    with pytest.raises(ValueError, match="west < east"):
        MapBounds(108, 20, 106, 21)


def test_both_archipelagos_lie_in_the_default_area():
    assert all(group.anchor in VIETNAM for group in ARCHIPELAGOS)


def test_the_outline_knows_the_coast_and_the_islets_of_both_archipelagos():
    assert land_within(107.0, 20.9, 107.1, 21.0)
    assert not land_within(108.5, 12.0, 109.0, 12.1)[1:]
    for group in ARCHIPELAGOS:
        west, south, east, north = group.box
        islets = [
            ring
            for ring in land_rings()
            if all(west < x < east and south < y < north for x, y in ring)
        ]
        assert islets


def test_land_geojson_is_closed_and_stays_in_its_box():
    feature = land_geojson(106.4, 20.6, 108.2, 21.8)
    assert feature["geometry"]["coordinates"]
    for (ring,) in feature["geometry"]["coordinates"]:
        assert ring[0] == ring[-1]
        assert all(106.4 <= x <= 108.2 and 20.6 <= y <= 21.8 for x, y in ring)


@override_settings(PORTAL_MAP_BOUNDS=QUANG_NINH)
def test_the_land_layer_is_public_and_small():
    response = land_layer(RequestFactory().get("/"))
    assert response.status_code == 200
    assert response["Content-Type"] == exports.GEOJSON_TYPE
    assert "public" in response["Cache-Control"]
    assert len(response.content) < 100_000
    assert json.loads(response.content)["geometry"]["type"] == "MultiPolygon"
    assert land_layer(RequestFactory().post("/")).status_code == 405
