"""How the portal's pages and the editors' work behave as the number of articles grows.

Builds a database for each size and kind, each with a process of its own, asks all of them for the
same pages in turn within one run, and prints Markdown tables of the medians and their ratios::

    python -m benchmarks.growth
    python -m benchmarks.growth --articles 1000 20000 --database sqlite --rounds 10
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import psycopg

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
# What a page of the largest site may cost, as a multiple of the smallest.
GOAL = 1.3
REQUESTS_A_TURN = 5
EDITS = {
    "publish": "publish a change",
    "create": "create in the admin",
    "explore": "open the explorer",
}


@dataclass
class Subject:
    """A portal of ``articles`` articles on a ``kind`` of database, and what was measured of it."""

    kind: str
    articles: int
    process: subprocess.Popen
    load: dict[str, float] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)

    def do(self, operation: str, *arguments):
        """Let the portal's process do an operation of benchmarks.portal_process.Portal."""
        self.process.stdin.write(json.dumps([operation, *arguments]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"The portal on {self.kind} with {self.articles} articles stopped.")
        return json.loads(answer)

    def median(self, name: str) -> float:
        return statistics.median(self.times[name])


def start(kind: str, articles: int, url: str, folder: Path) -> Subject:
    """Start the process of a subject; everything it writes lies in ``folder``."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "DATABASE_URL": url,
        "PORTAL_VAR": str(folder),
        "TMPDIR": str(folder),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.portal_process"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Subject(kind, articles, process)


def stop(subject: Subject) -> None:
    """End the process of a subject."""
    subject.process.stdin.close()
    subject.process.wait(timeout=60)
    subject.process.stdout.close()


def measure_pages(subjects: list[Subject], rounds: int) -> list[str]:
    """Ask all subjects for all pages in turn, ``rounds`` times; return the names of the pages."""
    pages: list[str] = []
    for subject in subjects:
        pages = subject.do("find_addresses")
    for name, subject in product(pages, subjects):
        subject.queries[name] = len(subject.do("queries", name))
        subject.times[name] = []
    for _round, name, subject in product(range(rounds), pages, subjects):
        subject.times[name] += subject.do("ask", name, REQUESTS_A_TURN)
    return pages


def measure_edits(subjects: list[Subject], rounds: int) -> None:
    """Let all subjects do the work of an editor in turn, ``rounds`` times."""
    for name, subject in product(EDITS, subjects):
        # The first time fills caches; it is not counted.
        subject.do(name)
        subject.times[name] = []
    for name, _round, subject in product(EDITS, range(rounds), subjects):
        subject.times[name].append(subject.do(name))


def table(subjects: list[Subject], names: list[str], *, goal: float | None) -> str:
    """Return the medians in ms of ``names`` and their growth from the first to the last size."""
    heads = ["", *(["queries"] if goal else [])]
    kinds = list(dict.fromkeys(subject.kind for subject in subjects))
    for kind in kinds:
        heads += [f"{kind} {s.articles:,} ms" for s in subjects if s.kind == kind] + ["ratio"]
    lines = [heads, ["---"] * len(heads)]
    for name in names:
        line = [EDITS.get(name, name)]
        if goal:
            line.append("/".join(str(n) for n in sorted({s.queries[name] for s in subjects})))
        for kind in kinds:
            medians = [s.median(name) for s in subjects if s.kind == kind]
            ratio = medians[-1] / medians[0]
            line += [f"{1000 * median:.2f}" for median in medians]
            line.append(f"**{ratio:.2f}**" if goal and ratio > goal else f"{ratio:.2f}")
        lines.append(line)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def loads(subjects: list[Subject]) -> str:
    """Return how long each database took to fill, in seconds."""
    lines = [["", *subjects[0].load], ["---"] * (len(subjects[0].load) + 1)]
    for s in subjects:
        lines.append([f"{s.kind} {s.articles:,}", *(f"{t:.1f} s" for t in s.load.values())])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> int:
    """Run the benchmark; 1 when a page grows by more than the goal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--rounds", type=int, default=15, help="turns for each page and database")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    options = parser.parse_args()
    kinds = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    if "postgresql" in kinds and postgres.bin_folder() is None:
        sys.exit("PostgreSQL's server programs are not installed; try --database sqlite.")
    subjects = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-growth-")))
        server = stack.enter_context(postgres.server()) if "postgresql" in kinds else ""
        for kind in kinds:
            for articles in sorted(options.articles):
                own = folder / f"{kind}-{articles}"
                own.mkdir()
                url = f"sqlite:///{own / 'portal.sqlite3'}"
                if kind == "postgresql":
                    with psycopg.connect(server, autocommit=True) as connection:
                        connection.execute(f"CREATE DATABASE growth_{articles}")
                    url = f"{server.rpartition('/')[0]}/growth_{articles}"
                subject = start(kind, articles, url, own)
                stack.callback(stop, subject)
                print(f"Filling {kind} with {articles:,} articles", file=sys.stderr, flush=True)
                subject.load = subject.do("load", articles)
                subjects.append(subject)
        pages = measure_pages(subjects, options.rounds)
        measure_edits(subjects, max(3, options.rounds // 2))
    print(f"{table(subjects, pages, goal=GOAL)}\n")
    print(f"{table(subjects, list(EDITS), goal=None)}\n")
    print(f"{loads(subjects)}\n")
    grown = [
        f"{name} ({kind})"
        for kind in kinds
        for name in pages
        for medians in [[s.median(name) for s in subjects if s.kind == kind]]
        if medians[-1] > GOAL * medians[0]
    ]
    print(f"Above the goal of {GOAL}: {', '.join(grown) or 'nothing'}.")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
