"""Files for readers: static ones and pictures, as whitenoise serves them."""

import re

from whitenoise import WhiteNoise

from portal.pagecache.edge.replies import codings
from portal.pagecache.edge.upstream import chunks_of

# whitenoise takes the range of one byte for an empty one; a range may always be left unheeded.
_ONE_BYTE = re.compile(r"bytes\s*=\s*(?:(\d+)-\1|-1)\s*")


class Files(WhiteNoise):
    """WhiteNoise that heeds what a client does not accept, and that lets no slow client wait."""

    def serve(self, static_file, environ, start_response):
        own = {**environ, "wsgi.file_wrapper": chunks_of}
        own["HTTP_ACCEPT_ENCODING"] = ",".join(codings(environ.get("HTTP_ACCEPT_ENCODING", "")))
        if _ONE_BYTE.fullmatch(own.get("HTTP_RANGE", "")):
            del own["HTTP_RANGE"]
        return super().serve(static_file, own, start_response)
