"""Lines of delimited or aligned text as rows of cells."""

import csv
import secrets
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

MOST_LINES_A_ROW = 100
LONGEST_LINE = 1_000_000

_ONE_SIGN = "\0"
"""Stands for a delimiter of several characters: lines hold no NULs, and ``csv`` knows delimiters of one."""

# One limit for all of the process; the default refuses long texts that are sound.
csv.field_size_limit(LONGEST_LINE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of a line are told apart.

    Parameters:
        delimiter: what stands between two cells, one character or more; empty where lines are not cut.
        starts: where columns begin, in characters, in text that is aligned with blanks instead.
        skips_blanks: whether blanks after a delimiter are no part of the cell.
        is_certain: whether nothing else is nearly as likely.
    """

    delimiter: str = ""
    starts: Sequence[int] = ()
    skips_blanks: bool = False
    is_certain: bool = True

    @property
    def is_table(self) -> bool:
        """Whether lines have several cells."""
        return bool(self.delimiter or self.starts)


def rows_of(lines: Iterable[str], dialect: Dialect) -> "Records | Iterator[list[str]]":
    """The rows of lines in a dialect."""
    if dialect.starts:
        return (_sliced(line, dialect.starts) for line in lines)
    return Records(lines, dialect)


def _sliced(line: str, starts: Sequence[int]) -> list[str]:
    ends = (*starts[1:], len(line))
    return [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]


class Records:
    """The rows of delimited lines. A quote that is never closed spoils only its own line and sets ``torn``."""

    def __init__(self, lines: Iterable[str], dialect: Dialect) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self._pending: list[str] = []
        self._long = dialect.delimiter if len(dialect.delimiter) != 1 else ""
        self._delimiter = dialect.delimiter if len(dialect.delimiter) == 1 else _ONE_SIGN
        self._skips_blanks = dialect.skips_blanks
        # Nothing that a file could hold, so that none can end its own reading.
        self._end = secrets.token_hex()
        self.torn = False

    def __iter__(self) -> Iterator[list[str]]:
        for row in self._rows():
            yield [cell.replace(_ONE_SIGN, self._long) for cell in row] if self._long else row

    def _rows(self) -> Iterator[list[str]]:
        while True:
            try:
                for row in self._reader():
                    if row == [self._end]:
                        return
                    if row and self._end in row[-1]:
                        break
                    self._pending.clear()
                    yield row
            except csv.Error:
                pass
            # The open quote swallowed the lines that follow: give up its own line, read the others again.
            self.torn = True
            spoilt, *rest = [line for line in self._pending if line != self._end]
            self._again.extendleft(reversed(rest))
            self._pending.clear()
            yield spoilt.rstrip("\r\n").split(self._delimiter)

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._source(), delimiter=self._delimiter, skipinitialspace=self._skips_blanks)

    def _source(self) -> Iterator[str]:
        while True:
            line = self._again.popleft() if self._again else next(self._lines, "")
            if not line:
                line = self._end
            elif self._long:
                line = line.replace(self._long, _ONE_SIGN)
            self._pending.append(line)
            if len(self._pending) > MOST_LINES_A_ROW:
                raise csv.Error
            yield line
