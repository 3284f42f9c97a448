"""Reading what strangers wrote: JSON and base64url in which nothing has two meanings."""

import base64
import json
import re

from web.doors.refusals import Reason, SignInRefused

_BASE64URL = re.compile(rb"[A-Za-z0-9_-]*")


def from_base64url(text: bytes) -> bytes:
    """The bytes that a text without padding stands for (RFC 7515, section 2), of which no other text is one.

    Raises:
        SignInRefused: where it is none, or its last letter holds bits that say nothing.
    """
    if not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise SignInRefused(Reason.FORM)
    found = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(found).rstrip(b"=") != text:
        raise SignInRefused(Reason.FORM)
    return found


def to_base64url(value: bytes) -> str:
    """Bytes as text without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def json_object(text: bytes) -> dict[str, object]:
    """An object of JSON in which every name stands once, as parsers differ over which of two counts (RFC 8259, 4).

    Raises:
        SignInRefused: where it is none, or holds a number that JSON does not have.
    """
    try:
        found = json.loads(text.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise SignInRefused(Reason.FORM) from None
    if not isinstance(found, dict):
        raise SignInRefused(Reason.FORM)
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_number(_: str) -> object:
    raise ValueError
