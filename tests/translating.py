"""What the tests of translation share: a translator who never tires, and pages with everything."""

import json
from itertools import count

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.test import TestCase
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.embeds.blocks import EmbedBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtail_localize.fields import TranslatableField, get_translatable_fields
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from portal.blocks import PartialDateBlock
from portal.factories import DocumentFactory, ImageFactory, locale

VIETNAMESE, ENGLISH = "Câu số", "Sentence"


def submit(instance, code: str = "en") -> Translation:
    """Submit a page or snippet for translation, as the button in the admin does."""
    translate_object(instance, [locale(code)])
    return record(instance, code)


def record(instance, code: str = "en") -> Translation:
    """Return wagtail-localize's record of the translation of ``instance``."""
    return Translation.objects.get(
        source__object_id=instance.translation_key,
        source__specific_content_type=ContentType.objects.get_for_model(type(instance)),
        target_locale=locale(code),
    )


def write(translation: Translation, words=None, skip=()) -> None:
    """Write a translation for every text that has none; ``skip`` are paths to leave.

    ``words`` makes the translation of a text; English for the texts of `Filling` by default.
    """
    words = words or (lambda text: text.replace(VIETNAMESE, ENGLISH))
    segments = translation.source.stringsegment_set.select_related("string", "context")
    for segment in segments.annotate_translation(translation.target_locale):
        if segment.translation or segment.context.path in ("slug", *skip):
            continue
        StringTranslation.objects.create(
            translation_of=segment.string,
            context=segment.context,
            locale=translation.target_locale,
            data=words(segment.string.data),
        )


def publish(translation: Translation, user=None) -> None:
    """Publish a translation, as the editor of wagtail-localize does."""
    with committing():
        translation.save_target(user=user, publish=True)


def translated(instance, code: str = "en", words=None):
    """Translate and publish a page or snippet; return its translation."""
    made = submit(instance, code)
    write(made, words)
    publish(made)
    return instance.get_translation(locale(code))


def edit(page, **values):
    """Change fields of a page and publish it, as its editor does."""
    for name, value in values.items():
        setattr(page, name, value)
    with committing():
        page.save_revision().publish()
    page.refresh_from_db()
    return page


def committing():
    """Run what waits for the end of the transaction, which a test never reaches."""
    # What an earlier part left here counts as waiting still, for code that looks at it.
    connection.run_on_commit.clear()
    return TestCase.captureOnCommitCallbacks(execute=True)


class Filling:
    """Fills blocks and models with values of every kind; each text is a numbered sentence.

    ``chosen`` gives the object to be chosen for each model that a chooser may ask for.
    """

    def __init__(self, chosen: dict):
        self.numbers = count(1)
        self.ids = count(1)
        self.texts: list[str] = []
        self.image = ImageFactory()
        self.document = DocumentFactory()
        self.chosen = chosen

    def text(self) -> str:
        self.texts.append(f"{VIETNAMESE} {next(self.numbers)}.")
        return self.texts[-1]

    def child(self, kind: str, block) -> dict:
        number = next(self.ids)
        return {"type": kind, "value": self.value(block), "id": f"{number:08d}-{'0' * 22}"}

    def value(self, block):
        """Return the raw value of a block with everything in it."""
        for kind, make in self.makers():
            if isinstance(block, kind):
                return make(block)
        raise TypeError(f"No filling is known for a {type(block).__name__}.")

    def makers(self):
        return [
            (ImageBlock, lambda b: {"image": self.image.pk, "decorative": False,
                                    "alt_text": self.text()}),
            (ImageChooserBlock, lambda b: self.image.pk),
            (DocumentChooserBlock, lambda b: self.document.pk),
            (SnippetChooserBlock, lambda b: self.chosen[b.target_model].pk),
            (blocks.PageChooserBlock, lambda b: self.chosen[b.target_model].pk),
            (EmbedBlock, lambda b: "https://example.org/embedded"),
            (PartialDateBlock, lambda b: "1964-09-04"),
            (blocks.DateTimeBlock, lambda b: "2024-08-20T08:00:00+07:00"),
            (blocks.DateBlock, lambda b: "2024-08-20"),
            (blocks.IntegerBlock, lambda b: 4),
            (blocks.BooleanBlock, lambda b: True),
            (blocks.ChoiceBlock, lambda b: list(b.field.choices)[-1][0]),
            (blocks.URLBlock, lambda b: "https://example.org/"),
            (TableBlock, lambda b: {
                "data": [[self.text(), self.text()], [self.text(), "7.405"]],
                "first_row_is_table_header": True, "first_col_is_header": False,
                "table_header_choice": "row", "table_caption": self.text(),
            }),
            (blocks.RichTextBlock, lambda b: (
                f'<p>{self.text()} <b>{self.text()}</b> <a href="https://example.org/">'
                f"{self.text()}</a></p><ul><li>{self.text()}</li><li>{self.text()}</li></ul>"
            )),
            (blocks.TextBlock, lambda b: self.text()),
            (blocks.CharBlock, lambda b: self.text()),
            (blocks.StructBlock, lambda b: {
                name: self.value(child) for name, child in b.child_blocks.items()}),
            (blocks.ListBlock, lambda b: [self.child("item", b.child_block) for _ in range(2)]),
            (blocks.BaseStreamBlock, lambda b: [
                self.child(name, child) for name, child in b.child_blocks.items()]),
        ]  # fmt: skip

    def fill(self, instance) -> None:
        """Fill every field of a page, snippet or row that wagtail-localize translates."""
        for entry in get_translatable_fields(type(instance)):
            field = entry.get_field(type(instance))
            if isinstance(field, StreamField):
                raw = self.value(field.stream_block)
                setattr(instance, field.name, json.dumps(raw))
            elif (
                isinstance(entry, TranslatableField)
                and isinstance(field, models.CharField | models.TextField)
                and field.name != "slug"
            ):
                setattr(instance, field.name, self.text())


def raw(instance) -> dict:
    """Return the raw values of every translatable or synchronised field but its child rows."""
    found = {}
    for entry in get_translatable_fields(type(instance)):
        field = entry.get_field(type(instance))
        if isinstance(field, StreamField):
            found[field.name] = field.value_from_object(instance).get_prep_value()
        elif isinstance(field, models.Field):
            found[field.name] = field.value_from_object(instance)
    return found
