from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.outage import make_no_databases
from portal.visits import fold, retention
from portal.visits.ledger import BusyError, ledger_turn


class Command(BaseCommand):
    """Fold the counted visits, compute their sums anew, or delete what is too old."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "what",
            choices=("fold", "rebuild", "forget"),
            help="fold: add what was counted; rebuild: compute the sums anew; forget: delete "
            "details older than PORTAL_VISITS_KEEP_DAYS",
        )

    def handle(self, *, what, **options):
        make_no_databases()
        getattr(self, f"_{what}")()

    def _fold(self):
        try:
            views = fold.fold()
        except BusyError as error:
            raise CommandError("Another process is folding.") from error
        self.stdout.write(f"{views} views added.")

    def _rebuild(self):
        done = retention.rebuild()
        self.stdout.write(f"{done.days} days computed anew, {done.corrected} corrected.")

    def _forget(self):
        with ledger_turn():
            deleted = retention.forget(settings.PORTAL_VISITS_KEEP_DAYS, timezone.localdate())
        self.stdout.write(f"{deleted} rows deleted.")
