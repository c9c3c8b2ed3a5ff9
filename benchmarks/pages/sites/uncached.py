"""The portal without its cache: every request is rendered."""

from portal.settings.production import *  # noqa: F403

MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("portal.pagecache.")]  # noqa: F405
