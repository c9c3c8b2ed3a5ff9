"""The portal with a middleware that notes what reaches Django."""

from portal.settings.production import *  # noqa: F403

MIDDLEWARE = ["benchmarks.pages.sites.counting.NoteRequests", *MIDDLEWARE]  # noqa: F405
