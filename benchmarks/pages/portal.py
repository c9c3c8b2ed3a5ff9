"""The portal under test: its content, and the ways in which it serves."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.pages.page import HOST, Answer, ask
from benchmarks.pages.peers import NginxStatic
from benchmarks.pages.server import ROOT, Server, present_environment

SITES = "benchmarks.pages.sites"
# The commands that fill an empty folder; each leaves alone what is there already.
FILLING = (
    ("compile_catalogues",),
    ("migrate", "--verbosity", "0"),
    ("load_demo", "--if-empty"),
    ("collectstatic", "--noinput", "--verbosity", "0"),
)


def environment(var: Path) -> dict[str, str]:
    """Return what the portal's settings ask for when its data lies in ``var``."""
    return {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "PORTAL_VAR": str(var),
        "PORTAL_URL": f"http://{HOST}",
        "PORTAL_SECRET_KEY": "of a benchmark",
        "PORTAL_LOG_LEVEL": "WARNING",
    }


def manage(settings: dict[str, str], *words: str) -> str:
    """Run a management command of the portal; return what it prints.

    Raises subprocess.CalledProcessError when the command fails.
    """
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**present_environment(), **settings},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def fill(var: Path) -> None:
    """Give the portal in ``var`` the demo's content, where it has none yet."""
    var.mkdir(parents=True, exist_ok=True)
    for words in FILLING:
        manage(environment(var), *words)


class Portal(Server):
    """The portal as `manage.py serve` serves it: one edge process, one that renders."""

    name = "portal, edge"
    forms = ("gzip", "identity", "br", "304", "lone")
    words: tuple[str, ...] = ()
    # The folder of the filled portal; each server works on a copy, with a page store of its own.
    content = Path()
    # The names of files that are not copied: sockets are of processes.
    left_out: tuple[str, ...] = ("*.sock",)
    # What the environment says otherwise than usual.
    changed: dict[str, str] = {}

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def requests(self) -> Path:
        """The file with the path of every request that reached Django, one a line."""
        return self.folder / "requests.txt"

    @property
    def export(self) -> Path:
        """The folder into which pages are exported."""
        return self.folder / "export"

    def prepare(self):
        if not self.var.exists():
            left_out = shutil.ignore_patterns(*self.left_out)
            shutil.copytree(self.content, self.var, ignore=left_out)

    def environment(self):
        return {
            **environment(self.var),
            "DJANGO_SETTINGS_MODULE": f"{SITES}.counted",
            "BENCH_REQUESTS": str(self.requests),
            "PORTAL_EXPORT": str(self.export),
            **self.changed,
        }

    def command(self):
        return [
            sys.executable, "manage.py", "serve", "--host", "127.0.0.1",
            "--port", str(self.port), "--workers", "1", *self.words,
        ]  # fmt: skip

    def manage(self, *words: str) -> str:
        """Run a management command on the portal that is being served."""
        return manage(self.environment(), *words)

    def is_hit(self, answer: Answer) -> bool:
        return is_hit(answer.headers.get("cache-status", ""))

    def reached_django(self, path: str = "/") -> int:
        """Return how many requests for ``path`` Django has seen."""
        lines = self.requests.read_text().splitlines() if self.requests.exists() else []
        return lines.count(path)


class SingleProcess(Portal):
    """The portal with edge and rendering in one process, for hosts that give no more."""

    name = "portal, single process"
    words = ("--single-process",)


class Exported(NginxStatic):
    """nginx with a page as the portal has exported it; ``www`` is the folder of that page."""

    name = "nginx on the portal's export"


class ExportedTwin(NginxStatic):
    """nginx with the same page as `store` has written it, which may be another than the home page:
    what is right until midnight only is not exported."""

    name = "nginx static, the exported page"


def links(page: bytes) -> list[str]:
    """Return the paths of pages of the portal that ``page`` leads to, in its order."""
    found = re.findall(r'href="(/[^"?#.]*/)"', page.decode())
    return [path for path in dict.fromkeys(found) if path != "/"]


def exported_page(portal: Portal, home: bytes) -> tuple[Path, bytes] | None:
    """Return the folder of a page that the portal has exported, and the page.

    It is the home page or the first page that it links to; None where none is exported. Raises
    RuntimeError when the file is not what the portal itself sends.
    """
    # The last one is left for who needs a page that nobody has asked for.
    for path in ["/", *links(home)[:-1]]:
        body = ask(portal.port, path).decoded()
        folder = portal.export / path.strip("/")
        if (folder / "index.html").exists():
            if (folder / "index.html").read_bytes() != body:
                raise RuntimeError(f"The portal has exported another page than {path}.")
            return folder, body
    return None


def is_hit(cache_status: str) -> bool:
    """Return whether a Cache-Status header says that a cache had the answer; RFC 9211, 2.1."""
    return any(
        re.fullmatch(r"hit(=\?1)?", parameter.strip())
        for cache in cache_status.split(",")
        for parameter in cache.split(";")[1:]
    )
