"""Databases that cannot be reached or used for a while."""

import sqlite3
from pathlib import Path

from django.db import InterfaceError, OperationalError, connections
from django.utils.translation import gettext as _

# What SQLite says of the file and of other users (sqlite.org/rescode.html), not of the statement.
_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
# Classes of PostgreSQL's codes (its manual, appendix A): connection, resources, intervention of
# an operator, the system.
_POSTGRESQL = ("08", "53", "57", "58")


def is_database_away(error: BaseException | None) -> bool:
    """Whether ``error`` says that the database cannot be reached or used for the time being."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        # The lower eight bits are the primary code.
        return code & 0xFF in _SQLITE
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(_POSTGRESQL)


def in_a_sentence(error: BaseException) -> str:
    """Return what whoever runs a command is told of a database that `is_database_away`."""
    # What PostgreSQL advises stands on lines of its own.
    reason = str(error).partition("\n")[0]
    return _("The database cannot be used at present: %(error)s") % {"error": reason}


def make_no_databases() -> None:
    """Let this process use files of SQLite that are there, and make none.

    A file that is away for a moment is then a database that is away. An empty one in its place
    would look like a portal without tables, and what SQLite writes beside it would be taken for
    changes to the true one when that comes back (sqlite.org/howtocorrupt.html, "Mispairing").
    """
    for connection in connections.all():
        if connection.vendor == "sqlite" and not connection.is_in_memory_db():
            settings = connection.settings_dict
            address = Path(settings["NAME"]).absolute().as_uri()
            settings["OPTIONS"]["database"] = f"{address}?mode=rw"
