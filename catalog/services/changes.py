"""What changed: each source's runs compared with what was known before, within what an actor sees."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from catalog.model.actors import Actor
from catalog.model.changes import ChangesPage, ColumnsMoved, Missing, Renamed, Reshaped, TypesMoved
from catalog.model.coverage import Look
from catalog.model.identifiers import IdentifierType
from catalog.model.runs import Outcome, Rename, Run
from catalog.model.views import DatasetLine, SourceLine
from catalog.services import access, lines, scans
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import changes, orphans
from catalog.store import scans as stored
from catalog.store.engine import Connection

_NONE = ColumnsMoved()


def since(actor: Actor, catalog: Catalog, days: int, agency_id: str | None = None) -> ChangesPage:
    """What changed in the last ``days`` days, in one agency or in all this actor sees.

    What a source's first complete run found is what was there, not a change; such sources are counted apart. So is
    what the first look at a dataset found, whatever run it happened in.
    """
    access.require(actor, Action.READ_EVIDENCE, agency_id)
    start = catalog.clock.now() - timedelta(days=days)
    with catalog.reading() as connection:
        every = scans.source_lines(connection, actor, Action.READ_EVIDENCE)
        seen = [one for one in every if agency_id in (None, one.agency.id)]
        first = changes.first_complete_runs(connection, [one.source.id for one in seen])
        later = _later_runs(connection, first, start)
        return _page(connection, catalog, actor, start, seen, first, later)


def columns_of_run(actor: Actor, catalog: Catalog, run: Run, agency_id: str) -> Mapping[int, ColumnsMoved]:
    """The columns that came and went with the looks of one run, by dataset; a first look moves none.

    Parameters:
        agency_id: the agency the run's source belongs to.
    """
    access.require(actor, Action.READ_EVIDENCE, agency_id)
    with catalog.reading() as connection:
        found = changes.columns_moved(connection, [run.id], run.started_at)
    return {outcome.dataset_id: moved for outcome, moved in found.items()}


def _page(
    connection: Connection,
    catalog: Catalog,
    actor: Actor,
    start: datetime,
    seen: Sequence[SourceLine],
    first: Mapping[int, Run],
    later: Mapping[int, Run],
) -> ChangesPage:
    outcomes = changes.telling_outcomes(connection, list(later))
    renames = stored.renames_of(connection, list(later))
    columns = changes.columns_moved(connection, list(later), start)
    new = _appeared(connection, first, start)
    of_interest = {*new, *(one.dataset_id for one in (*outcomes, *columns)), *(one.dataset_id for one in renames)}
    shown = {
        one.dataset.id: one
        for one in lines.dataset_lines(
            connection, catalog, access.scope(actor, Action.READ_EVIDENCE), sorted(of_interest)
        )
    }
    return ChangesPage(
        since=start,
        sources=len(seen),
        compared=len({run.source_id for run in later.values() if run.listing_complete}),
        first_looks=sum(run.started_at >= start for run in first.values()),
        moved=_moved(catalog, outcomes, shown.keys() - set(new), shown, columns),
        reshaped=_reshaped(columns, shown.keys() - set(new), shown),
        appeared=_lines(shown, new),
        renamed=_renamed(renames, shown),
        missing=_missing(connection, seen, start),
        unreadable=_lines(shown, _unreadable(outcomes, shown)),
        failed=tuple(one for one in seen if one.last_run and one.last_run.reason and one.last_run.started_at >= start),
        columns_gone=orphans.count(connection, access.scope(actor, Action.DECIDE))
        if access.may(actor, Action.DECIDE)
        else 0,
    )


def _later_runs(connection: Connection, first: Mapping[int, Run], start: datetime) -> dict[int, Run]:
    """The runs since then that have something to be compared with."""
    found = changes.runs_since(connection, list(first), start)
    return {run.id: run for run in found if run.id > first[run.source_id].id}


def _appeared(connection: Connection, first: Mapping[int, Run], start: datetime) -> list[int]:
    """The datasets listed for the first time, but not by their source's first complete run."""
    return [
        one.id
        for one in changes.appeared(connection, list(first), start)
        if one.first_seen_at > (first[one.source_id].ended_at or one.first_seen_at)
    ]


def _moved(
    catalog: Catalog,
    outcomes: Sequence[Outcome],
    known: Collection[int],
    shown: Mapping[int, DatasetLine],
    columns: Mapping[Outcome, ColumnsMoved],
) -> tuple[TypesMoved, ...]:
    """Datasets known before whose types moved, the gravest first."""
    views = [
        TypesMoved(
            line=shown[one.dataset_id],
            new=_types(catalog, one.types_new),
            gone=_types(catalog, one.types_gone),
            columns=columns.get(one, _NONE),
            run_id=one.run_id,
            at=one.at,
        )
        for one in outcomes
        if one.dataset_id in known and (one.types_new or one.types_gone)
    ]
    return tuple(
        sorted(views, key=lambda view: (-max((kind.tier for kind in view.new), default=0), view.line.dataset.id))
    )


def _reshaped(
    columns: Mapping[Outcome, ColumnsMoved], known: Collection[int], shown: Mapping[int, DatasetLine]
) -> tuple[Reshaped, ...]:
    """Datasets known before in which columns alone came or went, the latest first."""
    alone = [one for one in columns if one.dataset_id in known and not (one.types_new or one.types_gone)]
    latest_first = sorted(alone, key=lambda one: one.id, reverse=True)
    return tuple(Reshaped(shown[one.dataset_id], columns[one], one.run_id, one.at) for one in latest_first)


def _types(catalog: Catalog, codes: Sequence[str]) -> tuple[IdentifierType, ...]:
    kinds = [catalog.taxonomy.types[code] for code in codes if code in catalog.taxonomy.types]
    return tuple(sorted(kinds, key=lambda kind: (-kind.tier, kind.label)))


def _renamed(renames: Sequence[Rename], shown: Mapping[int, DatasetLine]) -> tuple[Renamed, ...]:
    return tuple(Renamed(shown[one.dataset_id], one.old_name, one.at) for one in renames if one.dataset_id in shown)


def _missing(connection: Connection, seen: Sequence[SourceLine], start: datetime) -> tuple[Missing, ...]:
    by_source = {one.source.id: one for one in seen}
    return tuple(
        Missing(one, by_source[one.source_id].agency, by_source[one.source_id].source.name)
        for one in changes.missing(connection, list(by_source), start)
    )


def _unreadable(outcomes: Sequence[Outcome], shown: Mapping[int, DatasetLine]) -> list[int]:
    """What was looked at before and cannot be looked at now."""
    failed = sorted({one.dataset_id for one in outcomes if one.look is Look.COULD_NOT_LOOK} & set(shown))
    return [one for one in failed if shown[one].look is Look.COULD_NOT_LOOK and shown[one].scanned_at]


def _lines(shown: Mapping[int, DatasetLine], ids: Collection[int]) -> tuple[DatasetLine, ...]:
    return tuple(shown[dataset_id] for dataset_id in ids if dataset_id in shown)
