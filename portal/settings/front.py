"""Settings of what answers readers before Django does: the page cache and the count of visits."""

from portal import release

from .base import BASE_DIR, LANGUAGES, PORTAL_URL, VAR_DIR, env

# The cached front end; portal/pagecache/config.py lists what may be set here.
PAGECACHE = {
    "folder": str(VAR_DIR / "pagecache"),
    "origin": PORTAL_URL,
    # Pages that were made by other code, templates, catalogues or settings are made anew.
    "release": release.digest(
        *(BASE_DIR / name for name in ("portal", "news", "home", "templates", "requirements")),
        words=[PORTAL_URL, *(code for code, _name in LANGUAGES)],
    ),
    "body_limit": 64 * 2**20,
    "trusted_proxies": env.list("PORTAL_TRUSTED_PROXIES", default=["127.0.0.0/8", "::1/128"]),
    "surrogate_header": env("PORTAL_SURROGATE_HEADER", default=""),
    "s_maxage": env.int("PORTAL_S_MAXAGE", default=0),
    "export_folder": env("PORTAL_EXPORT", default=""),
}

# Visits (portal/visits): how many views of one visitor, and of one network (/24 or /48), count on a
# day; for how many days details are kept (the totals of days are kept for ever).
PORTAL_VISITS_FOLDER = VAR_DIR / "visits"
PORTAL_VISITS_VISITOR_LIMIT = env.int("PORTAL_VISITS_VISITOR_LIMIT", default=500)
PORTAL_VISITS_NETWORK_LIMIT = env.int("PORTAL_VISITS_NETWORK_LIMIT", default=3000)
PORTAL_VISITS_KEEP_DAYS = env.int("PORTAL_VISITS_KEEP_DAYS", default=400)
PORTAL_VISITS_REFERRERS = 200  # a day; the rest is summed up
