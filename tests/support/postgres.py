"""A throwaway PostgreSQL cluster for tests: loopback only, never as root, gone when the tests end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

SUPERUSER = "owner"
READER = "reader"
"""May log in without a password; owns nothing, so it reads only what a test grants."""
GUARDED = "guarded"
"""May log in only with :data:`GUARDED_PASSWORD`."""
GUARDED_PASSWORD = "synthetic-guard-word"

_INSTALL = "no PostgreSQL server programs found: install them, on Debian with: apt-get install postgresql"


class MissingPrograms(RuntimeError):
    """This machine has no PostgreSQL server to start."""


_CONF = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{sockets}'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 100
shared_buffers = 32MB
autovacuum = off
"""
_HBA = f"""
host all {GUARDED} 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
"""


@contextmanager
def throwaway_postgres() -> Iterator[str]:
    """Start a cluster of its own on a free port and yield the SQLAlchemy address of its first database."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="throwaway-postgres-"))
    try:
        account = _account(folder)
        port = _free_port()
        data = folder / "data"
        _run(
            [programs / "initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"],
            folder,
            account,
        )
        _configure(data, port, folder)
        _run([programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "start"], folder, account)
        try:
            address = f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{port}/postgres"
            _create_roles(address)
            yield address
        finally:
            _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], folder, account)
    finally:
        shutil.rmtree(folder)


def create_database(base: str, like: str = "") -> str:
    """Create a database in the cluster at ``base``, empty or a copy of another nobody uses; return its address."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    original = like.rsplit("/", 1)[-1] or "template1"
    with psycopg.connect(libpq(base), autocommit=True) as connection:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(original)))
    return f"{base.rsplit('/', 1)[0]}/{name}"


def libpq(address: str) -> str:
    """The same address as psycopg itself takes it."""
    return address.replace("postgresql+psycopg://", "postgresql://", 1)


def _programs() -> Path:
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise MissingPrograms(_INSTALL)


def _version(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _account(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so there another account owns the folder and runs the programs."""
    if os.getuid() != 0:
        return {}
    entry = next(entry for entry in pwd.getpwall() if entry.pw_name in ("postgres", "nobody"))
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _run(command: Sequence[Path | str], folder: Path, account: dict[str, Any]) -> None:
    # Output goes to a file: the server would inherit a pipe and keep it open.
    with (folder / "programs.log").open("a") as log:
        done = subprocess.run(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, check=False, **account)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{_tail(folder / 'programs.log')}\n{_tail(folder / 'log')}")


def _tail(log: Path) -> str:
    return log.read_text()[-2000:] if log.exists() else ""


def _configure(data: Path, port: int, sockets: Path) -> None:
    with (data / "postgresql.conf").open("a") as file:
        file.write(_CONF.format(port=port, sockets=sockets))
    (data / "pg_hba.conf").write_text(_HBA)


def _create_roles(address: str) -> None:
    with psycopg.connect(libpq(address), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(READER)))
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(GUARDED), sql.Literal(GUARDED_PASSWORD))
        )
