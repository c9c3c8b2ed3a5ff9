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
from portal.pagecache import fill
from portal.pagecache.node import local
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
def articles(front, site, quiet):
    """A thousand articles in four categories, the newest first."""
    for number in range(4):
        NewsCategoryFactory(slug=f"muc-{number}", locale=site.home.locale)
    with committing():
        add_articles(ARTICLES)
    return list(NewsPage.objects.select_related("category").order_by("-date"))


@pytest.fixture
def archive(front, articles):
    """The articles, of which those around the 500th are kept, and the lists."""
    asked = [*articles[:20], *articles[490:511], *articles[-5:]]
    keep(front, ["/", "/tin-tuc/", *(article.url for article in asked)])
    return articles


def keep(front, addresses) -> None:
    """Let all of ``addresses`` be kept."""
    # Once more: renditions, and the first look of the store at the journal.
    ask(front, "/")
    for address in addresses:
        if "; stored" not in ask(front, address).cache_status:
            assert ask(front, address).is_hit, address


def refresh(front, addresses) -> None:
    """Let ``addresses`` be made anew and kept."""
    with local().store.writing() as writer:
        writer.remove([f"{ORIGIN}{address}" for address in addresses])
    local().announce()
    keep(front, addresses)


def touched_by(change) -> set[str]:
    """Return the addresses that ``change()`` makes stale or drops."""
    before = entries()
    with committing():
        change()
    after = entries()
    now = timezone.now().timestamp()
    return {key.removeprefix(ORIGIN) for key in before if key not in after or after[key][1] <= now}


def bodies() -> dict[str, str]:
    """Return the text of everything that is kept, by address."""
    rows = local().store.rows("SELECT key, identity FROM entry")
    return {key.removeprefix(ORIGIN): body.decode() for key, body in rows}


def lists_of(site, articles) -> list[str]:
    """Return the addresses of lists and feeds of each kind, and every year and category."""
    months = {timezone.localtime(article.date) for article in (*articles[:40], *articles[490:511])}
    categories = [site.news.category_url(c) for c in {article.category for article in articles}]
    return [
        "/", "/tin-tuc/", "/tin-tuc/rss.xml", "/tin-tuc/?oldest=1", "/sitemap-pages.xml",
        *categories, *(f"{address}rss.xml" for address in categories),
        *(f"/tin-tuc/{year}/" for year in site.news.years()),
        *sorted({f"/tin-tuc/{day.year}/{day.month}/" for day in months}),
    ]  # fmt: skip


def test_of_all_addresses_of_a_thousand_articles_those_are_touched_that_show_a_change(
    front, site, articles, monkeypatch
):
    # Which takes as long as making a page.
    monkeypatch.setattr(fill, "encoded", lambda body, _content_type: {"identity": body})
    lists = lists_of(site, articles)
    keep(front, [*(article.url for article in articles), *lists])
    kept = bodies()
    assert len(kept) == ARTICLES + len(lists)
    article = articles[500]
    article.title = "Một tiêu đề khác"
    shown = {address for address, body in kept.items() if f'{article.url}"' in body}
    assert {article.url, articles[499].url, articles[501].url} < shown
    assert touched_by(lambda: publish(article)) == shown | {"/sitemap-pages.xml"}

    refresh(front, shown | {"/sitemap-pages.xml"})
    site.news.refresh_from_db()
    newest, day = articles[0], timezone.localtime(articles[0].date)
    made = newer_than(newest)
    category = site.news.category_url(newest.category)
    expected = {a.url for a in articles if a.category_id == newest.category_id} | {newest.url}
    expected |= {"/tin-tuc/", "/tin-tuc/rss.xml", category, f"{category}rss.xml"}
    expected |= {f"/tin-tuc/{day.year}/", f"/tin-tuc/{day.year}/{day.month}/"}
    touched = touched_by(lambda: publish(site.news.add_child(instance=made)))
    assert touched == expected | {"/sitemap-pages.xml"}


def newer_than(newest: NewsPage) -> NewsPage:
    """Return an article that is newer than all others, in the same category, not yet saved."""
    return NewsPage(
        title="Mới nhất", slug="moi-nhat", lead="Dẫn.", category=newest.category,
        date=newest.date + timedelta(seconds=1), live=False,
    )  # fmt: skip


def test_editing_the_text_of_an_old_article_touches_no_other_article_but_those(front, archive):
    article = archive[500]
    article.lead = "Một dẫn khác."
    touched = touched_by(lambda: publish(article))
    assert touched <= {article.url, archive[499].url, archive[501].url}


def test_a_new_article_touches_the_lists_that_show_it_its_neighbour_and_its_category(
    front, site, archive
):
    newest = archive[0]
    article = newer_than(newest)
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
