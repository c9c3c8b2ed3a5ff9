"""Tags in words, for the people who ask why a page is kept or what a change refreshes.

Rooms that note tags of their own say what they mean: `register`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.apps import apps
from django.utils.translation import gettext as _

from portal.pagecache.collector import EVERYTHING, MISSING, PAGES, STRUCTURE

PAGE = "wagtailcore.page"
# What tags ``prefix`` or ``prefix:rest`` mean, by prefix; given the rest.
_registered: dict[str, Callable[[str], str]] = {
    EVERYTHING: lambda _rest: _("everything"),
    MISSING: lambda _rest: _("addresses without a page"),
    PAGES: lambda _rest: _("every public page"),
    STRUCTURE: lambda _rest: _("the tree of pages"),
    "at": lambda _rest: _("this address itself"),
    "translations": lambda _rest: _("the languages in which one of its texts exists"),
}


def register(prefix: str, words: Callable[[str], str]) -> None:
    """Let ``words`` say what tags ``prefix`` or ``prefix:rest`` mean; it is given the rest."""
    _registered[prefix] = words


def in_words(tags: Iterable[str]) -> dict[str, str]:
    """Return ``tags`` with what each means, in the present language; a query for each model."""
    tags = list(tags)
    rows = _rows(tags)
    return {tag: _words(tag, rows) for tag in tags}


def _rows(tags: list[str]) -> dict[tuple[str, str], str]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for tag in tags:
        label, _colon, pk = tag.partition(":")
        wanted[PAGE if label in ("children", "below") else label].add(pk)
    found = {}
    for label, keys in wanted.items():
        model = _model(label)
        if model is not None and label not in _registered:
            for row in model._base_manager.filter(pk__in=[k for k in keys if k.isdigit()]):
                found[label, str(row.pk)] = str(row)
    return found


def _model(label: str):
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _words(tag: str, rows: dict[tuple[str, str], str]) -> str:
    prefix, _colon, rest = tag.partition(":")
    if prefix in _registered:
        return _registered[prefix](rest)
    if prefix == "rows" and (model := _model(rest)) is not None:
        return _("the list of all: %(names)s") % {"names": model._meta.verbose_name_plural}
    named = {
        "children": _("the list of pages beneath “%(name)s”"),
        "below": _("everything at or beneath “%(name)s”"),
    }
    if prefix in named:
        return named[prefix] % {"name": rows.get((PAGE, rest), rest)}
    model = _model(prefix)
    if model is None:
        return tag
    kind = _("page") if prefix == PAGE else model._meta.verbose_name
    return _("%(kind)s “%(name)s”") % {"kind": kind, "name": rows.get((prefix, rest), rest)}
