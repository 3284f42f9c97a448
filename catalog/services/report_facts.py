"""Reads what the records know of agencies for their reports, in a number of queries that does not grow with them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

from catalog.model import reconciliation as rules
from catalog.model.actors import ROLE_TITLES, Person, Role, RoleAssignment, Scope
from catalog.model.agreements import Contract, DeclaredSystem
from catalog.model.coverage import Coverage
from catalog.model.decisions import Standing
from catalog.model.designations import DesignationState, Signature
from catalog.model.events import ExigentEvent, Violation
from catalog.model.identifiers import IdentifierType, Origin
from catalog.model.measures import Measure
from catalog.model.reconciliation import Presence, Seen
from catalog.model.register import Activity, Classification, Protocol, ProtocolType, Verb
from catalog.model.report_drafts_types import told
from catalog.model.report_facts import (
    ActivityFact,
    ContractFact,
    Facts,
    PersonFact,
    ProtocolFact,
    TypeFact,
    Versions,
)
from catalog.model.report_form import Form
from catalog.model.report_items import SourceKind
from catalog.model.report_versions import version, version_of
from catalog.model.requests import Request
from catalog.services import reconciliation, records
from catalog.services.catalog import Catalog
from catalog.services.records import Records, reference_order
from catalog.store import holdings, law, people
from catalog.store import report_facts as store
from catalog.store.engine import Connection
from catalog.store.report_facts import OwnedDataset
from catalog.taxonomy import detection, report_form

E = TypeVar("E", ExigentEvent, Violation)
K = TypeVar("K")
T = TypeVar("T")
_OFFICERS = (Role.OFFICER, Role.DEPUTY)
#: An approval of both sides is the discloser's own until the other officer is asked.
_UNASKED = frozenset({DesignationState.DRAFT, DesignationState.SUBMITTED, DesignationState.RETURNED})


def gather_all(
    connection: Connection, catalog: Catalog, wanted: Sequence[tuple[str, date, date]]
) -> Mapping[str, Facts]:
    """What the records know of agencies for their reports, by agency; what all of them share is read once. Whoever asks
    has seen to it that it may be told.

    Parameters:
        wanted: the agency, each once, and the first and last day of the period, of each report.

    Raises:
        KeyError: when there is no such agency.
    """
    city = _read(connection, catalog, [agency_id for agency_id, _, _ in wanted])
    return {agency_id: _Agency(city, agency_id, first, last).facts() for agency_id, first, last in wanted}


@dataclass(frozen=True)
class _City:
    """All that reports of some agencies are drafted from. ``whenever`` is what scans know of each dataset whenever it
    was looked at, ``seen`` the same as far as it was lately.
    """

    known: Records
    form: Form
    datasets: Mapping[str, Sequence[OwnedDataset]]
    whenever: Mapping[int, Seen]
    seen: Mapping[int, Seen]
    unplaced: Mapping[str, int]
    contracts: Sequence[Contract]
    signatures: Mapping[int, Sequence[Signature]]
    requests: Sequence[Request]
    exigent: Sequence[ExigentEvent]
    violations: Sequence[Violation]
    measures: Sequence[Measure]
    people: Sequence[tuple[Person, RoleAssignment]]


def _read(connection: Connection, catalog: Catalog, agency_ids: Collection[str]) -> _City:
    known = records.around(connection, catalog, agency_ids)
    scope = Scope(frozenset(agency_ids))
    owned = store.datasets_of(connection, agency_ids)
    ids = [one.id for one in owned]
    looks = holdings.coverage_by_id(connection, ids)
    whenever = reconciliation.data(connection, scope, replace(known, fresh_since=date.min), ids, looks)
    signed = [one.id for each in known.designations.values() for one in each]
    return _City(
        known=known,
        form=report_form.load(),
        datasets=_by(owned, lambda one: one.agency_id),
        whenever=whenever,
        seen={key: replace(one, tells=one.tells and _is_fresh(looks.get(key), known)) for key, one in whenever.items()},
        unplaced=holdings.without_activity(connection, scope),
        contracts=law.of_agencies(connection, Contract, agency_ids),
        signatures=_by(law.among(connection, Signature, designation_id=signed), lambda one: one.designation_id),
        requests=law.of_agencies(connection, Request, agency_ids),
        exigent=law.of_agencies(connection, ExigentEvent, agency_ids),
        violations=law.of_agencies(connection, Violation, agency_ids),
        measures=law.of_agencies(connection, Measure, agency_ids),
        people=people.assigned(connection, catalog.clock.now(), agency_ids),
    )


def _is_fresh(look: Coverage | None, known: Records) -> bool:
    return look is not None and look.scanned_at is not None and look.scanned_at.date() >= known.fresh_since


@dataclass
class _Agency:
    """One agency's part of it, for one period."""

    city: _City
    agency_id: str
    first: date
    last: date

    def facts(self) -> Facts:
        """All of it."""
        known, owned = self.city.known, self.city.datasets.get(self.agency_id, ())
        facts = Facts(
            agency=known.agencies[self.agency_id],
            period_from=self.first,
            period_to=self.last,
            today=known.today,
            types=tuple(self._types()),
            activities=tuple(self._activity(one) for one in self.activities),
            protocols=tuple(self._protocol(one) for one in self.protocols),
            contracts=tuple(self._contract(one) for one in self.contracts),
            systems=tuple(self._systems()),
            requests=tuple((one, known.parties[one.party_id], version(one)) for one in self.requests),
            exigent=self._in_period(self.city.exigent, lambda one: one.occurred_on),
            violations=self._in_period(self.city.violations, lambda one: one.reported_on),
            measures=tuple((one, version(one)) for one in self.measures),
            officers=tuple(self._people(*_OFFICERS)),
            heads=tuple(self._people(Role.AGENCY_HEAD)),
            datasets=len(owned),
            datasets_without_division=sum(not one.unit.strip() for one in owned),
            datasets_without_activity=self.city.unplaced.get(self.agency_id, 0),
            names=dict(self.city.form.names),
        )
        return replace(facts, versions=self._versions(facts), undecided_types=_undecided(facts.types))

    @cached_property
    def activities(self) -> Sequence[Activity]:
        """Those of the period, and collections of before it of which somebody says that what came in is kept."""
        own = (one for one in self.city.known.activities.values() if one.agency_id == self.agency_id)
        return sorted(filter(self._concerns, own), key=reference_order)

    @cached_property
    def identifying(self) -> Sequence[Activity]:
        """Those of them that handle more than counts: nothing else declares a type."""
        return [one for one in self.activities if one.classification is not Classification.NOT_IDENTIFYING]

    @cached_property
    def protocols(self) -> Sequence[Protocol]:
        """What its activities stand on, its contracts carry and it issued, as far as that was in force in the period;
        and what the privacy office issued for all.
        """
        known = self.city.known
        under = {paper.id for one in self.activities for paper in known.papers.get(one.id, ())}
        riders = {one.rider_id for one in self.contracts}

        def is_told(one: Protocol) -> bool:
            if one.id in under | riders:
                return True
            issued = one.issuer_agency_id == self.agency_id or one.type is ProtocolType.CPO_POLICY
            return issued and self._overlaps(one.effective_on, one.expires_on)

        return [one for one in known.protocols.values() if is_told(one)]

    @cached_property
    def contracts(self) -> Sequence[Contract]:
        """Its contracts that ran in the period, by number."""
        own = (one for one in self.city.contracts if one.agency_id == self.agency_id)
        return sorted((one for one in own if self._overlaps(one.starts_on, one.ends_on)), key=lambda one: one.number)

    @cached_property
    def requests(self) -> Sequence[Request]:
        """Requests and proposals that came in in the period."""
        return [one for one in self.city.requests if one.agency_id == self.agency_id and self._holds(one.received_on)]

    @cached_property
    def measures(self) -> Sequence[Measure]:
        """Measures that were decided on in the period, or wait for it."""

        def is_told(one: Measure) -> bool:
            own = one.agency_id == self.agency_id and one.withdrawn_on is None
            return own and (one.decided_on is None or self._holds(one.decided_on))

        return list(filter(is_told, self.city.measures))

    def _concerns(self, activity: Activity) -> bool:
        begins = activity.started_on is None or activity.started_on <= self.last
        goes_on = activity.ended_on is None or activity.ended_on >= self.first
        return begins and (goes_on or rules.declares(activity, self.first))

    def _overlaps(self, start: date, end: date | None) -> bool:
        return start <= self.last and (end is None or end >= self.first)

    def _holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def _activity(self, activity: Activity) -> ActivityFact:
        known = self.city.known
        return ActivityFact(
            line=reconciliation.line_of(known, self.city.seen, activity, own=True),
            version=self._version_of(activity),
            designations=tuple(
                (one, tuple(self.city.signatures.get(one.id, ())))
                for one in known.approvals_of(activity)
                if one.activity_id == activity.id or one.state not in _UNASKED
            ),
            asking=known.asking_agreement(activity),
        )

    def _version_of(self, activity: Activity) -> str:
        known = self.city.known
        papers = sorted(one.id for one in known.papers.get(activity.id, ()))
        types, drawn = sorted(known.types.get(activity.id, ())), sorted(known.datasets.get(activity.id, ()))
        return version(activity, types, drawn, papers)

    def _systems(self) -> Iterator[tuple[DeclaredSystem, str]]:
        """Its systems that nobody can scan, with the activities that work with each in its digest."""
        known = self.city.known
        for one in known.declared.values():
            if one.agency_id == self.agency_id:
                yield one, version(one, sorted(key for key, ids in known.systems.items() if one.id in ids))

    def _protocol(self, protocol: Protocol) -> ProtocolFact:
        known = self.city.known
        terms, bound = known.agreements.get(protocol.id), known.bound.get(protocol.id, ())
        return ProtocolFact(
            protocol=protocol,
            version=version_of(version(protocol), version(terms) if terms else "", sorted(bound)),
            agreement=terms,
            parties=tuple(known.parties[key] for key in bound),
            force=rules.force(protocol, known.today),
        )

    def _contract(self, contract: Contract) -> ContractFact:
        known = self.city.known
        return ContractFact(
            contract=contract,
            version=version(contract),
            contractor=known.parties[contract.party_id],
            systems=tuple(one for one in known.declared.values() if one.contract_id == contract.id),
        )

    def _people(self, *roles: Role) -> Iterator[PersonFact]:
        held = [(one, given) for one, given in self.city.people if given.agency_id == self.agency_id]
        for role in roles:
            for one, given in sorted(held, key=lambda each: each[0].name.casefold()):
                if given.role is role:
                    yield PersonFact(one.id, one.name, ROLE_TITLES[role], one.email or "")

    def _in_period(self, events: Iterable[E], day: Callable[[E], date]) -> tuple[tuple[E, str], ...]:
        own = (one for one in events if one.agency_id == self.agency_id and self._holds(day(one)))
        return tuple((one, version(one)) for one in own)

    @cached_property
    def held(self) -> Mapping[Standing, Mapping[str, Sequence[int]]]:
        """Its datasets in which each type is confirmed, or only suggested."""
        found: dict[Standing, dict[str, list[int]]] = {standing: {} for standing in Standing}
        for one in self.city.datasets.get(self.agency_id, ()):
            for code, standing in self.city.whenever[one.id].held.items():
                found[standing].setdefault(code, []).append(one.id)
        return found

    def _types(self) -> Iterator[TypeFact]:
        known, order = self.city.known, {group: place for place, group in enumerate(self.city.form.groups)}
        told = {code for one in self.identifying for code in known.types.get(one.id, ())}
        told |= {code for one in self._own_systems for code in one.type_codes}
        told |= {code for codes in self.held.values() for code in codes}
        for kind in sorted(known.kinds.values(), key=lambda one: order[one.report_group]):
            if kind.code in told:
                yield self._type(kind)

    @cached_property
    def _own_systems(self) -> Sequence[DeclaredSystem]:
        return [one for one in self.city.known.declared.values() if one.agency_id == self.agency_id]

    @cached_property
    def _seen(self) -> Sequence[Seen]:
        return [self.city.whenever[one.id] for one in self.city.datasets.get(self.agency_id, ())]

    def _type(self, kind: IdentifierType) -> TypeFact:
        known, code = self.city.known, kind.code
        declaring = [one for one in self.identifying if code in known.types.get(one.id, ())]
        systems = [one for one in self._own_systems if code in one.type_codes]
        sure, likely = (self.held[one].get(code, ()) for one in (Standing.CONFIRMED, Standing.SUGGESTED))
        return TypeFact(
            type=kind,
            collected_by=tuple(one.id for one in declaring if one.verb is Verb.COLLECTION),
            disclosed_by=tuple(one.id for one in declaring if one.verb is Verb.DISCLOSURE),
            systems=tuple(one.id for one in systems),
            confirmed=len(sure),
            suggested=len(likely),
            presence=self._presence(code, scannable=not systems),
        )

    def _presence(self, code: str, *, scannable: bool) -> Presence:
        return rules.presence(code, self._seen, detection.well_found(), all_can_be_seen=scannable)

    def _versions(self, facts: Facts) -> Versions:
        known = self.city.known
        systems = {one.id: said for one, said in facts.systems}
        parties = {one.party_id for one in self.activities} | {one.party_id for one in self.contracts}
        parties |= {one.party_id for one in self.requests} | {
            one.id for fact in facts.protocols for one in fact.parties
        }
        told: Iterable[tuple[SourceKind, Mapping[int, str] | Mapping[str, str]]] = (
            (SourceKind.AGENCY, {self.agency_id: version(facts.agency)}),
            (SourceKind.TYPE, {one.type.code: self._version_of_type(one) for one in facts.types}),
            (SourceKind.ACTIVITY, {one.line.view.activity.id: one.version for one in facts.activities}),
            (SourceKind.PROTOCOL, {one.protocol.id: one.version for one in facts.protocols}),
            (
                SourceKind.DESIGNATION,
                {
                    one.id: version_of(version(one), [version(each) for each in signed])
                    for fact in facts.activities
                    for one, signed in fact.designations
                },
            ),
            (SourceKind.CONTRACT, {one.contract.id: one.version for one in facts.contracts}),
            (SourceKind.SYSTEM, systems),
            (SourceKind.PARTY, {key: version(known.parties[key]) for key in parties if key is not None}),
            (SourceKind.REQUEST, {one.id: said for one, _, said in facts.requests}),
            (SourceKind.EXIGENT_EVENT, {one.id: said for one, said in facts.exigent}),
            (SourceKind.VIOLATION, {one.id: said for one, said in facts.violations}),
            (SourceKind.MEASURE, {one.id: said for one, said in facts.measures}),
            (SourceKind.LAW, {one.id: version(one) for one in known.policies}),
        )
        return {(kind, str(key)): said for kind, every in told for key, said in every.items()}

    def _version_of_type(self, fact: TypeFact) -> str:
        """What the data says of a type: where it was confirmed; where it nowhere was, what scans say. That a scan finds
        what people confirmed once more, or suggests the same in more datasets, is no other fact.
        """
        code = fact.type.code
        sure = self.held[Standing.CONFIRMED].get(code, ())
        return version_of(code, sure) if sure else version_of(code, bool(fact.suggested), told(fact.presence))


def _undecided(types: Iterable[TypeFact]) -> tuple[str, ...]:
    """The types of the law and the CPO that scans suggest, and of which nobody has confirmed anything anywhere."""
    asked = {Origin.LAW, Origin.CPO}
    return tuple(one.type.code for one in types if one.suggested and not one.confirmed and one.type.origin in asked)


def _by(records: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    found: dict[K, list[T]] = {}
    for one in records:
        found.setdefault(key(one), []).append(one)
    return found
