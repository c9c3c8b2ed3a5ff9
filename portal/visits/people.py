"""Who is behind a request: a person or a program, and how one is told from another.

A reader is known by a number made of the network (never the whole address), the words with which
the browser names itself and a random word of the tab, under a random salt of the day. Without the
salt, which lasts as long as the day, nobody can make the number again.
"""

import re
from hashlib import blake2b
from ipaddress import ip_address

import crawleruseragents

# Why something is not counted; the same words as in `portal.visits.models.Uncounted.Kind`.
BOT = "bot"
NAMELESS = "nameless"
PREFETCH = "prefetch"
EDITOR = "editor"
REPEAT = "repeat"
VISITOR = "visitor"
ADDRESS = "address"
REFUSED = "refused"
UNWRITTEN = "unwritten"
KINDS = (BOT, NAMELESS, PREFETCH, EDITOR, REPEAT, VISITOR, ADDRESS, REFUSED, UNWRITTEN)

AGENT_LENGTH = 400
AGENTS_REMEMBERED = 4096

# Browsers have called themselves so since the nineties; most programs do not take the trouble.
_BROWSER = re.compile(r"Mozilla/|Opera/|UCWEB/")
# What the list of known crawlers may not know yet; CUBOT makes telephones.
_PROGRAM = re.compile(r"(?<!cu)bot\b|crawl|spider|headless|preview|scrap", re.IGNORECASE)


class Agents:
    """Tells programs from browsers, and remembers the answers for a bounded number of agents.

    The list of known crawlers takes 0.15 ms to look through, which is why `known` is asked first.
    """

    def __init__(self):
        self._known: dict[str, bool] = {}

    def known(self, agent: str) -> bool | None:
        """Return whether ``agent`` is a program, or None when that has not been looked up yet."""
        return self._known.get(agent)

    def is_program(self, agent: str) -> bool:
        """Look up whether ``agent`` (the User-Agent header) is a program, and remember it."""
        found = (
            not _BROWSER.match(agent)
            or _PROGRAM.search(agent) is not None
            or crawleruseragents.is_crawler(agent)
        )
        if len(self._known) >= AGENTS_REMEMBERED:
            # Another thread may have taken the same one.
            self._known.pop(next(iter(self._known), ""), None)
        self._known[agent] = found
        return found


def network(address: str) -> str:
    """Return the network of an address: the first 24 bits of IPv4, the first 48 of IPv6.

    Text that is no address (of a socket in the file system, say) is one network of its own.
    """
    if ":" in address:
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            return "?"
        if found.ipv4_mapped:
            address = str(found.ipv4_mapped)
        else:
            return found.packed[:6].hex()
    head, dot, _host = address.rpartition(".")
    return head if dot else "?"


def number(salt: bytes, *parts: str) -> int:
    """Return the keyed hash of ``parts``: 64 bits, never 0."""
    made = blake2b("\0".join(parts).encode("utf-8", "replace"), key=salt, digest_size=8)
    return int.from_bytes(made.digest(), "big") or 1
