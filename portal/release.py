"""Tells one state of the portal's code from another: pages that were made by it belong to it."""

from hashlib import blake2b
from pathlib import Path

SUFFIXES = {".py", ".html", ".mo", ".json", ".toml", ".txt", ".svg", ".xml"}


def digest(*folders: Path) -> str:
    """Return a digest of the names and contents of the code, templates and texts in ``folders``."""
    found = blake2b(digest_size=12)
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                content = blake2b(path.read_bytes(), digest_size=12).digest()
                found.update(f"{path.relative_to(folder)}\0".encode() + content)
    return found.hexdigest()
