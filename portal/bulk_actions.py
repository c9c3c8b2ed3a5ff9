"""What the portal asks before several pages are changed together."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from portal.days import has_passed


def refuse_what_has_ended(request, action_type, objects, action) -> HttpResponse | None:
    """Publish none of the chosen pages when one of them has ended: it would end again at once."""
    if action_type != "publish" or not issubclass(action.model, Page):
        return None
    newest = [page.get_latest_revision_as_object() for page in objects]
    ended = [page for page in newest if has_passed(page.expire_at)]
    for page in ended:
        said = _(
            "“%(title)s” ended for readers at %(time)s. Nothing was published. Open it, remove "
            "that end or set a later one, and publish it there."
        )
        time = date_format(timezone.localtime(page.expire_at), "H:i d/m/Y")
        messages.error(request, said % {"title": page.get_admin_display_title(), "time": time})
    return redirect(action.next_url) if ended else None


def delete_each_tree_once(request, action_type, objects, _action) -> None:
    """Leave out of what is deleted together the pages that go with one above them.

    Wagtail would look for them when they are gone, and answer with an error.
    """
    if action_type == "delete" and objects and isinstance(objects[0], Page):
        paths = {page.path for page in objects}
        objects[:] = [page for page in objects if paths.isdisjoint(_paths_above(page))]


def _paths_above(page: Page) -> list[str]:
    return [page.path[:end] for end in range(page.steplen, len(page.path), page.steplen)]
