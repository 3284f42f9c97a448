"""After a complete run: datasets that vanished and go on under another name keep their decisions and records."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from catalog.model.continuity import Portrait, continuations, members, regrouped
from catalog.model.coverage import Coverage, Look
from catalog.model.holdings import Dataset, DatasetKind
from catalog.model.retirement import may_be_behind
from catalog.model.runs import Rename, Run, SafeName
from catalog.services import copies, memberships, review_states
from catalog.services.catalog import Catalog, Change
from catalog.store import continuity, holdings, judgements, scans
from catalog.store.engine import Connection


def recognise(change: Change, catalog: Catalog, run: Run) -> None:
    """Let every dataset that this complete run found under another name go on as itself.

    A name that may be somebody's is no help and no hindrance: what counts is what the dataset looks like. One that was
    retired goes on too when it comes back under another name. One that a person has already decided on or described
    under its new name is left to a person, and so is whatever another view showed: with the filter or the rights of the
    account, datasets come and go though nothing was renamed. Files that have become one dataset go on as it, and one
    that fell apart goes on as one of its files.
    """
    connection = change.connection
    known = scans.datasets_of(connection, run.source_id)
    looks = holdings.coverage_by_id(connection, [dataset.id for dataset in known])
    vanished, appeared, staying = _sorted(known, run, _closed(known, run, looks))
    if not vanished or not appeared:
        return
    seen = [
        dataset
        for dataset in appeared
        if dataset.id in looks
        and looks[dataset.id].scanned_at
        and not continuity.has_human_records(connection, dataset.id)
    ]
    faces = continuity.portraits(connection, known)
    by_id = {dataset.id: dataset for dataset in known}
    for gone in (False, True):  # What was there until now before what was gone already.
        old = [one for one in vanished if (one.retired_at is not None) is gone]
        found = _found(connection, old, seen, staying, faces)
        _tell_members(change, run, [one for one in old if one.id not in found], seen, faces)
        for old_id, new_id in found.items():
            _go_on_as(change, catalog, run, by_id[old_id], by_id[new_id])
        seen = [one for one in seen if one.id not in found.values()]


def _found(
    connection: Connection,
    old: Sequence[Dataset],
    seen: Sequence[Dataset],
    staying: Sequence[Dataset],
    faces: Mapping[int, Portrait],
) -> Mapping[int, int]:
    """What goes on as what: files as alike files and back first, as their paths say it."""
    decided = {one.id for one in _gathered(old, seen, faces) if continuity.has_human_records(connection, one.id)}
    found = regrouped(old, seen, faces, decided)
    left = [one for one in old if one.id not in found], [one for one in seen if one.id not in found.values()]
    return {**found, **continuations(*([faces[one.id] for one in group] for group in (*left, staying)))}


def _gathered(old: Sequence[Dataset], seen: Sequence[Dataset], faces: Mapping[int, Portrait]) -> list[Dataset]:
    """The vanished files that are now among alike files."""
    groups = [one for one in seen if one.kind is DatasetKind.FILES]
    return [one for group in groups for one in members(group, old, faces)]


def _tell_members(
    change: Change, run: Run, left: Sequence[Dataset], seen: Sequence[Dataset], faces: Mapping[int, Portrait]
) -> None:
    """Tell where a file is now that does not go on, where people have decided on it: their words stay with it."""
    for group in (one for one in seen if one.kind is DatasetKind.FILES):
        for one in members(group, left, faces):
            if one.retired_at is None and continuity.has_human_records(change.connection, one.id):
                scans.add_rename(change.connection, Rename(0, run.id, one.id, one.name, group.name, change.at))


def _closed(known: Sequence[Dataset], run: Run, looks: Mapping[int, Coverage]) -> list[SafeName]:
    """What is listed and could not be opened: nobody knows what is still behind it."""
    return [
        SafeName(dataset.name, dataset.key, dataset.name_withheld)
        for dataset in known
        if dataset.last_listed_at >= _listed_at(run)
        and dataset.id in looks
        and looks[dataset.id].look is Look.COULD_NOT_LOOK
    ]


def _sorted(
    known: Sequence[Dataset], run: Run, closed: Sequence[SafeName]
) -> tuple[list[Dataset], list[Dataset], list[Dataset]]:
    """What is no longer listed, what is listed for the first time, and the rest."""
    unlisted = [dataset for dataset in known if dataset.last_listed_at < _listed_at(run)]
    vanished = [one for one in unlisted if one.view == run.view and not may_be_behind(one, closed)]
    appeared = [dataset for dataset in known if dataset.first_seen_at >= run.started_at]
    moved = {dataset.id for dataset in (*vanished, *appeared)}
    staying = [dataset for dataset in known if dataset.id not in moved and dataset.retired_at is None]
    return vanished, appeared, staying


def _listed_at(run: Run) -> datetime:
    """When it listed last: what it saw before it was killed may be gone since."""
    return run.listed_at or run.started_at


def _go_on_as(change: Change, catalog: Catalog, run: Run, old: Dataset, new: Dataset) -> None:
    connection = change.connection
    before = judgements.types_held(connection, old.id)
    review_states.forget(change, catalog, new.id)
    columns = continuity.go_on_as(connection, old, new)
    judgements.refresh(connection, old.id, columns, catalog.taxonomy.types)
    memberships.suggest(connection, catalog, [old.id])
    copies.compare(connection, [old.id], change.at)
    review_states.touch(change, catalog, [old.id])
    after = judgements.types_held(connection, old.id)
    scans.change_outcome(
        connection, run.id, old.id, types_new=sorted(after - before), types_gone=sorted(before - after)
    )
    scans.add_rename(connection, Rename(0, run.id, old.id, old.name, new.name, change.at))
    change.index("dataset", old.id)
    change.index("dataset", new.id)
