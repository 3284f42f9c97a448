"""Reading a container of the tests, briefly said."""

from contextlib import closing

import pytest

from catalog.errors import SkipReason, SourceError
from catalog.model.egress import Egress
from catalog.ports import Bounds, FoundFile
from connectors.places.azure import AzurePlace

HERE = Bounds(100, Egress.of("127.0.0.1"))


def place(options: dict[str, str], **more: str) -> "closing[AzurePlace]":
    """The place, with these options besides."""
    return closing(AzurePlace(options | more, resolve=str, bounds=HERE))


def listed(options: dict[str, str], below: str = "", **more: str) -> list[FoundFile]:
    """What the place lists, and why something is refused."""
    with place(options, **more) as blobs:
        return list(blobs.files(below))


def paths(options: dict[str, str], below: str = "", **more: str) -> list[str]:
    """The paths of what the place lists."""
    return [each.path for each in listed(options, below, **more)]


def why(options: dict[str, str], **more: str) -> SkipReason:
    """Why nothing is listed."""
    with pytest.raises(SourceError) as raised:
        listed(options, **more)
    return raised.value.reason


def read(options: dict[str, str], path: str) -> bytes:
    """What is in a file."""
    with place(options) as blobs, blobs.opened(path) as stream:
        return stream.read()
