"""What of a stream of blocks reaches the translators."""

from wagtail_localize.segments.extract import StreamFieldSegmentExtractor


class Extractor(StreamFieldSegmentExtractor):
    """wagtail-localize's own way through a stream, for streams with parts that are missing.

    A part that was added to a block later has no value in what was written before, and
    wagtail-localize stops at it.
    """

    def handle_block(self, block_type, block_value, raw_value=None):
        if block_value is None:
            return []
        return super().handle_block(block_type, block_value, raw_value=raw_value)


def segments_of(field, value) -> list:
    """Return the segments of a stream's ``value``, those that a language may override included."""
    return Extractor(field, include_overridables=True).handle_stream_block(value)
