"""A city's own recognisers in the database, their trials and what those would change."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, func, select

from catalog.model.holdings import Dataset, Source
from catalog.model.recogniser_sets import (
    OPEN_TRIALS,
    Flip,
    Flipped,
    RecogniserSet,
    SetState,
    Trial,
    TrialSource,
    TrialState,
)
from catalog.store import rows
from catalog.store.recogniser_schema import flips, recogniser_sets, trial_sources, trials
from catalog.store.schema import datasets, intents, runs, sources


def every(connection: Connection) -> list[RecogniserSet]:
    """All versions of all names; by name, the newest version first."""
    statement = select(recogniser_sets).order_by(recogniser_sets.c.name, recogniser_sets.c.version.desc())
    return [rows.from_row(RecogniserSet, row) for row in connection.execute(statement)]


def one(connection: Connection, set_id: int) -> RecogniserSet | None:
    """One version."""
    return rows.find_one(connection, recogniser_sets, RecogniserSet, recogniser_sets.c.id == set_id)


def versions(connection: Connection, name: str) -> list[RecogniserSet]:
    """All versions of one name."""
    return rows.find(connection, recogniser_sets, RecogniserSet, recogniser_sets.c.name == name)


def in_use(connection: Connection) -> list[RecogniserSet]:
    """The versions in use, by name."""
    return [found for found in every(connection) if found.state is SetState.IN_USE]


def add(connection: Connection, new: RecogniserSet) -> RecogniserSet:
    """Store a version."""
    return replace(new, id=rows.add(connection, recogniser_sets, new))


def change(connection: Connection, known: RecogniserSet, **values: object) -> bool:
    """Change a version's text or state; False where somebody else has changed it since ``known`` was read."""
    kept = recogniser_sets.c
    same = (kept.id == known.id) & (kept.state == known.state) & (kept.digest == known.digest)
    return rows.change(connection, recogniser_sets, same, **values) == 1


def discard(connection: Connection, set_id: int) -> None:
    """Forget a version, its trials and their flips."""
    rows.remove(connection, recogniser_sets, recogniser_sets.c.id == set_id)


def trials_in(connection: Connection, state: TrialState) -> list[Trial]:
    """The trials in this state, oldest first."""
    return rows.find(connection, trials, Trial, trials.c.state == state)


def open_trial(connection: Connection, set_id: int) -> Trial | None:
    """The trial of this version that waits or runs."""
    return rows.find_one(connection, trials, Trial, trials.c.set_id == set_id, trials.c.state.in_(OPEN_TRIALS))


def latest_trials(connection: Connection, *where: ColumnElement[bool]) -> dict[int, Trial]:
    """The latest trial of each version."""
    latest = select(func.max(trials.c.id)).where(*where).group_by(trials.c.set_id)
    return {found.set_id: found for found in rows.find(connection, trials, Trial, trials.c.id.in_(latest))}


def latest_trial(connection: Connection, set_id: int, digest: str) -> Trial | None:
    """The latest trial of this version with just this text."""
    found = latest_trials(connection, trials.c.set_id == set_id, trials.c.digest == digest)
    return found.get(set_id)


def add_trial(connection: Connection, new: Trial, source_ids: Iterable[int]) -> Trial:
    """Store the wish to try a version on these sources."""
    stored = replace(new, id=rows.add(connection, trials, new))
    rows.add_all(connection, trial_sources, [TrialSource(stored.id, source_id) for source_id in source_ids])
    return stored


def move_trial(connection: Connection, trial_id: int, was: TrialState, **values: object) -> bool:
    """Write down what became of a trial that was in this state; False where it is not, or no longer."""
    return rows.change(connection, trials, (trials.c.id == trial_id) & (trials.c.state == was), **values) == 1


def sources_of(connection: Connection, trial_id: int) -> list[Source]:
    """The sources a trial is for."""
    chosen = select(trial_sources.c.source_id).where(trial_sources.c.trial_id == trial_id)
    return rows.find(connection, sources, Source, sources.c.id.in_(chosen))


def source_counts(connection: Connection, trial_ids: Collection[int]) -> dict[int, int]:
    """How many sources each of these trials is for."""
    statement = (
        select(trial_sources.c.trial_id, func.count())
        .where(rows.among(trial_sources.c.trial_id, trial_ids))
        .group_by(trial_sources.c.trial_id)
    )
    return {trial_id: int(count) for trial_id, count in connection.execute(statement)}


def add_flips(connection: Connection, trial_id: int, told: Sequence[Flipped]) -> None:
    """Store what a trial would change; a dataset that has become another's continuation meanwhile is left out."""
    ids = {each.dataset_id for each in told}
    known = set(connection.execute(select(datasets.c.id).where(rows.among(datasets.c.id, ids))).scalars())
    made = [
        Flip(0, trial_id, each.dataset_id, each.column_name, each.type_code, each.before, each.after)
        for each in told
        if each.dataset_id in known
    ]
    rows.add_all(connection, flips, made)


def flips_of(connection: Connection, trial_id: int) -> list[Flip]:
    """What a trial would change."""
    return rows.find(connection, flips, Flip, flips.c.trial_id == trial_id)


def datasets_in(connection: Connection, trial_id: int) -> dict[int, Dataset]:
    """The datasets a trial would change something in, those that are gone since among them."""
    moved = select(flips.c.dataset_id).where(flips.c.trial_id == trial_id)
    return {found.id: found for found in rows.find(connection, datasets, Dataset, datasets.c.id.in_(moved))}


def moves(connection: Connection, trial_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """How many suggestions each of these trials would add and take away."""
    gained = func.sum(case((flips.c.after > flips.c.before, 1), else_=0))
    statement = (
        select(flips.c.trial_id, gained, func.count())
        .where(rows.among(flips.c.trial_id, trial_ids))
        .group_by(flips.c.trial_id)
    )
    return {key: (int(more), int(total) - int(more)) for key, more, total in connection.execute(statement)}


def last_sign(connection: Connection) -> datetime | None:
    """When the scan side was last seen at work."""
    signs = (runs.c.last_progress_at, intents.c.taken_at, intents.c.ended_at, trials.c.taken_at, trials.c.ended_at)
    found = [connection.execute(select(func.max(sign))).scalar_one() for sign in signs]
    return max((at for at in found if at is not None), default=None)
