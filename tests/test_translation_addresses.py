"""The address alone decides the language; nothing that a browser sends does."""

import pytest
from django.conf import settings as django_settings
from wagtail.users.models import UserProfile

from home.factories import InfoPageFactory, LocationMapPageFactory
from news.factories import NewsPageFactory
from portal.factories import UserFactory
from tests.translating import translated

pytestmark = pytest.mark.django_db

PREFERENCES = ["en", "vi", "en-US,en;q=0.9,vi;q=0.1", "zh-Hans", "*"]


@pytest.fixture
def bilingual(site):
    """A site with an article and both home pages."""
    translated(site.home, words=lambda text: "English home")
    translated(site.news, words=lambda text: "News")
    NewsPageFactory(parent=site.news, slug="tin", legacy_number=7)
    LocationMapPageFactory(parent=site.home)
    InfoPageFactory(parent=site.home, slug="thong-tin")
    return site


PUBLIC = [
    "/", "/en/", "/tin-tuc/", "/en/news/", "/tin-tuc/tin/", "/tin-tuc/rss.xml",
    "/tin-tuc/feed.json", "/ban-do-truc-tuyen/places.geojson", "/thong-tin/",
    "/sitemap.xml", "/sitemap-pages.xml", "/robots.txt",
]  # fmt: skip
MISSING = ["/khong-co/", "/en/nowhere/", "/en/tin-tuc/tin/", "/fr/", "/media/images/khong-co.jpg"]
REDIRECTS = ["/cu/bai-viet-7/", "/tin-tuc"]


@pytest.mark.parametrize("path", [*PUBLIC, *MISSING, *REDIRECTS])
def test_no_answer_to_a_reader_varies(bilingual, client, path):
    response = client.get(path)
    assert response.status_code == (200 if path in PUBLIC else 404 if path in MISSING else 301)
    assert "Vary" not in response.headers
    assert not response.cookies


@pytest.mark.parametrize("path", ["/", "/en/", "/tin-tuc/tin/", "/khong-co/", "/en/tin-tuc/tin/"])
def test_no_preference_changes_a_page(bilingual, client, path):
    plain = client.get(path)
    language = "en" if path.startswith("/en/") else "vi"
    assert f'<html lang="{language}">' in plain.content.decode()
    for preference in PREFERENCES:
        response = client.get(path, headers={"accept-language": preference})
        assert response.content == plain.content
        assert response.headers.get("Content-Language") == plain.headers["Content-Language"]
        client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = preference
        assert client.get(path).content == plain.content
        client.cookies.clear()


def test_nobody_is_sent_to_another_language(bilingual, client):
    response = client.get("/", headers={"accept-language": "en"})
    assert response.status_code == 200
    assert response.headers["Content-Language"] == "vi"


def test_the_source_language_has_one_address(bilingual, client):
    assert client.get("/vi/").status_code == 404
    assert client.get("/vi/tin-tuc/").status_code == 404


def test_the_admin_is_in_the_language_of_its_user(bilingual, client):
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    for code in ("vi", "en"):
        UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": code})
        assert f'<html lang="{code}"' in client.get("/admin/").content.decode()


def test_what_depends_on_the_session_says_so(bilingual, client):
    assert "Cookie" in client.get("/admin/login/").headers["Vary"]
