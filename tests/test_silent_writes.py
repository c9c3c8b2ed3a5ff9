"""Writes to the database that no signal tells of: each tells the page cache itself, or is listed.

Django sends signals for rows that are saved or deleted, also for each row of a queryset that is
deleted; the page cache hears of those by itself. What is written past them must touch the tags of
what readers see (`portal.pagecache.journal.touch`) in the same function, or stand below with who
does so, or why nobody needs to.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.serving import ROOT

# Rooms whose tables no page is made from, but for the figures, which a page shows for a while.
OF_THEIR_OWN = ("portal/pagecache/", "portal/visits/")
SILENT = {
    "bulk_create", "bulk_update", "abulk_create", "abulk_update", "aupdate", "_update", "_insert",
    "_raw_delete", "execute", "executemany", "executescript", "raw", "fix_tree",
}  # fmt: skip

REVIEWED = {
    "home/demo/build.py _settle_dates": "build touches everything in the same transaction",
    "home/demo/bulk.py write": "add_articles touches everything in the same transaction",
    "portal/readiness.py _database_answers": "it only asks whether the database answers",
}


def silent_writes(source: str) -> Iterator[tuple[str, bool]]:
    """Yield the name of each function with such a call, and whether the function touches."""
    for name, body in _functions(ast.parse(source)):
        calls = [node for node in body if isinstance(node, ast.Call)]
        if any(map(_is_silent, calls)):
            yield name, any(map(_touches, calls))


def _functions(tree: ast.Module) -> Iterator[tuple[str, list[ast.AST]]]:
    """Yield every outermost function or method with all that is in it, and the rest of the module.

    Functions within a function are part of it.
    """
    rest: list[ast.AST] = []
    waiting: list[ast.AST] = [tree]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, list(ast.walk(node))
            else:
                rest.append(node)
                waiting.append(node)
    yield "<module>", rest


def _is_silent(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    # A queryset takes keywords alone; sets, digests and dicts take something else.
    is_update = call.func.attr == "update" and bool(call.keywords) and not call.args
    return is_update or call.func.attr in SILENT


def _touches(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and (
        call.func.id == "touch" or call.func.id.startswith("touch_")
    )


def our_code() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of every file of the portal that runs while readers read."""
    for room in ("portal", "home", "news"):
        for path in sorted(Path(ROOT, room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name and not name.startswith(OF_THEIR_OWN):
                yield name, path.read_text(encoding="utf-8")


def test_whatever_writes_without_a_signal_touches_or_is_reviewed():
    unknown, known = set(), set()
    for path, source in our_code():
        for function, touches in silent_writes(source):
            if not touches:
                place = f"{path} {function}"
                (known if place in REVIEWED else unknown).add(place)
    assert unknown == set()
    assert known == REVIEWED.keys(), "the list names nothing that is gone"


def test_the_rooms_left_out_write_no_content():
    """By the models that they name: none of another room's can be written without its name."""
    for path in (p for room in OF_THEIR_OWN for p in Path(ROOT, room).rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _is_silent(node):
                named = {n.id for n in ast.walk(node.func) if isinstance(n, ast.Name)}
                assert "Page" not in named, path


def test_what_is_found():
    found = dict(
        silent_writes(
            "Page.objects.filter(pk=1).update(title='x')\n"
            "def told(): Page.objects.update(live=False); touch('x')\n"
            "def values(): names.update(more); Page.objects.filter(pk=1).delete(); page.save()\n"
            "class Model:\n"
            "    def many(self):\n"
            "        def inner(): Page.objects.bulk_create(self.pages)\n"
            "    async def gone(self): rows._raw_delete('default')\n"
            "    def by_hand(self): connection.cursor().execute('UPDATE wagtailcore_page')\n"
        )
    )
    assert found == {
        "<module>": False, "told": True, "many": False, "gone": False, "by_hand": False
    }  # fmt: skip
