"""Who may do what: the groups of a portal and the approval that news goes through."""

from django.contrib.auth.models import Group, Permission
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowPage,
)

EDITORS, MODERATORS = "Editors", "Moderators"

PAGE_PERMISSIONS = {
    EDITORS: ("add_page", "change_page"),
    MODERATORS: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    "translators": ("change_page",),
}
_LIBRARY = ("add_image", "change_image", "choose_image",
            "add_document", "change_document", "choose_document")  # fmt: skip
# Wagtail asks for the permissions of its own models, whatever model the portal uses.
LIBRARY_PERMISSIONS = {
    EDITORS: _LIBRARY,
    MODERATORS: _LIBRARY,
    "translators": ("choose_image", "choose_document"),
}
MODEL_PERMISSIONS = {
    EDITORS: ("view_newscategory", "view_signingbody"),
    MODERATORS: (
        "view_newscategory", "add_newscategory", "change_newscategory",
        "view_signingbody", "add_signingbody", "change_signingbody",
        "view_identity", "change_identity",
        "submit_translation",
    ),
    "translators": (
        "view_newscategory", "change_newscategory", "view_signingbody", "change_signingbody",
        "view_identity", "change_identity",
        "submit_translation",
    ),
}  # fmt: skip


def translators_of(locale: Locale) -> str:
    """Return the name of the group that translates into ``locale``."""
    return f"Translators ({locale.language_code})"


def set_up() -> list[str]:
    """Make the groups and the workflow, or bring them up to date; return the groups' names.

    Members, and permissions beyond those named above, are left alone. Editors work on pages of
    the source language, moderators on all, each group of translators on its own language.
    """
    source = Locale.get_default()
    roots = _home_pages()
    everywhere = [root for found in roots.values() for root in found]
    names = [
        _group(EDITORS, EDITORS, roots.get(source.pk, [])),
        _group(MODERATORS, MODERATORS, everywhere),
    ]
    for locale in Locale.objects.exclude(pk=source.pk):
        names.append(_group(translators_of(locale), "translators", roots.get(locale.pk, [])))
    _workflow(Group.objects.get(name=MODERATORS))
    return names


def _home_pages() -> dict[int, list[Page]]:
    keys = Site.objects.values_list("root_page__translation_key", flat=True)
    found: dict[int, list[Page]] = {}
    for page in Page.objects.filter(translation_key__in=keys):
        found.setdefault(page.locale_id, []).append(page)
    return found


def _group(name: str, role: str, roots: list[Page]) -> str:
    group, _made = Group.objects.get_or_create(name=name)
    # Wagtail's own migrations let these groups at the whole tree.
    GroupPagePermission.objects.filter(group=group, page__depth=1).delete()
    for root in roots:
        for codename in PAGE_PERMISSIONS[role]:
            permission = Permission.objects.get(
                content_type__app_label="wagtailcore", codename=codename
            )
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    collection = Collection.get_first_root_node()
    for codename in LIBRARY_PERMISSIONS[role]:
        GroupCollectionPermission.objects.get_or_create(
            group=group,
            collection=collection,
            permission=Permission.objects.get(
                content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename=codename
            ),
        )
    codenames = ("access_admin", *MODEL_PERMISSIONS[role])
    group.permissions.add(*Permission.objects.filter(codename__in=codenames))
    return name


def _workflow(moderators: Group) -> None:
    """Give the whole tree one workflow of one step: a moderator approves."""
    root = Page.get_first_root_node()
    with translation.override(Locale.get_default().language_code):
        # The button of editors reads: submit to <name of the workflow>.
        name = _("the moderators")
        step = _("Approval before publication")
    assigned = WorkflowPage.objects.filter(page=root).select_related("workflow").first()
    workflow = assigned.workflow if assigned else Workflow.objects.create(name=name)
    if assigned is None:
        WorkflowPage.objects.create(page=root, workflow=workflow)
    task = GroupApprovalTask.objects.filter(workflow_tasks__workflow=workflow).first()
    if task is None:
        task = GroupApprovalTask.objects.create(name=step)
        workflow.workflow_tasks.create(task=task, sort_order=0)
    task.groups.add(moderators)
    if workflow.name in WAGTAIL_NAMES:
        workflow.name, task.name = name, step
        workflow.save()
        task.save()


# What Wagtail's migrations call their workflow; a name of the administrator's own is kept.
WAGTAIL_NAMES = ("Moderators approval",)
