"""The identity of a site: what every page shows of it, its names in time, what it refuses."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override

from home.factories import InfoPageFactory
from portal.factories import FormerNameFactory, IdentityFactory, locale
from tests.editing import Says
from tests.lists import english_news

pytestmark = pytest.mark.django_db

PATHS = ("/", "/tin-tuc/", "/trang/", "/khong-co/")


def known(site, **fields):
    """Give the identity of the site ``fields``, as its editor does."""
    for name, value in fields.items():
        setattr(site.identity, name, value)
    site.identity.save()
    return site.identity


def read(client, path: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(path).content, "html.parser")


def text(tag) -> str:
    return " ".join(tag.get_text(" ").split())


# What every page shows


@pytest.mark.parametrize("path", PATHS)
def test_person_office_and_address_stand_apart(site, client, path):
    InfoPageFactory(parent=site.home, slug="trang")
    known(
        site, responsible_person="Đ/c Nguyễn Văn A", responsible_office="Phó Bí thư <Thường trực>",
        address="Tầng 6, Trụ sở Liên cơ quan số 2", superior="Tỉnh uỷ",
    )  # fmt: skip
    foot = read(client, path).select_one("footer .foot__identity")
    person, office = foot.select_one(".foot__responsible"), foot.select_one(".foot__office")
    (address,) = foot.select("address p")
    assert text(person) == "Chịu trách nhiệm nội dung: Đ/c Nguyễn Văn A"
    assert text(office).endswith("Phó Bí thư <Thường trực>")
    assert text(address) == "Địa chỉ: Tầng 6, Trụ sở Liên cơ quan số 2"
    assert [text(tag) for tag in (person, office)] == [text(t) for t in foot.select("address ~ p")]
    assert foot.select_one(".foot__name").string == "Cơ quan ví dụ"
    assert foot.select_one(".foot__superior").string == "Tỉnh uỷ"


def test_a_telephone_and_a_mailbox_can_be_used_at_once(site, client):
    known(site, phone="0203.3835 678", fax="(0203) 3835679", email="a@example.org")
    address = read(client, "/").select_one("footer address")
    assert {a["href"]: a.string for a in address.select("a")} == {
        "tel:02033835678": "0203.3835 678",
        "mailto:a@example.org": "a@example.org",
    }
    assert "(0203) 3835679" in text(address)


def test_what_is_not_known_leaves_no_label(site, client):
    foot = read(client, "/").select_one("footer")
    assert foot.select(".foot__label, .foot__responsible, .foot__office, .foot__legal") == []
    assert foot.select("p:empty") == []
    assert "None" not in str(foot)


def test_licence_and_citing_line_stand_at_the_foot(site, client):
    known(site, licence="Giấy phép số 1/GP", source_citing="Ghi rõ nguồn & ngày")
    lines = [text(tag) for tag in read(client, "/").select(".foot__legal p")]
    assert lines == ["Giấy phép số 1/GP", "Ghi rõ nguồn & ngày"]


@pytest.mark.parametrize("path", PATHS)
def test_an_archive_says_so_on_every_page_above_its_content(site, client, path):
    InfoPageFactory(parent=site.home, slug="trang")
    assert read(client, path).select(".notice--archive") == []
    known(site, archive_notice="Dừng hoạt động từ ngày 01/02/2025.\n\nChỉ còn để <tra cứu>.")
    soup = read(client, path)
    (notice,) = soup.select(".notice--archive")
    assert [p.string for p in notice.select("p")] == [
        "Dừng hoạt động từ ngày 01/02/2025.", "Chỉ còn để <tra cứu>.",
    ]  # fmt: skip
    assert soup.find("main") in notice.find_all_next("main")


def test_the_short_name_stands_in_the_title_of_the_tab(site, client):
    assert site.identity.short == "Cơ quan ví dụ"
    known(site, short_name="CQVD")
    assert site.identity.short == "CQVD"
    assert read(client, "/tin-tuc/").title.string == "Tin tức – CQVD"


# In other languages


def test_an_identity_that_is_not_translated_is_marked_with_its_language(site, client):
    english_news(site)
    known(
        site, tagline="Khẩu hiệu", archive_notice="Lưu trữ", licence="Giấy phép", address="Tầng 6"
    )
    soup = read(client, "/en/")
    assert soup.html["lang"] == "en"
    shown = (
        ".foot__identity", ".foot__legal", ".masthead__home", ".masthead__tagline", ".print-head",
        ".notice--archive .frame",
    )  # fmt: skip
    for selector in shown:
        assert soup.select_one(selector)["lang"] == "vi", selector
    # The words around it are English.
    assert "Address:" in text(soup.select_one("footer"))
    vietnamese = read(client, "/")
    for selector in shown:
        assert not vietnamese.select_one(selector).has_attr("lang"), selector


def test_a_translated_identity_is_shown_in_its_language(site, client):
    english_news(site)
    IdentityFactory(
        site=site.site, locale=locale("en"), name="An example office",
        translation_key=site.identity.translation_key,
    )  # fmt: skip
    foot = read(client, "/en/").select_one(".foot__identity")
    assert foot.select_one(".foot__name").string == "An example office"
    assert not foot.has_attr("lang")
    assert read(client, "/").select_one(".foot__name").string == "Cơ quan ví dụ"


# Names in time


def test_the_name_of_a_day_is_the_one_borne_then(site):
    for name, first, last in (
        ("Tên đầu", None, date(1964, 9, 3)),
        ("Dân Chính Đảng", date(1964, 9, 4), date(2013, 1, 28)),
        ("Khối các cơ quan", date(2013, 1, 29), None),
    ):
        FormerNameFactory(identity=site.identity, name=name, from_date=first, until_date=last)
    name_on = site.identity.name_on
    assert name_on(date(1950, 1, 1)) == "Tên đầu"
    assert name_on(date(1964, 9, 3)) == "Tên đầu"
    assert name_on(date(1964, 9, 4)) == "Dân Chính Đảng"
    assert name_on(date(2013, 1, 28)) == "Dân Chính Đảng"
    assert name_on(date(2013, 1, 29)) == "Khối các cơ quan"
    assert name_on(date(2100, 1, 1)) == "Khối các cơ quan"


def test_on_a_day_of_no_former_name_it_is_the_present_one(site):
    assert site.identity.name_on(date(2000, 1, 1)) == "Cơ quan ví dụ"
    FormerNameFactory(
        identity=site.identity, from_date=date(1964, 9, 4), until_date=date(1970, 1, 1)
    )
    assert site.identity.name_on(date(2000, 1, 1)) == "Cơ quan ví dụ"


# What is refused


def refused(instance) -> dict[str, list[str]]:
    """Return what an editor is told in Vietnamese, for each field."""
    with override("vi"), pytest.raises(ValidationError) as error:
        instance.full_clean()
    with override("vi"):
        return {field: list(map(str, found)) for field, found in error.value.message_dict.items()}


def test_a_sound_identity_is_accepted(site):
    for name, value in {
        "founding_date": timezone.localdate(), "carried_visits": 1_522_258,
        "carried_visits_date": timezone.localdate(), "phone": "+84 203.3835678",
        "fax": "0203-3835678", "email": "a@example.org",
    }.items():  # fmt: skip
        setattr(site.identity, name, value)
    site.identity.full_clean()


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("founding_date", "The founding date lies in the future."),
        ("carried_visits_date", "This day lies in the future."),
    ],
)
def test_days_to_come_are_refused(site, field, message):
    setattr(site.identity, field, timezone.localdate() + timedelta(days=1))
    assert refused(site.identity) == {field: [str(Says(message))]}


def test_visits_without_the_day_on_which_they_were_read_are_refused(site):
    site.identity.carried_visits = 1
    assert refused(site.identity) == {
        "carried_visits_date": [str(Says("Say on which day the total was read."))]
    }


@pytest.mark.parametrize("number", ["gọi sau", "123", "0203/3835678", "0203.3835678 máy lẻ 6"])
@pytest.mark.parametrize("field", ["phone", "fax"])
def test_what_is_no_telephone_number_is_refused(site, field, number):
    setattr(site.identity, field, number)
    message = Says("Write a telephone number: digits, with spaces or full stops between them.")
    assert refused(site.identity) == {field: [str(message)]}


def test_a_name_that_ends_before_it_begins_is_refused(site):
    former = FormerNameFactory(identity=site.identity)
    former.from_date, former.until_date = date(2013, 1, 29), date(2013, 1, 28)
    message = Says("The last day must not lie before the first day.")
    assert refused(former) == {"until_date": [str(message)]}
    former.until_date = former.from_date
    former.full_clean()


def test_a_site_has_one_identity_in_each_language(site):
    second = IdentityFactory.build(site=site.site, locale=locale("vi"))
    assert "__all__" in refused(second)
