"""A browser in this process that works in the admin of a portal in another."""

import http.client
from http.cookies import SimpleCookie

from django.http import HttpResponse
from django.test import Client

PASSWORD = "a long enough password"


class Elsewhere:
    """Takes the place of Django in the test client: hands each request on over HTTP."""

    def __init__(self, host: str):
        self.host = host

    def __call__(self, environ) -> HttpResponse:
        """Return the answer of the portal to a WSGI environment."""
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        headers = {"Host": self.host, "Connection": "close"}
        if cookies := environ.get("HTTP_COOKIE"):
            headers["Cookie"] = cookies
            if token := SimpleCookie(cookies).get("csrftoken"):
                headers["X-CSRFToken"] = token.value
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else None
        connection = http.client.HTTPConnection(self.host, timeout=120)
        try:
            connection.request(
                environ["REQUEST_METHOD"], f"{path}?{query}" if query else path, body, headers
            )
            answer = connection.getresponse()
            response = HttpResponse(answer.read(), status=answer.status)
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    response.cookies.load(value)
                else:
                    response.headers[name] = value
            return response
        finally:
            connection.close()


class Browser(Client):
    """The test client for a portal at ``host`` (name:port)."""

    def __init__(self, host: str):
        super().__init__()
        self.elsewhere = Elsewhere(host)

    def request(self, **request):
        """Return the answer to the request."""
        response = self.elsewhere(self._base_environ(**request))
        self.cookies.update(response.cookies)
        return response

    def sign_in(self, username: str) -> None:
        """Log in as a user whose password is PASSWORD."""
        self.get("/admin/login/")
        data = {"username": username, "password": PASSWORD, "next": "/admin/"}
        response = self.post("/admin/login/", data)
        assert response.status_code == 302, response.status_code
