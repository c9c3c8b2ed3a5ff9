"""Which sizes and formats of a picture the pages use, and when they are made.

Renditions are made when a page is published (`make_for`) and only looked up while a page is
rendered for a reader (`find`), so that no reader waits for an encoder and no GET writes.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.db import transaction
from django.utils import timezone
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.images.models import Filter, Picture
from wagtail.models import Page, ReferenceIndex

from portal.pagecache import collector
from portal.pagecache.journal import touch

logger = logging.getLogger(__name__)

# A page that was made while some of its pictures were not is made again after so long.
UNMADE = timedelta(minutes=1)


@dataclass(frozen=True)
class Use:
    """One way in which pages show a picture.

    ``widths`` are in pixels, smallest first; ``ratio`` is width : height when the picture is cut
    around its focal point, None when it keeps its shape; ``sizes`` is the HTML attribute.
    """

    widths: tuple[int, ...]
    sizes: str
    ratio: tuple[int, int] | None = None
    formats: tuple[str, ...] = ("avif", "webp", "jpeg")

    @property
    def specs(self) -> tuple[str, ...]:
        """The filter specs, in Wagtail's notation, of every rendition of this use."""
        return tuple(
            f"{self._size(width)}|format-{kind}" for kind in self.formats for width in self.widths
        )

    @cached_property
    def filters(self) -> tuple[Filter, ...]:
        """The same as Wagtail's filters, which take long to be read."""
        return tuple(Filter(spec=spec) for spec in self.specs)

    def _size(self, width: int) -> str:
        if self.ratio is None:
            return f"width-{width}"
        return f"fill-{width}x{round(width * self.ratio[1] / self.ratio[0])}"


USES = {
    "banner": Use((960, 1600, 2400), "100vw", (2, 1)),
    "banner-phone": Use((480, 960), "100vw", (4, 5)),
    "lead": Use((480, 960, 1600), "(min-width: 70rem) 52rem, 100vw"),
    "body": Use((480, 960, 1440), "(min-width: 70rem) 46rem, 100vw"),
    "card": Use((400, 800), "(min-width: 60rem) 22rem, (min-width: 40rem) 45vw, 92vw", (16, 9)),
    "thumb": Use((160, 320), "8rem", (4, 3)),
    "emblem": Use((96, 192, 384), "6rem", (1, 1), ("webp", "png")),
    "social": Use((1200,), "1200px", (40, 21), ("jpeg",)),
}


def make(image, uses: Iterable[str]) -> None:
    """Make the renditions of ``image`` that ``uses`` (keys of USES) need and that are missing."""
    filters = list(dict.fromkeys(wanted for use in uses for wanted in USES[use].filters))
    specs = [wanted.spec for wanted in filters]
    # Of those that the database knows: what is remembered here may be gone elsewhere.
    made = image.renditions.filter(filter_spec__in=specs)
    cuts = {(wanted.spec, wanted.get_cache_key(image)) for wanted in filters}
    if cuts <= set(made.values_list("filter_spec", "focal_point_key")):
        return
    image.get_rendition_model().forget()
    try:
        image.get_renditions(*filters)
    except (OSError, ValueError):
        # A picture whose file is gone or broken must not keep a page from being published.
        logger.exception("The renditions of picture %s could not be made", image.pk)
    # Pages may have been made in between, without the picture.
    touch(collector.tag_of(type(image), image.pk))


def find(image, use: str) -> Picture | None:
    """Return the picture in those renditions of ``use`` that exist, or None when there is none."""
    model = image.get_rendition_model()
    filters = USES[use].filters
    # Before they are looked up (see PortalRendition.forget).
    keys = {f: model.construct_cache_key(image, f.get_cache_key(image), f.spec) for f in filters}
    found = image.find_existing_renditions(*filters)
    fresh = {f: r for f, r in found.items() if not getattr(r, "_from_cache", False)}
    if fresh:
        # What came from the database is kept, as Wagtail does with what it makes.
        model.cache_backend.set_many({keys[f]: rendition for f, rendition in fresh.items()})
    if len(found) < len(filters):
        collector.until(timezone.now() + UNMADE)
    renditions = {f.spec: found[f] for f in filters if f in found}
    return Picture(renditions, {}) if renditions else None


def of_stream(block: blocks.Block, value) -> Iterator[tuple[object, str]]:
    """Yield (image, use) for every picture within a block's value, however deep it lies."""
    if value is None:
        return
    if hasattr(block, "pictures"):
        yield from block.pictures(value)
    elif isinstance(block, blocks.BaseStreamBlock):
        for child in value:
            yield from of_stream(child.block, child.value)
    elif isinstance(block, blocks.ListBlock):
        for item in value:
            yield from of_stream(block.child_block, item)
    elif isinstance(block, blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            yield from of_stream(child, value.get(name))


def of(shown) -> Iterator[tuple[object, str]]:
    """Yield (image, use) for every picture of ``shown``, a page with its lists or an identity."""
    yield from shown.pictures()
    for field in shown._meta.get_fields():
        if isinstance(field, StreamField):
            yield from of_stream(field.stream_block, getattr(shown, field.name))


def make_for(shown) -> None:
    """Make every rendition that ``shown``, as of `of`, needs and that is missing."""
    uses: dict[object, set[str]] = {}
    for image, use in of(shown):
        if image is not None:
            uses.setdefault(image, set()).add(use)
    for image, names in uses.items():
        make(image, sorted(names))


def make_when_shown(instance, **_signal) -> None:
    """Receiver of page_published and the like: make the pictures once that is certain."""
    transaction.on_commit(lambda: make_for(instance))


def make_for_image(image) -> None:
    """Make the renditions of ``image`` again for every live page, and identity, that shows it.

    After its file or its focal point has changed, those that were made before no longer fit.
    """
    for shown_by in _that_show(image):
        uses = {use for found, use in of(shown_by) if found == image}
        make(image, sorted(uses))


def _that_show(image) -> Iterator[object]:
    for shown_by, _references in ReferenceIndex.get_grouped_references_to(image):
        if isinstance(shown_by, Page):
            shown_by = shown_by.specific if shown_by.live else None
        if hasattr(shown_by, "pictures"):
            yield shown_by


def make_when_image_saved(instance, **_signal) -> None:
    """Receiver of post_save: bring the renditions up to date once the change is certain."""
    transaction.on_commit(lambda: make_for_image(instance))


def make_when_image_deleted(instance, **_signal) -> None:
    """Receiver of pre_delete: make what pages show in its place once it is certainly gone."""
    shown_by = [(type(shown), shown.pk) for shown in _that_show(instance)]

    def make_others():
        for model, pk in shown_by:
            for shown in model.objects.filter(pk=pk):
                make_for(shown)

    transaction.on_commit(make_others)
