"""What was measured, as Markdown."""

import platform
import re
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from benchmarks.pages import machine
from benchmarks.pages.experiments import Crowd, FirstHit, LoneHit
from benchmarks.pages.installing import REQUIREMENTS
from benchmarks.pages.measure import Results
from benchmarks.pages.peers import NginxStatic
from benchmarks.pages.portal import Exported, ExportedTwin, Portal
from benchmarks.pages.server import ROOT, Server

PORTAL = Portal.name
EXPORT, TWIN = Exported.name, ExportedTwin.name
NGINX = NginxStatic.name
EXPORTED = f"exported page, gzip, of {NGINX} (0 where nothing is exported)"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Findings:
    """Everything that one run has found; what was not looked for is None."""

    results: dict[str, Results]
    lone: LoneHit | None = None
    lone_in_one_process: LoneHit | None = None
    first: FirstHit | None = None
    missing: Crowd | None = None
    stale: Crowd | None = None


@dataclass(frozen=True)
class Goal:
    """Something measured beside what it should be, as a number of at least or at most ``limit``."""

    text: str
    measured: float
    limit: float
    at_least: bool = True

    @property
    def met(self) -> bool:
        if self.at_least:
            return self.measured >= self.limit
        return self.measured <= self.limit


def ratio(results: dict[str, Results], of: str, to: str, form: str) -> float | None:
    """Return how many hits ``of`` answers in the CPU time that ``to`` takes for one; by medians.

    None where one of the two was not measured.
    """
    medians = [results[name].median(form, "cpu") if name in results else None for name in (to, of)]
    return None if None in medians else medians[0] / medians[1]


def goals(found: Findings) -> list[Goal]:
    """Return the goals, those of which something was measured."""
    compared = [
        (f"hit, gzip, of {NGINX}", PORTAL, NGINX, "gzip", 0.5),
        ("hit, gzip, of nginx proxy_cache", PORTAL, "nginx proxy_cache", "gzip", 1.0),
        ("hit, gzip, of wagtail-cache", PORTAL, "wagtail-cache", "gzip", 15.0),
        ("hit, identity, of Varnish", PORTAL, "Varnish", "identity", 3.0),
        (f"304, of {NGINX}", PORTAL, NGINX, "304", 0.35),
        (EXPORTED, EXPORT, TWIN, "gzip", 0.95),
    ]
    listed = [
        Goal(text, measured, limit)
        for text, of, to, form, limit in compared
        if (measured := ratio(found.results, of, to, form)) is not None
    ]
    if PORTAL in found.results:
        if EXPORT not in found.results:
            # Nothing that home leads to was exported: nginx has not one hit.
            listed.append(Goal(EXPORTED, 0.0, 0.95))
        own = found.results[PORTAL].busiest_memory / MEGABYTE
        listed.append(Goal("memory of the edge process, MB", own, 50, at_least=False))
    more = [
        ("lone hit while pages are rendered, of idle", found.lone, "ratio", 1.5),
        ("first hit from disk, database gone, s", found.first, "edge", 0.3),
        ("how often a missing page is made that 32 ask for", found.missing, "renders", 1),
        ("of 32, who wait for a stale page", found.stale, "waited", 0),
    ]
    listed += [
        Goal(text, getattr(seen, value), limit, at_least=False)
        for text, seen, value, limit in more
        if seen is not None
    ]
    return listed


def table(heads: list[str], lines: list[list[str]]) -> str:
    """Return a Markdown table: the first column to the left, numbers to the right."""
    rules = ["---", *["---:"] * (len(heads) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, rules, *lines))


def number(value: float | None) -> str:
    """Return a number with three digits that count; a dash for None."""
    if value is None:
        return "-"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}"


def servers_table(results: dict[str, Results]) -> str:
    """Return what a hit costs at each server, and how that compares."""
    heads = [
        "server", "gzip", "identity", "brotli", "304", f"of {NGINX}", "of wagtail-cache",
        "hits/s", "p50 alone, µs", "p50 of 32, ms", "p99 of 32, ms", "memory, MB", "start, s",
    ]  # fmt: skip
    lines = []
    for name, seen in results.items():
        main = "gzip" if "gzip" in seen.samples else "identity"
        lines.append([
            name,
            *(number(seen.median(form, "cpu")) for form in ("gzip", "identity", "br", "304")),
            number(ratio(results, name, NGINX, main)),
            number(ratio(results, name, "wagtail-cache", main)),
            number(seen.median(main, "rate")),
            number(seen.median("lone", "p50")),
            *(number(in_ms(seen.median(main, value))) for value in ("p50", "p99")),
            number(seen.memory / MEGABYTE),
            number(seen.start_seconds),
        ])  # fmt: skip
    return table(heads, lines)


def in_ms(microseconds: float | None) -> float | None:
    return None if microseconds is None else microseconds / 1e3


def goals_table(listed: list[Goal]) -> str:
    """Return the goals with what was measured, in bold what was missed."""
    lines = []
    for goal in listed:
        wanted = f"{'≥' if goal.at_least else '≤'} {number(goal.limit)}"
        measured = number(goal.measured)
        lines.append([goal.text, wanted, measured if goal.met else f"**{measured}**"])
    return table(["goal", "wanted", "measured"], lines)


def experiments_table(found: Findings) -> str:
    """Return what the experiments with the portal alone have shown."""
    lines: list[list[str]] = []

    def add(seen, text: str, tell: Callable[..., str]) -> None:
        if seen is not None:
            lines.append([text, tell(seen)])

    for where, seen in (("", found.lone), (", single process", found.lone_in_one_process)):
        add(seen, f"lone hit p50{where}, idle", lambda s: f"{number(s.idle)} µs")
        add(
            seen,
            f"lone hit p50{where}, while pages are rendered",
            lambda s: f"{number(s.rendering)} µs ({s.renders} renders, {s.render_ms:.0f} ms each)",
        )
    add(
        found.first,
        "first hit from disk, database gone",
        lambda s: (
            f"{s.edge:.2f} s after the edge process starts, {s.serve:.2f} s after `manage.py serve`"
        ),
    )
    for what, seen in (("missing", found.missing), ("stale", found.stale)):
        add(
            seen,
            f"32 ask at once for a {what} page",
            lambda s: (
                f"made {s.renders} times, {s.waited} waited, {s.stale} had the page that was "
                f"out of date, slowest {s.slowest_ms:.0f} ms"
            ),
        )
    return table(["experiment", "found"], lines)


def shown(server: Server, work: Path) -> str:
    """Return how a server is started, without the folders and the port of this run."""
    settings = [f"{name}={shlex.quote(value)}" for name, value in server.environment().items()]
    command = " ".join([*settings, shlex.join(server.command())])
    words = re.sub(rf"\b{server.port}\b", "PORT", command)
    for folder, name in ((work, "WORK"), (sys.executable, "python"), (ROOT, ".")):
        words = words.replace(str(folder), name)
    return words


def document(
    found: Findings,
    listed: list[Goal],
    *,
    servers: list[Server],
    work: Path,
    sweeps: int,
    load: float,
) -> str:
    """Return the whole report: goals, servers, experiments, and how they were measured.

    ``load`` is the load average before the run: what else the machine did.
    """
    www = servers[0].www
    sizes = [f"{(www / f'index.html{end}').stat().st_size:,}" for end in ("", ".gz", ".br")]
    commands = [f"- {s.name}: `{shown(s, work)}`" for s in servers]
    versions = [
        *(
            machine.version(*words)
            for words in (("nginx", "-v"), ("varnishd", "-V"), ("wrk", "-v"))
        ),
        f"Python {platform.python_version()}",
        *(f"{name} {metadata.version(name)}" for name in ("Wagtail", "Django", "Granian")),
        "for wagtail-cache: "
        + ", ".join(
            line.replace("==", " ")
            for line in REQUIREMENTS.read_text().splitlines()
            if line and not line.startswith("#")
        ),
    ]
    parts = [
        "# The portal's cached pages beside other servers",
        "Written by `make bench`; see README.md for how it is measured.",
        f"{machine.describe()}. {'; '.join(versions)}.",
        f"The page: the demo's home page, {sizes[0]} bytes ({sizes[1]} with gzip, {sizes[2]} with "
        f"Brotli). Sweeps: {sweeps}; their medians are shown. "
        f"Load average of the machine before the run: {number(load)}.",
        "## Goals",
        "Ratios are hits in the same CPU time unless said otherwise.",
        goals_table(listed),
        "## Servers",
        "CPU time of the server in µs a hit, by form of the answer; then hits in the same CPU time "
        "as another server's, hits a second and waiting times, of gzip or what there is instead.",
        servers_table(found.results),
        "## The portal alone",
        experiments_table(found),
        "## Commands",
        "\n".join(commands),
    ]
    return "\n\n".join(parts) + "\n"
