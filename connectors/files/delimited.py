"""Delimited text of any encoding, delimiter and state of repair; see docs/decisions/0004-csv-reading.md."""

import codecs
import csv
import gzip
import io
import time
import zlib
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import SampleMethod
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.excerpts import Excerpts
from connectors.files.table import sample_of

ENDINGS = (".csv", ".tsv", ".tab", ".psv", ".txt")
MOST_CHARACTERS = 64_000_000
MOST_ROWS = 1_000_000
AS_WINDOWS = "as_windows"
"""What decoders are told to do with a byte that is no UTF-8."""

Binary = io.BufferedReader | gzip.GzipFile

_HEAD_BYTES = 65_536
_LONGEST_LINE = 1_000_000
_SNIFFED_LINES = 100
_USUAL = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".psv": "|"}
_DELIMITERS = (",", "\t", ";", "|", "^", "~")
_NO_DELIMITER = "\x1f"
_MOST_LINES_A_ROW = 100
_END = "\x1e the end \x1e"
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read a byte that is no UTF-8 as Western European Windows does, so that mixed files lose nothing."""
    if isinstance(error, UnicodeDecodeError) and error.encoding == "utf-8":
        return error.object[error.start : error.end].decode("cp1252", "replace"), error.end
    return "\ufffd", getattr(error, "end", 0)


codecs.register_error(AS_WINDOWS, _as_windows)
# One limit for all of the process; the default refuses long texts that are sound.
csv.field_size_limit(_LONGEST_LINE)


def sample_delimited(stream: Binary, name: str, plan: SamplePlan, thing: str) -> Sample:
    """Read a bounded, seeded sample of a delimited file.

    Raises:
        DatasetError: when it is no text or has no columns.
    """
    ending = _ending(name)
    binary: Binary = gzip.GzipFile(fileobj=stream) if name.lower().endswith(".gz") else stream
    with closing(Lines(binary, plan, thing)) as lines:
        records = Records(lines, _delimiter(lines.leading(), ending))
        sample = sample_of(records, plan, thing)
    if lines.cut or records.torn:
        sample.partly = True
    if lines.cut:
        sample.rows_total = None
        if sample.method is SampleMethod.ALL_ROWS:
            sample.method = SampleMethod.RANDOM_ROWS if lines.excerpted else SampleMethod.FIRST_ROWS
    return sample


class Lines:
    """The decoded lines of a file, without NULs, up to what one look may read; ``cut`` when there was more.

    ``excerpted`` when what was read comes from all over the file.
    """

    def __init__(self, stream: Binary, plan: SamplePlan, thing: str) -> None:
        self._thing = thing
        self._deadline = time.monotonic() + plan.seconds
        try:
            encoding = encoding_of(stream.read1(_HEAD_BYTES))
            excerpts = _excerpts(stream, encoding, plan.seed)
            stream.seek(0)
        except (OSError, EOFError, zlib.error):
            raise self._unreadable() from None
        self.cut = self.excerpted = excerpts is not None
        self._text = io.TextIOWrapper(excerpts or stream, encoding, AS_WINDOWS, newline="")
        self._read: deque[str] = deque()

    def leading(self) -> Sequence[str]:
        """The first lines, which are read again by iterating.

        Raises:
            DatasetError: when they are not text.
        """
        text = ""
        while len(self._read) < _SNIFFED_LINES and len(text) < _HEAD_BYTES and (line := self._next()):
            self._read.append(line)
            text += line
        strange = sum(1 for character in text if character < " " and character not in "\t\r\n\f\v")
        if 50 * strange > len(text):
            raise self._unreadable()
        return tuple(self._read)

    def close(self) -> None:
        """Close the file."""
        self._text.close()

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
            line = self._text.readline(_LONGEST_LINE)
            self.cut = self.cut or len(line) == _LONGEST_LINE
            # A line of nothing but NULs is not the end.
            return line.replace("\0", "") or ("\n" if line else "")
        except (OSError, EOFError, zlib.error):
            self.cut = True
            return ""

    def _unreadable(self) -> DatasetError:
        return DatasetError(
            self._thing,
            "its content is not delimited text",
            "Ask its owner for an intact copy.",
            reason=SkipReason.UNREADABLE,
        )


class Records:
    """The rows of delimited lines. A quote that is never closed spoils only its own line and sets ``torn``."""

    def __init__(self, lines: Iterable[str], delimiter: str) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self._pending: list[str] = []
        self._delimiter = delimiter
        self.torn = False

    def __iter__(self) -> Iterator[list[str]]:
        while True:
            try:
                for row in csv.reader(self._source(), delimiter=self._delimiter):
                    if row == [_END]:
                        return
                    if row and _END in row[-1]:
                        break
                    self._pending.clear()
                    yield row
            except csv.Error:
                pass
            # The open quote swallowed the lines that follow: give up its own line, read the others again.
            self.torn = True
            spoilt, *rest = [line for line in self._pending if line != _END]
            self._again.extendleft(reversed(rest))
            self._pending.clear()
            yield spoilt.rstrip("\r\n").split(self._delimiter)

    def _source(self) -> Iterator[str]:
        while True:
            line = self._again.popleft() if self._again else next(self._lines, _END)
            self._pending.append(line)
            if len(self._pending) > _MOST_LINES_A_ROW:
                raise csv.Error
            yield line


def _excerpts(stream: Binary, encoding: str, seed: int) -> io.BufferedReader | None:
    """Parts of a file that is larger than the window, where every line ends with the same one byte."""
    if isinstance(stream, gzip.GzipFile) or not encoding.startswith("utf-8"):
        return None
    size = stream.seek(0, io.SEEK_END)
    return io.BufferedReader(Excerpts(stream, size, seed)) if size > MOST_CHARACTERS else None


def _ending(name: str) -> str:
    plain = name.lower().removesuffix(".gz")
    return next((ending for ending in ENDINGS if plain.endswith(ending)), "")


def encoding_of(head: bytes) -> str:
    """The encoding of a text that begins with these bytes; UTF-8 where nothing speaks for another."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    half = max(len(head) // 2, 1)
    # Western text in UTF-16 has a NUL in nearly every second byte.
    if head[1::2].count(0) > 0.6 * half:
        return "utf-16-le"
    if head[0::2].count(0) > 0.6 * half:
        return "utf-16-be"
    return "cp037" if _is_mainframe(head) else "utf-8"


def _is_mainframe(head: bytes) -> bool:
    """Whether it is EBCDIC, in which not one byte means what it means elsewhere: read as such, all of it is plain."""
    high = sum(1 for byte in head if byte >= 0x80)
    plain = sum(1 for character in head.decode("cp037") if "\n" <= character <= "~")
    return 2 * high > len(head) and 10 * plain > 9 * len(head) and not any(end in head for end in b"\r\n")


def _delimiter(lines: Sequence[str], ending: str) -> str:
    """The delimiter that cuts the most lines into the same number of cells."""
    usual = _USUAL.get(ending, _NO_DELIMITER)
    scores = {delimiter: _evenness(lines, delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: (scores[delimiter], delimiter == usual))
    enough = 0.8 if usual == _NO_DELIMITER else 0.5
    return best if scores[best][0] >= enough else usual


def _evenness(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    rows = [row for row in Records(lines, delimiter) if any(row)]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0, 0
    width, count = widths.most_common(1)[0]
    return round(count / len(rows), 1), width
