"""Who asks, by which scheme and at which host; what is found out is remembered, within bounds."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urlsplit

from portal.pagecache.config import Config

_HOST = re.compile(r"(?P<name>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]+))?")


class Clients:
    """Reads requests for the edge; nothing that a client says of itself is believed untested."""

    def __init__(self, config: Config):
        self.origin = lru_cache(64)(self._origin)
        self.trusts = lru_cache(10_000)(self._trusts)
        self._proxies = [ipaddress.ip_network(network) for network in config.trusted_proxies]
        self._hosts = {host.lower() for host in config.hosts}
        own_port = urlsplit(config.origin).port
        self._ports = {None, None if own_port is None else str(own_port)}

    def _origin(self, scheme: str, host: str) -> str:
        """Return scheme and host as they begin a key, empty for hosts that are not the site's.

        A host has one port at most besides the one of its scheme: with any port, everything could
        be kept as often as there are ports.
        """
        found = _HOST.fullmatch(host)
        if found is None or found["port"] not in self._ports:
            return ""
        name = found["name"]
        allowed = name in self._hosts or any(
            pattern.startswith(".") and (name.endswith(pattern) or name == pattern[1:])
            for pattern in self._hosts
        )
        return f"{scheme}://{host}" if allowed else ""

    def _trusts(self, address: str) -> bool:
        """Whether ``address`` is that of a proxy whose word on its clients is taken."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            # A Unix socket has no address; only this machine can connect to it.
            return address in ("", "unix")
        # What connects by IPv4 to a socket of both families.
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(parsed in network for network in self._proxies)

    def scheme(self, environ: dict) -> str:
        """Return the scheme by which the client asks, "http" or "https"."""
        scheme = environ["wsgi.url_scheme"]
        if "HTTP_X_FORWARDED_PROTO" not in environ:
            return scheme
        if not self.trusts(environ.get("REMOTE_ADDR", "")):
            return scheme
        stated = environ["HTTP_X_FORWARDED_PROTO"].strip().lower()
        return stated if stated in ("http", "https") else scheme

    def address(self, environ: dict) -> str:
        """Return the address of the client: the last one that no trusted proxy has."""
        address = environ.get("REMOTE_ADDR", "")
        hops = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        while hops and self.trusts(address):
            hop = hops.pop().strip()
            try:
                address = str(ipaddress.ip_address(hop))
            except ValueError:
                break
        return address
