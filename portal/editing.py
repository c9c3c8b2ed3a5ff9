"""What the portal says to editors around saving: what it cleaned, what it would put elsewhere."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.fields import StreamField
from wagtail.models import Page, Revision

from portal.folding import fold
from portal.models import SigningBody
from portal.paste import Suggestion, apply, suggest
from portal.paste.suggest import SIGNATURE

# What a stream must have for a suggestion of a kind to be carried out.
TARGET_BLOCK = {"caption": "image", "signature": "signature"}


def tell_notices(request: HttpRequest, page: Page) -> None:
    """Tell the editor, once, what was done to the texts of ``page`` before it was saved.

    Autosave tells nothing: nobody would see it, and the next save finds the same again.
    """
    notices = page.__dict__.pop("paste_notices", [])
    if notices and request.accepts("text/html"):
        lines = format_html_join("", "<li>{}</li>", ((notice.message,) for notice in notices))
        said = _("The text of “%(title)s” was put right:") % {"title": page.title}
        messages.warning(request, format_html("{}<ul>{}</ul>", said, lines))


def offer_suggestions(request: HttpRequest, page: Page) -> None:
    """Offer to move loose lines to where they belong, each with a button that does it."""
    partial = "_w_hydrate_create_view" in request.GET
    if request.method != "GET" or partial or not _may_change(request, page):
        return
    for _field, suggestion in suggestions_for(page):
        address = reverse(
            "portal_apply_suggestion", args=[page.pk, suggestion.kind, suggestion.source_id]
        )
        button = format_html(
            '<span class="buttons"><button type="button" class="button button-small '
            'button-secondary" data-controller="w-action" data-action="w-action#post" '
            'data-w-action-url-value="{}">{}</button></span>',
            address,
            _("Apply"),
        )
        messages.info(request, format_html("{} {}", suggestion.message, button))


def suggestions_for(page: Page) -> Iterator[tuple[StreamField, Suggestion]]:
    """Yield (stream field, suggestion) for the streams of ``page``, a revision as an object.

    Only blocks that are stored, and so have an id, are offered to be moved.
    """
    for field in page._meta.concrete_fields:
        if isinstance(field, StreamField):
            known = field.stream_block.child_blocks
            for suggestion in suggest(list(getattr(page, field.name).raw_data)):
                if suggestion.source_id and TARGET_BLOCK[suggestion.kind] in known:
                    yield field, suggestion


@require_POST
def apply_suggestion(request: HttpRequest, page_id: int, kind: str, block_id: str) -> HttpResponse:
    """Carry out the suggestion ``kind`` for the block ``block_id`` in a new draft of the page.

    Refuses those who may not edit the page (PermissionDenied), also while it is locked for them.
    Nothing is saved when the text has changed so that the suggestion no longer holds.
    """
    with transaction.atomic():
        record = get_object_or_404(Page, pk=page_id)
        page = record.get_latest_revision_as_object()
        if not _may_change(request, page):
            raise PermissionDenied
        for field, suggestion in suggestions_for(page):
            if (suggestion.kind, suggestion.source_id) == (kind, block_id):
                _save_applied(request, page, field, suggestion)
                messages.success(request, _("Done, and saved as a new draft."))
                break
        else:
            messages.warning(request, _("The text has changed since: nothing was moved."))
    return redirect("wagtailadmin_pages:edit", page.pk)


def _save_applied(request, page: Page, field: StreamField, suggestion: Suggestion) -> Revision:
    moved = apply(list(getattr(page, field.name).raw_data), [suggestion])
    if suggestion.kind == SIGNATURE and (office := _office(page, suggestion.text)):
        moved[-1]["value"] |= {"body": office.pk, "person": ""}
    setattr(page, field.name, field.to_python(moved))
    return page.save_revision(user=request.user, log_action=True, clean=False)


def _office(page: Page, name: str) -> SigningBody | None:
    """Return the signing body of the page's language that bears ``name``, or None."""
    offices = SigningBody.objects.filter(locale_id=page.locale_id)
    return next((o for o in offices if fold(o.name).casefold() == fold(name).casefold()), None)


def _may_change(request: HttpRequest, page: Page) -> bool:
    lock = page.get_lock()
    is_locked = lock is not None and lock.for_user(request.user)
    return page.permissions_for_user(request.user).can_edit() and not is_locked
