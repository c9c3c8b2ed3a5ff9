import signal
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.supervisor import Supervisor


class Command(BaseCommand):
    """Serve the portal and run the schedule each minute, until told to stop.

    SIGHUP lets new processes take the place of the present ones without losing a request.
    """

    help = __doc__

    def add_arguments(self, parser):
        address = urlsplit(settings.PORTAL_URL)
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument(
            "--port", type=int, default=address.port or 8000, help="port to listen on"
        )
        parser.add_argument(
            "--workers", type=int, default=2, help="processes that make pages (Django)"
        )
        parser.add_argument(
            "--edges", type=int, default=1, help="processes that answer from what is made"
        )
        parser.add_argument(
            "--single-process",
            action="store_true",
            help="one process for everything, as under another WSGI server",
        )

    def handle(self, *, host, port, workers, edges, single_process, **options):
        if workers < 1 or edges < 1:
            raise CommandError("--workers and --edges take a number from 1 upwards.")
        supervisor = Supervisor(host, port, workers, edges, single_process)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, supervisor.stop)
        signal.signal(signal.SIGHUP, supervisor.reload)
        try:
            supervisor.listen()
        except OSError as error:
            raise CommandError(f"{host}:{port} cannot be listened on: {error.strerror}.") from error
        self._introduce(host, port)
        supervisor.run()
        self.stdout.write("Stopped.")

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
