"""What counting a visit costs, beside answering a page from the cache and beside a naive counter.

One process serves on one core, wrk and the clients of this program run on the other one; the time
on the processor is what the kernel says in /proc/<pid>/task/*/schedstat. Prints Markdown::

    python -m benchmarks.visits
    python -m benchmarks.visits --seconds 3 --rounds 3
"""

import argparse
import http.client
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.visits_process import PAGE
from tests.browser.server import free_port
from tests.visits import FIREFOX

ROOT = Path(__file__).resolve().parent.parent
# A beacon may cost so many hits, and must cost so many times less than the naive counter.
HITS, NAIVE = 2.5, 20
# Hits and beacons that arrive each second while waiting times are measured; how much longer the
# slowest hundredth of hits may take.
HIT_RATE, BEACON_RATE, SLOWER = 300, 1000, 1.1
CONNECTIONS = 16

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


@contextmanager
def served(factory: str, core: int) -> Iterator[tuple[int, int]]:
    """Serve a factory of benchmarks.visits_process on ``core``; yield port and process."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        process = subprocess.Popen(
            [
                "taskset", "-c", str(core), sys.executable, "-m", "granian", "--interface", "wsgi",
                "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
                "--blocking-threads", "1024" if factory == "edge" else "2",
                "--log-level", "warning", "--factory", f"benchmarks.visits_process:{factory}",
            ],
            cwd=ROOT,
            env={
                **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
                "DJANGO_SETTINGS_MODULE": "portal.settings.test",
                "BENCH_FOLDER": folder,
                "BENCH_ORIGIN": f"http://127.0.0.1:{port}",
            },
        )  # fmt: skip
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


def load(port: int, pid: int, script: str, seconds: float, core: int) -> tuple[float, float]:
    """Ask as fast as it goes; return requests per second and microseconds of CPU for each."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        before = cpu_seconds(pid)
        done = subprocess.run(
            [
                "taskset", "-c", str(core), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s",
                "-s", file.name, f"http://127.0.0.1:{port}",
            ],
            capture_output=True,
            text=True,
            check=True,
        )  # fmt: skip
        used = cpu_seconds(pid) - before
    if "Non-2xx" in done.stdout:
        raise RuntimeError(done.stdout)
    requests = int(re.search(r"(\d+) requests in", done.stdout)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
    return rate, used / requests * 1e6


class Arrivals(threading.Thread):
    """Requests that arrive at a steady rate over one connection, however long answers take."""

    def __init__(self, port: int, request, rate: float, seconds: float):
        super().__init__()
        self.waits: list[float] = []
        self._request, self._gap, self._count = request, 1 / rate, int(rate * seconds)
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def run(self) -> None:
        due = time.perf_counter()
        for number in range(self._count):
            due += self._gap
            while (now := time.perf_counter()) < due:
                time.sleep(due - now)
            self._socket.sendall(self._request(number))
            self._read()
            self.waits.append(time.perf_counter() - now)

    def _read(self) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._socket.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        left = int(re.search(rb"(?i)content-length: (\d+)", head)[1]) - len(body)
        while left > 0:
            left -= len(self._socket.recv(65536))


def hit(_number: int) -> bytes:
    """The bytes of a request for a page."""
    return (
        f"GET {PAGE} HTTP/1.1\r\nHost: 127.0.0.1:{hit.port}\r\nAccept-Encoding: br\r\n"
        f"User-Agent: {FIREFOX}\r\n\r\n"
    ).encode()


def beacon(number: int) -> bytes:
    """The bytes of a beacon, each fifth one of another tab."""
    body = json.dumps({"p": f"/tin-tuc/{number % 200}/", "n": f"{time.time_ns()}"})
    return (
        f"POST /_v HTTP/1.1\r\nHost: 127.0.0.1:{hit.port}\r\nUser-Agent: {FIREFOX}\r\n"
        f"Sec-Fetch-Site: same-origin\r\nX-Forwarded-For: 10.9.{number % 250}.1\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def p99(port: int, beside, seconds: float) -> float:
    """Return the 99th percentile of waiting for a hit, in ms, while ``beside`` arrives too."""
    hit.port = port
    measured = Arrivals(port, hit, HIT_RATE, seconds)
    others = [Arrivals(port, beside, BEACON_RATE / 4, seconds) for _ in range(4)] if beside else []
    for thread in (measured, *others):
        thread.start()
    for thread in (measured, *others):
        thread.join()
    return statistics.quantiles(measured.waits, n=100)[98] * 1000


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
            for name, beside in (("alone", None), ("hits", hit), ("beacons", beacon)):
                waits[name].append(p99(port, beside, options.seconds))
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
    slower = waits["beacons"] / waits["hits"]
    print(f"\n| {HIT_RATE} hits a second, and beside them | p99 of a hit, ms |")
    print("|---|--:|")
    print(f"| nothing | {waits['alone']:.2f} |")
    print(f"| {BEACON_RATE:,} more hits a second | {waits['hits']:.2f} |")
    print(f"| {BEACON_RATE:,} beacons a second | {waits['beacons']:.2f} |")
    goals = [
        (f"a visit costs {cost['beacon'] / cost['hit']:.2f} hits (goal: {HITS} at most)",
         cost["beacon"] <= HITS * cost["hit"]),
        (f"the naive counter costs {cost['naive'] / cost['beacon']:.1f} visits (goal: {NAIVE})",
         cost["naive"] >= NAIVE * cost["beacon"]),
        (f"hits beside beacons wait {slower:.2f} × as long as beside hits (goal: {SLOWER})",
         slower <= SLOWER),
    ]  # fmt: skip
    print()
    for text, is_met in goals:
        print(f"- {text}" if is_met else f"- **{text}: missed**")
    return 0 if all(is_met for _text, is_met in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
