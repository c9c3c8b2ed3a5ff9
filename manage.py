#!/usr/bin/env python
"""Run a management command of the portal; the settings are production's unless told otherwise."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # Raised later, it is a fault of the program, for whoever can read a traceback.
        if settings.configured:
            raise
        sys.exit(f"{error}")
