"""The portal as `manage.py serve` runs it, in real processes, for tests that kill and starve them.

`python -m tests.serving` sets up a small site in the database and the PORTAL_VAR of its
environment; `running` serves it.
"""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from tests.browser.server import ROOT, free_port, wait_for

PASSWORD = "a long enough password"
NEWS = 6
# Every page of the small site.
PAGES = ["/", "/tin-tuc/", *(f"/tin-tuc/tin-{number}/" for number in range(NEWS))]


def environment_of(var: Path, **more: str) -> dict[str, str]:
    """The environment of a portal whose data lies in ``var``."""
    return {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "PORTAL_VAR": str(var),
        "PYTHONWARNINGS": "ignore",
        **more,
    }


def build_site() -> None:
    """Set up a small site with an administrator."""
    import django

    Path(os.environ["PORTAL_VAR"]).mkdir(parents=True, exist_ok=True)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)

    from home.factories import small_site
    from news.factories import NewsPageFactory
    from portal.factories import UserFactory

    site = small_site()
    for number in range(NEWS):
        NewsPageFactory(parent=site.news, title=f"Tin {number}", slug=f"tin-{number}")
    UserFactory(username="quantri", password=PASSWORD, is_superuser=True, is_staff=True)


@dataclass
class Answer:
    """What was answered: ``status`` 0 where the connection was lost or refused."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    error: str = ""

    def says(self, text: str) -> bool:
        """Whether ``text`` stands in Cache-Status."""
        return text in self.headers.get("cache-status", "")


def ask(port: int, path: str, method="GET", body=None, headers=None, timeout=40.0) -> Answer:
    """Send one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, {"Connection": "close", **(headers or {})})
        response = connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, response.read(), named)
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, error=repr(error))
    finally:
        connection.close()


def family(pid: int) -> list[int]:
    """The processes whose parent is ``pid``, by age."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with suppress(OSError):
                fields = Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()
                if int(fields[1]) == pid and fields[0] != "Z":
                    found.append((int(fields[19]), int(entry)))
    return [entry for _age, entry in sorted(found)]


def is_alive(pid: int) -> bool:
    """Whether the process ``pid`` runs; one that is dead and not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@dataclass
class Portal:
    """A portal that runs: its port, its folder, and the process of `manage.py serve`."""

    port: int
    var: Path
    process: subprocess.Popen
    environment: dict[str, str]
    log: Path

    def get(self, path: str, **more) -> Answer:
        return ask(self.port, path, **more)

    def mains(self, target: str) -> list[int]:
        """The main processes that serve ``target``: portal.front, portal.render, portal.wsgi."""
        found = []
        for pid in family(self.process.pid):
            with suppress(OSError):
                if target in Path(f"/proc/{pid}/cmdline").read_text():
                    found.append(pid)
        return found

    def workers(self, target: str) -> list[int]:
        return [worker for main in self.mains(target) for worker in family(main)]

    def everybody(self) -> list[int]:
        """All processes of the portal but the supervisor."""
        return [p for main in family(self.process.pid) for p in (main, *family(main))]

    def manage(self, code: str) -> str:
        """Run Python in a Django process of its own on the same database; return its output."""
        return run_django(code, self.environment)

    def ready(self, target: str, count: int, seconds: float = 30) -> list[int]:
        """Wait until ``count`` workers serve ``target``; return them."""
        until(lambda: len(self.workers(target)) == count, seconds, f"{count} × {target}")
        return self.workers(target)

    def stop(self, seconds: float = 40) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


def begin_django(code: str, environment: dict[str, str]) -> subprocess.Popen:
    """Begin to run ``code`` in a process of its own with Django set up."""
    command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)


def run_django(code: str, environment: dict[str, str]) -> str:
    """Run ``code`` as `begin_django` does; return what it prints."""
    process = begin_django(code, environment)
    told, errors = process.communicate()
    assert process.returncode == 0, errors
    return told


def until(holds: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until ``holds()``; raise AssertionError when it does not come to that."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, f"not within {seconds} s: {what}"
        time.sleep(0.05)


# Defines publish(number, title): gives the article "tin-<number>" another title.
PUBLISH = """
from news.models import NewsPage
def publish(number, title):
    page = NewsPage.objects.get(slug=f"tin-{number}")
    page.title = title
    page.save_revision().publish()
"""


@contextmanager
def running(
    var: Path, *options: str, wait: bool = True, port: int = 0, **more: str
) -> Iterator[Portal]:
    """Serve the portal in ``var``; nothing of it is left afterwards."""
    port = port or free_port()
    var.mkdir(parents=True, exist_ok=True)
    environment = environment_of(var, PORTAL_URL=f"http://127.0.0.1:{port}", **more)
    log = var / "log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port), *options],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    portal = Portal(port, var, process, environment, log)
    try:
        if wait:
            wait_for(f"http://127.0.0.1:{port}", process)
        yield portal
    finally:
        left = portal.everybody()
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                left += portal.everybody()
                process.kill()
                process.wait()
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


class Load:
    """Readers, misses and editors' posts, each kind in threads of its own, until stopped.

    ``answers`` counts what was right, ``failures`` holds what was not.
    """

    def __init__(self, portal: Portal, hits: list[str]):
        self.portal = portal
        self.hits = hits
        self.answers = {"hit": 0, "miss": 0, "post": 0}
        self.failures: list[tuple[str, str, Answer]] = []
        self.slowest = 0.0
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> "Load":
        for kind, work in [
            ("hit", self._hits),
            ("hit", self._hits),
            ("miss", self._misses),
            ("post", self._posts),
        ]:
            thread = threading.Thread(target=work, args=(kind,), daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_error) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(60)

    def go_on(self, count: int = 4) -> None:
        """Wait until ``count`` more of each kind were answered."""
        wanted = {kind: done + count for kind, done in self.answers.items()}
        until(
            lambda: all(self.answers[kind] >= number for kind, number in wanted.items()),
            60,
            f"{count} more answers of each kind; failures: {self.failures}",
        )

    def _count(self, kind: str, path: str, answer: Answer, expected: tuple[int, ...]) -> None:
        if answer.status in expected:
            self.answers[kind] += 1
        else:
            self.failures.append((kind, path, answer))

    def _timed(self, *args, **more) -> Answer:
        began = time.monotonic()
        answer = ask(self.portal.port, *args, **more)
        self.slowest = max(self.slowest, time.monotonic() - began)
        return answer

    def _hits(self, kind: str) -> None:
        number = 0
        while not self._ended.is_set():
            path = self.hits[number % len(self.hits)]
            self._count(kind, path, self._timed(path), (200,))
            number += 1
            time.sleep(0.002)

    def _misses(self, kind: str) -> None:
        number = 0
        while not self._ended.is_set():
            path = f"/khong-co/{id(self)}-{number}/"
            self._count(kind, path, self._timed(path), (404,))
            number += 1

    def _posts(self, kind: str) -> None:
        token = "a" * 32
        headers = {
            "Cookie": f"csrftoken={token}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        form = {"csrfmiddlewaretoken": token, "username": "ai", "password": "x" * 3000}
        while not self._ended.is_set():
            path = "/admin/login/"
            answer = self._timed(path, "POST", urlencode(form), headers)
            self._count(kind, path, answer, (200,))


if __name__ == "__main__":
    build_site()
