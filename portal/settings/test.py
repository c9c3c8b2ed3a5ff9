"""Settings of the test suite; each line says why it differs."""

import os
import tempfile

from .base import *  # noqa: F403
from .content import *  # noqa: F403
from .front import *  # noqa: F403

SECRET_KEY = "for tests only"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Hashed names need a collectstatic that tests have no use for.
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
# A slow hash protects real passwords only.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Each process has a page cache of its own that ends with it; a served portal's lies in its folder.
if "PORTAL_VAR" not in os.environ:
    _folder = tempfile.TemporaryDirectory(prefix="pagecache-")
    PAGECACHE["folder"] = _folder.name  # noqa: F405
