"""Snippets that are translated, or no more, and the kept pages that show them."""

import pytest
from django.urls import reverse

from home.factories import InfoPageFactory, english_home
from news.factories import NewsCategoryFactory
from portal.factories import UserFactory, locale
from portal.translation.guard import is_untranslated
from tests.fronting import ask
from tests.translating import committing, publish, submit, translated, write


@pytest.fixture
def news(site):
    """The English list of news."""
    english_home(site)
    with committing():
        return translated(site.news)


@pytest.fixture
def category(site, front, news):
    """A category that is submitted for translation, while readers look at the English list."""
    category = NewsCategoryFactory(name="Video", slug="video", description="")
    with committing():
        category.record = submit(category)
    assert b"Video" not in ask(front, news.url).body
    assert ask(front, news.url).is_hit
    return category


def stop(client, record):
    client.force_login(UserFactory(is_superuser=True))
    with committing():
        client.post(reverse("wagtail_localize:stop_translation", args=[record.pk]))


def is_shown_soon(front, address: str, words: bytes) -> bool:
    """Whether a page shows ``words``, or is being made anew."""
    answer = ask(front, address)
    return words in answer.body or "ttl=" in answer.cache_status


def test_a_category_of_the_same_name_comes_to_the_list_when_it_is_published(front, news, category):
    with committing():
        write(category.record, words=lambda text: text)
        publish(category.record)
    assert is_shown_soon(front, news.url, b"Video")


def test_a_category_whose_translation_is_stopped_comes_to_the_list(client, front, news, category):
    stop(client, category.record)
    assert is_shown_soon(front, news.url, b"Video")


def test_a_category_that_is_written_and_not_published_is_shown_to_nobody(front, news, category):
    with committing():
        write(category.record, words=lambda _text: "Films")
    assert is_untranslated(category.get_translation(locale("en")))
    assert b"Video" not in ask(front, news.url).body


def test_an_identity_whose_translation_is_stopped_comes_to_all_pages(client, front, site):
    english = english_home(site)
    with committing():
        record = submit(site.identity)
    InfoPageFactory(parent=english, slug="page", locale=english.locale)
    in_vietnamese = b'foot__identity" lang="vi"'
    assert in_vietnamese in ask(front, "/en/page/").body
    stop(client, record)
    answer = ask(front, "/en/page/")
    assert in_vietnamese not in answer.body or "ttl=" in answer.cache_status
