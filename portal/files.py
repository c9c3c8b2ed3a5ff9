"""Files for readers: static ones and pictures, as whitenoise serves them."""

import re

from whitenoise import WhiteNoise

from portal.pagecache.edge.bodies import chunks_of
from portal.pagecache.edge.replies import codings

# whitenoise takes the range of one byte for an empty one; a range may always be left unheeded.
_ONE_BYTE = re.compile(r"bytes\s*=\s*(?:(\d+)-\1|-1)\s*")


class Files(WhiteNoise):
    """WhiteNoise that heeds what a client does not accept, before an `Edge`.

    Large files have a thread wait for the client to take them: where that would leave too few for
    others, clients are asked to come back.
    """

    def serve(self, static_file, environ, start_response):
        own = {**environ, "wsgi.file_wrapper": chunks_of}
        own["HTTP_ACCEPT_ENCODING"] = ",".join(codings(environ.get("HTTP_ACCEPT_ENCODING", "")))
        if _ONE_BYTE.fullmatch(own.get("HTTP_RANGE", "")):
            del own["HTTP_RANGE"]
        head = []
        body = super().serve(static_file, own, lambda *said: head.extend(said))
        if not self.application.may_wait_with(body):
            return self.application.refuse(environ, start_response)
        start_response(*head)
        return body
