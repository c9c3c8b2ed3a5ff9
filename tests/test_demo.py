"""The demo site as a whole: built from nothing, read in every language, safe to build again."""

from io import StringIO
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Locale, Page, PageLogEntry

from home.demo import build
from home.demo.site import clear
from home.factories import small_site
from home.models import HistoryPage, HomePage, LocationMapPage
from news.models import NewsCategory, NewsPage
from portal.models import Identity, PortalRendition, User
from tests.editing import Says

# Large enough to show, small enough to be drawn and encoded quickly.
SCALE = 0.05


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo site, built once for the tests of this module and removed afterwards."""
    from django.conf import settings

    with django_db_blocker.unblock():
        before, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("media")
        builder = build.Demo(lambda text: None, scale=SCALE)
        builder.translator = builder.build()
        yield builder
        clear()
        Locale.objects.filter(language_code=build.TARGET).delete()
        PageLogEntry.objects.all().delete()
        settings.MEDIA_ROOT = before


def live(language: str, model=NewsPage):
    return model.objects.live().filter(locale__language_code=language)


def test_the_tree_is_sound(demo, db):
    assert Page.find_problems() == ([], [], [], [], [])


def test_every_text_that_is_translated_has_its_english(demo, db):
    assert demo.translator.missing == []


def test_there_is_as_much_of_everything_as_a_visitor_should_see(demo, db):
    articles = live("vi")
    assert articles.count() >= 24
    assert len({article.date.year for article in articles}) >= 4
    assert NewsCategory.objects.filter(locale__language_code="vi").count() >= 6
    assert articles.count() / 4 < live("en").count() < articles.count() / 2
    history = live("vi", HistoryPage).get()
    kinds = [block.block_type for block in history.body]
    assert kinds.count("milestone") >= 12
    assert kinds.count("honour") == 4
    assert live("vi", LocationMapPage).get().places.count() == 3
    identity = Identity.objects.get(locale__language_code="vi")
    assert identity.former_names.count() == 3
    assert identity.carried_visits == 1_522_258
    for model in (HomePage, HistoryPage, LocationMapPage):
        assert live("en", model).count() == 1


def test_every_page_answers_in_every_language(demo, db):
    client = Client()
    pages = Page.objects.live().filter(depth__gte=2)
    assert {page.locale.language_code for page in pages} == {"vi", "en"}
    for page in pages.select_related("locale"):
        response = client.get(page.get_url())
        html = response.content.decode()
        assert response.status_code == 200, page.get_url()
        assert f'<html lang="{page.locale.language_code}"' in html
        assert "picture-missing" not in html, page.get_url()


def test_the_other_addresses_of_the_news_answer(demo, db):
    client = Client()
    for path in ("2023/", "2023/8/", "rss.xml", "atom.xml", "feed.json"):
        assert client.get(f"/tin-tuc/{path}").status_code == 200, path
        assert client.get(f"/en/news/{path}").status_code == 200, path
    for path in ("/tin-tuc/chuyen-muc/tuyen-giao/", "/en/news/category/party-building/"):
        assert client.get(path).status_code == 200, path


def test_the_sitemap_lists_every_live_page(demo, db):
    content = Client().get("/sitemap-pages.xml").content
    listed = ElementTree.fromstring(content).findall("{*}url")
    assert len(listed) == Page.objects.live().filter(depth__gte=2).count()


def test_a_reader_of_an_outdated_translation_is_told(demo, db):
    client = Client()
    changed = live("vi").filter(pk__in=demo.changed_after).first()
    outdated = changed.get_translation(demo.target)
    assert "notice--outdated" in client.get(outdated.get_url()).content.decode()
    fresh = live("en").order_by("date").first()
    assert "notice--outdated" not in client.get(fresh.get_url()).content.decode()


def test_an_article_without_translation_says_so_in_english(demo, db):
    untranslated = next(page for page in live("vi") if not page.has_translation(demo.target))
    response = Client().get(f"/en{untranslated.get_url()}")
    html = response.content.decode()
    assert response.status_code == 404
    assert untranslated.get_url() in html
    assert '<html lang="en"' in html


def test_old_addresses_still_lead_to_their_pages(demo, db):
    client = Client()
    for number, path in (("221132", "/tin-tuc/"), ("221605", "/lich-su/")):
        response = client.get(f"/dang-uy-khoi/mot-bai-cu-{number}")
        assert response.status_code == 301
        following = client.get(response.url, follow=True)
        assert following.status_code == 200
        assert path in following.redirect_chain[-1][0] if following.redirect_chain else True


def test_reading_the_whole_site_makes_no_rendition(demo, db):
    before = PortalRendition.objects.count()
    client = Client()
    for page in Page.objects.live().filter(depth__gte=2):
        client.get(page.get_url())
    assert PortalRendition.objects.count() == before


LEFT = Says("The site has content already; it was left as it is.")


def test_the_demo_is_left_as_it_is_the_second_time(demo, db):
    said = StringIO()
    before = Page.objects.count()
    call_command("load_demo", stdout=said)
    assert said.getvalue() == f"{LEFT}\n"
    assert Page.objects.count() == before


class TestWithoutTheDemo:
    """Sites of the tests' own."""

    @pytest.fixture(autouse=True)
    def own_folder(self, settings, tmp_path):
        settings.VAR_DIR = tmp_path

    def test_a_site_with_content_of_its_own_is_refused(self, db):
        site = small_site()
        with pytest.raises(CommandError, match="không phải nội dung mẫu"):
            call_command("load_demo")
        assert HomePage.objects.get().pk == site.home.pk

    def test_a_site_with_content_is_left_alone_when_asked_to(self, db):
        small_site()
        said = StringIO()
        call_command("load_demo", "--if-empty", stdout=said)
        assert said.getvalue() == f"{LEFT}\n"

    def test_an_empty_start_has_what_an_organisation_fills_in(self, db, client):
        clear()
        call_command("load_demo", "--empty", stdout=StringIO())
        assert client.get("/").status_code == 200
        assert client.get("/tin-tuc/").status_code == 200
        assert Identity.objects.count() == 1
        assert not User.objects.exists()

    def test_a_negative_number_of_articles_is_refused(self, db):
        with pytest.raises(CommandError, match="--articles"):
            call_command("load_demo", "--articles", "-1")
