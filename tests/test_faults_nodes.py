"""Two nodes with one database: what is published on one is soon fresh on the other."""

import json
import os

from tests.serving import PAGES, PUBLISH, running, until

# `make bench-nodes` publishes more often than there is time for in the suite.
PUBLICATIONS = int(os.environ.get("PUBLICATIONS", "12"))
# What counts as soon, for 99 of 100. On an idle machine it takes 0.3 s at most.
SECONDS = 1
# Publishes and waits until the other node shows it; prints the seconds that this took, sorted.
MEASURE = """
import json, time, urllib.request
def shown(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/tin-tuc/tin-1/") as answer:
        return answer.read().decode()
took = []
for number in range(COUNT):
    title = f"Lần thứ {number} của tin"
    publish(1, title)
    began = time.monotonic()
    while title not in shown(PORT):
        time.sleep(0.01)
    took.append(time.monotonic() - began)
print(json.dumps(sorted(took)))
"""


def test_what_is_published_on_one_node_is_soon_fresh_on_the_other(copy_database, tmp_path):
    url = copy_database()
    with (
        running(tmp_path / "one", "--workers", "1", DATABASE_URL=url) as one,
        running(tmp_path / "two", "--workers", "1", DATABASE_URL=url) as two,
    ):
        for node in (one, two):
            for page in (PAGES[3], PAGES[5]):
                until(lambda n=node, p=page: n.get(p).says("hit"), 30, "a hit")
            until(lambda n=node: n.get("/readyz").status == 200, 30, "a node in order")
        script = MEASURE.replace("COUNT", str(PUBLICATIONS)).replace("PORT", str(two.port))
        took = json.loads(one.manage(PUBLISH + script))
        print(f"Seconds: median {took[len(took) // 2]:.2f}, p99 {took[len(took) * 99 // 100]:.2f}")
        # Of few, one or two that met a busy moment would be more than one of 100.
        allowed = max(2, PUBLICATIONS // 100)
        assert sum(seconds > SECONDS for seconds in took) <= allowed, took

    # Down meanwhile, it catches up before it answers anything.
    one.manage(
        f"{PUBLISH}publish(2, 'Tin lúc vắng mặt')\nNewsPage.objects.get(slug='tin-3').unpublish()"
    )
    again = {"port": two.port, "wait": False, "DATABASE_URL": url}
    with running(tmp_path / "two", "--workers", "1", **again) as two:
        answers = []
        until(lambda: answers.append(two.get(PAGES[5])) or answers[-1].status, 60, "an answer")
        assert answers[-1].status == 404
        until(lambda: "vắng mặt" in two.get(PAGES[4]).body.decode(), 15, "what was missed")
    # The journal was trimmed past the position of the node: it begins anew.
    one.manage(
        f"{PUBLISH}publish(2, 'Tin đã cắt')\n"
        "from portal.pagecache.models import Change\nChange.objects.all().delete()"
    )
    with running(tmp_path / "two", "--workers", "1", port=two.port, DATABASE_URL=url) as two:
        until(lambda: "Tin đã cắt" in two.get(PAGES[4]).body.decode(), 15, "what was trimmed")
