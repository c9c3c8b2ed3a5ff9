"""Who the site belongs to: its name and address, in each language, typed and never free text."""

from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, RevisionMixin, TranslatableMixin
from wagtail_localize.fields import SynchronizedField

phone_validator = RegexValidator(
    r"^\+?[0-9][0-9 .()-]{5,24}$",
    _("Write a telephone number: digits, with spaces or full stops between them."),
)


class Identity(TranslatableMixin, RevisionMixin, ClusterableModel):
    """The organisation behind a site, in one language.

    One row for each site and language; what is the same in every language (emblem, numbers,
    dates) is kept equal to the source by wagtail-localize.
    """

    site = models.ForeignKey(
        "wagtailcore.Site",
        on_delete=models.CASCADE,
        related_name="identities",
        verbose_name=_("site"),
        help_text=_("The site that shows this identity."),
    )
    name = models.CharField(
        _("name"), max_length=200, help_text=_("The full official name of the organisation.")
    )
    short_name = models.CharField(
        _("short name"),
        max_length=80,
        blank=True,
        help_text=_("For the browser's tab and narrow screens; the full name when left empty."),
    )
    superior = models.CharField(
        _("superior body"),
        max_length=160,
        blank=True,
        help_text=_("The line above the name, such as the provincial committee."),
    )
    tagline = models.CharField(
        _("motto"), max_length=200, blank=True, help_text=_("A short line beneath the name.")
    )
    emblem = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("emblem"),
        help_text=_("A square picture, at least 256 pixels wide, best with a clear background."),
    )
    founding_date = models.DateField(
        _("founding date"),
        null=True,
        blank=True,
        help_text=_("Anniversaries are computed from it."),
    )

    responsible_person = models.CharField(
        _("person responsible"),
        max_length=120,
        blank=True,
        help_text=_("The person responsible for the content of the site."),
    )
    responsible_office = models.CharField(
        _("office of the person responsible"),
        max_length=160,
        blank=True,
        help_text=_("Their position; the address has a field of its own."),
    )
    address = models.CharField(
        _("address"), max_length=250, blank=True, help_text=_("The postal address of the office.")
    )
    phone = models.CharField(
        _("telephone"),
        max_length=25,
        blank=True,
        validators=[phone_validator],
        help_text=_("Such as 0203.3835678."),
    )
    fax = models.CharField(
        _("fax"),
        max_length=25,
        blank=True,
        validators=[phone_validator],
        help_text=_("Such as 0203.3835678."),
    )
    email = models.EmailField(
        _("e-mail"), blank=True, help_text=_("The public address of the office.")
    )
    licence = models.CharField(
        _("licence"),
        max_length=200,
        blank=True,
        help_text=_("Number, date and issuer of the licence of the site, if it has one."),
    )
    source_citing = models.CharField(
        _("citing line"),
        max_length=250,
        blank=True,
        help_text=_("What those who reuse a text of this site must write."),
    )
    archive_notice = models.TextField(
        _("archive notice"),
        max_length=500,
        blank=True,
        help_text=_("When filled, every page says at its top that the site is an archive."),
    )

    carried_visits = models.PositiveBigIntegerField(
        _("visits carried over"),
        default=0,
        help_text=_("The total of the old site, with which this one starts to count."),
    )
    carried_visits_date = models.DateField(
        _("carried over on"),
        null=True,
        blank=True,
        help_text=_("The day on which that total was read."),
    )

    override_translatable_fields = [
        SynchronizedField("site", overridable=False),
        SynchronizedField("emblem"),
        SynchronizedField("founding_date", overridable=False),
        SynchronizedField("phone"),
        SynchronizedField("fax"),
        SynchronizedField("email"),
        SynchronizedField("carried_visits", overridable=False),
        SynchronizedField("carried_visits_date", overridable=False),
    ]

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("site"),
                FieldPanel("superior"),
                FieldPanel("name"),
                FieldPanel("short_name"),
                FieldPanel("tagline"),
                FieldPanel("emblem"),
                FieldPanel("founding_date"),
            ],
            heading=_("Name"),
        ),
        InlinePanel(
            "former_names",
            heading=_("Names in time"),
            label=_("name"),
            help_text=_("Every name that the organisation has borne, the present one last."),
        ),
        MultiFieldPanel(
            [
                FieldPanel("responsible_person"),
                FieldPanel("responsible_office"),
                FieldPanel("address"),
                FieldPanel("phone"),
                FieldPanel("fax"),
                FieldPanel("email"),
                FieldPanel("licence"),
                FieldPanel("source_citing"),
            ],
            heading=_("Contact and responsibility"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("carried_visits"),
                FieldPanel("carried_visits_date"),
            ],
            heading=_("Visits of the old site"),
        ),
        MultiFieldPanel(
            [
                HelpPanel(content=_("Leave it empty while the site is kept up to date.")),
                FieldPanel("archive_notice"),
            ],
            heading=_("Archive"),
        ),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [
            models.UniqueConstraint(fields=["site", "locale"], name="portal_identity_per_language")
        ]

    def __str__(self):
        return self.name

    @property
    def short(self) -> str:
        """The short name, or the full one where there is none."""
        return self.short_name or self.name

    def clean(self):
        super().clean()
        errors = {}
        today = timezone.localdate()
        if self.founding_date and self.founding_date > today:
            errors["founding_date"] = _("The founding date lies in the future.")
        if self.carried_visits_date and self.carried_visits_date > today:
            errors["carried_visits_date"] = _("This day lies in the future.")
        if self.carried_visits and not self.carried_visits_date:
            errors["carried_visits_date"] = _("Say on which day the total was read.")
        if errors:
            raise ValidationError(errors)

    def pictures(self) -> Iterator[tuple[object, str]]:
        """Yield (image, use) for the pictures that stand on every page."""
        if self.emblem is not None:
            yield self.emblem, "emblem"

    def name_on(self, day) -> str:
        """Return the name that the organisation bore on ``day`` (a date)."""
        for former in self.former_names.all():
            if (former.from_date is None or former.from_date <= day) and (
                former.until_date is None or day <= former.until_date
            ):
                return former.name
        return self.name


class FormerName(TranslatableMixin, Orderable):
    """A name that the organisation has borne, with the days of its beginning and end."""

    identity = ParentalKey(Identity, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(_("name"), max_length=200, help_text=_("The full name of that time."))
    from_date = models.DateField(
        _("from"), null=True, blank=True, help_text=_("First day of this name.")
    )
    until_date = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("Last day of this name; empty while it is in use."),
    )
    decision = models.CharField(
        _("decision"), max_length=80, blank=True, help_text=_("Number of the deciding document.")
    )

    override_translatable_fields = [
        SynchronizedField("from_date", overridable=False),
        SynchronizedField("until_date", overridable=False),
        SynchronizedField("decision", overridable=False),
    ]

    panels = [
        FieldPanel("name"),
        FieldPanel("from_date"),
        FieldPanel("until_date"),
        FieldPanel("decision"),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("name in time")
        verbose_name_plural = _("names in time")

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if self.from_date and self.until_date and self.until_date < self.from_date:
            raise ValidationError(
                {"until_date": _("The last day must not lie before the first day.")}
            )
