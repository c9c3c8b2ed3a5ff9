"""The languages in which a page really exists: hreflang, the language switcher."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length, Substr
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from portal.days import has_passed
from portal.pagecache import collector
from portal.translation.missing import address_in, source_language


@dataclass(frozen=True)
class Alternate:
    """One language of a page: its live translation, or where its absence is explained.

    ``url`` is a path; ``title`` that of the translation, None where there is none. ``name`` is what
    the language calls itself.
    """

    code: str
    name: str
    url: str
    title: str | None
    published_at: datetime | None = None
    is_current: bool = False

    @property
    def exists(self) -> bool:
        return self.title is not None


def hreflang(code: str) -> str:
    """Return a language code as BCP 47 writes it: language-Script or language-REGION."""
    first, *rest = code.split("-")
    parts = [part.title() if len(part) == 4 else part.upper() for part in rest]
    return "-".join([first.lower(), *parts])


def alternates(page: Page, around, request) -> list[Alternate]:
    """Return an Alternate for each language of the site, the page's own included; one query.

    A translation exists for readers when it is live, has not expired and is no alias, and when
    neither it nor a page above it is restricted. ``around`` are the surroundings of ``request``;
    they know the home page of each language, which therefore needs no query.
    """
    collector.note(collector.translations_of(page))
    if around is None or len(around.languages) < 2:
        return []
    if around.home is not None and page.pk == around.home.pk:
        return _home_alternates(page, around)
    found = _live().filter(not_expired(), translation_key=page.translation_key)
    # Read though they are restricted: by what is read, the page is made anew when they no longer
    # are.
    by_code = {
        p.locale.language_code: p for p in found.select_related("locale") if not p.is_restricted
    }
    listed = []
    for language in around.languages:
        translated = by_code.get(language.code)
        current = translated is not None and translated.pk == page.pk
        url = (
            translated.get_url(request) if translated else address_in(language.code, page, request)
        )
        title = translated.title if translated else None
        published_at = translated.last_published_at if translated else None
        listed.append(Alternate(language.code, language.name, url, title, published_at, current))
    return listed


def _home_alternates(home: Page, around) -> list[Alternate]:
    def read():
        roots = _live().filter(pk__in=[x.root_pk for x in around.languages], is_restricted=False)
        return dict(roots.values_list("pk", "expire_at"))

    readable = around.remember("translation.readable_roots", read)
    listed = []
    for x in around.languages:
        current = x.root_pk == home.pk
        found = Alternate(x.code, x.name, x.url, x.title, x.published_at, current)
        if x.root_pk not in readable or has_passed(readable[x.root_pk]):
            found = replace(found, title=None, published_at=None)
        listed.append(found)
    return listed


def not_expired() -> Q:
    """Return the condition of pages whose instant of expiry has not passed."""
    return Q(expire_at=None) | Q(expire_at__gt=timezone.now())


def _live():
    """Return the live pages; ``is_restricted`` says whether some alone may read them."""
    above = PageViewRestriction.objects.annotate(
        length=Length("page__path"), path=OuterRef("path")
    ).filter(page__path=Substr("path", 1, "length"))
    return Page.objects.live().filter(alias_of=None).annotate(is_restricted=Exists(above))


def x_default(listed: list[Alternate]) -> Alternate | None:
    """Return the alternate for readers of any other language: that of the source language."""
    return next((a for a in listed if a.exists and a.code == source_language()), None)


def newer_original(listed: list[Alternate]) -> Alternate | None:
    """Return the original of a translation when it was published after the translation was.

    None for the original itself, and for a translation that is as new as its original.
    """
    original = x_default(listed)
    here = next((a for a in listed if a.is_current), None)
    if original is None or here is None or original is here:
        return None
    if here.published_at and original.published_at and here.published_at < original.published_at:
        return original
    return None
