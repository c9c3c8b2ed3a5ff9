"""The edge and those who mean it ill: what is kept, for whom, and under which address."""

import pytest
from wagtail.contrib.redirects.models import Redirect

from news.factories import NewsPageFactory
from portal.pagecache.node import local
from tests.fronting import ask


def stored_keys() -> list[str]:
    return [key for (key,) in local().store.rows("SELECT key FROM entry ORDER BY key")]


# Addresses: one page never answers for another


@pytest.mark.parametrize("sign", ["%3F", "%3f"])
def test_an_encoded_question_mark_does_not_answer_for_a_query(front, site, sign):
    article = NewsPageFactory(parent=site.news)
    query = f"older={article.pk}"
    assert ask(front, f"/tin-tuc/{sign}{query}").status == 404
    honest = ask(front, f"/tin-tuc/?{query}")
    assert not honest.is_hit
    assert stored_keys() in ([], [f"http://testserver/tin-tuc/?{query}"])


def test_an_encoded_hash_is_kept_under_no_key(front):
    assert ask(front, "/tin-tuc/%23x/").status == 404
    assert stored_keys() == []


@pytest.mark.parametrize("path", ["/t%C3%ACm/", "/%ff/", "/%E2%80%AE/", "/%00", "/a%0d%0ab/"])
def test_what_is_not_ascii_or_not_printable_is_answered_but_not_kept(front, path):
    assert ask(front, path).status == 404
    assert stored_keys() == []


def test_a_missing_page_with_a_query_of_its_own_is_not_answered_by_the_one_without(front, site):
    assert ask(front, "/default.aspx").status == 404
    Redirect.add_redirect("/default.aspx?tabid=5", "/tin-tuc/", is_permanent=True)
    answer = ask(front, "/default.aspx?tabid=5")
    assert (answer.status, answer["Location"]) == (301, "/tin-tuc/")


def test_a_redirect_keeps_the_query_that_it_carries(front):
    bare = ask(front, "/tin-tuc")
    assert (bare.status, bare["Location"]) == (301, "/tin-tuc/")
    carrying = ask(front, "/tin-tuc?older=5")
    assert (carrying.status, carrying["Location"]) == (301, "/tin-tuc/?older=5")
    assert ask(front, "/tin-tuc").is_hit


def test_a_redirect_to_a_query_is_not_the_redirect_without(front, site):
    Redirect.add_redirect("/cu/", site.news, is_permanent=True)
    Redirect.add_redirect("/cu/?id=7", site.home, is_permanent=True)
    assert ask(front, "/cu/")["Location"].endswith("/tin-tuc/")
    assert not ask(front, "/cu/?id=7")["Location"].endswith("/tin-tuc/")
    assert ask(front, "/cu/")["Location"].endswith("/tin-tuc/")


def test_a_wrong_value_of_a_heeded_key_does_not_stand_for_the_page(front, site):
    NewsPageFactory(parent=site.news)
    assert ask(front, "/tin-tuc/?older=bad").status == 404
    assert ask(front, "/tin-tuc/").status == 200
    assert ask(front, "/tin-tuc/?utm_source=x").status == 200
    again = ask(front, "/tin-tuc/?older=bad&utm_source=x")
    assert (again.status, again.is_hit) == (404, True)
    assert ask(front, "/tin-tuc/").is_hit


def test_the_parts_of_a_long_sitemap_are_told_apart(front, site, monkeypatch):
    from portal.translation.sitemap import PageSitemap

    monkeypatch.setattr(PageSitemap, "limit", 1)
    first, second = (ask(front, f"/sitemap-pages.xml{query}") for query in ("", "?p=2"))
    assert (first.status, second.status) == (200, 200)
    assert first.body != second.body
    assert ask(front, "/sitemap-pages.xml?p=2").body == second.body
    assert ask(front, "/sitemap-pages.xml?x=2").body == first.body
