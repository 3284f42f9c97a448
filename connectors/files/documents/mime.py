"""The parts of an e-mail, taken apart level by level: the standard library's parser descends into itself for each."""

import base64
import binascii
import email.errors
import email.header
import email.message
import email.parser
import email.policy
import email.utils
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.files.documents.charsets import decoded, encoding_of

DEEPEST = 30
MOST_PARTS = 1000

_END_OF_HEAD = re.compile(rb"\r?\n[ \t]*\r?\n")
_LONGEST_HEAD = 1_000_000
_LONGEST_HEADER = 16_384
_PARSER = email.parser.BytesHeaderParser(policy=email.policy.compat32)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: what its headers say, and what it holds, as it was sent."""

    headers: email.message.Message = field(repr=False)
    body: bytes = field(repr=False)
    level: int = 0

    @property
    def kind(self) -> str:
        """Its content type."""
        return self.headers.get_content_type()

    @property
    def is_too_deep(self) -> bool:
        """Whether it is made of parts that were not taken apart."""
        return self.level >= DEEPEST and self.headers.get_content_maintype() == "multipart"

    @property
    def is_attached(self) -> bool:
        """Whether it is a file beside the text."""
        return self.headers.get_content_disposition() == "attachment" or bool(self.file_name)

    @property
    def file_name(self) -> str:
        """The name it would be saved under, if it has one."""
        try:
            return said(self.headers.get_filename() or "")
        except (ValueError, LookupError, TypeError):
            return ""

    def content(self) -> bytes:
        """What it holds, as it was before it was sent."""
        way = str(self.headers.get("Content-Transfer-Encoding", "")).strip().lower()
        if way == "base64":
            signs = re.sub(rb"[^A-Za-z0-9+/]", b"", self.body)
            return base64.b64decode(signs[: len(signs) - (len(signs) % 4 == 1)] + b"==")
        return quopri.decodestring(self.body) if way == "quoted-printable" else self.body

    def text(self) -> str:
        """What it holds, as text."""
        return decoded(self.content(), self._charset)

    @property
    def is_certain(self) -> bool:
        """Whether the encoding of its text is more than a guess."""
        return encoding_of(self.content(), self._charset).certain

    @property
    def _charset(self) -> str:
        return str(self.headers.get_param("charset", ""))

    def header(self, name: str) -> list[str]:
        """What every header of this name says."""
        return [said(value) for value in self.headers.get_all(name, [])]

    def addresses(self, name: str) -> list[str]:
        """Every address of every header of this name, with the name of its owner."""
        given = [str(value)[:_LONGEST_HEADER] for value in self.headers.get_all(name, [])]
        pairs = email.utils.getaddresses(given)
        found = [f"{said(owner)} <{address}>" if owner else said(address) for owner, address in pairs]
        return [each for each in found if each.strip()] or self.header(name)


def parts(content: bytes) -> Iterator[Part]:
    """The parts of a message that are not made of parts, in their order, the message's own headers first.

    What is nested deeper than anybody needs is given back as one part.
    """
    first = opened(content, 0)
    waiting = [first]
    given = 0
    while waiting and given < MOST_PARTS:
        part = waiting.pop()
        boundary = _boundary(part) if part.level < DEEPEST else b""
        if pieces := _pieces(part.body, boundary) if boundary else []:
            waiting.extend(opened(piece, part.level + 1) for piece in reversed(pieces))
        else:
            given += 1
            yield part


def opened(content: bytes, level: int) -> Part:
    """Headers and body of a message or a part."""
    if content.startswith((b"\n", b"\r\n")):
        return Part(_PARSER.parsebytes(b""), content.lstrip(b"\r\n"), level)
    end = _END_OF_HEAD.search(content, 0, _LONGEST_HEAD)
    head, body = (content[: end.start()], content[end.end() :]) if end else (content[:_LONGEST_HEAD], b"")
    return Part(_PARSER.parsebytes(head), body, level)


def said(value: object) -> str:
    """A header as people read it, whatever it was encoded in, cut where it is endless."""
    text = value if isinstance(value, email.header.Header) else str(value)[:_LONGEST_HEADER]
    try:
        pieces = email.header.decode_header(text)
    except (email.errors.HeaderParseError, ValueError, binascii.Error):
        return str(value)[:_LONGEST_HEADER]
    words = (piece if isinstance(piece, str) else decoded(piece, charset or "") for piece, charset in pieces)
    return " ".join("".join(words).split()) or str(value)[:_LONGEST_HEADER]


def _boundary(part: Part) -> bytes:
    if part.headers.get_content_maintype() != "multipart":
        return b""
    try:
        found = part.headers.get_boundary()
    except (ValueError, LookupError, TypeError):
        return b""
    return (found or "").encode("utf-8", "surrogateescape")


def _pieces(body: bytes, boundary: bytes) -> list[bytes]:
    """What stands between boundaries; where the last is missing, what follows is a piece all the same."""
    found: list[bytes] = []
    start = -1
    for begin, end, is_last in _boundaries(body, b"--" + boundary):
        # What is before the first is for programs that know no parts.
        if start >= 0:
            found.append(body[start:begin])
        start = end
        if is_last or len(found) >= MOST_PARTS:
            return found
    return [*found, body[start:]] if start >= 0 else found


def _boundaries(body: bytes, line: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each line of this beginning begins and ends, and whether it is the last of its kind."""
    at = body.find(line)
    while at >= 0:
        end = body.find(b"\n", at) + 1 or len(body)
        rest = body[at + len(line) : min(end, at + len(line) + 100)].rstrip()
        if (at == 0 or body[at - 1 : at] == b"\n") and rest in (b"", b"--"):
            yield at, end, rest == b"--"
        at = body.find(line, at + 1)
