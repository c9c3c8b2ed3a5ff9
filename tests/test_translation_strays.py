"""Translations that cannot follow their originals to where some alone may read them."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from home.factories import InfoPageFactory
from news.factories import NewsIndexPageFactory, NewsPageFactory
from portal.factories import locale
from tests.touching import fresh
from tests.translating import edit, translated

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(site):
    """A Vietnamese article with an English translation, both live."""
    translated(site.home)
    translated(site.news)
    article = edit(NewsPageFactory(parent=site.news))
    translated(article)
    return article


def in_english(page):
    return type(page).objects.get(translation_key=page.translation_key, locale=locale("en"))


@pytest.fixture
def closed(article):
    """The restriction of an untranslated section in which the original of an article stands."""
    section = NewsIndexPageFactory(parent=article.get_parent().get_parent(), slug="noi-bo")
    made = PageViewRestriction.objects.create(
        page=section, restriction_type=PageViewRestriction.PASSWORD, password="a"
    )
    article.move(section, "last-child")
    return made


def test_a_translation_that_could_not_follow_has_the_restriction_as_it_is_later(article, closed):
    closed.password = "b"
    closed.save()
    own = in_english(article).view_restrictions
    assert own.get().password == "b"
    closed.restriction_type, closed.password = PageViewRestriction.GROUPS, ""
    closed.save()
    for names in (["A", "B"], ["B"], ["C"]):
        closed.groups.set([Group.objects.get_or_create(name=name)[0] for name in names])
        assert own.get().restriction_type == PageViewRestriction.GROUPS
        assert sorted(group.name for group in own.get().groups.all()) == names


def test_a_translation_that_could_not_follow_is_open_when_its_original_is(article, closed):
    outer = InfoPageFactory(parent=closed.page.get_parent(), slug="ngoai")
    above = outer.view_restrictions.create(restriction_type=PageViewRestriction.LOGIN)
    closed.page.move(outer, "last-child")
    closed.refresh_from_db()
    closed.delete()
    own = in_english(article).view_restrictions
    assert own.get().restriction_type == PageViewRestriction.LOGIN
    above.delete()
    assert not own.exists()


def test_a_section_that_leaves_where_some_alone_may_read_frees_all_that_could_not_follow(
    site, article, closed
):
    section = InfoPageFactory(parent=site.home, slug="muc")
    page = edit(InfoPageFactory(parent=section, slug="trang"))
    in_english_too = [translated(edit(section)), translated(page)]
    section.move(closed.page, "last-child")
    assert all(page.view_restrictions.exists() for page in in_english_too)
    fresh(section).move(fresh(site.home), "last-child")
    assert not any(page.view_restrictions.exists() for page in in_english_too)


def test_what_an_editor_has_set_on_a_translation_that_could_not_follow_stays(article, closed):
    own = in_english(article).view_restrictions.get()
    own.password = "set by an editor"
    own.save()
    closed.delete()
    assert in_english(article).view_restrictions.get().password == "set by an editor"


def test_a_translation_does_not_open_its_original(article, closed):
    section = in_english(article).get_parent()
    kept = article.view_restrictions.create(restriction_type=PageViewRestriction.LOGIN)
    PageViewRestriction.objects.create(page=section, restriction_type="login").delete()
    assert article.view_restrictions.get() == kept
