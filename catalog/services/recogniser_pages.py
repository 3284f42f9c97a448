"""The pages on a city's own recognisers, built inside an open transaction; who may see them is asked before."""

from collections.abc import Iterable, Mapping, Sequence

from catalog.errors import NotFound
from catalog.model.actors import Actor
from catalog.model.recogniser_sets import OPEN_TRIALS, Flip, RecogniserSet, SetState, Trial, TrialState
from catalog.model.recogniser_views import FlipLine, SetLine, TrialPage, TrialView, TypeMoves
from catalog.services import access, filtering, recogniser_texts, scans
from catalog.services.catalog import Catalog
from catalog.services.filtering import Chosen, Dimension
from catalog.store import holdings, people, register
from catalog.store import recognisers as stored
from catalog.store.engine import Connection

_CHANGES = {True: ("gained", "Newly suggested"), False: ("lost", "No longer suggested")}
DIMENSIONS: Mapping[str, Dimension[FlipLine]] = {
    "change": Dimension("Change", lambda one: [_CHANGES[one.flip.gained]]),
    "type": Dimension("Identifier type", lambda one: [(one.type.code, one.type.label)]),
    "agency": Dimension("Agency", lambda one: [(one.agency.id, one.agency.name)]),
}


def set_lines(connection: Connection, catalog: Catalog, those: Sequence[RecogniserSet]) -> tuple[SetLine, ...]:
    """These versions, each with what is in it and its latest trial."""
    trials = stored.latest_trials(connection)
    ids = [trials[one.id].id for one in those if one.id in trials]
    sources, moves = stored.source_counts(connection, ids), stored.moves(connection, ids)
    who = _names(connection, [*those, *trials.values()])

    def view(one: RecogniserSet, trial: Trial) -> TrialView:
        counts = moves.get(trial.id, (0, 0))
        return TrialView(trial, who[trial.person_id], sources.get(trial.id, 0), *counts, trial.digest == one.digest)

    return tuple(
        SetLine(
            set=one,
            content=recogniser_texts.content(catalog, one.text),
            person=who[one.person_id],
            trial=view(one, trials[one.id]) if one.id in trials else None,
        )
        for one in those
    )


def trial_page(
    connection: Connection, catalog: Catalog, actor: Actor, set_id: int, chosen: Chosen, *, page: int, per_page: int
) -> TrialPage:
    """One version with its latest trial and the flips that pass the filters.

    Raises:
        NotFound: when there is no such version.
    """
    one = stored.one(connection, set_id)
    if one is None:
        raise NotFound("These recognizers", "there are none under this number", "See them under Recognizers.")
    (line,) = set_lines(connection, catalog, [one])
    flips = _flip_lines(connection, catalog, line.trial.trial) if line.trial else ()
    passed = filtering.passing(flips, DIMENSIONS, chosen)
    listed, page, pages = filtering.page_of(passed, page, per_page)
    states = {each.state: each for each in stored.versions(connection, one.name) if each.id != one.id}
    return TrialPage(
        line=line,
        ready=_is_ready(line),
        replaces=states.get(SetState.IN_USE),
        draft=states.get(SetState.DRAFT),
        datasets_due=sum(count.count for count in holdings.look_counts(connection, access.scope_of_counts(actor))),
        last_sign=stored.last_sign(connection),
        choices=scans.source_lines(connection, actor) if _may_be_tried(line) else (),
        moves=_moves(flips),
        flips=tuple(listed),
        total=len(passed),
        known=len(flips),
        page=page,
        pages=pages,
        facets=filtering.facets(flips, DIMENSIONS, chosen),
    )


def _is_ready(line: SetLine) -> bool:
    tried = line.trial
    done = tried is not None and tried.of_this_text and tried.trial.state is TrialState.DONE
    return done and line.set.state is SetState.DRAFT


def _may_be_tried(line: SetLine) -> bool:
    under_way = line.trial is not None and line.trial.trial.state in OPEN_TRIALS
    return line.set.state is SetState.DRAFT and not under_way


def _flip_lines(connection: Connection, catalog: Catalog, trial: Trial) -> tuple[FlipLine, ...]:
    """What a trial would change: what would no longer be suggested first, the gravest types first."""
    datasets = stored.datasets_in(connection, trial.id)
    sources = {source.id: source for source in register.all_sources(connection)}
    systems = {system.id: system for system in register.all_systems(connection)}
    agencies = {agency.id: agency for agency in register.all_agencies(connection)}

    def line(flip: Flip) -> FlipLine:
        dataset = datasets[flip.dataset_id]
        source = sources[dataset.source_id]
        system = systems[source.system_id]
        kind = catalog.taxonomy.types[flip.type_code]
        return FlipLine(flip, kind, dataset, system, source, agencies[system.agency_id])

    return tuple(sorted(map(line, stored.flips_of(connection, trial.id)), key=_rank))


def _rank(one: FlipLine) -> tuple[bool, int, str, str, str]:
    return one.flip.gained, -one.type.tier, one.agency.name, one.dataset.name, one.flip.column_name


def _moves(flips: Iterable[FlipLine]) -> tuple[TypeMoves, ...]:
    found: dict[str, TypeMoves] = {}
    for one in flips:
        so_far = found.get(one.type.code, TypeMoves(one.type, 0, 0))
        gained = one.flip.gained
        found[one.type.code] = TypeMoves(one.type, so_far.gained + gained, so_far.lost + (not gained))
    return tuple(sorted(found.values(), key=lambda moves: (-moves.gained - moves.lost, moves.type.label)))


def _names(connection: Connection, those: Iterable[RecogniserSet | Trial]) -> Mapping[str, str]:
    """What the people who changed or asked something are called."""
    found = {}
    for person_id in {one.person_id for one in those}:
        person = people.person(connection, person_id)
        found[person_id] = person.name if person else person_id
    return found
