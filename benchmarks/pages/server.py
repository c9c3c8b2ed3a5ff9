"""A server under test: how it is started, asked and stopped."""

import http.client
import os
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path

from benchmarks.pages import machine
from benchmarks.pages.page import ask, conditions

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
WARM_SECONDS = 20
# What can be asked of a server: the headers sent, and how many connections ask at once.
FORMS = {
    "gzip": ({"accept-encoding": "gzip"}, 32),
    "identity": ({"accept-encoding": "identity"}, 32),
    "br": ({"accept-encoding": "br"}, 32),
    "304": ({"accept-encoding": "gzip"}, 32),
    "lone": ({"accept-encoding": "gzip"}, 1),
}


def present_environment() -> dict[str, str]:
    """Return the environment without what would lead a server to another database or portal."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PORTAL_", "DATABASE_", "DJANGO_"))
    }


class Server(ABC):
    """One server; subclasses say by which command it runs and what it can do.

    ``folder`` is its own to write to; ``www`` holds the page as benchmarks.pages.page.store() has
    written it; ``origin`` is the port of a server that caches may ask for the page.
    """

    name = ""
    # What of FORMS it can do; "304" is left out by itself where an answer carries no validator.
    forms: tuple[str, ...] = ("gzip", "identity", "304", "lone")
    # An uncached page takes so long that 32 at once would outlast the measurement.
    most_connections = 32
    # Whether it sends a page compressed to who asks for that.
    presses = True
    cores = machine.SERVER_CORE

    def __init__(self, folder: Path, *, www: Path, origin: int = 0):
        self.folder = folder
        self.www = www
        self.origin = origin
        self.port = machine.free_port()
        self.process: subprocess.Popen | None = None
        # When it was started and when it first answered, on the clock of machine.now().
        self.started_at = 0.0
        self.answered_at = 0.0
        self.headers: dict[str, dict[str, str]] = {}

    @property
    def start_seconds(self) -> float:
        return self.answered_at - self.started_at

    def prepare(self) -> None:  # noqa: B027 - most need nothing
        """Write what the server needs to start."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command that serves in the foreground."""

    def environment(self) -> dict[str, str]:
        """Return what is set in the server's environment beside the present one."""
        return {}

    def start(self) -> None:
        """Start the server and wait for its first answer; note when that was."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.prepare()
        log = (self.folder / "log.txt").open("ab")
        self.started_at = machine.now()
        self.process = subprocess.Popen(
            machine.pinned(self.command(), self.cores),
            cwd=ROOT,
            env={**present_environment(), **self.environment()},
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        log.close()
        self.wait()

    def wait(self) -> None:
        """Return when the server has answered 200; raise RuntimeError when it does not."""
        ends = time.perf_counter() + START_SECONDS
        status: int | str = "nothing"
        while time.perf_counter() < ends and self.process.poll() is None:
            try:
                status = ask(self.port).status
            except (OSError, http.client.HTTPException):
                time.sleep(0.005)
                continue
            if status == 200:
                self.answered_at = machine.now()
                return
            time.sleep(0.05)
        log = (self.folder / "log.txt").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{self.name} answered {status}. Its log ends:\n{log}")

    def stop(self, seconds: float = 30) -> None:
        """Stop the server and whatever it started, by force when that takes too long."""
        if self.process is not None:
            machine.end(self.process, seconds)
            self.process = None

    def check(self, body: bytes) -> None:
        """Ask for each form until it is cached; raise RuntimeError when it is not the page.

        Notes what to send for each form.
        """
        forms = {}
        for form in self.forms:
            headers = dict(FORMS[form][0])
            answer = self.warm(headers)
            wanted = headers["accept-encoding"] if self.presses else "identity"
            if not answer.is_page(body) or (answer.encoding or "identity") != wanted:
                raise RuntimeError(f"{self.name} sends another page to who asks for {form}.")
            if form == "304":
                headers |= conditions(answer)
                status = ask(self.port, **headers).status if len(headers) > 1 else 200
                if status != 304:
                    continue
            forms[form] = headers
        self.headers = forms

    def warm(self, headers: dict[str, str]):
        """Ask until the answer comes from the cache, as far as the server has one; return it."""
        ends = time.perf_counter() + WARM_SECONDS
        while True:
            answer = ask(self.port, **headers)
            if answer.status != 200:
                raise RuntimeError(f"{self.name} answered {answer.status}.")
            if self.is_hit(answer):
                return answer
            if time.perf_counter() > ends:
                raise RuntimeError(f"{self.name} did not cache the page: {answer.headers}")
            time.sleep(0.05)

    def is_hit(self, answer) -> bool:
        """Return whether the answer is what is to be measured: for a cache, a stored one."""
        return True
