"""Where an article goes when it is moved, and which articles are shown beside it."""

from datetime import UTC, datetime, timedelta

import pytest

from home.factories import HomePageFactory
from news.factories import NewsCategoryFactory, NewsIndexPageFactory
from news.models import NewsPage, RelatedNews
from tests.lists import article, english_news

pytestmark = pytest.mark.django_db

NOON = datetime(2024, 8, 15, 12, tzinfo=UTC)


@pytest.fixture
def english(site):
    return english_news(site)


@pytest.fixture
def category(db):
    return NewsCategoryFactory(name="Sự kiện", slug="su-kien")


def test_an_article_that_is_moved_is_listed_where_it_went(site, client):
    other_home = HomePageFactory(title="Trang khác", slug="khac")
    other = NewsIndexPageFactory(parent=other_home)
    moved = article(site, "Chuyển đi", date=NOON)
    stays = article(site, "Ở lại", date=NOON)
    moved.move(other, "last-child")
    moved.refresh_from_db()
    assert moved.listing == other
    assert [a.title for a in site.news.shown()] == ["Ở lại"]
    assert [a.title for a in other.shown()] == ["Chuyển đi"]
    stays.refresh_from_db()
    assert stays.listing_id == site.news.pk


def test_a_list_that_is_moved_keeps_its_articles(site):
    article(site, "Tin")
    other_home = HomePageFactory(title="Trang khác", slug="khac")
    site.news.move(other_home, "last-child")
    site.news.refresh_from_db()
    assert [a.title for a in site.news.shown()] == ["Tin"]
    assert NewsPage.objects.get().url_path.startswith("/khac/tin-tuc/")


def test_an_article_knows_the_one_before_and_the_one_after_it(site):
    oldest = article(site, "Cũ nhất", date=NOON - timedelta(days=1))
    first = article(site, "Cùng lúc, trước", date=NOON)
    second = article(site, "Cùng lúc, sau", date=NOON)
    article(site, "Nháp", date=NOON, live=False)
    newest = article(site, "Mới nhất", date=NOON + timedelta(days=1))
    assert oldest.neighbours() == (None, first)
    assert first.neighbours() == (oldest, second)
    assert second.neighbours() == (first, newest)
    assert newest.neighbours() == (second, None)


def relate(one, *others):
    for order, other in enumerate(others):
        RelatedNews.objects.create(
            article=one, page=other, sort_order=order, locale_id=one.locale_id
        )


def test_chosen_articles_are_related_in_the_order_of_the_editor(site, category):
    one = article(site, "Tin", category=category)
    article(site, "Cùng chuyên mục", category=category)
    chosen = [article(site, f"Chọn {n}", date=NOON - timedelta(days=(n * 2) % 3)) for n in range(3)]
    hidden = article(site, "Nháp", live=False)
    relate(one, chosen[1], hidden, chosen[0], chosen[2])
    assert one.related() == [chosen[1], chosen[0], chosen[2]]


def test_without_a_choice_the_newest_of_the_category_are_related(site, category):
    same = [
        article(site, f"Tin {n}", date=NOON - timedelta(days=n), category=category)
        for n in range(7)
    ]
    article(site, "Chuyên mục khác", date=NOON)
    assert same[0].related() == same[1:5]
    assert same[3].related() == [same[0], same[1], same[2], same[4]]
    hidden = article(site, "Nháp", live=False)
    relate(same[6], hidden)
    assert same[6].related() == same[:4]


def test_a_choice_is_shown_in_the_language_of_the_article(site, english):
    one = article(site, "Tin")
    other = article(site, "Liên quan")
    relate(one, other)
    piece = article(site, "Piece", parent=english, locale=english.locale)
    translated = article(
        site, "Related", parent=english, locale=english.locale,
        translation_key=other.translation_key,
    )  # fmt: skip
    relate(piece, other)
    assert piece.related() == [translated]
    assert one.related() == [other]
