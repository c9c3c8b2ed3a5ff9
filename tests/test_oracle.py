"""What readers get is the truth after any sequence of edits, and a change touches little else."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from home.demo.bulk import add_articles
from news.factories import NewsCategoryFactory
from news.models import NewsPage
from tests.editing import sign_in
from tests.fronting import ask
from tests.oracle.machine import HOST, Oracle
from tests.oracle.marks import Marks
from tests.oracle.portals import Truth, entries
from tests.oracle.site import World, build, publish
from tests.translating import committing

STEPS = 14
# What is found is seldom long; a sequence costs its first look at every address.
SHORT = settings(
    max_examples=1,
    stateful_step_count=STEPS,
    derandomize=True,
    deadline=None,
    database=None,
    # Making a failure smaller would take longer than reading it.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
ARTICLES = 1000
ORIGIN = "http://testserver"


@pytest.fixture
def quiet():
    """Leave out the warnings about addresses without a page, which are looked at on purpose."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def built(db, kept_connection, quiet):
    marks = Marks()
    build(marks, HOST, 80, committing)
    return World(marks, sign_in(is_superuser=True))


def test_readers_get_the_truth_after_any_edits(built):
    machines = []

    def machine():
        machines.append(Oracle(built))
        return machines[-1]

    run_state_machine_as_test(machine, settings=SHORT)
    assert len(set(machines[0].made)) >= STEPS * 2 // 3


# Precision


@pytest.fixture
def archive(front, site, quiet):
    """A site with a thousand articles, of which those around the 500th are kept, and the lists."""
    for number in range(4):
        NewsCategoryFactory(slug=f"muc-{number}", locale=site.home.locale)
    with committing():
        add_articles(ARTICLES)
    articles = list(NewsPage.objects.order_by("-date"))
    asked = [*articles[:20], *articles[490:511], *articles[-5:]]
    # Renditions, and the first look of the store at the journal.
    for address in ["/", "/tin-tuc/", *(article.url for article in asked)]:
        ask(front, address)
        assert ask(front, address).is_hit, address
    return articles


def touched_by(change) -> set[str]:
    """Return the addresses that ``change()`` makes stale or drops."""
    before = entries()
    with committing():
        change()
    after = entries()
    now = timezone.now().timestamp()
    return {key.removeprefix(ORIGIN) for key in before if key not in after or after[key][1] <= now}


def test_editing_an_old_article_touches_it_and_those_that_show_it(front, archive):
    article = archive[500]
    article.title = "Một tiêu đề khác"
    beside = {archive[499].url, archive[501].url}
    assert touched_by(lambda: publish(article)) == {article.url, *beside}


def test_editing_the_text_of_an_old_article_touches_no_other_article_but_those(front, archive):
    article = archive[500]
    article.lead = "Một dẫn khác."
    touched = touched_by(lambda: publish(article))
    assert touched <= {article.url, archive[499].url, archive[501].url}


def test_a_new_article_touches_the_lists_that_show_it_its_neighbour_and_its_category(
    front, site, archive
):
    newest = archive[0]
    article = NewsPage(
        title="Mới nhất", slug="moi-nhat", lead="Dẫn.", category=newest.category,
        date=timezone.now() + timedelta(seconds=1), live=False,
    )  # fmt: skip
    site.news.refresh_from_db()
    truth, kept = Truth("testserver"), [key.removeprefix(ORIGIN) for key in entries()]
    before = truth.ask(kept)
    touched = touched_by(lambda: publish(site.news.add_child(instance=article)))
    after = truth.ask(kept)
    differing = {address for address in kept if not after[address].says_the_same(before[address])}
    others = {a.url for a in archive if a.category_id != newest.category_id} - {newest.url}
    assert {"/tin-tuc/", newest.url} <= differing <= touched
    assert not touched & others
    # Of the articles of the category those that stand among its newest do not show themselves.
    assert len(touched - differing) <= 6
