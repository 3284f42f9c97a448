"""Whether a dataset that appeared is one that vanished, under another name: only where nothing else could be meant.

An engine's own id says it before all else, as long as the ids are those of the same server. Where files become one
dataset or one dataset falls apart into files, their paths say it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.model.groups import may_hold, tells_only_endings
from catalog.model.holdings import Band, Dataset, DatasetKind
from catalog.model.runs import ListedDataset

#: From here on two datasets are alike; any second candidate has to be further off than the margin.
ALIKE = 0.85
MARGIN = 0.2
#: Fewer columns than this make no face.
LEAST_COLUMNS = 3
#: What a file and alike files have at least in common, whose name says that it may be one of them.
AKIN = 0.5
_SINGLE = frozenset({DatasetKind.FILE, DatasetKind.DOCUMENT})


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


def has_telling_name(one: Dataset | ListedDataset) -> bool:
    """Whether a dataset may be known by its name where its key is another. A withheld name tells nothing; and alike
    files of several headers in one folder bear one name, so that only keys and faces tell which is which.
    """
    is_withheld = one.name_withheld if isinstance(one, Dataset) else one.name.withheld
    return not is_withheld and one.kind is not DatasetKind.FILES


def known_by_name(known: Sequence[Dataset], listed: Sequence[ListedDataset]) -> Mapping[str, Dataset]:
    """What is listed, by keys, with the known dataset of its name, where none but these two bear it; what is gone does
    not count beside what is not.
    """
    telling = [one for one in known if has_telling_name(one)]
    ever = Counter(one.name for one in telling)
    live = Counter(one.name for one in telling if one.retired_at is None)
    sole = {one.name: one for one in telling if ever[one.name] == 1 or (one.retired_at is None and live[one.name] == 1)}
    now = [one for one in listed if has_telling_name(one)]
    uses = Counter(one.name.text for one in now)
    return {one.name.key: sole[one.name.text] for one in now if uses[one.name.text] == 1 and one.name.text in sole}


def is_renumbered(known: Sequence[Dataset], listed: Sequence[ListedDataset]) -> bool:
    """Whether an engine's ids now mean other datasets: a copy restored elsewhere counts anew and hits ids in use.

    A few tables that exchanged names keep their ids. Where most names that are known stand with other ids, and some of
    those ids were another's, the ids are not what stayed the same.
    """
    before = _keys_by_name((one.name, one.key) for one in known if one.retired_at is None and has_telling_name(one))
    now = _keys_by_name((one.name.text, one.name.key) for one in listed if has_telling_name(one))
    named = before.keys() & now.keys()
    moved = {now[name] for name in named if before[name] != now[name]}
    return 2 * len(moved) >= len(named) > 1 and not moved.isdisjoint({dataset.key for dataset in known})


def members(group: Dataset, files: Iterable[Dataset], faces: Mapping[int, Portrait]) -> list[Dataset]:
    """The single files that may be of these alike files by their paths and do not look otherwise, the most alike first.

    Parameters:
        group: of kind ``FILES``.
        files: the datasets among which they are looked for.
        faces: what each is recognised by.
    """
    if group.name_withheld:
        return []
    least = ALIKE if tells_only_endings(group.name) else AKIN
    fitting = [
        (_shared(faces[group.id], faces[one.id]), one)
        for one in files
        if one.kind in _SINGLE and not one.name_withheld and may_hold(group.name, one.name)
    ]
    fitting.sort(key=lambda pair: (-pair[0], pair[1].id))
    return [one for alike, one in fitting if alike >= least]


def regrouped(
    vanished: Sequence[Dataset], appeared: Sequence[Dataset], faces: Mapping[int, Portrait], decided: Collection[int]
) -> Mapping[int, int]:
    """Which vanished file goes on as the alike files it has become one of, and which alike files as one that is left.

    Of several that vanished it is the one that people have decided on, else the one most like them.

    Parameters:
        vanished: were listed before and are not now.
        appeared: are listed now for the first time, and were looked at.
        faces: what each is recognised by.
        decided: ids of those that people have decided on or described.

    Returns:
        Ids of the vanished, each with the id of what it goes on as.
    """
    found: dict[int, int] = {}
    for group in (one for one in appeared if one.kind is DatasetKind.FILES):
        left = [one for one in members(group, vanished, faces) if one.id not in found]
        if left:
            found[min(left, key=lambda one: one.id not in decided).id] = group.id
    for group in (one for one in vanished if one.kind is DatasetKind.FILES):
        left = [one for one in members(group, appeared, faces) if one.id not in found.values()]
        if left:
            found[group.id] = left[0].id
    return found


def likeness(one: Portrait, other: Portrait) -> float:
    """How alike two datasets are, 0 to 1: the columns they share, weighed by how alike those are."""
    if not _comparable(one.kind, other.kind) or min(len(one.columns), len(other.columns)) < LEAST_COLUMNS:
        return 0.0
    return _shared(one, other)


def _comparable(one: DatasetKind, other: DatasetKind) -> bool:
    """Whether one may become the other: alike files are a file where there is one of them."""
    kinds = {one, other}
    return len(kinds) == 1 or (DatasetKind.FILES in kinds and not kinds.isdisjoint(_SINGLE))


def _shared(one: Portrait, other: Portrait) -> float:
    theirs = {column.key: column for column in other.columns}
    shared = sum(_alike(column, theirs[column.key]) for column in one.columns if column.key in theirs)
    return shared / max(len(one.columns), len(other.columns), 1)


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
