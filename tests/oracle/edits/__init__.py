"""What editors do, one function for each thing; each works with whatever the database holds.

An edit is called with the world and with `pick`, which chooses. It returns what it did in words,
or yields that after each of several parts; it returns None when there is nothing to do it with.
"""

from tests.oracle.edits import admin, articles, languages, library, times, tree

__all__ = ["EDITS"]

EDITS = [
    edit for module in (articles, tree, times, library, languages, admin) for edit in module.EDITS
]
