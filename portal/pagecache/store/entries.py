"""Finished responses with their tags, and how they are written into a row of the store."""

import json
from dataclasses import dataclass
from zlib import crc32

NEVER = 1e12
COLUMNS = (
    "key, base, query_keys, status, headers, etag, identity, gzip, br, made, modified, soft_at, "
    "hard_at, subject, hits, checksum"
)


class DamagedError(ValueError):
    """A row does not say any more what was written into it."""


@dataclass
class Entry:
    """A response that may be served to everybody.

    ``headers`` are those of every variant; ``bodies`` by content coding ("identity", "gzip",
    "br"). The instants are seconds since 1970: made, last changed, out of date, not to be served.
    ``query_keys`` are the query keys that the address heeds, None where that is unknown: then it
    answers the address without a query only.
    """

    key: str
    base: str
    query_keys: tuple[str, ...] | None
    status: int
    headers: list[tuple[str, str]]
    etag: str
    bodies: dict[str, bytes]
    made: float
    modified: float
    soft_at: float = NEVER
    hard_at: float = NEVER
    subject: str = ""
    tags: frozenset[str] = frozenset()
    hits: int = 0

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values())) + 64 * len(self.tags) + 1024

    def to_row(self) -> tuple:
        """Return the values of `COLUMNS`."""
        headers = json.dumps(self.headers)
        bodies = [self.bodies.get(coding) for coding in ("identity", "gzip", "br")]
        return (
            self.key,
            self.base,
            None if self.query_keys is None else " ".join(self.query_keys),
            self.status,
            headers,
            self.etag,
            *bodies,
            self.made,
            self.modified,
            self.soft_at,
            self.hard_at,
            self.subject,
            self.hits,
            _checksum(headers, self.etag, *bodies),
        )

    @classmethod
    def from_row(cls, row: tuple) -> "Entry":
        """Return the entry, without its tags, of the values of `COLUMNS`; raises DamagedError."""
        key, base, query_keys, status, headers, etag, identity, gzip, br, *rest = row
        made, modified, soft_at, hard_at, subject, hits, checksum = rest
        if checksum != _checksum(headers, etag, identity, gzip, br):
            raise DamagedError(key)
        bodies = {"identity": identity, "gzip": gzip, "br": br}
        return cls(
            key=key,
            base=base,
            query_keys=None if query_keys is None else tuple(query_keys.split()),
            status=status,
            headers=[tuple(header) for header in json.loads(headers)],
            etag=etag,
            bodies={coding: body for coding, body in bodies.items() if body is not None},
            made=made,
            modified=modified,
            soft_at=soft_at,
            hard_at=hard_at,
            subject=subject,
            hits=hits,
        )


def _checksum(headers: str, etag: str, *bodies: bytes | None) -> int:
    """Tell by a number whether the disk still says what was written: SQLite does not look."""
    found = crc32(f"{headers}\n{etag}".encode())
    for body in bodies:
        found = crc32(body or b"", found)
    return found
