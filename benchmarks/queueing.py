"""Do hits queue behind misses? `make bench-queueing`, or python -m benchmarks.queueing --help.

The portal is served as `manage.py serve` does it, from a temporary folder with a small site. One
reader asks for a finished page again and again over one connection, first while nothing else
happens, then while all of this goes on at once, and stays in flight (numbers are connections):

- 100 ask for pages of the admin, 50 for pages that nobody has made, and 50 send 1 MB very slowly;
- 100 read a document of 8 MB very slowly, and 100 write the head of a request very slowly.

The median of the reader's waits is to be at most twice that of the idle portal, and nobody is to
be refused: no status 5xx, no connection that is closed before its answer. What was measured is
written to QUEUEING.md.
"""

import argparse
import asyncio
import contextlib
import itertools
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.pages import machine
from benchmarks.pages.report import table
from tests.browser.server import ROOT, free_port, wait_for

ADMIN, COLD, UPLOADS, DOWNLOADS, HEADS = 100, 50, 50, 100, 100
UPLOAD_BYTES = 2**20
DOCUMENT_BYTES = 8 * 2**20
RATIO = 2.0
RESULTS = Path(__file__).with_name("QUEUEING.md")
COLUMNS = [
    "threads", "idle p50 ms", "p99", "busy p50 ms", "p99", "ratio", "answered", "refused",
    "in flight", "edge process",
]  # fmt: skip


def build() -> None:
    """Fill an empty PORTAL_VAR: a small site and a large document."""
    from tests.browser import site

    site.build()
    from django.core.files.base import ContentFile

    from portal.factories import DocumentFactory

    DocumentFactory(title="Large", file=ContentFile(os.urandom(DOCUMENT_BYTES), name="large.zip"))


def serve(port: int, threads: int) -> None:
    """Serve as `manage.py serve` does; with ``threads`` threads of the edge unless that is 0."""
    import signal

    import django

    django.setup()
    from portal.supervisor import Supervisor

    class Varied(Supervisor):
        def _servers(self):
            servers = super()._servers()
            servers[-1].options.threads = threads or servers[-1].options.threads
            return servers

    supervisor = Varied("127.0.0.1", port, workers=2)
    signal.signal(signal.SIGTERM, supervisor.stop)
    supervisor.listen()
    supervisor.prepare()
    supervisor.run()


class Load:
    """What goes on beside the reader, in a process of its own."""

    def __init__(self, port: int):
        self.port = port
        self.answered = self.refused = 0
        self.in_flight = dict.fromkeys(("admin", "cold", "uploads", "downloads", "heads"), 0)
        self.numbers = itertools.count()

    async def run(self) -> None:
        kinds = [("admin", ADMIN, self.admin), ("cold", COLD, self.cold)]
        kinds += [("uploads", UPLOADS, self.upload), ("downloads", DOWNLOADS, self.download)]
        kinds += [("heads", HEADS, self.head)]
        tasks = [self.keep_on(name, act) for name, count, act in kinds for _ in range(count)]
        await asyncio.gather(self.report(), *tasks)

    async def report(self) -> None:
        while True:
            await asyncio.sleep(1)
            print(self.answered, self.refused, *self.in_flight.values(), flush=True)

    async def keep_on(self, name: str, act) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**14)
            except OSError:
                self.refused += 1
                await asyncio.sleep(0.1)
                continue
            self.in_flight[name] += 1
            try:
                await act(reader, writer)
            except (OSError, EOFError, ValueError) as error:
                print(name, repr(error), file=sys.stderr, flush=True)
                self.refused += 1
            finally:
                self.in_flight[name] -= 1
                writer.close()

    async def exchange(self, reader, writer, request: str) -> None:
        writer.write(f"{request}Host: 127.0.0.1:{self.port}\r\n\r\n".encode())
        await self.answer(reader)

    async def answer(self, reader, pause: float = 0) -> None:
        status = int((await reader.readuntil(b"\r\n")).split()[1])
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        remaining = int(head.partition(b"content-length:")[2].split()[0])
        while remaining:
            chunk = await reader.read(min(remaining, 2**14))
            if not chunk:
                raise EOFError
            remaining -= len(chunk)
            await asyncio.sleep(pause)
        self.answered += 1
        if status >= 500:
            raise ValueError(status)

    async def admin(self, reader, writer) -> None:
        request = "GET /admin/login/ HTTP/1.1\r\nCookie: sessionid=none\r\n"
        await self.exchange(reader, writer, request)

    async def cold(self, reader, writer) -> None:
        await self.exchange(reader, writer, f"GET /khong-co-{next(self.numbers)}/ HTTP/1.1\r\n")

    async def upload(self, reader, writer) -> None:
        head = "POST /admin/login/ HTTP/1.1\r\nContent-Type: application/octet-stream\r\n"
        head += f"Host: 127.0.0.1:{self.port}\r\nContent-Length: {UPLOAD_BYTES}\r\n\r\n"
        writer.write(head.encode())
        for _ in range(64):
            writer.write(bytes(UPLOAD_BYTES // 64))
            await writer.drain()
            await asyncio.sleep(0.25)
        await self.answer(reader)

    async def download(self, reader, writer) -> None:
        # A small window, so that the system does not take in for the client what it reads slowly.
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**14)
        writer.write(
            f"GET /documents/1/large.zip HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode()
        )
        await self.answer(reader, pause=0.1)

    async def head(self, _reader, writer) -> None:
        for letter in "GET /tin-tuc/ HTTP/1.1":
            writer.write(letter.encode())
            await asyncio.sleep(1)


def waits(port: int, seconds: float) -> list[float]:
    """Ask for the start page again and again; return the waits in milliseconds."""
    request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: br\r\n\r\n".encode()
    found = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ends = time.perf_counter() + seconds
        while (began := time.perf_counter()) < ends:
            connection.sendall(request)
            data = connection.recv(2**16)
            head, _, body = data.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split()[0])
            while len(body) < length:
                body += connection.recv(2**16)
            found.append((time.perf_counter() - began) * 1000)
            if b"portal; hit" not in head:
                raise RuntimeError(head.decode())
            time.sleep(0.002)
    return found


def edge_figures(supervisor: int) -> str:
    """Return memory and threads of the edge's worker, the youngest grandchild."""
    from tests.test_serve import children_of

    worker = children_of(children_of(supervisor)[-1])[-1]
    status = Path(f"/proc/{worker}/status").read_text()
    values = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    return f"{int(values['VmRSS'].split()[0]) // 1024} MB, {values['Threads'].strip()} threads"


def measure(port: int, supervisor: int, seconds: float) -> tuple[float, int, list[str]]:
    """Return the ratio of the medians, the number refused, and the columns of the table."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
        answer.read()
    waits(port, 1)
    idle = waits(port, seconds)
    load = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.queueing", "--load", str(port)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        line = ""
        for _ in range(12):
            line = load.stdout.readline()
        busy = waits(port, seconds)
        figures = edge_figures(supervisor)
        for _ in range(int(seconds)):
            line = load.stdout.readline()
    finally:
        load.terminate()
        load.wait()
    answered, refused, *in_flight = map(int, line.split())
    ratio = statistics.median(busy) / statistics.median(idle)
    columns = [
        *(f"{value:.2f}" for value in (*spread(idle), *spread(busy))),
        f"{ratio:.2f}", answered, refused, " + ".join(map(str, in_flight)), figures,
    ]  # fmt: skip
    return ratio, refused, list(map(str, columns))


def spread(values: list[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return statistics.median(ordered), ordered[int(len(ordered) * 0.99)]


@contextlib.contextmanager
def portal(folder: str, threads: int):
    """Serve the portal in ``folder``; yield its port and the supervisor's process."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.queueing", "--serve", str(port), str(threads)],
        cwd=ROOT,
        env={**os.environ, **environment(folder), "PORTAL_URL": address},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(address, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(60)


def environment(folder: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "PORTAL_VAR": folder,
        "PORTAL_SECRET_KEY": "only for this benchmark",
        "PORTAL_LOG_LEVEL": "ERROR",
    }


def main() -> int:
    """Run what the command line asks for and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="of each of the two phases")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--folder", help="a folder that was filled before; left as it is")
    parser.add_argument("--threads", type=int, nargs="*", default=[0], help="of the edge, compared")
    for hidden in ("--load", "--build", "--serve"):
        parser.add_argument(hidden, nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.load:
        asyncio.run(Load(int(given.load[0])).run())
    if given.build is not None:
        build()
        return 0
    if given.serve:
        serve(*map(int, given.serve))
        return 0
    with contextlib.ExitStack() as stack:
        folder = given.folder or stack.enter_context(tempfile.TemporaryDirectory())
        if not (Path(folder) / "portal.sqlite3").exists():
            subprocess.run(
                [sys.executable, "-m", "benchmarks.queueing", "--build"],
                cwd=ROOT, env={**os.environ, **environment(folder)}, check=True,
            )  # fmt: skip
        results, rows = [], []
        for threads, _round in itertools.product(given.threads, range(given.rounds)):
            with portal(folder, threads) as (port, supervisor):
                ratio, refused, columns = measure(port, supervisor, given.seconds)
            results.append((ratio, refused))
            rows.append([str(threads or "as it is"), *columns])
            print(" | ".join(rows[-1]), flush=True)
    RESULTS.write_text(document(rows, given.seconds))
    return int(any(ratio > RATIO or refused for ratio, refused in results))


def document(rows: list[list[str]], seconds: float) -> str:
    """Return what is written of the measurements: a table, and on which machine it was made."""
    where = (
        f"{machine.describe()}; {seconds:.0f} s idle and as long busy. "
        f"Wanted: a ratio of {RATIO:.0f} at most, and nobody refused."
    )
    parts = [
        "# Do hits queue behind misses?",
        "Written by `make bench-queueing`; queueing.py says what goes on at once.",
        where,
        table(COLUMNS, rows),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())
