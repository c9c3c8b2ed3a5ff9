import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Compile the message catalogues of the portal; needs no gettext on the machine.

    Catalogues that are older than their compiled form are left as they are.
    """

    help = __doc__

    requires_system_checks = []

    def handle(self, *args, **options):
        count = 0
        for folder in settings.LOCALE_PATHS:
            for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
                target = source.with_suffix(".mo")
                if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                    polib.pofile(str(source)).save_as_mofile(str(target))
                    count += 1
        self.stdout.write(f"Compiled {count} catalogues.")
