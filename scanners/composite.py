"""Several things in one cell: ``Smith, Jane; 212-555-0100; 12 Oak St``, ``name=Jane;dob=...``, or JSON as text.

A column counts as such where nearly all values come apart alike: then each part is judged as if it were a column.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Final

from scanners.inner import Part
from scanners.looks import Look

_AT_FIRST = 5
_NEARLY_ALL = 0.9
_MOST_PARTS = 12
_MOST_KEYS = 40
_HARDLY_ANY = 0.1
_MOST_VALUES = 400
_LONGEST = 2000
_DEPTH = 4
#: Signs between parts, the surest first; a comma and a hyphen stand inside names and addresses too.
_SIGNS: Final = ("|", ";", "\t", "~", "^", " / ", " // ", " - ", ",")
_IN_NAMES: Final = frozenset({",", " - "})
_PAIR = re.compile(r"\s*([A-Za-z][\w .#'/-]{0,30}?)\s*[=:]\s*(.*?)\s*", re.DOTALL)
_BLANK = re.compile(r"\s")
_BETWEEN_PAIRS = re.compile(r"[;|&\n]|,(?=\s*[A-Za-z][\w .#'/-]{0,30}[=:])")

Row = Mapping[str, str]


def parts(look: Look) -> tuple[Part, ...]:
    """The parts of a column's values; none where they are one thing each."""
    some = look.some()
    if are_mailboxes(look):
        return _columns([(_of_mailbox(value), count) for value, count in look.fewer(_MOST_VALUES).counts.items()])
    if sum(map(_may_come_apart, some[:_AT_FIRST])) < _AT_FIRST - 1:
        return ()
    for split in (_of_json, _of_pairs):
        if _count(split(value) for value in some) >= _NEARLY_ALL * len(some):
            return _columns([(split(value), count) for value, count in look.fewer(_MOST_VALUES).counts.items()])
    sign, number = _separator(some)
    if not sign:
        return ()
    rows = [(_of_list(value, sign), count) for value, count in look.fewer(_MOST_VALUES).counts.items()]
    return _columns([(row if len(row) == number else {}, count) for row, count in rows])


def are_mailboxes(look: Look) -> bool:
    """Whether nearly all values are addresses of e-mail, and some have a name before them."""
    rows = [_of_mailbox(value) for value in look.some()]
    return sum(map(bool, rows)) >= _NEARLY_ALL * len(rows) and any(len(row) > 1 for row in rows)


def _may_come_apart(value: str) -> bool:
    return any(sign in value for sign in _SIGNS) or "=" in value or ": " in value or value[:1] in "{["


def _count(rows: Iterator[Row]) -> int:
    return sum(len(row) > 1 for row in rows)


def _columns(rows: Sequence[tuple[Row, int]]) -> tuple[Part, ...]:
    """The parts of values and their rows as columns; a key of hardly any value is none of them."""
    keys = Counter(key for row, _ in rows for key in row)
    kept = [key for key, count in keys.items() if count >= _HARDLY_ANY * len(rows)][:_MOST_KEYS]
    return tuple(Part(key if key[:1].isalpha() else "", Look(_cells(rows, key))) for key in kept)


def _cells(rows: Sequence[tuple[Row, int]], key: str) -> Iterator[str | None]:
    for row, count in rows:
        yield from repeat(row.get(key), count)


def _separator(some: Sequence[str]) -> tuple[str, int]:
    """The sign that cuts nearly all values into the same number of parts, and that number."""
    for sign in _SIGNS:
        numbers = Counter(value.count(sign) + 1 for value in some)
        number, times = numbers.most_common(1)[0]
        least = 3 if sign in _IN_NAMES else 2
        if least <= number <= _MOST_PARTS and times >= _NEARLY_ALL * len(some):
            return sign, number
    return "", 0


def _of_list(value: str, sign: str) -> Row:
    return {str(place): part.strip() for place, part in enumerate(value.split(sign))}


def _of_mailbox(value: str) -> Row:
    """``Jane Smith <jane@example.org>``, ``"Smith, Jane" <jane@example.org>``, or the address alone."""
    name, opened, address = value.strip().removesuffix(">").rpartition("<")
    is_closed = value.rstrip().endswith(">")
    if bool(opened) != is_closed or address.count("@") != 1 or _BLANK.search(address):
        return {}
    name = name.strip().strip("\"'")
    return {"name": name, "0": address} if name and "@" not in name else {"0": address}


def _of_pairs(value: str) -> Row:
    """``key=value`` or ``key: value`` after ``;``, ``|``, ``&``, a comma or on lines of their own."""
    if len(value) > _LONGEST or ("=" not in value and ": " not in value):
        return {}
    pieces = [piece for piece in _BETWEEN_PAIRS.split(value) if piece.strip()]
    matches = [_PAIR.fullmatch(piece) for piece in pieces]
    pairs = {match[1]: match[2] for match in matches if match}
    return pairs if len(pairs) == len(pieces) > 1 else {}


def _of_json(value: str) -> Row:
    """An object or a list written as JSON, objects within it by their last keys."""
    if value[:1] not in "{[" or len(value) > _LONGEST:
        return {}
    try:
        data = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    return dict(_leaves(data, "", 0))


def _leaves(data: object, name: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(data, str) and data[:1] == "{" and depth < _DEPTH:
        yield from _of_json(data).items()
    elif isinstance(data, dict) and depth < _DEPTH:
        for key, each in data.items():
            yield from _leaves(each, f"{name}.{key}" if name else key, depth + 1)
    elif isinstance(data, list) and depth < _DEPTH:
        for place, each in enumerate(data):
            yield from _leaves(each, name if isinstance(each, dict) else f"{name}{place}", depth + 1)
    elif isinstance(data, str | int | float) and not isinstance(data, bool):
        yield name, str(data)
