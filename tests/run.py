"""Everything that `make test` proves, in order; the first failure ends it.

Needs of the machine (gettext, Chromium, PostgreSQL) are installed with apt-get where that is
possible. What cannot be had is named at the end together with what was therefore not covered; with
CI=true that is a failure.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

# What a need is called, how its presence is seen, the Debian package, what it is for.
NEEDS = [
    ("gettext", lambda: shutil.which("xgettext"), "gettext", "the check of message catalogues"),
    ("chromium", lambda: chromium_path(), "chromium", "the tests in a browser"),
    ("postgresql", postgres.bin_folder, "postgresql", "the suite on PostgreSQL"),
    ("nginx", lambda: on_path("nginx"), "nginx-light", "the examples of deployment"),
    ("varnish", lambda: on_path("varnishd"), "varnish", "the purging of a real cache in front"),
    ("openssl", lambda: on_path("openssl"), "openssl", "the examples of deployment"),
    ("systemd", lambda: on_path("systemd-analyze"), "systemd", "the examples of deployment"),
]


# What is the same whichever database the suite runs on: it asks none, brings its own, or is about
# forms, blocks, files and numbers of queries.
ONCE = [
    "test_admin_forms.py",
    "test_bad_blocks.py",
    "test_bad_places_and_snippets.py",
    "test_benchmark*.py",
    "test_blocks.py",
    "test_catalogues.py",
    "test_checks.py",
    "test_demo_content.py",
    "test_demo_news.py",
    "test_demo_pictures.py",
    "test_deploy*.py",
    "test_edge_*.py",
    "test_faults_*.py",
    "test_folding.py",
    "test_formats.py",
    "test_front_files.py",
    "test_maps_*.py",
    "test_pagecache_cdn*.py",
    "test_paste*.py",
    "test_pictures.py",
    "test_queries.py",
    "test_serve.py",
    "test_store.py",
    "test_translation_content.py",
    "test_tree_together.py",
    "test_uploads.py",
    "test_upstream_loss.py",
    "test_visits_beacon.py",
    "test_visits_limits.py",
]


def on_path(program: str) -> str | None:
    """Return where a program is, in the folders of the administrator too."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def chromium_path() -> str | None:
    """Return where a Chromium is, the system's or Playwright's own, or None."""
    system = shutil.which("chromium") or shutil.which("chromium-browser")
    if system:
        return system
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if os.path.exists(own) else None


def main() -> int:
    """Run all steps and return the exit code."""
    missing = provide_needs()
    started = time.monotonic()
    production = {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "PORTAL_URL": "https://portal.example.org",
        "PORTAL_SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    }
    testing = {"DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    manage = [sys.executable, "-W", "error::DeprecationWarning:portal", "manage.py"]
    step("ruff check", [BIN / "ruff", "check", "."])
    step("ruff format", [BIN / "ruff", "format", "--check", "."])
    step("compile_catalogues", [*manage, "compile_catalogues"], testing)
    step("makemigrations --check", [*manage, "makemigrations", "--check", "--dry-run"], testing)
    step(
        "check --deploy",
        [*manage, "check", "--deploy", "--fail-level", "WARNING"],
        production,
    )
    if "gettext" not in missing:
        step("message catalogues", [sys.executable, "-m", "tests.messages"], testing)
    # Playwright keeps an event loop running in the process that drives the browser, where Django
    # then refuses the database: those tests have a process of their own.
    pytest = [sys.executable, "-m", "pytest", "-q"]
    suite = [*pytest, "-n", "2", "--dist", "worksteal", "--ignore=tests/browser"]
    if missing & {"nginx", "openssl", "systemd"}:
        suite += ["--ignore=tests/test_deploy.py", "--ignore=tests/test_deploy_files.py"]
    if "varnish" in missing:
        suite += ["-k", "not varnish"]
    step("tests on SQLite", suite, testing)
    if "chromium" not in missing:
        step("tests in a browser", [*pytest, "tests/browser"], testing)
    if "postgresql" not in missing:
        with postgres.server() as url:
            once = [f"--ignore-glob={ROOT}/tests/{name}" for name in ONCE]
            step("tests on PostgreSQL", [*suite, *once], {**testing, "DATABASE_URL": url})
    print(f"\nAll steps passed in {time.monotonic() - started:.0f} s.")
    for name, _present, _package, purpose in NEEDS:
        if name in missing:
            print(f"NOT COVERED: {purpose}, because {name} could not be had.")
    return 1 if missing and os.environ.get("CI") == "true" else 0


def provide_needs() -> set[str]:
    """Install what is missing where that is possible; return the names of what still is."""
    packages = [package for _name, present, package, _purpose in NEEDS if not present()]
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(packages)} with apt-get", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        quiet = {"env": environment, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-q"], check=False, **quiet)
        subprocess.run(
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages],
            check=False,
            **quiet,
        )
    if not chromium_path():
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    return {name for name, present, _package, _purpose in NEEDS if not present()}


def step(name: str, command: list, environment: dict | None = None) -> None:
    """Run one step; end everything with its exit code when it fails."""
    print(f"\n== {name}", flush=True)
    code = subprocess.run(command, cwd=ROOT, env={**os.environ, **(environment or {})}).returncode
    if code != 0:
        print(f"\nFAILED: {name} (exit code {code})", flush=True)
        sys.exit(code)


if __name__ == "__main__":
    sys.exit(main())
