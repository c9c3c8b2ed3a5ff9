"""Puts pages into the store of an edge, as a render process does."""

from portal.pagecache.edge.application import Edge
from portal.pagecache.store.entries import Entry
from tests.fronting import HOST

ORIGIN = f"http://{HOST}"


def keep(
    edge: Edge, path: str, soft_at: float, hard_at: float = 1e12, tags=(), text: bytes = b"kept"
) -> None:
    """Keep a page that is out of date from ``soft_at`` on and must go at ``hard_at``.

    Both are seconds since 1970.
    """
    base = f"{ORIGIN}{path}"
    headers = [("Content-Type", "text/html; charset=utf-8")]
    entry = Entry(
        base, base, (), 200, headers, '"e"', {"identity": text}, 1.0, 1.0, soft_at, hard_at,
        tags=frozenset(tags),
    )  # fmt: skip
    with edge.store.writing() as writer:
        writer.put(entry)
