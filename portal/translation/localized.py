"""Pages and snippets in the language of the reader."""

from typing import TypeVar

from wagtail.models import TranslatableMixin

from portal.pagecache import collector
from portal.surroundings import current

Translatable = TypeVar("Translatable", bound=TranslatableMixin)


def localized(instance: Translatable) -> Translatable:
    """Return a page or snippet in the language of the request, or itself where not translated.

    Costs nothing for what is in that language already, which is the usual case; Wagtail's own
    `localized` asks the database for the active locale each time.
    """
    around = current()
    if around is None:
        return instance.localized
    if instance.locale_id == around.locale.pk:
        return instance

    def read():
        collector.note(collector.translations_of(instance))
        translated = instance.get_translation_or_none(around.locale)
        is_shown = translated is not None and getattr(translated, "live", True)
        return translated if is_shown else instance

    return around.remember(("localized", type(instance), instance.pk), read)
