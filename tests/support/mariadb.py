"""A throwaway MariaDB server for tests: loopback only, never as root, gone when the tests end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql

OWNER = "owner"
"""May do everything."""
FRESH = "fresh"
"""The clock of readers whose name begins so is behind: to them every change is of this very second."""

_INSTALL = (
    "no MariaDB server programs found: install them, on Debian with: "
    "apt-get install mariadb-server-core mariadb-client-core openssl"
)
_SECONDS = 60
_SERVER = """
[mariadbd]
datadir = {folder}/data
socket = {folder}/socket
pid-file = {folder}/pid
log-error = {folder}/log
log-output = TABLE
bind-address = 127.0.0.1
port = {port}
skip-name-resolve
skip-log-bin
ssl-cert = {folder}/server.pem
ssl-key = {folder}/server.key
innodb-buffer-pool-size = 32M
innodb-flush-log-at-trx-commit = 0
init-connect = "SET SESSION timestamp = UNIX_TIMESTAMP() + IF(USER() LIKE '{fresh}%', -60, 60)"
"""


class MissingPrograms(RuntimeError):
    """This machine has no MariaDB server to start."""


@dataclass(frozen=True)
class Server:
    """A running server and the folder of all its files."""

    port: int
    folder: Path

    @property
    def authority(self) -> str:
        """The file of the certificate that it shows."""
        return str(self.folder / "server.pem")

    def connect(self, user: str = OWNER) -> Any:
        """A connection of the driver's."""
        return pymysql.connect(host="127.0.0.1", port=self.port, user=user, ssl_disabled=True)

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements as the owner and return what the last one answers."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            connection.commit()
            return list(cursor.fetchall())


@dataclass(frozen=True)
class Place:
    """A database of a test's own, and a reader that may only log in."""

    server: Server
    database: str
    reader: str

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements in the database as the owner; ``READER`` stands for the reader."""
        return self.server.run(f"USE {self.database}", *(text.replace("READER", self.reader) for text in statements))

    def make(self, table: str, columns: str, rows: Sequence[Sequence[str | None]]) -> None:
        """Make a table, whose name and columns come quoted, of these rows."""
        with closing(self.server.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {self.database}.{table} ({columns})")
            texts = [
                f"({', '.join('NULL' if cell is None else connection.escape(cell) for cell in row)})" for row in rows
            ]
            if texts:
                cursor.execute(f"INSERT INTO {self.database}.{table} VALUES {', '.join(texts)}")
            connection.commit()

    def options(self, user: str = "") -> dict[str, str]:
        """The options under which a connector reaches the server."""
        return {"host": "127.0.0.1", "port": str(self.server.port), "user": user or self.reader}


@contextmanager
def throwaway_mariadb() -> Iterator[Server]:
    """Start a server of its own on a free port."""
    install, serve, openssl = map(_program, ("mariadb-install-db", "mariadbd", "openssl"))
    folder = Path(tempfile.mkdtemp(prefix="throwaway-mariadb-"))
    try:
        port = _free_port()
        _make_certificate(openssl, folder)
        (folder / "conf").write_text(_SERVER.format(folder=folder, port=port, fresh=FRESH))
        account = _account(folder)
        _run(
            [install, f"--defaults-file={folder}/conf", "--auth-root-authentication-method=normal", "--skip-test-db"],
            folder,
            account,
        )
        with (folder / "programs.log").open("a") as log:
            server = subprocess.Popen(
                [serve, f"--defaults-file={folder}/conf"], cwd=folder, stdout=log, stderr=log, **account
            )
        try:
            _make_owner(server, folder)
            yield Server(port, folder)
        finally:
            server.terminate()
            server.wait(_SECONDS)
    finally:
        shutil.rmtree(folder)


@contextmanager
def place(server: Server, reader: str = "reader") -> Iterator[Place]:
    """Make a fresh, empty database and a reader of its own, and remove them."""
    mark = uuid.uuid4().hex[:12]
    made = Place(server, f"test_{mark}", f"{reader}_{mark}")
    server.run(f"CREATE DATABASE {made.database} CHARACTER SET utf8mb4", f"CREATE USER {made.reader}")
    try:
        yield made
    finally:
        server.run(f"DROP DATABASE {made.database}", f"DROP USER {made.reader}")


def _program(name: str) -> str:
    # Debian keeps servers where only root looks for programs.
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if not found:
        raise MissingPrograms(_INSTALL)
    return found


def _account(folder: Path) -> dict[str, Any]:
    """The server does not like to run as root, so there another account owns the folder and runs it."""
    if os.getuid() != 0:
        return {}
    entry = next(entry for entry in pwd.getpwall() if entry.pw_name in ("mysql", "nobody"))
    for path in (folder, *folder.iterdir()):
        os.chown(path, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _make_certificate(openssl: str, folder: Path) -> None:
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=throwaway"]
    files = ["-keyout", folder / "server.key", "-out", folder / "server.pem"]
    _run([*command, "-addext", "subjectAltName=IP:127.0.0.1", *files], folder, {})


def _run(command: Sequence[Path | str], folder: Path, account: dict[str, Any]) -> None:
    # Output goes to a file: a server would inherit a pipe and keep it open.
    with (folder / "programs.log").open("a") as log:
        done = subprocess.run(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, check=False, **account)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{_tail(folder / 'programs.log')}")


def _tail(log: Path) -> str:
    return log.read_text()[-2000:] if log.exists() else ""


def _make_owner(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Wait until the server answers on its socket and make an account that may come over the network."""
    until = time.monotonic() + _SECONDS
    while not _answers(folder / "socket"):
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the server does not start:\n{_tail(folder / 'log')}")
        time.sleep(0.05)
    connection: Any = pymysql.connect(unix_socket=str(folder / "socket"), user="root", ssl_disabled=True)
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(f"CREATE USER {OWNER}")
        cursor.execute(f"GRANT ALL PRIVILEGES ON *.* TO {OWNER} WITH GRANT OPTION")


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
