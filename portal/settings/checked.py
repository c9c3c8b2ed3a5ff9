"""Values from the environment, each refused while the settings load if it is wrong.

Every function takes the name of a variable. `<name>_FILE` may name a file that holds the value
instead. What is refused raises ImproperlyConfigured with one line that an administrator can act on:
the variable, what it holds and what is expected.
"""

import ipaddress
import logging
import os
import re
from collections.abc import Iterable
from email.utils import parseaddr
from pathlib import Path
from unicodedata import normalize
from urllib.parse import urlsplit

from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.http.request import split_domain_port
from django.utils.encoding import punycode
from environ import Env
from environ.fileaware_mapping import FileAwareMapping

_VALUES = FileAwareMapping(cache=False)
_TRUE = Env.BOOLEAN_TRUE_STRINGS
# Set to nothing is not set.
_FALSE = ("false", "off", "n", "no", "0", "")
# As of the seconds of Cache-Control (RFC 9111).
_MOST = 2**31 - 1
_ADDRESS = re.compile(
    r"(https?)://(\[[0-9a-f:.]+\]|[^\s/?#@:\[\]]+)(?::([0-9]{1,5}))?/*", re.IGNORECASE
)
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
# Those for which the portal is made and tested.
_DATABASES = ("postgres", "postgresql", "psql", "pgsql", "sqlite")


def refusal(name: str, value: str, expected: str) -> ImproperlyConfigured:
    """Return the error that says that ``name`` holds ``value`` in the place of ``expected``."""
    return ImproperlyConfigured(f"{name} holds {value!r}; expected {expected}.")


def text(name: str, default: str | None = None, expected: str = "a value") -> str:
    """Return what ``name`` holds without the blanks around it, ``default`` where it is not set.

    Raises ImproperlyConfigured where it is not set and there is no default, or for a file that
    cannot be read, holds nothing or is no text.
    """
    return _read(name, default, expected).strip()


def secret(name: str, expected: str) -> str:
    """Return what ``name`` holds, to the letter.

    Raises ImproperlyConfigured, which never shows the value, where that is nothing.
    """
    value = _read(name, None, expected)
    if not value.strip():
        raise refusal(name, "", expected)
    return value


def _read(name: str, default: str | None, expected: str) -> str:
    file = os.environ.get(f"{name}_FILE")
    try:
        value = _VALUES[name]
    except KeyError:
        if default is None:
            raise ImproperlyConfigured(f"{name} is not set; expected {expected}.") from None
        return default
    except OSError as error:
        raise refusal(f"{name}_FILE", file, f"a file to read ({error.strerror})") from None
    except UnicodeError:
        raise refusal(f"{name}_FILE", file, "a file of text in UTF-8") from None
    if file and ("\0" in value or not value.strip()):
        raise refusal(f"{name}_FILE", file, "a file with text in it")
    # Python gives bytes of another encoding as surrogates, which nothing can be sent with.
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ImproperlyConfigured(f"{name} holds no text in UTF-8; expected {expected}.")
    return value


def words(name: str, default: Iterable[str]) -> list[str]:
    """Return what stands between the commas of ``name``, without the blanks around it.

    Raises ImproperlyConfigured where nothing stands between two commas, or beside one.
    """
    value = text(name, ",".join(default))
    found = [word.strip() for word in value.split(",")] if value else []
    if "" in found:
        raise refusal(name, value, "something on both sides of each comma")
    return found


def whole_number(name: str, default: int, least: int, most: int = _MOST) -> int:
    """Return the number that ``name`` holds.

    Raises ImproperlyConfigured for what is none from ``least`` to ``most``.
    """
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        number = None
    if number is None or not least <= number <= most:
        raise refusal(name, value, f"a whole number from {least} to {most}")
    return number


def yes_or_no(name: str, default: bool) -> bool:
    """Return whether ``name`` says yes.

    Raises ImproperlyConfigured for what means neither yes nor no.
    """
    value = text(name, str(default))
    if value.lower() not in (*_TRUE, *_FALSE):
        raise refusal(name, value, "true or false")
    return value.lower() in _TRUE


def folder(name: str, default: Path) -> Path:
    """Return the folder that ``name`` names, whether or not it exists.

    Raises ImproperlyConfigured for nothing, and for what exists and is no folder.
    """
    value = text(name, str(default))
    if not value or (os.path.exists(value) and not os.path.isdir(value)):
        raise refusal(name, value, "the name of a folder")
    return Path(value)


def folder_of_its_own(name: str, around: Iterable[Path], within: Iterable[Path]) -> str:
    """Return the folder that ``name`` names, in which nobody but the portal writes; empty for none.

    Raises ImproperlyConfigured for one that is or contains one of ``around``, is one of ``within``
    or lies in it, and for what exists and is no folder.
    """
    value = text(name, "")
    if not value:
        return ""
    own = Path(os.path.realpath(folder(name, Path(value))))
    for other in map(os.path.realpath, around):
        if Path(other).is_relative_to(own):
            expected = f"a folder of its own, but {other} is the same or lies in it"
            raise refusal(name, value, expected)
    for other in map(os.path.realpath, within):
        if own.is_relative_to(other):
            raise refusal(name, value, f"a folder of its own, outside {other}")
    return value


def _host(written: str) -> str:
    """Return a host as browsers send it, empty for what is none."""
    try:
        if written.startswith("["):
            ipaddress.IPv6Address(written[1:-1])
        sent = punycode(written.lower())
        # Browsers follow a newer standard than Python, and differ in such letters as "ß".
        if not written.isascii() and sent.encode().decode("idna") != normalize(
            "NFC", written.lower()
        ):
            return ""
    except ValueError:
        return ""
    domain, port = split_domain_port(sent)
    return "" if port else domain


def address(name: str, default: str) -> str:
    """Return the public address that ``name`` holds, as browsers send it and without a last slash.

    Raises ImproperlyConfigured for what is not http or https with a host and perhaps a port.
    """
    value = text(name, default)
    found = _ADDRESS.fullmatch(value)
    scheme, host, port = found.groups() if found else ("", "", None)
    host = _host(host)
    if not host or (port and not 0 < int(port) < 2**16):
        expected = (
            "http:// or https://, a host and perhaps a port, such as https://portal.example.org "
            "(a name in letters beyond a-z as browsers send it, xn--…)"
        )
        raise refusal(name, value, expected)
    return f"{scheme.lower()}://{host}" + (f":{port}" if port else "")


def hosts(name: str, origin: str) -> list[str]:
    """Return the hosts that ``name`` holds, that of ``origin`` first among them.

    Raises ImproperlyConfigured for what is no host, and for one that stands for all: what is asked
    of any host cannot be kept.
    """
    own, _port = split_domain_port(urlsplit(origin).netloc)
    found = {own: None}
    written = words(name, [own])
    for word in written or [""]:
        host = _host(word.removeprefix("."))
        if not host:
            expected = "names of hosts without port, such as portal.example.org,.example.vn"
            raise refusal(name, word, expected)
        found["." * word.startswith(".") + host] = None
    return list(found)


def networks(name: str, default: Iterable[str]) -> list[str]:
    """Return the networks that ``name`` holds; none where it is empty.

    Raises ImproperlyConfigured for what is no network.
    """
    found = words(name, default)
    for word in found:
        try:
            ipaddress.ip_network(word)
        except ValueError as error:
            expected = f"networks or addresses, such as 10.0.0.0/8,192.168.1.7 ({error})"
            raise refusal(name, word, expected) from None
    return found


def languages(name: str, default: Iterable[str]) -> list[str]:
    """Return the codes of languages that ``name`` holds.

    Raises ImproperlyConfigured for none, and for one that Django does not know or that stands there
    twice.
    """
    found = [word.lower() for word in words(name, default)]
    for code in found or [""]:
        if "name_local" not in LANG_INFO.get(code, {}) or found.count(code) > 1:
            raise refusal(name, code, "codes of languages, each once, such as vi,en,zh-hans")
    return found


def header_name(name: str) -> str:
    """Return the name of a header that ``name`` holds, empty for none.

    Raises ImproperlyConfigured for what no header can be called.
    """
    value = text(name, "")
    if value and not _HEADER.fullmatch(value):
        raise refusal(name, value, "the name of a header, such as Cache-Tag or Surrogate-Key")
    return value


def log_level(name: str, default: str) -> str:
    """Return the level that ``name`` holds, as `logging` writes it.

    Raises ImproperlyConfigured for what is none.
    """
    value = text(name, default)
    if value.upper() not in logging.getLevelNamesMapping():
        raise refusal(name, value, "DEBUG, INFO, WARNING, ERROR or CRITICAL")
    return value.upper()


def _scheme(url: str) -> str:
    """Return what may be shown of a URL that may have a password anywhere behind its scheme."""
    scheme, colon, _rest = url.partition(":")
    return f"{scheme}:…" if colon else scheme


def database(name: str, default: Path) -> dict:
    """Return the entry of DATABASES that ``name`` describes, one for the file ``default`` if unset.

    Raises ImproperlyConfigured, which shows no password, for anything but PostgreSQL and SQLite,
    and where the name of the database or the file is missing.
    """
    url = text(name, "")
    if not url and name not in _VALUES:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(default)}
    expected = "postgres://user:password@host/name or sqlite:////folder/file"
    scheme, mark, rest = url.partition("://")
    is_file = scheme.lower() == "sqlite"
    # What stands before the third slash would be left out of the name of the file, and without a
    # name each process would have a database of its own in its memory.
    if not mark or scheme.lower() not in _DATABASES or (is_file and not rest.startswith("/")):
        raise refusal(name, _scheme(url), expected)
    try:
        found = Env.db_url_config(url)
    except ValueError:
        found = {}
    named = found.get("NAME") or found.get("OPTIONS", {}).get("service")
    if named in (None, "", ":memory:") or (is_file and os.path.isdir(named)):
        raise refusal(name, _scheme(url), expected)
    return found


def mail_server(name: str) -> dict:
    """Return the settings of e-mail that the URL in ``name`` describes.

    Raises ImproperlyConfigured, which shows no password, for what is no such URL.
    """
    expected = "the URL of a mail server, such as smtp+tls://user:password@host:587"
    url = text(name, expected=expected)
    try:
        found = Env.email_url_config(url)
    except (ValueError, ImproperlyConfigured):
        raise refusal(name, _scheme(url), expected) from None
    if not found["EMAIL_HOST"] and url.lower().startswith("smtp"):
        raise refusal(name, _scheme(url), expected)
    return found


def mail_sender(name: str) -> str:
    """Return the sender of e-mail that ``name`` holds.

    Raises ImproperlyConfigured for what has no address in it.
    """
    expected = "an address of e-mail, such as Portal <portal@example.org>"
    value = text(name, expected=expected)
    user, _at, domain = parseaddr(value)[1].rpartition("@")
    if not user or not domain or not value.isprintable():
        raise refusal(name, value, expected)
    return value
