"""Which files are likely copies of known tables: told from what is known of their columns, never from values.

A pair counts where at least :data:`LEAST_COLUMNS` columns and :data:`LEAST_SHARE` of the file's bear the same names,
what was found in them agrees, and the names are rare enough together (:data:`LEAST_RARITY`): that two tables have an
id, a name and a date says nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from math import log2

from catalog.model.groups import NAMES_OF_FILES
from catalog.model.holdings import Column, DatasetKind
from catalog.model.words import split

LEAST_COLUMNS = 4
LEAST_SHARE = 0.8
LEAST_RARITY = 2.0
#: A name in more sets of names than this tells nothing of any two of them.
MOST_USES = 200
#: Of the columns in which something was found, the share that may hold other types; one always may.
_MOST_OTHER_TYPES = 0.25
#: Of the columns whose shapes are known, the share that has to have some in common.
_LEAST_SHAPES = 0.5
#: In a catalog of fewer datasets rarity means nothing.
_FEWEST = 4
_LONGEST_KEY = 80
_MADE_UP = re.compile(r"column \d+\Z")
#: Tables inside a sheet or among alike files, as readers label them; what is in the last two is no column of anybody's.
_INSIDE = re.compile(r"(?P<label>table \d+|files of other columns \d+|files|notes): (?P<name>.+)", re.DOTALL)
_LEFT_OUT = frozenset({NAMES_OF_FILES, "notes"})


class CopyVerdict(StrEnum):
    """What a person says of a likely copy, and that they take it back."""

    NOT_A_COPY = "not_a_copy"
    WITHDRAWN = "withdrawn"


class CopyStanding(StrEnum):
    """What holds of a likely copy, given what a person said of it."""

    LIKELY = "likely"
    REOPENED = "reopened"
    REJECTED = "rejected"

    @property
    def waits(self) -> bool:
        """Whether it is pointed out."""
        return self is not CopyStanding.REJECTED


COPY_TEXT: Mapping[CopyStanding, str] = {
    CopyStanding.LIKELY: "Likely a copy",
    CopyStanding.REOPENED: "Not a copy, but its columns have changed since",
    CopyStanding.REJECTED: "Not a copy",
}


@dataclass(frozen=True, slots=True)
class ColumnKey:
    """What a name of a column is compared by; each once a dataset. One that is empty says that the others were asked.

    Parameters:
        is_file: whether the dataset is of a share.
        names: a digest of all names of its table: the copies of a table have one between them.
    """

    dataset_id: int
    key: str
    is_file: bool
    names: str


@dataclass(frozen=True, slots=True)
class LikelyCopy:
    """A file that is likely a copy of a table.

    Parameters:
        part: the table inside a document, in our words; empty for all of it.
        common: columns both have.
        columns: columns of the file, or of that part.
        of_columns: columns of the table.
        agreeing: columns of those in common that hold the same types, of the ``comparable`` ones that hold any.
        in_order: whether those in common stand in the same order.
        score: how alike they are, 0 to 1.
        digest: of the columns in common and of the file's: a decision holds as long as they do.
    """

    dataset_id: int
    of_dataset_id: int
    part: str
    common: int
    columns: int
    of_columns: int
    agreeing: int
    comparable: int
    in_order: bool
    score: float
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CopyDecision:
    """A person's decision, beside earlier ones; the latest counts, as long as ``digest`` holds."""

    id: int
    dataset_id: int
    of_dataset_id: int
    verdict: CopyVerdict
    reason: str
    digest: str
    person_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """What a column is compared by: its key, the types found in it, its shapes without their shares."""

    key: str
    types: frozenset[str] = frozenset()
    shapes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a file and a table are; see :class:`LikelyCopy`."""

    part: str
    common: int
    columns: int
    of_columns: int
    agreeing: int
    comparable: int
    in_order: bool
    score: float
    digest: str


@dataclass(frozen=True, slots=True)
class Uses:
    """In how many of the catalog's sets of names each name is; one that is not told is in too many to tell anything.

    A table and its copies have one set of names, so that it is not told the less the more it is copied.

    Parameters:
        of: datasets in the catalog.
    """

    by_key: Mapping[str, int]
    of: int

    def rarity(self, key: str) -> float:
        """See :func:`rarity`."""
        return rarity(self.by_key.get(key, MOST_USES + 1), self.of)


def key_of(name: str, key: str, *, withheld: bool) -> str:
    """What a column's name is compared by: its words without blanks, or the keyed hash that stands for a withheld one.

    Returns:
        Empty where the name tells nothing: one that we made up, or one without a letter.
    """
    if withheld:
        return f"#{sha256(key.encode()).hexdigest()[:32]}"
    if _MADE_UP.match(name):
        return ""
    joined = "".join(split(name))
    return joined if len(joined) <= _LONGEST_KEY else f"={sha256(joined.encode()).hexdigest()[:32]}"


def parts(kind: DatasetKind, columns: Sequence[Column]) -> Mapping[str, Sequence[tuple[Column, str]]]:
    """The tables of a dataset, by their labels, each with its columns in order and their keys; a dataset that holds no
    others is one, without a label. Columns without a key are among them, those that are nobody's are not.
    """
    found: dict[str, list[tuple[Column, str]]] = {}
    for column in sorted(columns, key=lambda column: column.position):
        label, name = ("", column.name) if column.name_withheld else _labelled(kind, column.name)
        if label in _LEFT_OUT and kind is not DatasetKind.DOCUMENT:
            continue
        key = key_of(name, column.key, withheld=column.name_withheld)
        found.setdefault(label, []).append((column, key))
    return found


def keys_of(parts: Mapping[str, Sequence[tuple[Column, str]]]) -> Mapping[str, str]:
    """The keys of a dataset's columns, each with a digest of all keys of the table it is in."""
    found: dict[str, str] = {}
    for part in parts.values():
        keys = sorted({key for _, key in part if key})
        names = sha256("\n".join(keys).encode()).hexdigest()[:16]
        for key in keys:
            found.setdefault(key, names)
    return found


def rarity(uses: int, of: int) -> float:
    """What one name in common weighs: 1 where the two alone have it, less the more do, nothing where too many do.

    Parameters:
        uses: the sets of names that have it, those of the two among them.
        of: datasets in the catalog.
    """
    if uses > MOST_USES:
        return 0.0
    of = max(of, _FEWEST)
    return max(0.0, log2(of / max(uses, 2)) / log2(of / 2))


def likeness(
    file: Sequence[Mark], table: Sequence[Mark], names: Uses, part: str = "", columns: int = 0
) -> Likeness | None:
    """How alike a file and a table are; None where nothing says that one is a copy of the other.

    Parameters:
        file: its columns in order.
        table: its columns in order.
        names: in how many sets of names each name is.
        columns: how many columns the file has, those without a key counted.
    """
    mine, theirs = _once(file), _once(table)
    common = [key for key in mine if key in theirs]
    of_all = max(columns, len(mine))
    if len(common) < LEAST_COLUMNS or len(common) < LEAST_SHARE * of_all:
        return None
    if sum(names.rarity(key) for key in common) < LEAST_RARITY:
        return None
    typed = [(mine[key].types, theirs[key].types) for key in common if mine[key].types or theirs[key].types]
    shaped = [(mine[key].shapes, theirs[key].shapes) for key in common if mine[key].shapes and theirs[key].shapes]
    agreeing, shapely = _meeting(typed), _meeting(shaped)
    if len(typed) - agreeing > max(1, _MOST_OTHER_TYPES * len(typed)) or shapely < _LEAST_SHAPES * len(shaped):
        return None
    in_order = [key for key in theirs if key in mine] == common
    score = (
        0.5 * len(common) / of_all
        + 0.2 * _share(agreeing, len(typed))
        + 0.15 * _share(shapely, len(shaped))
        + 0.15 * in_order
    )
    told = digest(common, mine)
    score = round(score, 4)
    return Likeness(part, len(common), of_all, len(theirs), agreeing, len(typed), in_order, score, told)


def digest(common: Iterable[str], columns: Iterable[str]) -> str:
    """What a decision is made on."""
    return sha256("\n".join((*sorted(common), "", *sorted(columns))).encode()).hexdigest()[:16]


def standing(copy: LikelyCopy, decisions: Iterable[CopyDecision]) -> tuple[CopyStanding, CopyDecision | None]:
    """What holds of a pair, and the latest decision on it."""
    latest = max(decisions, key=lambda one: (one.at, one.id), default=None)
    if latest is None or latest.verdict is CopyVerdict.WITHDRAWN:
        return CopyStanding.LIKELY, latest
    return (CopyStanding.REJECTED if latest.digest == copy.digest else CopyStanding.REOPENED), latest


def _labelled(kind: DatasetKind, name: str) -> tuple[str, str]:
    """The label of the table a column is in, and its own name."""
    if kind is DatasetKind.DOCUMENT:
        label, inside, own = name.partition(": ")
        return (label, own) if inside else ("", name)
    found = _INSIDE.fullmatch(name) if kind in {DatasetKind.SHEET, DatasetKind.FILES} else None
    return (found["label"], found["name"]) if found else ("", name)


def _once(marks: Iterable[Mark]) -> dict[str, Mark]:
    """The marks by key; of several with one key the first."""
    found: dict[str, Mark] = {}
    for mark in marks:
        if mark.key:
            found.setdefault(mark.key, mark)
    return found


def _meeting(pairs: Iterable[tuple[frozenset[str], frozenset[str]]]) -> int:
    return sum(not one.isdisjoint(other) for one, other in pairs)


def _share(part: int, of: int) -> float:
    """A share; a half where nothing is known."""
    return part / of if of else 0.5
