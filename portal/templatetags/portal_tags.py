"""What templates ask of the portal."""

import json

from django import template
from django.conf import settings
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.images.models import Picture
from wagtail.models import Page

from portal import pictures
from portal.days import has_passed
from portal.surroundings import current, surroundings_for
from portal.translation import alternates as languages

register = template.Library()


@register.simple_tag(takes_context=True)
def surroundings(context):
    """Return the portal.surroundings.Surroundings of the request, or None."""
    request = context.get("request")
    return surroundings_for(request, get_language()) if request is not None else None


@register.simple_tag(takes_context=True)
def alternates(context, page):
    """Return the languages of a page (portal.translation.alternates), the page's own included."""
    request = context["request"]
    return languages.alternates(page, surroundings_for(request, get_language()), request)


@register.simple_tag
def x_default(listed):
    """Return the alternate for readers of any other language, or None."""
    return languages.x_default(listed)


@register.simple_tag
def newer_original(listed):
    """Return the original of a translation that has changed since, or None."""
    return languages.newer_original(listed)


@register.filter
def hreflang(code: str | None) -> str:
    """Return a language code as HTML wants it; an empty text where there is none."""
    return languages.hreflang(code) if code else ""


@register.simple_tag(takes_context=True)
def ready_picture(
    context, image, use: str, alt: str = "", phone: str = "", phone_image=None, **attrs
) -> SafeString:
    """Return the ``<picture>`` of an image for a use of portal.pictures, as far as it is made.

    Nothing is encoded while a reader waits; only a preview in the admin makes what is missing.
    ``phone`` names the use whose cut narrow screens get instead, where there is one; it is cut
    from ``phone_image``, or from the image itself where none is given.
    Attributes are those of the ``<img>``; underscores in their names become hyphens.
    """
    if not image:
        return mark_safe("")
    request = context.get("request")
    if request is None or getattr(request, "is_preview", False):
        pictures.make(image, [use])
        if phone:
            pictures.make(phone_image or image, [phone])
    found: Picture | None = pictures.find(image, use)
    if found is None:
        return format_html('<span class="picture-missing">{}</span>', alt)
    found.attrs = {
        "alt": alt,
        "sizes": pictures.USES[use].sizes,
        **{name.replace("_", "-"): value for name, value in attrs.items()},
    }
    found.attrs.setdefault("loading", "lazy")
    if not phone:
        return found.__html__()
    narrow = pictures.find(phone_image or image, phone)
    sources = phone_sources(narrow, pictures.USES[phone].sizes) if narrow else ""
    return mark_safe(found.__html__().replace("<picture>", f"<picture>{sources}", 1))  # noqa: S308


# Up to this width the layout has one column and a wide picture would be a narrow strip.
PHONE = "(max-width: 40rem)"


def phone_sources(narrow: Picture, sizes: str) -> SafeString:
    """Return the ``<source>`` elements of ``narrow``, for screens up to the width of a phone."""
    return format_html_join(
        "",
        '<source media="{}" type="{}" srcset="{}" sizes="{}" width="{}" height="{}">',
        (
            (
                PHONE,
                kind.mime_type,
                narrow.get_width_srcset(narrow.formats[kind.name]),
                sizes,
                narrow.formats[kind.name][0].width,
                narrow.formats[kind.name][0].height,
            )
            for kind in narrow.source_format_order
            if kind.name in narrow.formats
        ),
    )


@register.simple_tag
def picture_url(image, use: str) -> str:
    """Return the path of the largest rendition of the plainest format, or an empty text."""
    found = pictures.find(image, use) if image is not None else None
    if found is None:
        return ""
    return list(
        found.renditions.values() if isinstance(found.renditions, dict) else found.renditions
    )[-1].url


@register.simple_tag(takes_context=True)
def json_ld(context, page) -> SafeString:
    """Return the page's schema.org description as a script element of data."""
    data = page.json_ld(context["request"])
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - no "<" is left


@register.simple_tag(takes_context=True)
def is_editor(context) -> bool:
    """Whether the reader may be logged in: asked by the cookie, so that no session is touched."""
    request = context.get("request")
    return request is not None and settings.SESSION_COOKIE_NAME in request.COOKIES


@register.simple_tag
def trail(page) -> list[Page]:
    """Return the live pages from the home page of the language down to the parent of ``page``."""
    around = current()
    home = around.home if around else None
    if home is None or page.depth is None or page.depth <= home.depth:
        return []
    if page.depth == home.depth + 1:
        return [home]
    ends = range(len(home.path) + page.steplen, len(page.path), page.steplen)
    paths = [page.path[:end] for end in ends]

    def read():
        return list(Page.objects.live().filter(path__in=paths).order_by("path"))

    found = around.remember(("trail", paths[-1]), read)
    return [home, *(page for page in found if not has_passed(page.expire_at))]


@register.filter
def lies_beneath(page, item) -> bool:
    """Whether ``page`` is the page of the menu ``item`` or lies below it in the tree."""
    return bool(page) and page.path.startswith(item.path)


@register.filter
def number(value) -> str:
    """Return a number with its thousands marked as the active language marks them."""
    return number_format(value, force_grouping=True)


@register.filter
def tel(phone: str) -> str:
    """Return what a ``tel:`` address (RFC 3966) needs of a telephone number: digits and plus."""
    return "".join(character for character in phone if character.isdigit() or character == "+")
