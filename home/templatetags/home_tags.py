"""What templates ask of the standing pages."""

from django import template

from home.models.history import Anniversary, anniversary_of

register = template.Library()


@register.simple_tag
def anniversary(identity) -> Anniversary | None:
    """Return the years since the founding as they stand today, or None without a founding date."""
    return anniversary_of(identity or None)
