"""Decisions whose column is gone: where they belong is a person's word, and what was decided is never lost.

A column that comes back by itself, alone or with its dataset, takes its decisions back without anybody's word.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from catalog.errors import Conflict, NotFound
from catalog.model.actors import Actor
from catalog.model.decisions import Decision, Settlement, effective, in_effect
from catalog.model.holdings import Column, Dataset
from catalog.model.identity import Trait, likeness
from catalog.model.orphan_views import Candidate, Orphan, OrphanedDecision, OrphansPage, Settled
from catalog.model.review import ActKind, ReviewAct
from catalog.services import access, designation_watch, reconciling, review_states, review_writing
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.services.review_plans import Planner
from catalog.services.review_truth import Known
from catalog.services.review_writing import Said
from catalog.store import columns, holdings, judgements, orphans, people, register, review_acts, review_pages
from catalog.store.engine import Connection

#: Columns shown at once.
LISTED = 50
#: Columns of what came after a dataset that is gone, among which candidates are looked for.
_SUCCESSORS = 300
#: Candidates shown for each, and how alike they have to be; the rest can be chosen by name.
_CANDIDATES = 4
_LEAST = 0.3
#: Traits that alone say nothing: half of all columns share them.
_COMMON = frozenset({Trait.TYPE, Trait.EMPTY, Trait.DISTINCT, Trait.POSITION})
_REASON_CHARS = 1000
_SEE = "See what waits under Decisions without a column."


def waiting(actor: Actor, catalog: Catalog, dataset_id: int | None = None) -> OrphansPage:
    """The columns that are gone and whose decisions wait for this actor's word, each with those they may belong to.

    Parameters:
        dataset_id: of this dataset alone.
    """
    access.require(actor, Action.DECIDE)
    scope = access.scope(actor, Action.DECIDE)
    with catalog.reading() as connection:
        found = orphans.orphans(connection, scope, LISTED, dataset_id)
        total = len(found) if dataset_id is not None else orphans.count(connection, scope)
        return OrphansPage(tuple(_shown(connection, catalog, found)), total)


def settle(actor: Actor, catalog: Catalog, column_id: int, moved_to: int | None, reason: str = "") -> Settled:
    """Say what becomes of the decisions on a column that is gone.

    That another column is the one that is gone says nothing of what is in it. So each decision goes on with the
    evidence it judged, and is open again at once where what is found there now speaks against it more than that.
    A decision somebody made on the other column itself stays in effect. Where a second person is asked before what is
    Restricted counts as absent, they are asked about what would by this as well.

    Parameters:
        moved_to: the column they go on with; None when they rest with the one that is gone.
        reason: the person's own words.

    Raises:
        NotFound: when there is no such column that the actor may see, or the other one is not of the same dataset;
            where that is gone, of none that appeared at its source since.
        Conflict: when they do not wait for a word: the column is back, or somebody has said it.
    """
    access.require(actor, Action.DECIDE)
    with catalog.reading() as connection:
        old = _of_dataset(connection, actor, column_id)
        dataset = orphans.datasets_by_id(connection, [old.dataset_id])[old.dataset_id]
        goes_to = None if moved_to is None else _destinations(connection, dataset)
    new = next((column for column in goes_to or () if column.id == moved_to), None)
    if goes_to is not None and new is None:
        raise NotFound("The other column", "these decisions cannot go on with it", "Choose one of those shown.")
    detail = f"to column:{new.id}" if new else "rest"
    with catalog.changing(actor, "settle_decisions", f"column:{column_id}", detail) as change:
        change.alone()
        if not orphans.is_orphan(change.connection, access.scope(actor, Action.DECIDE), column_id):
            raise Conflict("These decisions", "they do not wait for a word any more", _SEE)
        said = Settlement(column_id, moved_to, actor.person_id, reason.strip()[:500], change.at)
        orphans.settle(change.connection, said)
        change.compare(None, said)
        change.concerns(register.agency_of_dataset(change.connection, old.dataset_id))
        place = old.name if new is None or new.dataset_id == dataset.id else f"{old.name} of {dataset.name}"
        if new is None:
            return Settled()
        done = _carry(change, catalog, actor, place, new, said)
        if done.proposed:
            change.says(f"{detail} proposed={len(done.proposed)}")
        return done


def rest(actor: Actor, catalog: Catalog, dataset_id: int, reason: str = "") -> int:
    """Let the decisions on all columns of a dataset that are gone rest with them.

    Returns:
        On how many columns.

    Raises:
        NotFound: when there is no such dataset that the actor may see.
        Conflict: when none of its decisions wait for a word.
    """
    access.require(actor, Action.DECIDE)
    with catalog.reading() as connection:
        agency_id = register.agency_of_dataset(connection, dataset_id)
    if agency_id is None or not access.may(actor, Action.DECIDE, agency_id):
        raise access.nothing_here("This dataset")
    with catalog.changing(actor, "settle_decisions", f"dataset:{dataset_id}", "rest") as change:
        found = orphans.orphans(change.connection, access.scope(actor, Action.DECIDE), None, dataset_id)
        if not found:
            raise Conflict("These decisions", "they do not wait for a word any more", _SEE)
        for column in found:
            said = Settlement(column.id, None, actor.person_id, reason.strip()[:500], change.at)
            orphans.settle(change.connection, said)
        change.tell(f"waiting={len(found)}", f"settled={len(found)}")
        change.concerns(agency_id)
    return len(found)


def _destinations(connection: Connection, dataset: Dataset) -> list[Column]:
    """The columns that decisions of a dataset may go on with."""
    if dataset.retired_at is None:
        return holdings.live_columns(connection, dataset.id)
    return orphans.successors(connection, dataset, _SUCCESSORS)


def _of_dataset(connection: Connection, actor: Actor, column_id: int) -> Column:
    column = judgements.column(connection, column_id)
    agency_id = register.agency_of_dataset(connection, column.dataset_id) if column else None
    if column is None or not access.may(actor, Action.DECIDE, agency_id):
        raise access.nothing_here("This column")
    return column


def _carry(change: Change, catalog: Catalog, actor: Actor, place: str, new: Column, said: Settlement) -> Settled:
    connection = change.connection
    own = {decision.type_code for decision in _latest(judgements.decisions_of(connection, [new.id]))}
    latest = _latest(judgements.decisions_of(connection, [said.column_id]))
    planner = Planner(catalog, actor, connection, [new.id])
    carried, proposed = [], []
    for decision in latest:
        if decision.type_code in own:
            continue
        known = planner.truth.known(new.id, decision.type_code)
        words = _words(place, people.name_of(connection, decision.person_id), decision, said.reason)
        if _takes_two(planner, known, decision):
            _propose(change, actor, known, decision, words)
            proposed.append(decision.type_code)
        else:
            _go_on(change, new, decision, said.person_id, words)
            carried.append(decision.type_code)
    judgements.refresh(connection, new.dataset_id, [new.id], catalog.taxonomy.types)
    designation_watch.types_found(change, catalog, [new.dataset_id])
    reconciling.touch(change, catalog, dataset_ids=[new.dataset_id])
    review_states.touch(change, catalog, [new.dataset_id])
    change.index("dataset", new.dataset_id)
    kept = tuple(decision.type_code for decision in latest if decision.type_code in own)
    return Settled(tuple(carried), kept, tuple(proposed))


def _takes_two(planner: Planner, known: Known, decision: Decision) -> bool:
    """Whether a second person is asked: what is open again at once takes nothing away."""
    after = effective([known.finding] if known.finding else [], [decision])
    return planner.needs_second([(known, decision.verdict)]) and not any(now.counts for now in after)


def _propose(change: Change, actor: Actor, known: Known, decision: Decision, words: str) -> None:
    """Let it wait for a second person, unless the same waits already: what would count then is what is found now."""
    if known.proposed is not None:
        return
    act = ReviewAct(
        id=0,
        kind=ActKind.REJECT,
        person_id=actor.person_id,
        at=change.at,
        type_code=decision.type_code,
        to_code=None,
        why=None,
        reason=words,
        until=None,
        to_person_id=None,
        columns=1,
        of_id=None,
        token=None,
    )
    told = review_acts.add_act(change.connection, act)
    review_writing.propose(change, told, [Said(known, decision.verdict)])


def _go_on(change: Change, new: Column, decision: Decision, person_id: str, words: str) -> None:
    """Add it to the other column, with what the machine said when it was made."""
    told = replace(
        decision,
        id=0,
        column_id=new.id,
        person_id=person_id,
        reason=words,
        at=change.at,
        act_id=None,  # it is the word of whoever carries it over: undoing the act it was made in leaves it
    )
    made = judgements.add_decision(change.connection, told)
    seen = review_pages.pictures_of(change.connection, [decision.id]).values()
    review_acts.add_pictures(change.connection, [replace(one, decision_id=made.id) for one in seen])


def _words(place: str, person: str, decision: Decision, reason: str) -> str:
    """The reason of a decision that goes on: whose it was, of which column, and what either person said."""
    first = f"Carried over from the column {place}, decided by {person} on {decision.at:%Y-%m-%d}"
    return ". ".join(part for part in (first, decision.reason, reason) if part)[:_REASON_CHARS]


def _latest(decisions: Iterable[Decision]) -> list[Decision]:
    """The decision in effect on each type."""
    latest = in_effect(decisions)
    return [latest[code] for code in sorted(latest)]


def _shown(connection: Connection, catalog: Catalog, gone: Sequence[Column]) -> Iterator[Orphan]:
    ids = {column.dataset_id for column in gone}
    datasets = orphans.datasets_by_id(connection, ids)
    described = register.descriptions_by_id(connection, ids)
    sources = {source.id: source for source in register.all_sources(connection)}
    systems = {system.id: system for system in register.all_systems(connection)}
    agencies = {agency.id: agency for agency in register.all_agencies(connection)}
    decided = judgements.by_column(judgements.decisions_of(connection, [column.id for column in gone]))
    live = {dataset_id: _destinations(connection, dataset) for dataset_id, dataset in datasets.items()}
    datasets |= orphans.datasets_by_id(connection, {one.dataset_id for those in live.values() for one in those})
    for column in gone:
        dataset = datasets[column.dataset_id]
        source = sources[dataset.source_id]
        candidates, others = _ranked(connection, column, live[dataset.id], datasets)
        yield Orphan(
            dataset,
            described[dataset.id].title if dataset.id in described else "",
            source,
            agencies[systems[source.system_id].agency_id],
            column,
            tuple(_view(connection, catalog, one) for one in _latest(decided.get(column.id, ()))),
            candidates,
            () if dataset.retired_at else others,
        )


def _ranked(
    connection: Connection, gone: Column, live: Sequence[Column], datasets: Mapping[int, Dataset]
) -> tuple[tuple[Candidate, ...], tuple[Column, ...]]:
    """The columns most like the one that is gone, best first, and the rest in order."""
    face, *faces = columns.faces(connection, [gone, *live])
    ranked = sorted(
        ((likeness(face, other), column) for other, column in zip(faces, live, strict=True)),
        key=lambda pair: (-pair[0].score, pair[1].position),
    )
    near = [(alike, one) for alike, one in ranked if alike.score >= _LEAST and set(alike.traits) - _COMMON]
    candidates = tuple(
        Candidate(datasets[column.dataset_id], column, alike.traits) for alike, column in near[:_CANDIDATES]
    )
    chosen = {candidate.column.id for candidate in candidates}
    return candidates, tuple(column for column in live if column.id not in chosen)


def _view(connection: Connection, catalog: Catalog, decision: Decision) -> OrphanedDecision:
    kind = catalog.taxonomy.types[decision.type_code]
    return OrphanedDecision(
        kind, decision.verdict, people.name_of(connection, decision.person_id), decision.reason, decision.at
    )
