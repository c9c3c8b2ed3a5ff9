import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from portal import schedule

logger = logging.getLogger(__name__)

SCHEDULE_SECONDS = 60
RESTART_SECONDS = 1
STOP_SECONDS = 20


class Command(BaseCommand):
    """Serve the portal with Granian and run the schedule each minute, until told to stop."""

    help = __doc__

    def add_arguments(self, parser):
        address = urlsplit(settings.PORTAL_URL)
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument(
            "--port", type=int, default=address.port or 8000, help="port to listen on"
        )
        parser.add_argument("--workers", type=int, default=2, help="processes that answer requests")

    def handle(self, *, host, port, workers, **options):
        if workers < 1:
            raise CommandError("--workers takes a number from 1 upwards.")
        self.stopping = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self._introduce(host, port)
        self.server = self._start(host, port, workers)
        next_run = time.monotonic()
        while not self.stopping:
            if self.server.poll() is not None:
                logger.error(
                    "The server ended with code %s; starting it again.", self.server.returncode
                )
                self._clear_away()
                time.sleep(RESTART_SECONDS)
                self.server = self._start(host, port, workers)
            if time.monotonic() >= next_run:
                next_run = time.monotonic() + SCHEDULE_SECONDS
                self._run_schedule()
            time.sleep(0.2)
        self._end()

    def _introduce(self, host, port):
        self.stdout.write("")
        self.stdout.write(f"  The portal      {settings.PORTAL_URL}/")
        self.stdout.write(f"  In English      {settings.PORTAL_URL}/en/")
        self.stdout.write(f"  For editors     {settings.PORTAL_URL}/admin/")
        logins = settings.VAR_DIR / "demo-logins.txt"
        if logins.exists():
            self.stdout.write("")
            for line in logins.read_text(encoding="utf-8").splitlines():
                self.stdout.write(f"  {line}")
        self.stdout.write("")
        self.stdout.write(f"Listening on {host}:{port}; stop with Ctrl+C.")
        self.stdout.flush()

    def _start(self, host, port, workers) -> subprocess.Popen:
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi",
            "--host", host, "--port", str(port), "--workers", str(workers),
            "--blocking-threads", "2", "--respawn-failed-workers",
            "--workers-kill-timeout", str(STOP_SECONDS), "--log-level", "warning",
            "portal.wsgi:application",
        ]  # fmt: skip
        # In a session of its own: Ctrl+C reaches this process alone, which then stops it in order.
        return subprocess.Popen(  # noqa: S603 - the words are our own
            command, cwd=settings.BASE_DIR, env=os.environ, start_new_session=True
        )

    def _run_schedule(self):
        try:
            close_old_connections()
            schedule.run()
        except Exception:
            # The database may be away for a while; readers must still be served.
            logger.exception("The schedule could not run")

    def _clear_away(self):
        """End the workers that a dead server has left behind; they are in a group of its own."""
        with suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)

    def _stop(self, *_arguments):
        self.stopping = True

    def _end(self):
        self.server.terminate()
        try:
            self.server.wait(STOP_SECONDS + 5)
        except subprocess.TimeoutExpired:
            logger.warning("The server did not stop in time.")
        self._clear_away()
        self.stdout.write("Stopped.")
