"""A Granian server that hands over to its successor without losing a connection.

`python -m portal.server OPTIONS PARENT TARGET`, with `Options` as JSON and the number of the
process that starts it, with which it ends. Django is not needed.

Granian by itself gives every worker a listening socket of its own, whose waiting connections are
reset when the worker ends, and closes what it has accepted but not yet read. Here all workers,
also those of a main process that takes the place of another, accept from one socket; and a worker
that is to end first stops accepting, lets its clients go elsewhere for a moment, and ends then. One
takes the place of another when it has loaded, and not where that fails.
"""

import ctypes
import json
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from granian import _signals
from granian._granian import SocketHolder, WorkerSignal
from granian._internal import load_target
from granian.constants import HTTPModes, Interfaces
from granian.errors import FatalError
from granian.http import HTTP1Settings
from granian.log import LogLevels, logger
from granian.server import MPServer, mp

BACKLOG = 4096
# Connections that are open at once; browsers keep theirs open for a while.
CONNECTIONS = 16_384
# From when a worker has loaded to the end of the one whose place it takes: seconds.
HANDOVER_PAUSE = 0.5
_LISTENING = "PORTAL_LISTENING"
_PR_SET_PDEATHSIG = 1


@dataclass
class Options:
    """How a server is to run.

    It accepts from the listening TCP socket ``descriptor``, which it inherits, or makes the Unix
    socket ``path``. Seconds: ``handover`` that a worker may take to load which is to take
    the place of another, ``drain`` from the last connection that is accepted to the end of those
    that are idle, ``patience`` for requests that have been begun.
    """

    target: str
    descriptor: int | None = None
    path: str = ""
    workers: int = 1
    threads: int = 1
    is_factory: bool = False
    handover: float = 60
    drain: float = 1
    patience: int = 20

    def command(self) -> list[str]:
        """Return the command that runs such a server until this process ends."""
        words = [json.dumps(asdict(self)), str(os.getpid()), self.target]
        return [sys.executable, "-m", "portal.server", *words]


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises OSError where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.create_server((host, port), family=family, backlog=BACKLOG)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _listen_on_path(path: str) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    # Somebody who was killed may have left it.
    Path(path).unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        made.bind(path)
    finally:
        os.umask(before)
    made.listen(BACKLOG)
    return made


class Server(MPServer):
    """Granian's server with a socket that is made elsewhere."""

    def __init__(self, options: Options):
        super().__init__(
            options.target,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            workers=options.workers,
            blocking_threads=options.threads,
            backlog=BACKLOG,
            backpressure=CONNECTIONS,
            http1_settings=HTTP1Settings(max_buffer_size=65_536),
            log_level=LogLevels.warning,
            respawn_failed_workers=True,
            workers_kill_timeout=options.patience,
            websockets=False,
        )
        self.options = options
        # The inode of the socket that was made here, if any.
        self.made: int | None = None
        # By which workers say that they can answer.
        self.told, self.telling = multiprocessing.Pipe(duplex=False)

    def _init_shared_socket(self):
        if self.options.path:
            self._sso = _listen_on_path(self.options.path)
        else:
            self._sso = socket.socket(fileno=self.options.descriptor)
        self._sso.set_inheritable(True)
        self.made = os.stat(self.options.path).st_ino if self.options.path else None
        self._sfd = self._sso.fileno()
        os.environ[_LISTENING] = str(self._sfd)
        self._shd = SocketHolder(self._sfd, bool(self.options.path), BACKLOG)

    def signal_handler_interrupt(self, *args, **kwargs):
        # Granian's locks up when it is called again meanwhile, and each thread of a parent that
        # dies sends the signal.
        if not self.interrupt_signal:
            super().signal_handler_interrupt(*args, **kwargs)

    def _respawn_workers(self, workers, spawn_target, target_loader, delay=0):
        for index in workers:
            if self.wrks[index].is_alive():
                self._replace(index, spawn_target, target_loader)
            else:
                super()._respawn_workers([index], spawn_target, target_loader)

    def _replace(self, index: int, spawn_target, target_loader) -> None:
        """Let another worker take the place of one; where it cannot be loaded, that one serves on.

        Granian itself waits for a fixed time, and ends both.
        """
        while self.told.poll():
            self.told.recv_bytes()
        new = self._spawn_worker(idx=index, target=spawn_target, callback_loader=target_loader)
        # Its end is none of the server's yet.
        new.interrupt_by_parent = True
        new.start()
        if not self._has_loaded(new):
            new.kill()
            return
        new.interrupt_by_parent = False
        old, self.wrks[index] = self.wrks[index], new
        # Until the new one accepts.
        time.sleep(HANDOVER_PAUSE)
        old.terminate()
        old.join(self.workers_kill_timeout)
        if old.is_alive():
            old.kill()
            old.join()

    def _has_loaded(self, worker) -> bool:
        ends = time.monotonic() + self.options.handover
        while worker.is_alive() and time.monotonic() < ends:
            if self.interrupt_signal:
                return False
            if self.told.poll(0.1):
                return True
        logger.error("What was to take the place of a worker did not load; that one serves on.")
        return False

    def leave(self) -> None:
        """Remove the socket, unless another server has made one in its place."""
        with suppress(OSError):
            if os.stat(self.options.path).st_ino == self.made:
                os.unlink(self.options.path)


class Worker:
    """The application of a worker process, and what lets it end in order."""

    current: "Worker"

    def __init__(self, options: Options):
        self.listening = int(os.environ.pop(_LISTENING))
        self.drain = options.drain
        self.application = load_target(options.target, factory=options.is_factory)
        # What it can answer without waiting, where it has such a thing; None for all else.
        self.at_once = getattr(self.application, "at_once", None)
        self.is_ending = False

    def __call__(self, environ, start_response):
        def start(status, headers, exc_info=None):
            # Asked here, for it may have been told to end since the request came.
            if self.is_ending:
                # The client asks the next thing on a new connection, which a successor accepts.
                headers = [*headers, ("Connection", "close")]
            return start_response(status, headers, exc_info)

        return self.application(environ, start)

    def end(self, finish: threading.Event) -> None:
        """Accept nothing more, and say so to ``finish`` when those who have come are heard."""
        if self.is_ending:
            return
        self.is_ending = True
        # Under the number of the listening socket, which others share, lies from now on one on
        # which nobody ever calls.
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as silent:
            silent.bind(f"{folder}/s")
            silent.listen(1)
            silent.setblocking(False)
            os.dup2(silent.fileno(), self.listening)
        timer = threading.Timer(self.drain, finish.set)
        timer.daemon = True
        timer.start()


def load(options: Options, parent: int, telling: Connection, _target: str) -> Worker:
    """Return the application of this worker process, which ``parent`` has started.

    When it has been loaded ``telling`` is told so.
    """
    _end_with(parent)
    # Here and not before: whoever imports this module may be served by a Granian of somebody else.
    # Where a worker takes what it calls, and where it asks for the signal that ends it.
    mp._wsgi_call_wrap = _called
    _signals.set_sync_signals = _set_signals
    Worker.current = Worker(options)
    # The parent may have died meanwhile.
    with suppress(OSError):
        telling.send_bytes(b"loaded")
    return Worker.current


def _set_signals() -> WorkerSignal:
    finish = WorkerSignal()

    def end(_number, _frame):
        Worker.current.end(finish)

    _signals.set_main_signals(end)
    # Ctrl+C and the hang-up of a terminal are for the supervisor.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return finish


def _called(worker: Worker, scope_opts: dict, access_log_fmt: str | None = None):
    """Return what Granian calls for each request.

    What lies ready is given to it as it is, without the environment and the callable of WSGI.
    """
    answer = _plainly_called(worker, scope_opts, access_log_fmt)
    at_once = worker.at_once
    if at_once is None:
        return answer

    def call(protocol, scope):
        if worker.is_ending or (ready := at_once(scope)) is None:
            answer(protocol, scope)
        else:
            protocol.response_bytes(*ready)

    return call


_plainly_called = mp._wsgi_call_wrap


def _let_forks_end() -> None:
    """Have processes that are forked from now on end when told so, until they say otherwise.

    They would inherit what their parent does then, which is to wait for them.
    """
    mask = signal.pthread_sigmask

    def begin():
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        mask(signal.SIG_UNBLOCK, [signal.SIGTERM])

    os.register_at_fork(
        before=lambda: mask(signal.SIG_BLOCK, [signal.SIGTERM]),
        after_in_parent=lambda: mask(signal.SIG_UNBLOCK, [signal.SIGTERM]),
        after_in_child=begin,
    )


def _end_with(parent: int) -> None:
    """Ask the system to end this process in order when the one that started it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)


def main(arguments: list[str]) -> int:
    """Serve until told to stop; return the exit code."""
    options = Options(**json.loads(arguments[0]))
    # It says so of any number beyond that of the cores. Here threads wait more than they work.
    logger.addFilter(lambda record: "Python threads" not in record.getMessage())
    _end_with(int(arguments[1]))
    _let_forks_end()
    server = Server(options)
    try:
        server.serve(target_loader=partial(load, options, os.getpid(), server.telling))
    except FatalError:
        return 1
    finally:
        server.leave()
    return 0


if __name__ == "__main__":
    # Worker processes that are not forked find what is here under the module's own name.
    from portal import server

    sys.exit(server.main(sys.argv[1:]))
