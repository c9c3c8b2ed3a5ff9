"""What is touched with another page, its translations first, and what changes by itself."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import PageViewRestriction

from home.factories import InfoPageFactory, english_home
from news.factories import NewsCategoryFactory, NewsIndexPageFactory, NewsPageFactory
from portal import schedule
from portal.factories import locale
from portal.surroundings import MENU
from tests.touching import below, fresh, hard, named, own, placed, plain_page, soft, touched
from tests.translating import edit, publish, submit, translated, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(site):
    return plain_page(site)


# Translations


@pytest.fixture
def english(site):
    return english_home(site)


def test_a_translation_that_is_published(site, english, page):
    record = submit(page)
    write(record)
    translation = page.get_translation(locale("en"))
    found = touched(lambda: publish(record))
    assert found == soft(own(translation)) | placed(translation, english)


def test_a_translation_that_is_only_written_touches_nothing(site, english, page):
    assert touched(lambda: write(submit(page))) == {}


def test_a_page_that_is_translated_leaves_its_category_as_it_was(site, english):
    translated(site.news)
    category = NewsCategoryFactory()
    article = NewsPageFactory(parent=site.news, category=category)
    in_english = translated(category)
    found = touched(lambda: translated(article))
    assert own(article.get_translation(locale("en"))) in found
    assert not {*named(category), *named(in_english)} & set(found)


def test_the_expiry_of_a_page_is_that_of_its_translation_in_every_list(site, english, page):
    page = edit(page, show_in_menus=True)
    translation = translated(page)
    ends = timezone.now() + timedelta(days=1)
    found = touched(lambda: edit(fresh(page), expire_at=ends))
    assert fresh(translation).expire_at == ends
    expected = placed(translation, english) | hard(own(translation), MENU)
    assert {tag: found[tag] for tag in expected} == expected


def test_what_the_translations_have_already_is_not_touched_again(site, english, page):
    translation = translated(page)
    assert own(translation) not in touched(lambda: edit(fresh(page), title="Tên khác"))


def test_a_page_that_is_withdrawn_takes_its_translation_with_it(site, english, page):
    translation = translated(page)
    found = touched(fresh(page).unpublish)
    expected = hard(own(page), below(page), own(translation), below(translation))
    assert {tag: found.get(tag) for tag in expected} == expected


def test_a_restriction_holds_for_the_translation_too(site, english, page):
    translation = translated(page)
    found = touched(
        lambda: PageViewRestriction.objects.create(
            page=page, restriction_type=PageViewRestriction.LOGIN
        )
    )
    expected = hard(own(page), below(page), own(translation), below(translation))
    assert {tag: found.get(tag) for tag in expected} == expected


# What runs by itself


def test_what_goes_live_by_schedule(site):
    page = InfoPageFactory(parent=site.home, live=False)
    page.go_live_at = timezone.now() - timedelta(minutes=1)
    page.save_revision(approved_go_live_at=page.go_live_at)
    assert touched(schedule.run) == soft(own(page)) | placed(page, site.home)


def test_what_expires_by_schedule(site):
    page = InfoPageFactory(parent=site.home, expire_at=timezone.now() - timedelta(seconds=1))
    found = touched(lambda: call_command("run_schedule"))
    assert found == hard(own(page), below(page)) | placed(page, site.home)


def test_articles_that_move_to_another_list(site, english):
    other = NewsIndexPageFactory(parent=english, locale=english.locale)
    article = NewsPageFactory(parent=site.news)
    found = touched(lambda: fresh(article).move(fresh(other), "last-child"))
    assert fresh(article).listing_id == other.pk
    assert {f"news:{site.news.pk}", f"news:{other.pk}"} <= found.keys()
    assert found[own(article)] is True
