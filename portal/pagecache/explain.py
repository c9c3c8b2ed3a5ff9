"""Why an address is kept or not: what `manage.py pagecache explain` says."""

import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from string import punctuation
from urllib.parse import quote, unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http.request import validate_host
from django.test.client import ClientHandler, RequestFactory
from django.utils import translation
from django.utils._os import safe_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.pagecache.collector import Notes, collecting
from portal.pagecache.config import Config
from portal.pagecache.edge.clients import Clients
from portal.pagecache.fill import refusal
from portal.pagecache.naming import in_words
from portal.pagecache.node import Node
from portal.pagecache.store.entries import Entry
from portal.pagecache.store.keys import is_plain, key_of, normalised, quoted

REASONS = {
    "never kept": gettext_lazy("its view says that its answers are never kept"),
    "not declared public": gettext_lazy("its view does not say that it is the same for everybody"),
    "method": gettext_lazy("only GET is kept"),
    "streaming": gettext_lazy("the answer has no end that is known beforehand"),
    "sets a cookie": gettext_lazy("the answer sets a cookie"),
    "contains a CSRF token": gettext_lazy("the answer contains a form for one reader alone"),
    "Cache-Control": gettext_lazy("the answer itself forbids it (Cache-Control)"),
    "encoded already": gettext_lazy("the answer is packed already"),
    "authorization": gettext_lazy("the request carries a log-in"),
    "query keys unknown": gettext_lazy("nothing is known about its query"),
    "query": gettext_lazy("its query has a key twice, or a value that is too long"),
    "path": gettext_lazy("the address can be written in more than one way"),
    "preview": gettext_lazy("it is a preview"),
    "file": gettext_lazy("it is a file, which is served without the page cache"),
    "answered before": gettext_lazy("it is answered before anybody looks for a kept page"),
    "too long": gettext_lazy("the address is too long"),
    "host": gettext_lazy("nothing is kept for this host and port"),
}


class AddressError(ValueError):
    """This is no address of the site; the text says why, in the present language."""


@dataclass(frozen=True)
class Address:
    """An address as the edge takes it apart: ``path`` decoded as WSGI does it."""

    scheme: str
    host: str
    path: str
    query: str

    @property
    def base(self) -> str:
        return f"{self.scheme}://{self.host}{self.path}"


def parse(text: str, config: Config) -> Address:
    """Return the address written as ``text``: whole, or beginning with the path.

    Raises AddressError.
    """
    try:
        parts = urlsplit(f"{config.origin}{text}" if text.startswith("/") else text)
    except ValueError:
        raise AddressError(_("The host of %(url)s cannot be read.") % {"url": text}) from None
    try:
        has_port = parts.port is not None
    except ValueError:
        raise AddressError(_("The port of %(url)s is no number.") % {"url": text}) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressError(
            _("%(url)s is no address: it begins neither with / nor with http.") % {"url": text}
        )
    allowed = [*config.hosts, urlsplit(config.origin).hostname]
    if not validate_host(parts.hostname, allowed):
        raise AddressError(
            _("%(host)s is not a host of this site (%(hosts)s).")
            % {"host": parts.hostname, "hosts": ", ".join(sorted(set(allowed)))}
        )
    # urlsplit takes the brackets from an address of IPv6.
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    host = f"{name}:{parts.port}" if has_port else name
    path = unquote_to_bytes(parts.path or "/").decode("latin-1")
    # As the edge hands it on.
    return Address(parts.scheme, host, path, quote(parts.query, safe=punctuation))


@dataclass
class Explanation:
    """What is known of an address; ``reason`` says why it is not kept, None where it may be."""

    key: str | None
    entry: Entry | None = None
    tags: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    reason: str | None = None


def explain(address: Address, node: Node) -> Explanation:
    """Return what is kept for ``address``; where nothing is, Django is asked why. Keeps nothing."""
    if (found := _unasked(address, node.config)) is not None:
        return found
    query = address.query
    if query:
        names = node.store.query_keys(address.base)
        query = address.query if names is None else normalised(address.query, names)
    if query is None:
        return Explanation(None, reason=str(REASONS["query"]))
    key = key_of(address.base, query)
    entry = node.store.read(key)
    if entry is not None and time.time() < entry.hard_at:
        tags = in_words(node.store.tags_of(key))
        return Explanation(key, entry, tags, status=entry.status)
    status, reason, notes = ask(address)
    if query and notes.query_keys is not None:
        query = normalised(address.query, notes.query_keys)
        key = None if query is None else key_of(address.base, query)
        if query is None and reason is None:
            reason = "query"
    words = None if reason is None else _reason_in_words(reason)
    return Explanation(key, None, in_words(sorted(notes.tags)), status, words)


def _reason_in_words(reason: str) -> str:
    if reason in REASONS:
        return str(REASONS[reason])
    # Two of them tell what the answer says: "status 302", "varies on cookie".
    if reason.startswith("status "):
        status = reason.removeprefix("status ")
        return _("answers with the status %(status)s are not kept") % {"status": status}
    names = reason.removeprefix("varies on ")
    return _("the answer depends on headers of the request: %(names)s") % {"names": names}


def _unasked(address: Address, config: Config) -> Explanation | None:
    """Return what is said of an address whatever Django answers, None where that matters."""
    if _is_file(address.path):
        return Explanation(None, reason=str(REASONS["file"]))
    if address.path in config.answered_before:
        return Explanation(None, reason=str(REASONS["answered before"]))
    if len(address.path) + len(address.query) > config.address_limit:
        return Explanation(None, status=414, reason=str(REASONS["too long"]))
    if not Clients(config).origin(address.scheme, address.host):
        return Explanation(None, reason=str(REASONS["host"]))
    if not is_plain(address.path):
        return Explanation(None, reason=str(REASONS["path"]))
    return None


def _is_file(path: str) -> bool:
    name = path.encode("latin-1").decode("utf-8", "replace")
    for prefix, folder in (
        (settings.STATIC_URL, settings.STATIC_ROOT),
        (f"{settings.MEDIA_URL}images/", f"{settings.MEDIA_ROOT}/images"),
    ):
        # It may climb out of the folder, or contain what no name of a file does.
        with suppress(SuspiciousFileOperation, ValueError):
            if name.startswith(prefix):
                return os.path.isfile(safe_join(folder, name.removeprefix(prefix)))
    return False


def ask(address: Address) -> tuple[int, str | None, Notes]:
    """Let Django answer ``address`` for an anonymous reader; nothing is kept.

    Returns the status, why the answer must not be kept (None: it may be), and what was noted.
    """
    forwarded = {"host": address.host, "x-forwarded-proto": address.scheme}
    is_secure = address.scheme == "https"
    target = key_of(quoted(address.path), address.query)
    environ = RequestFactory().get(target, secure=is_secure, headers=forwarded).environ
    # The address speaks its own language; who asks goes on in theirs.
    with translation.override(translation.get_language()), collecting() as notes:
        # That of tests leaves the connections of a command open when the request is over.
        response = ClientHandler()(environ)
    if response.streaming:
        response.close()
    reason = refusal(response.wsgi_request, response, notes, address.query)
    return response.status_code, reason, notes
