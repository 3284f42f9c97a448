"""Whether the first row of a file names its columns or is data already: names taken from data would be somebody's.

Every column votes: a first cell like those below it speaks for data, a word above numbers for a header. In doubt it
is a header, unless somebody would be named: then it is data.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from functools import lru_cache
from importlib.resources import files
from itertools import islice

from catalog.model.sample import Sample
from scanners import lexicons, names, validators
from scanners.fullnames import full_names
from scanners.shapes import shape_of

_VALUES = 60
_NUMBER = re.compile(r"[-+($€£]{0,3}\d[\d,]*(?:\.\d+)?%?\)?|[-+]?\.\d+")
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?: .*)?|\d{1,2}:\d{2}(?::\d{2})?.{0,4}"
)
_YEAR = re.compile(r"(?:18|19|20|21)\d\d")
_BLANK = frozenset({"n/a", "na", "none", "null", "nil", "-", "--", "?", ".", "nan", "unknown"})
_IDENTIFIER = re.compile(r"[a-z]+[a-z0-9]*(?:_[a-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]*)+|[A-Z]+[A-Z0-9]*(?:_[A-Z0-9]+)+")
_NAME_LIKE = re.compile(r"[A-ZÀ-ÖØ-Þ][^\W\d_]{2,}(?:[ ,-]{1,2}[A-ZÀ-ÖØ-Þ][^\W\d_]{2,}){1,3}")
#: Lists in which single words that are values rather than names of columns are found.
_PLACES = ("cities", "boroughs", "states", "countries", "races", "languages", "religions")


class _Kind(Enum):
    EMPTY = "empty"
    NUMBER = "number"
    DATE = "date"
    PERSONAL = "personal"
    CODED = "coded"
    WORDS = "words"


def settle(sample: Sample) -> Sample:
    """Give a sample whose first row is data made-up column names, and its first row back; leave others as they are."""
    if not sample.header_is_first_row or not sample.columns:
        return sample
    first = ["" if column.name_is_made_up else column.name for column in sample.columns]
    below = [_some(sample.values(position)) for position in range(len(first))]
    if not _is_data(first, below):
        return sample
    columns = [
        replace(column, name=f"column {number}", key="", comment="", name_is_made_up=True)
        for number, column in enumerate(sample.columns, start=1)
    ]
    values = [(cell or None, *sample.values(position)) for position, cell in enumerate(first)]
    return Sample(
        columns,
        values,
        method=sample.method,
        rows_total=None if sample.rows_total is None else sample.rows_total + 1,
        draws=sample.draws,
        oldest=sample.oldest,
        newest=sample.newest,
        caveats=sample.caveats,
        inner=sample.inner,
    )


def _some(values: Sequence[str | None]) -> list[str]:
    """The first values of a column that hold something."""
    return list(islice((value.strip() for value in values if value and not value.isspace()), _VALUES))


def _is_data(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    if any(_names_a_person(cell) for cell in first):
        return True
    votes = [_vote(cell.strip(), values) for cell, values in zip(first, below, strict=True)]
    numbers = [cell for cell in first if _kind(cell) is _Kind.NUMBER]
    if _is_run(numbers):
        votes = [0.0 if _kind(cell) is _Kind.NUMBER else vote for cell, vote in zip(first, votes, strict=True)]
    return sum(votes) > 0


def _names_a_person(cell: str) -> bool:
    """Whether the cell is a person's full name, an address or number of one: no column is called that."""
    name = next(full_names(cell), None)
    return _kind(cell) is _Kind.PERSONAL or (name is not None and name[1] - name[0] >= 0.8 * len(cell.strip()))


def _vote(cell: str, values: Sequence[str]) -> float:
    """How much one column speaks for data (above 0) or for a header (below)."""
    kind = _kind(cell)
    if kind is _Kind.EMPTY:
        return 0.0
    usual = _usual_kind(values)
    if kind is _Kind.NUMBER:
        return _vote_of_number(cell, usual)
    if kind is _Kind.DATE:
        return 2.0 if usual in {_Kind.DATE, None} else 0.0
    if kind is _Kind.CODED:
        return _vote_of_code(cell, values, usual)
    return _vote_of_words(cell, values, usual)


def _vote_of_number(cell: str, usual: _Kind | None) -> float:
    if _YEAR.fullmatch(cell):
        return 0.0
    return 1.5 if usual is _Kind.NUMBER else 1.0 if usual is None else 0.0


def _vote_of_code(cell: str, values: Sequence[str], usual: _Kind | None) -> float:
    if _is_ordinary_header(cell):
        return -2.0
    if cell in values:
        return 2.0
    alike = sum(_outline(value) == _outline(cell) for value in values)
    if values and alike >= 0.4 * len(values):
        return 2.0
    return -1.0 if usual in {_Kind.NUMBER, _Kind.DATE, _Kind.WORDS} else 0.0


def _vote_of_words(cell: str, values: Sequence[str], usual: _Kind | None) -> float:
    if cell in values and len(set(values)) < len(values):
        return 2.0
    if _is_sentence(cell) and sum(map(_is_sentence, values)) >= 0.5 * len(values):
        return 2.0
    if _is_ordinary_header(cell) or usual in {_Kind.NUMBER, _Kind.DATE, _Kind.CODED, _Kind.PERSONAL}:
        return -2.0
    return max(_vote_by_lists(cell, values), _vote_by_look(cell, values))


def _is_ordinary_header(cell: str) -> bool:
    if _IDENTIFIER.fullmatch(cell) or names.from_value(cell):
        return True
    words = names.words_of(cell)
    return len(words) <= 6 and sum(word in _header_words() for word in words) * 2 >= max(len(words), 1)


@lru_cache(maxsize=1)
def _header_words() -> frozenset[str]:
    text = files("scanners").joinpath("data", "first_rows.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["header_words"].split())


def _vote_by_lists(cell: str, values: Sequence[str]) -> float:
    """For data where the cell or nearly all values below are in one of our lists of names or places."""
    folded = cell.lower()
    lists = [lexicons.given_names(), lexicons.frequent_surnames(), *map(lexicons.phrases, _PLACES)]
    shares = [(folded in words, _share_in(values, words)) for words in lists]
    if any(is_in and share >= 0.4 for is_in, share in shares):
        return 2.0
    return 0.5 if len(values) >= 4 and any(share >= 0.7 for _, share in shares) else 0.0


def _vote_by_look(cell: str, values: Sequence[str]) -> float:
    """For data where the cell is written like the names below it, as those of people whom no list knows are."""
    if len(values) < 4 or not _NAME_LIKE.fullmatch(cell) or set(cell.lower().split()) & lexicons.ordinary_words():
        return 0.0
    alike = [value for value in values if _NAME_LIKE.fullmatch(value) and len(value.split()) == len(cell.split())]
    return 1.0 if len(set(alike)) >= 0.8 * len(values) else 0.0


def _is_sentence(text: str) -> bool:
    """Whether it is told rather than named; a question may well head a column of answers."""
    count = len(text.split())
    return "?" not in text and (count >= 12 or (count >= 6 and text.endswith((".", "!", ";"))))


def _share_in(values: Sequence[str], words: frozenset[str]) -> float:
    return sum(value.lower() in words for value in values) / len(values) if values else 0.0


def _usual_kind(values: Sequence[str]) -> _Kind | None:
    """The kind of most values, WORDS when they are mixed, None when there are none."""
    kinds = Counter(kind for value in values if (kind := _kind(value)) is not _Kind.EMPTY)
    if not kinds:
        return None
    kind, count = kinds.most_common(1)[0]
    return kind if count >= 0.6 * kinds.total() else _Kind.WORDS


def _kind(text: str) -> _Kind:
    text = text.strip()
    if not text or text.lower() in _BLANK:
        return _Kind.EMPTY
    if not any(char.isdigit() for char in text) and "@" not in text:
        return _Kind.WORDS
    if _is_personal(text):
        return _Kind.PERSONAL
    if _NUMBER.fullmatch(text):
        return _Kind.NUMBER
    return _Kind.DATE if _DATE.fullmatch(text) else _Kind.CODED


def _is_personal(text: str) -> bool:
    if validators.is_email(text) or re.fullmatch(r"\d{3}([- ])\d{2}\1\d{4}", text):
        return True
    return not text.isdecimal() and re.fullmatch(r"[\d() .+-]{10,18}", text) is not None and validators.is_phone(text)


def _is_run(numbers: Sequence[str]) -> bool:
    """Whether these are 1, 2, 3 …: numbered columns, not data."""
    if len(numbers) < 2 or not all(number.strip().isdecimal() for number in numbers):
        return False
    start = int(numbers[0])
    return start in {0, 1} and [int(number) for number in numbers] == list(range(start, start + len(numbers)))


def _outline(text: str) -> str:
    """The shape with runs as one sign and endings cut: addresses and codes of one kind share it."""
    return re.sub(r"(.)\1+", r"\1", shape_of(text).replace("a", "A"))[:8]
