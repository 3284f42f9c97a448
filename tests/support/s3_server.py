"""A throwaway S3-compatible server with logins of its own: loopback only, gone when the tests end."""

import json
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

REGION = "us-east-1"
_READS = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::open-*"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::open-*/*"},
    ],
}
"""What the reader may do: with the buckets whose names begin with ``open-``, and no others."""


@dataclass(frozen=True, slots=True)
class S3Server:
    """A running server, and the logins of an owner, who may do everything, and of a reader."""

    port: int
    owner: Any
    access_key: str
    secret_key: str
    owner_login: tuple[str, str]
    certificate: Path | None

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"{'https' if self.certificate else 'http'}://127.0.0.1:{self.port}"

    def bucket(self, name: str) -> str:
        """Make a bucket."""
        self.owner.create_bucket(Bucket=name)
        return name

    def put(self, bucket: str, key: str, body: bytes = b"a,b\n1,2\n", **more: str) -> None:
        """Put an object into a bucket."""
        self.owner.put_object(Bucket=bucket, Key=key, Body=body, **more)


@contextmanager
def throwaway_s3(certificate: Path | None = None) -> Iterator[S3Server]:
    """Start a server on a free port and yield it.

    Parameters:
        certificate: its certificate with its key; without one it speaks HTTP.
    """
    port = _free_port()
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    command += ["-c", str(certificate), "-k", str(certificate)] if certificate else []

    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait_for(port, server)
            yield _with_logins(port, certificate)
        finally:
            server.kill()
            server.wait(10)


def _with_logins(port: int, certificate: Path | None) -> S3Server:
    endpoint = f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
    anybody: dict[str, Any] = {"endpoint_url": endpoint, "region_name": REGION}
    anybody["verify"] = str(certificate) if certificate else None
    first = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any")
    iam = first.client("iam", **anybody)
    keys = {}
    for name, policy in {"owner": _everything(), "reader": _READS}.items():
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
        keys[name] = iam.create_access_key(UserName=name)["AccessKey"]
    iam.close()
    _require_logins(endpoint, certificate)
    owner_login, reader = [(key["AccessKeyId"], key["SecretAccessKey"]) for key in keys.values()]
    owner = boto3.Session(*owner_login).client("s3", **anybody)
    return S3Server(port, owner, *reader, owner_login, certificate)


def _everything() -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def _require_logins(endpoint: str, certificate: Path | None) -> None:
    context = ssl.create_default_context(cafile=certificate) if certificate else None
    request = urllib.request.Request(f"{endpoint}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"})
    with urllib.request.urlopen(request, context=context) as answer:
        answer.read()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the S3 server did not start")
