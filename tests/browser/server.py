"""The portal as `make run` serves it, on a port of its own, for a browser to visit."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(var: Path, *options: str, **environment: str) -> Iterator[tuple[str, subprocess.Popen]]:
    """Serve the portal whose data lies in ``var``; yield its address and the supervisor's process.

    ``options`` are further options of the command `serve`. It is stopped afterwards.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", "1", *options],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.production",
            "PORTAL_VAR": str(var),
            "PORTAL_URL": address,
            "PORTAL_SECRET_KEY": "only for tests",
            "PORTAL_LOG_LEVEL": "WARNING",
            **environment,
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(address, process)
        yield address, process
    finally:
        process.terminate()
        process.wait(30)


def wait_for(address: str, process: subprocess.Popen) -> None:
    """Return once ``address`` answers; raise RuntimeError when it does not come to that."""
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/robots.txt", timeout=5).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"{address} did not answer within {START_SECONDS} s")
