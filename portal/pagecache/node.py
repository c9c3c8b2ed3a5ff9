"""What a Django process holds of the node's page cache."""

from dataclasses import dataclass
from functools import cache

from portal.pagecache.config import Config, from_settings
from portal.pagecache.store.database import Store
from portal.pagecache.store.words import Words


@dataclass(frozen=True)
class Node:
    """The folder of the page cache as this process has it open."""

    config: Config
    words: Words
    store: Store

    def announce(self) -> None:
        """Let every process forget what the last purge has dropped, unless they were told."""
        if (mark := self.store.mark()) != self.words.announced:
            self.words.bump()
            # Last: who is killed in between has somebody else announce it again.
            self.words.announced = mark


@cache
def local() -> Node:
    """Return the node of this process; opened when first asked for."""
    config = from_settings()
    words = Words(config.path)
    return Node(config, words, Store(config, words))
