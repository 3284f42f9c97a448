"""A throwaway SMB server: Samba, on a free port of this machine alone, with one made-up account."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PASSWORD = "made up for tests"
_SECONDS = 30
_INSTALL = "no Samba found: install it, on Debian with: apt-get install samba"
_NOT_ROOT = "Samba takes on the rights of who logs in, which only root may let it: run these tests as root, as CI does"
_USER = "nobody"
"""Samba's accounts are accounts of the system; this one is everywhere and owns nothing."""
_SETTINGS = """
[global]
server role = standalone server
private dir = {folder}/private
lock directory = {folder}/lock
pid directory = {folder}/pid
state directory = {folder}/state
cache directory = {folder}/cache
ncalrpc dir = {folder}/ncalrpc
log file = {folder}/log
passdb backend = tdbsam
interfaces = 127.0.0.1
bind interfaces only = yes
smb ports = {port}
disable netbios = yes
load printers = no
printcap name = /dev/null
disable spoolss = yes
{more}
[files]
path = {share}
read only = no
msdfs root = yes
"""


@dataclass(frozen=True)
class Samba:
    """A running server.

    Parameters:
        share: the folder behind its one share, ``files``.
    """

    port: int
    share: Path

    def put(self, files: Mapping[str, bytes]) -> None:
        """Put files into the share."""
        for name, data in files.items():
            path = self.share / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def clear(self) -> None:
        """Leave nothing in the share."""
        for path in sorted(self.share.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()

    def options(self) -> dict[str, str]:
        """The options to read the share."""
        options = {"host": "127.0.0.1", "port": str(self.port), "share": "files"}
        return options | {"user": _USER, "password": PASSWORD}


@contextmanager
def samba(more: str = "") -> Iterator[Samba]:
    """A running server.

    Parameters:
        more: lines of its settings, and whole shares.
    """
    serve, enter = _program("smbd"), _program("smbpasswd")
    if os.geteuid() != 0:
        pytest.fail(_NOT_ROOT, pytrace=False)
    folder = Path(tempfile.mkdtemp(prefix="throwaway-samba-"))
    try:
        folder.chmod(0o711)  # the account comes through it to the share
        for each in ("share", "private", "lock", "pid", "state", "cache", "ncalrpc"):
            (folder / each).mkdir()
        made = Samba(_free_port(), folder / "share")
        settings = folder / "settings"
        settings.write_text(_SETTINGS.format(folder=folder, port=made.port, share=made.share, more=more))
        _run([enter, "-c", settings, "-s", "-a", _USER], f"{PASSWORD}\n{PASSWORD}\n")
        with _serving([serve, "--foreground", "--no-process-group", "-s", settings, "-l", folder], folder, made.port):
            yield made
    finally:
        # What it started may still be writing for a moment.
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _serving(command: Sequence[Path | str], folder: Path, port: int) -> Iterator[None]:
    with (folder / "output").open("w") as output:
        # When it ends it ends its whole group of processes, so that is one of its own.
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait_for(server, port, folder / "output")
        yield
    finally:
        server.terminate()
        server.wait(_SECONDS)


def _run(command: Sequence[Path | str], typed: str) -> None:
    subprocess.run(command, input=typed, text=True, check=True, capture_output=True)


def _program(name: str) -> str:
    # Debian keeps servers where only root looks for programs.
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if not found and "Samba" in os.environ.get("LEFT_OUT", ""):
        # `make test` names what a machine has to leave out; otherwise, and in CI, nothing is skipped.
        pytest.skip(_INSTALL)
    if not found:
        pytest.fail(_INSTALL, pytrace=False)
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(server: "subprocess.Popen[bytes]", port: int, output: Path) -> None:
    until = time.monotonic() + _SECONDS
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the server does not start:\n{output.read_text()[-2000:]}")
        time.sleep(0.05)
