#!/usr/bin/env python
"""Run a management command of the portal; the settings are production's unless told otherwise."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import ManagementUtility
from django.db import Error as DatabaseError

from portal.outage import in_a_sentence, is_database_away, make_no_databases

# All others find a database or say that it is away.
MAKE_DATABASES = {"migrate", "test", "testserver"}


class Utility(ManagementUtility):
    def fetch_command(self, subcommand):
        # Here the settings are known, those that --settings names as well.
        if settings.configured and subcommand not in MAKE_DATABASES:
            make_no_databases()
        return super().fetch_command(subcommand)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
    try:
        Utility(sys.argv).execute()
    except ImproperlyConfigured as error:
        # Raised later, it is a fault of the program, for whoever can read a traceback.
        if settings.configured:
            raise
        sys.exit(f"{error}")
    except DatabaseError as error:
        if not is_database_away(error) or "--traceback" in sys.argv:
            raise
        sys.exit(in_a_sentence(error))
