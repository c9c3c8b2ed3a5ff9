"""Finished replies as an edge process holds them in memory, and what a client has or accepts."""

import time
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache

from portal.pagecache.store.entries import Entry

# The news that nothing has changed, among the answers by content coding.
UNCHANGED = "304"

# Status, headers and body.
Answer = tuple[int, list[tuple[str, str]], bytes]


class Reply:
    """An entry made ready.

    ``told`` are the whole second, in seconds since 1970, and the answers of that second by content
    coding, as the edge has told them last.
    """

    __slots__ = ("entry", "has_control", "hits", "shared", "size", "soft_at", "told")

    def __init__(self, entry: Entry):
        self.entry = entry
        # What must not be served from an instant on is out of date from then on at the latest.
        self.soft_at = min(entry.soft_at, entry.hard_at)
        self.size = entry.size
        self.hits = 0
        # A view may say more of its own.
        self.has_control = "Cache-Control" in dict(entry.headers)
        # Those of every variant, and of the news that nothing has changed.
        self.shared = [
            *entry.headers,
            ("ETag", entry.etag),
            ("Last-Modified", formatdate(entry.modified, usegmt=True)),
            ("Vary", "Accept-Encoding"),
        ]
        self.told: tuple[int, dict[str, Answer]] = (0, {})

    def tell(self, now: float, cache_status: str, s_maxage: int) -> dict[str, Answer]:
        """Return the answers of this second, seconds since 1970, by content coding."""
        age = max(0, int(now - self.entry.made))
        own = [("Age", str(age)), ("Cache-Status", cache_status)]
        if not self.has_control:
            control = "public, max-age=0, must-revalidate"
            if s_maxage:
                # No cache in front keeps the page for longer than it is right.
                control += f", s-maxage={max(0, min(s_maxage, int(self.soft_at - now)))}"
            own.append(("Cache-Control", control))
        answers: dict[str, Answer] = {UNCHANGED: (304, [*self.shared, *own], b"")}
        for coding, body in self.entry.bodies.items():
            headers = [*self.shared, ("Content-Length", str(len(body))), *own]
            if coding != "identity":
                headers.append(("Content-Encoding", coding))
            answers[coding] = (self.entry.status, headers, body)
        return answers


class Memory:
    """What an edge process remembers while the epoch stays the same."""

    __slots__ = ("bytes", "epoch", "names", "passes", "replies")

    def __init__(self, epoch: int):
        self.epoch = epoch
        self.replies: dict[str, Reply] = {}
        self.names: dict[str, tuple[str, ...] | None] = {}
        # Until when, by the monotonic clock.
        self.passes: dict[str, float] = {}
        self.bytes = 0

    def keep(self, reply: Reply, limit: int) -> None:
        """Keep ``reply``; where that would be too much, forget everything else first."""
        if self.bytes + reply.size > limit:
            self.replies, self.names, self.bytes = {}, {}, 0
        former = self.replies.get(reply.entry.key)
        self.bytes += reply.size - (former.size if former else 0)
        self.replies[reply.entry.key] = reply
        self.names[reply.entry.base] = reply.entry.query_keys

    def let_pass(self, key: str, seconds: float) -> None:
        """Let requests for ``key`` be handed on side by side for so many seconds."""
        if len(self.passes) > 10_000:
            self.passes.clear()
        self.passes[key] = time.monotonic() + seconds

    def lets_pass(self, key: str) -> bool:
        """Whether requests for ``key`` are to be handed on side by side."""
        return self.passes.get(key, 0) > time.monotonic()


# A client can send what it likes: few of what they say are remembered, of 64 kB each at most.
@lru_cache(200)
def codings(accepted: str) -> tuple[str, ...]:
    """Return the content codings that Accept-Encoding allows, the shortest form first."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        try:
            weight = float(parameter.split("=", 1)[1]) if "=" in parameter else 1.0
        except ValueError:
            weight = 0.0
        weights[name.strip()] = weight
    everything = weights.get("*", 0.0)
    return (*(c for c in ("br", "gzip") if weights.get(c, everything) > 0), "identity")


def is_unchanged(environ: dict, reply: Reply) -> bool:
    """Whether the client has what it asks for already (RFC 9110, 13.2.2)."""
    if reply.entry.status != 200:
        return False
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        if tags == reply.entry.etag:
            return True
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return tags.strip() == "*" or reply.entry.etag.removeprefix("W/") in known
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if since is None:
        return False
    try:
        return int(reply.entry.modified) <= parsedate_to_datetime(since).timestamp()
    except (ValueError, TypeError, OverflowError):
        return False
