"""Membership designations: what being in a dataset tells of a person. The machine suggests, a person decides."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeVar

from catalog.errors import Conflict, RequestError
from catalog.model import membership
from catalog.model.actors import Actor
from catalog.model.holdings import Agency, Magnitude
from catalog.model.membership import About, MembershipStanding
from catalog.model.membership_views import MembershipLine, MembershipsPage
from catalog.model.memberships import MembershipDecision, MembershipSuggestion, MembershipVerdict
from catalog.model.sensitivity import Summary
from catalog.services import access, designation_watch, reconciling
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.services.filtering import page_of
from catalog.store import holdings, judgements, register
from catalog.store import memberships as store
from catalog.store.engine import Connection
from catalog.taxonomy import memberships as taxonomy

#: Datasets judged at a time: their words are long.
_AT_A_TIME = 2_000
K = TypeVar("K")


class _Held(NamedTuple):
    """What holds of one type of one dataset."""

    dataset_id: int
    code: str
    standing: MembershipStanding
    suggestion: MembershipSuggestion | None
    decision: MembershipDecision | None


def suggest(connection: Connection, catalog: Catalog, dataset_ids: Collection[int]) -> None:
    """Derive anew what is suggested of these datasets: inside the change in which what is said of them, or what their
    columns hold, moves. No decision is touched.
    """
    held = judgements.held_in(connection, dataset_ids)
    words, types = taxonomy.load(), catalog.taxonomy.types
    found = [
        one
        for key, said in store.said(connection, dataset_ids).items()
        for one in membership.suggest(
            About(key, said, {(column.type_code, column.form) for column in held.get(key, ())}), words, types
        )
    ]
    store.put_suggestions(connection, dataset_ids, found)


def moved(change: Change, catalog: Catalog, dataset_ids: Collection[int]) -> None:
    """Derive anew what is suggested of these datasets; of many changes that happen together, once at their end."""
    things = {("dataset", key) for key in dataset_ids}
    if things and not catalog.postpone(_moved, things):
        suggest(change.connection, catalog, dataset_ids)


def _moved(catalog: Catalog, connection: Connection, _at: datetime, things: Collection[tuple[str, int]]) -> None:
    suggest(connection, catalog, [key for _, key in things])


def look_around(actor: Actor, catalog: Catalog) -> None:
    """Derive anew what is suggested of every dataset, some at a time: those that were last scanned before there were
    suggestions, or under other words of ours, are not scanned again for it.
    """
    access.require(actor, Action.RUN_SCANS)
    with catalog.reading() as connection:
        ids = store.live(connection)
    for start in range(0, len(ids), _AT_A_TIME):
        some = ids[start : start + _AT_A_TIME]
        catalog.note(partial(suggest, catalog=catalog, dataset_ids=some))


def pending(
    actor: Actor,
    catalog: Catalog,
    *,
    agency_id: str | None = None,
    type_code: str | None = None,
    standing: MembershipStanding | None = None,
    page: int = 1,
    per_page: int = 50,
) -> MembershipsPage:
    """What waits for a person in the agencies whose data this actor sees; with ``standing``, what stands so."""
    access.require(actor, Action.READ_EVIDENCE)
    scope = access.scope(actor, Action.READ_EVIDENCE)
    with catalog.reading() as connection:
        ids = store.spoken_of(connection, scope)
        every = _held(connection, ids)
        agencies = store.agencies_of(connection, ids)
        summaries = holdings.summaries_by_id(connection, ids)

        def wanted(one: _Held) -> bool:
            fits = one.standing.waits if standing is None else one.standing is standing
            return fits and agency_id in {None, agencies[one.dataset_id]} and type_code in {None, one.code}

        fitting = sorted(filter(wanted, every), key=lambda one: _grave(catalog, summaries, one))
        some, number, pages = page_of(fitting, max(page, 1), per_page)
        return MembershipsPage(
            lines=_lines(connection, catalog, actor, some),
            total=len(fitting),
            page=number,
            pages=pages,
            by_standing=_count(one.standing for one in every),
            by_agency=_count(agencies[one.dataset_id] for one in every if one.standing.waits),
            by_type=_count(one.code for one in every if one.standing.waits),
        )


def of_dataset(actor: Actor, catalog: Catalog, dataset_id: int) -> tuple[MembershipLine, ...]:
    """What is suggested and was decided of one dataset; nothing where the actor may not see its data."""
    access.require(actor, Action.READ_EVIDENCE)
    with catalog.reading() as connection:
        if not holdings.sees(connection, access.scope(actor, Action.READ_EVIDENCE), dataset_id):
            return ()
        return _lines(connection, catalog, actor, _held(connection, [dataset_id]))


def decide(
    actor: Actor,
    catalog: Catalog,
    dataset_id: int,
    type_code: str,
    verdict: MembershipVerdict,
    reason: str,
    seen: str,
) -> MembershipDecision:
    """Say whether being in a dataset tells this of a person. Earlier decisions stay on record; this one counts.

    Parameters:
        seen: the digest of what the person looked at; that of nothing where they say what no machine suggested.

    Raises:
        Conflict: when what is suggested has moved since.
        NotFound: when there is no such dataset that the actor may decide on.
        RequestError: when there is no such type, or no reason is given.
    """
    access.require(actor, Action.DECIDE)
    with catalog.reading() as connection:
        agency_id = register.agency_of_dataset(connection, dataset_id)
    if agency_id is None or not access.may(actor, Action.DECIDE, agency_id):
        raise access.nothing_here()
    if type_code not in catalog.taxonomy.types:
        raise RequestError(f"Identifier type {type_code}", "there is no such type", "Choose one of the taxonomy.")
    if not reason.strip():
        raise RequestError("What being in this dataset tells", "no reason is given", "Say why you decide so.")
    detail = f"{verdict.value} {type_code}"
    with catalog.changing(actor, "decide_membership", f"dataset:{dataset_id}", detail, agency_id=agency_id) as change:
        change.alone()
        before = _one(change.connection, dataset_id, type_code)
        digest = membership.digest_of(before.suggestion)
        if seen != digest:
            cause = "what speaks for it has changed meanwhile"
            raise Conflict("What being in this dataset tells", cause, "Look at the words again and decide.")
        decision = store.add_decision(
            change.connection,
            MembershipDecision(0, dataset_id, type_code, verdict, reason.strip(), digest, actor.person_id, change.at),
        )
        change.compare(before.decision, decision)
        judgements.refresh_summary(change.connection, dataset_id, catalog.taxonomy.types)
        designation_watch.types_found(change, catalog, [dataset_id])
        reconciling.touch(change, catalog, dataset_ids=[dataset_id])
        change.index("dataset", dataset_id)
    return decision


def _one(connection: Connection, dataset_id: int, code: str) -> _Held:
    found = {one.code: one for one in _held(connection, [dataset_id])}
    return found.get(code, _Held(dataset_id, code, MembershipStanding.SUGGESTED, None, None))


def _held(connection: Connection, ids: Sequence[int]) -> list[_Held]:
    suggestions, decisions = store.suggestions_of(connection, ids), store.decisions_of(connection, ids)
    return [
        _Held(key, code, *now)
        for key in ids
        for code, now in membership.effective(suggestions.get(key, ()), decisions.get(key, ())).items()
    ]


def _grave(catalog: Catalog, summaries: Mapping[int, Summary], one: _Held) -> tuple[int, int, int, str]:
    summary = summaries.get(one.dataset_id)
    people = summary.people if summary else Magnitude.NOT_KNOWN
    return -catalog.taxonomy.types[one.code].tier, -people, one.dataset_id, one.code


def _count(values: Iterable[K]) -> Mapping[K, int]:
    return dict(Counter(values))


def _lines(connection: Connection, catalog: Catalog, actor: Actor, held: Sequence[_Held]) -> tuple[MembershipLine, ...]:
    ids = sorted({one.dataset_id for one in held})
    datasets = holdings.datasets_by_id(connection, access.scope(actor, Action.READ_EVIDENCE), ids)
    agencies: Mapping[str, Agency] = {one.id: one for one in register.all_agencies(connection)}
    where = store.agencies_of(connection, ids)
    summaries = holdings.summaries_by_id(connection, ids)
    said = register.descriptions_by_id(connection, ids)
    return tuple(
        MembershipLine(
            dataset=datasets[one.dataset_id],
            title=said[one.dataset_id].title if one.dataset_id in said else "",
            agency=agencies[where[one.dataset_id]],
            summary=summaries.get(one.dataset_id),
            type=catalog.taxonomy.types[one.code],
            clues=one.suggestion.clues if one.suggestion else (),
            standing=one.standing,
            is_suggested=one.suggestion is not None,
            decision=one.decision,
            digest=membership.digest_of(one.suggestion),
            may_decide=access.may(actor, Action.DECIDE, where[one.dataset_id]),
        )
        for one in held
    )
