"""A great many articles made at once are articles like any other."""

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, Site

from home.demo.bulk import BATCH, YEARS, add_articles
from home.factories import small_site
from news.factories import NewsCategoryFactory, NewsPageFactory
from news.models import NewsPage
from portal.factories import UserFactory
from tests.lists import titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles(site):
    """The twenty articles that were added to a site with two categories."""
    NewsCategoryFactory(slug="su-kien")
    NewsCategoryFactory(slug="thong-bao")
    add_articles(20)
    return NewsPage.objects.order_by("-date")


def tree_is_sound() -> bool:
    return not any(Page.find_problems())


def test_each_article_opens_and_is_listed(site, client, articles):
    listed = titles(client.get("/tin-tuc/")) + titles(client.get("/tin-tuc/?oldest=1"))
    assert {article.title for article in articles} == set(listed)
    for article in articles:
        response = client.get(article.get_url())
        assert response.status_code == 200
        assert article.title in response.content.decode()


def test_articles_have_what_saved_ones_have(site, articles):
    article = articles[0]
    made = {field.attname: getattr(article, field.attname) for field in article._meta.fields}
    article.save()
    article.refresh_from_db()
    kept = {field.attname: getattr(article, field.attname) for field in article._meta.fields}
    assert made == kept
    assert article.listing_id == site.news.pk
    assert article.category.locale_id == article.locale_id
    assert article.get_parent().specific == site.news


def test_articles_are_spread_over_years_and_none_lies_in_the_future(articles, client):
    years = client.get("/tin-tuc/").context["years"]
    assert len(years) in (YEARS, YEARS + 1)
    assert articles[0].date < articles[0].first_published_at.now(tz=articles[0].date.tzinfo)


def test_the_tree_and_the_slugs_are_sound_however_often_articles_are_added(site, articles):
    articles[3].delete()
    articles.order_by("path").first().delete()
    add_articles(BATCH + 5)
    NewsPageFactory(parent=Page.objects.get(pk=site.news.pk).specific, title="Tin làm bằng tay")
    add_articles(3)
    site.news.refresh_from_db()
    assert tree_is_sound()
    children = site.news.get_children()
    assert site.news.numchild == children.count() == 18 + BATCH + 5 + 1 + 3
    assert children.values("slug").distinct().count() == site.news.numchild
    assert children.values("translation_key").distinct().count() == site.news.numchild


def test_the_same_seed_makes_the_same_articles(site):
    add_articles(5, seed=7)
    first = list(NewsPage.objects.order_by("path").values_list("title", "category_id"))
    Site.objects.all().delete()
    small_site()
    add_articles(5, seed=7)
    assert list(NewsPage.objects.order_by("path").values_list("title", "category_id")) == first


def test_a_site_without_categories_gets_articles_without_one(site, client):
    add_articles(2)
    assert len(titles(client.get("/tin-tuc/"))) == 2


def test_the_lists_that_were_remembered_know_the_new_articles(site, client):
    assert titles(client.get("/tin-tuc/")) == []
    assert client.get("/tin-tuc/").context["years"] == []
    add_articles(3)
    assert len(client.get("/tin-tuc/").context["years"]) > 1


def test_the_explorer_and_the_editor_open(site, client, articles):
    client.force_login(UserFactory(is_superuser=True))
    assert articles[0].title in client.get(f"/admin/pages/{site.news.pk}/").content.decode()
    assert client.get(f"/admin/pages/{articles[0].pk}/edit/").status_code == 200


def test_an_article_can_be_published_again_and_found_by_the_search(site, articles):
    article = articles[0]
    article.title = "Một tên khác hẳn"
    article.save_revision().publish()
    call_command("update_index", verbosity=0)
    assert [found.pk for found in NewsPage.objects.search("khác hẳn")] == [article.pk]


def test_a_site_without_a_list_of_news_is_refused(db):
    site = small_site()
    site.news.delete()
    with pytest.raises(CommandError, match="không có danh sách tin nào"):
        add_articles(1)
    assert not NewsPage.objects.exists()


def test_nothing_is_added_when_nothing_is_asked_for(site):
    add_articles(0)
    assert not NewsPage.objects.exists()
    assert tree_is_sound()
