"""``privacy-catalog serve``: the web application under gunicorn, and the scan side as a second process.

Only the scan side reads secrets and sources; the web application never does.
"""

import errno
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger

from catalog import plugins
from catalog.cli import needs, opened, say
from catalog.errors import SettingsError
from catalog.services.access import Action
from catalog.settings import Settings
from web.app import create_app

_SCAN_SIDE = (sys.executable, "-c", "from catalog.cli import main; main()", "scan", "--watch")
_THREADS = 8
_PATIENCE = 10.0
_GRACE_SECONDS = 5
_SOCKET_UMASK = 0o117
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class _Log(Logger):
    """gunicorn's own log, which quotes what visitors send: told as every library's is, by our handler."""

    def setup(self, cfg: Config) -> None:
        """Write nothing by itself."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class _Server(BaseApplication):
    """gunicorn with our settings; each worker opens the catalog itself, after the fork."""

    def __init__(self, address: str, on_ready: Callable[[], None], *, behind_proxy: bool = False) -> None:
        self._address = address
        self._behind_proxy = behind_proxy
        self._on_ready = on_ready
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults; nothing is read from its files or environment."""
        wanted: dict[str, Any] = {
            "bind": [self._address],
            "worker_class": "gthread",
            "workers": 2,
            "threads": _THREADS,
            "loglevel": "warning",
            "logger_class": _Log,
            "graceful_timeout": _GRACE_SECONDS,
            "when_ready": lambda _: self._on_ready(),
            "control_socket_disable": True,
            # Of the Unix socket: its owner and group may write to it. A header that some servers take for another one
            # is refused there, as one of them says who is signed in.
            "umask": _SOCKET_UMASK,
            "header_map": "refuse" if self._behind_proxy else "drop",
            # Two of them gunicorn would take all the same, and from them make up another path.
            "forwarder_headers": "",
        }
        for name, value in wanted.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application of one worker."""
        return create_app(opened(), trusts_proxy=self._behind_proxy)


@needs(Action.ADMINISTER)
@click.command()
@click.option("--host", help="Address to listen on (default: PRIVACY_CATALOG_HOST, else 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port (default: PRIVACY_CATALOG_PORT, else 8000).")
@click.option("--scans/--no-scans", default=True, help="Start the scan side beside the web application.")
def serve(host: str | None, port: int | None, *, scans: bool) -> None:
    """Serve the web application, and carry out the scans it asks for."""
    refuse_foreign_owners()
    settings = Settings.load()
    create_app(opened())  # what is wrong shows now, as one sentence, not in a worker
    # What is said here wins over the settings, as everywhere; then there is no proxy to be believed.
    server = _at_socket(settings.socket) if settings.socket and not (host or port) else None
    server = server or _at_port(host or settings.host, port or settings.port)
    with scan_side() if scans else nullcontext():
        server.run()


def _at_socket(path: Path) -> _Server:
    clear_socket(path)
    return _Server(f"unix:{path}", lambda: say(f"Privacy Catalog is running at {path}."), behind_proxy=True)


def _at_port(host: str, port: int) -> _Server:
    shown = f"[{host}]" if ":" in host else host
    refuse_taken(host, port)
    return _Server(f"{shown}:{port}", lambda: _announce(host, f"http://{shown}:{port}"))


def clear_socket(path: Path) -> None:
    """Make room for our Unix socket: take away one that a server left behind, and nothing else.

    Raises:
        SettingsError: where others could put a socket of theirs in its place, something else is there, or another
            server answers.
    """
    thing = f"Socket {path}"
    try:
        folder = path.parent.stat()
        if folder.st_mode & _OTHERS_WRITE or folder.st_uid not in {0, os.geteuid()}:
            cause = "other accounts may write to its folder, so could put one of theirs in its place"
            raise SettingsError(thing, cause, "Give it a folder of its own: chmod 750.")
        if not path.exists():
            return
        if not path.is_socket():
            raise SettingsError(thing, "something else is there", "Choose another place for the socket.")
        if _answers(path):
            raise SettingsError(thing, "another server answers there", "End that server first.")
        path.unlink()
    except OSError:
        raise SettingsError(thing, "it cannot be made there", "Make its folder, owned by this account.") from None


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_PATIENCE)
        return probe.connect_ex(str(path)) == 0


def refuse_foreign_owners() -> None:
    """Refuse to run where another package owns one of our import names.

    Raises:
        SettingsError: naming them.
    """
    if foreign := plugins.foreign_owners():
        raise SettingsError(
            "This installation",
            f"another package also claims {', '.join(foreign)}",
            "Install privacy-catalog in a virtual environment of its own.",
        )


def refuse_taken(host: str, port: int) -> None:
    """Refuse an address nobody can listen on, in one sentence and before anything starts.

    Raises:
        SettingsError: naming it.
    """
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        cause = "another program listens there" if taken else "this machine cannot listen there"
        raise SettingsError(f"Address {host} port {port}", cause, "Choose another HOST or PORT.") from None


@contextmanager
def scan_side() -> Iterator[None]:
    """The scan side, for as long as the web application runs."""
    with subprocess.Popen(_SCAN_SIDE) as process:  # noqa: S603  # our own interpreter and a fixed command
        try:
            yield
        finally:
            process.terminate()
            _wait_or_kill(process)


def _wait_or_kill(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()


def _announce(host: str, address: str) -> None:
    say(f"Privacy Catalog is running at {address} (stop with Ctrl+C).")
    if host not in _LOOPBACK:
        say("It speaks plain HTTP here, so its cookies are not marked Secure: put TLS in front of it.")
