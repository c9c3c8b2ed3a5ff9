"""The examples of deployment are what their programs accept."""

import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"


def test_nginx_accepts_the_example(tmp_path):
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/usr/local/sbin")
    assert nginx, "nginx is not installed: make test installs it where it can"
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
         "/CN=portal.example.org", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    example = (DEPLOY / "nginx.conf").read_text()
    example = example.replace("/etc/ssl/portal", str(tmp_path))
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off; client_body_temp_path {tmp_path}/body;\n"
        f"proxy_temp_path {tmp_path}/proxy;\n{example}\n}}\n"
    )
    done = subprocess.run([nginx, "-t", "-c", whole], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def unit() -> dict[str, list[str]]:
    """The settings of the service file by name."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "portal.service").read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found.setdefault(name, []).append(value)
    return found


def test_systemd_accepts_the_service(tmp_path):
    verify = shutil.which("systemd-analyze")
    assert verify, "systemd-analyze is not installed"
    text = (DEPLOY / "portal.service").read_text()
    # The programs and the account of the example exist on the server only.
    text = text.replace("/srv/portal/.venv/bin/python", "/bin/true").replace("/srv/portal", "/tmp")
    text = text.replace("User=portal", "User=root").replace("Group=portal", "Group=root")
    copy = tmp_path / "portal.service"
    copy.write_text(text)
    done = subprocess.run([verify, "verify", copy], capture_output=True, text=True)
    problems = [line for line in done.stderr.splitlines() if "portal.service" in line]
    assert problems == []


def test_the_service_starts_however_long_the_database_is_away(unit):
    (before,) = unit["ExecStartPre"]
    assert before.startswith("-")
    assert " manage.py migrate" in before
    assert unit["StartLimitIntervalSec"] == ["0"]


def test_the_service_starts_the_portal_as_its_readme_says(unit):
    (start,) = unit["ExecStart"]
    assert start.split(" ", 1)[1].startswith("manage.py serve")
    assert "PORTAL_SECRET_KEY_FILE=/srv/portal/var/secret-key" in unit["Environment"]
