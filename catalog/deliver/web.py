"""Calling web addresses that an operator set: the webhook and the watchman. No redirect is followed, no answer read.

What the webhook is sent (``POST``, ``application/json``), one call for each notice::

    {"schema": 1, "id": 17, "kind": "source_failed", "at": "2026-11-22T03:00:00+00:00",
     "agency": {"id": "dso", "name": "Department of Shelter"} | null, "source": {"id": 3, "name": "shelter"} | null,
     "run": 12 | null, "dataset": {"id": 5, "name": "guests"} | null,
     "types": [{"code": "SSN", "label": "Social Security number", "tier": "restricted"}],
     "reason": "unreachable" | null, "text": "The source ...", "link": "https://catalog.city.example/runs/12" | null}

Headers: ``Privacy-Catalog-Delivery``, the same at each try of the same notice; with a secret set, also
``Privacy-Catalog-Timestamp`` (seconds since 1970) and ``Privacy-Catalog-Signature``, ``sha256=`` and the hexadecimal
HMAC-SHA256 under the secret over timestamp, a full stop and the body. Any answer from 200 to 299 is a receipt.
"""

import hashlib
import hmac
import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from catalog import __version__
from catalog.errors import DeliveryError
from catalog.settings import is_loopback

#: Seconds the other side may take over one thing.
_SECONDS = 10.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What was signed for one address is not sent to another."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What proves to the webhook that this body comes from whoever holds the secret."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


def post(
    url: str,
    body: bytes,
    *,
    delivery: str,
    secret: str | None,
    at: datetime,
    trusted: ssl.SSLContext | None = None,
) -> None:
    """Send the webhook a notice.

    Parameters:
        url: an address that the settings have let pass.
        delivery: what stays the same when it is sent again.
        secret: signs the body; None for no signature.
        trusted: whose certificates are trusted; those this machine trusts when not given.

    Raises:
        DeliveryError: when there is no receipt.
    """
    headers = {"Content-Type": "application/json", "Privacy-Catalog-Delivery": delivery}
    if secret is not None:
        stamp = str(int(at.timestamp()))
        headers |= {"Privacy-Catalog-Timestamp": stamp, "Privacy-Catalog-Signature": signature(secret, stamp, body)}
    _call("The webhook", url, body, headers, trusted)


def ping(url: str, *, trusted: ssl.SSLContext | None = None) -> None:
    """Tell the watchman that we are alive.

    Raises:
        DeliveryError: when there is no receipt.
    """
    _call("The heartbeat", url, None, {}, trusted)


def _call(thing: str, url: str, body: bytes | None, headers: Mapping[str, str], trusted: ssl.SSLContext | None) -> None:
    request = urllib.request.Request(url, data=body, headers=dict(headers))  # noqa: S310 - settings let only http and https pass
    request.add_header("User-Agent", f"privacy-catalog/{__version__}")
    handlers: list[urllib.request.BaseHandler] = [
        _NoRedirect(),
        urllib.request.HTTPSHandler(context=trusted or ssl.create_default_context()),
    ]
    if is_loopback(urlsplit(url).hostname or ""):
        handlers.append(urllib.request.ProxyHandler({}))  # no proxy leads back to this machine
    try:
        urllib.request.build_opener(*handlers).open(request, timeout=_SECONDS).close()
    except urllib.error.HTTPError as answer:
        answer.close()
        raise _failure(thing, f"it answered {answer.code}", "Ask whoever runs it.") from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            cause = "its certificate is not one to be trusted"
            raise _failure(thing, cause, "Correct its certificate or its address.") from None
        raise _failure(thing, "it cannot be reached", "Check its address and the network.") from None
    except (OSError, http.client.HTTPException):
        raise _failure(thing, "it did not answer as it should", "Check its address and the network.") from None


def _failure(thing: str, cause: str, next_step: str) -> DeliveryError:
    return DeliveryError(thing, cause, next_step)
