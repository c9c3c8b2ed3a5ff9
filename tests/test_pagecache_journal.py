"""The journal: what has changed is read once it is certain, all of it, whoever wrote it when."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from portal.pagecache import follower, journal
from portal.pagecache.models import Change


@pytest.fixture(autouse=True)
def followed(monkeypatch):
    """Count how often the store is told to follow, and leave it out of these tests."""
    times = []
    monkeypatch.setattr(follower, "follow", lambda: times.append(1))
    return times


@pytest.fixture
def shared(django_db_setup, django_db_blocker, tmp_path):
    """An empty journal outside of any transaction, which several connections write at once.

    SQLite's database in memory is none; there it lies in a file.
    """
    in_memory, settings = connections["default"], connections.settings["default"]
    name = settings["NAME"]
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            yield
            Change.objects.all().delete()
            return
        settings["NAME"] = str(tmp_path / "journal.sqlite3")
        connections["default"] = connections.create_connection("default")
        with connection.schema_editor() as editor:
            editor.create_model(Change)
        yield
        connection.close()
        connections["default"], settings["NAME"] = in_memory, name


def elsewhere(act):
    """Return what ``act`` returns on a connection of its own, as in another process."""
    found = []

    def run():
        try:
            found.append(act())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert found, "it did not come to an end"
    return found[0]


def tags_since(position: str) -> list[str]:
    return [tag for tag, _hard in journal.since(position).changes]


@pytest.mark.django_db
def test_nothing_comes_after_the_present_position():
    journal.touch("a")
    here = journal.position()
    assert journal.since(here).changes == []
    assert journal.since(here).position == here


@pytest.mark.django_db
def test_what_is_touched_comes_after_it_once_in_order_with_its_weight():
    here = journal.position()
    journal.touch("b", "a", "b")
    journal.touch("c", hard=True)
    news = journal.since(here)
    assert news.changes == [("b", False), ("a", False), ("c", True)]
    assert journal.since(news.position).changes == []


@pytest.mark.django_db
def test_own_rows_count_within_the_transaction_that_writes_them():
    journal.touch("before")
    here = journal.position()
    with transaction.atomic():
        journal.touch("first")
        there = journal.position()
        journal.touch("second")
        assert tags_since(here) == ["first", "second"]
        assert tags_since(there) == ["second"]
        assert tags_since(journal.position()) == []


@pytest.mark.django_db
def test_what_is_rolled_back_to_a_savepoint_never_was():
    here = journal.position()
    with transaction.atomic():
        journal.touch("kept")
        with transaction.atomic():
            journal.touch("taken back")
            transaction.set_rollback(True)
        assert tags_since(here) == ["kept"]
    assert tags_since(here) == ["kept"]


@pytest.mark.usefixtures("shared")
def test_nothing_is_seen_before_the_transaction_ends_and_everything_after(followed):
    here = journal.position()
    with transaction.atomic():
        journal.touch("a")
        journal.touch("b")
        assert elsewhere(lambda: tags_since(here)) == []
        assert followed == []
    assert elsewhere(lambda: tags_since(here)) == ["a", "b"]
    # Once for the whole transaction.
    assert followed == [1]


@pytest.mark.usefixtures("shared")
def test_nothing_is_left_of_a_transaction_that_fails(followed):
    here = journal.position()

    def fail():
        with transaction.atomic():
            journal.touch("a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert tags_since(here) == []
    assert followed == []
    assert Change.objects.count() == 0


@pytest.mark.usefixtures("shared")
def test_a_position_taken_inside_a_transaction_holds_outside_of_it():
    with transaction.atomic():
        journal.touch("a")
        here = journal.position()
        journal.touch("b")
    assert tags_since(here) == ["b"]
    journal.touch("c")
    assert tags_since(here) == ["b", "c"]


@pytest.mark.usefixtures("shared")
def test_a_row_that_is_committed_late_is_not_lost():
    """The earlier writer has the lower number and commits last.

    SQLite lets the second writer wait until the first has ended; there the order is that of the
    commits, and this shows that nothing is lost either.
    """
    journal.touch("old")
    here = journal.position()
    if connection.vendor == "postgresql":
        with transaction.atomic():
            journal.touch("late")
            elsewhere(lambda: journal.touch("early") or True)
            between = elsewhere(lambda: journal.since(here))
        assert Change.objects.get(tag="late").pk < Change.objects.get(tag="early").pk
    else:
        journal.touch("early")
        between = journal.since(here)
        journal.touch("late")
    assert [tag for tag, _hard in between.changes] == ["early"]
    assert tags_since(between.position) == ["late"]
    assert sorted(tags_since(here)) == ["early", "late"]


@pytest.mark.usefixtures("shared")
def test_a_reader_that_follows_while_others_write_reads_every_row_once():
    ends = threading.Event()
    here = journal.position()
    read = []

    def write(name):
        try:
            for number in range(15):
                with transaction.atomic():
                    journal.touch(f"{name}-{number}")
        finally:
            connection.close()

    def follow():
        position = here
        try:
            while True:
                is_last = ends.is_set()
                news = journal.since(position)
                read.extend(tag for tag, _hard in news.changes)
                position = news.position
                if is_last:
                    return
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    reader = threading.Thread(target=follow)
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join(60)
    ends.set()
    reader.join(60)
    assert sorted(read) == sorted(f"{name}-{n}" for name in "abc" for n in range(15))


# Another database


@pytest.mark.usefixtures("shared")
def test_a_position_that_an_older_copy_of_the_database_does_not_reach_is_refused():
    journal.touch("kept")
    journal.touch("lost with the restored copy")
    here = journal.position()
    Change.objects.order_by("-pk").first().delete()
    with pytest.raises(ValueError, match="does not have the row"):
        journal.since(here)


@pytest.mark.usefixtures("shared")
def test_a_position_is_refused_where_its_number_belongs_to_another_row():
    journal.touch("one")
    here = journal.position()
    row = Change.objects.get()
    Change.objects.filter(pk=row.pk).update(at=row.at - timedelta(hours=1))
    with pytest.raises(ValueError, match="does not have the row"):
        journal.since(here)


@pytest.mark.usefixtures("shared")
def test_an_empty_journal_has_a_position_from_which_everything_is_read():
    assert Change.objects.count() == 0
    here = journal.position()
    assert journal.since(here).changes == []
    journal.touch("first")
    assert tags_since(here) == ["first"]


# Trimming


def age(*tags: str) -> None:
    long_ago = timezone.now() - journal.KEPT - timedelta(minutes=1)
    Change.objects.filter(tag__in=tags).update(at=long_ago)


@pytest.mark.usefixtures("shared")
def test_old_rows_are_trimmed_and_positions_before_them_refused():
    journal.touch("oldest")
    age("oldest")
    before = journal.position()
    journal.touch("old")
    age("old")
    journal.touch("new")
    after = journal.position()
    journal.trim()
    assert list(Change.objects.values_list("tag", flat=True)) == ["new"]
    with pytest.raises(ValueError, match="does not have the row"):
        journal.since(before)
    assert journal.since(after).changes == []


@pytest.mark.usefixtures("shared")
def test_the_newest_row_stays_however_old_it_is():
    journal.touch("a", "b")
    age("a", "b")
    here = journal.position()
    journal.trim()
    assert list(Change.objects.values_list("tag", flat=True)) == ["b"]
    assert journal.since(here).changes == []
    journal.touch("c")
    assert tags_since(here) == ["c"]


# What the editor is told


@pytest.mark.django_db
def test_a_request_knows_what_it_has_touched(client):
    journal._begin()
    journal.touch("a")
    journal.touch("a", "b", hard=True)
    journal.touch("b")
    assert journal.touched_by_request() == {"a", "b"}
    client.get("/robots.txt")
    assert journal.touched_by_request() == set()
