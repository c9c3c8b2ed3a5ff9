"""The servers and caches that the portal's own front end is measured beside."""

import re
import subprocess
import sys
from pathlib import Path

from benchmarks.pages.page import HOST, Answer
from benchmarks.pages.server import Server

SITES = "benchmarks.pages.sites"

NGINX = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
{brotli_module}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    types {{ text/html html; }}
    charset utf-8;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{http}
}}
"""
KEPT_OPEN = """\
    open_file_cache max=1000;
"""
STATIC = (
    KEPT_OPEN
    + """\
    server {{
        listen 127.0.0.1:{port};
        root {www};
        index index.html;
        gzip_static on;
        gzip_vary on;
        {brotli_static}
    }}
"""
)
PROXY_CACHE = """\
    proxy_cache_path {folder}/cache keys_zone=pages:10m inactive=1h;
    upstream origin {{
        server 127.0.0.1:{origin};
        keepalive 4;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://origin;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_cache pages;
            proxy_cache_valid 200 1h;
            proxy_cache_lock on;
            proxy_cache_use_stale updating;
            add_header X-Cache $upstream_cache_status;
        }}
    }}
"""
VCL = """\
vcl 4.1;
backend default {{ .host = "127.0.0.1"; .port = "{origin}"; }}
sub vcl_backend_response {{ set beresp.ttl = 1h; }}
sub vcl_deliver {{ set resp.http.X-Cache = obj.hits; }}
"""


def brotli_module() -> Path | None:
    """Return nginx's module that sends files pressed with Brotli, if it is installed."""
    said = subprocess.run(["nginx", "-V"], capture_output=True, text=True, check=True).stderr
    found = re.search(r"--modules-path=(\S+)", said)
    module = Path(found[1] if found else ".") / "ngx_http_brotli_static_module.so"
    return module if module.exists() else None


class Nginx(Server):
    """What the nginx servers share; ``http`` is what they differ by."""

    http = ""

    def prepare(self):
        module = brotli_module()
        if module and self.http is STATIC:
            self.forms = ("gzip", "identity", "br", "304", "lone")
        places = {"folder": self.folder, "www": self.www, "port": self.port, "origin": self.origin}
        static = "brotli_static on;" if module else ""
        text = NGINX.format(
            brotli_module=f"load_module {module};" if module else "",
            http=self.http.format(**places, brotli_static=static),
            **places,
        )
        (self.folder / "nginx.conf").write_text(text)

    def command(self):
        return ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]


class NginxStatic(Nginx):
    """The limit of what this machine does: files sent from the kernel's memory."""

    name = "nginx static"
    http = STATIC


class Origin(NginxStatic):
    """Where the caches fetch the page from, in the form that they ask for; not measured."""

    name = "origin"


class NginxProxyCache(Nginx):
    """nginx as a cache in front of another server, as its documentation shows it."""

    name = "nginx proxy_cache"
    forms = ("gzip", "identity", "br", "304", "lone")
    http = PROXY_CACHE

    def is_hit(self, answer: Answer) -> bool:
        return answer.headers.get("x-cache") == "HIT"


class NginxProxyCacheKeptOpen(NginxProxyCache):
    """The same with its files kept open, which is not nginx's default."""

    name = "nginx proxy_cache, files kept open"
    http = KEPT_OPEN + PROXY_CACHE


class Varnish(Server):
    """Varnish in front of another server, as it comes but for how long it keeps pages."""

    name = "Varnish"

    def prepare(self):
        (self.folder / "default.vcl").write_text(VCL.format(origin=self.origin))

    def command(self):
        return [
            "varnishd", "-F", "-j", "none", "-n", str(self.folder / "work"),
            "-a", f"127.0.0.1:{self.port}", "-T", "none", "-s", "malloc,64m",
            "-f", str(self.folder / "default.vcl"),
        ]  # fmt: skip

    def is_hit(self, answer: Answer) -> bool:
        return int(answer.headers.get("x-cache") or 0) > 0


def granian(python: str, port: int, target: str) -> list[str]:
    """Return the command that serves a WSGI application with one process of Granian's."""
    return [
        python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", "2", "--log-level", "warning", target,
    ]  # fmt: skip


class WagtailCache(Server):
    """wagtail-cache on its own Wagtail, in memory, compressed pages stored, under Gunicorn."""

    name = "wagtail-cache"
    # Where its packages are: benchmarks/pages/sites/wagtail-cache.txt in an environment of its own.
    python = Path()

    def environment(self):
        return {
            "DJANGO_SETTINGS_MODULE": f"{SITES}.wagtail_cache",
            "BENCH_PAGE": str(self.www / "index.html"),
            "BENCH_HOST": HOST,
        }

    def command(self):
        return [
            str(self.python), "-m", "gunicorn", "--worker-class", "gthread", "--workers", "1",
            "--threads", "4", "--keep-alive", "75", "--bind", f"127.0.0.1:{self.port}",
            "--no-control-socket", f"{SITES}.wsgi:application",
        ]  # fmt: skip

    def is_hit(self, answer: Answer) -> bool:
        return answer.headers.get("x-wagtail-cache") == "hit"


class WagtailCacheOnGranian(WagtailCache):
    """The same under the portal's own server."""

    name = "wagtail-cache on Granian"

    def command(self):
        return granian(str(self.python), self.port, f"{SITES}.wsgi:application")


class Uncached(Server):
    """The portal without any cache of whole pages, under Granian."""

    name = "portal, uncached"
    forms = ("identity", "lone")
    most_connections = 1
    presses = False
    settings = f"{SITES}.uncached"
    # The folder of the portal's content, and what else its settings ask for.
    portal: dict[str, str] = {}

    def environment(self):
        return {**self.portal, "DJANGO_SETTINGS_MODULE": self.settings}

    def command(self):
        return granian(sys.executable, self.port, f"{SITES}.wsgi:application")


class DjangoCache(Uncached):
    """The portal with Django's own cache of whole pages, in memory, compressed pages stored."""

    name = "Django's cache middleware"
    forms = ("gzip", "identity", "304", "lone")
    most_connections = 32
    presses = True
    settings = f"{SITES}.django_cache"

    def is_hit(self, answer: Answer) -> bool:
        # Only an answer that Django's middleware has stored carries this header.
        return "expires" in answer.headers
