"""Which formats of files there are: by which endings they are known, what reads them, what people call them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from catalog.errors import DatasetError, SkipReason
from catalog.model.holdings import DatasetKind
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import delimited, json_records, workbook
from connectors.files.delimited import Binary
from connectors.files.unread import UNREAD

Reader: TypeAlias = Callable[[Binary, str, SamplePlan, str], Sample]
"""Reads a file that is one dataset: the stream, the file's name, how much to read, what errors call it."""

_UNITS = ("bytes", "KB", "MB", "GB", "TB")

GZIPPED = ".gz"
"""One file may be packed so, whatever its format."""


class Holds(Enum):
    """What a file is made of."""

    ONE = "one"
    """It is one dataset."""
    SHEETS = "sheets"
    TABLES = "tables"
    MEMBERS = "members"
    NOTHING = "nothing"
    """Nothing that can be looked at."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format of files.

    Parameters:
        words: what people call a file of it.
        endings: of names, lower case, with their point.
        kind: of the datasets in it.
        reader: gives what reads it, where it is one dataset. Libraries are loaded only then: a share without documents
            needs none of theirs.
        extra: the extra of the installation that brings its library.
        magic: the bytes a file of it begins with.
        in_parts: whether a file of any size is read without holding or passing all of it.
        refused: why nobody can look into it.
    """

    words: str
    endings: tuple[str, ...] = ()
    kind: DatasetKind = DatasetKind.FILE
    holds: Holds = Holds.ONE
    reader: Callable[[], Reader] | None = None
    extra: str = ""
    magic: tuple[bytes, ...] = ()
    in_parts: bool = False
    refused: SkipReason | None = None


def _delimited() -> Reader:
    return delimited.sample_delimited


def _json() -> Reader:
    return json_records.sample_json


def _parquet() -> Reader:
    from connectors.files.parquet import sample_parquet  # noqa: PLC0415 - a library that an extra brings

    return sample_parquet


def _avro() -> Reader:
    from connectors.files.avro import sample_avro  # noqa: PLC0415 - the same

    return sample_avro


def _text() -> Reader:
    from connectors.files.documents.text import sample_text  # noqa: PLC0415 - the same

    return sample_text


def _pdf() -> Reader:
    from connectors.files.documents.pdf import sample_pdf  # noqa: PLC0415 - the same

    return sample_pdf


def _word() -> Reader:
    from connectors.files.documents.word import sample_word  # noqa: PLC0415 - the same

    return sample_word


def _slides() -> Reader:
    from connectors.files.documents.slides import sample_slides  # noqa: PLC0415 - the same

    return sample_slides


def _web() -> Reader:
    from connectors.files.documents.web import sample_web  # noqa: PLC0415 - the same

    return sample_web


def _mail() -> Reader:
    from connectors.files.documents.mail import sample_mail  # noqa: PLC0415 - the same

    return sample_mail


def _mailbox() -> Reader:
    from connectors.files.documents.mail import sample_mbox  # noqa: PLC0415 - the same

    return sample_mbox


ZIP = b"PK\x03\x04"
"""What every ZIP begins with, and so every newer file of an office program; an empty one begins otherwise."""
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What older files of Office begin with, and newer ones that a password protects."""

_DOCUMENT = DatasetKind.DOCUMENT
_NOT_READ = tuple(
    Format(words, tuple(endings.split()), holds=Holds.NOTHING, magic=magic, refused=reason)
    for reason, words, endings, magic in UNREAD
)

PLAIN = Format("plain text", (".txt", ".log", ".asc", ".prn", ".lst"), in_parts=True)
"""A table or prose: understood by its content when it is read."""
_TABLES = tuple(ending for ending in delimited.ENDINGS if ending not in PLAIN.endings)
DELIMITED = Format("delimited text", _TABLES, reader=_delimited, in_parts=True)
JSON = Format("JSON file", json_records.ENDINGS, reader=_json, in_parts=True)
TEXT = Format("text", (".md", ".markdown", ".rst"), _DOCUMENT, reader=_text, in_parts=True)
WEB_PAGE = Format("web page", (".html", ".htm", ".xhtml"), _DOCUMENT, reader=_web, extra="documents")
MAIL = Format("e-mail", (".eml",), _DOCUMENT, reader=_mail, extra="documents")
MAILBOX = Format("mailbox", (".mbox",), _DOCUMENT, reader=_mailbox, extra="documents", in_parts=True)
PARQUET = Format("Parquet file", (".parquet", ".pq"), reader=_parquet, extra="files", magic=(b"PAR1",), in_parts=True)
AVRO = Format("Avro file", (".avro",), reader=_avro, extra="files", magic=(b"Obj\x01",), in_parts=True)
PDF = Format("PDF document", (".pdf",), _DOCUMENT, reader=_pdf, extra="documents", magic=(b"%PDF-",))
WORD = Format(
    "Word document", (".docx", ".docm", ".dotx"), _DOCUMENT, reader=_word, extra="documents", magic=(ZIP, OLD_OFFICE)
)
SLIDES = Format(
    "presentation",
    (".pptx", ".pptm", ".ppsx"),
    _DOCUMENT,
    reader=_slides,
    extra="documents",
    magic=(ZIP, OLD_OFFICE),
)
SPREADSHEET = Format("spreadsheet", workbook.ENDINGS, DatasetKind.SHEET, Holds.SHEETS, magic=(ZIP, OLD_OFFICE))
SQLITE = Format(
    "SQLite database",
    (".sqlite", ".sqlite3", ".db3", ".db", ".s3db", ".gpkg"),
    DatasetKind.TABLE,
    Holds.TABLES,
    magic=(b"SQLite format 3\0",),
)
ARCHIVE = Format("ZIP archive", (".zip",), holds=Holds.MEMBERS, magic=(ZIP, b"PK\x05\x06"))
UNKNOWN = Format("file of an unknown format", in_parts=True)
"""What no ending tells: understood by its content when it is read."""
FIXED = Format("records of fixed width", in_parts=True)
"""What the share's options describe."""
PACKED = Format("gzip archive", holds=Holds.NOTHING, magic=(b"\x1f\x8b",), refused=SkipReason.UNKNOWN_FORMAT)
"""One packed file; what is in it tells what it is."""
XML = next(one for one in _NOT_READ if ".xml" in one.endings)
OPEN_DOCUMENT = next(one for one in _NOT_READ if ".odt" in one.endings)
OLDER_OFFICE = Format(
    "file of an older Office program, or a protected one",
    holds=Holds.NOTHING,
    magic=(OLD_OFFICE,),
    refused=SkipReason.UNKNOWN_FORMAT,
)

# Those that one dataset is made of come first: what begins alike is told apart by more than its beginning.
FORMATS = (
    *(
        DELIMITED,
        PLAIN,
        JSON,
        TEXT,
        WEB_PAGE,
        MAIL,
        MAILBOX,
        PARQUET,
        AVRO,
        PDF,
        WORD,
        SLIDES,
        SPREADSHEET,
        SQLITE,
        ARCHIVE,
    ),
    *_NOT_READ,
)
_BY_ENDING = {ending: one for one in FORMATS for ending in one.endings}


def by_name(name: str) -> Format:
    """The format that a name tells, without the ending of what it is packed in; ``UNKNOWN`` where it tells none."""
    plain = plain_name(name)
    return next((_BY_ENDING[ending] for ending in _endings(plain) if ending in _BY_ENDING), UNKNOWN)


def plain_name(name: str) -> str:
    """A name in lower case, without the folders and without the ending of what one file is packed in."""
    return name.lower().rpartition("/")[2].removesuffix(GZIPPED)


def is_gzipped(name: str) -> bool:
    """Whether a name says that one file is packed in it."""
    return name.lower().endswith(GZIPPED)


def _endings(name: str) -> Iterator[str]:
    """The endings of a name, the longest first: ``.tar.gz`` says more than ``.gz``."""
    _, *parts = name.split(".")
    for place in range(len(parts)):
        yield "." + ".".join(parts[place:])


def reader_of(name: str) -> Reader | None:
    """What reads a file of this name, where it is one dataset and its library is there."""
    found = by_name(name)
    try:
        return found.reader() if found.reader else None
    except ImportError:
        return None


def reader(found: Format, thing: str) -> Reader:
    """What reads a file of a format that is one dataset.

    Raises:
        DatasetError: when there is nothing that reads it here.
    """
    if found.reader is None:
        cause, next_step = f"it is a {found.words}, not what its name says", "Give it the ending it should have."
        raise DatasetError(thing, cause, next_step, reason=SkipReason.UNREADABLE)
    try:
        return found.reader()
    except ImportError:
        cause = f"to read a {found.words} the extra {found.extra or 'files'} is needed, which is not installed"
        next_step = f"Install 'privacy-catalog[{found.extra or 'files'}]'."
        raise DatasetError(thing, cause, next_step, reason=SkipReason.UNKNOWN_FORMAT) from None


def described(found: Format, size: int) -> str:
    """A file in our words: ``JPEG picture, 2.3 MB``.

    Parameters:
        size: in bytes.
    """
    return f"{found.words}, {size_in_words(size)}"


def size_in_words(size: int) -> str:
    """So many bytes, to two figures or the whole number of a unit."""
    if size < 1000:
        return f"{size} bytes" if size != 1 else "1 byte"
    power = next((power for power in (1, 2, 3) if size < 999.5 * 1000**power), 4)
    amount = size / 1000**power
    figure = f"{amount:.1f}" if amount < 9.95 else f"{amount:,.0f}"
    return f"{figure} {_UNITS[power]}"
