"""Who knows whom: imports go one way, and the edge does without Django."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.front import VARIABLE, settings_of_portal

ROOT = Path(__file__).resolve().parent.parent
PROJECT = {"home", "news", "portal", "tests", "benchmarks"}
# Room → what of the project it may import besides itself.
ROOMS = {
    "home": {"news", "portal"},
    "news": {"portal"},
    "portal": set(),
    "portal.pagecache": set(),
    "portal.pagecache.edge": {"portal.pagecache.config", "portal.pagecache.store"},
    "portal.pagecache.store": {"portal.pagecache.config"},
}
# What the edge process loads, and what it does.
EDGE = """
import sys
from portal.front import from_environment
front = from_environment()
for path in ("/", "/static/nothing.css", "/media/images/nothing.png", "/healthz", "/readyz"):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_HOST": "localhost",
               "wsgi.url_scheme": "http"}
    b"".join(front(environ, lambda status, headers: print(path, status.split()[0])))
print(*sorted({name.split(".")[0] for name in sys.modules} & {"django", "wagtail"}))
"""


def imported(path: Path) -> Iterator[str]:
    """Yield the names that the module at ``path`` imports, wherever in it that is."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def is_within(name: str, rooms: set[str]) -> bool:
    return any(f"{name}.".startswith(f"{room}.") for room in rooms)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_lies_beneath_it(room):
    allowed = {room} | ROOMS[room]
    modules = list((ROOT / room.replace(".", "/")).rglob("*.py"))
    assert modules
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules
        for name in imported(path)
        if is_within(name, PROJECT) and not is_within(name, allowed)
    ]
    assert not wrong


def test_the_edge_process_answers_without_django(tmp_path):
    front = settings_of_portal(folder=str(tmp_path / "pagecache"), renders=[], render_wait=0)
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-c", EDGE],
        cwd=ROOT,
        env={**environment, VARIABLE: front.to_json()},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    *answers, loaded = done.stdout.split("\n")[:-1]
    assert answers == [
        "/ 503",
        "/static/nothing.css 503",
        "/media/images/nothing.png 503",
        "/healthz 200",
        "/readyz 503",
    ]
    assert loaded == ""
