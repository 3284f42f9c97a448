"""Whether a dataset that appeared is one that vanished, under another name: only where nothing else could be meant.

An engine's own id says it before all else, as long as the ids are those of the same server.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.model.holdings import Band, Dataset, DatasetKind
from catalog.model.runs import ListedDataset

#: From here on two datasets are alike; any second candidate has to be further off than the margin.
ALIKE = 0.85
MARGIN = 0.2
#: Fewer columns than this make no face.
LEAST_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class ColumnPortrait:
    """What a column is recognised by: its name (or the key of a withheld one), its type, and what was seen of it."""

    key: str
    declared_type: str
    empty: Band | None
    distinct: Band | None
    shapes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Portrait:
    """What a dataset is recognised by."""

    id: int
    kind: DatasetKind
    columns: tuple[ColumnPortrait, ...]


def continuations(
    vanished: Sequence[Portrait], appeared: Sequence[Portrait], staying: Sequence[Portrait]
) -> Mapping[int, int]:
    """Which vanished dataset goes on as which one that appeared.

    A pair counts when each is the other's only candidate, by a margin, and no dataset that stayed has the same face:
    of twelve alike files of twelve months, none is another.

    Parameters:
        vanished: were listed before and are not now.
        appeared: are listed now for the first time, and were looked at.
        staying: all others of the same source.

    Returns:
        Ids of the vanished, each with the id of what it goes on as.
    """
    found = {}
    for old in vanished:
        new = _only_match(old, appeared)
        if new is None or _only_match(new, vanished) is not old:
            continue
        if any(likeness(other, old) > ALIKE - MARGIN for other in staying):
            continue
        found[old.id] = new.id
    return found


def is_renumbered(known: Sequence[Dataset], listed: Sequence[ListedDataset]) -> bool:
    """Whether an engine's ids now mean other datasets: a copy restored elsewhere counts anew and hits ids in use.

    A few tables that exchanged names keep their ids. Where most names that are known stand with other ids, and some of
    those ids were another's, the ids are not what stayed the same.
    """
    before = _keys_by_name((one.name, one.key) for one in known if one.retired_at is None and not one.name_withheld)
    now = _keys_by_name((one.name.text, one.name.key) for one in listed if not one.name.withheld)
    named = before.keys() & now.keys()
    moved = {now[name] for name in named if before[name] != now[name]}
    return 2 * len(moved) >= len(named) > 1 and not moved.isdisjoint({dataset.key for dataset in known})


def likeness(one: Portrait, other: Portrait) -> float:
    """How alike two datasets are, 0 to 1: the columns they share, weighed by how alike those are."""
    if one.kind is not other.kind or min(len(one.columns), len(other.columns)) < LEAST_COLUMNS:
        return 0.0
    theirs = {column.key: column for column in other.columns}
    shared = sum(_alike(column, theirs[column.key]) for column in one.columns if column.key in theirs)
    return shared / max(len(one.columns), len(other.columns))


def _keys_by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names with their keys; names that two have are left out."""
    listed = list(pairs)
    uses = Counter(name for name, _ in listed)
    return {name: key for name, key in listed if uses[name] == 1}


def _only_match(wanted: Portrait, among: Sequence[Portrait]) -> Portrait | None:
    ranked = sorted(((likeness(wanted, one), place) for place, one in enumerate(among)), reverse=True)
    if not ranked or ranked[0][0] < ALIKE:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < MARGIN:
        return None
    return among[ranked[0][1]]


def _alike(one: ColumnPortrait, other: ColumnPortrait) -> float:
    union = one.shapes | other.shapes
    shapes = len(one.shapes & other.shapes) / len(union) if union else 1.0
    same_type = one.declared_type == other.declared_type
    return (
        0.5 + 0.2 * same_type + 0.1 * (one.empty == other.empty) + 0.1 * (one.distinct == other.distinct) + shapes / 10
    )
