from django.core.management.base import BaseCommand

from portal import schedule
from portal.outage import make_no_databases
from portal.pagecache.node import local


class Command(BaseCommand):
    """Publish what is due and unpublish what has expired, once; `serve` does it each minute."""

    help = __doc__

    def handle(self, *args, **options):
        make_no_databases()
        outcome = schedule.run()
        local().words.scheduled()
        self.stdout.write(
            f"Published {len(outcome.published)}, expired {len(outcome.expired)}, "
            f"failed {len(outcome.failed)}."
        )
