"""Writes finished pages as files for a web server, so that it need not ask anybody.

Only what a file can say is written: pages (HTML, status 200) of an address without query. A page
that is out of date is no file until it has been made anew; a page with a last instant is none.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from portal.pagecache.config import Config
from portal.pagecache.store import NEVER, Entry

_SUFFIXES = {"identity": "", "gzip": ".gz", "br": ".br"}


def write(config: Config, entry: Entry) -> None:
    """Write the files of ``entry``, if pages are exported and it is such a page."""
    folder = folder_of(config, entry.key)
    if folder is None:
        return
    if not _fits(entry):
        _remove(folder)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for coding, suffix in _SUFFIXES.items():
        path = folder / f"index.html{suffix}"
        body = entry.bodies.get(coding)
        if body is None:
            path.unlink(missing_ok=True)
            continue
        temporary = path.with_name(f".{path.name}.new")
        temporary.write_bytes(body)
        # The server finds the prepacked form only where it is as old as the page.
        os.utime(temporary, (entry.modified, entry.modified))
        temporary.replace(path)


def _fits(entry: Entry) -> bool:
    content_type = dict(entry.headers).get("Content-Type", "")
    has_no_end = min(entry.soft_at, entry.hard_at) >= NEVER
    return entry.status == 200 and has_no_end and content_type.startswith("text/html")


def folder_of(config: Config, key: str) -> Path | None:
    """Return the folder of the files of ``key``, None where there can be none."""
    parts = urlsplit(key)
    if not config.export_folder or parts.query or not parts.path.endswith("/"):
        return None
    if not key.startswith(f"{config.origin}/"):
        return None
    return Path(config.export_folder) / parts.path.strip("/")


def remove(config: Config, keys: Iterable[str]) -> None:
    """Remove the files of ``keys``."""
    for key in keys:
        if folder := folder_of(config, key):
            _remove(folder)


def _remove(folder: Path) -> None:
    for suffix in _SUFFIXES.values():
        (folder / f"index.html{suffix}").unlink(missing_ok=True)
    # The folders of pages beneath stay.
    with suppress(OSError):
        folder.rmdir()


def clear(config: Config) -> None:
    """Remove every file."""
    if config.export_folder:
        for path in Path(config.export_folder).glob("*"):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
