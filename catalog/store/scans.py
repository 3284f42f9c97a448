"""Runs in the database: listings, results and what follows from them, all inside the caller's transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from catalog.model.coverage import AWAY, TRIES, Coverage, Look
from catalog.model.holdings import Dataset
from catalog.model.runs import DatasetResult, Intent, ListedDataset, Outcome, Rename, Run, RunState
from catalog.store import rows
from catalog.store.copy_schema import column_keys
from catalog.store.schema import (
    coverage,
    datasets,
    intents,
    outcomes,
    renames,
    runs,
)

OPEN_STATES = (RunState.LISTING, RunState.SCANNING, RunState.PAUSED)


def add_run(connection: Connection, run: Run) -> Run:
    """Begin a run."""
    return replace(run, id=rows.add(connection, runs, run))


def run(connection: Connection, run_id: int) -> Run | None:
    """One run."""
    return rows.find_one(connection, runs, Run, runs.c.id == run_id)


def open_run(connection: Connection, source_id: int) -> Run | None:
    """The run of this source that was begun and not ended; with the source's lock held, a dead one to resume."""
    found = rows.find(connection, runs, Run, runs.c.source_id == source_id, runs.c.state.in_(OPEN_STATES))
    return found[-1] if found else None


def change_run(connection: Connection, run_id: int, **values: object) -> None:
    """Move a run on."""
    rows.change(connection, runs, runs.c.id == run_id, **values)


def put_run(connection: Connection, run: Run) -> None:
    """Store a run as it is now."""
    rows.put(connection, runs, run)


def datasets_of(connection: Connection, source_id: int) -> list[Dataset]:
    """All datasets ever seen at a source, retired ones included: one that returns is recognised."""
    return rows.find(connection, datasets, Dataset, datasets.c.source_id == source_id)


def run_of_night(connection: Connection, source_id: int, night: date) -> Run | None:
    """The run of a source that was begun for this night."""
    return rows.find_one(connection, runs, Run, runs.c.source_id == source_id, runs.c.night == night)


def spent_since(connection: Connection, source_ids: Sequence[int], since: datetime) -> dict[int, tuple[int, int]]:
    """What looks have cost each source since then: milliseconds at work, bytes sent."""
    of_these = rows.among(runs.c.source_id, source_ids)
    looks = (
        select(runs.c.source_id, func.sum(outcomes.c.source_ms), func.sum(outcomes.c.source_bytes))
        .join(outcomes, outcomes.c.run_id == runs.c.id)
        .where(of_these, outcomes.c.at >= since)
        .group_by(runs.c.source_id)
    )
    listings = (
        select(runs.c.source_id, func.sum(runs.c.listing_ms))
        .where(of_these, runs.c.last_progress_at >= since)
        .group_by(runs.c.source_id)
    )
    spent = {source_id: (int(ms), int(size)) for source_id, ms, size in connection.execute(looks)}
    for source_id, ms in connection.execute(listings):
        before, size = spent.get(source_id, (0, 0))
        spent[source_id] = before + int(ms), size
    return spent


def forget_unreached(connection: Connection, run_id: int) -> None:
    """Forget what a run did with datasets whose source was away, so that it tries them again."""
    rows.remove(connection, outcomes, (outcomes.c.run_id == run_id) & outcomes.c.reason.in_(AWAY))


def record_listed(
    connection: Connection, source_id: int, listed: ListedDataset, known: Dataset | None, view: str, at: datetime
) -> Dataset:
    """Store one listed dataset, or refresh the known one; its ``change_key`` stays that of its last scan."""
    facts: Mapping[str, object] = {
        "key": listed.name.key,
        "name": listed.name.text,
        "name_withheld": listed.name.withheld,
        "kind": listed.kind,
        "comment": listed.comment,
        "row_estimate": known.row_estimate if known and listed.row_estimate is None else listed.row_estimate,
        "last_listed_at": at,
        "retired_at": None,
        "view": view,
    }
    if known is None:
        new = Dataset(id=0, source_id=source_id, change_key="", first_seen_at=at, **facts)  # type: ignore[arg-type]  # the mapping above has the fields' types
        return replace(new, id=rows.add(connection, datasets, new))
    rows.change(connection, datasets, datasets.c.id == known.id, **facts)
    return replace(known, **facts)  # type: ignore[arg-type]  # the same


def retire(connection: Connection, gone: Sequence[Dataset], at: datetime) -> None:
    """Mark datasets as gone; findings and decisions stay for their return. Their names count among others' no more."""
    for dataset in gone:
        rows.change(connection, datasets, datasets.c.id == dataset.id, retired_at=at)
    rows.remove(connection, column_keys, rows.among(column_keys.c.dataset_id, [dataset.id for dataset in gone]))


def note_scanned(connection: Connection, dataset_id: int, change_key: str, rows_total: int | None) -> None:
    """Remember what a dataset looked like when its rows were judged, so that an unchanged one is left alone."""
    values: dict[str, object] = {"change_key": change_key}
    if rows_total is not None:
        values["row_estimate"] = rows_total
    rows.change(connection, datasets, datasets.c.id == dataset_id, **values)


def done_in(connection: Connection, run_id: int) -> frozenset[int]:
    """The datasets this run has an outcome for: what a resumed run need not repeat."""
    statement = select(outcomes.c.dataset_id).where(outcomes.c.run_id == run_id)
    return frozenset(connection.execute(statement).scalars())


def is_done(connection: Connection, run_id: int, dataset_id: int) -> bool:
    """Whether this run has an outcome for this dataset."""
    statement = select(outcomes.c.id).where(outcomes.c.run_id == run_id, outcomes.c.dataset_id == dataset_id)
    return connection.execute(statement).first() is not None


def add_outcome(connection: Connection, outcome: Outcome) -> None:
    """Store what a run did with a dataset; the database refuses a second one."""
    rows.add(connection, outcomes, outcome)


def change_outcome(connection: Connection, run_id: int, dataset_id: int, **values: object) -> None:
    """Tell anew what a run did with a dataset."""
    of_it = (outcomes.c.run_id == run_id) & (outcomes.c.dataset_id == dataset_id)
    rows.change(connection, outcomes, of_it, **values)


def record_coverage(
    connection: Connection, dataset_id: int, run_id: int, change_key: str, result: DatasetResult, at: datetime
) -> None:
    """Store the look. A failed one keeps the time, depth and findings of the last that succeeded."""
    earlier = rows.find_one(connection, coverage, Coverage, coverage.c.dataset_id == dataset_id)
    if result.look in {Look.SCANNED, Look.PARTLY}:
        now = _looked(dataset_id, result, earlier, at)
    else:
        tried_before = earlier.failures if earlier and earlier.tried_key == change_key else 0
        now = _failed(dataset_id, result, earlier, tried_before, at)
    rows.put(connection, coverage, replace(now, run_id=run_id, tried_key=change_key))


def _looked(dataset_id: int, result: DatasetResult, earlier: Coverage | None, at: datetime) -> Coverage:
    """The look that succeeded; what earlier ones by the same detector looked at is summed with it."""
    before = earlier if earlier and earlier.scanned_at and earlier.detector == result.detector else None
    return Coverage(
        dataset_id=dataset_id,
        look=result.look,
        reason=result.reason,
        rows_looked_at=result.rows_looked_at,
        method=result.method,
        seed=result.seed,
        detector=result.detector,
        scanned_at=at,
        attempted_at=at,
        run_id=0,
        draws=result.draws,
        oldest=result.oldest,
        newest=result.newest,
        depth=result.depth,
        looks=1 + (before.looks if before else 0),
        rows_in_all=result.rows_looked_at + (before.rows_in_all if before else 0),
        since=before.since if before else at,
        caveats=result.caveats,
    )


def _failed(
    dataset_id: int, result: DatasetResult, earlier: Coverage | None, tried_before: int, at: datetime
) -> Coverage:
    """The look that failed, over what is known from before."""
    known = earlier or Coverage(dataset_id, result.look, None, 0, None, result.seed, result.detector, None, at, 0)
    tries = TRIES.get(result.reason, 0) if result.reason else 0
    failures = tried_before + tries if tries else 0
    return replace(known, look=result.look, reason=result.reason, attempted_at=at, failures=failures)


def add_rename(connection: Connection, rename: Rename) -> None:
    """Remember that a dataset goes by another name."""
    rows.add(connection, renames, rename)


def renames_of(connection: Connection, run_ids: Collection[int]) -> list[Rename]:
    """The renames these runs found."""
    return rows.find(connection, renames, Rename, rows.among(renames.c.run_id, run_ids))


def outcomes_of(connection: Connection, run_id: int) -> list[Outcome]:
    """What a run did, dataset by dataset."""
    return rows.find(connection, outcomes, Outcome, outcomes.c.run_id == run_id)


def looks_by_run(connection: Connection, run_ids: Sequence[int]) -> dict[int, list[tuple[Look, int]]]:
    """How the looks of each run went."""
    statement = (
        select(outcomes.c.run_id, outcomes.c.look, func.count())
        .where(rows.among(outcomes.c.run_id, run_ids))
        .group_by(outcomes.c.run_id, outcomes.c.look)
    )
    found: dict[int, list[tuple[Look, int]]] = {}
    for run_id, look, count in connection.execute(statement):
        found.setdefault(run_id, []).append((look, int(count)))
    return found


def latest_runs(connection: Connection, source_ids: Sequence[int], limit: int) -> list[Run]:
    """The latest runs of these sources, newest first."""
    statement = select(runs).where(rows.among(runs.c.source_id, source_ids)).order_by(runs.c.id.desc()).limit(limit)
    return [rows.from_row(Run, row) for row in connection.execute(statement)]


def last_run_by_source(connection: Connection, source_ids: Sequence[int]) -> dict[int, Run]:
    """The newest run of each source."""
    newest = select(func.max(runs.c.id)).where(rows.among(runs.c.source_id, source_ids)).group_by(runs.c.source_id)
    return {run.source_id: run for run in rows.find(connection, runs, Run, runs.c.id.in_(newest))}


def last_complete_by_source(connection: Connection, source_ids: Sequence[int]) -> dict[int, datetime]:
    """When each source's newest run with a complete listing ended."""
    statement = (
        select(runs.c.source_id, func.max(runs.c.ended_at))
        .where(rows.among(runs.c.source_id, source_ids), runs.c.listing_complete, runs.c.state == RunState.DONE)
        .group_by(runs.c.source_id)
    )
    return {source_id: at for source_id, at in connection.execute(statement) if at is not None}


def open_intents(connection: Connection) -> list[Intent]:
    """What has been asked and not yet taken up, oldest first."""
    return rows.find(connection, intents, Intent, intents.c.taken_at.is_(None))


def unanswered_intents(connection: Connection) -> list[Intent]:
    """What was taken up and never answered, oldest first."""
    return rows.find(connection, intents, Intent, intents.c.taken_at.is_not(None), intents.c.ended_at.is_(None))


def add_intent(connection: Connection, intent: Intent) -> Intent:
    """Store a wish."""
    return replace(intent, id=rows.add(connection, intents, intent))


def change_intent(connection: Connection, intent_id: int, **values: object) -> None:
    """Write down what became of a wish."""
    rows.change(connection, intents, intents.c.id == intent_id, **values)


def intents_of(connection: Connection, source_ids: Sequence[int], limit: int) -> list[Intent]:
    """The latest wishes for these sources, newest first."""
    chosen = rows.among(intents.c.source_id, source_ids)
    statement = select(intents).where(chosen).order_by(intents.c.id.desc()).limit(limit)
    return [rows.from_row(Intent, row) for row in connection.execute(statement)]
