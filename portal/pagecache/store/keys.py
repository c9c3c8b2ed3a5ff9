"""The key of a stored response: address without query, and the query keys that it heeds."""

from collections.abc import Iterable
from hashlib import blake2b
from urllib.parse import parse_qsl, quote, urlencode

VALUE_LIMIT = 64
_SPECIAL = frozenset(" ;\\%?#")
# What stands in the path of a request as it is.
_UNQUOTED = "/~!$&'()*+,;=:@-._"


def is_plain(path: str) -> bool:
    """Whether ``path`` has one way to be written only; nothing else is ever kept or answered.

    It arrives decoded. Two slashes, dots that climb, parameters, control characters and what is
    not ASCII are left to Django to answer, and so is a question mark: in a key it would pass for
    the beginning of the query.
    """
    return (
        path.isascii()
        and path.isprintable()
        and path.startswith("/")
        and "//" not in path
        and "/." not in path
        and not _SPECIAL.intersection(path)
    )


def normalised(query: str, names: Iterable[str]) -> str | None:
    """Return ``query`` reduced to the keys ``names``, in their order; the rest is left out.

    None where a key stands more than once or has a value that no page asks for: such a request
    is answered, but never from what is kept.
    """
    found: dict[str, str] = {}
    try:
        # One field more than names would be enough, but the others may come first.
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return None
    for name, value in pairs:
        if name in names:
            if name in found or len(value) > VALUE_LIMIT or not value.isprintable():
                return None
            found[name] = value
    return urlencode([(name, found[name]) for name in names if name in found])


def address_tag(base: str) -> str:
    """Return the tag of all that is kept for the address ``base``, whatever its query."""
    return f"at:{blake2b(base.encode(), digest_size=12).hexdigest()}"


def key_of(base: str, query: str) -> str:
    """Return the key of the address ``base`` with the normalised ``query``."""
    return f"{base}?{query}" if query else base


def quoted(path: str) -> str:
    """Return ``path``, decoded as WSGI does it, as it is written in a request."""
    return quote(path.encode("latin-1"), safe=_UNQUOTED)


def url_of(key: str) -> str:
    """Return the address that ``key`` stands for, as others are told of it or asked for it."""
    base, mark, query = key.partition("?")
    scheme, colon, rest = base.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{colon}{host}{slash}{quoted(path)}{mark}{query}"
