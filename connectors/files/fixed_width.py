"""Records of fixed width, as the share's option ``fixed_width`` describes them.

``*.dat: ssn 9, last_name 20, - 3, dob 8; claims_*.txt: claim 10, amount 12``: for files of these names or paths,
columns with their widths, in order; ``-`` passes over what is between. Widths are in bytes or in characters, as the
lines have it.
"""

import io
import itertools
import re
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.paths import is_wanted
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import encodings
from connectors.files.delimited import MOST_CHARACTERS, Binary, Lines, told
from connectors.files.encodings import AS_WINDOWS, Guess
from connectors.files.excerpts import PARTS
from connectors.files.table import sample_of

_PASSED_OVER = "-"
_COLUMN = re.compile(r"(?P<name>\S(?:.*\S)?)\s+(?P<width>[1-9][0-9]{0,5})")
_WIDEST = 100_000
_MOST_COLUMNS = 4096
_ENDS = b"\n\r"
_MAINFRAME_ENDS = b"\x15\x25\x0d"
_MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Field:
    """Where a column stands in a record: from ``start`` up to ``end``."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of records in files whose name or path matches ``pattern``; ``width`` of all of a record."""

    pattern: str
    fields: Sequence[Field]
    width: int


def layouts(text: str, thing: str = "File share") -> Sequence[Layout]:
    """Read the option ``fixed_width``.

    Parameters:
        thing: what errors call the share.

    Raises:
        SourceError: when it is none; says in which place.
    """
    parts = [part.strip() for part in text.split(";")]
    return [_layout(part, number, thing) for number, part in enumerate(parts, start=1) if part]


def layout_for(path: str, known: Sequence[Layout]) -> Layout | None:
    """The first layout that is for a file; None where none is."""
    return next((layout for layout in known if is_wanted(path, (layout.pattern,))), None)


def sample_fixed(stream: Binary, name: str, plan: SamplePlan, thing: str, layout: Layout) -> Sample:  # noqa: ARG001 - formats of files are read alike
    """Read a bounded, seeded sample of a file of records of fixed width, with or without ends of lines.

    Raises:
        DatasetError: when it cannot be read or is empty.
    """
    try:
        head = stream.read1(encodings.HEAD_BYTES)
        stream.seek(0)
    except (OSError, EOFError, zlib.error):
        raise _unreadable(thing) from None
    guess = encodings.guess(head)
    if _has_lines(head, guess, layout.width):
        return _of_lines(stream, guess, plan, thing, layout)
    return _of_records(stream, guess, plan, thing, layout)


def _layout(text: str, number: int, thing: str) -> Layout:
    pattern, colon, columns = text.partition(":")
    if not colon or not pattern.strip():
        raise _bad(thing, f"part {number} of the option fixed_width names no files before a colon")
    fields, at = [], 0
    for place, described in enumerate(columns.split(","), start=1):
        column = _COLUMN.fullmatch(described.strip())
        if not column:
            raise _bad(thing, f"column {place} of part {number} of the option fixed_width has no name or no width")
        end = at + int(column["width"])
        if column["name"] != _PASSED_OVER:
            fields.append(Field(column["name"], at, end))
        at = end
    if not fields or at > _WIDEST or len(fields) > _MOST_COLUMNS:
        raise _bad(thing, f"part {number} of the option fixed_width has no columns, or too many or too wide ones")
    return Layout(pattern.strip(), fields, at)


def _bad(thing: str, cause: str) -> SourceError:
    example = "*.dat: ssn 9, last_name 20, - 3, dob 8"
    return SourceError(thing, cause, f"Write it like this: {example}", reason=SkipReason.BAD_SETTINGS)


def _has_lines(head: bytes, guess: Guess, width: int) -> bool:
    """Whether about as many lines end in the beginning as it has records."""
    if guess.encoding.startswith(("utf-16", "utf-32")):
        return True
    ends = _MAINFRAME_ENDS if guess.encoding in encodings.MAINFRAME else _ENDS
    return 2 * sum(map(head.count, (bytes([end]) for end in ends))) * width >= len(head) - width


def _of_lines(stream: Binary, guess: Guess, plan: SamplePlan, thing: str, layout: Layout) -> Sample:
    with closing(Lines(stream, plan, thing)) as lines:
        leading = [line.rstrip("\r\n") for line in lines.leading()]
        cutter = _Cutter(layout, leading, guess)
        sample = _sample(map(cutter.cut, lines), plan, thing, layout)
    if cutter.torn:
        sample.warn(Caveat.TORN)
    return told(sample, lines)


class _Cutter:
    """Cuts lines into cells; ``torn`` when one was of a width that it should not have."""

    def __init__(self, layout: Layout, leading: Sequence[str], guess: Guess) -> None:
        self._layout = layout
        self._encoding = guess.encoding if _in_bytes(leading, guess.encoding, layout.width) else ""
        full = sum(1 for line in leading if len(self._measured(line)) == layout.width)
        # Where most lines are short, blanks at their ends were left out.
        self._may_be_short = full < _MOSTLY * len(leading)
        self.torn = False

    def cut(self, line: str) -> list[str]:
        """The cells of a line; what is beyond the last column is one more."""
        record = self._measured(line.rstrip("\r\n"))
        rest = self._text(record[self._layout.width :]).strip()
        cells = [self._text(record[field.start : field.end]).strip() for field in self._layout.fields]
        if record:
            self.torn = self.torn or bool(rest) or (len(record) < self._layout.width and not self._may_be_short)
        return [*cells, rest] if rest else cells

    def _measured(self, line: str) -> str | bytes:
        return line.encode(self._encoding, "replace") if self._encoding else line

    def _text(self, part: str | bytes) -> str:
        return part.decode(self._encoding, "replace") if isinstance(part, bytes) else part


def _in_bytes(lines: Sequence[str], encoding: str, width: int) -> bool:
    """Whether widths are in bytes: lines with characters of several bytes have it so."""
    several = [(len(line), len(line.encode(encoding, "replace"))) for line in lines]
    several = [(characters, size) for characters, size in several if characters != size]
    return sum(size == width for _, size in several) > sum(characters == width for characters, _ in several)


def _of_records(stream: Binary, guess: Guess, plan: SamplePlan, thing: str, layout: Layout) -> Sample:
    records = _RecordBytes(stream, layout.width, plan)
    rows = (_cells(record, layout, guess.encoding) for record in records)
    sample = _sample(rows, plan, thing, layout)
    if records.torn:
        sample.warn(Caveat.TORN)
    if not guess.certain:
        sample.warn(Caveat.ENCODING)
    if records.cut:
        sample.warn(Caveat.CUT)
        sample.rows_total = None
        if sample.method is SampleMethod.ALL_ROWS:
            sample.method = SampleMethod.RANDOM_ROWS if records.excerpted else SampleMethod.FIRST_ROWS
    return sample


def _cells(record: bytes, layout: Layout, encoding: str) -> list[str]:
    parts = (record[field.start : field.end] for field in layout.fields)
    return [part.decode(encoding, AS_WINDOWS).replace("\0", "").strip() for part in parts]


class _RecordBytes:
    """Records that follow one another without ends of lines, in a file that is large at parts all over it.

    ``torn`` when the last one is not whole, ``cut`` when not all were read, ``excerpted`` when they are from parts.
    """

    def __init__(self, stream: Binary, width: int, plan: SamplePlan) -> None:
        self._stream = stream
        self._width = width
        self._deadline = time.monotonic() + plan.seconds
        size = stream.seek(0, io.SEEK_END) if isinstance(stream, io.BufferedReader) else 0
        self._starts: Sequence[int] = (0,)
        self._most = MOST_CHARACTERS // width
        self.cut = self.excerpted = size > MOST_CHARACTERS
        if self.excerpted:
            self._most //= PARTS
            step = size // width // PARTS * width
            self._starts = [part * step for part in range(PARTS)]
        self.torn = False

    def __iter__(self) -> Iterator[bytes]:
        for start in self._starts:
            for number in itertools.count():
                record = self._record(start if number == 0 else None)
                if len(record) < self._width:
                    self.torn = self.torn or bool(record.strip(b"\0\r\n\x1a "))
                    break
                if number == self._most or (number % 1000 == 0 and time.monotonic() > self._deadline):
                    self.cut = True
                    break
                yield record

    def _record(self, start: int | None) -> bytes:
        try:
            if start is not None:
                self._stream.seek(start)
            return self._stream.read(self._width)
        except (OSError, EOFError, zlib.error):
            self.torn = self.cut = True
            return b""


def _sample(rows: Iterator[Sequence[str]], plan: SamplePlan, thing: str, layout: Layout) -> Sample:
    names = [field.name for field in layout.fields]
    sample = sample_of(itertools.chain([names], rows), plan, thing)
    sample.header_is_first_row = False
    return sample


def _unreadable(thing: str) -> DatasetError:
    return DatasetError(
        thing, "its content cannot be read", "Ask its owner for an intact copy.", reason=SkipReason.UNREADABLE
    )
