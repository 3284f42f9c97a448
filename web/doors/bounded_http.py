"""Calls to the identity provider: over TLS, never redirected, and neither large nor long."""

import io
import ssl
import time
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from catalog.settings import is_loopback

#: Seconds for connecting, for each thing read, and for a whole answer.
_TIMES = (3.0, 5.0)
_SECONDS = 10.0
_MOST_BYTES = 1 << 20
_CHUNK = 1 << 16


class Refused(RequestException):
    """An answer we do not take."""


class BoundedAdapter(HTTPAdapter):
    """Carries requests' calls; what its callers ask for in the way of limits counts for nothing."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Trust what this machine trusts, besides what requests brings."""
        super().init_poolmanager(*args, **kwargs, ssl_context=_trusted())

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: ARG002  # requests' signature
        timeout: object = None,  # noqa: ARG002  # the same
        verify: bool | str = True,
        cert: object = None,  # noqa: ARG002  # the same
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """Send a request and read its answer whole.

        Raises:
            RequestException: where it may not be sent, leads elsewhere, or is too large or too slow.
        """
        if not may_be_called(request.url or ""):
            raise Refused
        answer = super().send(request, stream=True, timeout=_TIMES, verify=verify, proxies=proxies)
        with answer:
            if 300 <= answer.status_code < 400:
                raise Refused
            body = _read(answer)
        answer.raw = io.BytesIO(body)
        return answer


def may_be_called(address: str) -> bool:
    """Whether what is said to an address stays between us: over TLS, or not leaving this machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    )


def bound(session: Session, address: str) -> None:
    """Let a session call over nothing but a :class:`BoundedAdapter`.

    Parameters:
        address: whom it is for; no proxy leads back to this machine.
    """
    session.adapters.clear()
    session.mount("http", BoundedAdapter())
    session.trust_env = not is_loopback(urlsplit(address).hostname or "")


@cache
def _trusted() -> ssl.SSLContext:
    # Reading all certificates takes longer than everything else we do for somebody who is not signed in yet.
    return ssl.create_default_context()


def _read(answer: Response) -> bytes:
    until, body = time.monotonic() + _SECONDS, b""
    try:
        while chunk := answer.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > _MOST_BYTES or time.monotonic() > until:
                raise Refused
    except (HTTPError, OSError):
        raise Refused from None
    return body
