"""Settings of what answers readers before Django does: the page cache and the count of visits."""

from portal import release
from portal.settings import checked
from portal.visits.configuration import BeaconSettings

from .base import BASE_DIR, LANGUAGES, MEDIA_ROOT, PORTAL_URL, STATIC_ROOT, VAR_DIR

PORTAL_VISITS_FOLDER = VAR_DIR / "visits"
_BEACON = BeaconSettings(str(PORTAL_VISITS_FOLDER))
_PAGECACHE_FOLDER = VAR_DIR / "pagecache"

# The cached front end; portal/pagecache/config.py lists what may be set here.
PAGECACHE = {
    "folder": str(_PAGECACHE_FOLDER),
    "origin": PORTAL_URL,
    # Pages that were made by other code, templates, catalogues or settings are made anew.
    "release": release.digest(
        *(BASE_DIR / name for name in ("portal", "news", "home", "templates", "requirements")),
        words=[PORTAL_URL, *(code for code, _name in LANGUAGES)],
    ),
    "answered_before": ["/healthz", "/readyz", _BEACON.address, _BEACON.picture],
    "body_limit": 64 * 2**20,
    "trusted_proxies": checked.networks(
        "PORTAL_TRUSTED_PROXIES", default=["127.0.0.0/8", "::1/128"]
    ),
    "surrogate_header": checked.header_name("PORTAL_SURROGATE_HEADER"),
    "s_maxage": checked.whole_number("PORTAL_S_MAXAGE", default=0, least=0),
    # The portal writes and removes files in it, which may be nobody else's.
    "export_folder": checked.folder_of_its_own(
        "PORTAL_EXPORT",
        around=[VAR_DIR, BASE_DIR, MEDIA_ROOT, STATIC_ROOT],
        within=[MEDIA_ROOT, STATIC_ROOT, PORTAL_VISITS_FOLDER, _PAGECACHE_FOLDER],
    ),
}

# Visits (portal/visits): how many views of one visitor, and of one network (/24 or /48), count on a
# day; for how many days details are kept (the totals of days are kept for ever).
PORTAL_VISITS_VISITOR_LIMIT = checked.whole_number(
    "PORTAL_VISITS_VISITOR_LIMIT", default=500, least=1
)
PORTAL_VISITS_NETWORK_LIMIT = checked.whole_number(
    "PORTAL_VISITS_NETWORK_LIMIT", default=3000, least=1
)
# A hundred years; the calendar does not reach back for ever.
PORTAL_VISITS_KEEP_DAYS = checked.whole_number(
    "PORTAL_VISITS_KEEP_DAYS", default=400, least=1, most=36_500
)
PORTAL_VISITS_REFERRERS = 200  # a day; the rest is summed up
