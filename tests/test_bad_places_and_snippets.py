"""What may be typed wrong in a place, the identity or a category: said at the field."""

import unicodedata

import pytest
from bs4 import BeautifulSoup
from wagtail.models import Site

from home.factories import LocationMapPageFactory, PlaceFactory
from news.factories import NewsCategoryFactory
from news.models import NewsCategory
from portal.factories import ImageFactory
from portal.models import Identity
from portal.roles import EDITORS, MODERATORS
from tests.editing import (
    NO_DATE,
    NO_EMAIL,
    NO_PHONE,
    NOT_NEGATIVE,
    REQUIRED,
    Says,
    edit_url,
    errors_at,
    fill_in,
    refused,
    sign_in,
    typed,
)

pytestmark = pytest.mark.django_db

SLUG_TAKEN = Says("Another category of this language has this slug already.")


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
