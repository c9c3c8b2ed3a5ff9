"""Settings that hold everywhere; the other modules of this package say what differs where."""

from pathlib import Path
from unicodedata import normalize

from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO

from portal.settings import checked

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# Everything that a running portal writes lies in this one folder: it is what to back up.
VAR_DIR = checked.folder("PORTAL_VAR", default=BASE_DIR / "var")

# The public address of the portal, scheme included; hosts, cookies and redirects follow from it.
PORTAL_URL = checked.address("PORTAL_URL", default="http://127.0.0.1:8000")

INSTALLED_APPS = [
    "home",
    "news",
    "portal",
    "portal.visits",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    # Last: it hears of a change when others have done what they do then, such as redirects.
    "portal.pagecache",
]

MIDDLEWARE = [
    "portal.pagecache.fill.PageCacheMiddleware",
    "portal.translation.middleware.LanguageFromAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# One SQLite file by default; DATABASE_URL names a PostgreSQL server when the portal grows.
DATABASES = {"default": checked.database("DATABASE_URL", default=VAR_DIR / "portal.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
            "PRAGMA mmap_size=134217728;PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=27103364"
        ),
    }
else:
    # Without it a server that is gone is waited for until the system gives up, for minutes.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 2)
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # A copy in each process, which forgets them when a picture changes (portal.surroundings).
    "renditions": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "renditions",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}

AUTH_USER_MODEL = "portal.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}

# Languages: the first is the source and has no prefix in addresses. A language named here is
# offered under Settings > Locales in the admin; adding it there turns it on.
_codes = checked.languages("PORTAL_LANGUAGES", default=["vi", "en"])
LANGUAGE_CODE = _codes[0]
# Django's own list has "Tiếng Việt" decomposed.
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    (code, normalize("NFC", LANG_INFO[code]["name_local"])) for code in _codes
]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale", BASE_DIR / "portal" / "locale_admin"]
FORMAT_MODULE_PATH = ["portal.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = []
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
CONTENT_SECURITY_POLICY = {
    # The admin carries inline scripts of Wagtail's own; the public pages carry none.
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

# Tile services for the interactive map (see portal/maps/providers.py for the form of an entry) and
# the name of the one in use; the built-in one asks no other server.
PORTAL_MAP_PROVIDERS = []
PORTAL_MAP_PROVIDER = "built-in"
CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"] += [
    host
    for provider in PORTAL_MAP_PROVIDERS
    if provider.get("name") == PORTAL_MAP_PROVIDER
    for host in provider.get("csp_hosts", ())
]

DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
