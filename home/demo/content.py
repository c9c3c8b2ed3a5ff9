"""The texts of the demo site, as they stand in content/*.toml."""

import tomllib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "content"


@cache
def read(name: str) -> dict:
    """Return the content of one file, named without its ending."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def articles() -> list[dict]:
    """Return every article, the oldest first."""
    found = [a for path in sorted(FOLDER.glob("news*.toml")) for a in read(path.stem)["article"]]
    return sorted(found, key=lambda article: article["date"])
