"""What the records know of an agency for its report: the facts that items are drafted from. Nothing here is a value."""

from dataclasses import dataclass, field
from datetime import date

from catalog.model.agreements import Agreement, Contract, DeclaredSystem
from catalog.model.designations import Designation, Signature
from catalog.model.events import ExigentEvent, Violation
from catalog.model.holdings import Agency
from catalog.model.identifiers import IdentifierType
from catalog.model.law_views import FlowLine
from catalog.model.measures import Measure
from catalog.model.parties import Party
from catalog.model.reconciliation import Force
from catalog.model.register import Protocol
from catalog.model.requests import Request


@dataclass(frozen=True, slots=True)
class TypeFact:
    """What is known of one type in an agency: the activities that declare it (by number), the systems nobody can scan
    that hold it, and the datasets in which people confirmed it or scans suggest it.
    """

    type: IdentifierType
    collected_by: tuple[int, ...]
    disclosed_by: tuple[int, ...]
    systems: tuple[int, ...]
    confirmed: int
    suggested: int
    last_found: date | None


@dataclass(frozen=True, slots=True)
class ActivityFact:
    """An activity with its approval and papers. ``version`` is a digest of all its record says, with what it is joined
    with; so are those of the protocols (``versions``, by number).
    """

    line: FlowLine
    version: str
    designations: tuple[tuple[Designation, tuple[Signature, ...]], ...]


@dataclass(frozen=True, slots=True)
class ProtocolFact:
    """A protocol of the agency's activities, with its terms and parties where it is an agreement, and its force."""

    protocol: Protocol
    version: str
    agreement: Agreement | None
    parties: tuple[Party, ...]
    force: Force


@dataclass(frozen=True, slots=True)
class ContractFact:
    """A contract with who holds information under it."""

    contract: Contract
    version: str
    contractor: Party
    systems: tuple[DeclaredSystem, ...]


@dataclass(frozen=True, slots=True)
class PersonFact:
    """Somebody in a role of the agency, as the report names them."""

    person_id: str
    name: str
    title: str
    email: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of an agency for a period, as of ``today``. Events, requests and measures are those of the
    period; ``versions`` are digests of whole records by (kind of source, id), for every record named here.
    """

    agency: Agency
    period_from: date
    period_to: date
    today: date
    types: tuple[TypeFact, ...] = ()
    activities: tuple[ActivityFact, ...] = ()
    protocols: tuple[ProtocolFact, ...] = ()
    contracts: tuple[ContractFact, ...] = ()
    systems: tuple[tuple[DeclaredSystem, str], ...] = ()
    requests: tuple[tuple[Request, Party, str], ...] = ()
    exigent: tuple[tuple[ExigentEvent, str], ...] = ()
    violations: tuple[tuple[Violation, str], ...] = ()
    measures: tuple[tuple[Measure, str], ...] = ()
    officers: tuple[PersonFact, ...] = ()
    heads: tuple[PersonFact, ...] = ()
    datasets: int = 0
    datasets_without_division: int = 0
    datasets_without_activity: int = 0
    undecided_types: tuple[str, ...] = ()
    looked_everywhere: bool = False
    names: dict[str, str] = field(default_factory=dict)
