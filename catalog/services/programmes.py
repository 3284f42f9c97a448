"""Programmes: which agencies and datasets take part, what flows between them, and which information joins them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from catalog.model.actors import Actor
from catalog.model.law_views import Cross, FlowLine, MemberLine, ProgrammeLine, ProgrammePage
from catalog.model.programmes import Programme
from catalog.model.reconciliation import AGREEMENTS
from catalog.model.register import Verb
from catalog.services import access, lines, reconciliation, records
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.flows import terms
from catalog.services.reconciliation import Data
from catalog.services.records import Records
from catalog.store import holdings


def every(actor: Actor, catalog: Catalog) -> tuple[ProgrammeLine, ...]:
    """The programmes this actor may know of, with how much of each they see."""
    access.require(actor, Action.READ_HOLDINGS)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        seen = reconciliation.data_of(connection, actor, known, known.activities)
        ids = {key for keys in known.datasets.values() for key in keys}
        shown = frozenset(holdings.datasets_by_id(connection, access.scope(actor), ids))
    found = sorted(known.programmes.values(), key=lambda one: one.title.casefold())
    return tuple(_line(known, one, _flows(known, seen, actor, one), shown) for one in found)


def programme(actor: Actor, catalog: Catalog, code: str) -> ProgrammePage:
    """One programme.

    Raises:
        NotFound: when there is no such programme that the actor may see.
    """
    access.require(actor, Action.READ_HOLDINGS)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        found = next((one for one in known.programmes.values() if one.code == code), None)
        if found is None:
            raise access.nothing_here()
        own = [key for key, activity in known.activities.items() if activity.programme_id == found.id]
        flows = _flows(known, reconciliation.data_of(connection, actor, known, own), actor, found)
        people, counts = _datasets(known, flows)
        shown = lines.dataset_lines(connection, catalog, access.scope(actor), [*people, *counts])
    ids = frozenset(line.dataset.id for line in shown)
    papers = {paper.id: paper for one in flows for paper in known.papers.get(one.view.activity.id, ())}
    return ProgrammePage(
        line=_line(known, found, flows, ids),
        members=_members(known, found, flows),
        flows=flows,
        datasets=tuple(line for line in shown if line.dataset.id in people),
        counts_only=tuple(line for line in shown if line.dataset.id in counts),
        agreements=tuple(terms(known, paper) for paper in papers.values() if paper.type in AGREEMENTS),
        who_handles=_who_handles(flows),
    )


def _flows(known: Records, seen: Data, actor: Actor, programme: Programme) -> tuple[FlowLine, ...]:
    ids = [key for key, activity in known.activities.items() if activity.programme_id == programme.id]
    return reconciliation.flow_lines(known, seen, actor, ids)


def _datasets(known: Records, flows: Iterable[FlowLine]) -> tuple[dict[int, None], dict[int, None]]:
    """The datasets of activities about people, and those of activities that handle figures alone; in order."""
    people: dict[int, None] = {}
    counts: dict[int, None] = {}
    for one in flows:
        ids = known.datasets.get(one.view.activity.id, ())
        (counts if one.counts_only else people).update(dict.fromkeys(ids))
    return people, {key: None for key in counts if key not in people}


def _line(known: Records, one: Programme, flows: Sequence[FlowLine], shown: frozenset[int]) -> ProgrammeLine:
    datasets = {key for flow in flows for key in known.datasets.get(flow.view.activity.id, ())}
    return ProgrammeLine(
        programme=one,
        lead=known.agencies[one.lead_agency_id],
        members=len(known.members.get(one.id, ())),
        flows=len(flows),
        datasets=len(datasets & shown),
        types=len({kind.code for flow in flows for kind in flow.view.types}),
        doubtful=sum(bool(flow.doubts) for flow in flows),
    )


def _members(known: Records, one: Programme, flows: Sequence[FlowLine]) -> tuple[MemberLine, ...]:
    """The members, the lead first, with the flows each is an end of."""

    def ends(party_id: int, agency_id: str | None) -> int:
        return sum(
            flow.view.activity.party_id == party_id or (agency_id is not None and flow.view.agency.id == agency_id)
            for flow in flows
        )

    found = [
        MemberLine(known.parties[each.party_id], each.part, ends(each.party_id, known.parties[each.party_id].agency_id))
        for each in known.members.get(one.id, ())
    ]
    return tuple(sorted(found, key=lambda line: (line.party.agency_id != one.lead_agency_id, line.party.name)))


def _who_handles(flows: Sequence[FlowLine]) -> Cross:
    """Which agency collects or discloses which type, counted in flows; the types that most agencies share first."""
    cells: dict[tuple[str, str], int] = {}
    names: dict[str, str] = {}
    labels: dict[str, str] = {}
    for flow in flows:
        names[flow.view.agency.id] = flow.view.agency.name
        for kind in flow.view.types:
            labels[kind.code] = kind.label
            key = (flow.view.agency.id, kind.code)
            cells[key] = cells.get(key, 0) + 1
    sharing = Counter(code for _, code in cells)
    columns = sorted(labels, key=lambda code: (-sharing[code], labels[code]))
    return Cross(
        rows=tuple(sorted(names.items(), key=lambda pair: pair[1])),
        columns=tuple((code, labels[code]) for code in columns),
        cells=cells,
        finding=_shared_finding(labels, sharing, columns, flows),
    )


def _shared_finding(
    labels: Mapping[str, str], sharing: Mapping[str, int], columns: Sequence[str], flows: Sequence[FlowLine]
) -> str:
    if not columns:
        return "No flow of this program declares a type."
    most = sharing[columns[0]]
    if most < 2:
        return "No type is handled by more than one of its agencies."
    joined = [labels[code] for code in columns if sharing[code] == most]
    given = sum(flow.view.activity.verb is Verb.DISCLOSURE for flow in flows)
    what = joined[0] if len(joined) == 1 else f"{', '.join(joined[:3])}{' and others' if len(joined) > 3 else ''}"
    return f"Most widely shared: {what}, handled by {most} agencies; {given} of {len(flows)} flows are disclosures."
