"""Visiting all servers in turn, several times, and keeping what was seen."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.pages import machine, wrk
from benchmarks.pages.server import FORMS, Server

# Nothing that is measured takes so long to answer once.
LONGEST_SECONDS = 4


@dataclass(frozen=True)
class Sample:
    """One run of wrk at one server: CPU time in microseconds a hit, latencies in microseconds."""

    cpu: float
    rate: float
    p50: float
    p99: float


@dataclass
class Results:
    """What was measured of one server, by form; memory in bytes, times in seconds."""

    name: str
    start_seconds: float = 0.0
    memory: int = 0
    # The memory of the one process that spent most CPU time on hits.
    busiest_memory: int = 0
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    def median(self, form: str, value: str) -> float | None:
        """Return the median of a value of Sample over the sweeps, None where there is none."""
        samples = self.samples.get(form)
        return statistics.median(getattr(s, value) for s in samples) if samples else None


def sample(server: Server, form: str, seconds: float) -> tuple[Sample, int]:
    """Load a server with requests of one form; return what was seen, and the busiest process.

    Where the machine is so busy that nothing is answered, it is tried again for longer. Raises
    RuntimeError when that does not help, or when a request fails.
    """
    connections = min(FORMS[form][1], server.most_connections)
    before = machine.cpu_times(server.process.pid)
    try:
        load = wrk.run(server.port, server.headers[form], connections=connections, seconds=seconds)
    except wrk.NothingAnsweredError as error:
        if seconds < LONGEST_SECONDS:
            return sample(server, form, 2 * seconds)
        raise RuntimeError(f"{server.name} does not answer {form}.") from error
    except ValueError as error:
        raise RuntimeError(f"{server.name}, {form}: {error}") from error
    spent = machine.spent(before, machine.cpu_times(server.process.pid))
    cpu = sum(spent.values()) / 1e3 / load.requests
    seen = Sample(cpu=cpu, rate=load.requests / load.seconds, p50=load.p50, p99=load.p99)
    return seen, max(spent, key=spent.get)


def sweep(
    servers: list[Server], *, sweeps: int, seconds: float, say: Callable[[str], None]
) -> dict[str, Results]:
    """Visit all servers in turn, form by form, ``sweeps`` times; return the results by name.

    Form by form, so that the numbers that are compared lie close together in time.
    """
    results = {s.name: Results(s.name, start_seconds=s.start_seconds) for s in servers}
    for number in range(sweeps):
        say(f"Sweep {number + 1} of {sweeps}")
        # Who comes after whom differs from sweep to sweep.
        turned = servers[number % len(servers) :] + servers[: number % len(servers)]
        for form in FORMS:
            for server in turned:
                if form in server.headers:
                    seen, busiest = sample(server, form, seconds)
                    own = results[server.name]
                    own.samples.setdefault(form, []).append(seen)
                    if form == "gzip":
                        own.busiest_memory = machine.memory([busiest])
    for server in servers:
        results[server.name].memory = machine.memory(machine.tree(server.process.pid))
    return results
