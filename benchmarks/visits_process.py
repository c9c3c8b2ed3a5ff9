"""The servers that benchmarks.visits measures; Granian serves one of the factories.

``edge``: the portal's own front with a finished page in its store.
``naive``: Django, with one row of the database added to for each visit; ``bare``: the same without
middleware.
"""

import json
import os
import time
from pathlib import Path

PAGE = "/tin-tuc/mot-tin/"


def edge():
    """Return the application of an edge process, its page cache and visits in $BENCH_FOLDER."""
    from portal.front import Front, FrontSettings
    from portal.pagecache.config import Config
    from portal.visits.configuration import BeaconSettings

    folder = os.environ["BENCH_FOLDER"]
    origin = os.environ["BENCH_ORIGIN"]
    config = Config(folder=f"{folder}/pagecache", origin=origin, hosts=["127.0.0.1"])
    Path(config.folder).mkdir(exist_ok=True)
    # Nobody reaches a limit: what is measured is counting, not refusing.
    visits = BeaconSettings(
        folder=f"{folder}/visits",
        hosts=("127.0.0.1",),
        visitor_limit=2**31,
        network_limit=2**31,
    )
    front = Front(
        FrontSettings(
            cache=config,
            visits=visits,
            static_root=f"{folder}/static",
            media_root=f"{folder}/media",
            languages=["vi"],
        ),
        None,
    )
    _keep_page(front.edge, origin)
    return front


def _keep_page(edge, origin: str) -> None:
    import brotli

    from portal.pagecache.store.entries import Entry

    text = "".join(f"<p>Đoạn văn thứ {n} của một bài viết dài vừa phải.</p>" for n in range(300))
    body = f"<!doctype html><html lang=vi><title>Một tin</title>{text}</html>".encode()
    now = time.time()
    with edge.store.writing() as writer:
        writer.put(
            Entry(
                key=f"{origin}{PAGE}",
                base=f"{origin}{PAGE}",
                query_keys=(),
                status=200,
                headers=[("Content-Type", "text/html; charset=utf-8")],
                etag='"1"',
                bodies={"identity": body, "br": brotli.compress(body)},
                made=now,
                modified=now,
            )
        )


def naive(middleware: bool = True):
    """Return Django with a view that adds to a row for each visit, behind the usual middleware."""
    import django
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    settings.DATABASES["default"]["NAME"] = os.environ["BENCH_FOLDER"] + "/naive.sqlite3"
    settings.ROOT_URLCONF = "benchmarks.visits_process"
    if not middleware:
        settings.MIDDLEWARE = []
    django.setup()
    from django.db import connection

    from portal.visits.models import PageViews

    with connection.schema_editor() as editor:
        editor.create_model(PageViews)
    connection.close()
    return get_wsgi_application()


def bare():
    """Return the same without any middleware."""
    return naive(middleware=False)


def count(request):
    """Add one visit to the row of its page and day, made when it is missing."""
    from django.db.models import F
    from django.http import JsonResponse
    from django.utils import timezone

    from portal.visits.models import PageViews

    page = int(json.loads(request.body)["p"].strip("/").rpartition("/")[2] or 0)
    key = {"day": timezone.localdate(), "language": "vi", "page_id": page}
    if not PageViews.objects.filter(**key).update(views=F("views") + 1):
        PageViews.objects.create(**key, views=1)
    return JsonResponse({"counted": True}, headers={"Cache-Control": "no-store"})


def __getattr__(name):
    # The addresses of the naive server: made when Django asks for them, and not for the edge.
    if name == "urlpatterns":
        from django.urls import path
        from django.views.decorators.csrf import csrf_exempt

        return [path("_v", csrf_exempt(count))]
    raise AttributeError(name)
