"""What the tests of exported pages share: the portal's address, and what lies in the folder."""

from pathlib import Path

from portal.pagecache.node import local
from tests.fronting import ask as ask_front

HOST = "portal.example.org"
# As production.py sets them for a portal with https; the suite itself has an address without.
STRICT = {"SECONDS": 63_072_000, "INCLUDE_SUBDOMAINS": True, "PRELOAD": True}


def ask(front, target, *lines, **request):
    """Ask the edge as nginx does."""
    lines = ("X-Forwarded-Proto: https", *lines)
    return ask_front(front, target, *lines, peer="127.0.0.1", host=HOST, **request)


def exported() -> list[str]:
    """The paths of the exported pages."""
    root = Path(local().config.export_folder)
    found = [f"/{path.parent.relative_to(root)}/" for path in root.rglob("index.html")]
    return sorted(path.replace("/./", "/") for path in found)


def every_file() -> list[Path]:
    """All that lies in the folder of exported pages."""
    return [path for path in Path(local().config.export_folder).rglob("*") if path.is_file()]


def keys() -> list[str]:
    """The keys of the pages that the store has."""
    return [key for (key,) in local().store.rows("SELECT key FROM entry WHERE status = 200")]


class KilledError(BaseException):
    """The process ends here."""


def kill(*_args, **_kwargs):
    """End the process instead of what it was about to do."""
    raise KilledError
