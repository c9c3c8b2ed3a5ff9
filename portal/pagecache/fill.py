"""Keeps finished responses: the middleware around a request that may fill the cache."""

import gzip
import json
import logging
import sqlite3
import time
from hashlib import blake2b

import brotli
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import cc_delim_re
from wagtail.models import Page

from portal.pagecache import cdn, export, journal
from portal.pagecache.collector import EVERYTHING, MISSING, STRUCTURE, Notes, below, collecting
from portal.pagecache.config import Config
from portal.pagecache.node import local
from portal.pagecache.routes import may_be_kept
from portal.pagecache.store.entries import NEVER, Entry
from portal.pagecache.store.keys import address_tag, is_plain, key_of, normalised

logger = logging.getLogger(__name__)

# Set by the edge on a request whose answer it would keep: the address without query.
FILL = "portal.fill"
# What became of it, in the answer to the edge: "stored", or why it was not.
RESULT_HEADER = "X-Portal-Fill"

STATUSES = (200, 301, 404, 410)
COMPRESSIBLE = ("text/", "application/json", "application/xml", "image/svg", "+xml", "+json")
COMPRESS_FROM = 256
# Of the connection and of this very moment, or made anew for every answer.
LEFT_OUT = {"date", "server", "connection", "content-length", "content-encoding", "etag", "vary"}
LEFT_OUT |= {"expires", "age", "last-modified"}


class PageCacheMiddleware:
    """Collects what a response is made from and keeps it where that is allowed; the outermost."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        base = request.environ.get(FILL) if hasattr(request, "environ") else None
        if base is None:
            return self.get_response(request)
        raw_query = request.META.get("QUERY_STRING", "")
        try:
            position = journal.position()
        except (DatabaseError, InterfaceError):
            return self.get_response(request)
        with collecting() as notes:
            response = self.get_response(request)
        reason = refusal(request, response, notes, raw_query)
        if reason is None and base != _address(request):
            reason = "another address"
        if reason is None:
            reason = keep(base, raw_query, response, notes, position)
        response.headers[RESULT_HEADER] = reason or "stored"
        return response


def refusal(
    request: HttpRequest, response: HttpResponse, notes: Notes, raw_query: str
) -> str | None:
    """Return why ``response`` must not be kept, None where it may be.

    What the response itself says against it counts whatever a view has declared.
    """
    control = {
        directive.split("=")[0].strip().lower()
        for directive in cc_delim_re.split(response.headers.get("Cache-Control", ""))
    }
    vary = {name.strip().lower() for name in response.headers.get("Vary", "").split(",")} - {""}
    answers = [
        (not may_be_kept(request), "never kept"),
        (notes.subject is None, "not declared public"),
        (request.method != "GET", "method"),
        (response.status_code not in STATUSES, f"status {response.status_code}"),
        (response.streaming, "streaming"),
        (bool(response.cookies) or response.has_header("Set-Cookie"), "sets a cookie"),
        (bool(request.META.get("CSRF_COOKIE_NEEDS_UPDATE")), "contains a CSRF token"),
        (bool(control & {"private", "no-store", "no-cache"}), "Cache-Control"),
        (not vary <= {"accept-encoding"}, f"varies on {', '.join(sorted(vary))}"),
        (response.has_header("Content-Encoding"), "encoded already"),
        ("HTTP_AUTHORIZATION" in request.META, "authorization"),
        (raw_query != "" and notes.query_keys is None, "query keys unknown"),
        (not is_plain(request.path_info), "path"),
        (getattr(request, "is_preview", False), "preview"),
    ]
    return next((reason for refuses, reason in answers if refuses), None)


def _address(request: HttpRequest) -> str:
    """Return the address as Django understands the request, without its query."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""
    return f"{request.environ['wsgi.url_scheme']}://{host}{request.path_info}"


def keep(
    base: str, raw_query: str, response: HttpResponse, notes: Notes, position: str
) -> str | None:
    """Keep ``response``; return None, or why it was not kept.

    ``position`` is that of the journal before the response was made: when anything that it is
    made from has been touched since, it may be out of date already.
    """
    query = normalised(raw_query, notes.query_keys or ())
    if query is None:
        return "query"
    if notes.hard_at is not None and notes.hard_at <= timezone.now():
        return "not now: expired meanwhile"
    node = local()
    try:
        tags = frozenset(notes.tags | _above(notes.tags) | {address_tag(base)})
        entry = entry_of(node.config, key_of(base, query), base, response, notes, tags)
        # Kept in a file that is no longer there, it would be found by nobody.
        node.store.reopen_if_replaced()
        with node.store.writing() as writer:
            if writer.position() is None:
                return "not now: the store has just been made"
            if writer.release() != node.config.release:
                return "not now: another release has taken over"
            # Inside of the transaction: what is touched after this look finds the entry.
            changed = {tag for tag, _hard in journal.since(position).changes}
            if changed & (tags | {EVERYTHING, STRUCTURE}):
                return "not now: changed meanwhile"
            gone = writer.put(entry)
            export.remove(node.config, [entry.key, *gone])
            # Of what is not in the store nobody knows when it is out of date.
            cdn.enlist(writer, gone)
    except (DatabaseError, InterfaceError, ValueError):
        return "not now: the journal cannot be read"
    except (sqlite3.Error, OSError) as error:
        node.words.trouble = True
        logger.warning("A page could not be kept: %s", error)
        return "the store cannot be written"
    node.announce()
    try:
        export.write(node.config, node.store, entry)
    except (sqlite3.Error, OSError) as error:
        node.words.trouble = True
        logger.warning("A page could not be exported: %s", error)
        return None
    if node.words.trouble:
        node.words.trouble = False
    return None


_PAGE = "wagtailcore.page:"


def _above(tags: set[str]) -> set[str]:
    """Return the tags of the pages in ``tags`` and of those above them, for what befalls trees."""
    keys = [tag.removeprefix(_PAGE) for tag in tags if tag.startswith(_PAGE)]
    paths = set(Page.objects.filter(pk__in=keys).values_list("path", flat=True))
    ends = {path[:end] for path in paths for end in range(Page.steplen, len(path), Page.steplen)}
    above = Page.objects.filter(path__in=ends - paths).values_list("pk", flat=True)
    return {below(pk) for pk in (*keys, *above)}


def entry_of(
    config: Config,
    key: str,
    base: str,
    response: HttpResponse,
    notes: Notes,
    tags: frozenset[str],
) -> Entry:
    """Return the entry of a response, with its encoded variants."""
    now = time.time()
    headers = [(name, value) for name, value in response.items() if name.lower() not in LEFT_OUT]
    body = response.content
    if config.surrogate_header:
        headers.append((config.surrogate_header, cdn.tags_header(config.surrogate_header, tags)))
    digest = blake2b(digest_size=12)
    # Sorted, because processes write the parts of a policy in orders of their own.
    said = [(name, sorted(value.split("; "))) for name, value in headers]
    digest.update(json.dumps([response.status_code, said]).encode())
    digest.update(body)
    soft_at = notes.soft_at.timestamp() if notes.soft_at else NEVER
    hard_at = notes.hard_at.timestamp() if notes.hard_at else NEVER
    if response.status_code >= 400:
        hard_at = min(hard_at, now + config.missing_life)
    return Entry(
        key=key,
        base=base,
        query_keys=notes.query_keys,
        status=response.status_code,
        headers=headers,
        # Weak: the encoded variants are the same text, not the same bytes (RFC 9110, 8.8.3.3).
        etag=f'W/"{digest.hexdigest()}"',
        bodies=encoded(body, response.headers.get("Content-Type", "")),
        made=now,
        modified=now,
        soft_at=soft_at,
        hard_at=hard_at,
        subject=notes.subject or MISSING,
        tags=tags,
    )


def encoded(body: bytes, content_type: str) -> dict[str, bytes]:
    """Return ``body`` by content coding; codings that do not make it shorter are left out."""
    bodies = {"identity": body}
    if len(body) >= COMPRESS_FROM and any(kind in content_type for kind in COMPRESSIBLE):
        text = any(content_type.startswith(kind) for kind in ("text/", "application/"))
        mode = brotli.MODE_TEXT if text else brotli.MODE_GENERIC
        packed = {
            "gzip": gzip.compress(body, 9, mtime=0),
            "br": brotli.compress(body, mode=mode, quality=9),
        }
        bodies |= {coding: data for coding, data in packed.items() if len(data) < len(body)}
    return bodies
