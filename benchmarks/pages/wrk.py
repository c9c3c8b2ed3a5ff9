"""Running wrk and reading what it says."""

import re
import subprocess
from dataclasses import dataclass

from benchmarks.pages.machine import CLIENT_CORE, pinned
from benchmarks.pages.page import HOST

UNITS = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 60e6, "h": 3600e6}


class NothingAnsweredError(Exception):
    """No request was answered while wrk ran: the machine was too busy with other things."""


@dataclass(frozen=True)
class Load:
    """What wrk saw: ``requests`` answered within ``seconds``; latencies in microseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float


def microseconds(text: str) -> float:
    """Return a time as wrk writes it ("54.00us", "1.40ms", "0.90s") in microseconds.

    Raises ValueError when it isn't one.
    """
    found = re.fullmatch(r"([\d.]+)(us|ms|s|m|h)", text)
    if not found:
        raise ValueError(f"{text!r} is no time of wrk's.")
    return float(found[1]) * UNITS[found[2]]


def read(output: str) -> Load:
    """Read what `wrk --latency` prints.

    Raises ValueError when a request failed or was answered with an error, NothingAnsweredError when
    there was no answer at all: such a run says nothing.
    """
    for trouble in ("Non-2xx or 3xx responses", "Socket errors"):
        found = re.search(rf"{trouble}: .*", output)
        # wrk counts as timeouts what took more than two seconds, and was answered all the same.
        if found and not re.fullmatch(r"Socket errors: connect 0, read 0, write 0, .*", found[0]):
            raise ValueError(f"wrk says: {found[0]}")
    total = re.search(r"(\d+) requests in (\S+),", output)
    spread = {q: re.search(rf"^\s+{q}%\s+(\S+)$", output, re.MULTILINE) for q in (50, 99)}
    if not total or not all(spread.values()):
        raise ValueError(f"wrk says nothing that can be read: {output!r}")
    if not int(total[1]):
        raise NothingAnsweredError("Nothing was answered.")
    return Load(
        requests=int(total[1]),
        seconds=microseconds(total[2]) / 1e6,
        p50=microseconds(spread[50][1]),
        p99=microseconds(spread[99][1]),
    )


def run(port: int, headers: dict[str, str], *, connections: int, seconds: float) -> Load:
    """Ask for the home page at ``port`` of loopback over kept-alive connections."""
    # wrk takes whole seconds only.
    command = ["wrk", "--threads=1", f"--connections={connections}", f"--duration={seconds:.0f}s"]
    command.append("--latency")
    # It adds a Host of its own unless the name is written as it writes it.
    for name, value in {"Host": HOST, **headers}.items():
        command += ["--header", f"{name}: {value}"]
    command.append(f"http://127.0.0.1:{port}/")
    done = subprocess.run(
        pinned(command, CLIENT_CORE), capture_output=True, text=True, check=True, timeout=60
    )
    return read(done.stdout)
