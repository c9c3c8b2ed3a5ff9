"""Changes of the tree of pages: one at a time.

Wagtail's views read a page and its new place, and treebeard then writes by the paths it was given.
When another has moved them in between, another page may stand at such a path, and would be moved
in place of the one that was meant.
"""

from functools import wraps

from django.db import connection
from django.views.defaults import page_not_found
from wagtail.models import Page

# The views of the admin that put pages into the tree, elsewhere in it, or take them out.
RESHAPING = frozenset(
    {
        "wagtail_bulk_action",
        "wagtail_localize:submit_page_translation",
        "wagtailadmin_pages:add",
        "wagtailadmin_pages:copy",
        "wagtailadmin_pages:delete",
        "wagtailadmin_pages:move_confirm",
        "wagtailadmin_pages:set_page_position",
    }
)


def one_at_a_time(view):
    """Decorate a view of the admin, inside of a transaction, so that it finds the tree at rest.

    What it reads stays so until the transaction ends. SQLite lets one transaction write at a time
    anyway.
    """

    def inner(request, *args, **kwargs):
        if connection.in_atomic_block and request.resolver_match.view_name in RESHAPING:
            root = Page.objects.select_for_update(no_key=True).filter(depth=1)
            list(root.values_list("pk"))
        return view(request, *args, **kwargs)

    return inner


def deleted_meanwhile(view):
    """Decorate a view of the admin: a page that others delete while it is changed is not found.

    Outside of the transaction, of which nothing remains.
    """

    @wraps(view)
    def inner(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Page.DoesNotExist as error:
            return page_not_found(request, error, template_name="wagtailadmin/404.html")

    return inner
