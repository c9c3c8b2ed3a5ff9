"""Whoever is killed while articles are published: nothing stale, torn or lost afterwards."""

import gzip
import os
import random
import signal
import sqlite3
import subprocess
import sys

import brotli

from tests.serving import PAGES, PUBLISH, ROOT, Load, family, running, until

# A publisher that is killed after the commit and before anybody is told.
KILLED = f"""{PUBLISH}
import os
from portal.pagecache import follower
from django.db import transaction
with transaction.atomic():
    publish(5, "Tin của người bị giết")
    transaction.on_commit(lambda: os._exit(9))
    from django.db import connection
    connection.run_on_commit.sort(key=lambda entry: entry[1] is follower.follow)
"""


# Asked with a session, Django answers anew and nothing is kept.
ANEW = {"Cookie": f"sessionid={'x' * 32}"}


def test_whoever_is_killed_while_articles_are_published(copy_database, tmp_path):
    url = copy_database()
    choose = random.Random(7)
    with running(tmp_path / "var", "--workers", "2", DATABASE_URL=url) as portal:
        for path in PAGES:
            until(lambda p=path: portal.get(p).says("hit"), 30, f"a hit of {path}")
        with Load(portal, PAGES) as load:
            for turn, target in enumerate(["portal.render", "portal.front", "portal.render"]):
                loop = f"for n in range(12): publish(n % 5, f'Lượt {turn} lần {{n}} của tin')"
                publisher = subprocess.Popen(
                    [sys.executable, "-c", f"import django; django.setup()\n{PUBLISH}{loop}"],
                    cwd=ROOT,
                    env=portal.environment,
                )
                load.go_on(choose.randint(1, 3))
                main = choose.choice(portal.mains(target))
                victims = [main, *family(main)]
                os.kill(choose.choice(victims), signal.SIGKILL)
                assert publisher.wait(90) == 0
                until(lambda: portal.get("/khong-co/").status == 404, 30, "an answer")
        died = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{KILLED}"],
            cwd=ROOT,
            env=portal.environment,
        )
        assert died.returncode == 9
        until(
            lambda: "người bị giết" in portal.get("/tin-tuc/tin-5/").body.decode(), 20, "the news"
        )
        for path in PAGES:
            until(
                lambda p=path: portal.get(p).body == portal.get(p, headers=ANEW).body,
                20,
                f"{path} as it is",
            )
    assert_whole(next((tmp_path / "var" / "pagecache").glob("pages-*.sqlite3")))


def assert_whole(path) -> None:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT key, identity, gzip, br FROM entry").fetchall()
    connection.close()
    assert len(rows) > len(PAGES)
    for key, identity, packed, br in rows:
        if packed is not None:
            assert gzip.decompress(packed) == identity, key
        if br is not None:
            assert brotli.decompress(br) == identity, key
