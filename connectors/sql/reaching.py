"""The first steps of the way to a server: whether its host's name is known and its port answers."""

import socket

from catalog.errors import SkipReason, SourceError
from catalog.ports import Check

_SECONDS = 10.0


def steps(host: str, port: int) -> list[Check]:
    """Go these steps, up to the first that fails; a connection made for it is closed at once."""
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return [Check("name", passed=False, message=f"the name of the host {host} is not known. Check host.")]
    known = Check("name", passed=True, message="the host's name is known")
    try:
        socket.create_connection((host, port), timeout=_SECONDS).close()
    except OSError:
        message = f"nothing answers at {host}, port {port}. Check host and port, and that the server is up."
        return [known, Check("port", passed=False, message=message)]
    return [known, Check("port", passed=True, message="the port answers")]


def refuse_unreachable(host: str, port: int, label: str) -> None:
    """Say which of these steps fails.

    Raises:
        SourceError: when one does.
    """
    failed = next((step for step in steps(host, port) if not step.passed), None)
    if failed:
        cause, _, next_step = failed.message.partition(". ")
        raise SourceError(label, cause, next_step, reason=SkipReason.UNREACHABLE)
