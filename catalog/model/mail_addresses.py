"""E-mail addresses that can stand in a header."""

from email.errors import MessageError
from email.headerregistry import Address

from catalog.errors import RequestError

_LONGEST = 254


def check(text: str) -> str:
    """An e-mail address as it is: ASCII, one ``@``, no name beside it, no list, no comment, no quotes.

    Raises:
        RequestError: when it is none. It is not repeated.
    """
    if not _is_address(text):
        raise RequestError("The e-mail address", "it is none", "Write it as name@city.example, without anything else.")
    return text


def _is_address(text: str) -> bool:
    if len(text) > _LONGEST or not text.isascii() or not text.isprintable() or set(text) & set(' "<>(),;:\\[]'):
        return False
    try:
        parsed = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError):
        return False
    return bool(parsed.username and parsed.domain) and f"{parsed.username}@{parsed.domain}" == text
