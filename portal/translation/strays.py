"""Translations that could not follow their originals to where some alone may read them.

A translation moves with its original into a section. Where that section is not translated it
stays where it is, a *stray*, and has a restriction of its own: a copy of the one that lies on the
original's section, which follows what becomes of that. What an editor has set on it otherwise,
differing from the section's, is left alone.
"""

from wagtail.models import Page, PageViewRestriction

from portal.translation.pairs import translations_of


def restrict_strays(top: Page) -> None:
    """Let only those read translations who may read their originals, from ``top`` down."""
    restriction = top.get_view_restrictions().order_by("page__path").last()
    if restriction is None:
        return
    below = _below(top)
    for stray in _in_other_languages(below).public():
        if _is_translated_from(below, stray):
            _make_like(PageViewRestriction(page=stray), restriction)


def free_strays(top: Page, former_parent: Page) -> None:
    """Take from translations, from ``top`` down, what lay on them while it was elsewhere."""
    restriction = former_parent.get_view_restrictions().order_by("page__path").last()
    if restriction is not None:
        for copy in list(_copies_of(restriction, top)):
            copy.delete()


def note_copies(restriction: PageViewRestriction) -> None:
    """Note which strays have a copy of ``restriction``, as it is stored before it changes."""
    stored = PageViewRestriction.objects.select_related("page").filter(pk=restriction.pk).first()
    restriction._copies = list(_copies_of(stored, stored.page)) if stored is not None else []


def let_copies_follow(restriction: PageViewRestriction) -> None:
    """Give the strays noted before the restriction as it is now."""
    for copy in restriction.__dict__.pop("_copies", ()):
        _make_like(copy, restriction)


def drop_copies(restriction: PageViewRestriction) -> None:
    """Take the restriction from the strays noted before; one that lies higher takes its place."""
    for copy in restriction.__dict__.pop("_copies", ()):
        copy.delete()
    restrict_strays(restriction.page)


def _copies_of(restriction: PageViewRestriction, top: Page):
    """Yield those of ``restriction`` that translations of what lies at or below ``top`` have."""
    below = _below(top).filter(view_restrictions=None)
    alike = PageViewRestriction.objects.filter(
        page__in=_in_other_languages(below),
        restriction_type=restriction.restriction_type,
        password=restriction.password,
    )
    groups = _groups(restriction)
    for copy in alike.select_related("page"):
        if _groups(copy) == groups and _is_translated_from(below, copy.page):
            yield copy


def _groups(restriction: PageViewRestriction) -> set[int]:
    return set(restriction.groups.values_list("pk", flat=True))


def _below(top: Page):
    # Of one language: in another the same page may have been put there as well.
    return Page.objects.descendant_of(top, inclusive=True).filter(locale_id=top.locale_id)


def _in_other_languages(originals):
    keys = originals.values("translation_key")
    return Page.objects.filter(translation_key__in=keys).exclude(
        locale_id__in=originals.values("locale_id")
    )


def _is_translated_from(originals, page: Page) -> bool:
    original = originals.get(translation_key=page.translation_key)
    return translations_of(original).filter(pk=page.pk).exists()


def _make_like(copy: PageViewRestriction, restriction: PageViewRestriction) -> None:
    copy.restriction_type, copy.password = restriction.restriction_type, restriction.password
    copy.save()
    copy.groups.set(restriction.groups.all())
