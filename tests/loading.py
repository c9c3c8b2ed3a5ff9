"""An application that takes its time to be loaded: a file says how many seconds.

Where it says more than that, loading fails.
"""

import os
import time
from pathlib import Path


def slowly():
    """Return a WSGI application that answers with the number of its process."""
    seconds, *fails = Path(os.environ["LOADING"]).read_text().split()
    time.sleep(float(seconds))
    if fails:
        raise ImportError("The code that was installed is broken.")

    def application(_environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(os.getpid()).encode()]

    return application
