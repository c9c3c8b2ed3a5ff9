"""Starts and supervises the processes that serve the portal, and runs the schedule beside them.

The edge answers readers; render processes (Django) stand behind it on Unix sockets. Each is a
Granian server of its own, in a process group of its own: a main process that holds the socket, and
workers that it starts again when they end. The supervisor starts a main process again that ends.
"""

import logging
import os
import resource
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.template import loader
from django.utils import translation

from portal import schedule
from portal.front import ERROR_STATUSES, VARIABLE, FrontSettings, settings_of_portal
from portal.pagecache import cdn, journal
from portal.pagecache.follower import Follower
from portal.pagecache.node import local
from portal.rounds import Rounds
from portal.server import Options, listen
from portal.visits import fold

logger = logging.getLogger(__name__)

SCHEDULE_SECONDS = 60
TRIM_SECONDS = 3600
TELL_SECONDS = 1
RESTART_SECONDS = 1
# One that cannot start is tried again after twice as long each time, up to this.
RESTART_SECONDS_AT_MOST = 30
STOP_SECONDS = 20
# How much longer than its workers a main process may take.
LEAVE_SECONDS = 10
# How long a journal is waited for before the first reader is let in.
CATCH_UP_SECONDS = 3
# How long a render process may take to make its socket.
SOCKET_SECONDS = 10
# How long what is being published when all stops is waited for.
JOIN_SECONDS = 5
# How long the address is waited for that a portal which is just stopping still has.
LISTEN_SECONDS = 5
# Threads of the edge come to life when needed: one for each request that Django works on, that
# waits for a body, or for a client to take a large one, so that readers whose page lies ready never
# queue behind them.
# With 200 such requests and 200 slow clients in flight (`make bench-queueing`, QUEUEING.md) a hit
# takes about as long as when idle; with 64 threads it took 40 s. A limit of 4096, or two threads of
# Granian's runtime, made no difference that stood out from the noise.
# Bodies cannot be handed to threads of our own: Granian gives no more of them after its call ends.
EDGE_THREADS = 1024
# The others are left for those whose page lies ready.
EDGE_WAITING = EDGE_THREADS * 3 // 4


@dataclass
class Server:
    """A Granian server under supervision: how it is started, and its main process.

    ``failures`` counts how often in a row it gave up by itself. ``leaving`` are the process groups
    of main processes that died, with the instant (monotonic seconds) until which their workers may
    finish what they have begun.
    """

    name: str
    options: Options
    environment: dict[str, str]
    process: subprocess.Popen | None = None
    started_at: float = 0
    failures: int = 0
    leaving: dict[int, float] = field(default_factory=dict)

    def start(self) -> None:
        self.started_at = time.monotonic()
        inherited = () if self.options.descriptor is None else (self.options.descriptor,)
        # In a session of its own: Ctrl+C reaches the supervisor alone, which then stops in order.
        self.process = subprocess.Popen(  # noqa: S603 - the words are our own
            self.options.command(),
            cwd=settings.BASE_DIR,
            env=self.environment,
            pass_fds=inherited,
            start_new_session=True,
        )

    def look_after(self) -> None:
        """Start the server again when it has ended, or can no longer be reached."""
        self._see_off()
        if self.process.poll() is None:
            self._end_if_unreachable()
            return
        lived = time.monotonic() - self.started_at
        pause = min(RESTART_SECONDS * 2**self.failures, RESTART_SECONDS_AT_MOST)
        if lived < pause:
            return
        has_given_up = self.process.returncode > 0 and lived < 2 * RESTART_SECONDS_AT_MOST
        self.failures = self.failures + 1 if has_given_up else 0
        logger.error(
            "%s ended with code %s; starting it again.", self.name, self.process.returncode
        )
        self._dismiss()
        try:
            self.start()
        except OSError as error:
            # Too little memory, or a Python that is being installed anew: later, perhaps.
            logger.error("%s could not be started: %s", self.name, error)

    def _end_if_unreachable(self) -> None:
        """End the process when somebody has removed its socket, so that it makes another."""
        path = self.options.path
        is_late = time.monotonic() > self.started_at + SOCKET_SECONDS
        if path and is_late and not os.path.exists(path):
            logger.error("The socket of %s is gone; starting it again.", self.name)
            # Not before it has had the time to end.
            self.started_at = time.monotonic()
            self.process.terminate()

    def _dismiss(self) -> None:
        """Let the workers that a dead main process has left behind finish what they work on."""
        if _signal_group(self.process.pid, signal.SIGTERM):
            self.leaving[self.process.pid] = time.monotonic() + STOP_SECONDS

    def _see_off(self) -> None:
        for group, until in list(self.leaving.items()):
            is_late = time.monotonic() > until
            if is_late or not _signal_group(group, 0):
                _signal_group(group, signal.SIGKILL)
                del self.leaving[group]

    def reload(self) -> None:
        """Let new workers take the place of the present ones, which finish what they have begun."""
        # What kept it from starting may have been mended.
        self.failures = 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGHUP)

    def begin_to_stop(self) -> None:
        """Let what has been begun be finished, and nothing more begin."""
        self.process.terminate()
        if self.process.poll() is not None:
            self._dismiss()

    def wait(self) -> None:
        """Wait until it has stopped."""
        try:
            self.process.wait(STOP_SECONDS + LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            logger.warning("%s did not stop in time.", self.name)
        for group in (self.process.pid, *self.leaving):
            _signal_group(group, signal.SIGKILL)


def _signal_group(group: int, number: int) -> bool:
    """Send a signal to the processes of a group; say whether there are any."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


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
    follower: Follower = field(default_factory=Follower)
    is_stopping: bool = False
    is_reloading: bool = False
    listening: socket.socket | None = None

    def listen(self) -> None:
        """Take the address; raises OSError where it cannot be had."""
        ends = time.monotonic() + LISTEN_SECONDS
        while self.listening is None:
            try:
                # Held here, so that whoever calls while a server is started again is answered.
                self.listening = listen(self.host, self.port)
            except OSError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.1)

    def prepare(self) -> None:
        """Write what the servers need; raises OSError where that cannot be done."""
        self.servers = self._servers()

    def run(self) -> None:
        """Start everything, look after it, and stop everything in order.

        `listen` and `prepare` come first.
        """
        _raise_file_limit()
        self.follower.start()
        # What was withdrawn while this node was down is dropped before anybody can ask for it. A
        # database that does not answer is not waited for: readers get what there is.
        self.follower.has_looked.wait(CATCH_UP_SECONDS)
        for server in self.servers:
            server.start()
        timed = Rounds(_run_schedule, SCHEDULE_SECONDS, "The schedule could not run")
        threads = [timed, *rounds_of_every_node()]
        for thread in threads:
            thread.start()
        while not self.is_stopping:
            self._look_after_servers()
            time.sleep(0.2)
        timed.ended.set()
        # Nobody is let in any more before those who would answer go.
        self._stop_servers()
        for thread in (self.follower, *threads):
            thread.ended.set()
        # What is being published is published as a whole, pictures included.
        timed.join(JOIN_SECONDS)

    def _look_after_servers(self) -> None:
        for server in self.servers:
            server.look_after()
        if self.is_reloading:
            self.is_reloading = False
            # The code may be another now. What this process would begin anew for its own release
            # would be of no use to the new ones, which follow the journal themselves.
            self.follower.ended.set()
            for server in self.servers:
                server.reload()

    def _stop_servers(self) -> None:
        self.listening.close()
        *renders, edge = self.servers
        for group in ([edge], renders):
            for server in group:
                server.begin_to_stop()
            for server in group:
                server.wait()

    def stop(self, *_signal) -> None:
        self.is_stopping = True

    def reload(self, *_signal) -> None:
        self.is_reloading = True

    def _servers(self) -> list[Server]:
        descriptor = self.listening.fileno()
        if self.is_single:
            options = Options(
                "portal.wsgi:application",
                descriptor=descriptor,
                threads=256,
                patience=STOP_SECONDS,
            )
            return [Server("The server", options, dict(os.environ))]
        # Addresses of Unix sockets are short; those of a folder need not be.
        sockets = [_socket_path(number) for number in range(self.workers)]
        front = settings_of_portal(renders=sockets, waiting=EDGE_WAITING)
        write_error_pages(front)
        renders = [
            Server(
                f"Render process {number}",
                Options(
                    "portal.render:application",
                    path=path,
                    # The edge says at once what it wants, and wants one thing at a time.
                    drain=0.25,
                    patience=STOP_SECONDS,
                ),
                dict(os.environ),
            )
            for number, path in enumerate(sockets)
        ]
        # What stands in the environment is copied for every request, so that little stands there.
        kept = ("PATH", "HOME", "LANG", "TMPDIR", "TZ")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        edge = Server(
            "The edge",
            Options(
                "portal.front:from_environment",
                descriptor=descriptor,
                workers=self.edges,
                threads=EDGE_THREADS,
                is_factory=True,
                patience=STOP_SECONDS,
            ),
            {**environment, "PYTHONUNBUFFERED": "1", VARIABLE: front.to_json()},
        )
        return [*renders, edge]


def rounds_of_every_node() -> list[Rounds]:
    """Return what one process on each node does besides, whatever kind of server that is."""
    return [
        fold.rounds(),
        Rounds(cdn.send_waiting, TELL_SECONDS, "The CDN could not be told what is out of date"),
        Rounds(journal.trim, TRIM_SECONDS, "The journal could not be trimmed"),
    ]


def _run_schedule() -> None:
    schedule.run()
    local().words.scheduled_at = time.time()


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


def write_error_pages(front: FrontSettings) -> None:
    """Write what the edge shows when Django cannot answer: a page for each status and language."""
    folder = front.cache.path / "errors"
    folder.mkdir(parents=True, exist_ok=True)
    template = loader.get_template("error.html")
    for language in front.languages:
        with translation.override(language):
            for status in ERROR_STATUSES:
                page = template.render({"status": status})
                (folder / f"{status}-{language}.html").write_text(page, encoding="utf-8")
