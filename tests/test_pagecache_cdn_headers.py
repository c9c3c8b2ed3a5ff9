"""What answers say to caches in front of the portal: for how long, and by which tags to purge."""

import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from news.factories import NewsPageFactory
from portal.pagecache import cdn, follower
from portal.pagecache.node import local
from tests.fronting import ask


@pytest.fixture
def for_cdn(settings):
    """PAGECACHE settings for a CDN; must stand before ``front``."""
    settings.PAGECACHE = {**settings.PAGECACHE, "s_maxage": 3600, "surrogate_header": "Cache-Tag"}


def s_maxage(answer) -> int:
    return int(re.search(r"s-maxage=(\d+)", answer["Cache-Control"])[1])


def test_a_page_may_be_kept_in_front_for_a_while_and_bears_its_tags(for_cdn, front, site):
    follower.follow()
    ask(front, "/tin-tuc/")
    answer = ask(front, "/tin-tuc/")
    assert answer.is_hit
    assert s_maxage(answer) == 3600
    assert f"wagtailcore.page:{site.news.pk}" in answer["Cache-Tag"].split(",")


def test_nothing_out_of_date_may_be_kept_in_front(for_cdn, front, site):
    """Else the page that is served while it is made anew would stay there after the purge."""
    follower.follow()
    ask(front, "/tin-tuc/")
    with local().store.writing() as writer:
        writer.execute("UPDATE entry SET soft_at = ?", (time.time() - 1,))
    local().words.bump()
    answer = ask(front, "/tin-tuc/")
    assert answer.is_hit
    assert "ttl=" in answer.cache_status
    assert s_maxage(answer) == 0


def test_a_page_that_ends_soon_is_kept_in_front_until_then_only(for_cdn, front, site):
    article = NewsPageFactory(parent=site.news, expire_at=timezone.now() + timedelta(minutes=1))
    follower.follow()
    made, again = ask(front, article.url), ask(front, article.url)
    assert again.is_hit
    assert 0 < s_maxage(made) <= 60
    assert 0 < s_maxage(again) <= 60


def test_tags_that_find_no_room_are_named_by_their_groups():
    tags = {f"wagtailcore.page:{n}" for n in range(5000)}
    for name, separator in (("Surrogate-Key", " "), ("Cache-Tag", ",")):
        few = cdn.tags_header(name, {"a:1", "b:2"})
        assert few.split(separator) == ["a:1", "b:2"]
        value = cdn.tags_header(name, tags)
        assert len(value) <= cdn.HEADER_LIMIT
        assert {cdn.group_of(tag) for tag in tags} == set(value.split(separator))


def test_a_tag_that_would_fall_apart_is_named_by_its_group():
    assert cdn.tags_header("Surrogate-Key", {"two words"}) == cdn.group_of("two words")
