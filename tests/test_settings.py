"""What the environment says: read with good will, or refused at start with one clear line."""

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import release

ROOT = Path(__file__).resolve().parent.parent
MODULES = [f"portal.settings.{name}" for name in ("base", "content", "front", "production")]
PASSWORD = "mat-khau"
MAIL = {
    "PORTAL_EMAIL": "true",
    "PORTAL_EMAIL_URL": "smtp+tls://user:pw@mail.example.org:587",
    "PORTAL_EMAIL_FROM": "Cổng <portal@example.org>",
}


@pytest.fixture
def production(monkeypatch, tmp_path):
    """A function that loads the settings of production with an environment."""
    for name in [*os.environ]:
        if name.startswith("PORTAL_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.setattr(release, "digest", lambda *_folders, **_words: "release")
    loaded = {name: sys.modules[name] for name in MODULES if name in sys.modules}
    for name in MODULES:
        # The package names the module that was loaded last.
        monkeypatch.setattr(name, None, raising=False)

    def load(**environment: str | None) -> ModuleType:
        usual = {"PORTAL_VAR": str(tmp_path), "PORTAL_SECRET_KEY": "x" * 50}
        for name, value in {**usual, **environment}.items():
            if value is not None:
                monkeypatch.setenv(name, value)
        for name in MODULES:
            sys.modules.pop(name, None)
        return importlib.import_module("portal.settings.production")

    yield load
    for name in MODULES:
        sys.modules.pop(name, None)
    sys.modules.update(loaded)


WRONG = [
    ("PORTAL_TRUSTED_PROXIES", "10.0.0.1/8", "host bits set"),
    ("PORTAL_TRUSTED_PROXIES", "127.0.0.1,foo", "holds 'foo'"),
    ("PORTAL_TRUSTED_PROXIES", "127.0.0.1,,::1", "both sides of each comma"),
    *(
        ("PORTAL_URL", url, "https://portal.example.org")
        for url in (
            "",
            "portal.example.org",
            "//portal.example.org",
            "ftp://portal.example.org",
            "https://",
            "https://portal.example.org:",
            "https://portal.example.org:https",
            "https://portal.example.org:0",
            "https://portal.example.org:65536",
            "https://portal.example.org/vi",
            "https://portal.example.org?x",
            "https://portal.example.org#x",
            "https://user@portal.example.org",
            "https://my_portal",
            "https://portal..vn",
            "https://.portal.vn",
            f"https://{'a' * 64}.vn",
            "https://[1:2]",
            "https://straße.de",
        )
    ),
    ("PORTAL_SECRET_KEY", "", "a long random text"),
    ("PORTAL_SECRET_KEY", " \n", "a long random text"),
    ("PORTAL_VAR", "", "the name of a folder"),
    ("PORTAL_VAR", __file__, "the name of a folder"),
    *(
        ("PORTAL_HOSTS", hosts, "names of hosts without port")
        for hosts in ("*", "a.vn,*", "*.a.vn", "https://a.vn", "a.vn:8000", "::1", "")
    ),
    *(("PORTAL_LANGUAGES", codes, "vi,en,zh-hans") for codes in ("", "vi,xx", "zh-cn", "vi,en,vi")),
    ("PORTAL_LANGUAGES", "vi,,en", "both sides of each comma"),
    *(
        ("DATABASE_URL", url, "postgres://user:password@host/name")
        for url in (
            "",
            "foo",
            "postgres",
            f"potgres://user:{PASSWORD}@host/name",
            f"user:{PASSWORD}@host/name",
            f"mysql://user:{PASSWORD}@host/name",
            f"postgres://user:{PASSWORD}@host",
            f"postgres://user:{PASSWORD}@host:port/name",
            f"postgres://user:{PASSWORD}@host:65536/name",
            "sqlite://",
            "sqlite://:memory:",
            "sqlite:///:memory:",
            "sqlite://portal.sqlite3",
            f"sqlite:///{ROOT}",
        )
    ),
    ("PORTAL_LOG_LEVEL", "loud", "DEBUG, INFO"),
    ("PORTAL_LOG_LEVEL", "", "DEBUG, INFO"),
    ("PORTAL_S_MAXAGE", "soon", "a whole number from 0"),
    ("PORTAL_S_MAXAGE", "-1", "a whole number from 0"),
    ("PORTAL_S_MAXAGE", "1.5", "a whole number from 0"),
    ("PORTAL_S_MAXAGE", "9" * 5000, "a whole number from 0"),
    *(
        (f"PORTAL_VISITS_{name}", number, "a whole number from 1")
        for name in ("VISITOR_LIMIT", "NETWORK_LIMIT", "KEEP_DAYS")
        for number in ("many", "0", "-5", "")
    ),
    ("PORTAL_VISITS_KEEP_DAYS", "800000", "from 1 to 36500"),
    ("PORTAL_EMAIL", "perhaps", "true or false"),
    ("PORTAL_EMAIL", "2", "true or false"),
    ("PORTAL_SURROGATE_HEADER", "Cache Tag", "the name of a header"),
    ("PORTAL_SURROGATE_HEADER", "Cache-Tag:", "the name of a header"),
]


@pytest.mark.parametrize(("name", "value", "expected"), WRONG)
def test_a_wrong_value_is_refused_in_one_line_with_its_name(production, name, value, expected):
    with pytest.raises(ImproperlyConfigured) as refusal:
        production(**{name: value})
    line = str(refusal.value)
    assert line.startswith(f"{name} holds ")
    assert expected in line
    assert "\n" not in line
    assert PASSWORD not in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_EMAIL_URL", f"http://user:{PASSWORD}@host"),
        ("PORTAL_EMAIL_URL", f"smtp://user:{PASSWORD}@host:port"),
        ("PORTAL_EMAIL_URL", "smtp://"),
        ("PORTAL_EMAIL_URL", ""),
        ("PORTAL_EMAIL_FROM", ""),
        ("PORTAL_EMAIL_FROM", "portal"),
    ],
)
def test_values_of_mail_count_where_mail_is_sent(production, name, value):
    assert not hasattr(production(**{**MAIL, "PORTAL_EMAIL": "false", name: value}), "EMAIL_HOST")
    with pytest.raises(ImproperlyConfigured, match=f"^{name} holds .*expected") as refusal:
        production(**{**MAIL, name: value})
    assert PASSWORD not in str(refusal.value)


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({"PORTAL_EMAIL": "true"}, "PORTAL_EMAIL_URL"),
        ({**MAIL, "PORTAL_EMAIL_FROM": None}, "PORTAL_EMAIL_FROM"),
        ({"PORTAL_SECRET_KEY": None}, "PORTAL_SECRET_KEY"),
    ],
)
def test_what_cannot_be_done_without_is_named(production, said, missing):
    with pytest.raises(ImproperlyConfigured, match=f"^{missing} is not set; expected"):
        production(**said)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "a file with text in it"),
        (b" \n", "a file with text in it"),
        (bytes(64), "a file with text in it"),
        (b"\xff\xfe\x80", "a file of text in UTF-8"),
        ("folder", "a file to read (Is a directory)"),
        (None, "a file to read (No such file or directory)"),
    ],
)
@pytest.mark.parametrize("name", ["PORTAL_SECRET_KEY", "PORTAL_URL"])
def test_a_file_without_a_value_is_refused(production, tmp_path, name, content, expected):
    file = tmp_path / "value"
    if content == "folder":
        file.mkdir()
    elif content is not None:
        file.write_bytes(content)
    with pytest.raises(ImproperlyConfigured) as refusal:
        production(**{f"{name}_FILE": str(file)})
    assert str(refusal.value) == f"{name}_FILE holds {str(file)!r}; expected {expected}."


def test_a_value_may_lie_in_a_file(production, tmp_path):
    (tmp_path / "url").write_text("https://portal.example.org\n")
    (tmp_path / "key").write_text("$secret")
    made = production(
        PORTAL_URL_FILE=str(tmp_path / "url"), PORTAL_SECRET_KEY_FILE=str(tmp_path / "key")
    )
    assert made.PORTAL_URL == "https://portal.example.org"
    assert made.SECRET_KEY == "$secret"


def test_a_value_in_another_encoding_is_refused(production):
    with pytest.raises(ImproperlyConfigured, match=r"^PORTAL_SECRET_KEY holds no text in UTF-8"):
        production(PORTAL_SECRET_KEY=os.fsdecode(b"kh\xf3a"))


def test_nothing_but_the_secret_key_must_be_said(production, tmp_path):
    made = production()
    assert made.PORTAL_URL == "http://127.0.0.1:8000"
    assert made.ALLOWED_HOSTS == ["127.0.0.1"]
    assert made.DATABASES["default"]["NAME"] == str(tmp_path / "portal.sqlite3")
    assert [code for code, _name in made.LANGUAGES] == ["vi", "en"]
    assert made.PAGECACHE["trusted_proxies"] == ["127.0.0.0/8", "::1/128"]
    assert made.PAGECACHE["export_folder"] == made.PAGECACHE["surrogate_header"] == ""
    assert made.LOGGING["root"]["level"] == "INFO"
    assert not made.WAGTAIL_PASSWORD_RESET_ENABLED


@pytest.mark.parametrize(
    ("url", "known", "host"),
    [
        ("https://portal.example.org/", "https://portal.example.org", "portal.example.org"),
        (
            "HTTPS://Portal.Example.ORG:8443",
            "https://portal.example.org:8443",
            "portal.example.org",
        ),
        ("http://[::1]:8000", "http://[::1]:8000", "[::1]"),
        ("https://cổng.vn", "https://xn--cng-qmz.vn", "xn--cng-qmz.vn"),
        ("https://Cổng.vn", "https://xn--cng-qmz.vn", "xn--cng-qmz.vn"),
    ],
)
def test_the_address_is_known_as_browsers_send_it(production, url, known, host):
    made = production(PORTAL_URL=url)
    assert made.PORTAL_URL == made.PAGECACHE["origin"] == made.WAGTAILADMIN_BASE_URL == known
    (trusted,), (allowed,) = made.CSRF_TRUSTED_ORIGINS, made.ALLOWED_HOSTS
    assert (trusted, allowed) == (known, host)


def test_lists_may_have_blanks_after_commas(production):
    made = production(
        PORTAL_URL="https://a.vn",
        PORTAL_HOSTS="B.vn, .c.vn",
        PORTAL_LANGUAGES="vi, en, zh-Hans",
        PORTAL_TRUSTED_PROXIES="10.0.0.0/8, 192.168.1.7",
    )
    assert made.ALLOWED_HOSTS == ["a.vn", "b.vn", ".c.vn"]
    assert [code for code, _name in made.LANGUAGES] == ["vi", "en", "zh-hans"]
    assert made.PAGECACHE["trusted_proxies"] == ["10.0.0.0/8", "192.168.1.7"]


def test_nobody_need_be_trusted(production):
    assert production(PORTAL_TRUSTED_PROXIES="").PAGECACHE["trusted_proxies"] == []


def test_a_database_of_postgresql(production):
    made = production(DATABASE_URL="postgres://user:p%40ss@host:5433/name").DATABASES["default"]
    assert made["ENGINE"] == "django.db.backends.postgresql"
    assert (made["USER"], made["PASSWORD"]) == ("user", "p@ss")
    assert (made["HOST"], made["PORT"], made["NAME"]) == ("host", 5433, "name")


def test_a_file_of_sqlite(production, tmp_path):
    made = production(DATABASE_URL=f"sqlite:///{tmp_path}/a.sqlite3").DATABASES["default"]
    assert made["NAME"] == f"{tmp_path}/a.sqlite3"


@pytest.mark.parametrize("level", ["debug", "Warning", " ERROR "])
def test_levels_may_be_written_in_small_letters(production, level):
    made = production(PORTAL_LOG_LEVEL=level)
    assert made.LOGGING["root"]["level"] == level.strip().upper()


@pytest.mark.parametrize(
    ("word", "meant"), [("true", True), ("Yes", True), ("1", True), ("off", False), ("", False)]
)
def test_yes_and_no_may_be_written_in_several_ways(production, word, meant):
    made = production(**{**MAIL, "PORTAL_EMAIL": word})
    assert made.WAGTAIL_PASSWORD_RESET_ENABLED is meant
    assert hasattr(made, "EMAIL_HOST") is meant


@pytest.mark.parametrize(
    "folder",
    [
        "/",
        str(ROOT),
        str(ROOT.parent),
        "{var}",
        "{var}/",
        "{var}/pages/..",
        "{var}/..",
        *(
            f"{{var}}/{name}{below}"
            for name in ("media", "static", "visits", "pagecache")
            for below in ("", "/pages")
        ),
        "{var}/link",
        "{var}/file",
    ],
)
def test_a_folder_of_exported_pages_that_others_write_to_is_refused(production, tmp_path, folder):
    (tmp_path / "link").symlink_to("media/images")
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match=r"^PORTAL_EXPORT holds .*expected.* folder"):
        production(PORTAL_EXPORT=folder.format(var=tmp_path))


@pytest.mark.parametrize("folder", ["{var}/pages", "{var}-pages", "{var}/media-pages"])
def test_exported_pages_have_a_folder_of_their_own(production, tmp_path, folder):
    folder = folder.format(var=tmp_path)
    assert production(PORTAL_EXPORT=folder).PAGECACHE["export_folder"] == folder


@pytest.mark.parametrize("command", ["check", "serve"])
def test_the_administrator_sees_the_line_and_nothing_else(tmp_path, command):
    done = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "portal.settings.production",
            "PORTAL_VAR": str(tmp_path),
            "PORTAL_SECRET_KEY": "",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "PORTAL_SECRET_KEY holds ''; expected a long random text, or PORTAL_SECRET_KEY_FILE with "
        "the name of a file that holds it.\n"
    )
