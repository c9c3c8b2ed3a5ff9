"""An edge for tests and benchmarks: Granian serves ``application`` without Django.

PORTAL_VISITS has the settings of the beacon; the client's address is taken from a header, which no
real edge would do. Any other address is answered with a prebuilt page, as an edge does on a hit.
"""

import os

from portal.visits.beacon import CLIENT, Beacon
from portal.visits.configuration import BeaconSettings

beacon = Beacon(BeaconSettings.from_text(os.environ["PORTAL_VISITS"]))
PAGE = b"<!doctype html><title>Trang</title>" + b"<p>Tin tuc</p>" * 600
PAGES = {
    "/": (
        "200 OK",
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(PAGE))),
            ("ETag", '"1"'),
            ("Cache-Control", "public, max-age=0, must-revalidate"),
        ],
        [PAGE],
    )
}


def application(environ, start_response):
    """Answer a hit or a beacon; ``/pid`` names the process."""
    path = environ["PATH_INFO"]
    if beacon.answers(path):
        environ[CLIENT] = environ.get("HTTP_X_CLIENT", "")
        return beacon(environ, start_response)
    if path == "/pid":
        body = str(os.getpid()).encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]
    status, headers, body = PAGES["/"]
    start_response(status, headers)
    return body
