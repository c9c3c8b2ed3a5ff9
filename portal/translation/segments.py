"""What of a stream of blocks reaches the translators, and how it comes back."""

from functools import wraps

from wagtail_localize.segments.extract import StreamFieldSegmentExtractor
from wagtail_localize.segments.ingest import StreamFieldSegmentsWriter


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


def install() -> None:
    """Let translations be written back into streams of which something was deleted since."""
    StreamFieldSegmentsWriter.handle_block = _tolerant(StreamFieldSegmentsWriter.handle_block)


def _tolerant(handle_block):
    @wraps(handle_block)
    def tolerant(writer, block_type, block_value, segments):
        # wagtail-localize would write the text for a picture that is gone at the picture.
        if block_value is None:
            return None
        return handle_block(writer, block_type, block_value, segments)

    return tolerant
