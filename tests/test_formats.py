"""Dates and numbers as Vietnamese offices write them, on the site and in the admin."""

import re
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, get_format, localize_input, number_format
from django.utils.timezone import localtime

from news.factories import NewsPageFactory
from portal.factories import UserFactory
from portal.templatetags.portal_tags import number


@pytest.fixture(params=["vi", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


def test_days_come_first(language):
    day = date(2026, 11, 4)
    assert date_format(day, "SHORT_DATE_FORMAT") == "04/11/2026"
    assert localize_input(day) == "04/11/2026"


def test_vietnamese_dates():
    moment = localtime(datetime(2026, 11, 4, 1, 5, tzinfo=UTC))
    with translation.override("vi"):
        assert date_format(moment) == "04/11/2026"
        assert date_format(moment, "DATETIME_FORMAT") == "08:05, 04/11/2026"
        assert date_format(moment, "YEAR_MONTH_FORMAT") == "tháng 11/2026"


def test_english_dates_name_the_month():
    with translation.override("en"):
        assert date_format(date(2026, 11, 4)) == "4 November 2026"
        assert date_format(date(2026, 11, 4), "YEAR_MONTH_FORMAT") == "November 2026"


def test_the_week_begins_on_monday(language):
    assert get_format("FIRST_DAY_OF_WEEK") == 1


@pytest.mark.parametrize("text", ["04/11/2026", "4/11/2026", "04-11-2026", "04.11.2026"])
def test_a_day_is_read_day_first(language, text):
    assert forms.DateField().clean(text) == date(2026, 11, 4)


@pytest.mark.parametrize("text", ["11/24/2026", "11-24-2026", "24/13/2026", "30/02/2026", "04/11"])
def test_the_american_order_and_impossible_days_are_refused(language, text):
    with pytest.raises(forms.ValidationError):
        forms.DateField().clean(text)


def test_a_moment_is_read_day_first(language):
    read = forms.DateTimeField().clean("04/11/2026 08:05")
    assert (read.day, read.month, read.hour, read.minute) == (4, 11, 8, 5)
    assert read.utcoffset().total_seconds() == 7 * 3600
    with pytest.raises(forms.ValidationError):
        forms.DateTimeField().clean("11/24/2026 08:05")


def test_thousands_are_marked_where_asked():
    with translation.override("vi"):
        assert number(1522258) == "1.522.258"
        assert number_format(1234.5, 1, force_grouping=True) == "1.234,5"
    with translation.override("en"):
        assert number(1522258) == "1,522,258"


def test_numbers_that_are_no_amounts_are_left_alone():
    # Primary keys and years stand in addresses and scripts.
    for code in ("vi", "en"):
        with translation.override(code):
            assert Template("{{ n }}").render(Context({"n": 1522258})) == "1522258"


@pytest.mark.django_db
def test_the_admin_reads_and_shows_days_as_the_site_does(site, client):
    page = NewsPageFactory(parent=site.news, date=datetime(2026, 11, 4, 1, 5, tzinfo=UTC))
    client.force_login(UserFactory(is_superuser=True))
    content = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert re.search(r'name="date" value="04/11/2026 08:05"', content)
    config = content.split('id="id_date"')[1].split(">")[0]
    for said in ("d/m/Y H:i", "dayOfWeekStart"):
        assert said in content
    assert re.search(r"dayOfWeekStart(&quot;|\")\s*:\s*1", content), config
