"""What the benchmark of the pages makes of the words of wrk and the kernel, and how it reports."""

import os
import subprocess
import sys

import pytest

from benchmarks.pages import machine, wrk
from benchmarks.pages.experiments import Crowd, FirstHit, LoneHit
from benchmarks.pages.installing import REQUIREMENTS
from benchmarks.pages.measure import Results, Sample
from benchmarks.pages.page import Answer, conditions, store
from benchmarks.pages.portal import is_hit, links
from benchmarks.pages.report import (
    EXPORT,
    EXPORTED,
    TWIN,
    Findings,
    Goal,
    experiments_table,
    goals,
    goals_table,
    number,
    ratio,
    servers_table,
    shown,
)
from benchmarks.pages.server import Server

WRK = """\
Running 1s test @ http://127.0.0.1:8080/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   404.14us  227.31us   6.98ms   94.51%
    Req/Sec    78.62k     5.05k   85.05k    81.82%
  Latency Distribution
     50%  384.00us
     75%  454.00us
     90%  546.00us
     99%    1.02ms
  85920 requests in 1.10s, 592.16MB read
Requests/sec:  78114.29
Transfer/sec:    538.35MB
"""


def results(name: str, cpu: float, *, memory: int = 0, forms=("gzip", "identity", "304")):
    """Results whose three sweeps have ``cpu`` as their median."""
    samples = [Sample(cpu=cpu * f, rate=1e6 / cpu, p50=400, p99=9_000) for f in (3, 1, 0.5)]
    own = dict.fromkeys(forms, samples)
    return Results(name, start_seconds=0.25, memory=memory, busiest_memory=memory, samples=own)


class TestWrk:
    def test_requests_and_latencies_are_read(self):
        assert wrk.read(WRK) == wrk.Load(requests=85920, seconds=1.1, p50=384, p99=1020)

    @pytest.mark.parametrize(
        ("text", "expected"), [("54.00us", 54), ("1.40ms", 1400), ("0.90s", 9e5), ("1.50m", 9e7)]
    )
    def test_every_unit_becomes_microseconds(self, text, expected):
        assert wrk.microseconds(text) == pytest.approx(expected)

    @pytest.mark.parametrize("text", ["", "12", "1.0ks", "fast"])
    def test_what_is_no_time_is_refused(self, text):
        with pytest.raises(ValueError, match="no time"):
            wrk.microseconds(text)

    @pytest.mark.parametrize(
        "trouble",
        [
            "  Non-2xx or 3xx responses: 3\n",
            "  Socket errors: connect 0, read 5, write 0, timeout 0\n",
            "  Socket errors: connect 2, read 0, write 0, timeout 0\n",
        ],
    )
    def test_a_run_with_errors_is_refused(self, trouble):
        with pytest.raises(ValueError, match=trouble.strip().partition(":")[0]):
            wrk.read(WRK + trouble)

    def test_slow_answers_are_no_errors(self):
        slow = WRK + "  Socket errors: connect 0, read 0, write 0, timeout 7\n"
        assert wrk.read(slow).requests == 85920

    def test_a_run_without_an_answer_is_refused(self):
        with pytest.raises(wrk.NothingAnsweredError):
            wrk.read(WRK.replace("85920 requests", "0 requests"))

    def test_another_output_is_refused(self):
        with pytest.raises(ValueError, match="nothing that can be read"):
            wrk.read("wrk: command not found")


class TestKernel:
    STAT = "812 (a (b) c) S 77 812 812 0 -1 4194560 1 0 0 0 5 6 0 0 20 0 3 0 19321 1 2 3"

    def test_parent_and_start_are_read_past_an_odd_name(self):
        assert machine.parent_of(self.STAT) == 77
        assert machine.start_of(self.STAT) == 19321

    def test_time_on_the_cpu_is_the_first_field(self):
        assert machine.time_on_cpu("230153216 1514242 51\n") == 230153216

    def test_time_spent_is_summed_by_process_with_new_threads_and_without_ended_ones(self):
        before = {(1, 1): 100, (1, 2): 50, (7, 7): 900}
        after = {(1, 1): 160, (1, 3): 5, (7, 7): 900, (9, 9): 30}
        assert machine.spent(before, after) == {1: 65, 7: 0, 9: 30}

    def test_memory_is_the_share_of_pages(self):
        rollup = "55d-7ff ---p 0 00:00 0 [rollup]\nRss:  50000 kB\nPss:   40 kB\nPss_Dirty: 7 kB\n"
        assert machine.proportional_memory(rollup) == 40 * 1024
        with pytest.raises(ValueError, match="Pss"):
            machine.proportional_memory("Rss: 5 kB\n")

    def test_the_listening_socket_is_found_by_its_port(self):
        table = (
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
            "   0: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000 0 0 11 1\n"
            "   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12 1\n"
        )
        assert machine.listening_inode(table, 8080) == "12"
        with pytest.raises(LookupError, match="8081"):
            machine.listening_inode(table, 8081)

    def test_a_process_started_from_here_is_in_the_tree_and_has_spent_time(self):
        before = machine.cpu_times(os.getpid())
        work = "import time\nwhile time.process_time() < 0.05: pass\nprint(flush=True)\ninput()"
        with subprocess.Popen(
            [sys.executable, "-c", work], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as child:
            child.stdout.readline()
            assert machine.tree(os.getpid())[child.pid] == os.getpid()
            spent = machine.spent(before, machine.cpu_times(os.getpid()))
            assert spent[child.pid] >= 40_000_000
            assert 0 <= machine.now() - machine.started_at(child.pid) < 60
            assert machine.memory([child.pid]) > 100_000
            machine.end(child)
        assert child.pid not in machine.tree(os.getpid())


class TestPage:
    def test_the_stored_forms_are_the_page(self, tmp_path):
        body = "Đảng bộ tỉnh Quảng Ninh. ".encode() * 50
        store(body, tmp_path)
        files = {"": "index.html", "gzip": "index.html.gz", "br": "index.html.br"}
        for encoding, name in files.items():
            stored = (tmp_path / name).read_bytes()
            answer = Answer(200, {"content-encoding": encoding}, stored, 0.0)
            assert answer.decoded() == body
            assert not encoding or len(stored) < len(body)

    @pytest.mark.parametrize(
        ("headers", "expected"),
        [
            ({"etag": '"a"', "last-modified": "x"}, {"if-none-match": '"a"'}),
            ({"last-modified": "x"}, {"if-modified-since": "x"}),
            ({}, {}),
        ],
    )
    def test_a_condition_uses_the_best_that_the_server_gave(self, headers, expected):
        assert conditions(Answer(200, headers, b"", 0.0)) == expected

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            ("portal; hit", True),
            ("portal; hit; ttl=30", True),
            ("portal;hit=?1", True),
            ("portal; fwd=miss; stored", False),
            ("portal; hit=?0", False),
            ("hit; fwd=uri-miss", False),
            ("other; fwd=miss, portal; hit", True),
            ("", False),
        ],
    )
    def test_a_hit_is_told_by_its_cache_status(self, status, expected):
        assert is_hit(status) is expected


class TestReport:
    FOUND = {
        r.name: r
        for r in (
            results("portal, edge", 16, memory=42 * 1024 * 1024),
            results("nginx static", 8),
            results("nginx proxy_cache", 16),
            results("wagtail-cache", 320, forms=("gzip", "identity")),
            results("Varnish", 32),
            results(EXPORT, 10),
            results(TWIN, 10),
        )
    }

    def test_a_median_is_taken_over_the_sweeps(self):
        assert results("x", 10).median("gzip", "cpu") == 10
        assert results("x", 10).median("br", "cpu") is None

    def test_a_ratio_says_how_many_hits_the_same_time_gives(self):
        assert ratio(self.FOUND, "portal, edge", "nginx static", "gzip") == 0.5
        assert ratio(self.FOUND, "portal, edge", "wagtail-cache", "gzip") == 20
        assert ratio(self.FOUND, "portal, edge", "wagtail-cache", "304") is None
        assert ratio(self.FOUND, "portal, edge", "nobody", "gzip") is None

    def test_goals_compare_what_was_measured_and_nothing_else(self):
        met = {goal.text: goal.met for goal in goals(Findings(self.FOUND))}
        assert met == {
            "hit, gzip, of nginx static": True,
            "hit, gzip, of nginx proxy_cache": True,
            "hit, gzip, of wagtail-cache": True,
            "hit, identity, of Varnish": False,
            "304, of nginx static": True,
            EXPORTED: True,
            "memory of the edge process, MB": True,
        }

    def test_a_portal_that_exports_nothing_misses_the_goal_of_its_export(self):
        alone = {"portal, edge": self.FOUND["portal, edge"]}
        missed = [goal.text for goal in goals(Findings(alone)) if not goal.met]
        assert missed == [EXPORTED]

    def test_the_experiments_have_goals_too(self):
        found = Findings(
            {},
            lone=LoneHit(idle=50, rendering=80, renders=20, render_ms=30),
            first=FirstHit(edge=0.29, serve=1.2),
            missing=Crowd(renders=1, waited=32, stale=0, slowest_ms=40),
            stale=Crowd(renders=1, waited=2, stale=30, slowest_ms=40),
        )
        assert [(goal.measured, goal.met) for goal in goals(found)] == [
            (1.6, False),
            (0.29, True),
            (1, True),
            (2, False),
        ]
        lines = experiments_table(found).splitlines()
        assert (
            "| lone hit p50, while pages are rendered | 80.0 µs (20 renders, 30 ms each) |" in lines
        )
        told = "made 1 times, 2 waited, 30 had the page that was out of date, slowest 40 ms"
        assert f"| 32 ask at once for a stale page | {told} |" in lines
        assert not [line for line in lines if "single process" in line]

    def test_a_missed_goal_stands_out(self):
        lines = goals_table([Goal("speed", 0.4, 0.5), Goal("time", 0.2, 0.3, at_least=False)])
        assert "| speed | ≥ 0.50 | **0.40** |" in lines
        assert "| time | ≤ 0.30 | 0.20 |" in lines

    def test_the_table_of_servers_has_a_line_for_each(self):
        head, rule, *lines = servers_table(self.FOUND).splitlines()
        assert [line.split(" | ")[0] for line in lines] == [f"| {name}" for name in self.FOUND]
        widths = {line.count(" | ") for line in (head, rule, *lines)}
        assert len(widths) == 1
        assert lines[0].startswith(
            "| portal, edge | 16.0 | 16.0 | - | 16.0 | 0.50 | 20.0 | 62,500 "
        )
        assert lines[0].endswith(" | 0.40 | 9.00 | 42.0 | 0.25 |")

    @pytest.mark.parametrize(
        ("value", "expected"),
        [(None, "-"), (0.523, "0.52"), (8.449, "8.45"), (13.16, "13.2"), (43179, "43,179")],
    )
    def test_numbers_have_the_digits_that_count(self, value, expected):
        assert number(value) == expected

    def test_commands_are_shown_without_the_folders_of_the_machine(self, tmp_path):
        class Bound(Server):
            def __init__(self):
                self.port = 4711

            def environment(self):
                return {"PAGE": f"{tmp_path}/a b"}

            def command(self):
                return ["serve", "--bind", "127.0.0.1:4711", "47110"]

        expected = "PAGE='WORK/a b' serve --bind 127.0.0.1:PORT 47110"
        assert shown(Bound(), tmp_path) == expected


def test_links_lead_to_pages_of_the_portal_once_each():
    page = b'<a href="/tin/">a <a href="/"> <a href="/tin/#x"> <a href="/t/?a=1"> <a href="/tin/">'
    assert links(page + b'<link href="/static/a.css"> <a href="https://a.b/"> <a href="/en/">') == [
        "/tin/",
        "/en/",
    ]


def test_the_packages_of_wagtail_cache_are_pinned():
    lines = REQUIREMENTS.read_text().splitlines()
    assert all(line.startswith("#") or line.count("==") == 1 for line in lines)
