"""Compares what readers get with the truth, after each change."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from difflib import unified_diff
from inspect import isgenerator

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.utils import translation

from portal import surroundings
from portal.pagecache import journal
from tests.oracle.marks import Ledger, marks_in
from tests.oracle.portals import Answer, Truth, entries, subject_of
from tests.oracle.urls import Addresses

# A period without articles is no page; the list of one may be empty for a moment.
_PERIOD = re.compile(r"/\d{4}/(\d{1,2}/)?(\?|$)")

_FILE = re.compile(rf'{settings.MEDIA_URL}([^"\s,<&]+)')


@dataclass(frozen=True)
class Defect:
    """Something that must not be: ``kind``, where, after which edit, and what exactly."""

    kind: str
    address: str
    edit: str
    detail: str

    def __str__(self):
        return f"{self.kind} at {self.address} after {self.edit}: {self.detail}"


@dataclass
class Precision:
    """How much a kind of edit purged, and how much of that really had changed."""

    edits: int = 0
    touched: int = 0
    differing: int = 0
    kept: int = 0


@dataclass
class Comparison:
    """The site as readers see it, compared with what it is.

    ``edge`` is asked as readers ask (`portals.EdgeHere` or `EdgeServed`); ``committing`` wraps an
    edit so that what waits for the end of its transaction runs.
    """

    edge: object
    truth: Truth
    committing: Callable[[], AbstractContextManager]
    addresses: Addresses
    ledger: Ledger = field(default_factory=Ledger)
    precision: dict[str, Precision] = field(default_factory=dict)
    truths: dict[str, Answer] = field(default_factory=dict)
    # At which something begins or ends, in seconds since 1970.
    instants: list[float] = field(default_factory=list)
    looked: int = 0
    # What others have changed while somebody looked.
    disturbed: list[list[tuple[str, bool]]] = field(default_factory=list)

    def begin(self) -> list[Defect]:
        """Find every address, and look at all of them for the first time; return what is wrong."""
        while unknown := set(self.addresses.all()) - self.truths.keys():
            self.truths |= self.truth.ask(sorted(unknown))
            self.addresses.learn(self.truths)
        self.ledger.changed()
        return self.look("the beginning")

    def step(self, edit: Callable, *arguments) -> tuple[str, list[Defect]]:
        """Make an edit and look at everything; return what was done and what is wrong now.

        An edit returns what it did, or yields that after each of several parts; nothing when it
        cannot be made with what there is.
        """
        surroundings.forget()
        translation.activate("vi")
        defects: list[Defect] = []
        done = []
        kept = entries()
        began = time.time()
        with self.committing():
            parts = edit(*arguments)
        if parts is None:
            return "", []
        for part in self._parts(parts):
            if part:
                done.append(part)
                defects += self.look(part, edit.__name__, kept, began)
                surroundings.forget()
                kept = entries()
                began = time.time()
        return "; ".join(done), defects

    def _parts(self, parts) -> Iterator[str]:
        if not isgenerator(parts):
            yield parts
            return
        while True:
            translation.activate("vi")
            with self.committing():
                try:
                    part = next(parts, None)
                except (ValidationError, PermissionDenied) as refused:
                    part = f"refused: {type(refused).__name__}"
            if part is None:
                return
            yield part

    def look(
        self, edit: str, kind: str = "", kept: dict | None = None, began: float | None = None
    ) -> list[Defect]:
        """Return what is wrong at any address.

        ``kept`` is what was kept before the edit, which began at ``began``, seconds since 1970.
        """
        began = began or time.time()
        kept, present = kept or {}, entries()
        touched = _touched(kept, present)
        changed = self.ledger.changed()
        # What expires while all this is looked at is still allowed.
        allowed = self.ledger.allowed()
        addresses = self.addresses.all()
        before = self.truths
        answers, self.truths = self._looked(addresses)
        self.looked += len(addresses)
        defects: list[Defect] = []
        for address, answer in answers.items():
            defects += _leaked(address, answer, self.truths[address], edit, allowed)
            if not answer.says_the_same(self.truths[address]):
                answer = self._settled_in_time(address, answer, began)
            truth = self.truths[address]
            key = f"http://{self.edge.host}{address}"
            # What was made since may be out of date again: a page's pictures are made after it.
            is_older = key in kept and kept[key][0] == present.get(key, (None,))[0]
            must_be_new = is_older and subject_of(key) in changed
            defects += _judged(address, answer, truth, edit, must_be_new)
        defects += _broken(answers, edit)
        stale = [address for address, answer in answers.items() if answer.is_stale]
        defects += self._refreshed(stale, edit)
        self.addresses.learn(self.truths)
        if kind:
            self._count(kind, kept, touched, before)
        return defects

    def _looked(self, addresses: list[str]) -> tuple[dict[str, Answer], dict[str, Answer]]:
        """Return what readers get and what is true, with nothing changed in between.

        The portal that is served has a schedule of its own, which may have something to do then.
        """
        while True:
            position = journal.position()
            answers = {address: self.edge.ask(address) for address in addresses}
            truths = self.truth.ask(addresses)
            changes = journal.since(position).changes
            if not changes:
                return answers, truths
            self.disturbed.append(changes)

    def _settled_in_time(self, address: str, answer: Answer, began: float) -> Answer:
        """Return the answer again where an instant has passed since the edit ``began``.

        What is out of date since then may be shown for a moment, and is waited for.
        """
        while any(began < instant < time.time() for instant in self.instants):
            began = time.time()
            answer = self.edge.settle(address)
            self.truths |= self.truth.ask([address])
        return answer

    def _refreshed(self, stale: list[str], edit: str) -> list[Defect]:
        defects = []
        for address in stale:
            answer = self.edge.settle(address)
            if not answer.says_the_same(self.truths[address]):
                self.truths |= self.truth.ask([address])
            truth = self.truths[address]
            if answer.is_stale:
                defects.append(Defect("not refreshed", address, edit, answer.cache))
            elif not answer.says_the_same(truth):
                detail = difference(answer, truth)
                defects.append(Defect("refreshed wrongly", address, edit, detail))
        return defects

    def _count(self, kind: str, kept: dict, touched: set[str], before: dict) -> None:
        counted = self.precision.setdefault(kind, Precision())
        counted.edits += 1
        for address in before.keys() & self.truths.keys():
            key = f"http://{self.edge.host}{address}"
            if key in kept:
                counted.kept += 1
                counted.touched += key in touched
                counted.differing += not before[address].says_the_same(self.truths[address])


def _touched(before: dict, after: dict) -> set[str]:
    """Return the keys of what has been dropped, marked as stale, or made anew since."""
    now = time.time()
    return {
        key
        for key, (made, _soft_at) in before.items()
        if key not in after or after[key][0] != made or after[key][1] <= now
    }


def _judged(address, answer, truth, edit, must_be_new: bool) -> list[Defect]:
    if answer.says_the_same(truth):
        return []
    kind = ""
    if not answer.is_stale:
        kind = "stale"
    elif answer.status != truth.status and not _PERIOD.search(address):
        kind = "stale status"
    elif must_be_new:
        kind = "stale itself"
    return [Defect(kind, address, edit, difference(answer, truth))] if kind else []


def _leaked(address, answer, truth, edit, allowed) -> list[Defect]:
    leaked = marks_in(answer.text) - allowed
    if not leaked:
        return []
    is_of_site = leaked <= marks_in(truth.text)
    kind = "leak of the site itself" if is_of_site else "leak"
    detail = f"{', '.join(sorted(leaked))}\n    {difference(answer, truth)}"
    return [Defect(kind, address, edit, detail)]


def _broken(answers: dict[str, Answer], edit: str) -> Iterator[Defect]:
    """Yield what shows or links a file that is not there; also out of date, no page may do that."""
    there: dict[str, bool] = {}
    for address, answer in answers.items():
        for name in set(_FILE.findall(answer.text)):
            if not there.setdefault(name, default_storage.exists(name)):
                yield Defect("file gone", address, edit, f"{name} ({answer.cache})")


def difference(answer: Answer, truth: Answer) -> str:
    """Say in a few lines how an answer differs from the truth."""
    lines = [f"{answer.status} for {truth.status} ({answer.cache})"]
    lines += [f"{answer.headers} for {truth.headers}"] if answer.headers != truth.headers else []
    # A sitemap is one line.
    texts = (text.replace("<url>", "\n<url>").splitlines() for text in (truth.text, answer.text))
    compared = unified_diff(*texts, n=0, lineterm="")
    lines += [line[:300] for line in compared if line[:3] not in ("---", "+++", "@@ ")][:8]
    return "\n    ".join(lines)
