"""Tells one state of the portal's code from another: pages that were made by it belong to it."""

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path


def digest(*folders: Path, words: Iterable[str] = ()) -> str:
    """Return a digest of the names and contents of all files in ``folders``, and of ``words``.

    Pages name static files by what is in them, so that these belong to a release as well.
    """
    found = blake2b(digest_size=12)
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.parent.name != "__pycache__":
                content = blake2b(path.read_bytes(), digest_size=12).digest()
                found.update(f"{path.relative_to(folder)}\0".encode() + content)
    found.update("\0".join(words).encode())
    return found.hexdigest()
