"""English for the demo: what the content files say in both languages, given to wagtail-localize.

The translations are made as an outside agency would make them: the strings of the source are
exported, the words filled in, the file taken back and published.
"""

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Locale
from wagtail_localize.models import Translation
from wagtail_localize.operations import translate_object
from wagtail_localize.strings import StringValue, extract_strings

from portal.folding import ascii_slug


class Translator:
    """A memory of pairs (source text, target text) that can translate whole objects."""

    def __init__(self, target: Locale):
        self.target = target
        self.words: dict[str, str] = {}
        self.missing: list[tuple[str, str]] = []

    def learn(self, source, target) -> None:
        """Remember every text of ``source`` with that at the same place of ``target``.

        Both are texts, or lists and dicts of the same shape with texts at their ends.
        """
        if isinstance(source, dict):
            for key in source.keys() & target.keys():
                self.learn(source[key], target[key])
        elif isinstance(source, list):
            for one, other in zip(source, target, strict=True):
                self.learn(one, other)
        elif isinstance(source, str) and source:
            pairs = zip(_strings(source), _strings(target), strict=True)
            self.words.update(pairs)

    def translate(self, instance):
        """Translate ``instance`` with what has been learnt, publish it, and return it.

        Texts that nobody taught are added to ``missing`` with the place where they stand.
        """
        translate_object(instance, [self.target])
        translation = Translation.objects.get(
            source__object_id=instance.translation_key,
            source__specific_content_type=ContentType.objects.get_for_model(type(instance)),
            target_locale=self.target,
        )
        po = translation.export_po()
        for entry in po:
            if entry.msgctxt == "slug":
                name = getattr(instance, "title", None) or instance.name
                entry.msgstr = ascii_slug(self.words.get(StringValue.from_plaintext(name).data, ""))
            else:
                entry.msgstr = self.words.get(entry.msgid, "")
            if not entry.msgstr:
                self.missing.append((entry.msgctxt, entry.msgid))
        translation.import_po(po)
        translation.save_target(publish=True)
        return instance.get_translation(self.target)


def _strings(text: str) -> list[str]:
    """Return the strings that wagtail-localize makes of a plain or rich text."""
    if text.startswith("<"):
        return [string.data for string, _attributes in extract_strings(text)[1]]
    return [StringValue.from_plaintext(text).data]
