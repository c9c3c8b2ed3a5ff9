"""The state machine: any sequence of edits, after each of which readers must get the truth."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import transaction
from django.test import override_settings
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from portal.pagecache import follower
from portal.pagecache.node import local
from tests.oracle.compare import Comparison
from tests.oracle.edits import EDITS
from tests.oracle.portals import EdgeHere, Truth
from tests.oracle.site import World
from tests.oracle.urls import Addresses
from tests.translating import committing

HOST = "localhost"


@dataclass(frozen=True)
class Pick:
    """Chooses; ``number(a, b)`` gives a number from ``a`` to ``b``."""

    number: Callable[[int, int], int]

    def one(self, choices):
        """Return one of ``choices``, a list or an ordered query; None where there are none."""
        found = list(choices)
        return found[self.number(0, len(found) - 1)] if found else None

    @classmethod
    def of_random(cls, random: Random) -> "Pick":
        """Choose by the numbers of ``random``."""
        return cls(random.randint)


@contextmanager
def empty_cache() -> Iterator[None]:
    """Give this process a page cache of its own, with nothing in it."""
    with TemporaryDirectory(prefix="portal-oracle-") as folder:
        local.cache_clear()
        kept = {**settings.PAGECACHE, "folder": str(Path(folder) / "pagecache")}
        with override_settings(PAGECACHE=kept):
            try:
                follower.follow()
                yield
            finally:
                local().store.close()
                local.cache_clear()


@contextmanager
def opened(built: World) -> Iterator[tuple[World, Comparison]]:
    """Yield the site as it was ``built``, with everybody's first look; it is built again after."""
    with transaction.atomic(), empty_cache():
        world = copy(built)
        world.marks, world.instants = copy(built.marks), []
        comparison = Comparison(
            EdgeHere(HOST), Truth(HOST), committing, Addresses(f"http://{HOST}")
        )
        comparison.instants = world.instants
        defects = comparison.begin()
        assert not defects, "\n".join(map(str, defects))
        yield world, comparison
        transaction.set_rollback(True)


class Oracle(RuleBasedStateMachine):
    """Edits in any order; ``built`` is the site that each sequence begins with.

    Hypothesis draws the seed of a sequence and no more: what is simplest to it is the same edit
    again and again, with which it begins. ``made`` are the names of the edits that could be made.
    """

    def __init__(self, built: World):
        super().__init__()
        self.stack = ExitStack()
        self.world, self.comparison = self.stack.enter_context(opened(built))
        self.made: list[str] = []

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed):
        random = Random(seed)
        self.pick = Pick.of_random(random)
        self.edits = random.sample(EDITS, len(EDITS))

    @rule()
    def edit(self):
        edit = self.edits.pop()
        done, defects = self.comparison.step(edit, self.world, self.pick)
        if done:
            self.made.append(edit.__name__)
        note(f"{edit.__name__}: {done}")
        assert not defects, "\n".join(map(str, defects))

    def teardown(self):
        self.stack.close()
