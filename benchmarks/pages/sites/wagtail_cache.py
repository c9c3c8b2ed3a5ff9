"""A site of one page on wagtail-cache, in an environment of its own: see wagtail-cache.txt.

The middleware is what `wagtail start` writes, within wagtail-cache's, in the order of its
documentation, with pages stored as GZipMiddleware has compressed them.
"""

import os
from pathlib import Path

from django.http import HttpResponse
from django.urls import path

SECRET_KEY = "of a benchmark"
ALLOWED_HOSTS = [os.environ["BENCH_HOST"]]
ROOT_URLCONF = __name__
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": 3600}}
INSTALLED_APPS = [
    "wagtailcache",
    "wagtail.contrib.redirects",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.users",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
MIDDLEWARE = [
    "wagtailcache.cache.UpdateCacheMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "wagtailcache.cache.FetchFromCacheMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
WAGTAIL_SITE_NAME = "Benchmark"
WAGTAILADMIN_BASE_URL = f"http://{os.environ['BENCH_HOST']}"

body = Path(os.environ["BENCH_PAGE"]).read_bytes()


def page(_request) -> HttpResponse:
    """Answer with the portal's home page."""
    return HttpResponse(body)


urlpatterns = [path("", page)]
