"""Recording runs: the one writer of what scans bring back. A scan has no write path to people's words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from catalog.errors import Conflict, NotFound, SkipReason
from catalog.model.actors import Actor
from catalog.model.continuity import is_renumbered, known_by_name
from catalog.model.coverage import Look, is_worth_a_look
from catalog.model.holdings import Dataset
from catalog.model.retirement import Listing, vanished
from catalog.model.runs import DatasetResult, ListedDataset, Outcome, PauseReason, Rename, Run, RunState
from catalog.services import (
    access,
    copies,
    designation_watch,
    memberships,
    notices,
    reconciling,
    renames,
    review_states,
)
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import columns, continuity, holdings, judgements, register, scans, schedules
from catalog.store.engine import Connection
from catalog.store.vanished import listings

_LOOKED = frozenset({Look.SCANNED, Look.PARTLY})
_ENDED = frozenset({RunState.DONE, RunState.CANCELLED})


def begin(
    actor: Actor, catalog: Catalog, source_id: int, seed: int, *, full: bool = False, night: date | None = None
) -> Run:
    """Begin a run of a source, or take up the one that was killed, was paused or failed this very night.

    The caller holds the source's lock, so that of one night there is one run, whoever is woken by the clock.

    Parameters:
        night: the night of the schedule it is for; None where a person asked.

    Raises:
        Conflict: when the run of this night has ended.
        NotFound: when there is no such source.
    """
    access.require(actor, Action.RUN_SCANS)
    with catalog.reading() as connection:
        source, begun = register.source(connection, source_id), scans.open_run(connection, source_id)
        if begun is None and night is not None:
            begun = scans.run_of_night(connection, source_id, night)
    if source is None:
        raise NotFound("This source", "there is no such source", "See them with: privacy-catalog source list.")
    if begun is not None and begun.state in _ENDED:
        raise Conflict(f"Source {source.name}", "it has been scanned this night", "Nothing is to be done.")
    with catalog.changing(actor, "resume_run" if begun else "begin_run", f"source:{source_id}") as change:
        if begun is not None:
            if begun.state is RunState.FAILED:
                scans.forget_unreached(change.connection, begun.id)
            again = replace(
                begun,
                state=RunState.LISTING,
                reason=None,
                full=begun.full or full,
                paused=None,
                last_progress_at=change.at,
                ended_at=None,
                turn=begun.turn + 1,
            )
            scans.put_run(change.connection, again)
            return again
        run = Run(
            id=0,
            source_id=source_id,
            state=RunState.LISTING,
            reason=None,
            seed=seed,
            full=full,
            listing_complete=False,
            datasets_listed=0,
            datasets_due=0,
            datasets_done=0,
            started_by=actor.person_id,
            started_at=change.at,
            last_progress_at=change.at,
            ended_at=None,
            night=night,
        )
        return scans.add_run(change.connection, run)


def record_listing(
    actor: Actor,
    catalog: Catalog,
    run: Run,
    listed: Sequence[ListedDataset],
    unlisted: Sequence[tuple[ListedDataset, SkipReason]],
    view: str = "",
    listing_ms: int = 0,
) -> Mapping[str, int]:
    """Store a complete listing.

    Parameters:
        listed: everything that can be looked at.
        unlisted: what was seen and cannot be looked at, with the reason.
        view: what the listing was seen under; see :class:`~catalog.model.runs.Run`.
        listing_ms: how long it kept the source at work, in milliseconds.

    Returns:
        The datasets that are due, key to id: new or changed ones, those never judged, and those only sampled that are
        to be looked at again by the source's schedule; less what this run has done before it was killed, and what is
        set aside.
    """
    access.require(actor, Action.RUN_SCANS)
    with catalog.changing(actor, "record_listing", f"run:{run.id}", f"datasets={len(listed)}") as change:
        connection = change.connection
        _current(connection, run)
        known = scans.datasets_of(connection, run.source_id)
        # Other people's names can make two things look like one: it is then the one that can be looked at.
        by_key = {one.name.key: one for one, _ in unlisted} | {one.name.key: one for one in listed}
        stored = _store_listed(change, run, by_key.values(), known, view)
        change.alone()  # not before: a listing is long, and only what follows is written by people's changes too
        memberships.suggest(connection, catalog, _said_otherwise(known, stored.values()))
        done = scans.done_in(connection, run.id)
        for one, reason in unlisted:
            if by_key[one.name.key] is one and stored[one.name.key].id not in done:
                _store_failed_look(change, catalog, run, stored[one.name.key], reason)
        done = scans.done_in(connection, run.id)
        due = _due(change, run, listed, stored, done)
        live = [dataset for dataset in known if dataset.retired_at is None]
        ids = {dataset.id for dataset in stored.values()}
        missing = [dataset for dataset in live if dataset.id not in ids]
        latest = Listing(change.at, view, tuple(one.name for one, _ in unlisted))
        previous = next(iter(listings(connection, run.source_id, but_of_run=run.id, most=1)), None)
        gone = vanished(missing, len(live), latest, previous).retire
        scans.retire(connection, gone, change.at)
        back = [dataset for dataset in known if dataset.retired_at is not None and dataset.id in ids]
        moved = [dataset.id for dataset in (*gone, *back)]
        reconciling.touch(change, catalog, dataset_ids=moved)
        review_states.touch(change, catalog, moved)
        for dataset in gone:
            change.index("dataset", dataset.id)
        scans.change_run(
            connection,
            run.id,
            state=RunState.SCANNING,
            listing_complete=True,
            listed_at=change.at,
            view=view,
            listing_ms=run.listing_ms + listing_ms,
            datasets_listed=len(stored),
            datasets_due=len(due) + len(done),
            datasets_done=len(done),
            last_progress_at=change.at,
        )
    return due


def record_result(
    actor: Actor, catalog: Catalog, run: Run, dataset_id: int, change_key: str, result: DatasetResult
) -> None:
    """Store what one scan child brought back: findings, coverage, outcome, audit and outbox, all or nothing.

    Raises:
        Conflict: when the run has ended, was taken up by another, or has this dataset's outcome already.
    """
    access.require(actor, Action.RUN_SCANS)
    with catalog.changing(actor, "record_result", f"dataset:{dataset_id}", f"run={run.id} {result.look}") as change:
        connection = change.connection
        now = _current(connection, run)
        if now.state is not RunState.SCANNING or scans.is_done(connection, run.id, dataset_id):
            raise Conflict(f"Run {run.id}", "it does not wait for this result", "Nothing was changed.")
        before = judgements.types_held(connection, dataset_id)
        scans.record_coverage(connection, dataset_id, run.id, change_key, result, change.at)
        if result.look in _LOOKED:
            ids = columns.record_columns(connection, dataset_id, run.id, result.columns, change.at)
            change.alone()  # not before: what columns hold is written by scans alone
            judgements.refresh(connection, dataset_id, ids, catalog.taxonomy.types)
            scans.note_scanned(connection, dataset_id, change_key, result.rows_total)
            memberships.suggest(connection, catalog, [dataset_id])
            copies.compare(connection, [dataset_id], change.at)
            review_states.touch(change, catalog, [dataset_id])
        after = judgements.types_held(connection, dataset_id)
        change.tell(" ".join(sorted(before)), " ".join(sorted(after)))
        scans.add_outcome(connection, _outcome(run.id, dataset_id, result, before, after, change))
        scans.change_run(connection, run.id, datasets_done=now.datasets_done + 1, last_progress_at=change.at)
        change.index("dataset", dataset_id)


def pause(actor: Actor, catalog: Catalog, run: Run, why: PauseReason) -> Run:
    """Let a run wait; what it has done stays done, and the next one that begins here takes it up.

    Raises:
        Conflict: when it has ended or was taken up by another.
    """
    access.require(actor, Action.RUN_SCANS)
    with catalog.changing(actor, "pause_run", f"run:{run.id}", why.value) as change:
        now = _current(change.connection, run)
        paused = replace(now, state=RunState.PAUSED, paused=why, last_progress_at=change.at)
        scans.put_run(change.connection, paused)
        change.compare(now, paused)
    return paused


def finish(actor: Actor, catalog: Catalog, run: Run, state: RunState, reason: SkipReason | None = None) -> Run:
    """End a run.

    Raises:
        Conflict: when it has ended or was taken up by another.
    """
    access.require(actor, Action.RUN_SCANS)
    with catalog.changing(actor, "finish_run", f"run:{run.id}", state.value) as change:
        change.alone()
        now = _current(change.connection, run)
        if now.listing_complete and state is RunState.DONE:
            renames.recognise(change, catalog, now)
        # All that this run looked at, also before it was killed and taken up again: at once, and not with each result.
        looked_at = scans.done_in(change.connection, now.id)
        designation_watch.types_found(change, catalog, looked_at)
        reconciling.touch(change, catalog, dataset_ids=looked_at)
        ended = replace(now, state=state, reason=reason, paused=None, last_progress_at=change.at, ended_at=change.at)
        scans.put_run(change.connection, ended)
        change.compare(now, ended)
        notices.after_run(change, catalog, ended)
    return ended


def _current(connection: Connection, run: Run) -> Run:
    """The run as it stands, for whoever has its turn.

    Raises:
        Conflict: when it has ended or was taken up by another meanwhile.
    """
    now = scans.run(connection, run.id)
    if now is None or now.ended_at is not None or now.turn != run.turn:
        raise Conflict(f"Run {run.id}", "it has ended or was taken up by another", "Nothing was changed.")
    return now


def _store_listed(
    change: Change, run: Run, listed: Iterable[ListedDataset], known: Sequence[Dataset], view: str
) -> dict[str, Dataset]:
    listed = list(listed)
    by_key = {dataset.key: dataset for dataset in known}
    if is_renumbered(known, listed):
        continuity.forget_keys(change.connection, known)
        by_key = {dataset.key: dataset for dataset in known if dataset.key == dataset.name}
    keys = {one.name.key for one in listed}
    # A table dropped and made again has a new key and its old name.
    taken = keys.intersection(by_key)
    by_name = known_by_name([dataset for dataset in known if dataset.key not in taken], listed)
    stored = {}
    for one in listed:
        match = by_key.get(one.name.key) or by_name.get(one.name.key)
        stored[one.name.key] = scans.record_listed(change.connection, run.source_id, one, match, view, change.at)
        if match is None or match.name != one.name.text or match.retired_at:
            change.index("dataset", stored[one.name.key].id)
        if match is not None and match.name != one.name.text:
            # The source's own id says that it is the same.
            scans.add_rename(change.connection, Rename(0, run.id, match.id, match.name, one.name.text, change.at))
    return stored


def _said_otherwise(known: Sequence[Dataset], stored: Iterable[Dataset]) -> list[int]:
    """The datasets that their source calls otherwise than before, or says something else of."""
    said = {dataset.id: (dataset.name, dataset.comment) for dataset in known}
    return [one.id for one in stored if one.id in said and said[one.id] != (one.name, one.comment)]


def _due(
    change: Change, run: Run, listed: Sequence[ListedDataset], stored: Mapping[str, Dataset], done: frozenset[int]
) -> dict[str, int]:
    looks = holdings.coverage_by_id(change.connection, [dataset.id for dataset in stored.values()])
    schedule = schedules.schedule(change.connection, run.source_id)
    again_after = timedelta(days=schedule.look_again_days) if schedule and schedule.look_again_days else None
    due = {}
    for one in listed:
        dataset = stored[one.name.key]
        is_due = run.full or is_worth_a_look(
            looks.get(dataset.id), one.change_key, dataset.change_key, change.at, again_after
        )
        if is_due and dataset.id not in done:
            due[one.name.key] = dataset.id
    return due


def _store_failed_look(change: Change, catalog: Catalog, run: Run, dataset: Dataset, reason: SkipReason) -> None:
    failed = DatasetResult(Look.COULD_NOT_LOOK, reason, 0, None, None, run.seed, "", ())
    scans.record_coverage(change.connection, dataset.id, run.id, "", failed, change.at)
    judgements.refresh_summary(change.connection, dataset.id, catalog.taxonomy.types)
    scans.add_outcome(change.connection, _outcome(run.id, dataset.id, failed, frozenset(), frozenset(), change))


def _outcome(
    run_id: int,
    dataset_id: int,
    result: DatasetResult,
    before: frozenset[str],
    after: frozenset[str],
    change: Change,
) -> Outcome:
    return Outcome(
        id=0,
        run_id=run_id,
        dataset_id=dataset_id,
        look=result.look,
        reason=result.reason,
        rows_looked_at=result.rows_looked_at,
        columns_with_findings=sum(bool(column.findings) for column in result.columns),
        types_new=tuple(sorted(after - before)),
        types_gone=tuple(sorted(before - after)),
        at=change.at,
        source_ms=result.source_ms,
        source_bytes=result.source_bytes,
    )
