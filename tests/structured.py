"""A reader of Structured Field lists (RFC 9651, 4.2.1), as far as Cache-Status needs them."""

import re

_TOKEN = r"[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*"
_STRING = r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"'
_NUMBER = r"-?[0-9]{1,15}(?:\.[0-9]{1,3})?"
_BARE = rf"(?:{_STRING}|{_TOKEN}|{_NUMBER}|\?[01])"
_PARAMETER = re.compile(rf"; *([a-z*][a-z0-9_.*-]*)(?:=({_BARE}))?")
_ITEM = re.compile(_BARE)
_COMMA = re.compile(r"[ \t]*,[ \t]*")


def parse_list(text: str) -> list[tuple[str, dict[str, str | bool]]]:
    """Return the members with their parameters, as written; ValueError where it is no list."""
    members, at = [], 0
    text = text.strip(" ")
    while True:
        item = _ITEM.match(text, at)
        if item is None:
            raise ValueError(f"No item at {at}: {text!r}")
        at = item.end()
        parameters: dict[str, str | bool] = {}
        while found := _PARAMETER.match(text, at):
            parameters[found[1]] = True if found[2] is None else found[2]
            at = found.end()
        members.append((item[0], parameters))
        if at == len(text):
            return members
        comma = _COMMA.match(text, at)
        if comma is None or comma.end() == len(text):
            raise ValueError(f"No comma at {at}: {text!r}")
        at = comma.end()
