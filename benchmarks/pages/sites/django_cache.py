"""The portal with Django's own cache of whole pages instead of its own.

In the order that Django documents, with pages stored as GZipMiddleware has compressed them.
"""

from .uncached import *  # noqa: F403

MIDDLEWARE = [
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    *MIDDLEWARE,  # noqa: F405
    "django.middleware.cache.FetchFromCacheMiddleware",
]
CACHE_MIDDLEWARE_SECONDS = 3600
