"""Whose tiles the interactive map may show, and what follows from that choice."""

import ast
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from csp.constants import SELF
from django.conf import settings as used_settings
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.utils import translation

from home.factories import LocationMapPageFactory, PlaceFactory
from portal.maps import providers
from portal.maps.land import ARCHIPELAGOS
from portal.maps.providers import check_map_providers, map_config
from portal.settings import base
from tests.mapping import BAY, QUANG_NINH, TRICKY

OSM_HOST = "https://tile.openstreetmap.org"
NATIONAL = {"west": 102, "south": 6, "east": 118, "north": 24}
SETTINGS_TEXT = Path(base.__file__).read_text()
NO_PROVIDERS = "PORTAL_MAP_PROVIDERS = []"
OSM = {
    "name": "osm",
    "kind": "tiles",
    "url": "https://tile.example.org/{z}/{x}/{y}.png",
    "attribution": "© Example",
    "min_zoom": 9,
    "max_zoom": 19,
    "bounds": QUANG_NINH,
    "csp_hosts": ["https://tile.example.org"],
}


def documented():
    """The entry that the module of providers gives as its example, read from its docstring."""
    block = re.search(r"PORTAL_MAP_PROVIDERS = (\[.*?\n    \])", providers.__doc__, re.DOTALL)
    (entry,) = ast.literal_eval(block[1])
    return entry


@pytest.fixture
def choose(settings):
    """Return a function that names one provider in the settings: the example with changes."""

    def choose(**changes):
        entry = {**documented(), **changes}
        settings.PORTAL_MAP_PROVIDERS = [{k: v for k, v in entry.items() if v is not ...}]
        settings.PORTAL_MAP_PROVIDER = entry["name"]

    return choose


# The check


def test_the_documented_example_is_accepted(choose):
    choose()
    assert check_map_providers() == []
    assert providers.active_provider().url == f"{OSM_HOST}/{{z}}/{{x}}/{{y}}.png"


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"colour": "red"}, "E401", "unexpected keyword argument 'colour'"),
        ({"kind": ...}, "E401", "'kind'"),
        ({"bounds": {"west": 106.4}}, "E401", "'south'"),
        ({"bounds": {**QUANG_NINH, "east": 100}}, "E401", "west < east"),
        ({"bounds": {**QUANG_NINH, "east": "108.2"}}, "E401", "'<'"),
        ({"min_zoom": "9"}, "E401", "whole numbers"),
        ({"csp_hosts": OSM_HOST}, "E401", "list of origins"),
        ({"kind": "vector"}, "E403", "unknown kind 'vector'"),
        ({"bounds": ...}, "E404", "no bounds"),
        ({"attribution": ""}, "E405", "no attribution"),
        ({"url": f"{OSM_HOST}/{{z}}/{{x}}.png"}, "E406", "isn't a tile address"),
        ({"url": ""}, "E406", "isn't a tile address"),
        ({"url": "http://tile.openstreetmap.org/{z}/{x}/{y}.png"}, "E406", "isn't https"),
        ({"url": "//tile.openstreetmap.org/{z}/{x}/{y}.png"}, "E406", "isn't https"),
        ({"referrer_policy": "unsafe-url"}, "E406", "unknown referrer policy 'unsafe-url'"),
        ({"min_zoom": 8}, "E407", "islands of Biển Đông"),
        ({"bounds": {**QUANG_NINH, "south": 17, "east": 111.5}}, "E407", "islands of Biển Đông"),
        ({"bounds": {**QUANG_NINH, "south": 8, "east": 112}}, "E407", "islands of Biển Đông"),
        ({"csp_hosts": []}, "E408", f"{OSM_HOST} isn't among its csp_hosts"),
        ({"csp_hosts": ["https://tile.openstreetmap.org.example"]}, "E408", "isn't among"),
        ({"max_zoom": 23}, "E409", "zooms are impossible"),
        ({"min_zoom": 12, "max_zoom": 11}, "E409", "zooms are impossible"),
    ],
)
def test_each_fault_is_found_and_told(choose, changes, code, words):
    choose(**changes)
    told = {error.id: error.msg for error in check_map_providers()}
    assert words in told[f"portal.{code}"]


@pytest.mark.parametrize("configured", [None, ["osm"], {"osm": {}}, [None]])
def test_settings_of_another_form_are_told_and_not_raised(settings, configured):
    settings.PORTAL_MAP_PROVIDERS = configured
    assert [error.id for error in check_map_providers()] == ["portal.E401"]


def test_a_provider_that_is_not_in_use_is_checked_too(settings):
    settings.PORTAL_MAP_PROVIDERS = [documented(), {**documented(), "name": "b", "min_zoom": 1}]
    (error,) = check_map_providers()
    assert error.id == "portal.E407"
    assert "'b'" in error.msg


def test_several_faults_are_told_at_once(choose):
    choose(attribution="", bounds=..., csp_hosts=[])
    assert {error.id for error in check_map_providers()} == {
        "portal.E404", "portal.E405", "portal.E408",
    }  # fmt: skip


def test_tiles_of_the_portal_itself_need_no_host(choose):
    choose(url="/tiles/{z}/{x}/{y}.png", csp_hosts=[])
    assert check_map_providers() == []


def check_ids():
    return [error.id for error in providers.check_map_providers()]


def test_the_built_in_provider_asks_nobody_and_passes_the_check():
    with override_settings(PORTAL_MAP_PROVIDERS=[], PORTAL_MAP_PROVIDER="built-in"):
        assert check_ids() == []
        assert providers.active_provider().kind == providers.LAND
        assert providers.csp_image_sources() == []


def test_a_complete_provider_is_one_entry_of_the_settings():
    with override_settings(PORTAL_MAP_PROVIDERS=[OSM], PORTAL_MAP_PROVIDER="osm"):
        assert check_ids() == []
        assert providers.csp_image_sources() == ["https://tile.example.org"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"bounds": None}, "portal.E404"),
        ({"attribution": ""}, "portal.E405"),
        ({"kind": "vector"}, "portal.E403"),
        ({"url": "https://tile.example.org/map.png"}, "portal.E406"),
        ({"url": "https://{s}.example.org/{z}/{x}/{y}.png"}, "portal.E406"),
        ({"url": "http://tile.example.org/{z}/{x}/{y}.png"}, "portal.E406"),
        ({"referrer_policy": "whatever"}, "portal.E406"),
        ({"min_zoom": 5}, "portal.E407"),
        ({"bounds": NATIONAL}, "portal.E407"),
        ({"csp_hosts": []}, "portal.E408"),
        ({"min_zoom": 12, "max_zoom": 10}, "portal.E409"),
        ({"colour": "red"}, "portal.E401"),
        ({"bounds": {**NATIONAL, "east": 90}}, "portal.E401"),
    ],
)
def test_an_incomplete_or_too_wide_provider_is_refused(change, expected):
    with override_settings(PORTAL_MAP_PROVIDERS=[{**OSM, **change}]):
        assert expected in check_ids()


def test_an_unknown_choice_of_provider_is_refused():
    with override_settings(PORTAL_MAP_PROVIDERS=[], PORTAL_MAP_PROVIDER="absent"):
        assert check_ids() == ["portal.E402"]
        with pytest.raises(ImproperlyConfigured):
            providers.active_provider()


# The script's data


def test_the_script_of_the_example_stays_in_its_bounds(choose):
    choose()
    config = map_config([], land_url="/land", language="vi")
    assert config["kind"] == "tiles"
    assert config["bounds"] == [[20.6, 106.4], [21.8, 108.2]]
    assert (config["minZoom"], config["maxZoom"]) == (9, 19)
    # Without an origin OpenStreetMap answers 403.
    assert config["referrerPolicy"] == "strict-origin-when-cross-origin"
    assert config["attribution"] == "© OpenStreetMap"


@override_settings(PORTAL_MAP_PROVIDERS=[], PORTAL_MAP_PROVIDER="built-in")
def test_the_script_gets_plain_data_with_the_names_of_the_sea():
    config = providers.map_config([TRICKY], land_url="/land", language="en")
    assert json.loads(json.dumps(config)) == config
    assert config["url"] == "/land"
    assert config["places"][0]["at"] == [20.951, 107.08]
    near = SimpleNamespace(name="A", coordinates=BAY, zoom=17)
    assert providers.map_config([near], land_url="/", language="en")["places"][0]["zoom"] == 17
    with translation.override("en"):
        names = {str(group.name) for group in ARCHIPELAGOS}
    assert names <= {entry["name"] for entry in config["names"]}


# The settings and the policy


def base_settings(providers_setting, chosen):
    """What portal/settings/base.py holds when its two settings of the map are these."""
    text = SETTINGS_TEXT
    for old, new in (
        (NO_PROVIDERS, f"PORTAL_MAP_PROVIDERS = {providers_setting!r}"),
        ('PORTAL_MAP_PROVIDER = "built-in"', f"PORTAL_MAP_PROVIDER = {chosen!r}"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    made = {"__file__": base.__file__, "__name__": base.__name__}
    exec(compile(text, base.__file__, "exec"), made)
    return made


def test_the_built_in_provider_is_the_default():
    assert base.PORTAL_MAP_PROVIDERS == []
    assert base.PORTAL_MAP_PROVIDER == "built-in"
    assert used_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"] == [SELF, "data:"]
    assert providers.active_provider() == providers.built_in()
    assert providers.csp_image_sources() == []


@pytest.mark.parametrize(
    ("chosen", "hosts"),
    [("osm", [OSM_HOST]), ("two", ["https://a.example", "https://b.example"]), ("built-in", [])],
)
def test_pictures_may_come_from_the_hosts_of_the_chosen_provider_only(chosen, hosts):
    two = {**documented(), "name": "two", "csp_hosts": ["https://a.example", "https://b.example"]}
    made = base_settings([documented(), two, {"name": "bare"}], chosen)
    directives = made["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert directives["img-src"] == [SELF, "data:", *hosts]
    assert not any(name != "img-src" and set(hosts) & set(v) for name, v in directives.items())


def test_the_policy_and_the_map_room_agree_on_the_hosts(choose):
    choose(csp_hosts=[OSM_HOST, "https://b.example"])
    made = base_settings(used_settings.PORTAL_MAP_PROVIDERS, "osm")
    allowed = made["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"]
    assert allowed[2:] == providers.csp_image_sources()


def test_a_map_page_is_answered_with_the_policy(site, client, settings):
    PlaceFactory(page=LocationMapPageFactory(parent=site.home))
    settings.CONTENT_SECURITY_POLICY = base_settings([documented()], "osm")[
        "CONTENT_SECURITY_POLICY"
    ]
    response = client.get("/ban-do-truc-tuyen/")
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"].split("; ")
    assert f"img-src 'self' data: {OSM_HOST}" in policy
