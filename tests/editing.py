"""Working in the admin as people do: log in, open a form, change it, post it, read what it says."""

import json
from dataclasses import dataclass

from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.utils.translation import gettext, ngettext, override
from wagtail.models import ModelLogEntry, Page, PageLogEntry, Revision, TaskState, WorkflowState
from wagtail.test.utils.form_data import nested_form_data, querydict_from_html, streamfield

from home.models import Place
from news.models import NewsCategory, NewsPage
from portal import roles
from portal.factories import UserFactory
from portal.models import Identity, PortalDocument, PortalImage


def sign_in(*groups: str, **user) -> Client:
    """Return a browser in which somebody of ``groups`` is logged in; they are its ``user``."""
    roles.set_up()
    browser = Client()
    browser.user = UserFactory(**user)
    browser.user.groups.set(Group.objects.filter(name__in=groups))
    browser.force_login(browser.user)
    return browser


def typed(response) -> dict:
    """Return what the form of a response would post, but for its StreamFields."""
    soup = BeautifulSoup(response.content, "html.parser")
    form = soup.find("form", attrs={"data-edit-form": True}) or soup.select_one("main form")
    form["id"] = "the-form"
    return querydict_from_html(str(soup), form_id="the-form").dict()


def fill_in(browser: Client, url: str, **changes) -> dict:
    """Return the form at ``url`` as it would be posted, with ``changes`` (nested as its fields).

    StreamFields are empty unless ``changes`` says otherwise.
    """
    response = browser.get(url)
    assert response.status_code == 200
    soup = BeautifulSoup(response.content, "html.parser")
    streams = {tag["id"]: streamfield([]) for tag in soup.select("form [data-block]")}
    return {**typed(response), **nested_form_data({**streams, **changes})}


class Says:
    """What a message of the code says in Vietnamese; it is no string until it is asked for.

    ``plural`` and ``count`` are those of ngettext; ``values`` fill the placeholders.
    """

    def __init__(self, message: str, plural: str = "", count: int = 1, **values):
        self.message, self.plural, self.count, self.values = message, plural, count, values

    def __str__(self):
        with override("vi"):
            if self.plural:
                found = ngettext(self.message, self.plural, self.count)
            else:
                found = gettext(self.message)
        assert found not in (self.message, self.plural), f"not translated: {self.message}"
        return found % self.values if self.values else found


def items(*values) -> dict:
    """Return the form data of a ListBlock with ``values``."""
    entries = enumerate(values)
    return {
        "count": str(len(values)),
        **{
            str(n): {"type": "item", "id": "", "order": str(n), "deleted": "", "value": value}
            for n, value in entries
        },
    }


@dataclass(frozen=True)
class StreamState:
    """A StreamField in a rendered form: the ``value`` it shows and the ``error`` beside it."""

    value: list
    error: dict | list | None

    def errors_at(self, *path) -> list[str]:
        """Return the messages at the block that ``path`` leads to (names and numbers)."""
        error = self.error
        for step in path:
            error = (error or {}).get("blockErrors") or {}
            error = error.get(str(step)) if isinstance(error, dict) else error[step]
        return [] if error is None else error.get("messages") or []


def stream(response, name: str) -> StreamState:
    """Return the StreamField ``name`` of a rendered form."""
    tag = BeautifulSoup(response.content, "html.parser").find(id=name)
    return StreamState(*json.loads(tag["data-w-block-arguments-value"]))


def errors_at(response, name: str) -> list[str]:
    """Return the messages that stand at the field ``name`` of a rendered form, and only there."""
    soup = BeautifulSoup(response.content, "html.parser")
    field = soup.find(attrs={"name": name}).find_parent(class_="w-field")
    # The scheduling fields stand in a template, whose text BeautifulSoup leaves out by itself.
    found = field.select(".w-field__errors .error-message")
    return [" ".join("".join(tag.find_all(string=True)).split()) for tag in found]


def said(response) -> list[str]:
    """Return the messages above the page, each on one line."""
    soup = BeautifulSoup(response.content, "html.parser")
    return [" ".join(tag.get_text(" ").split()) for tag in soup.select(".messages > ul > li")]


STORED = (
    Page, NewsPage, Place, Revision, PageLogEntry, ModelLogEntry, WorkflowState, TaskState,
    NewsCategory, Identity, PortalImage, PortalDocument,
)  # fmt: skip


def stored() -> dict:
    """Return every row that editors' work is kept in, to see that nothing of it changed."""
    return {model: list(model._base_manager.order_by("pk").values()) for model in STORED}


REQUIRED = Says("This field is required.")
NO_DATE = Says("Enter a valid date.")
NO_EMAIL = Says("Enter a valid email address.")
NO_PHONE = Says("Write a telephone number: digits, with spaces or full stops between them.")
NOT_NEGATIVE = Says("Ensure this value is greater than or equal to %(limit_value)s.", limit_value=0)


def too_long(limit: int, length: int) -> Says:
    """Return what is said of a text of ``length`` characters where ``limit`` are allowed."""
    message = "Ensure this value has at most %(limit_value)d character{} (it has %(show_value)d)."
    return Says(
        message.format(""), message.format("s"), limit, limit_value=limit, show_value=length
    )


def edit_url(page) -> str:
    """Return the address of the editor of ``page``."""
    return f"/admin/pages/{page.pk}/edit/"


def refused(browser, url: str, action: str = "action-submit", **changes):
    """Post the form at ``url`` with ``changes``; return the form that comes back, nothing saved."""
    form = fill_in(browser, url, **changes)
    before = stored()
    response = browser.post(url, {**form, action: "1"})
    assert response.status_code == 200
    assert stored() == before
    return response
