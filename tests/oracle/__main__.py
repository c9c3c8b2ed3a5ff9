"""The oracle in long mode: real processes, a real database, thousands of edits.

`python -m tests.oracle --steps 500 --seed 7 --database sqlite` builds a site in a folder of its
own, serves it with an edge and two render processes, makes the edits of that seed (in this process
and through the admin over HTTP) and compares every address after each. It ends with 1 when
something was wrong. `make oracle` does so with many seeds.
"""

import argparse
import signal
import sys
import time
from collections import Counter
from random import Random
from traceback import format_exception

from tests.oracle.running import ServedSite, site_of_its_own


def main() -> int:
    """Run with the arguments of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle")
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0, help="end after so long at the latest")
    options = parser.parse_args()
    # So that what was found is told, servers are stopped and folders removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with site_of_its_own(options.database) as site:
        return _run(site, options)


def _run(site: ServedSite, options) -> int:
    import logging

    from tests.oracle.compare import Defect
    from tests.oracle.edits import EDITS
    from tests.oracle.machine import Pick
    from tests.oracle.served import Browser

    logging.disable(logging.WARNING)
    world = site.world
    world.browser = Browser(site.host)
    world.browser.sign_in("quantri")
    comparison = site.comparison()
    defects = comparison.begin()
    assert not defects, "\n".join(map(str, defects))
    random = Random(options.seed)
    pick = Pick.of_random(random)
    found: Counter = Counter()
    began = time.monotonic()
    made = 0
    while made < options.steps:
        edit = random.choice(EDITS)
        try:
            done, defects = comparison.step(edit, world, pick)
        except KeyboardInterrupt:
            break
        except Exception as error:
            # Nothing that an editor does may fail like this.
            failed = "".join(format_exception(error, limit=-8))
            done, defects = edit.__name__, [Defect("failed edit", "/", edit.__name__, failed)]
        made += bool(done)
        for defect in defects:
            found[defect.kind, edit.__name__] += 1
            if found[defect.kind, edit.__name__] <= 3:
                print(f"step {made}: {defect}", flush=True)
        if done and made % 100 == 0:
            print(f"{made} steps, {time.monotonic() - began:.0f} s", flush=True)
        if options.minutes and time.monotonic() > began + 60 * options.minutes:
            break
    _report(comparison, made, options, found)
    return 1 if found else 0


def _report(comparison, made: int, options, found: Counter) -> None:
    print(f"\n{made} steps on {options.database}, seed {options.seed}")
    print(f"{comparison.looked} answers compared, {found.total()} wrong")
    print(f"{len(comparison.disturbed)} looks taken again: {comparison.disturbed[:3]}")
    for (kind, edit), count in found.most_common():
        print(f"  {kind} after {edit}: {count}")
    print("\n| edit | edits | kept | purged | differing | of the purged differ |")
    print("|---|---|---|---|---|---|")
    for name, p in sorted(comparison.precision.items()):
        share = f"{p.differing / p.touched:.0%}" if p.touched else "–"
        each = [f"{n / p.edits:.1f}" for n in (p.kept, p.touched, p.differing)]
        print(f"| {name} | {p.edits} | {' | '.join(each)} | {share} |")


if __name__ == "__main__":
    sys.exit(main())
