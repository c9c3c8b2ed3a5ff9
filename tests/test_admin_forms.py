"""What the admin does to the text it is given: cleaned on save and on paste, lines put in place."""

import json
import unicodedata

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.test.utils.form_data import rich_text, streamfield

from home.factories import LocationMapPageFactory, PlaceFactory
from news.factories import NewsPageFactory
from news.models import NewsPage
from portal.factories import ImageFactory, SigningBodyFactory
from portal.roles import EDITORS, MODERATORS
from tests.editing import Says, edit_url, fill_in, items, said, sign_in, stored, typed

pytestmark = pytest.mark.django_db

# "Đảng bộ Khối" and "Đại hội Đảng bộ" as a document of the nineties holds them.
TCVN3, VNI = "§¶ng bé Khèi", "Ñaïi hoäi Ñaûng boä"
TOLD_TCVN3 = Says(
    "Text typed in the TCVN3 (ABC) encoding was converted to Unicode: please read it through."
)
TOLD_VNI = Says("Text typed in the VNI encoding was converted to Unicode: please read it through.")


def latest(page) -> NewsPage:
    return NewsPage.objects.get(pk=page.pk).get_latest_revision_as_object()


def save(browser, page, action: str = "", **changes):
    """Save ``page`` with ``changes``; return what the editor sees next."""
    form = fill_in(browser, edit_url(page), **changes)
    return browser.post(edit_url(page), {**form, action or "save": "1"}, follow=True)


def warnings(response) -> str:
    soup = BeautifulSoup(response.content, "html.parser")
    return " ".join(tag.get_text(" ") for tag in soup.select(".messages > ul > li.warning"))


# On save


def test_old_encodings_are_converted_in_every_field_and_the_editor_is_told(site):
    article = NewsPageFactory(parent=site.news)
    editor = sign_in(EDITORS)
    response = save(
        editor, article, title=TCVN3, lead=TCVN3, seo_title=TCVN3, listing_summary=TCVN3,
        source_name=VNI,
    )  # fmt: skip
    page = latest(article)
    assert [page.title, page.lead, page.seo_title, page.listing_summary] == ["Đảng bộ Khối"] * 4
    assert page.source_name == "Đại hội Đảng bộ"
    assert str(TOLD_TCVN3) in warnings(response)
    assert str(TOLD_VNI) in warnings(response)
    assert "Đảng bộ Khối" in warnings(response)


def test_old_encodings_are_converted_in_every_kind_of_block(site):
    article = NewsPageFactory(parent=site.news)
    picture = ImageFactory()
    image = {"image": str(picture.pk), "alt_text": TCVN3}
    captioned = {"image": image, "caption": TCVN3, "credit": "", "date": ""}
    cells = {"data": [[TCVN3, "1"], [None, ""]], "cell": [], "mergeCells": []}
    link = {"text": TCVN3, "page": "", "document": "", "address": "https://example.org/"}
    save(
        sign_in(EDITORS), article,
        body=streamfield([
            ("heading", {"text": TCVN3, "level": "2"}),
            ("paragraph", rich_text(f"<p>{TCVN3} <b>{TCVN3}</b></p>")),
            ("quote", {"text": TCVN3, "attribution": "", "source": ""}),
            ("callout", {"tone": "note", "title": "", "text": rich_text(f"<p>{TCVN3}</p>")}),
            ("image", captioned),
            ("gallery", {"title": TCVN3, "images": items(captioned, captioned)}),
            ("table", {"caption": "", "table": json.dumps(cells)}),
            ("links", {"title": "", "links": items(link)}),
        ]),
    )  # fmt: skip
    heading, paragraph, quote, callout, image, gallery, table, links = latest(article).body
    assert heading.value["text"] == "Đảng bộ Khối"
    assert "Đảng bộ Khối <b>Đảng bộ Khối</b>" in paragraph.value.source
    assert quote.value["text"] == "Đảng bộ Khối"
    assert "Đảng bộ Khối" in callout.value["text"].source
    assert image.value["caption"] == "Đảng bộ Khối"
    assert image.value["image"].contextual_alt_text == "Đảng bộ Khối"
    assert gallery.value["title"] == "Đảng bộ Khối"
    assert [one["caption"] for one in gallery.value["images"]] == ["Đảng bộ Khối"] * 2
    assert table.value["table"]["data"] == [["Đảng bộ Khối", "1"], [None, ""]]
    assert links.value["links"][0]["text"] == "Đảng bộ Khối"
    assert links.value["links"][0]["address"] == "https://example.org/"


def test_old_encodings_are_converted_in_the_places_of_a_map_page(site):
    page = LocationMapPageFactory(parent=site.home)
    place = PlaceFactory(page=page)
    response = save(
        sign_in(MODERATORS), page, "action-publish",
        **{"places-0-name": TCVN3, "places-0-note": unicodedata.normalize("NFD", "Tầng sáu")},
    )  # fmt: skip
    place.refresh_from_db()
    assert (place.name, place.note) == ("Đảng bộ Khối", "Tầng sáu")
    assert str(TOLD_TCVN3) in warnings(response)


@pytest.mark.parametrize("action", ["save", "action-publish", "action-submit"])
def test_the_editor_is_told_once_whatever_they_pressed(site, action):
    article = NewsPageFactory(parent=site.news)
    response = save(sign_in(MODERATORS), article, action, lead=TCVN3)
    assert sum(str(TOLD_TCVN3) in line for line in said(response)) == 1


def test_the_editor_of_a_new_page_is_told(site):
    category = NewsPageFactory(parent=site.news).category
    editor = sign_in(EDITORS)
    address = f"/admin/pages/add/news/newspage/{site.news.pk}/"
    form = fill_in(
        editor, address, title=TCVN3, slug="moi", lead="Câu dẫn.", category=str(category.pk)
    )
    response = editor.post(address, form, follow=True)
    assert NewsPage.objects.get(slug="moi").title == "Đảng bộ Khối"
    assert sum(str(TOLD_TCVN3) in line for line in said(response)) == 1


def test_text_that_is_in_order_is_saved_as_it_is_and_nothing_is_said(site):
    article = NewsPageFactory(parent=site.news)
    text = '<p data-block-key="abcde">Café ở <b>Hạ Long</b>, 20 °C – “êm”.</p>'
    response = save(
        sign_in(EDITORS), article, title="Kết quả quý I/2024: tăng 3,5 %",
        body=streamfield([("paragraph", rich_text(text))]),
    )  # fmt: skip
    assert latest(article).title == "Kết quả quý I/2024: tăng 3,5 %"
    assert "Café ở <b>Hạ Long</b>, 20 °C – “êm”." in latest(article).body[0].value.source
    assert warnings(response) == ""


def test_a_form_that_comes_back_shows_the_converted_text(site):
    article = NewsPageFactory(parent=site.news)
    editor = sign_in(EDITORS)
    form = fill_in(editor, edit_url(article), title=TCVN3, date="31/02/2026 10:00")
    response = editor.post(edit_url(article), form)
    assert typed(response)["title"] == "Đảng bộ Khối"
    assert typed(response)["date"] == "31/02/2026 10:00"


def test_autosave_converts_and_leaves_the_telling_to_the_next_save(site):
    article = NewsPageFactory(parent=site.news)
    editor = sign_in(EDITORS)
    form = fill_in(editor, edit_url(article), lead=TCVN3)
    answer = editor.post(edit_url(article), form, headers={"Accept": "application/json"}).json()
    assert latest(article).lead == "Đảng bộ Khối"
    assert warnings(editor.get(edit_url(article))) == ""
    form |= {"overwrite_revision_id": str(answer["revision_id"])}
    assert str(TOLD_TCVN3) in warnings(editor.post(edit_url(article), form, follow=True))


def test_snippets_are_cleaned_as_well(site):
    moderator = sign_in(MODERATORS)
    address = "/admin/snippets/portal/signingbody/add/"
    moderator.post(address, fill_in(moderator, address, name=TCVN3))
    assert "Đảng bộ Khối" in moderator.get("/admin/snippets/portal/signingbody/").content.decode()


# On paste


def test_the_editor_carries_the_script_and_its_address(site):
    editor = sign_in(EDITORS)
    soup = BeautifulSoup(editor.get(edit_url(site.home)).content, "html.parser")
    script = soup.find("script", attrs={"data-paste-url": True})
    assert "portal/admin/paste.js" in script["src"]
    assert script["data-paste-url"] == "/admin/paste/"


def test_the_address_cleans_what_is_pasted(site):
    editor = sign_in(EDITORS)
    pasted = json.dumps({"html": f"<p class=MsoNormal>{TCVN3}</p>", "text": TCVN3})
    answer = editor.post("/admin/paste/", pasted, content_type="application/json").json()
    assert answer["text"] == "Đảng bộ Khối"
    assert str(TOLD_TCVN3) in [notice["message"] for notice in answer["notices"]]


def test_the_address_is_for_those_of_the_admin_alone(site):
    for browser in (Client(), sign_in()):
        response = browser.post("/admin/paste/", "{}", content_type="application/json")
        assert response.status_code == 302
        assert "/admin/login/" in response.url


def test_the_address_asks_for_the_token_of_the_session(site):
    editor = sign_in(EDITORS)
    editor.handler.enforce_csrf_checks = True
    response = editor.post("/admin/paste/", "{}", content_type="application/json")
    assert response.status_code == 403


# Lines that belong elsewhere


@pytest.fixture
def article(site):
    """A draft with a line for a caption beneath its picture, and a signature as its last line."""
    picture = ImageFactory()
    article = NewsPageFactory(parent=site.news, live=False)
    article.body = [
        ("image", {"image": picture, "caption": "", "credit": "", "date": None}),
        ("paragraph", "<p>Ảnh: Lễ kỷ niệm ngày thành lập tại Hạ Long.</p><p>Sáng nay có lễ.</p>"),
        ("paragraph", "<p>Buổi lễ đã thành công.</p><p>Ban Tuyên giáo Đảng uỷ Khối</p>"),
    ]
    article.body[0].value["image"].contextual_alt_text = "Lễ"
    article.save_revision()
    return NewsPage.objects.get(pk=article.pk)


def offers(response) -> dict[str, str]:
    """Return the offers above a page: what each one asks, by the address of its button."""
    soup = BeautifulSoup(response.content, "html.parser")
    return {
        button["data-w-action-url-value"]: " ".join(button.find_parent("li").get_text(" ").split())
        for button in soup.select(".messages button[data-w-action-url-value]")
    }


def test_a_caption_and_a_signature_are_offered_when_the_page_is_opened(article):
    found = offers(sign_in(EDITORS).get(edit_url(article)))
    caption, signature = sorted(found)
    assert f"/suggestions/{article.pk}/caption/" in caption
    assert "Lễ kỷ niệm ngày thành lập tại Hạ Long." in found[caption]
    assert f"/suggestions/{article.pk}/signature/" in signature
    assert "Ban Tuyên giáo Đảng uỷ Khối" in found[signature]


def test_they_are_offered_right_after_saving(site):
    article = NewsPageFactory(parent=site.news)
    text = rich_text("<p>Buổi lễ đã thành công.</p><p>Ban Tuyên giáo Đảng uỷ Khối</p>")
    response = save(sign_in(EDITORS), article, body=streamfield([("paragraph", text)]))
    assert len(offers(response)) == 1


def test_applying_them_makes_new_drafts_and_publishes_nothing(article):
    editor = sign_in(EDITORS)
    caption, signature = sorted(offers(editor.get(edit_url(article))))
    for address in (caption, signature):
        response = editor.post(address, follow=True)
        assert str(Says("Done, and saved as a new draft.")) in " ".join(said(response))
    assert offers(response) == {}
    page = latest(article)
    image, first, last, signed = page.body
    assert image.value["caption"] == "Lễ kỷ niệm ngày thành lập tại Hạ Long."
    assert image.value["image"].contextual_alt_text == "Lễ"
    assert "Sáng nay có lễ." in first.value.source
    assert "Ảnh:" not in first.value.source
    assert "Tuyên giáo" not in last.value.source
    assert signed.block_type == "signature"
    assert signed.value["person"] == "Ban Tuyên giáo Đảng uỷ Khối"
    assert page.latest_revision.user == editor.user
    assert NewsPage.objects.get(pk=article.pk).revisions.count() == 3
    assert not page.live


def test_a_signature_that_names_an_office_becomes_that_office(article):
    office = SigningBodyFactory(name="Ban Tuyên giáo Đảng ủy Khối")
    editor = sign_in(EDITORS)
    editor.post(sorted(offers(editor.get(edit_url(article))))[1])
    signed = latest(article).body[-1].value
    assert (signed["body"], signed["person"]) == (office, "")


def test_an_offer_that_no_longer_holds_changes_nothing(article):
    editor = sign_in(EDITORS)
    caption = sorted(offers(editor.get(edit_url(article))))[0]
    editor.post(caption)
    before = stored()
    response = editor.post(caption, follow=True)
    assert str(Says("The text has changed since: nothing was moved.")) in " ".join(said(response))
    assert stored() == before


def test_an_offer_is_carried_out_by_post_alone(article):
    editor = sign_in(EDITORS)
    caption = sorted(offers(editor.get(edit_url(article))))[0]
    before = stored()
    assert editor.get(caption).status_code == 405
    assert stored() == before


def test_who_may_not_edit_the_page_cannot_carry_out_an_offer(article, site):
    address = sorted(offers(sign_in(EDITORS).get(edit_url(article))))[0]
    before = stored()
    for browser in (Client(), sign_in(), sign_in("Translators (en)")):
        response = browser.post(address)
        assert response.status_code in (302, 403)
    assert stored() == before


def test_nothing_is_offered_or_moved_while_the_page_waits_for_approval(article):
    editor = sign_in(EDITORS)
    address = sorted(offers(editor.get(edit_url(article))))[0]
    workflow = article.get_workflow()
    workflow.start(article, editor.user)
    before = stored()
    assert offers(editor.get(edit_url(article))) == {}
    assert editor.post(address).status_code == 302
    assert stored() == before
