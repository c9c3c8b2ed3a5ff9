"""What a page says when it has been opened, and whether it was a page of ours that said it."""

import json
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs, quote

BODY_BYTES = 2048
PATH_LENGTH = 500
NONCE_LENGTH = 64
HOST_LENGTH = 100

_decoded = json.JSONDecoder().decode
_PLAIN = re.compile(r"/[!-~]*\Z")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\Z")


class MalformedError(ValueError):
    """It is nothing that a page of ours would say."""


class Sign(NamedTuple):
    """A page has been opened.

    ``path``: of the page, without query, in printable ASCII. ``host``: of the page that led here,
    or empty. ``nonce``: random, the same for as long as the tab lives; empty without script.
    ``still``: the page was opened before and is still looked at.
    """

    path: str
    host: str = ""
    nonce: str = ""
    still: bool = False


def from_script(body: bytes) -> Sign:
    """Read what the script posts: JSON with ``p`` path, ``r`` referrer, ``n`` nonce, ``s`` still.

    All but ``p`` may be missing; ``r`` is an address or a host alone. Raises MalformedError.
    """
    try:
        said = _decoded(body.decode())
        path, referrer, nonce = said["p"], said.get("r", ""), said.get("n", "")
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise MalformedError from error
    if not isinstance(nonce, str) or len(nonce) > NONCE_LENGTH:
        raise MalformedError
    if not isinstance(path, str) or not isinstance(referrer, str):
        raise MalformedError
    host = host_of(referrer) if referrer else ""
    return Sign(path_of(path), host, nonce, bool(said.get("s")))


def from_picture(environ: dict) -> Sign:
    """Read the page's path from ``p`` in the query, or from where the request says it comes from.

    Raises MalformedError.
    """
    found = parse_qs(environ.get("QUERY_STRING", "")[:BODY_BYTES]).get("p")
    if found:
        return Sign(path_of(found[0]))
    _scheme, _, rest = environ.get("HTTP_REFERER", "").partition("://")
    _host, slash, path = rest.partition("/")
    return Sign(path_of(slash + path))


@lru_cache(maxsize=1024)
def path_of(text: str) -> str:
    """Return the path in ``text`` without query and fragment, percent-encoded where it must be.

    Raises MalformedError when it does not begin with one slash or is too long.
    """
    if not text.startswith("/") or text.startswith("//"):
        raise MalformedError
    path = text.partition("?")[0].partition("#")[0]
    if not _PLAIN.match(path):
        path = quote(path, safe="/!$&'()*+,;=:@%~", errors="replace")
    if len(path) > PATH_LENGTH:
        raise MalformedError
    return path


@lru_cache(maxsize=1024)
def host_of(text: str) -> str:
    """Return the host in an address, or in a host with or without port; empty if there is none."""
    _scheme, mark, rest = text.partition("//")
    host = (rest if mark else text)[: 4 * HOST_LENGTH].partition("/")[0]
    host = host.rpartition("@")[2].partition(":")[0].lower()
    return host if len(host) <= HOST_LENGTH and _HOST.match(host) else ""


class OwnHosts:
    """The hosts of the portal, written as in Django's ALLOWED_HOSTS."""

    def __init__(self, allowed: tuple[str, ...]):
        self._any = "*" in allowed
        self._exact = {host.lower().lstrip(".") for host in allowed}
        self._endings = tuple(host.lower() for host in allowed if host.startswith("."))

    def __contains__(self, host: str) -> bool:
        return bool(host) and (self._any or self.named(host))

    def named(self, host: str) -> bool:
        """Return whether ``host`` is among them by name, and not only because any host is."""
        return host in self._exact or host.endswith(self._endings)

    def sent(self, environ: dict) -> bool:
        """Return whether a page of the portal made the browser send the request.

        Browsers of the last years say so in Sec-Fetch-Site, older ones name the page in Origin or
        Referer. None of them lets a page of another site say otherwise.
        """
        site = environ.get("HTTP_SEC_FETCH_SITE")
        if site:
            return site == "same-origin"
        origin = environ.get("HTTP_ORIGIN") or environ.get("HTTP_REFERER")
        return bool(origin) and host_of(origin) in self


def is_prefetch(environ: dict) -> bool:
    """Return whether the browser loads the page in case somebody might want it."""
    said = environ.get("HTTP_SEC_PURPOSE") or environ.get("HTTP_PURPOSE")
    return "prefetch" in (said or environ.get("HTTP_X_MOZ") or "")


def has_cookie(environ: dict, name: str) -> bool:
    """Return whether the browser bears a cookie called ``name``."""
    cookies = environ.get("HTTP_COOKIE", "")
    return name in cookies and any(
        part.partition("=")[0].strip() == name for part in cookies.split(";")
    )
