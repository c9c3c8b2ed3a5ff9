from threading import RLock

from wagtail.blocks import StreamValue
from wagtail.blocks.list_block import ListValue
from wagtail.fields import Creator
from wagtail.fields import StreamField as WagtailStreamField

from portal.pagecache import collector

_loading = RLock()


class NotedStream(Creator):
    """Gives the value of a StreamField, and notes for the page cache what it is made from.

    Blocks load what they show when it is first asked for. Where a page is kept from one request
    to the next (`portal.surroundings`), marked by ``is_kept``, the next would load nothing and
    therefore note nothing: there everything is loaded at once, and noted at each access.
    """

    def __get__(self, obj, owner=None):
        value = super().__get__(obj, owner)
        if obj is None or not obj.__dict__.get("is_kept"):
            return value
        with _loading:
            if not hasattr(value, "noted"):
                with collector.collecting() as notes:
                    _load(value)
                value.noted = notes
        collector.include(value.noted)
        return value


def _load(value) -> None:
    if isinstance(value, StreamValue):
        for child in value:
            _load(child.value)
    elif isinstance(value, ListValue):
        for item in value:
            _load(item)
    elif isinstance(value, dict):
        for item in value.values():
            _load(item)


class StreamField(WagtailStreamField):
    """A StreamField whose blocks stay out of migrations.

    A new block, label or help text is no change of the database, and a migration that repeats the
    whole tree of blocks for it would only be noise to those who upgrade. A data migration that
    has to walk a stream names the blocks that it needs itself.
    """

    def __init__(self, block_types=(), use_json_field=True, block_lookup=None, **kwargs):
        super().__init__(block_types, block_lookup=block_lookup, **kwargs)

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)
        setattr(cls, self.name, NotedStream(self))

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs

    def get_translatable_segments(self, value) -> list:
        """Return the segments of ``value`` for translators; wagtail-localize asks for them."""
        # Models of wagtail-localize can be imported when all apps are loaded, not before.
        from portal.translation.segments import segments_of

        return segments_of(self, value)
