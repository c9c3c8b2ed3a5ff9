from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import RevisionMixin, TranslatableMixin


class SigningBody(TranslatableMixin, RevisionMixin, models.Model):
    """An office that signs articles, such as a department or a committee."""

    name = models.CharField(
        _("name"), max_length=160, help_text=_("As it stands under an article, without full stop.")
    )

    panels = [FieldPanel("name")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("signing body")
        verbose_name_plural = _("signing bodies")
        ordering = ["name"]

    def __str__(self):
        return self.name
