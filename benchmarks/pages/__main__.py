"""The portal's cached pages beside other servers and caches, all in one run on this machine.

Every server sends the portal's home page, the same bytes, from one core while wrk asks from the
other; all are up at once and visited in turn. The yardstick is the CPU time that a hit costs the
server, all its processes together, which other work on the machine hardly changes::

    python -m benchmarks.pages
    python -m benchmarks.pages --quick
    python -m benchmarks.pages --quick --servers "nginx static" Varnish
"""

import argparse
import os
import shutil
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

from benchmarks.pages import experiments, installing, machine, measure, peers, portal, report
from benchmarks.pages.page import ask, store
from benchmarks.pages.server import ROOT, Server

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
PEERS = (
    peers.NginxStatic,
    peers.NginxProxyCache,
    peers.NginxProxyCacheKeptOpen,
    peers.Varnish,
    peers.WagtailCache,
    peers.WagtailCacheOnGranian,
    peers.DjangoCache,
    peers.Uncached,
)
OURS = (portal.Portal, portal.SingleProcess)
SWEEPS, SECONDS = 7, 1
QUICK_SWEEPS = 1


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def make(kind: type[Server], work: Path, www: Path, origin: int) -> Server:
    """Return a server of a kind, with a folder of its own."""
    return kind(work / "run" / kind.__name__, www=www, origin=origin)


def prepare(work: Path, *, fresh: bool) -> None:
    """Install and fill what the servers stand on; it stays in ``work`` for the next run."""
    if fresh:
        shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(work / "run", ignore_errors=True)
    (work / "run").mkdir(parents=True)
    say("Filling the portal and the environment of wagtail-cache (minutes, the first time)")
    portal.fill(work / "portal")
    peers.WagtailCache.python = installing.ensure_wagtail_cache(work / "wagtail-cache")
    peers.Uncached.portal = portal.environment(work / "portal")
    portal.Portal.content = work / "portal"


def page_of_the_portal(work: Path, www: Path) -> bytes:
    """Return the home page as the portal renders it without a cache, and write it to ``www``."""
    renderer = make(peers.Uncached, work, www, 0)
    renderer.start()
    try:
        body = ask(renderer.port, accept_encoding="identity").body
    finally:
        renderer.stop()
    store(body, www)
    return body


def run(work: Path, names: list[str], *, sweeps: int) -> tuple[report.Findings, list[Server]]:
    """Start the servers that ``names`` names, measure them, and do the portal's experiments."""
    www = work / "run" / "www"
    body = page_of_the_portal(work, www)
    with ExitStack() as stack:
        origin = make(peers.Origin, work, www, 0)
        chosen = [make(kind, work, www, origin.port) for kind in (*PEERS, *OURS)]
        chosen = [server for server in chosen if server.name in names]

        def start(server: Server, page: bytes) -> None:
            say(f"Starting {server.name}")
            stack.callback(server.stop)
            server.start()
            server.check(page)

        for server in (origin, *chosen):
            start(server, body)
        ours = {type(server): server for server in chosen if isinstance(server, portal.Portal)}
        edge = ours.get(portal.Portal)
        if edge and (found_page := portal.exported_page(edge, body)):
            folder, page = found_page
            store(page, work / "run" / "exported")
            exported = portal.Exported(work / "run" / "Exported", www=folder)
            twin = portal.ExportedTwin(work / "run" / "Twin", www=work / "run" / "exported")
            for server in (exported, twin):
                start(server, page)
                chosen.append(server)
        results = measure.sweep(chosen, sweeps=sweeps, seconds=SECONDS, say=say)
        found = try_out(ours, body, sweeps=sweeps)
    return report.Findings(results=results, **found), chosen


def try_out(ours: dict[type, portal.Portal], body: bytes, *, sweeps: int) -> dict[str, object]:
    """Do the experiments with those of the portal's servers that run; return what they found."""
    rounds = min(3, sweeps)
    found: dict[str, object] = {}
    if portal.SingleProcess in ours:
        say("Lone hits beside renders, single process")
        one = ours[portal.SingleProcess]
        found["lone_in_one_process"] = experiments.lone_hit(one, seconds=SECONDS, rounds=rounds)
    if portal.Portal in ours:
        edge = ours[portal.Portal]
        say("Lone hits beside renders")
        found["lone"] = experiments.lone_hit(edge, seconds=SECONDS, rounds=rounds)
        say("Many for one page: missing, stale")
        found["missing"] = experiments.missing_page(edge, body)
        found["stale"] = experiments.stale_page(edge)
        say("First hit from disk")
        edge.stop()
        found["first"] = experiments.first_hit_from_disk(edge, body, rounds=rounds)
    return found


def main() -> int:
    """Run the benchmark; 1 when a goal is missed."""
    names = [kind.name for kind in (*PEERS, *OURS)]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one sweep, to try; writes no file")
    parser.add_argument("--servers", nargs="+", choices=names, default=names, metavar="NAME")
    parser.add_argument("--fresh", action="store_true", help="fill and install everything anew")
    parser.add_argument("--work", type=Path, default=ROOT / "var" / "benchmark")
    options = parser.parse_args()
    if os.cpu_count() < 2:
        sys.exit("The benchmark needs two cores: one for the servers, one for those who ask.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended."))
    load = os.getloadavg()[0]
    installing.ensure_programs()
    work = options.work.resolve()
    prepare(work, fresh=options.fresh)
    machine.pin_this_process()
    sweeps = QUICK_SWEEPS if options.quick else SWEEPS
    found, servers = run(work, options.servers, sweeps=sweeps)
    listed = report.goals(found)
    text = report.document(found, listed, servers=servers, work=work, sweeps=sweeps, load=load)
    print(text)
    if not options.quick and options.servers == names:
        RESULTS.write_text(text, encoding="utf-8")
    return 0 if all(goal.met for goal in listed) else 1


if __name__ == "__main__":
    sys.exit(main())
