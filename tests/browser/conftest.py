import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import chromium, server
from tests.browser.site import PASSWORD


@pytest.fixture(scope="session")
def address(tmp_path_factory) -> Iterator[str]:
    """The address at which a small site is served."""
    var = tmp_path_factory.mktemp("var")
    settings = {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "PORTAL_VAR": str(var),
        "PORTAL_SECRET_KEY": "only for tests",
    }
    subprocess.run(
        [sys.executable, "-m", "tests.browser.site"],
        cwd=server.ROOT,
        env={**os.environ, **settings},
        check=True,
    )
    with server.served(var) as (url, _process):
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with chromium.browser() as started:
        yield started


@pytest.fixture
def context(browser, address) -> Iterator[BrowserContext]:
    """A reader's browser window of desktop size, with nothing remembered."""
    opened = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context) -> Page:
    """An empty tab."""
    return context.new_page()


@pytest.fixture
def log_in(browser, address) -> Iterator[Callable[[str], Page]]:
    """A function that logs somebody in, in a browser of their own, and gives their tab."""
    opened = []

    def log_in_as(name: str) -> Page:
        own = browser.new_context(base_url=address, viewport={"width": 1400, "height": 1000})
        own.set_default_timeout(15_000)
        opened.append(own)
        tab = own.new_page()
        tab.goto("/admin/login/")
        tab.fill("#id_username", name)
        tab.fill("#id_password", PASSWORD)
        tab.click("button[type=submit]")
        tab.wait_for_url("**/admin/")
        return tab

    yield log_in_as
    for own in opened:
        own.close()
