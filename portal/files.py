"""Files for readers: static ones and pictures, as whitenoise serves them."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import IO

from whitenoise import WhiteNoise

# Up to this size a file is handed over whole: no thread waits for the client to take it.
AT_ONCE = 2**20
CHUNK = 64 * 2**10
# whitenoise takes the range of one byte for an empty one; a range may always be left unheeded.
_ONE_BYTE = re.compile(r"bytes\s*=\s*(?:(\d+)-\1|-1)\s*")


class Files(WhiteNoise):
    """WhiteNoise that heeds what a client does not accept, and that lets no slow client wait.

    ``codings`` gives the content codings that may be answered with for an Accept-Encoding header.
    """

    def __init__(self, application, codings: Callable[[str | None], tuple[str, ...]], **options):
        super().__init__(application, **options)
        self.codings = codings

    def serve(self, static_file, environ, start_response):
        own = {**environ, "wsgi.file_wrapper": body_of}
        own["HTTP_ACCEPT_ENCODING"] = ",".join(self.codings(environ.get("HTTP_ACCEPT_ENCODING")))
        if _ONE_BYTE.fullmatch(own.get("HTTP_RANGE", "")):
            del own["HTTP_RANGE"]
        return super().serve(static_file, own, start_response)


def body_of(file: IO[bytes]) -> Iterable[bytes]:
    """Return what is left of ``file`` for WSGI: a list where that is little, else an iterator."""
    beginning = file.read(AT_ONCE)
    following = file.read(CHUNK) if len(beginning) == AT_ONCE else b""
    if following:
        return _rest(chain([beginning, following], iter(lambda: file.read(CHUNK), b"")), file)
    file.close()
    return [beginning]


def _rest(chunks: Iterable[bytes], file: IO[bytes]) -> Iterator[bytes]:
    try:
        yield from chunks
    finally:
        file.close()
