"""Settings of a portal that serves readers, on one small server or several.

Every value that a deployment must decide comes from the environment, and a missing one is refused
at start with its name (see README, "Deploy").
"""

from .base import *  # noqa: F403
from .base import _address, env
from .content import *  # noqa: F403
from .front import *  # noqa: F403

DEBUG = False
SECRET_KEY = env("PORTAL_SECRET_KEY")
ALLOWED_HOSTS = env.list("PORTAL_HOSTS", default=[_address.hostname])
CSRF_TRUSTED_ORIGINS = [f"{_address.scheme}://{_address.netloc}"]

if _address.scheme == "https":
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

if env.bool("PORTAL_EMAIL", default=False):
    EMAIL_CONFIG = env.email("PORTAL_EMAIL_URL")
    vars().update(EMAIL_CONFIG)
    DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("PORTAL_EMAIL_FROM")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # What editors do is kept in the audit log; what tasks do is of no use to anybody.
    "loggers": {name: {"level": "WARNING"} for name in ("wagtail", "django_tasks")},
    "root": {"handlers": ["console"], "level": env("PORTAL_LOG_LEVEL", default="INFO")},
}
