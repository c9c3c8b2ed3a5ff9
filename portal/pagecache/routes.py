"""What each route says about being kept: every view is `cacheable` or `never_kept`.

The word is kept, not only written down: the answer of a view that does not say that it is cacheable
is refused (`portal.pagecache.fill.refusal`), whatever happens while it is made; that of a cacheable
view is kept where the view declares it public for this very answer (`collector.public`).
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial, wraps

from django.http import HttpRequest

_ATTRIBUTE = "pagecache_says"
CACHEABLE = "cacheable"


def cacheable(view: Callable) -> Callable:
    """Decorate a view whose answers may be kept, where it declares them public."""
    return _saying(CACHEABLE, view)


def never_kept(reason: str) -> Callable[[Callable], Callable]:
    """Decorate a view whose answers are never kept, for ``reason``."""
    if not reason:
        raise ValueError("A view that is never kept has a reason.")
    return partial(_saying, reason)


def _saying(word: str, view: Callable) -> Callable:
    # The view may be another's, which goes on saying what it says.
    @wraps(view)
    def inner(*args, **kwargs):
        return view(*args, **kwargs)

    setattr(inner, _ATTRIBUTE, word)
    return inner


def says(view: Callable) -> str | None:
    """Return `CACHEABLE`, the reason of a view that is never kept, or None where it says nothing.

    A decorator above that forgot to hand attributes on counts as saying nothing.
    """
    return getattr(view, _ATTRIBUTE, None)


def may_be_kept(request: HttpRequest) -> bool:
    """Whether the view that answered ``request`` is cacheable; so is "there is no such route"."""
    match = request.resolver_match
    return match is None or says(match.func) == CACHEABLE


def silent(patterns: Iterable, prefix: str = "") -> Iterator[str]:
    """Yield the routes among URL ``patterns`` whose view says nothing."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from silent(pattern.url_patterns, route)
        elif says(pattern.callback) is None:
            yield route
