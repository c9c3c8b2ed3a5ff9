import pytest
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from home.factories import small_site
from portal import surroundings
from portal.front import Front, settings_of_portal
from portal.pagecache.flights import Refresher
from portal.pagecache.follower import follow
from portal.pagecache.node import local
from portal.pagecache.upstream import InProcess
from portal.supervisor import write_error_pages


@pytest.fixture(autouse=True)
def fresh_memory(settings, tmp_path):
    """Start each test without what this process remembers, and with a folder for its files."""
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
def kept_connection():
    """Let no request close the connection in which the transaction of the test is open.

    Django's own test client does the same.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


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
