"""Which public addresses a change refreshes, and which show a page: for those who edit."""

import json
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.models import Page

from portal.pagecache.collector import tag_of
from portal.pagecache.journal import touched_by_request
from portal.pagecache.node import local
from portal.pagecache.store.database import Store

SESSION_KEY = "pagecache_refreshed"
# What an editor's session keeps of the last changes: it is read with each of their requests.
CHANGES_KEPT = 3
ADDRESSES_KEPT = 200
# The longest list of a page's addresses; a page in the menu stands on all of them.
LISTED = 500


@dataclass(frozen=True)
class Address:
    """A public address as the node keeps it; ``made`` is None where it is not kept now."""

    url: str
    state: str
    made: datetime | None = None
    hits: int = 0


def described(store: Store, keys: Iterable[str]) -> list[Address]:
    """Return the present state of ``keys``, in their order; one query of the store."""
    keys = list(keys)
    rows = store.rows(
        "SELECT key, soft_at, made, hits FROM entry WHERE key IN (SELECT value FROM json_each(?))",
        json.dumps(keys),
    )
    known = {key: rest for key, *rest in rows}
    now = time.time()
    found = []
    for key in keys:
        if key not in known:
            found.append(Address(key, _("will be made when somebody asks for it")))
            continue
        soft_at, made, hits = known[key]
        state = _("up to date") if now < soft_at else _("being refreshed")
        found.append(Address(key, state, datetime.fromtimestamp(made, UTC), hits))
    return found


def tells_refreshed(view: Callable) -> Callable:
    """Decorate a view of the admin: after a change it says how many addresses that refreshes.

    Within the transaction of the change, before it is applied to the store.
    """

    @wraps(view)
    def inner(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code in (302, 303):
            _tell(request)
        return response

    return inner


def _tell(request: HttpRequest) -> None:
    addresses = local().store.keys_with(touched_by_request(), below=400)
    if not addresses:
        return
    token = secrets.token_urlsafe(6)
    kept = request.session.get(SESSION_KEY, [])[: CHANGES_KEPT - 1]
    change = {
        "token": token,
        "at": time.time(),
        "count": len(addresses),
        "addresses": addresses[:ADDRESSES_KEPT],
    }
    request.session[SESSION_KEY] = [change, *kept]
    text = ngettext(
        "%(count)d public address is being refreshed for readers.",
        "%(count)d public addresses are being refreshed for readers.",
        len(addresses),
    )
    button = messages.button(reverse("pagecache_refreshed", args=[token]), _("Show the addresses"))
    messages.info(request, text % {"count": len(addresses)}, buttons=[button])


def refreshed(request: HttpRequest, token: str) -> HttpResponse:
    """List the addresses that a change of this editor, made in this session, has refreshed."""
    changes = request.session.get(SESSION_KEY, [])
    change = next((c for c in changes if c["token"] == token), None)
    if change is None:
        raise Http404
    return TemplateResponse(
        request,
        "pagecache/refreshed.html",
        {
            "header_title": _("Refreshed addresses"),
            "header_icon": "rotate",
            "breadcrumbs_items": [
                {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                {"url": "", "label": _("Refreshed addresses")},
            ],
            "at": datetime.fromtimestamp(change["at"], UTC),
            "count": change["count"],
            "more": change["count"] - len(change["addresses"]),
            "addresses": described(local().store, change["addresses"]),
        },
    )


def of_page(request: HttpRequest, page_id: int) -> HttpResponse:
    """List the addresses that show something of a page, for those who may edit or publish it."""
    page = get_object_or_404(Page, pk=page_id)
    may = page.permissions_for_user(request.user)
    if not (may.can_edit() or may.can_publish()):
        raise PermissionDenied
    store = local().store
    own = page.get_full_url(request) if page.live else None
    others = [k for k in store.keys_with([tag_of(Page, page.pk)], below=400) if k != own]
    return TemplateResponse(
        request,
        "pagecache/addresses.html",
        {
            "header_title": _("Public addresses"),
            "header_icon": "globe",
            "breadcrumbs_items": [
                {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                {
                    "url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
                    "label": page.get_admin_display_title(),
                },
                {"url": "", "label": _("Public addresses")},
            ],
            "page": page,
            "own": described(store, [own])[0] if own else None,
            "count": len(others),
            "more": max(0, len(others) - LISTED),
            "addresses": described(store, others[:LISTED]),
        },
    )
