"""What may be wrong in a block: said at the block, in Vietnamese; nothing lost, nothing saved."""

import pytest
from wagtail.test.utils.form_data import rich_text, streamfield

from home.factories import HistoryIndexPageFactory, HistoryPageFactory
from news.factories import NewsPageFactory
from portal.factories import ImageFactory
from portal.roles import EDITORS, MODERATORS
from tests.editing import (
    NO_DATE,
    REQUIRED,
    Says,
    edit_url,
    fill_in,
    items,
    refused,
    sign_in,
    stream,
    too_long,
)

pytestmark = pytest.mark.django_db

NO_PARTIAL_DATE = Says("Write a day as 04/09/1964, a month as 09/1964 or a year as 1964.")


def too_few(number: int) -> Says:
    return Says("The minimum number of items is %(min_num)d", min_num=number)


def link(**given) -> dict:
    return {"text": "", "page": "", "document": "", "address": "", **given}


NO_TARGET = Says("Choose where the link leads: a page, a document or an address.")
TWO_TARGETS = Says("Choose only one: a page, a document or an address.")
NO_PICTURE = {"image": "", "alt_text": ""}

BAD_BLOCKS = {
    "heading without words": ("heading", {"text": "", "level": "2"}, ["text"], REQUIRED),
    "heading too long": (
        "heading", {"text": "x" * 170, "level": "2"}, ["text"], too_long(160, 170),
    ),
    "paragraph without words": ("paragraph", rich_text("<p></p>"), [], REQUIRED),
    "paragraph of spaces": ("paragraph", rich_text("<p> </p><p> </p>"), [], REQUIRED),
    "quotation without words": (
        "quote", {"text": "", "attribution": "Ca dao", "source": ""}, ["text"], REQUIRED,
    ),
    "box without words": (
        "callout", {"tone": "note", "title": "Chú ý", "text": rich_text("")}, ["text"], REQUIRED,
    ),
    "picture block without picture": (
        "image", {"image": NO_PICTURE, "caption": "Lễ", "credit": "", "date": ""},
        ["image", "image"], REQUIRED,
    ),
    "picture with a wrong date": (
        "image", {"image": NO_PICTURE, "caption": "", "credit": "", "date": "32/13/2000"},
        ["date"], NO_DATE,
    ),
    "gallery without pictures": (
        "gallery", {"title": "Ảnh lễ", "images": items()}, ["images"],
        too_few(2),
    ),
    "document block without document": (
        "document", {"document": "", "title": "Công văn", "description": ""},
        ["document"], REQUIRED,
    ),
    "figures without figure": ("numbers", {"title": "", "items": items()}, ["items"], too_few(1)),
    "link that leads nowhere": (
        "links", {"title": "", "links": items(link(text="Cổng tỉnh"))},
        ["links", 0, "page"], NO_TARGET,
    ),
    "link that leads to two places": (
        "links", {"title": "", "links": items(link(page="HOME", address="https://example.org/"))},
        ["links", 0, "page"], TWO_TARGETS,
    ),
    "link to an address that is none": (
        "links", {"title": "", "links": items(link(address="không có"))},
        ["links", 0, "address"], Says("Enter a valid URL."),
    ),
    "embed though no provider is allowed": (
        "embed", "https://www.youtube.com/watch?v=abc", [],
        Says("Embedding from other sites is not allowed on this site."),
    ),
    "signature of nobody": (
        "signature", {"body": "", "person": "", "role": ""}, [],
        Says("Choose a signing body or write a person."),
    ),
}  # fmt: skip


def with_home(value, home):
    """Return form data with the number of the home page in place of the word HOME."""
    if isinstance(value, dict):
        return {key: with_home(inner, home) for key, inner in value.items()}
    return str(home.pk) if value == "HOME" else value


@pytest.mark.parametrize(
    ("kind", "value", "path", "message"), BAD_BLOCKS.values(), ids=BAD_BLOCKS.keys()
)
def test_a_wrong_block_is_said_at_the_block(site, kind, value, path, message):
    article = NewsPageFactory(parent=site.news)
    good = {"text": "Khai mạc", "level": "2"}
    response = refused(
        sign_in(EDITORS), edit_url(article),
        body=streamfield([("heading", good), (kind, with_home(value, site.home))]),
    )  # fmt: skip
    body = stream(response, "body")
    assert body.errors_at(1, *path) == [str(message)]
    assert [block["type"] for block in body.value] == ["heading", kind]
    assert body.value[0]["value"]["text"] == "Khai mạc"
    if isinstance(value, dict):
        shown = body.value[1]["value"]
        for name, given in value.items():
            if isinstance(given, str) and given and not given.startswith("{"):
                # Choices are shown as the list of what is chosen.
                assert shown[name] in (given, [given])


def test_a_picture_block_without_words_is_refused_at_the_words(site):
    picture = ImageFactory()
    article = NewsPageFactory(parent=site.news)
    value = {
        "image": {"image": str(picture.pk), "alt_text": ""},
        "caption": "Lễ", "credit": "", "date": "",
    }  # fmt: skip
    response = refused(sign_in(EDITORS), edit_url(article), body=streamfield([("image", value)]))
    body = stream(response, "body")
    message = Says("Please add some alt text for your image or mark it as decorative")
    assert body.errors_at(0, "image", "alt_text") == [str(message)]
    assert body.value[0]["value"]["image"]["image"]["id"] == picture.pk
    assert body.value[0]["value"]["caption"] == "Lễ"


def test_a_banner_that_ends_before_it_begins_is_refused_at_its_end(site):
    picture = ImageFactory()
    banner = {
        "image": {"image": str(picture.pk), "alt_text": "Vịnh"}, "phone_image": "",
        "title": "Chào mừng", "text": "", "link": link(),
        "show_from": "02/01/2030 10:00", "show_until": "01/01/2030 10:00",
    }  # fmt: skip
    response = refused(
        sign_in(EDITORS), edit_url(site.home), banners=streamfield([("banner", banner)])
    )
    banners = stream(response, "banners")
    message = Says("The end must lie after the beginning.")
    assert banners.errors_at(0, "show_until") == [str(message)]
    shown = banners.value[0]["value"]
    assert (shown["title"], shown["show_until"]) == ("Chào mừng", "01/01/2030 10:00")


@pytest.mark.parametrize("day", ["31/02/1964", "1964-13", "năm 1964", "4/9/64"])
def test_a_milestone_with_a_wrong_date_is_refused_at_the_date(site, day):
    page = HistoryPageFactory(parent=HistoryIndexPageFactory(parent=site.home))
    milestone = {
        "date": day, "title": "Thành lập", "text": rich_text(""), "document_number": "",
        "image": NO_PICTURE,
    }  # fmt: skip
    response = refused(
        sign_in(EDITORS), edit_url(page), body=streamfield([("milestone", milestone)])
    )
    body = stream(response, "body")
    assert body.errors_at(0, "date") == [str(NO_PARTIAL_DATE)]
    assert (body.value[0]["value"]["date"], body.value[0]["value"]["title"]) == (day, "Thành lập")


def test_a_milestone_may_be_known_to_the_month(site):
    page = HistoryPageFactory(parent=HistoryIndexPageFactory(parent=site.home))
    milestone = {
        "date": "09/1964", "title": "Thành lập", "text": rich_text(""), "document_number": "",
        "image": NO_PICTURE,
    }  # fmt: skip
    browser = sign_in(MODERATORS)
    form = fill_in(browser, edit_url(page), body=streamfield([("milestone", milestone)]))
    browser.post(edit_url(page), {**form, "action-publish": "1"})
    page.refresh_from_db()
    assert str(page.body[0].value["date"]) == "1964-09"
