"""Of those who read, nothing is kept: neither in the database nor in files nor in logs."""

import logging
from pathlib import Path

import pytest
from django.apps import apps

from portal.visits import fold, people, segments
from portal.visits.models import Visitor
from tests.visits import FIREFOX, Clock, edge

ADDRESSES = ["203.0.113.77", "198.51.100.201", "2001:db8:77:5:1234:5678:9abc:def0"]
NETWORKS = ["203.0.113", "198.51.100", "2001:db8:77", "20010db80077"]
AGENTS = [FIREFOX, "Mozilla/5.0 (Linux; Android 13; Pixel Unmistakable) Chrome/130.0 Mobile"]
PROGRAM = "curl/8.77 unmistakable"
TABS = ["tab-nonce-1-unmistakable", "tab-nonce-2-unmistakable"]
REFERRER = "https://zalo.me/group/unmistakable?member=unmistakable"
TRACES = [
    *ADDRESSES, *NETWORKS, *AGENTS, *TABS, PROGRAM, "unmistakable", "Unmistakable", "Firefox",
    "Android", "sessionid",
]  # fmt: skip


def everything_in(folder: Path) -> bytes:
    """The bytes of all files in ``folder``, and their names."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return b"".join(path.name.encode() + path.read_bytes() for path in files)


def everything_in_tables() -> bytes:
    """All values of all tables of visits."""
    models = apps.get_app_config("visits").get_models()
    return repr([list(model.objects.values_list()) for model in models]).encode()


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    made.rule(monkeypatch)
    return made


def test_no_address_no_words_of_a_browser_and_nothing_of_a_tab_is_kept(
    db, settings, clock, caplog, capfd
):
    caplog.set_level(logging.DEBUG)
    folder = settings.PORTAL_VISITS_FOLDER
    with edge(folder, clock) as reader:
        for address in ADDRESSES:
            for agent in (*AGENTS, PROGRAM):
                for tab in TABS:
                    headers = {"portal.client": address, "HTTP_USER_AGENT": agent}
                    reader.open("/", tab=tab, said={"r": REFERRER}, **headers)
                    reader.open("/", tab=tab, **headers)
                    reader.open("/x/?name=unmistakable#unmistakable", tab=tab, **headers)
                    reader.open("/", tab=tab, HTTP_COOKIE="sessionid=unmistakable", **headers)
                    reader.open("no path", tab=tab, **headers)
        reader.beacon._write_tallies()
        before_fold = everything_in(folder)
        assert before_fold.count(segments.VIEW_END) == 24
        fold.run()
        found = before_fold + everything_in(folder) + everything_in_tables()
        assert Visitor.objects.count() == 12
        clock.set("2026-11-25 01:00:00")
        reader.beacon._do_chores()
        fold.run()
    found += everything_in(folder) + everything_in_tables()
    found += caplog.text.encode() + "".join(capfd.readouterr()).encode()
    assert b"zalo.me" in found
    assert [trace for trace in TRACES if trace.encode() in found] == []


def test_after_its_day_nothing_is_left_by_which_a_reader_was_known(db, settings, clock):
    folder = settings.PORTAL_VISITS_FOLDER
    with edge(folder, clock) as reader:
        reader.open("/", tab=TABS[0])
        salt = (folder / "salt-2026-11-24").read_bytes()
        (name,) = segments.names(folder)
        (line,) = segments.parse((folder / name).read_bytes())
        network = people.network("203.0.113.7")
        assert line.visitor == f"{people.number(salt, 'visitor', network, FIREFOX, TABS[0]):016x}"
        fold.run()
        clock.go_on(15 * 3600)
        reader.beacon._do_chores()
        fold.run()
    left = everything_in(folder) + everything_in_tables()
    assert salt not in left
    assert line.visitor.encode() not in left
    assert int(line.visitor, 16).to_bytes(8, "little") not in left
    assert not Visitor.objects.exists()


def test_who_may_not_read_the_files_of_others_reads_none_of_these(db, settings, clock):
    folder = settings.PORTAL_VISITS_FOLDER
    with edge(folder, clock) as reader:
        reader.open("/")
        fold.run()
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("203.0.113.7", "203.0.113.250"),
        ("2001:db8:1:2::3", "2001:db8:1:ffff::9"),
        ("::ffff:203.0.113.7", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::2"),
    ],
)
def test_of_an_address_only_its_network_matters(one, other):
    assert people.network(one) == people.network(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("203.0.113.7", "203.0.114.7"), ("2001:db8:1::1", "2001:db8:2::1"), ("", "203.0.113.7")],
)
def test_networks_are_told_apart(one, other):
    assert people.network(one) != people.network(other)


@pytest.mark.parametrize("text", ["", "unix:", "not an address", "1:2:3", "::::"])
def test_what_is_no_address_is_one_network(text):
    assert people.network(text) == "?"
