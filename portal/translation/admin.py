"""The admin's side of translating: what people are told, and what is not offered to them.

These hooks stand before those of wagtail-localize, which take over the editing of a translation.
"""

from contextlib import suppress

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page, RevisionMixin, TranslatableMixin
from wagtail_localize.locales.components import LOCALE_COMPONENTS
from wagtail_localize.models import LocaleSynchronization, Translation, TranslationLog
from wagtail_localize.views.report import TranslationsReportView
from wagtail_localize.views.update_translations import UpdateTranslationsView

from portal.translation.guard import explanation
from portal.translation.pairs import record_of, translations_of

FIRST = -1
SUBMIT = "wagtail_localize.submit_translation"


def withhold_locale_trees() -> None:
    """Take "synchronise content from another locale" from the form of a language.

    It would publish the whole tree of one language, as it is, under the address of another.
    """
    LOCALE_COMPONENTS[:] = [c for c in LOCALE_COMPONENTS if c["model"] is not LocaleSynchronization]


# Publishing


@hooks.register("before_edit_page", order=FIRST)
@hooks.register("before_edit_snippet", order=FIRST)
def refuse_unfinished_translation(request, instance):
    """Say what is missing when a translator wants to publish; what is translated stays."""
    if request.method != "POST" or not isinstance(instance, TranslatableMixin):
        return None
    if "localize-restart-translation" in request.POST:
        return _warn_of_edits(request, instance)
    if request.POST.get("action") != "publish":
        return None
    record = record_of(instance)
    if record is None:
        messages.error(request, _why_detached(instance) % {"title": instance})
        return redirect(request.path)
    if why := explanation(record, str(instance)):
        messages.error(request, why)
        return redirect(request.path)
    return None


def _why_detached(instance) -> str:
    """Return why wagtail-localize's editor, opened earlier, can publish ``instance`` no longer."""
    stopped = Translation.objects.filter(
        source__object_id=instance.translation_key, target_locale_id=instance.locale_id
    )
    if stopped.exists():
        return _(
            "The translation of “%(title)s” was stopped. Nothing was published. Edit the page "
            "below as it stands, or start its translation again."
        )
    return _(
        "The original of “%(title)s” was deleted. Nothing was published. What had been "
        "translated is kept below, in a page that now stands by itself."
    )


def _warn_of_edits(request, instance) -> None:
    """Say that publishing a restarted translation replaces what was edited while it was stopped."""
    if not isinstance(instance, RevisionMixin):
        return
    logs = TranslationLog.objects.filter(
        source__object_id=instance.translation_key, locale_id=instance.locale_id
    )
    translated = logs.exclude(revision=None).order_by("-created_at").first()
    latest = instance.latest_revision
    if latest is not None and (translated is None or latest.pk != translated.revision_id):
        messages.warning(
            request,
            _(
                "“%(title)s” was edited by hand, last at %(time)s. Publishing the translation "
                "replaces these edits; they stay in the history, from where you can copy them "
                "into the translation."
            )
            % {
                "title": instance,
                "time": date_format(localtime(latest.created_at), "SHORT_DATETIME_FORMAT"),
            },
        )


@hooks.register("before_bulk_action", order=FIRST)
def refuse_unfinished_translations(request, action_type, objects, action):
    """Publish none of the chosen pages when one of them is an unfinished translation."""
    if action_type != "publish" or not issubclass(action.model, Page):
        return None
    chosen = list(objects)
    if action.get_execution_context().get("include_descendants"):
        chosen += [below for page in objects for below in page.get_descendants().not_live()]
    found = [_explanation_for(page) for page in chosen]
    found = [why for why in found if why]
    for why in found:
        messages.error(request, why)
    return redirect(action.next_url) if found else None


def _explanation_for(page: Page) -> str:
    record = record_of(page)
    return explanation(record, page.get_admin_display_title()) if record else ""


class UpdateTranslations(UpdateTranslationsView):
    """The update of all translations of an original; publishes the finished ones alone.

    And only where the user may publish, which wagtail-localize does not ask.
    """

    def get_form(self):
        form = super().get_form()
        form.fields["publish_translations"].help_text = _(
            "Finished translations are published. The others stay as readers know them until "
            "everything in them is translated."
        )
        return form

    @transaction.atomic
    def form_valid(self, form):
        publish = form.cleaned_data["publish_translations"]
        form.cleaned_data["publish_translations"] = False
        response = super().form_valid(form)
        if publish:
            for record in self.object.translations.filter(enabled=True):
                self._publish(record)
        return response

    def _publish(self, record: Translation) -> None:
        target = record.get_target_instance()
        user = self.request.user
        if isinstance(target, Page) and not target.permissions_for_user(user).can_publish():
            message = _("You may not publish “%(title)s”; its texts were brought up to date.")
            messages.warning(self.request, message % {"title": target})
        elif why := explanation(record, str(target)):
            messages.warning(self.request, why)
        else:
            with suppress(ValidationError):
                record.save_target(user=user, publish=True)


# Unpublishing, moving, deleting


@hooks.register("after_unpublish_page")
@hooks.register("after_delete_page")
def tell_what_was_withdrawn(request, page):
    """Name the translations that were unpublished together with their original."""
    if request.method == "POST" and (titles := getattr(request, "_withdrawn_with", [])):
        messages.info(
            request,
            _("Unpublished together with their original: %(titles)s.")
            % {"titles": ", ".join(titles)},
        )


@hooks.register("before_unpublish_page")
@hooks.register("before_delete_page")
def remember_what_is_public(request, page):
    """Keep the titles of the live translations, which are unpublished with ``page``."""
    if request.method == "POST":
        request._withdrawn_with = [
            f"{translated.title} ({translated.locale.get_display_name()})"
            for translated in translations_of(page).live().select_related("locale")
        ]


# What is not offered


@hooks.register("construct_page_action_menu")
def no_aliases(menu_items, request, context):
    """Offer nobody to turn a translation into a copy of the original in its own language."""
    menu_items[:] = [item for item in menu_items if item.name != "localize-convert-to-alias"]


def refuse_alias(request, page_id: int):
    """Refuse what `no_aliases` does not offer."""
    messages.error(
        request, _("A translation can't become an alias: its text would be in another language.")
    )
    return redirect(reverse("wagtailadmin_pages:edit", args=[page_id]))


@hooks.register("construct_reports_menu")
def report_for_translators(request, menu_items):
    """Show the report on translations to those who work on them."""
    if not request.user.has_perm(SUBMIT):
        report = reverse("wagtail_localize:translations_report")
        menu_items[:] = [item for item in menu_items if item.url != report]


class TranslationsReport(TranslationsReportView):
    """The report on translations, the newest first, for those who work on them."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(SUBMIT):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return super().get_queryset().order_by("-created_at", "-pk")


@hooks.register("register_admin_urls", order=FIRST)
def addresses():
    """The addresses of wagtail-localize that answer differently here; found before its own."""
    return [
        path("localize/update/<int:translation_source_id>/", UpdateTranslations.as_view()),
        path("localize/page/<int:page_id>/convert_to_alias/", refuse_alias),
        path("localize/reports/translations/", TranslationsReport.as_view()),
        path(
            "localize/reports/translations/results/",
            TranslationsReport.as_view(results_only=True),
        ),
    ]
