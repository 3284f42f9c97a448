"""How requests to a bucket go over the line: to the one server, whatever a request or an answer names besides, and
answers of which no more is taken in than can be meant.
"""

import ssl
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import HTTPError, SSLError

from connectors.places.endpoint import port_of
from connectors.places.pinned_line import PinnedLine, pools
from connectors.reaching import Pinned

SECONDS = 30.0
"""For one answer of the server."""
_MOST = 32 * 1024 * 1024
"""Bytes of an answer that is not a part of an object: a page of names is far below that."""
_PIECE = 1 << 16


class Untrusted(ConnectionError):
    """The server's certificate is not one that is trusted."""


class Broken(ConnectionError):
    """There was no answer, but there may be one to the same request again."""


class ObjectLine(PinnedLine):
    """The connections to one server of objects.

    Parameters:
        authority: a file of the certificates that the server's is checked against; the system's where there is none.

    Raises:
        OSError: when that file holds none.
    """

    def __init__(self, pinned: Pinned, endpoint: SplitResult, authority: str) -> None:
        super().__init__(pinned)
        self._endpoint = endpoint
        tls: dict[str, Any] = {}
        if endpoint.scheme == "https":
            tls["ssl_context"] = ssl.create_default_context(cafile=authority or None)
        self._pool = pools(self)[endpoint.scheme](
            endpoint.hostname or "", port_of(endpoint), timeout=Timeout(SECONDS), maxsize=1, **tls
        )

    def asked(self, method: str, url: str, headers: Mapping[str, str | bytes]) -> "Answer":
        """What the server answers.

        Raises:
            ConnectionError: when it does not.
        """
        wanted = urlsplit(url)
        if wanted.netloc != self._endpoint.netloc:
            raise ConnectionAbortedError("it leads on to another server")
        target = f"{wanted.path or '/'}?{wanted.query}" if wanted.query else wanted.path or "/"
        try:
            answer = self._pool.urlopen(
                method,
                target,
                headers={**{name: _text(value) for name, value in headers.items()}, "Host": wanted.netloc},
                retries=False,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
                decode_content=False,
            )
        except SSLError:
            raise Untrusted("not trusted") from None
        except (HTTPError, OSError):
            raise (ConnectionAbortedError("cut") if self.is_cut else Broken("no answer")) from None
        return Answer(answer)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


class Answer:
    """One answer, read as its reader reads one of urllib3."""

    def __init__(self, answer: BaseHTTPResponse) -> None:
        self._answer = answer
        self.status = answer.status
        self.headers = answer.headers

    def read(self, most: int = _MOST) -> bytes:
        """Up to so many bytes of it."""
        return self._answer.read(most)

    def stream(self) -> Iterator[bytes]:
        """All of it.

        Raises:
            ConnectionError: when there is more than can be meant.
        """
        left = _MOST
        for piece in self._answer.stream(_PIECE):
            left -= len(piece)
            if left < 0:
                self.close()
                raise ConnectionAbortedError("an answer without end")
            yield piece

    def close(self) -> None:
        """Let it go, and the connection with it where not all was read."""
        self._answer.close()


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
