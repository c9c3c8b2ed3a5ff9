"""The one address that the interactive map asks of the portal."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.maps.bounds import map_bounds
from portal.maps.exports import GEOJSON_TYPE
from portal.maps.land import land_bounds, land_geojson
from portal.pagecache import collector
from portal.pagecache.routes import cacheable

VIEW_MARGIN = 1.5
"""Land drawn around the configured area, in degrees, so that its edge isn't in sight."""


@cacheable
@require_safe
def land_layer(request: HttpRequest) -> HttpResponse:
    """The land of the configured area as GeoJSON. Public, the same for everyone."""
    collector.public("land", ())
    held, area = land_bounds(), map_bounds()
    box = (
        max(held[0], area.west - VIEW_MARGIN),
        max(held[1], area.south - VIEW_MARGIN),
        min(held[2], area.east + VIEW_MARGIN),
        min(held[3], area.north + VIEW_MARGIN),
    )
    body = json.dumps(land_geojson(*box), separators=(",", ":"))
    response = HttpResponse(body, content_type=GEOJSON_TYPE)
    response["Cache-Control"] = "public, max-age=86400"
    return response
