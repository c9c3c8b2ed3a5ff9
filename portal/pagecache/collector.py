"""Notes what a response is made from while it is being made.

Every model instance that comes to life is noted by itself (`changes.connect`). What no instance
shows – that a list could gain a member, that a text depends on the day – is declared:

    collector.note(collector.children_of(page))     a list of the pages beneath ``page``
    collector.note(collector.rows_of(Category))     a list of all rows of a model
    collector.until(midnight)                       the text is right until then

Outside of a request that fills the cache all of this does nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

# Responses that say "there is nothing here" bear this tag.
MISSING = "missing"
# Touched by every change of any public page.
PAGES = "pages"
# Touched when pages are put elsewhere in the tree. No response bears it: what lies above a page is
# looked up when the page has been made, which a move in between would falsify.
STRUCTURE = "structure"
# Touching it touches everything.
EVERYTHING = "*"


@dataclass
class Notes:
    """What one response is made from.

    ``subject`` is the tag of what the response is a page of; None while no view has declared the
    response public. ``soft_at`` and ``hard_at``: from when on it must be refreshed, and from when
    on it must not be served. ``began``: when it was begun to be made.
    """

    tags: set[str] = field(default_factory=set)
    subject: str | None = None
    soft_at: datetime | None = None
    hard_at: datetime | None = None
    query_keys: tuple[str, ...] | None = None
    began: datetime = field(default_factory=timezone.now, compare=False)

    def add(self, other: "Notes") -> None:
        """Take over the tags of ``other`` and its instants, but for those that have passed.

        Whoever uses again what was made before them leaves out what has expired since.
        """
        self.tags |= other.tags
        for instant, hard in ((other.soft_at, False), (other.hard_at, True)):
            if instant is not None and instant > self.began:
                self.limit(instant, hard=hard)

    def limit(self, instant: datetime | None, *, hard: bool) -> None:
        name = "hard_at" if hard else "soft_at"
        present = getattr(self, name)
        if instant is not None and (present is None or instant < present):
            setattr(self, name, instant)


_notes: ContextVar[Notes | None] = ContextVar("pagecache.notes", default=None)


@contextmanager
def collecting() -> Iterator[Notes]:
    """Collect the notes of what happens inside; they do not reach a collection around it."""
    notes = Notes()
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)


def note(*tags: str) -> None:
    """Note that the response being made depends on what bears ``tags``."""
    notes = _notes.get()
    if notes is not None:
        notes.tags.update(tags)


def include(kept: Notes) -> None:
    """Note what was collected earlier, for a part that is used again without being made again."""
    notes = _notes.get()
    if notes is not None:
        notes.add(kept)


def until(instant: datetime | None, *, hard: bool = False) -> None:
    """Note that the response is right until ``instant`` (aware); None is no limit.

    With ``hard`` it must not be served from then on: a text expires. Otherwise it is refreshed.
    """
    notes = _notes.get()
    if notes is not None:
        notes.limit(instant, hard=hard)


def expire_with(instant: datetime | None) -> None:
    """Note that a page has been read that expires at ``instant`` (aware), None for never.

    One that had expired before the response was begun is not shown in it. One that does so
    meanwhile may be: it had not when the database was asked.
    """
    notes = _notes.get()
    if notes is not None and instant is not None and instant > notes.began:
        notes.limit(instant, hard=True)


def public(subject: str, query_keys: tuple[str, ...] | None = None) -> None:
    """Declare that the response may be kept for everybody.

    ``subject`` is the tag of what it is a page of; ``query_keys`` are the only query keys that it
    heeds, None where nothing is known about them: then nothing with a query is kept.
    """
    notes = _notes.get()
    if notes is not None:
        notes.subject = subject
        notes.tags.add(subject)
        if query_keys is not None:
            notes.query_keys = query_keys


def private() -> None:
    """Take back that the response may be kept."""
    notes = _notes.get()
    if notes is not None:
        notes.subject = None


def tag_of(model, pk) -> str:
    """Return the tag of a row: that of its topmost model, so that all who know a page agree."""
    parents = model._meta.all_parents
    root = parents[-1] if parents else model._meta.concrete_model
    return f"{root._meta.label_lower}:{pk}"


def children_of(page) -> str:
    """Return the tag of the list of live pages beneath ``page``: their number and order."""
    return f"children:{page.pk}"


def translations_of(instance) -> str:
    """Return the tag of the set of languages in which ``instance`` exists for readers."""
    return f"translations:{instance.translation_key}"


def rows_of(model) -> str:
    """Return the tag of all rows of ``model``."""
    return f"rows:{model._meta.label_lower}"


def below(pk: int) -> str:
    """Return the tag of everything made from the page ``pk`` or a page beneath it."""
    return f"below:{pk}"
