"""What the portal adds to the admin."""

from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import ObjectList
from wagtail.admin.staticfiles import versioned_static
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from portal import bulk_actions, editing
from portal.choosers import LabelledChooserViewSet
from portal.forms import IdentityForm, SnippetForm
from portal.models import Identity, SigningBody
from portal.paste.views import paste
from portal.translation.links import LocalizedPageLinkHandler


class IdentityViewSet(SnippetViewSet):
    """Who the site belongs to."""

    model = Identity
    chooser_viewset_class = LabelledChooserViewSet
    edit_handler = ObjectList(Identity.panels, base_form_class=IdentityForm)
    icon = "home"
    menu_label = _("Identity")
    menu_order = 50
    add_to_settings_menu = True
    list_display = ["name", "site", "locale"]


class SigningBodyViewSet(SnippetViewSet):
    """The offices that sign."""

    model = SigningBody
    chooser_viewset_class = LabelledChooserViewSet
    edit_handler = ObjectList(SigningBody.panels, base_form_class=SnippetForm)
    icon = "edit"
    menu_label = _("Signing bodies")
    menu_order = 450
    add_to_admin_menu = True
    list_display = ["name", "locale"]
    search_fields = ["name"]


register_snippet(IdentityViewSet)
register_snippet(SigningBodyViewSet)


@hooks.register("register_rich_text_features", order=1)
def localized_links(features):
    """Take the place of Wagtail's links to pages, which do not say what they depend on."""
    features.register_link_type(LocalizedPageLinkHandler)


@hooks.register("register_admin_urls")
def admin_urls():
    """Add the addresses of the paste doctor; Wagtail asks for a login at all of them."""
    return [
        path("paste/", paste, name="portal_paste"),
        path(
            "suggestions/<int:page_id>/<str:kind>/<path:block_id>",
            editing.apply_suggestion,
            name="portal_apply_suggestion",
        ),
    ]


@hooks.register("insert_editor_js")
def paste_script():
    """Add the script that has pasted text cleaned by the server."""
    return format_html(
        '<script src="{}" data-paste-url="{}" defer></script>',
        versioned_static("portal/admin/paste.js"),
        reverse("portal_paste"),
    )


hooks.register("before_bulk_action", bulk_actions.delete_each_tree_once)
hooks.register("before_bulk_action", bulk_actions.refuse_what_has_ended)
# After wagtail-localize, whose own editor offers nothing of this.
hooks.register("before_edit_page", editing.offer_suggestions, order=1)
hooks.register("after_create_page", editing.tell_notices)
hooks.register("after_edit_page", editing.tell_notices)
# Publishing reads the page anew before the hooks above are run.
hooks.register("before_publish_page", editing.tell_notices)
