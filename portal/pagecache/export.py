"""Writes finished pages as files for a web server, so that it need not ask anybody.

Only what a file can say is written: pages (HTML, status 200) of an address without query, without
an instant from which on they must not be served, and with no header but those that the web server
is told to send with each of them (deploy/nginx-files.conf). A page that is out of date is no file
until it has been made anew: its files go with the change, or at the instant that it has named.

Files are written and removed by whoever holds the store's lock for writing. A file is written after
its entry and removed before it, so that each has an entry whenever a process ends; a machine that
loses its power may forget the newest entries, which `reconcile` makes good.
"""

import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from portal.pagecache.config import Config
from portal.pagecache.store.database import Store
from portal.pagecache.store.entries import NEVER, Entry
from portal.pagecache.store.writer import Writer

# In the order in which they are written: the web server looks for the last one first.
_NAMES = {"br": "index.html.br", "gzip": "index.html.gz", "identity": "index.html"}
# In the order in which they are removed: what the web server looks for first goes first.
_OWN = [*reversed(_NAMES.values()), *(f".{name}.new" for name in _NAMES.values())]
_PATH = re.compile(r"/(?:[A-Za-z0-9_-]{1,200}/)*")
# What the example for the web server sends with each file.
HEADERS = {
    "content-type",
    "content-language",
    "content-security-policy",
    "cross-origin-opener-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
}


def write(config: Config, store: Store, entry: Entry) -> None:
    """Write the files of ``entry``, which is in the ``store``, if it is such a page.

    Raises sqlite3.Error or OSError where that cannot be done.
    """
    folder = folder_of(config, entry.key)
    if folder is None or not _fits(entry):
        return
    with store.writing() as writer:
        # It may have been purged since it was kept.
        known = (entry.etag, entry.modified)
        sql = "SELECT etag, modified FROM entry WHERE key = ? AND soft_at > ? AND hard_at >= ?"
        if writer.execute(sql, (entry.key, time.time(), NEVER)).fetchone() != known:
            return
        _remove(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for coding, name in _NAMES.items():
            if coding in entry.bodies:
                temporary = folder / f".{name}.new"
                temporary.write_bytes(entry.bodies[coding])
                os.utime(temporary, (entry.modified, entry.modified))
                temporary.replace(folder / name)


def _fits(entry: Entry) -> bool:
    headers = {name.lower(): value for name, value in entry.headers}
    return (
        entry.status == 200
        and entry.hard_at >= NEVER
        and headers.get("content-type") == "text/html; charset=utf-8"
        and headers.keys() <= HEADERS
    )


def folder_of(config: Config, key: str) -> Path | None:
    """Return the folder of the files of ``key``, None where there can be none.

    None but letters, digits, hyphens and underscores come into the names of folders.
    """
    if not config.export_folder or not key.startswith(f"{config.origin}/"):
        return None
    path = key.removeprefix(config.origin)
    return Path(config.export_folder) / path.strip("/") if _PATH.fullmatch(path) else None


def remove(config: Config, keys: Iterable[str]) -> None:
    """Remove the files of ``keys``; called within a transaction that removes their entries."""
    for key in keys:
        if folder := folder_of(config, key):
            _remove(folder)


def _remove(folder: Path) -> None:
    for name in _OWN:
        (folder / name).unlink(missing_ok=True)
    # The folders of pages beneath stay.
    with suppress(OSError):
        folder.rmdir()


def expire(config: Config, store: Store, since: float, now: float) -> None:
    """Remove the files of pages that have gone out of date after ``since`` and until ``now``.

    Raises sqlite3.Error or OSError where that cannot be done.
    """
    if not config.export_folder:
        return
    sql = "SELECT key FROM entry WHERE soft_at > ? AND soft_at <= ?"
    if store.rows(sql, since, now):
        with store.writing() as writer:
            # Read again: a page may have been made anew meanwhile.
            remove(config, [key for (key,) in writer.execute(sql, (since, now)).fetchall()])


def clear(config: Config) -> None:
    """Remove every file that a page may have; others that lie there are nobody's business."""
    if config.export_folder:
        for folder, _names in _folders(Path(config.export_folder)):
            _remove(folder)


def reconcile(config: Config, writer: Writer) -> int:
    """Remove every page's file that is not that of an entry; return the number of pages removed.

    ``writer`` keeps others from writing meanwhile. Files are told apart by instant and sizes.
    """
    if not config.export_folder:
        return 0
    wanted = {}
    sql = (
        "SELECT key, modified, length(br), length(gzip), length(identity) FROM entry "
        "WHERE status = 200 AND soft_at > ? AND hard_at >= ?"
    )
    for key, modified, *sizes in writer.execute(sql, (time.time(), NEVER)):
        if folder := folder_of(config, key):
            wanted[folder] = modified, dict(zip(_NAMES.values(), sizes, strict=True))
    removed = 0
    for folder, names in _folders(Path(config.export_folder)):
        modified, sizes = wanted.get(folder, (0, {}))
        if not all(_is_file_of(folder / name, modified, sizes.get(name)) for name in names):
            _remove(folder)
            removed += 1
        with suppress(OSError):
            folder.rmdir()
    return removed


def _folders(root: Path) -> Iterator[tuple[Path, list[str]]]:
    for path, _folders, names in os.walk(root, topdown=False):
        yield Path(path), [name for name in names if name in _OWN]


def _is_file_of(path: Path, modified: float, size: int | None) -> bool:
    found = path.lstat()
    return found.st_size == size and abs(found.st_mtime - modified) < 0.01
