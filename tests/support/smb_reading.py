"""Reading an SMB share of the tests, briefly said."""

from contextlib import closing

import pytest

from catalog.errors import SkipReason, SourceError
from catalog.model.egress import Egress
from catalog.ports import Bounds, FoundFile
from connectors.places.smb import SmbPlace
from tests.support.smb_server import Samba

HERE = Bounds(100, Egress.of("127.0.0.1"))


def place(server: Samba, /, **more: str) -> "closing[SmbPlace]":
    """The share as a place, with these options besides."""
    return closing(SmbPlace(server.options() | more, resolve=str, bounds=HERE))


def listed(server: Samba, /, below: str = "", **more: str) -> list[FoundFile]:
    """What the place lists."""
    with place(server, **more) as smb:
        return list(smb.files(below))


def paths(server: Samba, /, below: str = "", **more: str) -> list[str]:
    """The paths of what the place lists."""
    return [each.path for each in listed(server, below, **more)]


def why(server: Samba, /, **more: str) -> SkipReason:
    """Why nothing is listed."""
    with pytest.raises(SourceError) as raised:
        listed(server, **more)
    return raised.value.reason


def read(server: Samba, path: str, /, **more: str) -> bytes:
    """What is in a file."""
    with place(server, **more) as smb, smb.opened(path) as stream:
        return stream.read()
