import signal
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.supervisor import Supervisor


class Command(BaseCommand):
    """Serve the portal and run the schedule each minute, until told to stop.

    SIGHUP lets new processes take the place of the present ones without losing a request.
    """

    @property
    def help(self):
        """What the command does, in the language of the site."""
        return _(
            "Serve the portal and run the schedule each minute, until told to stop. SIGHUP lets "
            "new processes take the place of the present ones without losing a request."
        )

    def add_arguments(self, parser):
        address = urlsplit(settings.PORTAL_URL)
        parser.add_argument("--host", default="127.0.0.1", help=_("address to listen on"))
        parser.add_argument(
            "--port", type=int, default=address.port or 8000, help=_("port to listen on")
        )
        parser.add_argument(
            "--workers", type=int, default=2, help=_("processes that make pages (Django)")
        )
        parser.add_argument(
            "--edges", type=int, default=1, help=_("processes that answer from what is made")
        )
        parser.add_argument(
            "--single-process",
            action="store_true",
            help=_("one process for everything, as under another WSGI server"),
        )

    def handle(self, *, host, port, workers, edges, single_process, **options):
        if workers < 1 or edges < 1:
            raise CommandError(_("--workers and --edges take a number from 1 upwards."))
        if not 1 <= port <= 65_535:
            raise CommandError(_("--port takes a number from 1 to 65535."))
        supervisor = Supervisor(host, port, workers, edges, single_process)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, supervisor.stop)
        signal.signal(signal.SIGHUP, supervisor.reload)
        try:
            supervisor.listen()
        except OSError as error:
            raise CommandError(
                _("%(address)s cannot be listened on: %(reason)s.")
                % {"address": f"{host}:{port}", "reason": error.strerror}
            ) from error
        try:
            supervisor.prepare()
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be written: %(reason)s.")
                % {"file": error.filename, "reason": error.strerror}
            ) from error
        self._introduce(host, port)
        supervisor.run()
        self.stdout.write(_("Stopped."))

    def _introduce(self, host, port):
        self.stdout.write("")
        for name, path in (
            (_("The portal"), "/"),
            (_("In English"), "/en/"),
            (_("For editors"), "/admin/"),
        ):
            self.stdout.write(f"  {name.ljust(18)}  {settings.PORTAL_URL}{path}")
        logins = settings.VAR_DIR / "demo-logins.txt"
        if logins.exists():
            self.stdout.write("")
            for line in logins.read_text(encoding="utf-8").splitlines():
                self.stdout.write(f"  {line}")
        self.stdout.write("")
        self.stdout.write(
            _("Listening on %(address)s; stop with Ctrl+C.") % {"address": f"{host}:{port}"}
        )
        self.stdout.flush()
