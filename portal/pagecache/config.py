"""What the processes of the page cache must know, in a form that needs no Django to be read."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Config:
    """Settings of the page cache; `settings.PAGECACHE` may name any of them.

    Sizes are bytes, times seconds.
    """

    # Where the store and the shared words lie: a local disk.
    folder: str
    # The public address of the site, and the hosts that it answers to.
    origin: str
    hosts: list[str]
    session_cookie: str = "sessionid"
    # What the pages were made by; what another release has made is dropped.
    release: str = ""
    # Unix sockets of the render processes. The first answers no request below ``private_prefixes``
    # while there are others, so that a reader never waits for an editor's upload.
    renders: list[str] = field(default_factory=list)
    private_prefixes: list[str] = field(default_factory=lambda: ["/admin/", "/documents/"])
    # Addresses that are answered before anybody looks for a kept page.
    answered_before: list[str] = field(default_factory=list)
    # Networks whose X-Forwarded-For and X-Forwarded-Proto are believed.
    trusted_proxies: list[str] = field(default_factory=lambda: ["127.0.0.0/8", "::1/128"])
    # A page that is out of date is served for so long at most, while it is made anew.
    soft_bound: float = 10
    # While pages cannot be made, those out of date are served for so long.
    stale_if_error: float = 86_400
    # Answers to addresses without a page: how long they are kept, and how many.
    missing_life: float = 60
    missing_bound: int = 1000
    store_bytes: int = 256 * 2**20
    memory_bytes: int = 64 * 2**20
    # The largest request body, the longest address, the largest head of a request.
    body_limit: int = 64 * 2**20
    address_limit: int = 2048
    head_limit: int = 32 * 2**10
    # How long to wait for a render process to come back, and for an answer.
    render_wait: float = 10
    render_timeout: float = 300
    # How many requests may wait for an answer, for a body, or for a client to take a large one, at
    # a time: fewer than the server has threads, so that some are left for what lies ready.
    waiting: int = 192
    # Pages that are made in advance after a change, the most read first.
    warm_count: int = 50
    # Seconds without a look at the journal after which answers say that they may be out of date.
    journal_lag: float = 5
    # For a CDN: the header that carries the tags (Surrogate-Key, Cache-Tag), and s-maxage.
    surrogate_header: str = ""
    s_maxage: int = 0
    # Where pages are written as files for a web server; empty for nowhere.
    export_folder: str = ""

    @property
    def path(self) -> Path:
        return Path(self.folder)


def from_settings(**overrides) -> Config:
    """Return the configuration that Django's settings describe."""
    from django.conf import settings

    hosts = [host for host in settings.ALLOWED_HOSTS if host != "*"]
    return Config(
        **{
            "hosts": hosts,
            "session_cookie": settings.SESSION_COOKIE_NAME,
            **settings.PAGECACHE,
            **overrides,
        }
    )
