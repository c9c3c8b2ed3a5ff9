import fcntl
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.wsgi import get_wsgi_application
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import translation

from home.factories import (
    HistoryIndexPageFactory,
    InfoPageFactory,
    LocationMapPageFactory,
    small_site,
)
from news.factories import NewsPageFactory
from portal import surroundings
from portal.front import Front, settings_of_portal
from portal.pagecache.edge.flights import Refresher
from portal.pagecache.edge.upstream import InProcess
from portal.pagecache.follower import follow
from portal.pagecache.node import local
from portal.supervisor import write_error_pages
from tests import postgres, serving
from tests.exporting import HOST, STRICT, ask, exported
from tests.visits_folding import Folding, database_of_its_own


@pytest.fixture(autouse=True)
def fresh_memory(settings, tmp_path):
    """Start each test without what this process remembers, and with a folder for its files.

    The language of the last page that was asked for is remembered too.
    """
    translation.activate(settings.LANGUAGE_CODE)
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PORTAL_VISITS_FOLDER = tmp_path / "visits"
    surroundings.forget()
    caches["renditions"].clear()
    yield
    surroundings.forget()


@pytest.fixture
def site(db):
    """A Vietnamese site with a home page, an identity and an empty list of news."""
    return small_site()


@pytest.fixture
def kept_connection(monkeypatch):
    """Let no request close the connection in which the transaction of the test is open."""
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda _self: None)


@pytest.fixture
def pagecache(db, settings, tmp_path):
    """An empty page cache that is up to date with the journal."""
    settings.PAGECACHE = {
        **settings.PAGECACHE,
        "folder": str(tmp_path / "pagecache"),
        "origin": "http://testserver",
    }
    local.cache_clear()
    follow()
    yield local()
    local().store.close()
    local.cache_clear()


@pytest.fixture
def front(kept_connection, site, pagecache, settings, tmp_path, monkeypatch):
    """The outermost application with Django in the same process and nothing kept."""
    settings.STATIC_ROOT = tmp_path / "static"
    # Threads of their own would not see what the transaction of a test has written.
    monkeypatch.setattr(Refresher, "start", lambda refresher: None)
    front = settings_of_portal(renders=[])
    write_error_pages(front)
    return Front(front, InProcess(get_wsgi_application()))


@pytest.fixture
def exporting(kept_connection, site, settings, tmp_path, monkeypatch):
    """The portal as its readers reach it over https, with a folder for exported pages."""
    for name in ("SECONDS", "INCLUDE_SUBDOMAINS", "PRELOAD"):
        setattr(settings, f"SECURE_HSTS_{name}", STRICT[name])
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLOWED_HOSTS = [HOST]
    settings.PAGECACHE = {
        **settings.PAGECACHE,
        "folder": str(tmp_path / "pagecache"),
        "origin": f"https://{HOST}",
        "export_folder": str(tmp_path / "pages"),
    }
    monkeypatch.setattr(Refresher, "start", lambda refresher: None)
    local.cache_clear()
    follow()
    yield Front(settings_of_portal(renders=[]), InProcess(get_wsgi_application()))
    local().store.close()
    local.cache_clear()


@pytest.fixture
def exported_pages(site, exporting) -> list[str]:
    """The addresses of a page of each kind, on two levels, all of them exported."""
    article = NewsPageFactory(parent=site.news, slug="hai-cap")
    others = [
        HistoryIndexPageFactory(parent=site.home, slug="lich-su"),
        LocationMapPageFactory(parent=site.home, slug="ban-do"),
        InfoPageFactory(parent=site.home, slug="Gioi_Thieu"),
    ]
    follow()
    addresses = ["/", "/tin-tuc/", *(page.url for page in (article, *others))]
    for address in addresses:
        assert ask(exporting, address).status == 200
    assert exported() == sorted(addresses)
    return addresses


@pytest.fixture(scope="session")
def built_site(tmp_path_factory) -> Path:
    """The folder of a small site on SQLite, built once for all processes that test."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    built = shared / "site"
    with open(shared / "site.lock", "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            _build(shared / "site.new")
            (shared / "site.new").rename(built)
    return built


@pytest.fixture
def var(built_site, tmp_path) -> Path:
    """A folder of its own with a small site on SQLite, for `serving.running`."""
    return Path(shutil.copytree(built_site, tmp_path / "var"))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory) -> Iterator[postgres.Server]:
    """A PostgreSQL server whose first database holds a small site."""
    with postgres.controlled() as server:
        _build(tmp_path_factory.mktemp("site"), DATABASE_URL=server.address)
        yield server


@pytest.fixture
def copy_database(postgres_server) -> Callable[[], str]:
    """A function that gives the address of a new database with a small site."""
    return lambda: postgres_server.copy(f"site_{next(_numbers)}")


@pytest.fixture(scope="module")
def folding_program(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Folding]:
    """A program that folds visits into a database of its own."""
    with (
        django_db_blocker.unblock(),
        database_of_its_own(tmp_path_factory.mktemp("database")) as url,
    ):
        made = Folding(url)
        yield made
        made.process.stdin.close()
        assert made.process.wait(20) == 0


@pytest.fixture
def folding(folding_program) -> Folding:
    """The program that folds visits, whose database has counted none."""
    folding_program.do("clear")
    return folding_program


@pytest.fixture
def exact(record_property, folding) -> Callable[[int], None]:
    """Says that the database has counted what was answered for; both stand in a JUnit report."""

    def check(answered: int) -> None:
        counted = folding.views()
        record_property("visits answered", answered)
        record_property("visits counted", counted)
        assert counted == answered

    return check


_numbers = itertools.count()


def _build(folder: Path, **environment: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.serving"],
        cwd=serving.ROOT,
        env=serving.environment_of(folder, **environment),
        check=True,
    )
