"""Whatever befalls the files of the store of a portal that runs: no error, no wrong page."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from portal.pagecache.store.words import Words
from tests.serving import PAGES, Portal, ask, running, until

# `SEEDS="1 2 3"` finds what went wrong again.
SEEDS = [int(seed) for seed in os.environ.get("SEEDS", "1").split()]


def files_of(var: Path) -> list[Path]:
    """The files of the store, with the log that SQLite keeps beside it, in order."""
    return sorted((var / "pagecache").glob("pages-*"))


def truncate(path: Path, random: Random) -> None:
    os.truncate(path, random.randrange(path.stat().st_size + 1))


def overwrite(path: Path, random: Random) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(random.randrange(size + 1))
        file.write(random.randbytes(random.randrange(1, size + 2)))


def flip(path: Path, random: Random) -> None:
    """Flip bits all over the file, so that every page of it may be met."""
    data = bytearray(path.read_bytes())
    for _ in range(random.randrange(1, 2 + len(data) // 2000)):
        if data:
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    with path.open("r+b") as file:
        file.write(data)


def delete(path: Path, _random: Random) -> None:
    path.unlink()


DAMAGES: list[Callable[[Path, Random], None]] = [truncate, overwrite, flip, delete]


def assert_right(portal: Portal, bodies: dict[str, bytes]) -> None:
    for path, body in bodies.items():
        answer = portal.get(path)
        assert (answer.status, answer.body) == (200, body), path


def assert_rebuilt(portal: Portal, bodies: dict[str, bytes]) -> None:
    """Every page is soon kept again, and is right."""
    for path in bodies:
        until(lambda p=path: portal.get(p).says("hit"), 30, f"a hit of {path}")
    assert_right(portal, bodies)


def damage(var: Path, random: Random) -> str:
    """Do something to some of the files; return what, for whoever must find out."""
    done = []
    for path in files_of(var):
        if random.random() < 0.7 or len(files_of(var)) == 1:
            act = random.choice(DAMAGES)
            act(path, random)
            done.append(f"{act.__name__} {path.name}")
    return ", ".join(done)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_store_that_is_damaged_while_it_serves_or_is_down(var, seed):
    random = Random(seed)
    with running(var, "--workers", "1") as portal:
        bodies = {path: portal.get(path).body for path in PAGES}
        assert_rebuilt(portal, bodies)
        for _ in range(4):
            print(damage(var, random))
            # What an edge remembers hides the file, but not from another process.
            if random.random() < 0.5:
                for pid in portal.workers("portal.front"):
                    os.kill(pid, signal.SIGKILL)
                until(lambda: ask(portal.port, "/robots.txt").status == 200, 30, "an answer")
            assert_right(portal, bodies)
            # So that it is read.
            Words(var / "pagecache").bump()
            assert_right(portal, bodies)
            assert_rebuilt(portal, bodies)
    for _ in range(2):
        print("down:", damage(var, random))
        with running(var, "--workers", "1", port=portal.port) as again:
            assert_right(again, bodies)
            assert_rebuilt(again, bodies)


def test_a_folder_that_is_deleted_while_it_serves_and_while_it_is_down(var):
    with running(var, "--workers", "1") as portal:
        bodies = {path: portal.get(path).body for path in PAGES}
        assert_rebuilt(portal, bodies)
        # What is removed may be made anew meanwhile.
        shutil.rmtree(var / "pagecache", ignore_errors=True)
        # The sockets of the render processes lie there too: they are made anew, and until then
        # there may be nobody to ask.
        answers = []

        def is_answered() -> bool:
            answers.append(portal.get("/"))
            return answers[-1].status == 200

        until(is_answered, 60, "an answer")
        assert {answer.status for answer in answers} <= {200, 503}
        assert {answer.body for answer in answers if answer.status == 200} == {bodies["/"]}
        assert_rebuilt(portal, bodies)
    shutil.rmtree(var / "pagecache", ignore_errors=True)
    with running(var, "--workers", "1", port=portal.port) as again:
        assert_right(again, bodies)
        assert_rebuilt(again, bodies)
