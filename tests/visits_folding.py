"""Folds of visits in processes and a database of their own, by `tests.visits_node`."""

import json
import os
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.db import connection

from tests.browser.server import ROOT
from tests.visits import Clock


class Folding:
    """The program tests/visits_node.py, with a database of its own."""

    def __init__(self, url: str):
        environment = {**os.environ, "DATABASE_URL": url}
        environment["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.visits_node"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=environment,
            text=True,
        )

    def do(self, what: str, **order):
        """Return the answer to an order."""
        self.process.stdin.write(json.dumps({"do": what, **order}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def fold(self, *folders, **order) -> list:
        """Return how the folds of ``folders`` ended, all begun at once."""
        return self.do("fold", folders=[str(folder) for folder in folders], **order)

    def views(self) -> int:
        """Return the total, having seen that all tables agree on it."""
        numbers = self.do("numbers")
        views = numbers["views"]
        assert (numbers["hours"], numbers["pages"], numbers["segments"]) == (views, views, views)
        return views


@contextmanager
def database_of_its_own(folder: Path) -> Iterator[str]:
    """A copy of the empty test database that other processes can use; yields its address."""
    if connection.vendor == "sqlite":
        path = folder / "visits.sqlite3"
        connection.ensure_connection()
        with sqlite3.connect(path) as copy:
            connection.connection.backup(copy)
        copy.close()
        yield f"sqlite:///{path}"
        return
    values = connection.settings_dict
    name = f"visits_{uuid.uuid4().hex}"
    address = {"host": values["HOST"], "port": values["PORT"], "user": values["USER"]}
    if values["PASSWORD"]:
        address["password"] = values["PASSWORD"]
    # A database that somebody is connected to cannot be copied.
    connection.close()
    with psycopg.connect(dbname="postgres", autocommit=True, **address) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {values['NAME']}")
        try:
            login = quote(values["USER"]) + (
                f":{quote(values['PASSWORD'])}" if values["PASSWORD"] else ""
            )
            yield f"postgres://{login}@{values['HOST']}:{values['PORT']}/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def real_clock(seconds_ago: float = 0) -> Clock:
    """A clock that agrees with that of the folding processes, but for ``seconds_ago``."""
    clock = Clock()
    clock.now = time.time() - seconds_ago
    return clock
