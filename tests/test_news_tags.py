"""What an article touches: the lists and neighbours in which it stands, all of them and no others.

Lists are really rendered, with what they note while they are; a change must touch a tag of each
list that it makes different.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.signals import request_started
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Page, PageViewRestriction

from news import archive, tags
from news.archive import cursor_of
from news.factories import NewsCategoryFactory, NewsPageFactory
from news.models import NewsPage
from portal import surroundings
from portal.pagecache import collector, journal
from portal.pagecache.collector import collecting
from tests.lists import article

pytestmark = pytest.mark.django_db

# The middle of a month that lies years back, so that nothing here depends on today.
NOON = datetime(2019, 8, 15, 5, tzinfo=UTC)


def ask(client, address: str) -> tuple[bytes, frozenset]:
    """Return what readers see at ``address``, made anew, and what it is made from."""
    surroundings.forget()
    with collecting() as notes:
        response = client.get(address)
    assert response.status_code in (200, 302, 404)
    return response.content, frozenset(notes.tags)


def touched(act) -> set[str]:
    before = journal.position()
    act()
    return {tag for tag, _hard in journal.since(before).changes}


def many(site, count, *, first=NOON, step=timedelta(days=1), **fields):
    """Articles of which each is older than the one before it."""
    return [
        article(site, f"Bài {number:03d}", date=first - number * step, **fields)
        for number in range(count)
    ]


def fresh(page):
    return NewsPage.objects.get(pk=page.pk)


# One article among many


@pytest.fixture
def full(site):
    """Sixty articles of one category, one a day, and ten older ones of another."""
    category, other = NewsCategoryFactory(), NewsCategoryFactory()
    return many(site, 60, category=category) + many(
        site, 10, first=NOON - timedelta(days=400), category=other
    )


def test_a_new_article_touches_its_lists_and_its_neighbours(site, full):
    newest, middle = full[0], full[45]
    made = []

    def publish(date):
        return touched(
            lambda: made.append(article(site, "Mới", date=date, category=middle.category))
        )

    here = {
        tags.every(site.news.pk),
        tags.of_year(site.news.pk, 2019),
        tags.of_category(site.news.pk, middle.category_id),
    }
    windows = {
        tags.newest(site.news.pk, size, category)
        for size in tags.WINDOWS
        for category in (None, middle.category_id)
    }
    found = publish(middle.date + timedelta(hours=1))
    about_it = {
        f"wagtailcore.page:{made[0].pk}", "pages", "missing", "structure",
        f"children:{site.news.pk}", f"translations:{made[0].translation_key}",
    }  # fmt: skip
    assert found - about_it == here | {
        tags.of_month(site.news.pk, timezone.localtime(middle.date)),
        tags.beside(full[44].pk),
        tags.beside(full[45].pk),
        # Fewer than the larger window lie behind it.
        tags.oldest(site.news.pk),
    }
    found = {tag for tag in publish(newest.date + timedelta(hours=1)) if tag.startswith("news")}
    assert found == here | windows | {
        tags.of_month(site.news.pk, timezone.localtime(newest.date)),
        tags.beside(newest.pk),
    }


def test_an_article_whose_text_changes_touches_no_list(site, full):
    page = fresh(full[20])
    page.title = "Tên khác"
    assert touched(lambda: page.save_revision().publish()) == {
        f"wagtailcore.page:{page.pk}", "pages",
    }  # fmt: skip


def test_an_article_that_changes_its_month_touches_both(site, full):
    page = fresh(full[45])
    before = timezone.localtime(page.date)
    page.date -= timedelta(days=100)
    found = touched(lambda: page.save_revision().publish())
    assert {
        tags.of_month(site.news.pk, before),
        tags.of_month(site.news.pk, timezone.localtime(page.date)),
        tags.beside(full[44].pk),
        tags.beside(full[46].pk),
        tags.beside(full[59].pk),
        tags.beside(full[60].pk),
    } <= found


def test_an_article_of_a_new_year_touches_the_list_of_years(site, full):
    assert tags.years(site.news.pk) in touched(
        lambda: article(site, "Xưa", date=datetime(2001, 3, 1, tzinfo=UTC))
    )
    assert tags.years(site.news.pk) not in touched(lambda: article(site, "Thêm", date=NOON))


def test_a_draft_touches_nothing(site, full):
    assert touched(lambda: article(site, "Nháp", live=False, category=full[0].category)) == set()


def test_few_pages_of_many_bear_what_a_new_article_touches(site, full, client):
    """Of sixty articles in the list only those that show it are made anew."""
    notes = {page.pk: ask(client, page.get_url())[1] for page in full[:60]}
    middle = full[45]
    made = []
    found = touched(
        lambda: made.append(
            article(site, "Mới", date=middle.date + timedelta(hours=1), category=middle.category)
        )
    )
    assert {pk for pk, tagged in notes.items() if tagged & found} == {full[44].pk, full[45].pk}


# The windows, months and ends


def test_a_window_is_the_smallest_that_is_large_enough():
    small, large = tags.WINDOWS
    assert tags.newest(1, small) == tags.newest(1, 1)
    assert tags.newest(1, small + 1) == tags.newest(1, large) != tags.newest(1, small)
    assert tags.newest(1, large + 1) == tags.every(1)
    assert tags.newest(1, large + 1, 7) == tags.of_category(1, 7)


def test_months_are_counted_in_the_time_zone_of_the_site():
    """17:00 in Greenwich on the last day of a month is the next month in Vietnam."""
    first = datetime(2019, 7, 31, 16, 59, tzinfo=UTC)
    last = datetime(2019, 8, 31, 17, 0, tzinfo=UTC)
    assert tags.between(5, first, last) == ["news:5:2019-07", "news:5:2019-08", "news:5:2019-09"]
    assert tags.between(5, first, first) == ["news:5:2019-07"]
    december = datetime(2019, 12, 15, tzinfo=UTC)
    assert tags.between(5, december, december + timedelta(days=31)) == [
        "news:5:2019-12", "news:5:2020-01",
    ]  # fmt: skip


def test_too_many_months_are_the_whole_of_the_news():
    first = datetime(2001, 1, 1, tzinfo=UTC)
    assert tags.between(5, first, datetime(2019, 1, 1, tzinfo=UTC)) == [tags.every(5)]
    assert tags.between(5, first, datetime.max.replace(tzinfo=UTC)) == [tags.every(5)]


@pytest.mark.parametrize("name", ["older", "newer"])
@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_cursor_from_the_ends_of_time_is_answered(site, full, client, name, year):
    response = client.get(f"/tin-tuc/?{name}={year}1231235959000000-1")
    assert response.status_code == 200


def test_an_article_between_the_cursor_and_the_first_of_a_slice_is_noticed(site, client):
    """The cursor may lie months before the first article that follows it."""
    newer = many(site, 13, first=NOON)
    older = many(site, 13, first=NOON - timedelta(days=200))
    address = f"/tin-tuc/?older={cursor_of(newer[-1])}"
    before, noted = ask(client, address)
    assert older[0].title in before.decode()
    found = touched(lambda: article(site, "Ở giữa", date=NOON - timedelta(days=100)))
    after, _noted = ask(client, address)
    assert "Ở giữa" in after.decode()
    assert noted & found


def test_the_last_article_behind_a_slice_takes_the_way_on_with_it(site, client):
    newer = many(site, 25)
    last = article(site, "Cuối", date=NOON - timedelta(days=300))
    address = f"/tin-tuc/?older={cursor_of(newer[12])}"
    assert "?older=" in ask(client, address)[0].decode()
    noted = ask(client, address)[1]
    found = touched(fresh(last).delete)
    assert f"?older={cursor_of(newer[-1])}" not in ask(client, address)[0].decode()
    assert noted & found


# Whatever is done: every list that differs was touched

DAYS = st.integers(min_value=0, max_value=1500)


@st.composite
def plans(draw):
    """Dates of the articles at first, and what is done to some of them."""
    begin = draw(st.lists(DAYS, min_size=1, max_size=20))
    kinds = ("add", "date", "delete", "unpublish", "pin", "category", "expire", "restrict")
    steps = st.tuples(st.sampled_from(kinds), st.integers(0, 10_000), DAYS)
    return begin, draw(st.lists(steps, min_size=1, max_size=2))


def change(site, categories, kind, which, day):
    """Do one thing to one article."""
    date = NOON - timedelta(days=day)
    live = list(NewsPage.objects.filter(live=True).order_by("pk"))
    if kind == "add" or not live:
        article(site, f"Thêm {which}-{day}", date=date, category=categories[day % 2])
        return
    page = live[which % len(live)]
    if kind in ("delete", "unpublish"):
        getattr(page, kind)()
    elif kind == "restrict":
        found = PageViewRestriction.objects.filter(page=page)
        if found.exists():
            found.get().delete()
        else:
            PageViewRestriction.objects.create(
                page=page, restriction_type=PageViewRestriction.LOGIN
            )
    else:
        values = {
            "date": ("date", date),
            "pin": ("is_pinned", not page.is_pinned),
            "category": ("category", categories[day % 2]),
            "expire": ("expire_at", timezone.now() + timedelta(days=day + 1)),
        }
        setattr(page, *values[kind])
        page.save()


def addresses(site, categories) -> list[str]:
    """The lists, and slices from places within them; articles themselves."""
    index = site.news.get_url()
    found = [index, f"{index}?oldest=1", f"{index}rss.xml", "/"]
    found += [f"{index}{year}/" for year in range(2015, 2020)]
    found += [f"{index}2019/{month}/" for month in (3, 8)]
    found += [site.news.category_url(category) for category in categories]
    live = list(NewsPage.objects.filter(live=True).order_by("-date", "-pk"))
    for page in live[:: max(1, len(live) // 3)]:
        cursor = cursor_of(page)
        found += [page.get_url(), f"{index}?older={cursor}", f"{index}?newer={cursor}"]
        found.append(f"{site.news.category_url(categories[0])}?older={cursor}")
    return found


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plan=plans())
def test_no_list_differs_that_was_not_touched(site, client, monkeypatch, plan):
    """Small slices and windows, so that a few articles reach over every edge."""
    monkeypatch.setattr(archive, "PAGE_SIZE", 3)
    monkeypatch.setattr(archive.read, "__defaults__", (3,))
    monkeypatch.setattr(tags, "WINDOWS", (6, 12))
    NewsPage.objects.all().delete()
    site.news.refresh_from_db()
    categories = list(site.news.categories()) or [NewsCategoryFactory() for _ in range(2)]
    for number, day in enumerate(plan[0]):
        article(
            site, f"Bài {number}", date=NOON - timedelta(days=day), category=categories[number % 2]
        )
    for step in plan[1]:
        before = {address: ask(client, address) for address in addresses(site, categories)}
        found = touched(lambda step=step: change(site, categories, *step))
        above = {f"below:{pk}" for pk in (site.home.pk, site.news.pk)}
        assert not found & above
        for address, (content, noted) in before.items():
            if ask(client, address)[0] != content:
                assert noted & found, (step, address)


def test_what_an_article_shows_of_others_is_noted(kept_connection, site, client):
    """Of its neighbours and of those beside it."""
    three = many(site, 3, category=NewsCategoryFactory())
    request_started.send(sender=None, environ={})
    content, noted = ask(client, three[1].get_url())
    for page in three:
        assert page.title in content.decode()
        assert collector.tag_of(Page, page.pk) in noted


def test_an_article_without_a_list_is_no_ones_neighbour(site):
    lost = NewsPageFactory(parent=site.home, slug="ngoai")
    assert lost.listing_id is None
    found = touched(fresh(lost).unpublish)
    assert not [tag for tag in found if tag.startswith("news")]
