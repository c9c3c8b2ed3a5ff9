"""What readers get when there is no page, or when the portal itself has failed."""

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from wagtail.models import PageManager

from portal.views import server_error


@pytest.mark.parametrize(
    ("path", "language", "words"),
    [("/tin-tuc/", "vi", "Về trang chủ"), ("/en/news/", "en", "Home page")],
)
def test_a_failure_is_told_in_the_language_of_the_address_without_the_database(
    path, language, words, django_assert_num_queries, db
):
    with django_assert_num_queries(0, connection=connection):
        response = server_error(RequestFactory().get(path))
    html = response.content.decode()
    assert response.status_code == 500
    assert f'<html lang="{language}"' in html
    assert words in html


def test_a_page_that_breaks_is_answered_with_the_page_for_failures(site, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the portal has failed")

    monkeypatch.setattr(PageManager, "filter", fail, raising=False)
    response = Client(raise_request_exception=False).get("/tin-tuc/")
    assert response.status_code == 500
    assert '<html lang="vi"' in response.content.decode()


@pytest.mark.parametrize(("path", "language"), [("/khong-co/", "vi"), ("/en/none/", "en")])
def test_an_address_without_page_is_told_in_its_language(site, client, path, language):
    response = client.get(path)
    assert response.status_code == 404
    assert f'<html lang="{language}"' in response.content.decode()
