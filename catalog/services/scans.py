"""Sources, runs and intents, as people see them. The web writes intents; the scan side acts on them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from catalog.errors import NotFound
from catalog.model.actors import Actor, Scope
from catalog.model.coverage import Look
from catalog.model.holdings import Agency, Source, System
from catalog.model.runs import Intent, IntentKind, Run, RunState
from catalog.model.views import Looks, OutcomeView, RunLine, RunPage, SourceLine
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import engine, holdings, register, scans
from catalog.store.engine import Connection

#: Wishes shown with a run.
_INTENTS_SHOWN = 20

#: What ends or interrupts a run, and how.
STOPS = {IntentKind.CANCEL: RunState.CANCELLED, IntentKind.PAUSE: RunState.PAUSED}

_UNDER_WAY = frozenset({RunState.LISTING, RunState.SCANNING})

#: Failures first, then what is new, then the rest.
_ORDER = {Look.COULD_NOT_LOOK: 0, Look.PARTLY: 1, Look.SCANNED: 2, Look.NOT_SCANNED: 3}


def sources(actor: Actor, catalog: Catalog) -> tuple[SourceLine, ...]:
    """The sources this actor sees, each with its last run and how much of it has been looked at."""
    access.require(actor, Action.READ_RUNS)
    with catalog.reading() as connection:
        return source_lines(connection, actor)


def source_lines(connection: Connection, actor: Actor, action: Action = Action.READ_RUNS) -> tuple[SourceLine, ...]:
    """The same inside an open transaction.

    Parameters:
        action: what the actor does with them; some read what changed who may not read runs.
    """
    scope = access.scope(actor, action)
    seen = _seen_sources(connection, scope)
    ids = [source.id for source, _, _ in seen]
    runs, complete = scans.last_run_by_source(connection, ids), scans.last_complete_by_source(connection, ids)
    counts: dict[int, list[tuple[Look, int]]] = {}
    for count in holdings.look_counts(connection, scope):
        counts.setdefault(count.source_id, []).append((count.look, count.count))
    return tuple(
        SourceLine(
            source=source,
            system=system,
            agency=agency,
            looks=looks(counts.get(source.id, ())),
            last_run=runs.get(source.id),
            last_complete_at=complete.get(source.id),
        )
        for source, system, agency in seen
    )


def runs(actor: Actor, catalog: Catalog, limit: int = 50) -> tuple[RunLine, ...]:
    """The latest runs this actor sees, newest first."""
    access.require(actor, Action.READ_RUNS)
    with catalog.reading() as connection:
        return run_lines(connection, actor, limit)


def run_lines(
    connection: Connection, actor: Actor, limit: int, only: Collection[int] | None = None
) -> tuple[RunLine, ...]:
    """The same inside an open transaction; of some sources only, where they are given."""
    seen = {
        source.id: (source, agency)
        for source, _, agency in _seen_sources(connection, _runs_of(actor))
        if only is None or source.id in only
    }
    latest = scans.latest_runs(connection, list(seen), limit)
    went = scans.looks_by_run(connection, [run.id for run in latest])
    return tuple(RunLine(run, *seen[run.source_id], looks=looks(went.get(run.id, ()))) for run in latest)


def looks_of(actor: Actor, catalog: Catalog, run_id: int) -> Looks:
    """How the looks of one run went."""
    access.require(actor, Action.READ_RUNS)
    with catalog.reading() as connection:
        return looks(scans.looks_by_run(connection, [run_id]).get(run_id, ()))


def run(actor: Actor, catalog: Catalog, run_id: int) -> RunPage:
    """One run with what it did, dataset by dataset.

    Raises:
        NotFound: when there is no such run that the actor may see.
    """
    access.require(actor, Action.READ_RUNS)
    with catalog.reading() as connection:
        found = scans.run(connection, run_id)
        seen = {source.id: (source, agency) for source, _, agency in _seen_sources(connection, _runs_of(actor))}
        if found is None or found.source_id not in seen:
            raise NotFound(f"Run {run_id}", "there is no such run that you may see", "See them under Scans.")
        outcomes = scans.outcomes_of(connection, run_id)
        datasets = {dataset.id: dataset for dataset in scans.datasets_of(connection, found.source_id)}
        intents = scans.intents_of(connection, [found.source_id], _INTENTS_SHOWN)
        partly = [outcome.dataset_id for outcome in outcomes if outcome.look is Look.PARTLY]
        now = holdings.coverage_by_id(connection, partly)
    caveats = {look.dataset_id: look.caveats for look in now.values() if look.run_id == run_id}
    views = [OutcomeView(one, datasets[one.dataset_id], caveats.get(one.dataset_id, ())) for one in outcomes]
    views.sort(key=lambda view: (_ORDER[view.outcome.look], not view.outcome.types_new, view.dataset.name))
    counted = looks((view.outcome.look, 1) for view in views)
    return RunPage(RunLine(found, *seen[found.source_id], looks=counted), tuple(views), tuple(intents))


def dataset_ids(actor: Actor, catalog: Catalog, source_id: int) -> Mapping[str, int]:
    """The datasets of a source that are there, by the keys its listings give them."""
    access.require(actor, Action.RUN_SCANS)
    with catalog.reading() as connection:
        found = scans.datasets_of(connection, source_id)
    return {dataset.key: dataset.id for dataset in found if dataset.retired_at is None}


def looks(counts: Iterable[tuple[Look, int]]) -> Looks:
    """Sum states of knowledge."""
    total = dict.fromkeys(Look, 0)
    for look, count in counts:
        total[look] += count
    return Looks(total[Look.SCANNED], total[Look.PARTLY], total[Look.COULD_NOT_LOOK], total[Look.NOT_SCANNED])


def ask(actor: Actor, catalog: Catalog, kind: IntentKind, source_id: int) -> Intent:
    """Ask the scan side for something.

    Raises:
        NotFound: when there is no such source.
    """
    access.require(actor, Action.RUN_SCANS)
    with catalog.changing(actor, "ask", f"source:{source_id}", kind.value) as change:
        if register.source(change.connection, source_id) is None:
            raise NotFound("This source", "there is no such source", "See them under Scans.")
        wish = scans.add_intent(
            change.connection, Intent(0, kind, source_id, actor.person_id, change.at, None, None, "")
        )
        change.compare(None, wish)
        change.concerns(register.agency_of_source(change.connection, source_id))
    return wish


def intents(actor: Actor, catalog: Catalog) -> tuple[Intent, ...]:
    """What has been asked and not yet been taken up."""
    access.require(actor, Action.READ_RUNS)
    with catalog.reading() as connection:
        return tuple(scans.open_intents(connection))


def unanswered(actor: Actor, catalog: Catalog) -> tuple[Intent, ...]:
    """What was taken up and never answered."""
    access.require(actor, Action.READ_RUNS)
    with catalog.reading() as connection:
        return tuple(scans.unanswered_intents(connection))


def take(actor: Actor, catalog: Catalog, intent: Intent) -> None:
    """Note that the scan side has taken up a wish."""
    access.require(actor, Action.RUN_SCANS)
    with catalog.changing(actor, "take_intent", f"source:{intent.source_id}", intent.kind.value) as change:
        scans.change_intent(change.connection, intent.id, taken_at=change.at)


def answer(actor: Actor, catalog: Catalog, intent: Intent, outcome: str) -> None:
    """Note what became of a wish."""
    access.require(actor, Action.RUN_SCANS)
    with catalog.changing(actor, "answer_intent", f"source:{intent.source_id}", intent.kind.value) as change:
        scans.change_intent(change.connection, intent.id, ended_at=change.at, outcome=outcome)


def wish_to_stop(catalog: Catalog, source_id: int) -> Intent | None:
    """The wish to cancel or pause what goes on at this source, if there is one not yet taken up."""
    return next(iter(_stops(catalog, source_id)), None)


def answer_late_stops(actor: Actor, catalog: Catalog, run: Run) -> None:
    """Answer wishes to stop what had ended before this run began; they were meant for another."""
    for wish in _stops(catalog, run.source_id):
        if wish.asked_at < run.started_at:
            take(actor, catalog, wish)
            answer(actor, catalog, wish, "no run was going on")


def _stops(catalog: Catalog, source_id: int) -> list[Intent]:
    with catalog.reading() as connection:
        waiting = scans.open_intents(connection)
    return [wish for wish in waiting if wish.kind in STOPS and wish.source_id == source_id]


def open_run(actor: Actor, catalog: Catalog, source_id: int) -> Run | None:
    """The run of this source that has not ended, if there is one."""
    access.require(actor, Action.RUN_SCANS)
    with catalog.reading() as connection:
        return scans.open_run(connection, source_id)


def killed(actor: Actor, catalog: Catalog) -> tuple[Run, ...]:
    """The runs that have neither ended nor been paused; those that nobody carries on were killed."""
    access.require(actor, Action.RUN_SCANS)
    with catalog.reading() as connection:
        last = scans.last_run_by_source(connection, [source.id for source in register.all_sources(connection)])
    return tuple(run for run in last.values() if run.state in _UNDER_WAY)


@contextmanager
def locked(actor: Actor, catalog: Catalog, source_id: int) -> Iterator[bool]:
    """Hold a source's run lock; False when another process holds it. It dies with its holder."""
    access.require(actor, Action.RUN_SCANS)
    with engine.source_lock(catalog.engine, source_id) as held:
        yield held


def _runs_of(actor: Actor) -> Scope:
    return access.scope(actor, Action.READ_RUNS)


def _seen_sources(connection: Connection, scope: Scope) -> Sequence[tuple[Source, System, Agency]]:
    agencies = {agency.id: agency for agency in register.all_agencies(connection)}
    systems = {system.id: system for system in register.all_systems(connection)}
    return [
        (source, systems[source.system_id], agencies[systems[source.system_id].agency_id])
        for source in register.all_sources(connection)
        if scope.holds(systems[source.system_id].agency_id)
    ]
