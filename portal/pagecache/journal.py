"""The invalidation journal: what has changed, read without losing or repeating a row.

A *position* is a text that stands for all rows that were visible when it was taken; `since` gives
the rows that have become visible after it. Numbers of rows alone could not say that: where
transactions write at once, a row with a lower number may become visible after one with a higher
number. PostgreSQL names the transactions that a reader sees (`pg_current_snapshot`, see its manual,
"Transaction ID and Snapshot Information Functions"); SQLite writes one transaction after another.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.signals import request_started
from django.db import connection, transaction
from django.db.models import Max
from django.dispatch import receiver
from django.utils import timezone

from portal.pagecache.models import Change

# Rows older than this are deleted; a store that has not followed for longer is emptied.
KEPT = timedelta(days=7)

# What the present request has touched so far, for telling the editor.
_touched: ContextVar[frozenset[str]] = ContextVar("pagecache.touched", default=frozenset())


@dataclass(frozen=True)
class Since:
    """What has become visible after a position: tags with whether they are hard."""

    changes: list[tuple[str, bool]]
    position: str


def touch(*tags: str, hard: bool = False) -> None:
    """Say, within the transaction of a change, that whatever bears one of ``tags`` is out of date.

    Pages made from them are refreshed when next asked for, in the background; with ``hard`` they
    are never served again.
    """
    from portal.pagecache import follower

    Change.objects.bulk_create([Change(tag=tag, is_hard=hard) for tag in dict.fromkeys(tags)])
    _touched.set(_touched.get().union(tags))
    # Once for the whole transaction, unless something else was registered in between.
    if not (connection.run_on_commit and connection.run_on_commit[-1][1] is follower.follow):
        transaction.on_commit(follower.follow, robust=True)


@receiver(request_started, dispatch_uid="pagecache.journal.begin")
def _begin(**_signal) -> None:
    _touched.set(frozenset())


def touched_by_request() -> frozenset[str]:
    """Return the tags that the present request has touched."""
    return _touched.get()


def position() -> str:
    """Return the present position; one query."""
    return since(None).position


def since(position: str | None) -> Since:
    """Return what has become visible after ``position`` (nothing for None); one query.

    Raises ValueError for a position that this database has not given or no longer reaches back to:
    its old rows were trimmed, or it was replaced by another copy.
    """
    read = _since_on_postgresql if connection.vendor == "postgresql" else _since_by_number
    return read(position)


def trim() -> None:
    """Delete the rows that are older than any store that follows."""
    newest = Change.objects.aggregate(newest=Max("pk"))["newest"] or 0
    # The newest row stays, so that a position never goes back.
    Change.objects.filter(at__lt=timezone.now() - KEPT, pk__lt=newest).delete()


def _since_by_number(position: str | None) -> Since:
    rows = Change.objects.order_by("pk").values_list("pk", "at", "tag", "is_hard")
    if position is None:
        newest = rows.order_by("-pk").first()
        return Since([], _mark(*newest[:2]) if newest else "")
    pk = int(position.split("@")[0]) if position else 0
    # From the position itself on: its row proves that the journal is the one it was taken from.
    found = list(rows.filter(pk__gte=pk))
    if position and (not found or _mark(*found[0][:2]) != position):
        raise ValueError("This journal does not have the row at which the position was taken.")
    changes = [(tag, hard) for row_pk, _at, tag, hard in found if row_pk > pk]
    return Since(changes, _mark(*found[-1][:2]) if found else "")


def _mark(pk: int, at: datetime) -> str:
    return f"{pk}@{at.isoformat()}"


_SINCE = """
SELECT here.snapshot::text, here.own, here.own_newest, here.mark,
       %(mark)s = '' OR EXISTS (SELECT 1 FROM pagecache_change WHERE id || '@' || at = %(mark)s),
       change.tag, change.is_hard
FROM (
    SELECT pg_current_snapshot() AS snapshot, own.xid AS own,
           (SELECT coalesce(max(id), 0) FROM pagecache_change WHERE transaction = own.xid)
               AS own_newest,
           (SELECT id || '@' || at FROM pagecache_change ORDER BY id DESC LIMIT 1) AS mark
    FROM (SELECT coalesce(pg_current_xact_id_if_assigned()::text::bigint, 0) AS xid) AS own
) AS here
LEFT JOIN pagecache_change AS change ON change.transaction >= %(oldest)s AND CASE
    WHEN change.transaction = %(own)s THEN change.id > %(own_newest)s
    WHEN change.transaction = here.own THEN true
    ELSE change.transaction < pg_snapshot_xmax(here.snapshot)::text::bigint
        AND NOT pg_visible_in_snapshot(change.transaction::text::xid8, %(snapshot)s::pg_snapshot)
END
ORDER BY change.id
"""


def _since_on_postgresql(position: str | None) -> Since:
    # A transaction does not count itself among those that still run: its own rows are told apart
    # by their numbers.
    if position is None:
        given = ("1:1:", "0", "0", "")
        oldest = 2**62
    else:
        given = tuple(position.split("|"))
        oldest = int(given[0].split(":")[0])
    names = ("snapshot", "own", "own_newest", "mark")
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, {**dict(zip(names, given, strict=True)), "oldest": oldest})
        rows = cursor.fetchall()
    snapshot, own, own_newest, mark, is_known = rows[0][:5]
    if not is_known or int(snapshot.split(":")[1]) < oldest % 2**62:
        raise ValueError("This journal does not have the row at which the position was taken.")
    changes = [(tag, hard) for *_here, tag, hard in rows if tag is not None]
    return Since(changes, f"{snapshot}|{own}|{own_newest}|{mark or ''}")
