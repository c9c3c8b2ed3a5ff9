"""A site of its own in real processes, for the long modes."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tests.browser.server import free_port
from tests.serving import Portal, running


@dataclass
class ServedSite:
    """A site that is served at ``host`` (name:port).

    ``world`` is a `tests.oracle.site.World` without a browser; ``server`` is the database server,
    None for SQLite.
    """

    world: object
    host: str
    portal: Portal
    server: postgres.Server | None

    def comparison(self):
        """Return a `tests.oracle.compare.Comparison` of what the edge says with the truth."""
        from tests.oracle.compare import Comparison
        from tests.oracle.portals import EdgeServed, Truth
        from tests.oracle.urls import Addresses

        origin = f"http://{self.host}"
        made = Comparison(EdgeServed(origin), Truth(self.host), nullcontext, Addresses(origin))
        made.instants = self.world.instants
        return made


@contextmanager
def site_of_its_own(database: str) -> Iterator[ServedSite]:
    """Set Django up in this process with a new ``database`` (sqlite, postgresql); serve the site.

    By an edge and two render processes; nothing of it is left afterwards.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-oracle-"))
        port = free_port()
        is_own = database == "postgresql"
        server = stack.enter_context(postgres.controlled()) if is_own else None
        more = {"DATABASE_URL": server.address} if server else {}
        os.environ.update(
            DJANGO_SETTINGS_MODULE="portal.settings.test",
            PORTAL_VAR=folder,
            PORTAL_URL=f"http://127.0.0.1:{port}",
            **more,
        )
        world = _built(port)
        portal = stack.enter_context(running(Path(folder), "--workers", "2", port=port, **more))
        portal.ready("portal.render", 2)
        yield ServedSite(world, f"127.0.0.1:{port}", portal, server)


def _built(port: int):
    import django

    django.setup()
    from django.core.management import call_command

    from portal import roles
    from portal.factories import UserFactory
    from tests.oracle.marks import Marks
    from tests.oracle.site import World, build

    call_command("migrate", verbosity=0)
    roles.set_up()
    UserFactory(username="quantri", is_superuser=True)
    marks = Marks()
    build(marks, "127.0.0.1", port)
    return World(marks, None)
