"""The store of the page cache, whatever happens to its files: nothing stale and no error."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from portal.pagecache.config import Config
from portal.pagecache.follower import follow
from portal.pagecache.journal import touch
from portal.pagecache.store.database import Store
from portal.pagecache.store.entries import Entry
from portal.pagecache.store.words import Words
from tests.serving import ROOT

ADDRESS = "http://testserver/x/"


def entry(number: int = 0, *, size: int = 3000, status: int = 200, made: float | None = None):
    """An entry that bears the tag "t<number>"."""
    base = f"{ADDRESS}{number}/"
    made = time.time() if made is None else made
    body = random.Random(number).randbytes(size)
    return Entry(
        base, base, (), status, [("Content-Type", "text/html")], f'W/"{number}"',
        {"identity": body}, made, made, tags=frozenset({f"t{number}"}),
    )  # fmt: skip


def node_of(folder, **settings) -> Store:
    config = Config(str(folder), "http://testserver", ["testserver"], **settings)
    return Store(config, Words(config.path))


def put(store: Store, *entries: Entry) -> None:
    with store.writing() as writer:
        for each in entries:
            writer.put(each)


def file_of(store: Store):
    return store.config.path / f"pages-{store.words.generation}.sqlite3"


def random_bytes(path):
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))


def truncated(path):
    os.truncate(path, path.stat().st_size // 2)


def emptied(path):
    os.truncate(path, 0)


def of_another_format(path):
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


DAMAGES = [random_bytes, truncated, emptied, of_another_format]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("is_open", [True, False])
def test_a_damaged_file_is_left_for_a_new_one(tmp_path, damage, is_open):
    store = node_of(tmp_path)
    put(store, *map(entry, range(40)))
    path = file_of(store)
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if not is_open:
        store.close()
    damage(path)
    for number in range(40):
        found = store.read(f"{ADDRESS}{number}/")
        assert found is None or found.bodies == entry(number).bodies
    if damage is of_another_format and is_open:
        store.close()
        assert store.read(f"{ADDRESS}0/") is None
    # What was still in memory may hide the damage until the file is opened again.
    for _turn in range(2):
        with suppress(sqlite3.DatabaseError):
            put(store, entry(98))
        store.close()
    found = store.read(entry(98).key)
    assert found is None or found.bodies == entry(98).bodies
    put(store, entry(99))
    store.close()
    assert store.read(entry(99).key).bodies == entry(99).bodies


def test_files_that_somebody_removed_are_made_anew(pagecache):
    put(pagecache.store, entry())
    other = Store(pagecache.config, Words(pagecache.config.path))
    assert other.read(entry().key)
    shutil.rmtree(pagecache.config.path)
    follow()
    assert pagecache.store.read(entry().key) is None
    assert other.reopen_if_replaced()
    assert other.read(entry().key) is None
    put(pagecache.store, entry())
    assert other.read(entry().key).bodies == entry().bodies
    assert pagecache.store.position() is not None


def test_a_missing_store_file_alone_is_made_anew(pagecache):
    put(pagecache.store, entry())
    for path in pagecache.config.path.glob("pages-*"):
        path.unlink()
    epoch = pagecache.words.epoch
    follow()
    assert pagecache.words.epoch != epoch
    assert pagecache.store.read(entry().key) is None
    assert pagecache.store.position() is not None


@pytest.mark.parametrize("ending", ["-wal", "-shm"])
def test_without_what_sqlite_keeps_beside_the_file_all_begin_anew(tmp_path, ending):
    store, other = node_of(tmp_path), node_of(tmp_path)
    put(store, entry(0))
    assert other.read(entry(0).key)
    file_of(store).with_name(f"{file_of(store).name}{ending}").unlink()
    assert store.reopen_if_replaced()
    put(store, entry(1))
    assert other.read(entry(0).key) is None
    assert other.read(entry(1).key).bodies == entry(1).bodies
    assert not store.reopen_if_replaced()
    assert not other.reopen_if_replaced()


def test_words_that_somebody_replaced_are_read_anew(tmp_path):
    store, other = node_of(tmp_path), node_of(tmp_path)
    put(store, entry())
    before = store.words.epoch
    new = tmp_path / "words.new"
    new.write_bytes(bytes(64))
    new.rename(tmp_path / "words")
    assert store.reopen_if_replaced()
    assert store.words.epoch != before
    other.reopen_if_replaced()
    store.words.bump()
    assert other.words.epoch == store.words.epoch


def test_a_full_disk_stops_storing_and_ends_nothing(tmp_path):
    """In a process of its own, for which no file may grow beyond a limit."""
    limit = 400_000
    script = f"""
import resource, sqlite3
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, resource.RLIM_INFINITY))
from tests.test_store import *
store = node_of({str(tmp_path)!r})
stored = 0
try:
    for number in range(1000):
        put(store, entry(number))
        stored += 1
except (sqlite3.Error, OSError):
    pass
assert 5 < stored < 1000, stored
# What is there is read, and what cannot be purged is abandoned.
assert store.read(entry(0).key).bodies == entry(0).bodies
store.abandon()
assert store.read(entry(0).key) is None
put(store, entry(1))
assert store.read(entry(1).key)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
for number in range(200):
    put(store, entry(number))
assert store.read(entry(199).key)
"""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    script = f"import django; django.setup()\n{script}"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, check=True)


def test_what_cannot_be_purged_is_abandoned(pagecache, monkeypatch):
    put(pagecache.store, entry(0), entry(1))
    touch("t0", hard=True)

    def full(*_arguments):
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("portal.pagecache.store.database.Writer.purge", full)
        # No lock either: nothing can be made in the folder.
        patched.setattr(Store, "exclusively", lambda *_a, **_k: (_ for _ in ()).throw(OSError()))
        epoch = pagecache.words.epoch
        follow()
    assert pagecache.words.epoch != epoch
    assert pagecache.words.trouble
    assert pagecache.store.read(entry(0).key) is None
    follow()
    put(pagecache.store, entry(1))
    assert pagecache.store.read(entry(1).key)


def test_who_is_killed_between_purge_and_announcement_loses_nothing(pagecache, monkeypatch):
    put(pagecache.store, entry(0))

    class KilledError(BaseException):
        pass

    def die(*_arguments):
        raise KilledError

    touch("t0", hard=True)
    epoch = pagecache.words.epoch
    with monkeypatch.context() as patched:
        patched.setattr(Words, "bump", die)
        with pytest.raises(KilledError):
            follow()
    # The store is purged, and nobody knows.
    assert pagecache.store.read(entry(0).key) is None
    assert pagecache.words.epoch == epoch
    follow()
    assert pagecache.words.epoch != epoch
    epoch = pagecache.words.epoch
    follow()
    assert pagecache.words.epoch == epoch


def test_the_least_used_go_when_the_store_is_full(tmp_path):
    store = node_of(tmp_path, store_bytes=100_000)
    for number in range(20):
        put(store, entry(number, made=1000 + number))
    with store.writing() as writer:
        writer.count_hits({entry(0).key: 5, entry(1).key: 1})
    for number in range(20, 40):
        put(store, entry(number, made=2000 + number))
        size = store.rows("SELECT total(size) FROM entry")[0][0]
        assert size <= 100_000
    assert store.read(entry(0).key)
    assert store.read(entry(1).key)
    assert store.read(entry(39).key)
    assert store.read(entry(2).key) is None


def test_answers_to_addresses_without_a_page_are_bounded(tmp_path):
    store = node_of(tmp_path, missing_bound=10)
    put(store, entry(1000))
    for number in range(50):
        put(store, entry(number, status=404, made=1000 + number))
    assert store.rows("SELECT count(*) FROM entry WHERE status = 404") == [(10,)]
    assert store.read(entry(49).key)
    assert store.read(entry(1000).key)


def test_the_file_does_not_grow_with_replacements(tmp_path):
    store = node_of(tmp_path)
    put(store, *map(entry, range(30)))
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = file_of(store).stat().st_size
    for turn in range(40):
        for number in range(30):
            put(store, entry(number, size=2000 + turn * 25))
    # One large transaction lengthens the log, which is cut again.
    put(store, *(entry(number, size=200_000) for number in range(50)))
    with store.writing() as writer:
        writer.clear()
    put(store, entry(0))
    store.connection.execute("PRAGMA wal_checkpoint")
    put(store, entry(1))
    log = file_of(store).with_name(f"{file_of(store).name}-wal")
    assert log.stat().st_size <= 5 * 2**20
    # What was freed is used again.
    for _turn in range(3):
        put(store, *(entry(number, size=200_000) for number in range(50)))
    assert file_of(store).stat().st_size < before + 15_000_000


def test_two_processes_write_at_once_and_lose_nothing(tmp_path):
    script = f"""
import sys
from tests.test_store import *
store = node_of({str(tmp_path)!r})
for number in range(int(sys.argv[1]), int(sys.argv[1]) + 100):
    put(store, entry(number))
"""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    script = f"import django; django.setup()\n{script}"
    writers = [
        subprocess.Popen([sys.executable, "-c", script, first], cwd=ROOT, env=environment)
        for first in ("0", "100")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    store = node_of(tmp_path)
    for number in range(200):
        assert store.read(entry(number).key).bodies == entry(number).bodies


def test_a_body_that_the_disk_has_changed_is_never_given_out(tmp_path):
    store, kept = node_of(tmp_path), entry(1)
    put(store, kept)
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    path = file_of(store)
    data = bytearray(path.read_bytes())
    data[data.index(kept.bodies["identity"]) + 3] ^= 1
    path.write_bytes(data)
    assert store.read(kept.key) is None
    put(store, kept)
    assert store.read(kept.key).bodies == kept.bodies
