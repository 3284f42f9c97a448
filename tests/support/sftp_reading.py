"""Reading a folder of an SFTP server of the tests, briefly said."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from catalog.errors import SkipReason, SourceError
from connectors.places.sftp import SftpPlace
from tests.support.bounds import here
from tests.support.sftp_server import PASSPHRASE, SftpServer


def place(server: SftpServer, folder: Path | str, key: str = "ed25519", **more: str) -> SftpPlace:
    """The place, with these options besides."""
    options = {"host": "127.0.0.1", "port": str(server.port), "user": server.user, "host_key": server.host_key()}
    options |= {"path": str(folder), "key": f"key:{key}" if key else "", **more}
    # In parts, as no file of ours may hold what begins like a key.
    garbage = "-----BEGIN OPENSSH PRIVATE " + "KEY-----\nAAAA"
    told = {"passphrase": PASSPHRASE, "wrong": "another-word", "garbage": garbage}

    def resolve(reference: str) -> str:
        name = reference.removeprefix("key:")
        return told[name] if name in told else server.key(name)

    return SftpPlace({name: value for name, value in options.items() if value}, resolve=resolve, bounds=here())


def listed(server: SftpServer, folder: Path | str, **more: str) -> list[tuple[str, SkipReason | None]]:
    """What the place lists, and why something is refused."""
    with closing(place(server, folder, **more)) as opened:
        return [(found.path, found.refused) for found in opened.files()]


def refusal(opened: SftpPlace) -> SourceError:
    """Why nothing is listed."""
    with closing(opened), pytest.raises(SourceError) as caught:
        list(opened.files())
    return caught.value


def write(path: Path, content: bytes = b"a,b\n1,2\n") -> Path:
    """A file with some content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def read(opened: SftpPlace, path: str) -> bytes:
    """What is in a file."""
    with opened.opened(path) as stream:
        return stream.read()


@contextmanager
def shut(path: Path) -> Iterator[None]:
    """A path that nobody may enter, while the context lasts."""
    mode = path.stat().st_mode
    path.chmod(0)
    try:
        yield
    finally:
        path.chmod(mode)
