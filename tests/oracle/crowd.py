"""Several editors at once while processes are killed: once all is quiet, readers get the truth.

`python -m tests.oracle.crowd --rounds 20 --seed 7 --database postgresql` serves a site of its own.
In each round editors make the edits of that seed side by side, readers ask for every address, each
few seconds one of the portal's processes is killed, and PostgreSQL crashes once. Then every address
is compared, and the tree of pages looked at. It ends with 1 when something was wrong.
"""

import argparse
import http.client
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from random import Random

from tests.oracle.running import ServedSite, site_of_its_own
from tests.serving import begin_django, until

EDITORS = 3
SECONDS = 25
KILL_SECONDS = 3
# When the database crashes: while all work.
CRASH_TURN = 3
# Beyond the bound of what may be out of date, and the start of a process.
SILENCE = 15
MARKS_EACH = 10_000


def edit(number: int, seed: int, host: str) -> None:
    """Work as the editor ``number`` for a while; print what was made, and what failed, as JSON."""
    import logging
    from inspect import isgenerator

    from django.db import connection
    from django.utils import translation

    from portal import surroundings
    from tests.oracle.edits import EDITS
    from tests.oracle.machine import Pick
    from tests.oracle.marks import Marks
    from tests.oracle.served import Browser
    from tests.oracle.site import World

    logging.disable(logging.CRITICAL)
    random = Random(f"{seed} {number}")
    marks = Marks()
    marks.number = MARKS_EACH * (1 + EDITORS * (seed % 25) + number)
    world = World(marks, Browser(host))
    until(lambda: _is_in(world.browser), 60, "signed in")
    pick = Pick.of_random(random)
    made, failed = 0, Counter()
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        chosen = random.choice(EDITS)
        surroundings.forget()
        translation.activate("vi")
        try:
            parts = chosen(world, pick)
            made += bool(list(parts) if isgenerator(parts) else parts)
        except Exception as error:
            # Another was faster, or what it needs was killed: editors are told, and go on.
            failed[type(error).__name__] += 1
            connection.close()
            time.sleep(0.3)
    print(json.dumps([made, failed]))


def _is_in(browser) -> bool:
    # What would let an editor in may be away just then.
    with suppress(AssertionError, OSError, http.client.HTTPException):
        browser.sign_in("quantri")
        return True
    return False


class Havoc(threading.Thread):
    """Kills processes of the portal and crashes its database while editors work."""

    def __init__(self, site: ServedSite, seed: int):
        super().__init__(daemon=True)
        self.site = site
        self.random = Random(seed)

    def run(self) -> None:
        for turn in range(SECONDS // KILL_SECONDS):
            time.sleep(KILL_SECONDS)
            if running := self.site.portal.everybody():
                with suppress(ProcessLookupError):
                    os.kill(self.random.choice(running), signal.SIGKILL)
            if turn == CRASH_TURN and self.site.server is not None:
                self.site.server.stop()
                time.sleep(1)
                self.site.server.start()


def main() -> int:
    """Run with the arguments of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.crowd")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with site_of_its_own(options.database) as site:
        rounds = range(options.seed, options.seed + options.rounds)
        wrong = sum(_round(site, seed) for seed in rounds)
    return 1 if wrong else 0


def _round(site: ServedSite, seed: int) -> int:
    """Let editors work with the edits of ``seed``; return how much is wrong afterwards."""
    import logging

    from django.db import connections
    from wagtail.models import Page

    logging.disable(logging.WARNING)
    before = site.comparison()
    addresses = before.addresses.all()
    # The database is about to crash.
    connections.close_all()
    editors = [
        begin_django(
            f"from tests.oracle.crowd import edit; edit({number}, {seed}, {site.host!r})",
            site.portal.environment,
        )
        for number in range(EDITORS)
    ]
    havoc = Havoc(site, seed)
    havoc.start()
    while any(editor.poll() is None for editor in editors):
        for address in addresses:
            # Whose process was killed.
            with suppress(OSError, http.client.HTTPException):
                before.edge.ask(address)
    havoc.join()
    time.sleep(SILENCE)
    # Nothing is known of what was public in between.
    comparison = site.comparison()
    wrong = [str(defect) for defect in comparison.begin()]
    if any(problems := Page.find_problems()):
        wrong.append(f"the tree of pages is torn: {problems}")
    told = [json.loads(editor.communicate()[0]) for editor in editors]
    failed = sum((Counter(failed) for _made, failed in told), Counter())
    made = sum(made for made, _failed in told)
    print(f"seed {seed}: {made} edits, failed {dict(failed)};", end=" ")
    print(f"{comparison.looked} answers compared, {len(wrong)} wrong", flush=True)
    for line in wrong:
        print(line, flush=True)
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main())
