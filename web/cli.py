"""``privacy-catalog serve``: the web application under gunicorn, and the scan side as a second process.

Only the scan side reads secrets and sources; the web application never does.
"""

import errno
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import click
from gunicorn.app.base import BaseApplication

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
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class _Server(BaseApplication):
    """gunicorn with our settings; each worker opens the catalog itself, after the fork."""

    def __init__(self, address: str, on_ready: Callable[[], None]) -> None:
        self._address = address
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
            "graceful_timeout": _GRACE_SECONDS,
            "when_ready": lambda _: self._on_ready(),
            "control_socket_disable": True,
        }
        for name, value in wanted.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application of one worker."""
        return create_app(opened())


@needs(Action.ADMINISTER)
@click.command()
@click.option("--host", help="Address to listen on (default: PRIVACY_CATALOG_HOST, else 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port (default: PRIVACY_CATALOG_PORT, else 8000).")
@click.option("--scans/--no-scans", default=True, help="Start the scan side beside the web application.")
def serve(host: str | None, port: int | None, *, scans: bool) -> None:
    """Serve the web application, and carry out the scans it asks for."""
    refuse_foreign_owners()
    settings = Settings.load()
    host, port = host or settings.host, port or settings.port
    create_app(opened())  # what is wrong shows now, as one sentence, not in a worker
    shown = f"[{host}]" if ":" in host else host
    refuse_taken(host, port)
    with scan_side() if scans else nullcontext():
        _Server(f"{shown}:{port}", lambda: _announce(host, f"http://{shown}:{port}")).run()


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
