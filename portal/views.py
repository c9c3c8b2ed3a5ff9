"""The public views that are no page: serving pages, what is answered when there is none, media."""

import sys

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template import loader
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.static import serve as serve_file
from wagtail.models import Page
from wagtail.views import serve as serve_routed

from portal.outage import is_database_away
from portal.pagecache import collector
from portal.pagecache.routes import cacheable, never_kept
from portal.routing import by_legacy_number, route
from portal.surroundings import surroundings_for
from portal.translation.missing import originals, path_without_language

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


@cacheable
def serve(request, path: str):
    """Answer the address of a page; Wagtail's own view with the portal's routing."""
    # Wagtail looks here before it routes (Page.route_for_request).
    request._wagtail_route_for_request = found = route(request, path)
    page = found.page
    if page.known_unrestricted:
        heed_only(request, page.query_keys)
        collector.public(collector.tag_of(Page, page.pk), page.query_keys)
        collector.until(page.expire_at, hard=True)
    return serve_routed(request, path)


def heed_only(request, names: tuple[str, ...]) -> None:
    """Drop all query keys but ``names`` from ``request``: nothing else may reach what is kept."""
    kept = request.GET.copy()
    for name in request.GET:
        if name not in names:
            del kept[name]
    kept._mutable = False
    request.GET = kept
    request.META["QUERY_STRING"] = kept.urlencode()


def page_not_found(request, exception=None):
    """Answer an address without a page.

    An address of the old portal redirects to the page that bears its number; an address that is a
    page in another language says so and links to it; anything else is a plain 404.
    """
    collector.public(collector.MISSING)
    language = translation.get_language()
    around = surroundings_for(request, language)
    path = path_without_language(request.path_info)
    if around is not None and around.home is not None:
        page = by_legacy_number(path, around.locale.pk)
        if page is not None and page.get_url(request) != request.path:
            return HttpResponsePermanentRedirect(page.get_url(request))
    return render(request, "404.html", {"originals": originals(request, path)}, status=404)


def server_error(request):
    """Answer when the portal itself failed, without the database.

    Pages are in the language of their address, the admin in that of the browser. Where the
    database is away the answer is 503: it is worth asking again.
    """
    with translation.override(_language_without_database(request)):
        is_away = is_database_away(sys.exc_info()[1])
        status = 503 if is_away else 500
        page = loader.get_template("error.html").render({"status": status})
    headers = {"Retry-After": "10", "Cache-Control": "no-store"} if is_away else {}
    return HttpResponse(page, status=status, headers=headers)


def _language_without_database(request) -> str:
    if request.path_info.startswith("/admin/"):
        # What the user has chosen stands in the database.
        known = {code for code, _name in settings.WAGTAILADMIN_PERMITTED_LANGUAGES}
        for code, _rest in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
            if code.split("-")[0] in known:
                return code.split("-")[0]
    return translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE


@never_kept("it is a file already")
def media(request, path: str) -> FileResponse:
    """Serve a rendition. Originals and documents are never given out by their file name."""
    if request.method not in ("GET", "HEAD"):
        raise Http404
    response = serve_file(request, path, document_root=settings.MEDIA_ROOT / "images")
    # The name of a rendition changes with its content.
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def atomic_writes(view):
    """Decorate a view of the admin: what a POST writes is written as a whole or not at all.

    Reads stay outside of a transaction, because with SQLite's IMMEDIATE mode each one would wait
    for the write lock. A view that answers with a server error is rolled back too.
    """

    def inner(request, *args, **kwargs):
        if request.method in SAFE_METHODS:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            return response

    return inner


@cacheable
def robots(request):
    """Answer /robots.txt: everything public may be read, the admin is nobody's business."""
    collector.public("robots", ())
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /_util/", ""]
    lines.append(f"Sitemap: {settings.PORTAL_URL}/sitemap.xml")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
