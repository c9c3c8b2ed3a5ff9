"""What the render processes run: Django, told by the edge who asks and what may be kept."""

from collections.abc import Callable

from portal.pagecache.fill import FILL


def behind_edge(application: Callable) -> Callable:
    """Wrap Django's WSGI application for a Unix socket on which only the edge speaks.

    The edge has removed what clients say under these names.
    """

    def inner(environ, start_response):
        client = environ.pop("HTTP_X_PORTAL_CLIENT", None)
        if client is not None:
            environ["REMOTE_ADDR"] = client
        fill = environ.pop("HTTP_X_PORTAL_FILL", None)
        if fill is not None:
            environ[FILL] = fill
        environ["wsgi.url_scheme"] = environ.get("HTTP_X_FORWARDED_PROTO", "http")
        return application(environ, start_response)

    return inner
