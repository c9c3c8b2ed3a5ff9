"""Whether this node can do all that the portal promises: `/readyz`, for whoever watches over it.

The answer names what is wrong and nothing that is secret: no addresses, no texts of errors.
"""

import logging
import shutil
import time
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse

from portal.pagecache.node import Node, local
from portal.pagecache.routes import never_kept

logger = logging.getLogger(__name__)

# Below so many bytes the next upload, or the database, is what fails first.
FREE_BYTES = 200 * 2**20
# The schedule is due each minute; one run may take a while.
SCHEDULE_SECONDS = 300
# What the database would tell.
UNKNOWN = {"ok": False, "known": False}


def checks() -> dict[str, dict]:
    """Return what was looked at by name: ``ok``, and figures in MB and seconds where there are."""
    node = local()
    is_there = _database_answers()
    return {
        "database": {"ok": is_there},
        # Whoever asks does not wait for a silent database twice.
        "migrations": {"ok": _migrations_are_applied()} if is_there else UNKNOWN,
        "disk": _disk(node),
        "schedule": _age(node.words.scheduled_at, SCHEDULE_SECONDS),
        "journal": _age(node.words.followed_at, node.config.journal_lag),
        "store": {"ok": not node.words.trouble},
    }


@never_kept("it tells the state of this moment")
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 where every check is fine, else 503."""
    found = checks()
    is_ready = all(check["ok"] for check in found.values())
    response = JsonResponse({"ready": is_ready, "checks": found}, status=200 if is_ready else 503)
    response.headers["Cache-Control"] = "no-store"
    return response


def _database_answers() -> bool:
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        # A server that has become silent is waited for without end on a connection that was made
        # before, and for `connect_timeout` on one that is made now.
        connection.close()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except Error as error:
        logger.error("Not ready, the database does not answer: %s", error)
        return False
    return True


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    # What this process runs does not change while it runs.
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def _migrations_are_applied() -> bool:
    try:
        return not _migrations() - MigrationRecorder(connection).applied_migrations().keys()
    except Error:
        return False


def _disk(node: Node) -> dict:
    folders = {node.config.path, Path(settings.VAR_DIR), Path(settings.MEDIA_ROOT)}
    try:
        free = min(shutil.disk_usage(folder).free for folder in folders if folder.exists())
    except (OSError, ValueError):
        return {"ok": False}
    return {"ok": free >= FREE_BYTES, "free_mb": free // 2**20}


def _age(instant: int, limit: float) -> dict:
    if not instant:
        return {"ok": False, "age": None}
    age = int(time.time()) - instant
    # Below zero since the clock was set back, which nobody who looks would have left so.
    return {"ok": 0 <= age <= limit, "age": age}
