"""Settings of a developer's machine: `DJANGO_SETTINGS_MODULE=portal.settings.dev`."""

from .base import *  # noqa: F403
from .content import *  # noqa: F403
from .front import *  # noqa: F403

DEBUG = True
SECRET_KEY = "for development only, never for readers"  # noqa: S105
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
