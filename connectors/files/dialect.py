"""Which delimiter a text has: the one that cuts its lines into equally many cells that look like values.

Evenness alone would take the colons of times for delimiters; the look alone, any sign. Both together are the measure of
"Wrangling messy CSV files by detecting row and type patterns" (van den Burg, Nazábal and Sutton 2019), simplified.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from connectors.files.records import Dialect, rows_of

_USUAL = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".psv": "|"}
_SIGNS = (",", "\t", ";", "|", "^", "~", "\x01", "\x02", *"\x1c\x1d\x1e\x1f", "§", "¦", "¶")
_WEAK_SIGNS = (":", "!", "#")
"""Common in texts, too: they delimit only where nothing else does."""
_TOLD = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_RUN = re.compile(r"[|~^#:!$@&*=<>%§¦¶]{2,4}")
_UNUSUAL = re.compile(r"[;|\t^~§¦¶\x01-\x1f!#]")
_COMMAS = re.compile(r"[^,]*|[-+(]?\D?\d{1,3}(?:,\d{2,3})*(?:\.\d+)?\D?|[-+(]?\D?\d[\d.]*,\d+\D?")
_PART = 0.95
_EVEN = 0.8
_BARELY_EVEN = 0.5
_PROSE_WIDTH = 2
_WEAK_PROSE_WIDTH = 3
_CLEARLY = 1.25
_DOUBTFUL = 0.25
_FEWEST_LINES_FOR_ONE_BLANK = 15
_FEWEST_LINES_ALIGNED = 3
_WIDEST = 4000
_IN_USE = 0.3
_WORDS_OF_A_VALUE = 3


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a dialect suits: share of lines of the commonest width, that width, share of cells like values."""

    dialect: Dialect
    evenness: float = 0.0
    width: int = 0
    values: float = 0.0

    @property
    def measure(self) -> float:
        return self.evenness * (1 - 1 / self.width) * self.values if self.width else 0.0


def dialect_of(lines: Sequence[str], ending: str = "") -> Dialect:
    """The most likely dialect of a text that begins with these lines.

    Parameters:
        ending: of the file's name, which may promise a delimiter.
    """
    if lines and (told := _TOLD.fullmatch(lines[0])):
        # The line itself is passed over like a title.
        return Dialect(told[1])
    usual = _USUAL.get(ending, "")
    strong = [_fit(lines, delimiter) for delimiter in _whole(lines, (*_SIGNS, *_runs(lines)))]
    weak = [_fit(lines, delimiter) for delimiter in _whole(lines, _WEAK_SIGNS)]
    if found := _best(strong, usual) or _best(weak, usual):
        return found
    if starts := _starts(lines):
        return Dialect(starts=starts, is_certain=False)
    return Dialect(usual, is_certain=all(fit.measure < _DOUBTFUL for fit in (*strong, *weak)))


def is_table(lines: Sequence[str], ending: str = "") -> bool:
    """Whether these are rows of a table, or a list of short values, rather than prose."""
    filled = [line.split() for line in lines if line.strip()]
    if ending in _USUAL or (len(filled) > 1 and dialect_of(lines, ending).is_table):
        return True
    short = sum(
        1 for words in filled if len(words) <= _WORDS_OF_A_VALUE and not words[-1].endswith((".", "!", "?", ","))
    )
    return len(filled) > 1 and short >= _EVEN * len(filled)


def _best(fits: Iterable[_Fit], usual: str) -> Dialect | None:
    even = [fit for fit in fits if fit.evenness >= _enough(fit, usual)]
    if not even:
        return None
    best, *others = sorted(even, key=lambda fit: _rank(fit, usual), reverse=True)
    rival = others[0].measure if others else 0.0
    return replace(best.dialect, is_certain=best.measure >= _CLEARLY * rival)


def _enough(fit: _Fit, usual: str) -> float:
    """How even it must be: prose has commas in many lines, but seldom equally many, and several."""
    widest = _WEAK_PROSE_WIDTH if fit.dialect.delimiter in _WEAK_SIGNS else _PROSE_WIDTH
    is_clear = fit.dialect.delimiter == usual or (fit.width > widest and fit.values > _EVEN)
    return _BARELY_EVEN if is_clear else _EVEN


def _rank(fit: _Fit, usual: str) -> tuple[float, bool, int]:
    return round(fit.measure, 1), fit.dialect.delimiter == usual, fit.width


def _whole(lines: Sequence[str], delimiters: Iterable[str]) -> Iterator[str]:
    """Those that are there, without those that are there only as parts of longer ones."""
    text = "".join(lines)
    counts = {delimiter: text.count(delimiter) for delimiter in dict.fromkeys(delimiters)}
    for delimiter, count in counts.items():
        longer = max(
            (counts[other] * other.count(delimiter) for other in counts if delimiter in other and delimiter != other),
            default=0,
        )
        if count and longer < _PART * count:
            yield delimiter


def _runs(lines: Sequence[str]) -> Iterator[str]:
    """Delimiters of several characters: the same run of signs in most lines."""
    met = Counter(run for line in lines for run in set(_RUN.findall(line)))
    yield from (run for run, count in met.most_common(4) if count >= _BARELY_EVEN * len(lines))


def _fit(lines: Sequence[str], delimiter: str) -> _Fit:
    text = "".join(lines)
    count = text.count(delimiter)
    dialect = Dialect(delimiter, skips_blanks=text.count(f"{delimiter} ") >= _PART * count)
    rows = [row for row in rows_of(lines, dialect) if any(row)]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return _Fit(dialect)
    width, times = widths.most_common(1)[0]
    cells = [cell for row in rows for cell in row if cell]
    values = sum(map(_is_like_a_value, cells)) / len(cells)
    return _Fit(dialect, times / len(rows), width, values)


def _is_like_a_value(cell: str) -> bool:
    return not _UNUSUAL.search(cell) and _COMMAS.fullmatch(cell) is not None


def _starts(lines: Sequence[str]) -> Sequence[int]:
    """Where columns begin that are kept apart by blanks which stand one below the other."""
    filled = [line.rstrip() for line in lines if line.strip()]
    if len(filled) < _FEWEST_LINES_ALIGNED:
        return ()
    gaps = (2, 1) if len(filled) >= _FEWEST_LINES_FOR_ONE_BLANK else (2,)
    return next((starts for gap in gaps if len(starts := _after_gaps(filled, gap)) > 1), ())


def _after_gaps(lines: Sequence[str], gap: int) -> Sequence[int]:
    """Places that follow so many blanks in nearly all lines."""
    taken = Counter(place for line in lines for place, letter in enumerate(line[:_WIDEST]) if not letter.isspace())
    starts, blanks = [], gap
    for place in range(max(taken, default=0) + 1):
        if taken[place] > (1 - _PART) * len(lines):
            if blanks >= gap:
                starts.append(place)
            blanks = 0
        else:
            blanks += 1
    ends = (*starts[1:], _WIDEST)
    return tuple(start for start, end in zip(starts, ends, strict=True) if _is_in_use(lines, start, end))


def _is_in_use(lines: Sequence[str], start: int, end: int) -> bool:
    return sum(1 for line in lines if line[start:end].strip()) >= _IN_USE * len(lines)
