from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.visits import fold, retention
from portal.visits.ledger import BusyError, ledger_turn


class Command(BaseCommand):
    """Fold the counted visits, compute their sums anew, or delete what is too old."""

    @property
    def help(self):
        """What the command does, in the language of the site."""
        return _("Fold the counted visits, compute their sums anew, or delete what is too old.")

    def add_arguments(self, parser):
        parser.add_argument(
            "what",
            choices=("fold", "rebuild", "forget"),
            help=_(
                "fold: add what was counted; rebuild: compute the sums anew; forget: delete "
                "details older than PORTAL_VISITS_KEEP_DAYS"
            ),
        )

    def handle(self, *, what, **options):
        getattr(self, f"_{what}")()

    def _fold(self):
        try:
            views = fold.fold()
        except BusyError as error:
            raise CommandError(_("Another process is folding.")) from error
        self.stdout.write(_("%(count)d views added.") % {"count": views})

    def _rebuild(self):
        done = retention.rebuild()
        self.stdout.write(
            _("%(days)d days computed anew, %(corrected)d corrected.")
            % {"days": done.days, "corrected": done.corrected}
        )

    def _forget(self):
        with ledger_turn():
            deleted = retention.forget(settings.PORTAL_VISITS_KEEP_DAYS, timezone.localdate())
        self.stdout.write(_("%(count)d rows deleted.") % {"count": deleted})
