"""What the first bytes of text files tell of them: whether they are prose, and which tables share a header.

Few of many files are looked at, always the same ones, so that no group falls apart when a file arrives.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from catalog.ports import FoundFile
from connectors.files.dialect import is_table
from connectors.files.encodings import AS_WINDOWS, encoding_of

MOST_PEEKS = 200
PEEK_BYTES = 4096
PROSE = "prose"
"""What prose shows; no header is a single word."""

_MOSTLY = 0.9
_HIGH = 0x80
_BETWEEN_CELLS = re.compile(r"[,;\t|]")
_ENDS_OF_LINES = re.compile(r"[\r\n]+")

Peek = Callable[[str], bytes | None]
"""Gives the first :data:`PEEK_BYTES` of a file, given its path; None where it cannot be opened."""
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class _Table:
    """What may be the header of a table, and the cells met below it."""

    header: str = field(repr=False)
    below: frozenset[str] = field(repr=False)


class Beginnings:
    """The beginnings of the files of one folder.

    Parameters:
        peek: gives them.
    """

    def __init__(self, peek: Peek) -> None:
        self._head = lru_cache(2 * MOST_PEEKS)(peek)

    def prose(self, files: Sequence[FoundFile]) -> Sequence[FoundFile]:
        """Those of the files that are prose."""
        return self._by_kind(files, lambda head: True if _is_prose(head) else None).get(True, ())

    def headers(self, files: Sequence[FoundFile]) -> Mapping[str, Sequence[FoundFile]]:
        """Those of the files that begin with a header that others begin with too, by that header.

        What cannot be looked at, or holds nothing, goes with the only header there is.
        """
        tables: dict[str, list[_Table]] = defaultdict(list)

        def header(head: bytes) -> str | None:
            table = _table(head)
            if table is None:
                return None
            tables[table.header].append(table)
            return table.header

        found = self._by_kind(files, header)
        below = {line: frozenset[str]().union(*(table.below for table in some)) for line, some in tables.items()}
        # What comes again below is a row: many files begin with the same person.
        return {line: some for line, some in found.items() if below[line].isdisjoint(_cells(line))}

    def _by_kind(
        self, files: Sequence[FoundFile], kind_of: Callable[[bytes], T | None]
    ) -> Mapping[T, Sequence[FoundFile]]:
        """The files by what their beginnings show, where two show the same; of too many all, where nearly all do."""
        opened = [file for file in files if not file.refused]
        looked_at = _chosen([file for file in opened if file.size])
        heads = {file.path: self._head(file.path) for file in looked_at}
        kinds = {path: kind_of(head) for path, head in heads.items() if head}
        counts = Counter(kind for kind in kinds.values() if kind is not None)
        is_all = len(looked_at) == sum(1 for file in opened if file.size)
        fewest = 2 if is_all else max(_MOSTLY * len(kinds), 2)
        met = [kind for kind, count in counts.items() if count >= fewest]
        found = {kind: [file for file in opened if kinds.get(file.path) == kind] for kind in met}
        if len(met) == 1:
            found[met[0]] += [file for file in opened if file.path not in kinds]
        return found


def _chosen(files: Sequence[FoundFile]) -> Sequence[FoundFile]:
    """So many as are looked at, by a hash of their paths: a file that comes or goes changes one of them at most."""
    return sorted(files, key=lambda file: hashlib.sha256(file.path.encode("utf-8", "surrogateescape")).digest())[
        :MOST_PEEKS
    ]


def _is_prose(head: bytes) -> bool:
    text = _text(head)
    is_text = all(sign >= " " or sign in "\t\r\n\f\v" for sign in text)
    return is_text and not is_table(text.splitlines(keepends=True))


def _table(head: bytes) -> _Table | None:
    """What may be a header: a first line of two cells at least, none without a letter, and no file's only line."""
    line, *others = _ENDS_OF_LINES.split(_text(head))
    cells = _cells(line)
    is_text = all(sign >= " " or sign == "\t" for sign in line)
    if not others or not is_text or sum(map(bool, cells)) < 2 or not all(map(_may_be_a_name, cells)):
        return None
    return _Table(line.strip(), frozenset(cell for other in others for cell in _cells(other) if cell))


def _text(head: bytes) -> str:
    """The beginning as text. Guessing an encoding takes a tenth of a second: where most of it is plain, which of many
    letters the others are makes no difference.
    """
    is_plain = 0 not in head and 2 * sum(byte < _HIGH for byte in head) >= len(head)
    return head.decode("utf-8" if is_plain else encoding_of(head), AS_WINDOWS).lstrip("\ufeff")


def _cells(line: str) -> Sequence[str]:
    return [cell.strip(" \"'") for cell in _BETWEEN_CELLS.split(line.strip())]


def _may_be_a_name(cell: str) -> bool:
    return not cell or ("@" not in cell and any(character.isalpha() for character in cell))
