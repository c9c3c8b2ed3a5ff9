"""The address that the editor's script sends a clipboard to."""

import json

import pytest
from django.test import RequestFactory
from django.utils import translation

from portal.paste.charsets import TCVN3
from portal.paste.views import MAX_BYTES, paste
from tests.pasting import SENTENCES


def post(body, **headers):
    request = RequestFactory().post("/paste/", body, content_type="application/json", **headers)
    response = paste(request)
    return response.status_code, json.loads(response.content)


def test_the_address_cleans_html_and_text():
    encoded = TCVN3.encode(SENTENCES[0])
    with translation.override("en"):
        status, answer = post(json.dumps({"html": f"<p class=x>{encoded}</p>", "text": encoded}))
    assert status == 200
    assert answer["html"] == f"<p>{SENTENCES[0]}</p>"
    assert answer["text"] == SENTENCES[0]
    assert [notice["code"] for notice in answer["notices"]] == ["tcvn3", "format"]
    assert all(notice["message"] for notice in answer["notices"])


def test_the_address_answers_only_what_it_was_given():
    assert post('{"text": "a"}') == (200, {"text": "a", "notices": []})


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"html": 3}', '{"text": null}', "\xff"])
def test_what_is_no_clipboard_is_refused(body):
    status, answer = post(body.encode("latin-1"))
    assert status == 400
    assert answer["error"]


@pytest.mark.parametrize("length", [MAX_BYTES, 4 * MAX_BYTES])
def test_a_clipboard_over_the_limit_is_refused(length):
    status, answer = post(json.dumps({"text": "a" * length}))
    assert status == 413
    assert answer["error"]


def test_a_clipboard_over_the_limit_that_hides_its_length_is_refused():
    body = json.dumps({"text": "a" * MAX_BYTES})
    request = RequestFactory().post("/paste/", body, content_type="application/json")
    assert len(request.body) > MAX_BYTES
    del request.META["CONTENT_LENGTH"]
    assert paste(request).status_code == 413


def test_the_address_takes_only_posts_and_is_never_cached():
    assert paste(RequestFactory().get("/paste/")).status_code == 405
    request = RequestFactory().post("/", '{"text": "a"}', content_type="application/json")
    assert "no-store" in paste(request)["Cache-Control"]
