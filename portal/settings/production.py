"""Settings of a portal that serves readers, on one small server or several.

Every value that a deployment must decide comes from the environment, and a missing or wrong one is
refused at start with its name (see README, "Deploy").
"""

from portal.settings import checked

from .base import *  # noqa: F403
from .base import PORTAL_URL
from .content import *  # noqa: F403
from .front import *  # noqa: F403

DEBUG = False
SECRET_KEY = checked.secret(
    "PORTAL_SECRET_KEY",
    expected="a long random text, or PORTAL_SECRET_KEY_FILE with the name of a file that holds it",
)
ALLOWED_HOSTS = checked.hosts("PORTAL_HOSTS", PORTAL_URL)
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]

if PORTAL_URL.startswith("https:"):
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

if checked.yes_or_no("PORTAL_EMAIL", default=False):
    EMAIL_CONFIG = checked.mail_server("PORTAL_EMAIL_URL")
    vars().update(EMAIL_CONFIG)
    DEFAULT_FROM_EMAIL = SERVER_EMAIL = checked.mail_sender("PORTAL_EMAIL_FROM")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # What editors do is kept in the audit log; what tasks do is of no use to anybody.
    "loggers": {name: {"level": "WARNING"} for name in ("wagtail", "django_tasks")},
    "root": {"handlers": ["console"], "level": checked.log_level("PORTAL_LOG_LEVEL", "INFO")},
}
