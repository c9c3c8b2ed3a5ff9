from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from portal import roles


class Command(BaseCommand):
    """Make the groups of editors, moderators and translators, and the approval workflow.

    Safe to run again, and to be run again after a language was added.
    """

    @property
    def help(self):
        """What the command does, in the language of the site."""
        return _("Make the groups of editors, moderators and translators; may be run again.")

    @transaction.atomic
    def handle(self, *args, **options):
        for name in roles.set_up():
            self.stdout.write(_("Group %(name)s: ready.") % {"name": name})
