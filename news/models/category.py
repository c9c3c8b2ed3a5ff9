from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.widgets.slug import SlugInput
from wagtail.models import RevisionMixin, TranslatableMixin
from wagtail_localize.fields import SynchronizedField

from portal.folding import SLUG_FORMATTERS, ascii_slug


class NewsCategory(TranslatableMixin, RevisionMixin, models.Model):
    """A subject under which articles are filed; one for each article."""

    name = models.CharField(_("name"), max_length=80, help_text=_("As readers see it."))
    slug = models.SlugField(
        _("slug"),
        max_length=80,
        blank=True,
        help_text=_("Part of the category's address; made from the name when left empty."),
    )
    description = models.CharField(
        _("description"), max_length=250, blank=True, help_text=_("One sentence above the list.")
    )
    sort_order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Categories are listed from the lowest number up.")
    )

    override_translatable_fields = [SynchronizedField("sort_order", overridable=False)]

    panels = [
        FieldPanel("name"),
        FieldPanel("slug", widget=SlugInput(formatters=SLUG_FORMATTERS, locale="vi")),
        FieldPanel("description"),
        FieldPanel("sort_order"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("news category")
        verbose_name_plural = _("news categories")
        ordering = ["sort_order", "name"]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        self.slug = ascii_slug(self.slug or self.name)
        if not self.slug:
            raise ValidationError({"slug": _("Write a slug of letters and digits.")})
        if self.locale_id is not None:
            taken = NewsCategory.objects.filter(locale_id=self.locale_id, slug=self.slug)
            if taken.exclude(pk=self.pk).exists():
                raise ValidationError(
                    {"slug": _("Another category of this language has this slug already.")}
                )

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = ascii_slug(self.name)
        super().save(*args, **kwargs)
