"""Delimited text of any encoding, delimiter and state of repair; see docs/decisions/0004-csv-reading.md."""

import gzip
import io
import time
import zlib
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import dialect, encodings
from connectors.files.encodings import Guess
from connectors.files.excerpts import Excerpts
from connectors.files.records import LONGEST_LINE, Records, rows_of
from connectors.files.table import sample_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ENDINGS = (".csv", ".tsv", ".tab", ".psv", ".txt")
MOST_CHARACTERS = 64_000_000
MOST_ROWS = 1_000_000


Binary = io.BufferedReader | gzip.GzipFile

_SNIFFED_LINES = 100
_SNIFFED_CHARACTERS = 65_536
_MOST_HEADS = 64


def sample_delimited(stream: Binary, name: str, plan: SamplePlan, thing: str) -> Sample:
    """Read a bounded, seeded sample of a delimited file.

    Raises:
        DatasetError: when it is no text or has no columns.
    """
    binary: Binary = gzip.GzipFile(fileobj=stream) if name.lower().endswith(".gz") else stream
    with closing(Lines(binary, plan, thing)) as lines:
        found = dialect.dialect_of(lines.leading(), _ending(name))
        records = rows_of(lines, found)
        sample = _sample_of(records, lines, plan, thing)
    if isinstance(records, Records) and records.torn:
        sample.warn(Caveat.TORN)
    if not found.is_certain:
        sample.warn(Caveat.LAYOUT)
    return told(sample, lines)


def _sample_of(records: Iterable[Sequence[str]], lines: "Lines", plan: SamplePlan, thing: str) -> Sample:
    try:
        return sample_of(records, plan, thing)
    except DatasetError:
        if lines.torn or lines.cut:
            # It is not empty as far as anybody knows.
            raise lines.unreadable() from None
        raise


def told(sample: Sample, lines: "Lines") -> Sample:
    """The sample of such lines, true about what was not read and what was guessed."""
    if not lines.is_certain:
        sample.warn(Caveat.ENCODING)
    if lines.torn:
        sample.warn(Caveat.TORN)
    if lines.cut:
        sample.warn(Caveat.CUT)
    if lines.cut or lines.torn:
        sample.rows_total = None
        if sample.method is SampleMethod.ALL_ROWS:
            sample.method = SampleMethod.RANDOM_ROWS if lines.excerpted else SampleMethod.FIRST_ROWS
    return sample


def looks_like_a_table(stream: Binary, name: str = "") -> bool:
    """Whether the text of an opened file is rows of a table, or a list of short values, rather than prose.

    It is read from where it stands; the reader of it begins anew.

    Raises:
        DatasetError: when it is no text.
    """
    lines = Lines(stream, SamplePlan(rows=0, seed=0), "A file")
    try:
        return dialect.is_table(lines.leading(), _ending(name))
    finally:
        lines.detach()


class Lines:
    """The decoded lines of a file, without NULs, up to what one look may read; ``cut`` when there was more.

    ``excerpted`` when what was read comes from all over the file, ``torn`` when it could not be read on.
    """

    def __init__(self, stream: Binary, plan: SamplePlan, thing: str) -> None:
        self._thing = thing
        self._deadline = time.monotonic() + plan.seconds
        try:
            guess = _guess(stream)
            excerpts = _excerpts(stream, guess, plan.seed)
            stream.seek(0)
        except (OSError, EOFError, zlib.error):
            raise self.unreadable() from None
        self.is_certain = guess.certain
        self.cut = self.excerpted = excerpts is not None
        self.torn = False
        self._stream = stream
        raw: Binary = excerpts or stream
        if guess.encoding in encodings.MAINFRAME:
            raw = io.BufferedReader(_MainframeLines(raw))
        self._text = io.TextIOWrapper(raw, guess.encoding, encodings.AS_WINDOWS, newline="")
        self._read: deque[str] = deque()

    def leading(self) -> Sequence[str]:
        """The first lines, which are read again by iterating.

        Raises:
            DatasetError: when they are not text.
        """
        text = ""
        while len(self._read) < _SNIFFED_LINES and len(text) < _SNIFFED_CHARACTERS and (line := self._next()):
            self._read.append(line)
            text += line
        strange = Counter(character for character in text if character < " " and character not in "\t\r\n\f\v")
        # One of them may be the delimiter.
        if 50 * (strange.total() - max(strange.values(), default=0)) > len(text):
            raise self.unreadable()
        return tuple(self._read)

    def close(self) -> None:
        """Close the file."""
        self._text.close()

    def detach(self) -> None:
        """Leave the file open, at its beginning."""
        self._text.detach()
        self._stream.seek(0)

    def __iter__(self) -> Iterator[str]:
        left, rows = MOST_CHARACTERS, MOST_ROWS
        while line := self._read.popleft() if self._read else self._next():
            left -= len(line)
            rows -= 1
            if left < 0 or rows < 0 or (rows % 1000 == 0 and time.monotonic() > self._deadline):
                self.cut = True
                return
            yield line

    def _next(self) -> str:
        try:
            line = self._text.readline(LONGEST_LINE)
        except (OSError, EOFError, zlib.error):
            self.torn = True
            return ""
        self.cut = self.cut or len(line) == LONGEST_LINE
        # A line of nothing but NULs is not the end.
        return line.replace("\0", "") or ("\n" if line else "")

    def unreadable(self) -> DatasetError:
        """The error of what is no text, or of which nothing could be read."""
        return DatasetError(
            self._thing,
            "its content is not delimited text",
            "Ask its owner for an intact copy.",
            reason=SkipReason.UNREADABLE,
        )


class _MainframeLines(io.RawIOBase):
    """EBCDIC whose lines end as those of text do: with its line feed, where it has a sign of its own for that."""

    def __init__(self, stream: Binary) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        target = memoryview(buffer).cast("B")
        read = self._stream.read1(len(target)).replace(b"\x15", b"\x25")
        target[: len(read)] = read
        return len(read)


def _guess(stream: Binary) -> Guess:
    """The encoding of a text, going by where it first holds anything but ASCII."""
    head = first = stream.read1(encodings.HEAD_BYTES)
    with suppress(OSError, EOFError, zlib.error):
        for _ in range(_MOST_HEADS):
            if not head.isascii():
                return encodings.guess(head)
            if not (head := stream.read1(encodings.HEAD_BYTES)):
                break
    return encodings.guess(first)


def _excerpts(stream: Binary, guess: Guess, seed: int) -> io.BufferedReader | None:
    """Parts of a file that is larger than the window, where every line ends with the same one byte."""
    if isinstance(stream, gzip.GzipFile) or not guess.is_ascii_based:
        return None
    size = stream.seek(0, io.SEEK_END)
    return io.BufferedReader(Excerpts(stream, size, seed)) if size > MOST_CHARACTERS else None


def _ending(name: str) -> str:
    plain = name.lower().removesuffix(".gz")
    return next((ending for ending in ENDINGS if plain.endswith(ending)), "")
