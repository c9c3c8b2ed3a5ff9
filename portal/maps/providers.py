"""Where the interactive map's picture comes from.

The built-in provider draws the portal's own land outline and asks nobody. Others are named in the
settings::

    PORTAL_MAP_PROVIDERS = [
        {
            "name": "osm",
            "kind": "tiles",
            "url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
            "attribution": "© OpenStreetMap",
            "attribution_url": "https://www.openstreetmap.org/copyright",
            "min_zoom": 9,
            "max_zoom": 19,
            "bounds": {"west": 106.4, "south": 20.6, "east": 108.2, "north": 21.8},
            "csp_hosts": ["https://tile.openstreetmap.org"],
        }
    ]
    PORTAL_MAP_PROVIDER = "osm"

Tiles of others write their own names on the sea. Bounds and a least zoom keep the view so near that
Biển Đông and its islands never come into it; :func:`check_map_providers` refuses anything wider.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext, override

from portal.maps.bounds import MapBounds, map_bounds
from portal.maps.land import ARCHIPELAGOS, ATTRIBUTION, EAST_SEA_ANCHOR, EAST_SEA_NAME
from portal.maps.places import located, text_of

LAND = "land"
TILES = "tiles"
KINDS = (LAND, TILES)

LEAST_TILE_ZOOM = 9
"""The widest zoom allowed for tiles of others: 1280 pixels then show about 3.5 degrees."""

REFERRER_POLICIES = (
    "no-referrer",
    "origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
)


@dataclass(frozen=True)
class MapProvider:
    """One source of the interactive map's picture.

    :param name: what ``PORTAL_MAP_PROVIDER`` calls it.
    :param kind: ``land`` for the built-in outline, ``tiles`` for pictures from a tile service.
    :param url: the tile address with ``{z}``, ``{x}``, ``{y}`` and optionally ``{r}``.
    :param attribution: who must be named on the map, as plain text.
    :param attribution_url: where that name leads, or "".
    :param min_zoom: the widest zoom (0 shows the world, 9 a province, 19 a house).
    :param max_zoom: the closest zoom.
    :param bounds: a :class:`MapBounds` or its mapping; the view never leaves it.
    :param referrer_policy: sent with each tile request; OpenStreetMap answers 403 without an
        origin, which Django's own default would withhold.
    :param csp_hosts: origins that ``img-src`` must allow.
    """

    name: str
    kind: str
    url: str = ""
    attribution: str = ""
    attribution_url: str = ""
    min_zoom: int = LEAST_TILE_ZOOM
    max_zoom: int = 18
    bounds: MapBounds | None = None
    referrer_policy: str = "strict-origin-when-cross-origin"
    csp_hosts: tuple[str, ...] = field(default_factory=tuple)

    def __post_init__(self):
        if isinstance(self.bounds, dict):
            object.__setattr__(self, "bounds", MapBounds(**self.bounds))
        if isinstance(self.csp_hosts, str):
            raise TypeError("csp_hosts is a list of origins, not a text")
        object.__setattr__(self, "csp_hosts", tuple(self.csp_hosts))
        if not (isinstance(self.min_zoom, int) and isinstance(self.max_zoom, int)):
            raise TypeError("min_zoom and max_zoom are whole numbers")


def built_in() -> MapProvider:
    """The provider that needs nothing but the portal."""
    return MapProvider(
        name="built-in",
        kind=LAND,
        attribution=ATTRIBUTION,
        min_zoom=5,
        max_zoom=13,
        bounds=map_bounds(),
    )


def map_providers() -> dict[str, MapProvider]:
    """Every provider by name, the built-in one first.

    :raises TypeError: an entry has a key that :class:`MapProvider` doesn't know, or a value of
        another type than it asks for.
    :raises ValueError: an entry's bounds are no box.
    """
    configured = getattr(settings, "PORTAL_MAP_PROVIDERS", ())
    entries = [e if isinstance(e, MapProvider) else MapProvider(**e) for e in configured]
    return {provider.name: provider for provider in (built_in(), *entries)}


def active_provider() -> MapProvider:
    """The provider that ``PORTAL_MAP_PROVIDER`` names; the built-in one by default.

    :raises ImproperlyConfigured: no provider has that name.
    """
    name = getattr(settings, "PORTAL_MAP_PROVIDER", "built-in")
    try:
        return map_providers()[name]
    except KeyError:
        raise ImproperlyConfigured(f"PORTAL_MAP_PROVIDER names no provider: {name!r}") from None


def csp_image_sources() -> list[str]:
    """Origins to add to ``img-src`` for the active provider; none for the built-in one."""
    return list(active_provider().csp_hosts)


def map_config(
    places: Iterable[Any],
    *,
    land_url: str,
    language: str,
    provider: MapProvider | None = None,
) -> dict:
    """What ``map.js`` reads, ready for the ``json_script`` filter.

    :param places: see :class:`portal.maps.places.Place`; those without a point are left out.
    :param land_url: address of :func:`portal.maps.views.land_layer`.
    :param language: language of all names and words.
    :param provider: by default the active one.
    """
    provider = provider or active_provider()
    with override(language):
        return {
            "kind": provider.kind,
            "url": land_url if provider.kind == LAND else provider.url,
            "attribution": str(provider.attribution),
            "attributionUrl": provider.attribution_url,
            "minZoom": provider.min_zoom,
            "maxZoom": provider.max_zoom,
            "bounds": (provider.bounds or map_bounds()).as_list(),
            "referrerPolicy": provider.referrer_policy,
            "places": [
                {
                    "number": number,
                    "name": text_of(place, "name"),
                    "address": text_of(place, "address"),
                    "at": [float(point.lat), float(point.lng)],
                    "zoom": getattr(place, "zoom", None),
                }
                for number, place, point in located(places)
            ],
            "names": [
                *(
                    {"name": str(g.name), "at": [float(g.below), float(g.anchor.lng)]}
                    for g in ARCHIPELAGOS
                ),
                {"name": str(EAST_SEA_NAME), "at": [float(v) for v in EAST_SEA_ANCHOR]},
            ],
            "words": {
                "zoomIn": gettext("Zoom in"),
                "zoomOut": gettext("Zoom out"),
                "map": gettext("Interactive map"),
                "failed": gettext("The interactive map could not be loaded."),
            },
        }


def check_map_providers(app_configs=None, **kwargs) -> list[Error]:
    """System check: every configured provider is complete and keeps to its province.

    ``portal.E401`` unreadable settings, ``E402`` no provider of the chosen name, ``E403`` unknown
    kind, ``E404`` no bounds, ``E405`` no attribution, ``E406`` address or policy unusable,
    ``E407`` tiles that could show the islands of Biển Đông, ``E408`` tile host missing from
    ``csp_hosts``, ``E409`` impossible zoom.
    """
    try:
        providers = map_providers()
    except (TypeError, ValueError) as error:
        return [Error(f"The map settings can't be read: {error}", id="portal.E401")]
    errors = []
    chosen = getattr(settings, "PORTAL_MAP_PROVIDER", "built-in")
    if chosen not in providers:
        errors.append(Error(f"No map provider is named {chosen!r}.", id="portal.E402"))
    for provider in providers.values():
        errors += [
            Error(f"Map provider {provider.name!r}: {text}", hint=hint, id=f"portal.{code}")
            for code, text, hint in _faults(provider)
        ]
    return errors


def _faults(provider: MapProvider):
    if provider.kind not in KINDS:
        yield "E403", f"unknown kind {provider.kind!r}.", f"Use one of {', '.join(KINDS)}."
    if not provider.bounds:
        yield "E404", "it has no bounds.", "Give the box of the province in degrees."
    if not provider.attribution:
        yield "E405", "it has no attribution.", "Name the source, as its licence asks."
    if not 0 <= provider.min_zoom <= provider.max_zoom <= 22:
        yield "E409", "its zooms are impossible.", "0 ≤ min_zoom ≤ max_zoom ≤ 22."
    if provider.referrer_policy not in REFERRER_POLICIES:
        yield (
            "E406",
            f"unknown referrer policy {provider.referrer_policy!r}.",
            f"Use one of {', '.join(REFERRER_POLICIES)}.",
        )
    if provider.kind == TILES:
        yield from _tile_faults(provider)


def _tile_faults(provider: MapProvider):
    parts = urlsplit(provider.url)
    if not all(key in provider.url for key in ("{z}", "{x}", "{y}")) or "{s}" in provider.url:
        yield (
            "E406",
            "its address isn't a tile address.",
            "It needs {z}, {x} and {y}; write one host instead of {s}.",
        )
    if (parts.scheme or parts.netloc) and parts.scheme != "https":
        yield "E406", "its address isn't https.", None
    origin = f"{parts.scheme}://{parts.netloc}"
    if parts.netloc and origin not in provider.csp_hosts:
        yield (
            "E408",
            f"{origin} isn't among its csp_hosts, so browsers would block the tiles.",
            None,
        )
    bounds = provider.bounds
    wide = bounds and any(
        bounds.west < group.box[2]
        and bounds.east > group.box[0]
        and bounds.south < group.box[3]
        and bounds.north > group.box[1]
        for group in ARCHIPELAGOS
    )
    if wide or provider.min_zoom < LEAST_TILE_ZOOM:
        yield (
            "E407",
            "its tiles could show the islands of Biển Đông with the service's own names.",
            f"Keep bounds to the province and min_zoom at {LEAST_TILE_ZOOM} or more.",
        )
