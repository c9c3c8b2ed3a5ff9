from wagtail.fields import StreamField as WagtailStreamField


class StreamField(WagtailStreamField):
    """A StreamField whose blocks stay out of migrations.

    A new block, label or help text is no change of the database, and a migration that repeats the
    whole tree of blocks for it would only be noise to those who upgrade. A data migration that
    has to walk a stream names the blocks that it needs itself.
    """

    def __init__(self, block_types=(), use_json_field=True, block_lookup=None, **kwargs):
        super().__init__(block_types, block_lookup=block_lookup, **kwargs)

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs

    def get_translatable_segments(self, value) -> list:
        """Return the segments of ``value`` for translators; wagtail-localize asks for them."""
        # Models of wagtail-localize can be imported when all apps are loaded, not before.
        from portal.translation.segments import segments_of

        return segments_of(self, value)
