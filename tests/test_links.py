"""Links to pages lead only to what readers may see."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from news.factories import NewsPageFactory
from portal.blocks import LinkBlock, LinkListBlock

pytestmark = pytest.mark.django_db

ADDRESS = "https://a.example/"


def link_to(page):
    block = LinkBlock()
    return block.to_python({"text": "", "page": page.pk, "document": None, "address": ""})


def test_a_link_takes_address_and_words_from_its_page(site):
    page = NewsPageFactory(parent=site.news, title="Hội nghị", slug="hoi-nghi")
    link = link_to(page)
    assert (link.url, link.words) == ("/tin-tuc/hoi-nghi/", "Hội nghị")


@pytest.mark.parametrize(
    "state", [{"live": False}, {"expire_at": timezone.now() - timedelta(minutes=1)}]
)
def test_a_page_that_is_not_public_gives_neither_address_nor_title(site, state):
    link = link_to(NewsPageFactory(parent=site.news, title="Bản nháp kín", **state))
    assert (link.url, link.words) == ("", "")


def test_a_page_that_some_alone_may_read_is_linked_in_the_editors_words_only(site):
    page = NewsPageFactory(parent=site.news, title="Họp kín", slug="hop-kin")
    PageViewRestriction.objects.create(
        page=site.news, restriction_type=PageViewRestriction.PASSWORD, password="mật khẩu"
    )
    link = link_to(page)
    assert (link.url, link.words) == ("", "")
    link["text"] = "Tài liệu họp"
    assert (link.url, link.words) == ("/tin-tuc/hop-kin/", "Tài liệu họp")


def test_a_list_leaves_out_a_link_that_leads_nowhere(site):
    draft = NewsPageFactory(parent=site.news, title="Bản nháp kín", live=False)
    block = LinkListBlock()
    value = block.to_python(
        {
            "title": "Liên kết",
            "links": [
                {"type": "item", "value": {"text": "Ẩn", "page": draft.pk}, "id": "1"},
                {"type": "item", "value": {"text": "Hiện", "address": ADDRESS}, "id": "2"},
            ],
        }
    )
    html = block.render(value)
    assert "Hiện" in html
    assert "Ẩn" not in html
    assert 'href=""' not in html
