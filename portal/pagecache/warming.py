"""Fetches the public pages through the edge, so that the first readers find them made."""

import html
import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri

from portal.pagecache.node import Node
from portal.pagecache.store.keys import url_of

TIMEOUT_SECONDS = 120
_LOCATION = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>")


@dataclass(frozen=True)
class Fetched:
    """What became of an address: ``outcome`` is "made", "fresh" or "failed"."""

    url: str
    outcome: str
    status: int = 0


class Edge:
    """The edge that listens on ``at`` (host:port), asked as by the proxy in front of it."""

    def __init__(self, at: str, origin: str):
        self.at = at
        self.origin = urlsplit(origin)
        self._connection = http.client.HTTPConnection(at, timeout=TIMEOUT_SECONDS)

    def get(self, url: str) -> tuple[int, str, bytes]:
        """Return (status, Cache-Status, body) of ``url``, which is quoted where it must be.

        Raises OSError or HTTPException.
        """
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {
            "Host": parts.netloc or self.origin.netloc,
            "X-Forwarded-Proto": parts.scheme or self.origin.scheme,
        }
        is_old = self._connection.sock is not None
        try:
            self._connection.request("GET", target, headers=headers)
            response = self._connection.getresponse()
            return response.status, response.getheader("Cache-Status", ""), response.read()
        except (OSError, http.client.HTTPException) as error:
            # The next address begins with a connection of its own.
            self._connection.close()
            if is_old and isinstance(error, ConnectionError):
                # A server that is being replaced ends those that it has.
                return self.get(url)
            raise


def addresses(edge: Edge, node: Node) -> Iterator[str]:
    """Yield the addresses that are known, the most read first, then those of the sitemap, once."""
    seen = set()
    rows = node.store.rows(
        "SELECT key FROM (SELECT key, hits FROM wanted UNION ALL "
        "SELECT key, hits FROM entry WHERE status < 400) GROUP BY key "
        "ORDER BY max(hits) DESC, key"
    )
    for (key,) in rows:
        url = url_of(key)
        seen.add(url)
        yield url
    origin = f"{edge.origin.scheme}://{edge.origin.netloc}"
    for section in _locations(edge, f"{origin}/sitemap.xml"):
        for url in _locations(edge, section):
            if url not in seen:
                seen.add(url)
                yield url


def _locations(edge: Edge, url: str) -> list[str]:
    status, _how, body = edge.get(url)
    if status != 200:
        raise http.client.HTTPException(f"{url}: {status}")
    return [
        iri_to_uri(html.unescape(found))
        for found in _LOCATION.findall(body.decode("utf-8", "replace"))
    ]


def warm(edge: Edge, node: Node, limit: int) -> Iterator[Fetched]:
    """Fetch up to ``limit`` addresses one after another; yield what became of each.

    Raises OSError where nobody listens.
    """
    for count, url in enumerate(addresses(edge, node)):
        if count >= limit:
            return
        try:
            status, how, _body = edge.get(url)
        except ConnectionRefusedError:
            raise
        except (OSError, http.client.HTTPException):
            yield Fetched(url, "failed")
            continue
        is_fresh = how.startswith("portal; hit") and "ttl=" not in how
        outcome = "failed" if status >= 500 else "fresh" if is_fresh else "made"
        yield Fetched(url, outcome, status)
