"""The history: dates known in part, anniversaries, time lines and names in time."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from unittest.mock import patch

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from home.factories import HistoryIndexPageFactory, HistoryPageFactory
from home.models.history import Anniversary, Entry, anniversary_of
from portal.blocks import PartialDate, PartialDateBlock
from portal.factories import FormerNameFactory, IdentityFactory

FOUNDED = date(1964, 9, 4)


@st.composite
def partial_dates(draw):
    day = draw(st.dates())
    parts = draw(st.sampled_from([(), (day.month,), (day.month, day.day)]))
    return PartialDate(day.year, *parts)


# Dates known in part


@given(partial_dates())
def test_what_is_stored_and_what_is_typed_are_read_back(known):
    assert PartialDate.parse(str(known)) == known
    assert PartialDate.parse(known.typed()) == known
    block = PartialDateBlock()
    assert block.to_python(block.get_prep_value(known)) == known
    assert block.value_from_form(block.value_for_form(known)) == known


@given(st.lists(partial_dates()))
def test_dates_of_every_precision_are_put_in_order(known):
    ordered = sorted(known)
    assert [d.first_day for d in ordered] == sorted(d.first_day for d in known)
    for earlier, later in pairwise(ordered):
        assert earlier <= later
        assert not later < earlier


def test_the_less_that_is_known_the_earlier_it_stands():
    year, month, day = (PartialDate.parse(text) for text in ("1964", "9/1964", "4/9/1964"))
    first = PartialDate.parse("01/01/1964")
    assert sorted([day, month, first, year]) == [year, first, month, day]
    with pytest.raises(TypeError):
        assert year < 1965


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("04/09/1964", PartialDate(1964, 9, 4)),
        (" 4.9.1964 ", PartialDate(1964, 9, 4)),
        ("09/1964", PartialDate(1964, 9)),
        ("1964", PartialDate(1964)),
        ("1964-09", PartialDate(1964, 9)),
        ("29/02/1964", PartialDate(1964, 2, 29)),
    ],
)
def test_a_date_is_read_as_people_write_it(typed, known):
    assert PartialDate.parse(typed) == known


@pytest.mark.parametrize(
    "typed",
    [
        "", "64", "31/02/1964", "29/02/1963", "13/1964", "00/1964", "00/00/1964", "1964/09",
        "0000", "x",
    ],
)  # fmt: skip
def test_what_is_no_date_is_not_read(typed):
    with pytest.raises(ValueError):  # noqa: PT011 - the text that was read is all it says
        PartialDate.parse(typed)


@pytest.mark.parametrize("typed", ["31/02/1964", "13/1964", "hôm qua"])
def test_an_editor_is_told_how_to_write_a_date(typed):
    block = PartialDateBlock()
    with override("vi"), pytest.raises(ValidationError) as refused:
        block.clean(block.value_from_form(typed))
    assert "04/09/1964" in str(refused.value)
    assert "Write" not in str(refused.value)


def test_a_date_must_be_given_where_it_is_required():
    with pytest.raises(ValidationError):
        PartialDateBlock().clean(PartialDateBlock().value_from_form(""))
    assert PartialDateBlock(required=False).clean(None) is None


@pytest.mark.parametrize(
    ("text", "vietnamese", "english"),
    [
        ("1964-09-04", "04/09/1964", "4 September 1964"),
        ("1964-09", "tháng 9/1964", "September 1964"),
        ("1964", "1964", "1964"),
    ],
)
def test_a_date_is_shown_as_precisely_as_it_is_known(text, vietnamese, english):
    known = PartialDate.parse(text)
    with override("vi"):
        assert known.display() == vietnamese
    with override("en"):
        assert known.display() == english


# Anniversaries


@pytest.mark.parametrize(
    ("today", "years", "next_on"),
    [
        (date(2026, 9, 3), 61, date(2026, 9, 4)),
        (date(2026, 9, 4), 62, date(2027, 9, 4)),
        (date(2026, 9, 5), 62, date(2027, 9, 4)),
        (date(1964, 9, 4), 0, date(1965, 9, 4)),
        (date(1965, 1, 1), 0, date(1965, 9, 4)),
    ],
)
def test_years_are_full_ones(today, years, next_on):
    assert Anniversary.of(FOUNDED, today) == Anniversary(FOUNDED, years, next_on)


@pytest.mark.parametrize(
    ("today", "years", "next_on"),
    [
        (date(2023, 2, 28), 62, date(2023, 3, 1)),
        (date(2023, 3, 1), 63, date(2024, 2, 29)),
        (date(2024, 2, 28), 63, date(2024, 2, 29)),
        (date(2024, 2, 29), 64, date(2025, 3, 1)),
    ],
)
def test_the_29th_of_february_counts_on_the_1st_of_march(today, years, next_on):
    founded = date(1960, 2, 29)
    assert Anniversary.of(founded, today) == Anniversary(founded, years, next_on)


@given(st.dates(date(1900, 1, 1), date(2000, 1, 1)), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_next_anniversary_is_within_a_year_and_completes_one_more(founded, today):
    found = Anniversary.of(founded, today)
    assert 0 < (found.next_on - today).days <= 366
    assert Anniversary.of(founded, found.next_on).years == found.years + 1


def test_there_is_no_anniversary_without_a_founding_date():
    assert anniversary_of(None) is None
    assert anniversary_of(IdentityFactory.build(site=None, locale=None)) is None


@pytest.mark.django_db
def test_the_index_counts_the_years_in_vietnamese_time(site, client):
    site.identity.founding_date = FOUNDED
    site.identity.save()
    HistoryIndexPageFactory(parent=site.home)
    # Half past midnight in Vietnam, the evening before by UTC.
    moment = "2026-09-03T17:30:00+00:00"
    assert years_shown(client, moment) == ["62"]
    assert years_shown(client, "2026-09-03T16:30:00+00:00") == ["61"]
    assert years_shown(client, "1965-01-01T00:00:00+00:00") == []


def years_shown(client, moment: str) -> list[str]:
    with patch("django.utils.timezone.now", return_value=datetime.fromisoformat(moment)):
        html = client.get("/lich-su/").content
    return [tag.string for tag in BeautifulSoup(html, "html.parser").select(".years__number")]


# The time line


@pytest.fixture
def chapter(site):
    """A history page with headings, dated blocks and text between them."""
    dated = {"document_number": "", "text": ""}
    return HistoryPageFactory(
        parent=HistoryIndexPageFactory(parent=site.home),
        slug="chang-duong",
        body=[
            ("heading", {"text": "Những ngày đầu", "level": "2"}),
            ("paragraph", "<p>Không có trong mục lục.</p>"),
            ("milestone", {**dated, "date": "1964-09-04", "title": "Thành lập & ra mắt",
                           "document_number": "12-QĐ/TU"}),
            ("name_change", {**dated, "date": "2013-01", "name": "Đảng bộ Khối",
                             "document_number": "961-QĐ/TU"}),
            ("heading", {"text": "Phần nhỏ", "level": "3"}),
            ("honour", {"date": "2014", "name": "Huân chương", "note": "",
                        "document_number": "70/QĐ-CTN"}),
        ],
    )  # fmt: skip


@pytest.mark.django_db
def test_the_contents_list_headings_and_everything_dated_in_the_order_of_the_page(chapter):
    ids = {block.block_type: block.id for block in chapter.body}
    found = chapter.contents()
    assert [(entry.text, entry.date and str(entry.date)) for entry in found] == [
        ("Những ngày đầu", None),
        ("Thành lập & ra mắt", "1964-09-04"),
        ("Đảng bộ Khối", "2013-01"),
        ("Phần nhỏ", None),
        ("Huân chương", "2014"),
    ]
    assert found[1] == Entry(f"b-{ids['milestone']}", "Thành lập & ra mắt", PartialDate(1964, 9, 4))


@pytest.mark.django_db
def test_every_line_of_the_contents_leads_to_its_block(chapter, client):
    soup = BeautifulSoup(client.get(chapter.get_url()).content, "html.parser")
    links = soup.select("nav.contents a")
    assert len(links) == 5
    for link, entry in zip(links, chapter.contents(), strict=True):
        assert link["href"] == f"#{entry.anchor}"
        targets = soup.find_all(id=entry.anchor)
        assert len(targets) == 1
        assert entry.text in targets[0].get_text()
        if entry.date:
            assert targets[0].time["datetime"] == str(entry.date)
            assert targets[0].time.string == link.select_one(".contents__date").string
    assert [tag.string for tag in soup.select(".contents__date")] == [
        "04/09/1964", "Tháng 1/2013", "2014",
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_page_shows_the_numbers_of_the_documents(chapter, client):
    soup = BeautifulSoup(client.get(chapter.get_url()).content, "html.parser")
    assert [tag.get_text(strip=True) for tag in soup.select(".event__document")] == [
        "Văn bản số 12-QĐ/TU", "Văn bản số 961-QĐ/TU", "Văn bản số 70/QĐ-CTN",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_page_without_headings_and_dates_has_no_contents(site, client):
    page = HistoryPageFactory(
        parent=HistoryIndexPageFactory(parent=site.home), body=[("paragraph", "<p>Chữ.</p>")]
    )
    assert page.contents() == []
    soup = BeautifulSoup(client.get(page.get_url()).content, "html.parser")
    assert soup.select(".contents, .contents-toggle") == []


# The index


@pytest.mark.django_db
def test_the_index_lists_the_live_chapters_in_their_order(site, client):
    index = HistoryIndexPageFactory(parent=site.home, intro="Đôi lời.")
    for title, live in (("Sau cùng", True), ("Bản nháp", False), ("Trước đó", True)):
        HistoryPageFactory(parent=index, title=title, live=live, lead=f"Kể về {title}.")
    soup = BeautifulSoup(client.get("/lich-su/").content, "html.parser")
    assert [tag.get_text(strip=True) for tag in soup.select(".chapter__title")] == [
        "Sau cùng", "Trước đó",
    ]  # fmt: skip
    assert "Kể về Trước đó." in soup.main.get_text()
    assert soup.select_one(".article__lead").string == "Đôi lời."


@pytest.mark.django_db
def test_the_index_leaves_out_a_chapter_from_its_expiry_on(site, client):
    index = HistoryIndexPageFactory(parent=site.home)
    over = timezone.now() - timedelta(seconds=1)
    HistoryPageFactory(parent=index, title="Chương đã hết hạn", expire_at=over)
    HistoryPageFactory(parent=index, title="Chương còn đó")
    text = client.get(index.url).content.decode()
    assert "Chương còn đó" in text
    assert "Chương đã hết hạn" not in text


def test_the_index_shows_the_names_in_time(site, client):
    HistoryIndexPageFactory(parent=site.home)
    FormerNameFactory(
        identity=site.identity, name="Dân Chính Đảng", sort_order=0,
        from_date=FOUNDED, until_date=date(2013, 1, 28), decision="1-QĐ",
    )  # fmt: skip
    FormerNameFactory(
        identity=site.identity, name="Khối các cơ quan", sort_order=1, from_date=date(2013, 1, 29)
    )
    site.identity.save()
    soup = BeautifulSoup(client.get("/lich-su/").content, "html.parser")
    lines = [" ".join(tag.get_text(" ").split()) for tag in soup.select(".names__item")]
    assert lines[0].startswith("04/09/1964 – 28/01/2013 Dân Chính Đảng")
    assert "1-QĐ" in lines[0]
    with override("vi"):
        assert lines[1] == "29/01/2013 – nay Khối các cơ quan"
    times = [tag["datetime"] for tag in soup.select(".names__item time")]
    assert times == ["1964-09-04", "2013-01-28", "2013-01-29"]


@pytest.mark.django_db
def test_an_index_without_chapters_and_names_says_so(site, client):
    HistoryIndexPageFactory(parent=site.home)
    soup = BeautifulSoup(client.get("/lich-su/").content, "html.parser")
    assert soup.select(".chapters, .names, .years") == []
    assert len(soup.main.select("p")) == 1
