"""Starts and supervises the processes that serve the portal, and runs the schedule.

The edge answers readers; render processes (Django) stand behind it on Unix sockets. Each is a
Granian server of its own, in a process group of its own: a main process that holds the socket, and
workers that it starts again when they end. The supervisor starts a main process again that ends.
"""

import logging
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections
from django.template import loader
from django.utils import translation

from portal import schedule
from portal.front import ERROR_STATUSES, VARIABLE, FrontSettings, settings_of_portal
from portal.pagecache import journal
from portal.pagecache.follower import Follower
from portal.pagecache.node import local
from portal.visits.rounds import Rounds

logger = logging.getLogger(__name__)

SCHEDULE_SECONDS = 60
TRIM_SECONDS = 3600
RESTART_SECONDS = 1
STOP_SECONDS = 20
# Threads of the edge come to life when needed: one for each request that Django works on or that
# waits for a body, so that readers whose page lies ready never queue behind them.
EDGE_THREADS = 1024
# Connections that are open at once; browsers keep theirs open for a while.
CONNECTIONS = 16_384


@dataclass
class Server:
    """A Granian server under supervision: how it is started, and its main process.

    ``socket`` is the path of the Unix socket on which it listens, empty where there is none.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    socket: str = ""
    process: subprocess.Popen | None = None
    started_at: float = 0

    def start(self) -> None:
        self.started_at = time.monotonic()
        if self.socket:
            # One that was killed has left it, and nobody can listen where something lies.
            Path(self.socket).unlink(missing_ok=True)
        # In a session of its own: Ctrl+C reaches the supervisor alone, which then stops in order.
        self.process = subprocess.Popen(  # noqa: S603 - the words are our own
            self.command, cwd=settings.BASE_DIR, env=self.environment, start_new_session=True
        )

    def look_after(self) -> None:
        """Start the server again when it has ended."""
        if self.process.poll() is None or time.monotonic() < self.started_at + RESTART_SECONDS:
            return
        logger.error(
            "%s ended with code %s; starting it again.", self.name, self.process.returncode
        )
        self.clear_away()
        self.start()

    def clear_away(self) -> None:
        """End the workers that a dead main process has left behind."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def reload(self) -> None:
        """Let new workers take the place of the present ones, which finish what they have begun."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        """Stop in order: what has been begun is finished."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS + 5)
        except subprocess.TimeoutExpired:
            logger.warning("%s did not stop in time.", self.name)
        self.clear_away()


@dataclass
class Supervisor:
    """Serves on ``host``:``port`` until `stop` is called.

    ``edges`` and ``workers`` are numbers of processes; with ``is_single`` one process does
    everything, as under a WSGI server of another make.
    """

    host: str
    port: int
    workers: int
    edges: int = 1
    is_single: bool = False
    servers: list[Server] = field(default_factory=list)
    is_stopping: bool = False
    is_reloading: bool = False

    def run(self) -> None:
        """Start everything, look after it, and stop everything in order."""
        _raise_file_limit()
        self.servers = self._servers()
        for server in self.servers:
            server.start()
        follower, rounds = Follower(), Rounds()
        follower.start()
        rounds.start()
        next_run = next_trim = time.monotonic()
        while not self.is_stopping:
            for server in self.servers:
                server.look_after()
            if self.is_reloading:
                self.is_reloading = False
                for server in self.servers:
                    server.reload()
            if time.monotonic() >= next_run:
                next_run = time.monotonic() + SCHEDULE_SECONDS
                _try("The schedule could not run", schedule.run, local().words.scheduled)
            if time.monotonic() >= next_trim:
                next_trim = time.monotonic() + TRIM_SECONDS
                _try("The journal could not be trimmed", journal.trim)
            time.sleep(0.2)
        # Nobody is let in any more before those who would answer go.
        for server in reversed(self.servers):
            server.stop()
        follower.ended.set()
        rounds.ended.set()

    def stop(self, *_signal) -> None:
        self.is_stopping = True

    def reload(self, *_signal) -> None:
        self.is_reloading = True

    def _servers(self) -> list[Server]:
        listening = ["--host", self.host, "--port", str(self.port)]
        if self.is_single:
            write_error_pages(settings_of_portal())
            command = _granian(
                *listening, "--blocking-threads", "256", target="portal.wsgi:application"
            )
            return [Server("The server", command, dict(os.environ))]
        # Addresses of Unix sockets are short; those of a folder need not be.
        sockets = [_socket_path(number) for number in range(self.workers)]
        front = settings_of_portal(renders=sockets)
        write_error_pages(front)
        renders = [
            Server(
                f"Render process {number}",
                _granian(
                    *("--uds", path, "--uds-permissions", "0o600"),
                    *("--blocking-threads", "1"),
                    target="portal.render:application",
                ),
                dict(os.environ),
                path,
            )
            for number, path in enumerate(sockets)
        ]
        # What stands in the environment is copied for every request, so that little stands there.
        kept = ("PATH", "HOME", "LANG", "TMPDIR", "TZ")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        edge = Server(
            "The edge",
            _granian(
                *listening,
                *("--workers", str(self.edges)),
                *("--blocking-threads", str(EDGE_THREADS)),
                "--factory",
                target="portal.front:from_environment",
            ),
            {**environment, "PYTHONUNBUFFERED": "1", VARIABLE: front.to_json()},
        )
        return [*renders, edge]


def _granian(*options: str, target: str) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", *options,
        "--backlog", "4096", "--backpressure", str(CONNECTIONS),
        "--http1-buffer-size", "65536",
        "--respawn-failed-workers", "--respawn-interval", "1",
        "--workers-kill-timeout", str(STOP_SECONDS), "--log-level", "warning",
        target,
    ]  # fmt: skip


def _socket_path(number: int) -> str:
    folder = Path(settings.PAGECACHE["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    path = str(folder / f"render-{number}.sock")
    if len(path) <= 100:
        return path
    # The system allows 107 characters; a link in the folder for temporary files is shorter.
    link = Path(tempfile.mkdtemp(prefix="portal-")) / "r"
    link.symlink_to(folder, target_is_directory=True)
    return str(link / f"render-{number}.sock")


def _raise_file_limit() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else hard
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _try(message: str, *actions) -> None:
    try:
        close_old_connections()
        for action in actions:
            action()
    except Exception:
        # The database may be away for a while; readers must still be served.
        logger.exception(message)


def write_error_pages(front: FrontSettings) -> None:
    """Write what the edge shows when Django cannot answer: a page for each status and language."""
    folder = front.cache.path / "errors"
    folder.mkdir(parents=True, exist_ok=True)
    template = loader.get_template("edge_error.html")
    for language in front.languages:
        with translation.override(language):
            for status in ERROR_STATUSES:
                page = template.render({"status": status})
                (folder / f"{status}-{language}.html").write_text(page, encoding="utf-8")
