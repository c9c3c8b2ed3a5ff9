"""What counting a visit costs, beside answering a page from the cache and beside a naive counter.

One process serves on one core, wrk and the clients of this program run on the other one; the time
on the processor is what the kernel says in /proc/<pid>/task/*/schedstat. Prints Markdown::

    python -m benchmarks.visits
    python -m benchmarks.visits --seconds 3 --rounds 3
"""

import argparse
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from benchmarks.visits_process import PAGE
from portal.server import Options, listen
from tests.browser.server import free_port
from tests.visits import FIREFOX

ROOT = Path(__file__).resolve().parent.parent
# A beacon may cost so many hits, and must cost so many times less than the naive counter.
HITS, NAIVE = 2.5, 20
# Hits that arrive each second while their waiting times are measured, what arrives besides, and
# how much longer the slowest hundredth of hits may take.
HIT_RATE, STEADY_RATE, SLOWER = 300, 1000, 1.1
CONNECTIONS, STEADY_CONNECTIONS = 16, 5
# As many as `portal.supervisor` gives an edge.
THREADS = 1024

_BEACONS = """
local n = 0
local id = tostring({}):sub(8) .. os.time()
request = function()
  n = n + 1
  local body = string.format('{"p":"/tin-tuc/%d/","n":"%s%d","r":""}', n % 200, id, n / 5)
  return wrk.format("POST", "/_v", {
    ["User-Agent"] = "AGENT", ["Sec-Fetch-Site"] = "same-origin",
    ["Content-Type"] = "text/plain;charset=UTF-8",
    ["X-Forwarded-For"] = string.format("10.%d.%d.1", n / 250 % 250, n % 250)
  }, body)
end
""".replace("AGENT", FIREFOX)
_HITS = f"""
request = function()
  return wrk.format("GET", "{PAGE}", {{
    ["User-Agent"] = "{FIREFOX}", ["Accept-Encoding"] = "gzip, deflate, br",
    ["X-Forwarded-For"] = "10.1.2.3"
  }})
end
"""


# Milliseconds between an answer and the next request of a connection, which has an answer within
# one: STEADY_RATE in all.
_STEADILY = """
delay = function()
  return 4
end
"""


@contextmanager
def served(factory: str, core: int) -> Iterator[tuple[int, int]]:
    """Serve a factory of benchmarks.visits_process on ``core``; yield port and process."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder, ExitStack() as stack:
        if factory == "edge":
            # As the portal serves it.
            listening = stack.enter_context(listen("127.0.0.1", 0))
            port, inherited = listening.getsockname()[1], (listening.fileno(),)
            command = Options(
                target="benchmarks.visits_process:edge",
                descriptor=listening.fileno(),
                threads=THREADS,
                is_factory=True,
            ).command()
        else:
            port, inherited = free_port(), ()
            command = [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
                "--port", str(port), "--workers", "1", "--blocking-threads", "2",
                "--log-level", "warning", "--factory", f"benchmarks.visits_process:{factory}",
            ]  # fmt: skip
        process = subprocess.Popen(
            ["taskset", "-c", str(core), *command],
            cwd=ROOT,
            env={
                **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
                "DJANGO_SETTINGS_MODULE": "portal.settings.test",
                "BENCH_FOLDER": folder,
                "BENCH_ORIGIN": f"http://127.0.0.1:{port}",
            },
            pass_fds=inherited,
        )
        try:
            yield port, worker_of(process.pid, port)
        finally:
            process.terminate()
            process.wait(20)


def worker_of(pid: int, port: int) -> int:
    """Return the process that answers, once it does."""
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        with suppress(OSError, http.client.HTTPException):
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asked.request("POST", "/_v", b'{"p":"/","n":"first"}', {"User-Agent": FIREFOX})
            asked.getresponse().read()
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            # Beside the worker there may be Python's own watcher of shared memory.
            return max(map(int, children), key=lambda child: len(os.listdir(f"/proc/{child}/task")))
        time.sleep(0.1)
    raise RuntimeError("The server did not answer.")


def cpu_seconds(pid: int) -> float:
    """Return the time that all threads of a process have had on a processor."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


@contextmanager
def asking(port: int, script: str, seconds: float, core: int, connections: int):
    """Ask as ``script`` says while the block runs; yield the process, which ends by itself."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        process = subprocess.Popen(
            [
                "nice", "taskset", "-c", str(core), "wrk", "-t1", f"-c{connections}",
                f"-d{seconds}s", "-s", file.name, f"http://127.0.0.1:{port}",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def load(port: int, pid: int, script: str, seconds: float, core: int) -> tuple[float, float]:
    """Ask as fast as it goes; return requests per second and microseconds of CPU for each."""
    before = cpu_seconds(pid)
    with asking(port, script, seconds, core, CONNECTIONS) as process:
        said = process.communicate()[0]
    used = cpu_seconds(pid) - before
    if process.returncode or "Non-2xx" in said:
        raise RuntimeError(said)
    requests = int(re.search(r"(\d+) requests in", said)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    return rate, used / requests * 1e6


def arrivals(port: int, request: bytes, rate: float, seconds: float) -> list[float]:
    """Send ``request`` at a steady rate over one connection; return the seconds of each answer."""
    waits = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        due = time.perf_counter()
        for _ in range(int(rate * seconds)):
            due += 1 / rate
            while (now := time.perf_counter()) < due:
                time.sleep(due - now)
            connection.sendall(request)
            _read(connection)
            waits.append(time.perf_counter() - now)
    return waits


def _read(connection: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    left = int(re.search(rb"(?i)content-length: (\d+)", head)[1]) - len(body)
    while left > 0:
        left -= len(connection.recv(65536))


def p99(port: int, beside: str, seconds: int, core: int) -> float:
    """Return the 99th percentile of waiting for a hit, in ms, while ``beside`` arrives too."""
    request = (
        f"GET {PAGE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: br\r\n"
        f"User-Agent: {FIREFOX}\r\n\r\n"
    ).encode()
    with ExitStack() as stack:
        if beside:
            # A second more on both sides, for the start.
            script = beside + _STEADILY
            stack.enter_context(asking(port, script, seconds + 2, core, STEADY_CONNECTIONS))
            time.sleep(1)
        waits = arrivals(port, request, HIT_RATE, seconds)
    return statistics.quantiles(waits, n=100)[98] * 1000


def main() -> int:
    """Measure, print the tables, and return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=4, help="length of one measurement")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each kind")
    parser.add_argument("--cores", type=int, nargs=2, default=(0, 1), help="of server and client")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is needed to ask fast enough.")
    server, client = options.cores
    os.sched_setaffinity(0, {client})
    found = {"hit": [], "beacon": [], "naive": [], "bare": []}
    waits = {"alone": [], "hits": [], "beacons": []}
    with served("edge", server) as (port, pid):
        for _ in range(options.rounds):
            found["hit"].append(load(port, pid, _HITS, options.seconds, client))
            found["beacon"].append(load(port, pid, _BEACONS, options.seconds, client))
        for _ in range(options.rounds):
            for name, beside in (("alone", ""), ("hits", _HITS), ("beacons", _BEACONS)):
                waits[name].append(p99(port, beside, options.seconds, client))
    for name in ("naive", "bare"):
        with served(name, server) as (port, pid):
            for _ in range(options.rounds):
                found[name].append(load(port, pid, _BEACONS, options.seconds, client))
    return report(found, {name: statistics.median(of) for name, of in waits.items()})


def report(found: dict[str, list[tuple[float, float]]], waits: dict[str, float]) -> int:
    """Print what was found; return 1 when a goal is missed, which is then printed bold."""
    rate = {name: statistics.median(r for r, _c in of) for name, of in found.items()}
    cost = {name: statistics.median(c for _r, c in of) for name, of in found.items()}
    titles = {
        "hit": "a page from the cache",
        "beacon": "a visit counted",
        "naive": "a visit counted by a row of SQLite in Django",
        "bare": "the same without any middleware",
    }
    print("| One core answers | a second | CPU µs each | of a hit |")
    print("|---|--:|--:|--:|")
    for name, title in titles.items():
        ratio = cost[name] / cost["hit"]
        print(f"| {title} | {rate[name]:,.0f} | {cost[name]:.1f} | {ratio:.2f} |")
    slower = waits["beacons"] / waits["alone"]
    print(f"\n| {HIT_RATE} hits a second, and beside them | p99 of a hit, ms |")
    print("|---|--:|")
    print(f"| nothing | {waits['alone']:.2f} |")
    print(f"| {STEADY_RATE:,} more hits a second | {waits['hits']:.2f} |")
    print(f"| {STEADY_RATE:,} visits a second | {waits['beacons']:.2f} |")
    goals = [
        (f"a visit costs {cost['beacon'] / cost['hit']:.2f} hits (goal: {HITS} at most)",
         cost["beacon"] <= HITS * cost["hit"]),
        (f"the naive counter costs {cost['naive'] / cost['beacon']:.1f} visits (goal: {NAIVE})",
         cost["naive"] >= NAIVE * cost["beacon"]),
        (f"hits beside visits wait {slower:.2f} × as long as alone (goal: {SLOWER} at most)",
         slower <= SLOWER),
    ]  # fmt: skip
    print()
    for text, is_met in goals:
        print(f"- {text}" if is_met else f"- **{text}: missed**")
    return 0 if all(is_met for _text, is_met in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
