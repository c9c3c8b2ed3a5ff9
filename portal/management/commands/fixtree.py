from django.db import transaction
from wagtail.management.commands import fixtree

from portal.pagecache.collector import EVERYTHING
from portal.pagecache.journal import touch


class Command(fixtree.Command):
    """Wagtail's own, after which every public page is made anew.

    It mends places in the tree by SQL, which no signal tells of. While it asks whether to delete
    orphans nobody else can save on SQLite.
    """

    def handle(self, **options):
        with transaction.atomic():
            super().handle(**options)
            touch(EVERYTHING, hard=True)
