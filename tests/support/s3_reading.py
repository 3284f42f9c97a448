"""Reading a bucket of the tests, briefly said, and servers that only seem to be some."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from benchmarks.manners.proxy import Proxy
from catalog.errors import SkipReason, SourceError
from catalog.ports import Check
from connectors.places.s3 import S3Place
from tests.support.bounds import here
from tests.support.s3_server import S3Server

SECRET = "synthetic-secret-of-the-reader"


def place(server: S3Server, name: str, /, **more: str) -> S3Place:
    """The place, with these options besides."""
    options = {"bucket": name, "endpoint": server.endpoint, "access_key": server.access_key, "secret_key": "secret"}
    told = {"secret": server.secret_key, "wrong": SECRET, "token": "synthetic-token"}
    return S3Place({**options, **more}, resolve=told.__getitem__, bounds=here())


def listed(server: S3Server, bucket: str, /, **more: str) -> list[tuple[str, SkipReason | None]]:
    """What the place lists, and why something is refused."""
    with closing(place(server, bucket, **more)) as opened:
        return [(found.path, found.refused) for found in opened.files()]


def refusal(opened: S3Place) -> SourceError:
    """Why nothing is listed."""
    with closing(opened), pytest.raises(SourceError) as caught:
        list(opened.files())
    return caught.value


def last(opened: S3Place) -> Check:
    """The last step of a check, up to which all passed."""
    with closing(opened):
        checks = opened.check()
    assert all(check.passed for check in checks[:-1])
    return checks[-1]


def read(opened: S3Place, path: str) -> bytes:
    """What is in a file."""
    with opened.opened(path) as stream:
        return stream.read()


def at(port: int, **more: str) -> S3Place:
    """A bucket of whatever answers at a port."""
    options = {"bucket": "open-x", "endpoint": f"http://127.0.0.1:{port}", "access_key": "a", "secret_key": SECRET}
    return S3Place({**options, **more}, resolve=str, bounds=here())


def page(*keys: str, folders: tuple[str, ...] = (), more: str = "") -> bytes:
    """A page of a listing, as a server tells it."""
    objects = "".join(
        f"<Contents><Key>{key}</Key><LastModified>2026-01-02T03:04:05Z</LastModified><ETag>x</ETag><Size>1</Size></Contents>"
        for key in keys
    )
    below = "".join(f"<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>" for folder in folders)
    token = f"<NextContinuationToken>{more}</NextContinuationToken>" if more else ""
    truncated = "true" if more else "false"
    return (
        f"<ListBucketResult>{token}<IsTruncated>{truncated}</IsTruncated>{objects}{below}</ListBucketResult>".encode()
    )


@contextmanager
def rogue(
    answer: Callable[[str], tuple[int, dict[str, str], bytes]],
) -> Iterator[tuple[int, list[dict[str, str]]]]:
    """A server that answers every request as ``answer`` says to its query; and the headers it was sent."""
    heard: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            heard.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, body = answer(urlsplit(self.path).query)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 - the same

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield running.server_port, heard
        finally:
            running.shutdown()
            thread.join()


def through(proxy: Proxy, server: S3Server, bucket: str) -> S3Place:
    """The bucket, reached through somebody in the middle."""
    return place(server, bucket, endpoint=f"http://127.0.0.1:{proxy.port}")
