import time

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from portal import schedule
from portal.pagecache.node import local


class Command(BaseCommand):
    """Publish what is due and unpublish what has expired, once; `serve` does it each minute."""

    @property
    def help(self):
        """What the command does, in the language of the site."""
        return _("Publish what is due and unpublish what has expired, once.")

    def handle(self, *args, **options):
        outcome = schedule.run()
        local().words.scheduled_at = time.time()
        self.stdout.write(
            _("Published %(published)d, expired %(expired)d, failed %(failed)d.")
            % {name: len(objects) for name, objects in vars(outcome).items()}
        )
