"""What the services answer where the law's records are what is asked for; see :mod:`catalog.model.views`."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.model.agreements import Agreement, Contract, DeclaredSystem
from catalog.model.cycles import Cycle, CycleType
from catalog.model.decisions import Standing
from catalog.model.designations import Designation, Signature
from catalog.model.events import ExigentEvent, Violation
from catalog.model.holdings import Agency
from catalog.model.identifiers import IdentifierType
from catalog.model.parties import Party, PartyKind
from catalog.model.programmes import Programme
from catalog.model.reconciliation import OPEN, UNTOLD, Concern, Force, Presence
from catalog.model.register import Classification, Protocol, Verb
from catalog.model.views import ActivityView, AgencyRow, Counts, DatasetLine, Facet, SourceLine


@dataclass(frozen=True, slots=True)
class End:
    """One end of a flow: an agency of this catalog, another party, or one that nobody recorded."""

    name: str
    agency_id: str | None
    kind: PartyKind | None


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A collection or disclosure in a list. ``agreements`` are those of its protocols that are agreements;
    ``datasets`` those the actor sees the evidence of.
    """

    view: ActivityView
    concerns: tuple[Concern, ...]
    agreements: tuple[Protocol, ...]
    datasets: tuple[int, ...]

    @property
    def doubts(self) -> tuple[Concern, ...]:
        """The concerns that are warnings."""
        return tuple(one for one in self.concerns if one.doubt not in OPEN)

    @property
    def suspicions(self) -> tuple[Concern, ...]:
        """Where scans differ from what is declared and nobody has decided."""
        return tuple(one for one in self.concerns if one.doubt in OPEN and one.doubt not in UNTOLD)

    @property
    def counts_only(self) -> bool:
        """Whether it hands out or takes in figures alone, nobody's information."""
        return self.view.activity.classification is Classification.NOT_IDENTIFYING

    @property
    def sender(self) -> End:
        """From whom."""
        return self._own if self.view.activity.verb is Verb.DISCLOSURE else self._other

    @property
    def receiver(self) -> End:
        """To whom."""
        return self._other if self.view.activity.verb is Verb.DISCLOSURE else self._own

    @property
    def _own(self) -> End:
        return End(self.view.agency.name, self.view.agency.id, None)

    @property
    def _other(self) -> End:
        party = self.view.party
        return End(party.name, party.agency_id, party.kind) if party else End("", None, None)


@dataclass(frozen=True, slots=True)
class Cross:
    """Two dimensions and the counts where they meet, as (key, label) pairs; with its finding in one sentence."""

    rows: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    cells: Mapping[tuple[str, str], int]
    finding: str


@dataclass(frozen=True, slots=True)
class FlowsPage:
    """One page of the ``total`` collections and disclosures that pass the filters; ``known`` counts all the actor
    sees, ``doubtful`` those of ``total`` with a warning, ``suspected`` those in which only scans differ.
    ``names`` are those of the datasets on this page.
    """

    lines: tuple[FlowLine, ...]
    total: int
    known: int
    doubtful: int
    suspected: int
    page: int
    pages: int
    facets: tuple[Facet, ...]
    matrix: Cross
    names: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class SignedApproval:
    """An approval with who signed it."""

    designation: Designation
    signatures: tuple[tuple[Signature, Agency | None], ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """A protocol with where it stands today, and its terms and parties where it is an agreement."""

    protocol: Protocol
    force: Force
    agreement: Agreement | None
    parties: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class DeclaredType:
    """A type that an activity declares: what the data says (None where the actor may not know), and the other side."""

    type: IdentifierType
    presence: Presence | None
    other_side: bool | None


@dataclass(frozen=True, slots=True)
class DeclaredLine:
    """A system that cannot be scanned, with its contract and the activities that work with it."""

    system: DeclaredSystem
    agency: Agency
    types: tuple[IdentifierType, ...]
    contract: Contract | None
    contractor: Party | None
    activities: tuple[ActivityView, ...]


@dataclass(frozen=True, slots=True)
class FlowPage:
    """Everything about one activity. ``own`` when its agency's data is the actor's to see."""

    line: FlowLine
    types: tuple[DeclaredType, ...]
    approvals: tuple[SignedApproval, ...]
    protocols: tuple[Terms, ...]
    other_side: tuple[FlowLine, ...]
    datasets: tuple[DatasetLine, ...]
    undeclared: Mapping[int, frozenset[str]]
    declared: tuple[DeclaredLine, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class EventLine:
    """An exigent event with its agency, activity and types."""

    event: ExigentEvent
    agency: Agency
    party: Party | None
    activity: ActivityView | None
    types: tuple[IdentifierType, ...]


@dataclass(frozen=True, slots=True)
class ViolationLine:
    """A violation with its agency, activity and types."""

    violation: Violation
    agency: Agency
    party: Party | None
    activity: ActivityView | None
    types: tuple[IdentifierType, ...]


@dataclass(frozen=True, slots=True)
class EventsPage:
    """What happened without the ordinary approval, latest first."""

    exigent: tuple[EventLine, ...]
    violations: tuple[ViolationLine, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """A programme in a list."""

    programme: Programme
    lead: Agency
    members: int
    flows: int
    datasets: int
    types: int
    doubtful: int


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A party in a programme, and as what it takes part."""

    party: Party
    part: str
    flows: int


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """One programme: who takes part, what flows, what joins them. ``counts_only`` are the datasets of its activities
    that handle figures alone.
    """

    line: ProgrammeLine
    members: tuple[MemberLine, ...]
    flows: tuple[FlowLine, ...]
    datasets: tuple[DatasetLine, ...]
    counts_only: tuple[DatasetLine, ...]
    agreements: tuple[Terms, ...]
    who_handles: Cross


@dataclass(frozen=True, slots=True)
class ProtocolLine:
    """A protocol in a list, with how much the actor sees under it."""

    protocol: Protocol
    issuer: Agency | None
    force: Force
    activities: int
    datasets: int
    types: tuple[IdentifierType, ...]


@dataclass(frozen=True, slots=True)
class ProtocolsPage:
    """One page of the ``total`` protocols that pass the filters; ``known`` counts all the actor sees."""

    lines: tuple[ProtocolLine, ...]
    total: int
    known: int
    page: int
    pages: int
    facets: tuple[Facet, ...]
    matrix: Cross


@dataclass(frozen=True, slots=True)
class ProtocolPage:
    """One protocol and what falls under it."""

    line: ProtocolLine
    terms: Terms
    flows: tuple[FlowLine, ...]
    datasets: tuple[DatasetLine, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A type that a dataset holds without a protocol that permits it in force; ``lapsed`` when there was one."""

    type: IdentifierType
    standing: Standing
    columns: int
    lapsed: bool
    declared: bool


@dataclass(frozen=True, slots=True)
class GapLine:
    """A dataset with its gaps, gravest first."""

    line: DatasetLine
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class GapsPage:
    """Datasets with gaps, worst first; ``holding`` counts the datasets that hold anything."""

    lines: tuple[GapLine, ...]
    total: int
    holding: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class ReportView:
    """An agency's last signed report, and what is otherwise now. ``declared_only`` are ticked types of systems that
    nobody can scan.
    """

    cycle: Cycle
    ticks: tuple[tuple[IdentifierType, CycleType], ...]
    found_since: tuple[IdentifierType, ...]
    suggested_since: tuple[IdentifierType, ...]
    no_longer: tuple[IdentifierType, ...]
    not_looked: tuple[IdentifierType, ...]
    declared_only: tuple[IdentifierType, ...]


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A contract with its party and the rider attached."""

    contract: Contract
    party: Party
    rider: Protocol | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class AgencyPage:
    """What an agency holds, how complete the picture is, what it collects and discloses, and under which protocols.

    ``flows`` are its own; ``incoming`` the disclosures of others to it.
    """

    agency: Agency
    row: AgencyRow
    types: tuple[tuple[IdentifierType, Counts], ...]
    datasets: tuple[DatasetLine, ...]
    sources: tuple[SourceLine, ...]
    officers: tuple[str, ...]
    without_activity: int
    flows: tuple[FlowLine, ...]
    incoming: tuple[FlowLine, ...]
    programmes: tuple[Programme, ...]
    declared: tuple[DeclaredLine, ...]
    contracts: tuple[ContractLine, ...]
    report: ReportView | None
    events: EventsPage
