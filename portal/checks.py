"""The rules of the house that a machine can hold: run by `manage.py check`."""

from django.apps import apps
from django.core.checks import Error, register
from django.urls import get_resolver
from wagtail.blocks import BaseStreamBlock
from wagtail.models import Page, TranslatableMixin

from portal.maps.providers import check_map_providers
from portal.models import (
    BasePage,
    PortalDocument,
    PortalImage,
    PortalRendition,
    StreamField,
    User,
)
from portal.pagecache import routes

register(check_map_providers)

# Everything below it wants a log-in, and answers each person alone.
ADMIN = "admin/"

OUR_APPS = ("portal", "news", "home")

# Models that are the same in every language, and why.
NOT_TRANSLATABLE = {
    User: "a person has one account",
    PortalImage: "words about a picture are written where it is used",
    PortalRendition: "a size of a picture",
    PortalDocument: "a translated page chooses a file of its own",
}


@register
def every_page_is_a_base_page(app_configs, **kwargs):
    """Every concrete page type extends BasePage, so that no rule of it can be forgotten."""
    return [
        Error(
            f"{model.__name__} does not extend portal.models.BasePage.", obj=model, id="portal.E001"
        )
        for model in apps.get_models()
        if issubclass(model, Page) and model is not Page and not issubclass(model, BasePage)
    ]


@register
def every_model_is_translatable_or_says_why_not(app_configs, **kwargs):
    """Every model of ours is translated, or stands in NOT_TRANSLATABLE with its reason."""
    return [
        Error(
            f"{model.__name__} is neither translatable nor listed as the same in every language.",
            obj=model,
            id="portal.E002",
        )
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS
        and not issubclass(model, TranslatableMixin)
        and model not in NOT_TRANSLATABLE
    ]


@register
def every_block_can_be_previewed(app_configs, **kwargs):
    """Every block that an editor can pick has a label, an icon, a description and a preview."""
    problems = []
    for model in apps.get_models():
        if model._meta.app_label not in OUR_APPS:
            continue
        for field in model._meta.get_fields():
            if isinstance(field, StreamField):
                for name, block in pickable(field.stream_block):
                    missing = [
                        what
                        for what in ("label", "icon", "description", "preview_value")
                        if not getattr(block.meta, what, None)
                    ]
                    if missing:
                        problems.append(
                            Error(
                                f"Block '{name}' of {model.__name__}.{field.name} lacks: "
                                f"{', '.join(missing)}.",
                                obj=type(block),
                                id="portal.E003",
                            )
                        )
    return problems


@register
def every_route_says_whether_it_is_kept(app_configs, **kwargs):
    """Every view that readers reach is marked with `routes.cacheable` or `routes.never_kept`."""
    patterns = [p for p in get_resolver().url_patterns if str(p.pattern) != ADMIN]
    return [
        Error(
            f"The view of the route '{route}' says neither that the page cache may keep its "
            "answers nor that it never does.",
            hint="Decorate it with portal.pagecache.routes.cacheable or never_kept.",
            id="portal.E004",
        )
        for route in routes.silent(patterns)
    ]


def pickable(stream_block):
    """Yield (name, block) for every block that an editor can pick within ``stream_block``."""
    for name, block in stream_block.child_blocks.items():
        yield name, block
        if isinstance(block, BaseStreamBlock):
            yield from pickable(block)
