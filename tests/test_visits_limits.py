"""How much one visitor and one network may add to the numbers of a day."""

from portal.visits import people
from portal.visits.live import Snapshot
from tests.visits import Clock, counted, edge, uncounted


def test_a_visitor_counts_up_to_the_limit_of_a_day(tmp_path):
    with edge(tmp_path, visitor_limit=3) as reader:
        for n in range(5):
            assert reader.open(f"/{n}/", tab="t")["counted"] == (n < 3)
        assert reader.open("/", tab="another")["counted"]
        reader.clock.set("2026-11-25 00:30:00")
        assert reader.open("/0/", tab="t")["counted"]
        assert uncounted(reader) == {people.VISITOR: 2}


def test_a_network_counts_up_to_the_limit_of_a_day(tmp_path):
    with edge(tmp_path, network_limit=3) as reader:
        for n in range(5):
            address = f"198.51.100.{n}"
            assert reader.open("/", **{"portal.client": address})["counted"] == (n < 3)
        for n in range(5):
            address = f"2001:db8:5:{n}::{n}"
            assert reader.open("/", **{"portal.client": address})["counted"] == (n < 3)
        mapped = {"portal.client": "::ffff:198.51.100.77"}
        assert not reader.open("/", **mapped)["counted"]
        assert reader.open("/", **{"portal.client": "198.51.101.1"})["counted"]
        assert uncounted(reader) == {people.ADDRESS: 5}


def test_a_flood_from_one_address_moves_the_number_by_the_limit_and_fills_nothing(tmp_path):
    with edge(tmp_path) as reader:
        Snapshot(at=0, total=7, days={}, segments={}).write(tmp_path)
        limit = reader.beacon.settings.network_limit
        for n in range(200_000):
            body = b'{"p":"/forged/%d/","n":"%d"}' % (n, n)
            agent = f"Mozilla/5.0 (forged {n})" if n % 9 else f"Mozilla/5.0 robot {n} bot"
            reader.ask("POST", "/_v", body, HTTP_USER_AGENT=agent)
        moved = reader.numbers()["total"] - 7
        assert limit / 2 < moved <= limit
        assert len(reader.beacon._agents._known) <= people.AGENTS_REMEMBERED
        kinds = uncounted(reader)
        assert sum(kinds.values()) + moved == 200_000
        assert counted(reader) == moved
        used = sum(path.stat().st_size for path in tmp_path.iterdir())
        assert used < 2_000_000


def test_two_processes_of_a_node_keep_the_limits_together(tmp_path):
    clock = Clock()
    with (
        edge(tmp_path, clock, network_limit=10, visitor_limit=4) as one,
        edge(tmp_path, clock, network_limit=10, visitor_limit=4) as two,
    ):
        assert one.open("/", tab="t")["counted"]
        assert not two.open("/", tab="t")["counted"]
        found = [edge.open(f"/{n}/", tab="t")["counted"] for n in range(4) for edge in (one, two)]
        assert sum(found) == 3
        found = [
            edge.open(f"/{n}/", tab=f"{n}")["counted"] for n in range(9) for edge in (one, two)
        ]
        assert sum(found) == 6
