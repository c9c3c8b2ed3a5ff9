import pytest
from django.core.cache import caches

from home.factories import small_site
from portal import surroundings


@pytest.fixture(autouse=True)
def fresh_memory(settings, tmp_path):
    """Start each test without what this process remembers, and with a folder for its files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    surroundings.forget()
    caches["renditions"].clear()
    yield
    surroundings.forget()


@pytest.fixture
def site(db):
    """A Vietnamese site with a home page, an identity and an empty list of news."""
    return small_site()
