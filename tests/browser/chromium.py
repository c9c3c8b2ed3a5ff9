"""The browser of the tests: Debian's Chromium, or Playwright's own where that is installed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserType, sync_playwright

# No call home, no sandbox (root has none), no shared memory of its own.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def launch(kind: BrowserType, without: tuple[str, ...] = ()) -> Browser:
    """Start a headless Chromium; ``without`` are arguments that Playwright would give it."""
    system = shutil.which("chromium") or shutil.which("chromium-browser")
    return kind.launch(executable_path=system, args=ARGUMENTS, ignore_default_args=list(without))


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a headless Chromium and end it afterwards."""
    with sync_playwright() as playwright:
        started = launch(playwright.chromium)
        try:
            yield started
        finally:
            started.close()
