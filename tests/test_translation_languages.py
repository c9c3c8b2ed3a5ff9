"""A third language: named in the environment, turned on in the admin."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Settings are read when Django starts, so that another list of languages needs another process.
SCRIPT = r"""
import re
import django
django.setup()

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment
from django.utils.translation import override
setup_test_environment()
call_command("migrate", verbosity=0)

from home.factories import small_site
from portal.factories import UserFactory
from tests.translating import translated
from wagtail.models import Locale, Page

assert [code for code, _name in settings.LANGUAGES] == ["vi", "en", "zh-hans"]
site = small_site()
client = Client()
assert client.get("/zh-hans/").status_code == 404

client.force_login(UserFactory(is_superuser=True))
answer = client.post("/admin/locales/new/", {"language_code": "zh-hans"})
assert answer.status_code == 302, answer.content.decode()
client.logout()
chinese = Locale.objects.get(language_code="zh-hans")
assert client.get("/zh-hans/").status_code == 404
assert not Page.objects.filter(locale=chinese).exists()

translated(site.home, code="zh-hans", words=lambda text: "首页")
news = translated(site.news, code="zh-hans", words=lambda text: "新闻")
assert news.slug == "xinwen", news.slug

answer = client.get("/zh-hans/")
document = answer.content.decode()
assert answer.status_code == 200
assert '<html lang="zh-Hans">' in document
assert answer.headers["Content-Language"] == "zh-hans"
assert "首页" in document
assert 'hreflang="zh-Hans" href="http://localhost/zh-hans/"' in document
assert 'hreflang="x-default" href="http://localhost/"' in document
assert "简体中文" in document

assert client.get("/zh-hans/xinwen/").status_code == 200
missing = client.get("/zh-hans/khong-co/")
assert missing.status_code == 404
assert '<html lang="zh-Hans">' in missing.content.decode()
assert 'hreflang="zh-Hans"' in client.get("/").content.decode()
assert "/zh-hans/xinwen/" in client.get("/sitemap-pages.xml").content.decode()
assert client.get("/en/").status_code == 404
print("done")
"""


def test_chinese_is_turned_on_by_adding_a_locale(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "PORTAL_LANGUAGES": "vi,en,zh-hans",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite3'}",
        "PORTAL_VAR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("done")
