"""The database goes away and comes back."""

import itertools
import signal
import sqlite3
import time
from pathlib import Path

import psycopg

from portal.pagecache.config import Config
from portal.pagecache.store.database import Store
from portal.pagecache.store.words import Words
from tests.serving import (
    PAGES,
    PUBLISH,
    Load,
    Portal,
    begin_django,
    environment_of,
    is_alive,
    run_django,
    running,
    until,
)

ADMIN = {"Accept-Language": "en", "Cookie": f"sessionid={'x' * 32}"}


def publish_elsewhere(portal: Portal, folder: Path, number: int, title: str) -> None:
    """Publish as another node would: this one learns of it from the journal alone."""
    environment = {**portal.environment, "PORTAL_VAR": str(folder)}
    run_django(f"{PUBLISH}publish({number}, {title!r})", environment)


def test_readers_are_answered_while_the_database_is_away(postgres_server, copy_database, tmp_path):
    url = copy_database()
    with running(tmp_path / "var", "--workers", "1", DATABASE_URL=url) as portal:
        for path in PAGES:
            until(lambda p=path: portal.get(p).says("hit"), 30, f"a hit of {path}")
        with Load(portal, PAGES) as load:
            load.go_on(2)
            postgres_server.stop("fast")
            try:
                until(lambda: portal.get("/").says("journal-lag"), 30, "journal-lag")
                for path in PAGES:
                    answer = portal.get(path)
                    assert answer.status == 200
                    assert answer.says("journal-lag")
                refused = portal.get("/admin/", headers=ADMIN)
                assert refused.status == 503
                assert refused.headers["retry-after"] == "10"
                assert b'<html lang="en"' in refused.body
                assert portal.get("/khong-co/moi/").status == 503
            finally:
                postgres_server.start()
            publish_elsewhere(portal, tmp_path / "other", 0, "Tin sau khi trở lại")
            until(
                lambda: "Tin sau khi trở lại" in portal.get(PAGES[2]).body.decode(), 30, "the news"
            )
            until(lambda: portal.get("/admin/login/").status == 200, 30, "the admin")
        assert [failure for failure in load.failures if failure[0] == "hit"] == []
        assert {answer.status for _kind, _path, answer in load.failures} <= {503}


def test_what_lies_on_the_disk_is_answered_before_the_database(
    postgres_server, copy_database, tmp_path
):
    url = copy_database()
    with running(tmp_path / "var", "--workers", "1", DATABASE_URL=url) as portal:
        until(lambda: portal.get(PAGES[2]).says("hit"), 30, "a hit")
    publish_elsewhere(portal, tmp_path / "other", 0, "Tin mới trong đêm")
    postgres_server.stop()
    try:
        with running(
            tmp_path / "var", "--workers", "1", wait=False, port=portal.port, DATABASE_URL=url
        ) as again:
            until(lambda: again.get(PAGES[2]).status == 200, 30, "an answer")
            until(lambda: again.get(PAGES[2]).says("journal-lag"), 30, "the lag")
            postgres_server.start()
            until(lambda: "trong đêm" in again.get(PAGES[2]).body.decode(), 30, "what was missed")
    finally:
        postgres_server.start()


def make_stale(folder: Path) -> None:
    """Let everything that is kept be out of date for longer than readers may be shown that."""
    config = Config(str(folder / "pagecache"), "", [])
    store = Store(config, Words(config.path))
    with store.writing() as writer:
        writer.execute("UPDATE entry SET soft_at = ?", (time.time() - 60,))
    store.words.bump()


def test_a_file_of_sqlite_may_be_moved_away_and_back(var):
    with running(var, "--workers", "1") as portal:
        for path in PAGES:
            until(lambda p=path: portal.get(p).says("hit"), 30, f"a hit of {path}")
        file, away = var / "portal.sqlite3", var / "away.sqlite3"
        file.rename(away)
        # Those that run have it open; processes that start now must open it anew.
        before = portal.workers("portal.render")
        portal.process.send_signal(signal.SIGHUP)
        until(lambda: not any(map(is_alive, before)), 60, "the end of the former processes")
        paths = (f"/khong-co/{number}/" for number in itertools.count())
        until(lambda: portal.get(next(paths)).status == 503, 30, "an unreachable database")
        make_stale(var)
        for path in PAGES:
            answer = portal.get(path)
            assert answer.status == 200
            assert answer.says("stale-if-error")
        assert not file.exists()
        away.rename(file)
        until(lambda: portal.get(PAGES[3]).status == 200, 30, "the file")
        portal.manage(f"{PUBLISH}publish(1, 'Tin sau khi trở lại')")
        until(lambda: "trở lại" in portal.get(PAGES[3]).body.decode(), 30, "the news")
    checked = sqlite3.connect(file).execute("PRAGMA integrity_check").fetchone()
    assert checked == ("ok",)


SAVE = """
from django.db import transaction
from portal.pagecache import journal
from portal.models import Identity
identity = Identity.objects.get()
before = journal.position()
with transaction.atomic():
    identity.save()
print(sorted({tag for tag, _hard in journal.since(before).changes}))
"""


def test_what_another_has_written_meanwhile_is_put_back_for_readers_too(copy_database, tmp_path):
    """Saved as it was read, the row is not as it was: somebody changed it in between."""
    url = copy_database()
    environment = environment_of(tmp_path, DATABASE_URL=url)
    with psycopg.connect(url) as other, psycopg.connect(url, autocommit=True) as watch:
        other.execute("UPDATE portal_identity SET name = 'Tên khác'")
        saving = begin_django(SAVE, environment)
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        until(lambda: watch.execute(waiting).fetchone()[0], 60, "waiting for the row")
        other.commit()
    told, _errors = saving.communicate(timeout=60)
    assert "portal.identity:" in told
