"""The forms of the admin: pasted text put right, publication over somebody else's work refused."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.admin.forms.comments import CommentForm
from wagtail.admin.forms.models import WagtailAdminModelFormMetaclass
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.templatetags.wagtailadmin_tags import user_display_name

from portal.cleaning import Cleaner
from portal.days import has_passed
from portal.paste import Notice

PUBLISHING_ACTIONS = ("action-publish", "action-submit", "action-restart-workflow")


class CleaningMixin:
    """Cleans what a form was given, before anything is validated.

    So a text is measured as it will be stored (decomposed letters and old encodings are longer),
    and a form that comes back shows what the portal made of the text.
    """

    def __init__(self, *args, **kwargs):
        self._cleaner = Cleaner()
        self._given = {}
        super().__init__(*args, **kwargs)

    def _widget_data_value(self, widget, html_name):
        # Django asks several times for the same field; cleaning once is enough.
        if html_name not in self._given:
            value = super()._widget_data_value(widget, html_name)
            name = html_name.removeprefix(f"{self.prefix}-") if self.prefix else html_name
            self._given[html_name] = self._cleaner.field(self.fields.get(name), value)
        return self._given[html_name]

    def notices(self) -> list[Notice]:
        """Return what was done to the texts of this form and of the forms within it."""
        found = dict(self._cleaner.notices)
        for formset in getattr(self, "formsets", {}).values():
            for form in formset.forms:
                if isinstance(form, CleaningMixin):
                    found |= {notice.code: notice for notice in form.notices()}
        return list(found.values())


class _CleaningMetaclass(WagtailAdminModelFormMetaclass):
    """Makes the forms within a form clean as well, which panels make of Wagtail's own class."""

    def __new__(mcs, name, bases, attrs):
        made = super().__new__(mcs, name, bases, attrs)
        for formset in getattr(made, "formsets", {}).values():
            if not issubclass(formset.form, (CleaningMixin, CommentForm)):
                within = formset.form
                formset.form = type(within)(within.__name__, (CleaningMixin, within), {})
        return made


class SnippetForm(CleaningMixin, WagtailAdminModelForm, metaclass=_CleaningMetaclass):
    """The form of every kind of snippet."""


class IdentityForm(SnippetForm):
    """The form of an identity, of which a site has one in each language."""

    def clean(self):
        cleaned = super().clean()
        site = cleaned.get("site")
        others = type(self.instance).objects.filter(site=site, locale_id=self.instance.locale_id)
        if site and others.exclude(pk=self.instance.pk).exists():
            self.add_error("site", _("This site has an identity in this language already."))
        return cleaned


class BasePageForm(CleaningMixin, WagtailAdminPageForm, metaclass=_CleaningMetaclass):
    """The form of every page type.

    It refuses to publish, submit or approve over a revision that somebody else saved after the
    editor opened the page. The newer revision stays the latest; what the editor wrote stays in the
    form, and saving it as a draft keeps it as a revision of its own.

    A page that has ended can be saved as a draft without a word about its end, which Wagtail asks
    for in a dialog that is closed; to be published it needs another one, or none.
    """

    has_ended = False

    def clean_expire_at(self):
        """Return the end of the page; None for one that has come, which stays as it is."""
        end, stored = self.cleaned_data["expire_at"], self.instance.expire_at
        # The form knows no seconds.
        is_same = end and stored and stored.replace(second=0, microsecond=0) == end
        self.has_ended = bool(is_same and has_passed(end))
        return None if self.has_ended else end

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and self._is_publishing():
            self._refuse_if_stale()
            if self.has_ended:
                self._refuse_end()
        return cleaned

    def _post_clean(self):
        # Wagtail looks at the end after `clean`, in a class that it puts before this one.
        if self.has_ended:
            self.cleaned_data["expire_at"] = self.instance.expire_at
        super()._post_clean()

    def save(self, commit=True):
        page = super().save(commit=commit)
        page.paste_notices = self.notices()
        return page

    def _is_publishing(self) -> bool:
        approves = (
            "action-workflow-action" in self.data
            and self.data.get("workflow-action-name") == "approve"
        )
        return approves or any(action in self.data for action in PUBLISHING_ACTIONS)

    def _opened_at(self) -> datetime | None:
        """Return the instant of the version that the editor opened; None when it had none yet.

        Wagtail's form carries number and instant of that revision. The number is not enough:
        autosave overwrites a revision and moves its instant only.
        """
        try:
            return parse_datetime(self.data.get("loaded_revision_created_at", ""))
        except ValueError:
            return None

    def _refuse_end(self):
        end = timezone.localtime(self.instance.expire_at)
        raise ValidationError(
            _(
                "This page ended for readers at %(time)s. Nothing was published. Under “Status” "
                "choose “Edit schedule” and remove that end, or set a later one; then publish."
            ),
            code="has_ended",
            params={"time": date_format(end, "H:i d/m/Y")},
        )

    def _refuse_if_stale(self):
        others = self.instance.revisions.exclude(user=self.for_user).select_related("user")
        opened_at = self._opened_at()
        if opened_at is not None:
            others = others.filter(created_at__gt=opened_at)
        newest = others.order_by("-created_at").first()
        if newest is None:
            return
        raise ValidationError(
            _(
                "%(author)s saved a newer version of this page at %(time)s, after you opened "
                "it. Nothing was published and both versions are kept: yours is still in this "
                "form. Save it as a draft, compare the two in the history of the page, then "
                "publish."
            ),
            code="stale_revision",
            params={
                "author": user_display_name(newest.user) or _("Somebody"),
                "time": date_format(timezone.localtime(newest.created_at), "H:i d/m/Y"),
            },
        )


class PlainCopyForm(CopyForm):
    """Wagtail's form to copy a page, which makes no aliases.

    An alias would show what its original says, to readers from whom the original is kept.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)
