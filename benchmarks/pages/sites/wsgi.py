"""Django as a WSGI application with nothing around it; the environment names the settings."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
