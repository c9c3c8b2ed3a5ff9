"""The rules that `manage.py check` holds: silent on the portal, loud on what breaks them."""

import pytest
from django.core import checks as django_checks
from django.core.management import call_command
from django.db import models
from wagtail import blocks
from wagtail.models import Page, TranslatableMixin

from home.models import HomePage
from portal import checks
from portal.models import BasePage, StreamField, User
from portal.models.media import PortalImage

OURS = (
    checks.every_page_is_a_base_page,
    checks.every_model_is_translatable_or_says_why_not,
    checks.every_block_can_be_previewed,
    checks.check_map_providers,
)


# Abstract, so that no registry and no list of page types ever hears of them.


class LoosePage(Page):
    """A page type that forgot to extend BasePage."""

    class Meta:
        abstract = True
        app_label = "home"


class ForgottenRow(models.Model):
    """A model of ours that nobody made translatable."""

    class Meta:
        abstract = True
        app_label = "news"


class TranslatedRow(TranslatableMixin):
    """A model of ours that is translated."""

    class Meta:
        abstract = True
        app_label = "news"


class ForeignRow(models.Model):
    """A model of an app that is not ours."""

    class Meta:
        abstract = True
        app_label = "elsewhere"


def page_with(*members) -> type:
    """Return a page type of ours whose body may hold ``members``."""

    class Written(BasePage):
        body = StreamField(list(members))

        class Meta:
            abstract = True
            app_label = "home"

    return Written


@pytest.fixture
def installed(monkeypatch):
    """Return a function that has the checks see only certain models."""

    def install(*found):
        monkeypatch.setattr(checks.apps, "get_models", lambda *args, **kwargs: list(found))

    return install


def test_all_of_them_are_run_by_manage_py_check():
    assert set(OURS) <= set(django_checks.registry.registry.get_checks())


@pytest.mark.parametrize("check", OURS, ids=lambda check: check.__name__)
def test_they_find_nothing_in_the_portal(check):
    assert check(app_configs=None) == []


@pytest.mark.django_db
def test_the_portal_passes_the_whole_check():
    call_command("check", fail_level="WARNING")


def test_a_page_type_that_does_not_extend_base_page_is_found(installed):
    installed(Page, HomePage, User, LoosePage)
    (error,) = checks.every_page_is_a_base_page(None)
    assert (error.id, error.obj) == ("portal.E001", LoosePage)
    assert "LoosePage" in error.msg
    assert error.is_serious()


def test_a_model_that_is_neither_translated_nor_excused_is_found(installed):
    installed(ForgottenRow, TranslatedRow, ForeignRow, PortalImage, HomePage)
    (error,) = checks.every_model_is_translatable_or_says_why_not(None)
    assert (error.id, error.obj) == ("portal.E002", ForgottenRow)


def test_every_excuse_is_of_a_model_that_needs_one_and_says_why():
    for model, reason in checks.NOT_TRANSLATABLE.items():
        assert not issubclass(model, TranslatableMixin)
        assert reason.strip()


@pytest.mark.parametrize("lacking", ["label", "icon", "description", "preview_value"])
def test_a_block_without_a_word_for_the_picker_is_found(installed, lacking):
    whole = {"label": "Bảng", "icon": "table", "description": "Hàng và cột.", "preview_value": "x"}
    parts = {**whole, lacking: ""}
    installed(
        page_with(("sound", blocks.CharBlock(**whole)), ("planted", blocks.CharBlock(**parts)))
    )
    (error,) = checks.every_block_can_be_previewed(None)
    assert error.id == "portal.E003"
    assert "'planted'" in error.msg
    assert "Written.body" in error.msg
    assert error.msg.endswith(f"lacks: {lacking}.")


def test_all_that_a_block_lacks_is_said_at_once(installed):
    installed(page_with(("bare", blocks.CharBlock(icon=""))))
    (error,) = checks.every_block_can_be_previewed(None)
    assert error.msg.endswith("lacks: label, icon, description, preview_value.")


def test_blocks_within_streams_within_streams_are_asked_too(installed):
    whole = {"label": "Nhóm", "icon": "grip", "description": "Vài khối.", "preview_value": [1]}
    inner = blocks.StreamBlock([("deep", blocks.CharBlock())], **whole)
    found = [name for name, _block in checks.pickable(blocks.StreamBlock([("group", inner)]))]
    assert found == ["group", "deep"]
    installed(page_with(("group", inner)))
    (error,) = checks.every_block_can_be_previewed(None)
    assert "'deep'" in error.msg


def test_pages_of_other_apps_are_not_asked_for_previews(installed):
    page = page_with(("bare", blocks.CharBlock()))
    page._meta.app_label = "elsewhere"
    installed(page)
    assert checks.every_block_can_be_previewed(None) == []


def test_a_map_that_could_show_too_much_is_found(settings):
    settings.PORTAL_MAP_PROVIDERS = [
        {
            "name": "wide",
            "kind": "tiles",
            "url": "https://tiles.example/{z}/{x}/{y}.png",
            "attribution": "Ai đó",
            "min_zoom": 3,
            "bounds": {"west": 106.4, "south": 20.6, "east": 108.2, "north": 21.8},
            "csp_hosts": ["https://tiles.example"],
        }
    ]
    found = django_checks.run_checks()
    assert [error.id for error in found if error.id.startswith("portal.")] == ["portal.E407"]
