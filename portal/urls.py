"""Every address of the portal. The language prefix is on pages alone."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from portal import views
from portal.maps.views import land_layer
from portal.pagecache.addresses import tells_refreshed
from portal.pagecache.routes import never_kept
from portal.readiness import readyz
from portal.translation import sitemap
from portal.tree import deleted_meanwhile, one_at_a_time

handler404 = views.page_not_found
handler500 = views.server_error

urlpatterns = [
    path(
        "admin/",
        include(
            decorate_urlpatterns(
                wagtailadmin_urls.urlpatterns,
                lambda view: deleted_meanwhile(
                    views.atomic_writes(one_at_a_time(tells_refreshed(view)))
                ),
            )
        ),
    ),
    path("readyz", readyz, name="readyz"),
    path(
        "documents/",
        include(
            decorate_urlpatterns(
                wagtaildocs_urls.urlpatterns, never_kept("who may read it is asked each time")
            )
        ),
    ),
    path("media/images/<path:path>", views.media, name="media"),
    path("maps/land.geojson", land_layer, name="map-land"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<section>.xml", sitemap.section, name="sitemap-pages"),
    path("robots.txt", views.robots, name="robots"),
]

urlpatterns += i18n_patterns(
    # Where readers of restricted pages log in; the pattern of pages would match it too.
    path(
        "",
        include(
            decorate_urlpatterns(
                wagtail_urls.urlpatterns[:-1], never_kept("it is a form for one reader")
            )
        ),
    ),
    re_path(wagtail_urls.serve_pattern, views.serve, name="wagtail_serve"),
    # Files below a page, such as feeds, bear a name with a dot and no slash after it.
    re_path(r"^((?:[\w\-]+/)+[\w\-]+\.[a-z]+)$", views.serve),
    prefix_default_language=False,
)
