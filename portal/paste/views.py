"""The address that the admin's paste script sends the clipboard to."""

import json

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.paste.clean import clean_html
from portal.paste.notices import Notice
from portal.paste.text import clean_text

MAX_BYTES = 1024 * 1024

_CLEANERS = {"html": clean_html, "text": clean_text}


def _refusal(message: str, status: int) -> JsonResponse:
    return JsonResponse({"error": message}, status=status)


def _too_long(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return (length.isdigit() and int(length) > MAX_BYTES) or len(request.body) > MAX_BYTES


def _pasted(body: bytes) -> dict[str, str] | None:
    """Return the fields of a request's JSON ``body``, None when it is not what is asked for."""
    try:
        given = json.loads(body)
    except ValueError:
        return None
    if not isinstance(given, dict):
        return None
    pasted = {name: given[name] for name in _CLEANERS if name in given}
    return pasted if pasted and all(isinstance(v, str) for v in pasted.values()) else None


@never_cache
@require_POST
def paste(request: HttpRequest) -> JsonResponse:
    """Clean what was pasted: JSON ``{"html": …, "text": …}``, at least one of the two.

    Answers the same names cleaned, and ``notices``, a list of ``{"code", "message"}``. Refuses with
    ``{"error": message}``: 400 for a body that is no such JSON, 413 for one over MAX_BYTES. The
    caller's decorator sees to the login.
    """
    if _too_long(request):
        return _refusal(
            _("The pasted text is larger than 1 MB: paste it in several parts."), status=413
        )
    pasted = _pasted(request.body)
    if pasted is None:
        return _refusal(_("The pasted text could not be read."), status=400)
    notices: dict[str, Notice] = {}
    answer: dict[str, object] = {}
    for name, text in pasted.items():
        result = _CLEANERS[name](text)
        answer[name] = result.value
        notices |= {notice.code: notice for notice in result.notices}
    answer["notices"] = [
        {"code": notice.code, "message": notice.message} for notice in notices.values()
    ]
    return JsonResponse(answer)
