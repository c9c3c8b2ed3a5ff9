"""What readers are told where a page is not there in their language."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from home.factories import HistoryIndexPageFactory, HistoryPageFactory, InfoPageFactory
from news.factories import NewsPageFactory
from portal.factories import locale
from tests.translating import edit, submit, translated

pytestmark = pytest.mark.django_db

VIETNAMESE_LETTERS = set(
    "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹĂÂĐÊÔƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆ"
)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Languages(HTMLParser):
    """Collects (language, text) of a document, by the nearest lang attribute around each text."""

    SPOKEN = ("alt", "aria-label", "title", "placeholder", "content")

    def __init__(self, document: str):
        super().__init__()
        self.open: list[str] = [""]
        self.tags: list[str] = []
        self.found: list[tuple[str, str]] = []
        self.feed(document)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        language = attrs.get("lang") or self.open[-1]
        self.found += [(language, attrs[name]) for name in self.SPOKEN if attrs.get(name)]
        if tag not in VOID:
            self.open.append(language)
            self.tags.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.open.pop()
            assert self.tags.pop() == tag

    def handle_data(self, data):
        if self.tags and self.tags[-1] not in ("script", "style"):
            self.found.append((self.open[-1], data.strip()))


def unmarked_vietnamese(document: str) -> list[str]:
    """Return the Vietnamese texts in the body of a document that are not said to be Vietnamese.

    The title of the document can't be marked; it may end with the organisation's own name.
    """
    language = re.search(r'<html lang="([^"]+)"', document)[1]
    body = re.search(r"<body\b.*</body>", document, re.DOTALL)[0]
    return [
        text
        for language, text in Languages(f'<div lang="{language}">{body}</div>').found
        if language != "vi" and set(text) & VIETNAMESE_LETTERS
    ]


@pytest.fixture
def english(site):
    """The English home page and list of news."""
    translated(site.home, words=lambda text: "English home")
    return translated(site.news, words=lambda text: "News")


def test_the_reader_of_this_test_sees_what_is_not_marked():
    document = (
        '<html lang="en"><body><p>Tin tức</p><p lang="vi">Tin</p><img alt="Ảnh"></body></html>'
    )
    assert unmarked_vietnamese(document) == ["Tin tức", "Ảnh"]


def test_a_missing_translation_says_so_and_leads_to_the_original(site, english, client):
    article = NewsPageFactory(parent=site.news, title="Bản tin đầu")
    response = client.get("/en/tin-tuc/ban-tin-dau/")
    document = response.content.decode()
    assert response.status_code == 404
    assert '<html lang="en">' in document
    assert "This page has not been translated yet" in document
    assert f'href="{article.url}" hreflang="vi"' in document
    assert ("vi", "Bản tin đầu") in Languages(document).found
    assert unmarked_vietnamese(document) == []


def test_the_switcher_leads_to_that_notice(site, english, client):
    article = NewsPageFactory(parent=site.news, title="Bản tin đầu")
    document = client.get(article.url).content.decode()
    assert 'href="/en/tin-tuc/ban-tin-dau/"' in document
    assert 'hreflang="en"' not in document.split('class="languages"')[1].split("</nav>")[0]


def test_an_address_that_is_nowhere_is_not_found_in_the_asked_language(site, english, client):
    response = client.get("/en/nowhere/")
    document = response.content.decode()
    assert response.status_code == 404
    assert "There is no page at this address" in document
    assert "This page has not been translated yet" not in document
    assert unmarked_vietnamese(document) == []


@pytest.mark.parametrize("why", ["draft", "expired", "restricted", "restricted above"])
def test_nothing_is_said_of_an_original_that_readers_may_not_see(site, english, client, why):
    index = HistoryIndexPageFactory(parent=site.home)
    page = HistoryPageFactory(parent=index, title="Bí mật đầu tiên")
    if why == "draft":
        page.unpublish()
    elif why == "expired":
        type(page).objects.update(expire_at=timezone.now() - timedelta(seconds=1))
    else:
        PageViewRestriction.objects.create(
            page=page if why == "restricted" else index,
            restriction_type=PageViewRestriction.LOGIN,
        )
    response = client.get("/en/lich-su/bi-mat-dau-tien/")
    assert response.status_code == 404
    assert "Bí mật" not in response.content.decode()


def test_a_submitted_translation_is_missing_until_it_is_published(site, english, client):
    article = edit(NewsPageFactory(parent=site.news, title="Bản tin đầu"))
    submit(article)
    for path in ("/en/news/ban-tin-dau/", "/en/tin-tuc/ban-tin-dau/"):
        response = client.get(path)
        assert response.status_code == 404
        assert unmarked_vietnamese(response.content.decode()) == []


def test_a_page_written_in_english_alone_says_so_in_vietnamese(site, english, client):
    InfoPageFactory(parent=english.get_parent().specific, title="For visitors", locale=locale("en"))
    response = client.get("/for-visitors/")
    document = response.content.decode()
    assert response.status_code == 404
    assert '<html lang="vi">' in document
    assert 'href="/en/for-visitors/" hreflang="en"' in document
    assert ("en", "For visitors") in Languages(document).found


def test_a_language_whose_home_page_is_not_live_shows_no_vietnamese_as_its_own(site, client):
    submit(edit(site.home))
    for path in ("/en/", "/en/tin-tuc/"):
        response = client.get(path)
        document = response.content.decode()
        assert response.status_code == 404
        assert '<html lang="en">' in document
        assert unmarked_vietnamese(document) == []


def test_a_language_that_is_not_turned_on_shows_no_vietnamese_as_its_own(site, client):
    document = client.get("/en/tin-tuc/").content.decode()
    assert '<html lang="en">' in document
    assert unmarked_vietnamese(document) == []


def test_pages_mark_what_is_borrowed_from_the_original(site, english, client):
    site.identity.name = "Đảng bộ Khối các cơ quan tỉnh"
    site.identity.address = "Phường Hồng Hà, thành phố Hạ Long"
    site.identity.tagline = "Đoàn kết, đổi mới"
    site.identity.save()
    article = edit(NewsPageFactory(parent=site.news, title="Bản tin đầu"))
    translated(article.category, words=lambda text: "Activities")
    translated(article, words=lambda text: "Words in English")
    for path in ("/en/", "/en/news/", article.get_translation(locale("en")).url):
        response = client.get(path)
        document = response.content.decode()
        assert response.status_code == 200
        assert "Đảng bộ" in document
        assert unmarked_vietnamese(document) == []
