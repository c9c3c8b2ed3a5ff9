from django.http import HttpRequest, HttpResponse
from django.utils.cache import cc_delim_re


class LanguageFromAddressMiddleware:
    """Drop ``Vary: Accept-Language``: on this site the address alone decides the language.

    Django's LocaleMiddleware adds it to every address without a language prefix, although the
    answer never depends on that header here; left in place it would split every shared cache by
    the browsers' language settings. The admin, whose language is the user's own, keeps it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.has_header("Vary") and not request.path.startswith("/admin/"):
            kept = [
                name
                for name in cc_delim_re.split(response.headers["Vary"])
                if name.lower() != "accept-language"
            ]
            if kept:
                response.headers["Vary"] = ", ".join(kept)
            else:
                del response.headers["Vary"]
        return response
