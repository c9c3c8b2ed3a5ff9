"""What is answered while the database is away, and what is not taken for that."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import load_command_class
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client
from django.utils import translation

from portal.outage import in_a_sentence, is_database_away
from tests.browser.server import ROOT
from tests.serving import environment_of


def caused_by(cause: Exception, kind=OperationalError) -> Exception:
    error = kind("…")
    error.__cause__ = cause
    return error


def sqlite_error(code: int) -> Exception:
    error = sqlite3.OperationalError("…")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    "error",
    [
        caused_by(sqlite_error(sqlite3.SQLITE_CANTOPEN)),
        caused_by(sqlite_error(sqlite3.SQLITE_IOERR_READ)),
        caused_by(sqlite_error(sqlite3.SQLITE_BUSY)),
        caused_by(psycopg.OperationalError("connection refused")),
        caused_by(psycopg.errors.AdminShutdown()),
        caused_by(psycopg.errors.TooManyConnections()),
        caused_by(psycopg.InterfaceError("the connection is closed"), InterfaceError),
    ],
)
def test_a_database_that_is_away(error):
    assert is_database_away(error)


@pytest.mark.parametrize(
    "error",
    [
        None,
        ValueError(),
        caused_by(sqlite_error(sqlite3.SQLITE_ERROR)),
        caused_by(psycopg.errors.DeadlockDetected()),
        caused_by(psycopg.errors.UndefinedTable(), ProgrammingError),
    ],
)
def test_an_error_of_the_program(error):
    assert not is_database_away(error)


@pytest.mark.parametrize(
    ("path", "accepted", "language", "words"),
    [
        ("/admin/", "en-GB,vi;q=0.5", "en", "The portal is busy"),
        ("/admin/", "vi", "vi", "Cổng thông tin"),
        ("/admin/", "fr", "vi", "Cổng thông tin"),
        ("/en/news/", "vi", "en", "The portal is busy"),
        ("/tin-tuc/", "en", "vi", "Cổng thông tin"),
    ],
)
def test_it_is_said_in_the_language_of_who_asks(site, monkeypatch, path, accepted, language, words):
    def away(*_arguments, **_more):
        raise caused_by(psycopg.OperationalError("connection refused"))

    monkeypatch.setattr(SessionStore, "load", away)
    monkeypatch.setattr("portal.views.route", away)
    client = Client(raise_request_exception=False, headers={"Accept-Language": accepted})
    client.cookies["sessionid"] = "x" * 32
    response = client.get(path)
    html = response.content.decode()
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert f'<html lang="{language}"' in html
    assert words in html


def test_a_statement_that_is_wrong_is_a_failure_of_the_portal(site, monkeypatch):
    def wrong(*_arguments, **_more):
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")

    monkeypatch.setattr("portal.views.route", wrong)
    response = Client(raise_request_exception=False).get("/tin-tuc/")
    assert response.status_code == 500
    assert "Retry-After" not in response.headers


def manage(folder: Path, *words: str) -> subprocess.CompletedProcess:
    """Run manage.py with ``words`` on a portal whose data lies in ``folder``."""
    command = [sys.executable, "manage.py", *words]
    environment = environment_of(folder)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    "command",
    [("run_schedule",), ("visits", "fold"), ("pagecache", "purge", "--all"), ("clearsessions",)],
)
def test_a_command_makes_no_empty_database_and_says_that_the_true_one_is_away(tmp_path, command):
    done = manage(tmp_path, *command)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Hiện không dùng được cơ sở dữ liệu: unable to open database file"
    ]
    assert not list(tmp_path.glob("*.sqlite3*"))


def test_a_command_tells_programmers_more(tmp_path):
    assert "Traceback" in manage(tmp_path, "clearsessions", "--traceback").stderr


def test_a_command_does_not_take_an_error_of_the_program_for_that(tmp_path):
    (tmp_path / "portal.sqlite3").touch()
    done = manage(tmp_path, "clearsessions")
    assert "no such table" in done.stderr
    assert "Hiện không dùng được" not in done.stderr


def test_why_the_database_is_away_is_said_in_one_line():
    error = OperationalError("connection refused\n\tIs the server running on that host?")
    with translation.override("en"):
        told = in_a_sentence(error)
    assert told == "The database cannot be used at present: connection refused"


@pytest.mark.parametrize(("language", "word"), [("en", "Publish"), ("vi", "Xuất bản")])
def test_the_schedule_says_what_it_does_in_the_language_of_the_site(language, word):
    with translation.override(language):
        parser = load_command_class("portal", "run_schedule").create_parser("", "run_schedule")
        assert word in parser.format_help()
