"""Collections and disclosures: who gets what from whom, why, under what agreement, and what does not add up."""

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from catalog.model.actors import Actor, Scope
from catalog.model.agreements import Contract
from catalog.model.designations import Signature
from catalog.model.law_views import (
    Cross,
    DeclaredLine,
    DeclaredType,
    FlowLine,
    FlowPage,
    FlowsPage,
    SignedApproval,
    Terms,
)
from catalog.model.parties import PARTY_TEXT, PartyKind
from catalog.model.reconciliation import DOUBT_TEXT, force
from catalog.model.register import CLASSIFICATION_TEXT, Activity, Protocol, Verb
from catalog.services import access, approval_facts, filtering, lines, reconciliation, records
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.filtering import Chosen, Dimension
from catalog.services.reconciliation import Data
from catalog.services.records import Records
from catalog.store import holdings, law, register
from catalog.store.engine import Connection

SORTS = ("reference", "title", "agency", "doubts")
E = TypeVar("E", bound=StrEnum)
#: Flows on one page of the register.
PER_PAGE = 50

_VERBS = {Verb.COLLECTION: "Collection", Verb.DISCLOSURE: "Disclosure"}


def _kind(one: FlowLine) -> PartyKind:
    return one.view.party.kind if one.view.party else PartyKind.NOT_RECORDED


_DIMENSIONS: Mapping[str, Dimension[FlowLine]] = {
    "agency": Dimension("Agency", lambda one: [(one.view.agency.id, one.view.agency.name)]),
    "doubt": Dimension(
        "What does not add up", lambda one: [_labelled(DOUBT_TEXT, each.doubt) for each in one.concerns]
    ),
    "verb": Dimension("Collection or disclosure", lambda one: [_labelled(_VERBS, one.view.activity.verb)]),
    "party": Dimension("Other party", lambda one: [_labelled(PARTY_TEXT, _kind(one))]),
    "classification": Dimension(
        "Approval", lambda one: [_labelled(CLASSIFICATION_TEXT, one.view.activity.classification)]
    ),
    "programme": Dimension(
        "Program", lambda one: [(one.view.programme.code, one.view.programme.title)] if one.view.programme else []
    ),
    "type": Dimension("Identifier type", lambda one: [(kind.code, kind.label) for kind in one.view.types]),
}
FACETS = tuple(_DIMENSIONS)


def find(
    actor: Actor,
    catalog: Catalog,
    chosen: Chosen | None = None,
    text: str = "",
    *,
    sort: str = "reference",
    page: int = 1,
    per_page: int = PER_PAGE,
) -> FlowsPage:
    """The collections and disclosures this actor takes part in that pass the filters.

    Parameters:
        chosen: facet values by facet key; values of one facet are alternatives, facets add up.
        text: words that all have to stand in a flow's title, purpose, parties, reference, program or types.
    """
    access.require(actor, Action.READ_FLOWS)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        every = reconciliation.flow_lines(
            known, reconciliation.data_of(connection, actor, known, known.activities), actor, known.activities
        )
        spoken = [one for one in every if _says(one, text)]
        found = filtering.passing(spoken, _DIMENSIONS, chosen or {})
        shown, page, pages = filtering.page_of(_ordered(found, sort), page, per_page)
        names = _names(connection, access.scope(actor), {key for one in shown for key in one.datasets})
    return FlowsPage(
        lines=tuple(shown),
        total=len(found),
        known=len(every),
        doubtful=sum(bool(one.doubts) for one in found),
        suspected=sum(bool(one.suspicions and not one.doubts) for one in found),
        page=page,
        pages=pages,
        facets=filtering.facets(spoken, _DIMENSIONS, chosen or {}),
        matrix=disclosures_by_recipient(found),
        names=names,
    )


def flow(actor: Actor, catalog: Catalog, activity_id: int) -> FlowPage:
    """Everything about one collection or disclosure.

    Raises:
        NotFound: when there is no such activity that the actor may see.
    """
    access.require(actor, Action.READ_FLOWS)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        activity = known.activities.get(activity_id)
        if activity is None:
            raise access.nothing_here()
        others = [key for key in reconciliation.other_side_of(known, activity) if key in known.activities]
        seen = reconciliation.data_of(connection, actor, known, [activity_id, *others])
        return FlowPage(
            line=reconciliation.flow_line(known, seen, actor, activity),
            types=_declared_types(known, seen, actor, activity),
            approvals=_approvals(connection, known, actor, activity),
            protocols=tuple(terms(known, paper) for paper in known.papers.get(activity_id, ())),
            other_side=reconciliation.flow_lines(known, seen, actor, others),
            datasets=lines.dataset_lines(connection, catalog, access.scope(actor), known.datasets.get(activity_id, ())),
            undeclared=_undeclared(known, seen, actor, activity),
            declared=declared_lines(connection, known, known.systems.get(activity_id, ())),
            own=reconciliation.is_own(actor, activity),
        )


def terms(known: Records, protocol: Protocol) -> Terms:
    """A protocol with where it stands today, and what an agreement says and binds."""
    bound = tuple(known.parties[key] for key in known.bound.get(protocol.id, ()))
    return Terms(protocol, force(protocol, known.today), known.agreements.get(protocol.id), bound)


def declared_lines(connection: Connection, known: Records, ids: Collection[int]) -> tuple[DeclaredLine, ...]:
    """Those of these declared-only systems that the actor sees, by agency and name."""
    contracts = {one.id: one for one in law.every(connection, Contract)} if ids else {}
    found = sorted(
        (known.declared[key] for key in ids if key in known.declared), key=lambda one: (one.agency_id, one.name)
    )

    def line(system_id: int) -> DeclaredLine:
        system = known.declared[system_id]
        contract = contracts[system.contract_id] if system.contract_id else None
        return DeclaredLine(
            system=system,
            agency=known.agencies[system.agency_id],
            types=tuple(known.kinds[code] for code in system.type_codes),
            contract=contract,
            contractor=known.parties[contract.party_id] if contract else None,
            activities=known.views(lambda activity: system_id in known.systems.get(activity.id, ())),
        )

    return tuple(line(system.id) for system in found)


def disclosures_by_recipient(found: Sequence[FlowLine]) -> Cross:
    """The disclosures among these flows, by the agency that makes them and the kind of who receives."""
    cells: dict[tuple[str, str], int] = {}
    names: dict[str, str] = {}
    third = 0
    for one in found:
        if one.view.activity.verb is Verb.DISCLOSURE and not one.counts_only:
            kind = _kind(one)
            names[one.view.agency.id] = one.view.agency.name
            third += one.view.party is not None and one.view.party.is_third_party
            key = (one.view.agency.id, kind.value)
            cells[key] = cells.get(key, 0) + 1
    used = {kind for _, kind in cells}
    rows = sorted(names, key=lambda agency_id: (-_row_total(cells, agency_id), names[agency_id]))
    return Cross(
        rows=tuple((agency_id, names[agency_id]) for agency_id in rows),
        columns=tuple((kind.value, PARTY_TEXT[kind]) for kind in PartyKind if kind.value in used),
        cells=cells,
        finding=_disclosure_finding(cells, names, rows, third),
    )


def _row_total(cells: Mapping[tuple[str, str], int], row: str) -> int:
    return sum(count for (key, _), count in cells.items() if key == row)


def _disclosure_finding(
    cells: Mapping[tuple[str, str], int], names: Mapping[str, str], rows: Sequence[str], third: int
) -> str:
    total = sum(cells.values())
    if not total:
        return "No disclosure of identifying information is among these."
    outside = f"{third:,} of them to third parties" if third else "none of them to a third party"
    most = _row_total(cells, rows[0])
    leads = len(rows) > 1 and most > _row_total(cells, rows[1])
    by_whom = f"; {names[rows[0]]} makes the most, {most:,}" if leads else ""
    return f"{total:,} disclosure{'s' if total != 1 else ''}, {outside}{by_whom}."


def _says(one: FlowLine, text: str) -> bool:
    view = one.view
    words = (
        view.activity.reference,
        view.activity.title,
        view.activity.purpose,
        view.activity.unit,
        view.agency.name,
        view.agency.acronym,
        view.party.name if view.party else "",
        *((view.programme.code, view.programme.title, *view.programme.known_as) if view.programme else ()),
        *(kind.label for kind in view.types),
    )
    said = " ".join(words).casefold()
    return all(word in said for word in text.casefold().split())


def _names(connection: Connection, scope: Scope, ids: Collection[int]) -> Mapping[int, str]:
    """What people call these datasets: by their title, else by the name their source gives them."""
    words = register.descriptions_by_id(connection, ids)
    found = holdings.datasets_by_id(connection, scope, ids)
    return {key: (words[key].title if key in words else "") or one.name for key, one in found.items()}


def _labelled(texts: Mapping[E, str], value: E) -> tuple[str, str]:
    return value.value, texts[value]


def _ordered(found: Sequence[FlowLine], sort: str) -> Sequence[FlowLine]:
    keys: Mapping[str, Callable[[FlowLine], tuple[int, str]]] = {
        "title": lambda one: (0, one.view.activity.title.casefold()),
        "agency": lambda one: (0, one.view.agency.name.casefold()),
        "doubts": lambda one: (-10 * len(one.doubts) - len(one.suspicions), ""),
    }
    return sorted(found, key=keys[sort]) if sort in keys else found


def _declared_types(known: Records, seen: Data, actor: Actor, activity: Activity) -> tuple[DeclaredType, ...]:
    own = reconciliation.is_own(actor, activity)
    presence = reconciliation.presence_of(known, seen, activity) if own else {}
    sides = reconciliation.other_side_of(known, activity)
    said = {code for key in sides for code in known.types.get(key, ())}
    types = sorted(known.view(activity.id).types, key=lambda kind: (-kind.tier, kind.label))
    return tuple(DeclaredType(kind, presence.get(kind.code), kind.code in said if sides else None) for kind in types)


def _undeclared(known: Records, seen: Data, actor: Actor, activity: Activity) -> Mapping[int, frozenset[str]]:
    if not reconciliation.is_own(actor, activity):
        return {}
    every = reconciliation.undeclared_of(known, seen, activity)
    return {key: frozenset(codes) for key, codes in every.items()}


def _approvals(connection: Connection, known: Records, actor: Actor, activity: Activity) -> tuple[SignedApproval, ...]:
    """The approvals the actor may know of, latest first, with their signatures; of a collection also those of the
    disclosure that cover both sides, which are the discloser's own until the other officer is asked.
    """
    other = known.parties[activity.party_id].agency_id if activity.party_id else None
    own, joint = (activity.agency_id, other), (other or "", activity.agency_id)
    every = [
        each
        for each in known.approvals_of(activity)
        if approval_facts.sees(actor, each, *(own if each.activity_id == activity.id else joint))
    ]
    signatures = law.every(connection, Signature) if every else []
    return tuple(
        SignedApproval(
            each,
            tuple(
                (one, known.agencies.get(one.agency_id or "")) for one in signatures if one.designation_id == each.id
            ),
        )
        for each in sorted(every, key=lambda each: -each.id)
    )
