"""Workbooks that a browser sends: taken in within limits, and carried by the form between looking and doing."""

import base64
import binascii

from flask import request

from catalog.errors import RequestError

#: The largest file a browser may send; the command line takes larger ones.
MOST_BYTES = 2 * 1024 * 1024
#: A form that carries such a file in letters takes a third more, and its other fields a little.
ROOM = MOST_BYTES * 4 // 3 + 64 * 1024


def sent(command: str) -> bytes:
    """The file of this request.

    Parameters:
        command: what takes larger files.

    Raises:
        RequestError: when there is none, or it is too large.
    """
    file = request.files.get("file")
    data = file.read(MOST_BYTES + 1) if file else b""
    if not data:
        raise RequestError("This form", "no file was chosen, or it is empty", "Choose a workbook.")
    if len(data) > MOST_BYTES:
        limit = f"a browser may send at most {MOST_BYTES // 1024 // 1024} MB"
        raise RequestError("This workbook", limit, f"Use the command privacy-catalog {command}.")
    return data


def as_letters(data: bytes) -> str:
    """The file as a form carries it."""
    return base64.urlsafe_b64encode(data).decode()


def carried(letters: str) -> bytes:
    """The file that the form carries since it was looked at.

    Raises:
        RequestError: when it carries none.
    """
    try:
        return base64.urlsafe_b64decode(letters.encode("ascii"))
    except (UnicodeEncodeError, binascii.Error):
        raise RequestError("This form", "it carries no workbook", "Choose the file again.") from None
