"""What passes between the process that carries a source's bytes and the one that understands them: frames of bounded
length, each an object in JSON and some bytes. Neither side trusts the other.
"""

import json
import socket
import struct
from collections.abc import Mapping
from typing import Any

PIECE = 1 << 20
"""Most bytes of a file in one frame."""
_LONGEST_TEXT = 4_000_000
_HEAD = struct.Struct(">II")

Message = Mapping[str, Any]

BEAT: Message = {"beat": True}
"""A frame before an answer: it takes long, and goes on."""


class LineError(Exception):
    """The other side sent what was not agreed, or is gone; the text names neither path nor data."""


def send(line: socket.socket, message: Message, data: bytes = b"") -> None:
    """Send one frame.

    Raises:
        LineError: when the other side is gone.
    """
    text = json.dumps(message).encode("ascii")
    if len(text) > _LONGEST_TEXT or len(data) > PIECE:
        raise LineError("a frame is longer than agreed")
    try:
        line.sendall(b"".join((_HEAD.pack(len(text), len(data)), text, data)))
    except OSError:
        raise LineError("the other side is gone") from None


def receive(line: socket.socket) -> tuple[Message, bytes]:
    """Wait for one frame.

    Raises:
        LineError: when the other side is gone, or the frame is not as agreed.
    """
    text_length, length = _HEAD.unpack(_exactly(line, _HEAD.size))
    if text_length > _LONGEST_TEXT or length > PIECE:
        raise LineError("a frame is longer than agreed")
    text, data = _exactly(line, text_length), _exactly(line, length)
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise LineError("a frame is no JSON") from None
    if not isinstance(message, dict):
        raise LineError("a frame is no object")
    return message, data


def _exactly(line: socket.socket, length: int) -> bytes:
    data = bytearray(length)
    view, have = memoryview(data), 0
    while have < length:
        try:
            more = line.recv_into(view[have:])
        except OSError:
            more = 0
        if not more:
            raise LineError("the other side is gone")
        have += more
    return bytes(data)
