"""What the template of the map page asks of the map room."""

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from portal.maps import exports
from portal.maps.locator import LOCATOR_NOTE, locator_pair
from portal.maps.providers import map_config
from portal.surroundings import current

register = template.Library()


@register.simple_tag(takes_context=True)
def locator(context, page, places):
    """Return the locator picture of a map page as inline SVG, in the active language.

    It is drawn once for as long as nothing public changes; a preview neither reads nor leaves
    anything in that memory.
    """
    around = current()
    if around is None or getattr(context.get("request"), "is_preview", False):
        return locator_pair(places)
    return around.remember(("locator", page.pk), lambda: locator_pair(places))


@register.simple_tag
def locator_note():
    """Return the words that say what the locator picture shows and whose outline it is."""
    return LOCATOR_NOTE


@register.simple_tag
def interactive_map(places) -> dict:
    """Return what the script of the interactive map reads; give it to ``json_script``."""
    return map_config(places, land_url=reverse("map-land"), language=get_language())


@register.simple_tag
def directions(place) -> list[exports.Direction]:
    """Return the links that lead to a place: the device's own map app first."""
    return exports.directions(place)
