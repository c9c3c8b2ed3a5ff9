"""What an editor may type wrong: said at the field, in Vietnamese; nothing lost, nothing saved."""

import unicodedata
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.models import Page, Site
from wagtail.test.utils.form_data import rich_text, streamfield
from wagtail_localize.models import Translation, TranslationSource

from home.factories import (
    HistoryIndexPageFactory,
    HistoryPageFactory,
    HomePageFactory,
    InfoPageFactory,
    LocationMapPageFactory,
    PlaceFactory,
)
from news.factories import NewsCategoryFactory, NewsPageFactory
from news.models import NewsCategory, NewsPage
from portal.factories import ImageFactory, locale
from portal.models import Identity
from portal.roles import EDITORS, MODERATORS
from tests.editing import Says, errors_at, fill_in, items, said, sign_in, stored, stream, typed

pytestmark = pytest.mark.django_db

REQUIRED = Says("This field is required.")
NO_DATE = Says("Enter a valid date.")
NO_MOMENT = Says("Enter a valid date/time.")
NO_EMAIL = Says("Enter a valid email address.")
NO_PHONE = Says("Write a telephone number: digits, with spaces or full stops between them.")
NO_PARTIAL_DATE = Says("Write a day as 04/09/1964, a month as 09/1964 or a year as 1964.")
NOT_NEGATIVE = Says("Ensure this value is greater than or equal to %(limit_value)s.", limit_value=0)
SLUG_TAKEN = Says("Another category of this language has this slug already.")
NOT_SAVED = Says("The page could not be saved due to validation errors.")


def too_long(limit: int, length: int) -> Says:
    message = "Ensure this value has at most %(limit_value)d character{} (it has %(show_value)d)."
    return Says(
        message.format(""), message.format("s"), limit, limit_value=limit, show_value=length
    )


def too_few(number: int) -> Says:
    return Says("The minimum number of items is %(min_num)d", min_num=number)


def edit_url(page) -> str:
    return f"/admin/pages/{page.pk}/edit/"


def refused(browser, url: str, action: str = "action-submit", **changes):
    """Post the form at ``url`` with ``changes``; return the form that comes back, nothing saved."""
    form = fill_in(browser, url, **changes)
    before = stored()
    response = browser.post(url, {**form, action: "1"})
    assert response.status_code == 200
    assert stored() == before
    return response


# The fields of an article


BAD_FIELDS = {
    "a day that no month has": ({"date": "31/02/2026 10:00"}, NO_MOMENT),
    "a date in words": ({"date": "hôm qua"}, NO_MOMENT),
    "no date": ({"date": ""}, REQUIRED),
    "a day of review that is none": ({"last_reviewed": "32/01/2026"}, NO_DATE),
    "no title": ({"title": ""}, REQUIRED),
    "a title of 300 characters": ({"title": "Đ" * 300}, too_long(255, 300)),
    "no lead": ({"lead": ""}, REQUIRED),
    "a lead too long": ({"lead": "x" * 601}, too_long(600, 601)),
    "no category": ({"category": ""}, REQUIRED),
    "a slug that is taken": (
        {"slug": "da-co"},
        Says(
            "The slug '%(page_slug)s' is already in use within the parent page.", page_slug="da-co"
        ),
    ),
    "a slug with a space": (
        {"slug": "hai tu"},
        Says(
            "Enter a valid “slug” consisting of Unicode letters, numbers, underscores, or hyphens."
        ),
    ),
    "an address that is none": ({"source_url": "không phải"}, Says("Enter a valid URL.")),
    "a negative number": ({"legacy_number": "-1"}, NOT_NEGATIVE),
    "a wrong time to go live": ({"go_live_at": "mai"}, NO_MOMENT),
    "an expiry before going live": (
        {"expire_at": "01/01/2030 10:00", "go_live_at": "02/01/2030 10:00"},
        Says("Go live date/time must be before expiry date/time"),
    ),
    "an expiry that is past": (
        {"expire_at": "01/01/2020 10:00"},
        Says("Expiry date/time must be in the future."),
    ),
}


@pytest.mark.parametrize(("changes", "message"), BAD_FIELDS.values(), ids=BAD_FIELDS.keys())
def test_a_wrong_field_of_an_article_is_said_at_the_field(site, changes, message):
    article = NewsPageFactory(parent=site.news)
    NewsPageFactory(parent=site.news, slug="da-co")
    browser = sign_in(EDITORS)
    response = refused(browser, edit_url(article), source_name="Báo Quảng Ninh", **changes)
    name = next(iter(changes))
    assert errors_at(response, name) == [str(message)]
    assert any(str(NOT_SAVED) in line for line in said(response))
    form = typed(response)
    for field, value in {"source_name": "Báo Quảng Ninh", **changes}.items():
        assert form[field].strip() == value


@pytest.mark.parametrize("action", ["action-publish", "action-submit", "save"])
def test_a_wrong_date_is_refused_whatever_is_to_happen(site, action):
    article = NewsPageFactory(parent=site.news)
    browser = sign_in(MODERATORS)
    response = refused(browser, edit_url(article), action, date="31/02/2026 10:00")
    assert errors_at(response, "date") == [str(NO_MOMENT)]


def test_a_wrong_date_of_a_new_article_makes_no_page(site):
    category = NewsCategoryFactory()
    browser = sign_in(EDITORS)
    url = f"/admin/pages/add/news/newspage/{site.news.pk}/"
    response = refused(
        browser, url, "save", title="Tin mới", slug="tin-moi", lead="Câu dẫn.",
        date="25/13/2026", category=str(category.pk),
    )  # fmt: skip
    assert errors_at(response, "date") == [str(NO_MOMENT)]
    assert typed(response)["title"] == "Tin mới"
    assert not NewsPage.objects.exists()


def test_a_lead_picture_without_words_is_refused_at_the_words(site):
    article = NewsPageFactory(parent=site.news)
    picture = ImageFactory()
    response = refused(
        sign_in(EDITORS), edit_url(article), lead_image=str(picture.pk), lead_image_caption="Lễ"
    )
    message = Says("Describe the picture, or tick that it is decorative.")
    assert errors_at(response, "lead_image_alt") == [str(message)]
    assert typed(response)["lead_image"] == str(picture.pk)
    assert typed(response)["lead_image_caption"] == "Lễ"


def test_a_draft_may_still_lack_what_publication_needs(site):
    article = NewsPageFactory(parent=site.news)
    browser = sign_in(EDITORS)
    form = fill_in(browser, edit_url(article), lead="", category="", title="Mới có nhan đề")
    assert browser.post(edit_url(article), form).status_code == 302
    article.refresh_from_db()
    assert article.get_latest_revision_as_object().title == "Mới có nhan đề"


# Text and slugs that are put right rather than refused


def test_decomposed_text_is_stored_composed(site):
    article = NewsPageFactory(parent=site.news)
    browser = sign_in(MODERATORS)
    words = unicodedata.normalize("NFD", "Đảng bộ Khối các cơ quan tỉnh Quảng Ninh")
    block = {"text": words, "level": "2"}
    form = fill_in(
        browser, edit_url(article), title=words, lead=words, source_name=words,
        body=streamfield([("heading", block), ("paragraph", rich_text(f"<p>{words}</p>"))]),
    )  # fmt: skip
    browser.post(edit_url(article), {**form, "action-publish": "1"})
    article.refresh_from_db()
    composed = unicodedata.normalize("NFC", words)
    assert (article.title, article.lead, article.source_name) == (composed,) * 3
    assert article.body[0].value["text"] == composed
    assert composed in article.body[1].value.source


def test_a_title_is_measured_as_it_is_stored(site):
    title = "ộ" * 200
    article = NewsPageFactory(parent=site.news)
    browser = sign_in(MODERATORS)
    form = fill_in(browser, edit_url(article), title=unicodedata.normalize("NFD", title))
    browser.post(edit_url(article), {**form, "action-publish": "1"})
    article.refresh_from_db()
    assert article.title == title


def test_the_marks_of_a_slug_are_dropped(site):
    article = NewsPageFactory(parent=site.news)
    browser = sign_in(MODERATORS)
    form = fill_in(browser, edit_url(article), slug="lễ-kỷ-niệm")
    browser.post(edit_url(article), {**form, "action-publish": "1"})
    article.refresh_from_db()
    assert article.slug == "le-ky-niem"


def test_a_slug_that_is_taken_without_its_marks_is_refused(site):
    article = NewsPageFactory(parent=site.news)
    NewsPageFactory(parent=site.news, slug="le-ky-niem")
    response = refused(sign_in(EDITORS), edit_url(article), slug="lễ-kỷ-niệm")
    assert "“le-ky-niem”" in errors_at(response, "slug")[0]


# Blocks


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


# The map page


BAD_PLACES = {
    "a latitude beyond the pole": (
        "coordinates", "95, 200",
        Says("Latitude must be between −90 and 90 degrees; this is %(value)s.", value=95),
    ),
    "numbers in the wrong order": (
        "coordinates", "107.08, 20.95",
        Says(
            "Latitude and longitude look swapped: latitude comes first. "
            "Did you mean “%(proposal)s”?", proposal="20.95, 107.08",
        ),
    ),
    "a point in another country": (
        "coordinates", "48.85, 2.35",
        Says(
            "This point (%(point)s) lies outside %(area)s. Check the numbers and their order.",
            point="48°51′00″B 2°21′00″Đ", area=Says("Viet Nam and its sea"),
        ),
    ),
    "words for a point": (
        "coordinates", "gần chợ",
        Says(
            "These coordinates could not be read. Write latitude and longitude, for example "
            "“20.95, 107.08” or “20°57′00″N 107°04′48″E”, or paste the full address of a map."
        ),
    ),
    "a short link": (
        "coordinates", "https://maps.app.goo.gl/abc",
        Says(
            "This short link holds no coordinates. Open it, wait until the map appears, "
            "and copy the full address from there."
        ),
    ),
    "no point": ("coordinates", "", REQUIRED),
    "a telephone of letters": ("phone", "không có số", NO_PHONE),
    "a zoom beyond the map": (
        "zoom", "99",
        Says("Ensure this value is less than or equal to %(limit_value)s.", limit_value=18),
    ),
    "an e-mail that is none": ("email", "vp@", NO_EMAIL),
    "no name": ("name", "", REQUIRED),
}  # fmt: skip


@pytest.mark.parametrize(("name", "value", "message"), BAD_PLACES.values(), ids=BAD_PLACES.keys())
def test_a_wrong_field_of_a_place_is_said_at_the_field(site, name, value, message):
    page = LocationMapPageFactory(parent=site.home)
    PlaceFactory(page=page)
    changes = {"places-0-hours": "Thứ Hai đến thứ Sáu", f"places-0-{name}": value}
    response = refused(sign_in(EDITORS), edit_url(page), **changes)
    assert errors_at(response, f"places-0-{name}") == [str(message)]
    for field, given in changes.items():
        assert typed(response)[field].strip() == given


def test_a_picture_of_the_entrance_without_words_is_refused_at_the_words(site):
    page = LocationMapPageFactory(parent=site.home)
    PlaceFactory(page=page)
    picture = ImageFactory()
    response = refused(
        sign_in(EDITORS), edit_url(page), **{"places-0-entrance_photo": str(picture.pk)}
    )
    assert errors_at(response, "places-0-entrance_alt") == [
        str(Says("Describe the picture of the entrance."))
    ]


def test_a_map_page_without_a_place_is_refused(site):
    url = f"/admin/pages/add/home/locationmappage/{site.home.pk}/"
    response = refused(
        sign_in(EDITORS), url, title="Bản đồ", slug="ban-do", **{"places-TOTAL_FORMS": "0"}
    )
    message = Says(
        "Please submit at least %(num)d form.", "Please submit at least %(num)d forms.", num=1
    )
    places = BeautifulSoup(response.content, "html.parser").find(id="id_places-FORMS")
    assert places.find_parent("section").find(string=str(message))
    assert typed(response)["title"] == "Bản đồ"


# Snippets


IDENTITY_URL = "/admin/snippets/portal/identity"


BAD_IDENTITIES = {
    "founded in the future": (
        {"founding_date": "01/01/2100"},
        Says("The founding date lies in the future."),
    ),
    "a founding date that is none": ({"founding_date": "31/02/1964"}, NO_DATE),
    "a telephone of letters": ({"phone": "không hai không ba"}, NO_PHONE),
    "a fax of letters": ({"fax": "fax"}, NO_PHONE),
    "an e-mail that is none": ({"email": "vp.duk"}, NO_EMAIL),
    "no name": ({"name": ""}, REQUIRED),
    "a total without its day": (
        {"carried_visits_date": "", "carried_visits": "1522258"},
        Says("Say on which day the total was read."),
    ),
}


@pytest.mark.parametrize(("changes", "message"), BAD_IDENTITIES.values(), ids=BAD_IDENTITIES.keys())
def test_a_wrong_field_of_the_identity_is_said_at_the_field(site, changes, message):
    url = f"{IDENTITY_URL}/edit/{site.identity.pk}/"
    response = refused(sign_in(MODERATORS), url, "save", tagline="Vì nhân dân", **changes)
    assert errors_at(response, next(iter(changes))) == [str(message)]
    for field, value in {"tagline": "Vì nhân dân", **changes}.items():
        assert typed(response)[field] == value


def test_a_name_in_time_that_ends_before_it_begins_is_refused_at_its_end(site):
    url = f"{IDENTITY_URL}/edit/{site.identity.pk}/"
    given = {
        "name": "Đảng bộ Khối", "decision": "", "id": "", "ORDER": "1", "DELETE": "",
        "from_date": "12/04/2022", "until_date": "29/01/2013",
    }  # fmt: skip
    changes = {f"former_names-0-{name}": value for name, value in given.items()}
    response = refused(
        sign_in(MODERATORS), url, "save", **changes, **{"former_names-TOTAL_FORMS": "1"}
    )
    message = Says("The last day must not lie before the first day.")
    assert errors_at(response, "former_names-0-until_date") == [str(message)]
    assert typed(response)["former_names-0-name"] == "Đảng bộ Khối"


def test_a_second_identity_of_a_site_in_a_language_is_refused_at_the_site(site):
    administrator = sign_in(is_superuser=True)
    url = f"{IDENTITY_URL}/add/"
    response = refused(administrator, url, "save", name="Tên thứ hai", site=str(site.site.pk))
    message = Says("This site has an identity in this language already.")
    assert errors_at(response, "site") == [str(message)]
    assert typed(response)["name"] == "Tên thứ hai"


def test_another_site_may_have_an_identity_of_its_own(site):
    other = Site.objects.create(hostname="other.example", root_page=site.home)
    administrator = sign_in(is_superuser=True)
    url = f"{IDENTITY_URL}/add/"
    form = fill_in(administrator, url, name="Cơ quan khác", site=str(other.pk))
    assert administrator.post(url, form).status_code == 302
    assert Identity.objects.get(site=other).name == "Cơ quan khác"


BAD_CATEGORIES = {
    "a slug that is taken": (
        {"slug": "da-co", "name": "Tên khác"},
        SLUG_TAKEN,
    ),
    "a name whose slug is taken": (
        {"slug": "", "name": "Đã có"},
        SLUG_TAKEN,
    ),
    "no name": ({"name": "", "slug": "moi"}, REQUIRED),
    "a negative order": (
        {"sort_order": "-1", "name": "Mới"}, NOT_NEGATIVE,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), BAD_CATEGORIES.values(), ids=BAD_CATEGORIES.keys())
def test_a_wrong_field_of_a_category_is_said_at_the_field(site, changes, message):
    NewsCategoryFactory(name="Chuyên mục", slug="da-co")
    response = refused(
        sign_in(MODERATORS), "/admin/snippets/news/newscategory/add/", "save",
        description="Tin hoạt động", **changes,
    )  # fmt: skip
    assert errors_at(response, next(iter(changes))) == [str(message)]
    assert typed(response)["description"] == "Tin hoạt động"
    assert typed(response)["name"] == changes["name"]


def test_decomposed_names_of_snippets_are_stored_composed(site):
    browser = sign_in(MODERATORS)
    name = "Chuyển đổi số"
    url = "/admin/snippets/news/newscategory/add/"
    form = fill_in(browser, url, name=unicodedata.normalize("NFD", name), slug="")
    browser.post(url, form)
    category = NewsCategory.objects.get()
    assert (category.name, category.slug) == (name, "chuyen-doi-so")


# Pages that are no longer what they were


def test_saving_a_page_that_was_deleted_meanwhile_is_not_found(site):
    page = InfoPageFactory(parent=site.home)
    browser = sign_in(EDITORS)
    url = edit_url(page)
    form = fill_in(browser, url, title="Mới")
    page.delete()
    before = stored()
    response = browser.post(url, {**form, "action-submit": "1"})
    assert response.status_code == 404
    assert stored() == before


def test_a_page_below_a_parent_that_was_deleted_meanwhile_is_not_made(site):
    browser = sign_in(EDITORS)
    parent = InfoPageFactory(parent=site.home)
    url = f"/admin/pages/add/home/infopage/{parent.pk}/"
    form = fill_in(browser, url, title="Con", slug="con")
    parent.delete()
    count = Page.objects.count()
    assert browser.post(url, form).status_code == 404
    assert Page.objects.count() == count


def test_an_article_that_expires_in_time_is_taken(site):
    article = NewsPageFactory(parent=site.news)
    browser = sign_in(MODERATORS)
    end = timezone.localtime(timezone.now() + timedelta(days=2)).strftime("%d/%m/%Y %H:%M")
    form = fill_in(browser, edit_url(article), expire_at=end)
    browser.post(edit_url(article), {**form, "action-publish": "1"})
    article.refresh_from_db()
    assert timezone.localtime(article.expire_at).strftime("%d/%m/%Y %H:%M") == end


@pytest.fixture
def translation(site):
    """A draft in English of a Vietnamese page, as wagtail-localize keeps it."""
    HomePageFactory(
        title="Home", slug="home-en", locale=locale("en"),
        translation_key=site.home.translation_key,
    )  # fmt: skip
    original = InfoPageFactory(parent=site.home, title="Giới thiệu", lead="Câu dẫn.")
    source, _made = TranslationSource.get_or_create_from_instance(original)
    record = Translation.objects.create(source=source, target_locale=locale("en"))
    record.save_target(publish=False)
    return record


def test_publishing_a_translation_whose_original_was_deleted_publishes_nothing(translation):
    page = translation.get_target_instance()
    moderator = sign_in(MODERATORS)
    assert moderator.get(edit_url(page)).status_code == 200
    translation.source.get_source_instance().delete()
    before = stored()
    response = moderator.post(edit_url(page), {"action": "publish"}, follow=True)
    assert response.status_code == 200
    message = Says(
        "The original of “%(title)s” was deleted. Nothing was published. What had been "
        "translated is kept below, in a page that now stands by itself.",
        title=page.title,
    )
    assert any(str(message) in line for line in said(response))
    assert stored() == before
    assert typed(response)["title"] == page.title


def test_a_page_that_was_deleted_cannot_be_submitted_for_translation(translation):
    original = translation.source.get_source_instance()
    moderator = sign_in(MODERATORS)
    address = f"/admin/localize/submit/page/{original.pk}/"
    original.delete()
    before = stored()
    response = moderator.post(address, {"locales": [str(locale("en").pk)]})
    assert response.status_code == 404
    assert stored() == before


def test_a_sentence_of_a_translation_whose_original_was_deleted_is_not_found(translation):
    segment = translation.source.stringsegment_set.first()
    moderator = sign_in(MODERATORS)
    address = f"/admin/localize/translate/{translation.pk}/strings/{segment.pk}/edit/"
    written = moderator.put(address, b"value=About", "application/x-www-form-urlencoded")
    assert written.status_code == 201
    translation.source.get_source_instance().delete()
    before = stored()
    response = moderator.put(address, b"value=About us", "application/x-www-form-urlencoded")
    assert response.status_code == 404
    assert stored() == before
