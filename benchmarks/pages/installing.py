"""What the benchmark needs beside the portal's own packages."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.pages.peers import brotli_module

# Debian's packages, by the program that each brings.
PACKAGES = {"wrk": "wrk", "nginx": "nginx", "varnishd": "varnish"}
BROTLI = "libnginx-mod-http-brotli-static"
REQUIREMENTS = Path(__file__).parent / "sites" / "wagtail-cache.txt"


def ensure_programs() -> None:
    """Install what is missing with apt-get where we may; raise SystemExit where we may not."""
    missing = [package for program, package in PACKAGES.items() if shutil.which(program) is None]
    if "nginx" in missing or brotli_module() is None:
        missing.append(BROTLI)
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(f"The benchmark needs more programs. On Debian: {' '.join(command)}")
    print(f"Installing {', '.join(missing)}", file=sys.stderr, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "--quiet"], check=True, stdout=sys.stderr)
    subprocess.run(command, check=True, env=quiet, stdout=sys.stderr)


def ensure_wagtail_cache(folder: Path) -> Path:
    """Make the environment of wagtail-cache in ``folder``, if needed; return its Python."""
    python = folder / "bin" / "python"
    wanted = REQUIREMENTS.read_text()
    note = folder / "installed.txt"
    if not note.exists() or note.read_text() != wanted:
        venv.create(folder, clear=True, with_pip=True)
        command = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*command, "-r", str(REQUIREMENTS)], check=True, stdout=sys.stderr)
        note.write_text(wanted)
    return python
