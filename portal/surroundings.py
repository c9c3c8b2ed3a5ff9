"""What surrounds every page of a site in one language: identity, menu, languages, home page.

It is read on each request and changes a few times a day, so each process keeps it in memory. One
small query on each request proves that nothing public has changed since: the journal of the page
cache, to which every change adds a row in its own transaction, on any process or server. What other
rooms derive for every page (the newest articles, the categories) may live as long:
`Surroundings.remember`. What was noted for the page cache while something was built is noted again
each time it is used.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.core.signals import request_started
from django.db import models
from django.dispatch import receiver
from django.utils.functional import cached_property
from django.utils.translation import get_language
from wagtail.models import Locale, Page, Site

from portal.days import has_passed
from portal.folding import nfc
from portal.models import Identity, PortalImage, PortalRendition
from portal.pagecache import collector, journal

# Noted on every page of a site; touched when what stands in the menu changes (portal.signals).
MENU = "menu"
# A process keeps this many (host, port, language) at most, whatever hosts are asked for.
MEMORY_BOUND = 128
# How the tags of pictures begin.
_PICTURES = collector.tag_of(PortalImage, "")


@dataclass(frozen=True)
class MenuItem:
    """A live page of the menu; ``url`` is a path on its own site."""

    pk: int
    title: str
    url: str
    path: str
    expire_at: datetime | None
    children: tuple["MenuItem", ...] = ()


@dataclass(frozen=True)
class Language:
    """A language in which the site has a live home page."""

    code: str
    name: str
    root_pk: int
    url: str
    title: str
    published_at: datetime | None


@dataclass
class Surroundings:
    """Everything shown around a page.

    ``home`` is the specific home page of the language, or None while it is not live; ``identity``
    is that of the language or, where it is missing, of the source language (see its locale).
    """

    site: Site
    locale: Locale
    home: Page | None
    identity: Identity | None
    home_is_restricted: bool
    languages: list[Language]
    items: list[MenuItem] = field(default_factory=list)
    notes: collector.Notes = field(default_factory=collector.Notes)
    memory: dict = field(default_factory=dict)

    def remember(self, key, build: Callable):
        """Return what ``build()`` gave when first asked under ``key`` since the last change."""
        if key not in self.memory:
            with collector.collecting() as notes:
                self.memory[key] = build(), notes
        built, notes = self.memory[key]
        collector.include(notes)
        return built

    @property
    def menu(self) -> list[MenuItem]:
        """The pages of the menu that have not expired, with their children, in tree order."""

        def fresh(items):
            return [
                MenuItem(i.pk, i.title, i.url, i.path, i.expire_at, tuple(fresh(i.children)))
                for i in items
                if not has_passed(i.expire_at)
            ]

        return fresh(self.items)

    @cached_property
    def source_language(self) -> Language | None:
        """The language of the site's own root page."""
        return next((x for x in self.languages if x.root_pk == self.site.root_page_id), None)


@dataclass(frozen=True)
class _Memory:
    """What was built since the journal stood at ``position``.

    Never emptied but replaced as a whole: what another thread began to build before a change then
    ends up in the memory that nobody looks at any more.
    """

    position: str | None = None
    built: dict[tuple[str, int, str], Surroundings | None] = field(default_factory=dict)


_current: ContextVar[Surroundings | None] = ContextVar("surroundings", default=None)
_memory = _Memory()


def current() -> Surroundings | None:
    """Return the surroundings of the request that this thread is answering, if any."""
    return _current.get()


@receiver(request_started, dispatch_uid="portal.surroundings.begin")
def _begin(**_signal) -> None:
    # What the thread answered before must not be what the admin, say, takes for the present state.
    _current.set(None)


def surroundings_for(request, language: str) -> Surroundings | None:
    """Return the surroundings of the site that ``request`` asks for, in ``language``.

    None when no site answers to the host, or the language is not turned on. They are kept on the
    request, so that the journal is looked at once.
    """
    kept = request.__dict__.setdefault("_surroundings", {})
    if language not in kept:
        kept[language] = _remembered(request, language)
        if kept[language] is not None:
            collector.include(kept[language].notes)
            # Wagtail keeps the site of a request here (Site.find_for_request); giving it what is
            # already known saves the same query on every page.
            request._wagtail_site = kept[language].site
    if language == get_language():
        _current.set(kept[language])
    return kept[language]


def forget() -> None:
    """Empty this process's memory."""
    global _memory
    _memory = _Memory()
    _current.set(None)


def _remembered(request, language: str) -> Surroundings | None:
    global _memory
    memory = _memory
    key = (request.get_host(), request.get_port(), language)
    is_full = len(memory.built) >= MEMORY_BOUND and key not in memory.built
    changed = _changed_since(memory.position)
    if is_full or changed:
        memory = _memory = _Memory(journal.position())
        # Wagtail lets go of both in the process of the change alone, in others after an hour.
        Site.clear_site_root_paths_cache()
        if any(tag.startswith((_PICTURES, collector.EVERYTHING)) for tag in changed):
            PortalRendition.forget()
    if key not in memory.built:
        memory.built[key] = _build(request, language)
    return memory.built[key]


def _changed_since(position: str | None) -> set[str]:
    """Return the tags that were touched after ``position``, all of them where that is unknown."""
    if position is None:
        return {collector.EVERYTHING}
    try:
        return {tag for tag, _hard in journal.since(position).changes}
    except ValueError:
        return {collector.EVERYTHING}


def _build(request, language: str) -> Surroundings | None:
    with collector.collecting() as notes:
        around = _read(request, language)
    if around is not None:
        # Of the pages of the menu only what the menu shows of them matters.
        items = [*around.items, *(child for item in around.items for child in item.children)]
        notes.tags = notes.tags - {collector.tag_of(Page, item.pk) for item in items} | {MENU}
        for item in items:
            notes.limit(item.expire_at, hard=True)
        around.notes = notes
    return around


def _read(request, language: str) -> Surroundings | None:
    # The translation room stands on this module.
    from portal.translation.guard import is_untranslated

    site = Site.find_for_request(request)
    locale = Locale.objects.filter(language_code=language).first()
    if site is None or locale is None:
        return None
    # A home page that comes to life changes the languages of all the others.
    collector.note(collector.translations_of(site.root_page))
    roots = list(
        Page.objects.filter(translation_key=site.root_page.translation_key, live=True)
        .select_related("locale")
        .annotate(is_source=models.Q(pk=site.root_page_id))
        .order_by("-is_source", "locale__language_code")
    )
    home = next((root for root in roots if root.locale_id == locale.pk), None)
    # One that is made later, or translated, stands on every page from then on.
    collector.note(collector.rows_of(Identity))
    identities = Identity.objects.filter(site=site).select_related("emblem", "locale")
    identities = list(identities.prefetch_related("former_names"))
    found = {
        identity.locale_id: identity
        for identity in identities
        if identity.locale_id == site.root_page.locale_id or not is_untranslated(identity)
    }
    return Surroundings(
        site=site,
        locale=locale,
        home=_specific(home) if home else None,
        home_is_restricted=bool(home and home.get_view_restrictions()),
        identity=found.get(locale.pk) or found.get(site.root_page.locale_id),
        languages=[
            Language(
                code=r.locale.language_code,
                name=nfc(r.locale.language_name_local),
                root_pk=r.pk,
                url=r.get_url(request),
                title=r.title,
                published_at=r.last_published_at,
            )
            for r in roots
        ],
        items=_menu_items(home, request) if home else [],
    )


def _specific(home: Page) -> Page:
    """Return the specific home page, with those of its relations that every page asks for."""
    specific = home.specific
    specific.locale = home.locale
    specific.is_kept = True
    getattr(specific, "listing_image", None)
    return specific


def _menu_items(home: Page, request) -> list[MenuItem]:
    pages = list(
        Page.objects.live()
        .in_menu()
        .descendant_of(home)
        .filter(depth__lte=home.depth + 2)
        .public()
        .order_by("path")
        .specific()
    )

    def item(page, children=()):
        url = page.get_url(request)
        return MenuItem(page.pk, page.list_title, url, page.path, page.expire_at, tuple(children))

    return [
        item(page, [item(child) for child in pages if child.is_child_of(page)])
        for page in pages
        if page.depth == home.depth + 1
    ]
