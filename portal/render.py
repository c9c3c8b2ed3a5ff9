"""What a render process serves: Django, on a Unix socket on which only the edge speaks."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

django_application = get_wsgi_application()

from portal.outage import make_no_databases  # noqa: E402 - Django must be set up
from portal.pagecache.follower import Follower  # noqa: E402
from portal.pagecache.render import behind_edge  # noqa: E402

make_no_databases()
application = behind_edge(django_application)
Follower().start()
# What is loaded now is kept for good; collections need not walk over it.
gc.freeze()
