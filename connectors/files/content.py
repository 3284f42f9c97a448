"""What a file is by its content: the bytes it begins with, else what its text looks like. Names of files lie."""

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from catalog.errors import DatasetError, SkipReason
from connectors.files import archive, formats
from connectors.files.delimited import Binary, looks_like_a_table
from connectors.files.encodings import AS_WINDOWS, encoding_of
from connectors.files.formats import Format
from connectors.files.unpacking import IN_MEMORY, in_memory

_HEAD_BYTES = 4096
_PACKED = formats.PACKED.magic[0]
_SHORT = 4
_FORM = 8
"""Where containers of pictures, sound and film say which they are."""
_PAGE = re.compile(
    r"(?>\s+|<\?xml[^>]*>|<!--(?:(?!-->).)*-->)*<(?:!doctype\s+html|html|head|body|table)\b", re.IGNORECASE | re.DOTALL
)
_MARKUP = re.compile(r"\s*<[?!a-z]", re.IGNORECASE)
_RECORDS = re.compile(
    r"""\s*(?:\{\s*["}]|\[\s*(?:[\[{"]|\]\s*(?:[\r\n]|$)|(?:-?\d[\d.eE+-]*|true|false|null)\s*(?:,|\]\s*(?:[\r\n]|$))))"""
)
_SCALAR = re.compile(r'\s*(?:"[^"\n]*"|-?\d[\d.eE+-]*|true|false|null)\s*(?:[\r\n]|$)')
_MAILBOX = re.compile(r"From \S+ .*\d\d:\d\d")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t\r\n]")
_MAIL = re.compile(
    r"^(?:from|to|received|return-path|delivered-to|message-id|mime-version|subject|x-[a-z0-9-]+):",
    re.IGNORECASE | re.MULTILINE,
)
_FEWEST_FIELDS = 2


def format_of(stream: Binary, named: Format, thing: str) -> Format:
    """What a file is, which is read from its beginning afterwards.

    Parameters:
        named: what its name says: believed where nothing speaks against it.

    Raises:
        DatasetError: when it cannot be read at all.
    """
    head = beginning(stream, thing)
    if head.startswith(formats.ZIP):
        return _zipped(stream, named)
    if any(head.startswith(magic) for magic in named.magic):
        return named
    if head.startswith(formats.OLD_OFFICE):
        return formats.OLDER_OFFICE
    return _begun(head) or _written(stream, head, named)


def beginning(stream: Binary, thing: str) -> bytes:
    """The first bytes of a file, which is read from its beginning afterwards.

    Raises:
        DatasetError: when it is packed and damaged right there.
    """
    try:
        # What is unpacked is taken as it comes: all that comes before damage is read.
        head = stream.read1(_HEAD_BYTES) if isinstance(stream, gzip.GzipFile) else stream.read(_HEAD_BYTES)
        stream.seek(0)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise DatasetError(
            thing, "what is packed in it is damaged", "Ask its owner for an intact copy.", reason=SkipReason.UNREADABLE
        ) from None
    return head


@contextmanager
def unpacked(stream: io.BufferedReader, thing: str) -> Iterator[Binary]:
    """A file, or the one file that is packed in it, as it is unpacked."""
    if not beginning(stream, thing).startswith(_PACKED):
        yield stream
        return
    with gzip.GzipFile(fileobj=stream) as inner:
        yield inner


@contextmanager
def held(stream: Binary, thing: str, most: int = IN_MEMORY) -> Iterator[io.BufferedReader]:
    """A file in which what reads it can go back and forth: what is packed is unpacked in memory.

    Parameters:
        most: bytes that may be held so.

    Raises:
        DatasetError: when it is packed, and damaged or larger.
    """
    if not isinstance(stream, gzip.GzipFile):
        yield stream
        return
    try:
        content = in_memory(stream, most, thing)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise DatasetError(
            thing, "what is packed in it is damaged", "Ask its owner for an intact copy.", reason=SkipReason.UNREADABLE
        ) from None
    with content:
        yield content


@contextmanager
def searchable(stream: Binary, thing: str) -> Iterator[Binary]:
    """A file of which :func:`format_of` can tell what it is: a packed archive is held, as its end tells most.

    Raises:
        DatasetError: when it is one, and damaged or too large to be held.
    """
    if isinstance(stream, gzip.GzipFile) and beginning(stream, thing).startswith(formats.ZIP):
        with held(stream, thing) as whole:
            yield whole
    else:
        yield stream


def _begun(head: bytes) -> Format | None:
    """What only files of one format begin with."""
    is_text = _is_text(head.decode("latin-1"))
    for each in (*formats.FORMATS, formats.PACKED):
        if any(head.startswith(magic) and not (is_text and _is_weak(magic)) for magic in each.magic):
            return each
    form = head[_FORM:12] if head.startswith(b"RIFF") else head[4:8]
    if form in _FORMS:
        return formats.by_name(_FORMS[form])
    return formats.by_name(".bdb") if {head[:4], head[12:16]} & _BERKELEY else None


def _is_weak(magic: bytes) -> bool:
    """Whether a text may well begin so: a column may be called ORC or PAR1."""
    return len(magic) <= _SHORT and magic.isascii() and magic.decode("ascii").isprintable()


_FORMS = {b"WEBP": ".webp", b"WAVE": ".wav", b"AVI ": ".avi", b"ftyp": ".mp4"}


_BERKELEY = frozenset(
    number.to_bytes(4, order) for number in (0x053162, 0x061561, 0x042253, 0x074582) for order in ("little", "big")
)
"""What kind of tree or table a Berkeley database is, at its beginning in old ones."""


def _zipped(stream: Binary, named: Format) -> Format:
    """Which of the formats it is that are ZIP archives inside; what its name says, where that cannot be told."""
    try:
        names, kind = archive.look(stream)
    except DatasetError:
        return named if formats.ZIP in named.magic else formats.ARCHIVE
    finally:
        stream.seek(0)
    if kind:
        return formats.SPREADSHEET if b"spreadsheet" in kind else formats.OPEN_DOCUMENT
    for folder, found in _FOLDERS.items():
        if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names):
            return found
    return formats.ARCHIVE


_FOLDERS = {"xl/": formats.SPREADSHEET, "word/": formats.WORD, "ppt/": formats.SLIDES}
"""What a file of a newer Office has inside."""


def _written(stream: Binary, head: bytes, named: Format) -> Format:
    """What a text is; what is no text is what its name says."""
    text = head.decode(encoding_of(head), AS_WINDOWS).lstrip("\ufeff")
    if not text.strip() or not _is_text(text):
        return formats.DELIMITED if named is formats.PLAIN else named
    shown = _shown(text, named)
    if shown is None and _may_be(text, named):
        return named
    return shown or _table_or_prose(stream)


def _is_text(text: str) -> bool:
    """Whether what was decoded is text: hardly a control sign in it."""
    return 50 * sum(1 for sign in text if sign < " " and sign not in "\t\r\n\f\v") <= len(text)


def _shown(text: str, named: Format) -> Format | None:
    """The format that a text shows, None where it shows none."""
    if _PAGE.match(text):
        return formats.WEB_PAGE
    if _RECORDS.match(text):
        return formats.JSON
    if _MAILBOX.match(text):
        return formats.MAILBOX
    if _FIELD.match(text) and len(_MAIL.findall(text)) >= _FEWEST_FIELDS:
        return formats.MAIL
    return formats.XML if named is formats.UNKNOWN and _MARKUP.match(text) else None


def _may_be(text: str, named: Format) -> bool:
    """Whether a text that does not show what it is may be what its name says."""
    if named is formats.JSON:
        return "{" in text or "[" in text or bool(_SCALAR.match(text))
    if named is formats.WEB_PAGE:
        return "<" in text
    if named in (formats.MAIL, formats.MAILBOX):
        return bool(_FIELD.match(text))
    return named in (formats.DELIMITED, formats.TEXT)


def _table_or_prose(stream: Binary) -> Format:
    is_table = looks_like_a_table(stream)
    stream.seek(0)
    return formats.DELIMITED if is_table else formats.TEXT
