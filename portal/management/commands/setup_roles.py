from django.core.management.base import BaseCommand
from django.db import transaction

from portal import roles


class Command(BaseCommand):
    """Make the groups of editors, moderators and translators, and the approval workflow.

    Safe to run again, and to be run again after a language was added.
    """

    help = __doc__

    @transaction.atomic
    def handle(self, *args, **options):
        for name in roles.set_up():
            self.stdout.write(f"Group {name}: ready.")
