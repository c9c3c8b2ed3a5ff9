"""A PostgreSQL server of its own for one run of the tests."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql


def bin_folder() -> Path | None:
    """Return the folder with PostgreSQL's server programs, or None."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


@dataclass
class Server:
    """A server that runs; ``address`` is that of its first database."""

    address: str
    control: list
    options: str
    run: dict

    def start(self) -> None:
        """Start it where it does not run."""
        if subprocess.run([*self.control, "status"], **{**self.run, "check": False}).returncode:
            self._start()

    def _start(self) -> None:
        subprocess.run([*self.control, "-o", self.options, "start"], **self.run)

    def stop(self, mode: str = "immediate") -> None:
        """Stop as `pg_ctl -m` ``mode``: "fast" lets transactions fail, "immediate" is a crash."""
        subprocess.run([*self.control, "-m", mode, "stop"], **self.run)

    def copy(self, name: str, template: str = "postgres") -> str:
        """Make the database ``name`` as a copy of ``template``; return its address."""
        database = self.address.rsplit("/", 1)[0]
        with psycopg.connect(f"{database}/template1", autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return f"{database}/{name}"


@contextmanager
def server() -> Iterator[str]:
    """Start a server in a folder that vanishes with it, on loopback alone; yield its address."""
    with controlled() as started:
        yield started.address


@contextmanager
def controlled() -> Iterator[Server]:
    """Start a server as `server` does; yield what stops and starts it.

    PostgreSQL refuses to run as root, so that root runs it as the user ``postgres``.
    """
    programs = bin_folder()
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    as_user = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
    with tempfile.TemporaryDirectory(prefix="portal-postgres-") as folder:
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        data = Path(folder) / "data"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        # Commits are waited for, so that "immediate" loses nothing that was committed.
        options = (
            f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off "
            "-c full_page_writes=off"
        )
        run = {"check": True, "cwd": folder, "stdout": subprocess.DEVNULL, **as_user}
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "portal", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync"],
            **run,
        )  # fmt: skip
        control = [programs / "pg_ctl", "-D", data, "-w", "-l", Path(folder) / "log"]
        address = f"postgres://portal@127.0.0.1:{port}/postgres"
        started = Server(address, control, options, run)
        started.start()
        try:
            yield started
        finally:
            started.stop()
