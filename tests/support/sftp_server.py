"""A throwaway OpenSSH server: loopback only, never as root, gone when the tests end. It serves only files."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_INSTALL = "no OpenSSH server found: install it, on Debian with: apt-get install openssh-server"
_CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_ed25519
HostKey {folder}/host_rsa
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM yes
UseDNS no
PasswordAuthentication yes
KbdInteractiveAuthentication no
MaxStartups 200
Subsystem sftp internal-sftp
ForceCommand internal-sftp
"""
PASSPHRASE = "synthetic-pass-phrase"
_CLIENTS = {
    "ed25519": ("-t", "ed25519"),
    "ecdsa": ("-t", "ecdsa"),
    "rsa": ("-t", "rsa", "-b", "2048"),
    "pem": ("-t", "rsa", "-b", "2048", "-m", "PEM"),
    "pkcs8": ("-t", "ecdsa", "-m", "PKCS8"),
    "locked": ("-t", "ed25519", "-N", PASSPHRASE),
}
"""Keys that open the door, in every form."""


@dataclass(frozen=True, slots=True)
class SftpServer:
    """A running server.

    Parameters:
        user: who may log in, and as whom it runs.
        home: a folder for keys and for what is served; all of this machine that the user may read is.
    """

    port: int
    user: str
    home: Path

    def host_key(self, kind: str = "ed25519") -> str:
        """A public key of its own, as in a ``.pub`` file."""
        return (self.home / f"host_{kind}.pub").read_text(encoding="utf-8").strip()

    def key(self, kind: str = "ed25519") -> str:
        """A private key that may log in; the kind ``stranger`` may not."""
        return (self.home / f"client_{kind}").read_text(encoding="utf-8")

    def fingerprint(self, kind: str = "ed25519") -> str:
        """The fingerprint of a public key of its own, as OpenSSH tells it."""
        shown = subprocess.run(
            ["ssh-keygen", "-l", "-f", self.home / f"host_{kind}.pub"], check=True, capture_output=True, text=True
        )
        return shown.stdout.split()[1]


@contextmanager
def throwaway_sftp(more: str = "") -> Iterator[SftpServer]:
    """Start a server on a free port and yield it.

    Parameters:
        more: lines of its settings.
    """
    program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        raise RuntimeError(_INSTALL)
    home = Path(tempfile.mkdtemp(prefix="throwaway-sftp-"))
    try:
        user, account = _account(home)
        _make_keys(home, account)
        port = _free_port()
        (home / "config").write_text(f"{more}\n{_CONFIG.format(port=port, folder=home)}", encoding="utf-8")
        command = [program, "-f", home / "config"]
        # Later versions turn away for a while whoever was refused before.
        lenient = [*command, "-o", "PerSourcePenalties=no"]
        if subprocess.run([*lenient, "-t"], capture_output=True, check=False, cwd=home, **account).returncode == 0:
            command = lenient
        with (home / "log").open("wb") as log:
            server = subprocess.Popen([*command, "-D", "-e"], stderr=log, cwd=home, **account)
        try:
            _wait_for(port, server, home / "log")
            yield SftpServer(port, user, home)
        finally:
            server.terminate()
            server.wait(10)
    finally:
        shutil.rmtree(home)


def _account(home: Path) -> tuple[str, dict[str, Any]]:
    """Root may read everything, so there another account owns the folder and runs the server."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid()).pw_name, {}
    entry = pwd.getpwnam("nobody")
    os.chown(home, entry.pw_uid, entry.pw_gid)
    return entry.pw_name, {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _make_keys(home: Path, account: dict[str, Any]) -> None:
    for name in ("ed25519", "rsa"):
        _keygen(home / f"host_{name}", ("-t", name), account)
    for name, options in _CLIENTS.items():
        _keygen(home / f"client_{name}", options, account)
    allowed = [(home / f"client_{name}.pub").read_text(encoding="utf-8") for name in _CLIENTS]
    (home / "authorized_keys").write_text("".join(allowed), encoding="utf-8")
    _keygen(home / "client_stranger", ("-t", "ed25519"), account)


def _keygen(path: Path, options: tuple[str, ...], account: dict[str, Any]) -> None:
    passphrase = () if "-N" in options else ("-N", "")
    subprocess.run(
        ["ssh-keygen", "-q", "-C", "synthetic", "-f", path, *options, *passphrase],
        check=True,
        stdin=subprocess.DEVNULL,
        **account,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the SSH server did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
