"""The portal as one WSGI application, for hosts that give a WSGI entry point only."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

django_application = get_wsgi_application()

from portal.front import Front, settings_of_portal  # noqa: E402 - Django must be set up
from portal.outage import make_no_databases  # noqa: E402
from portal.pagecache.edge.upstream import InProcess  # noqa: E402
from portal.pagecache.follower import Follower  # noqa: E402
from portal.supervisor import CATCH_UP_SECONDS, rounds_of_every_node, write_error_pages  # noqa: E402

make_no_databases()
front_settings = settings_of_portal(renders=[])
write_error_pages(front_settings)
application = Front(front_settings, InProcess(django_application))
follower = Follower()
for thread in (follower, *rounds_of_every_node()):
    thread.start()
follower.has_looked.wait(CATCH_UP_SECONDS)
