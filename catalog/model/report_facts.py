"""What the records know of an agency for its report: the facts that items are drafted from. Nothing here is a value."""

from collections.abc import Mapping
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
from catalog.model.policy_rules import PolicyRule
from catalog.model.reconciliation import Force, Presence
from catalog.model.register import Protocol
from catalog.model.report_items import Source, SourceKind
from catalog.model.requests import Request

#: The digests of whole records, by their kind and their number or code.
Versions = Mapping[tuple[SourceKind, str], str]


@dataclass(frozen=True, slots=True)
class TypeFact:
    """What is known of one type in an agency: the activities that declare it (by number), the systems nobody can scan
    that hold it, and the datasets in which people confirmed it or only scans suggest it.

    ``presence`` is what all the agency's data together says of it, whenever it was looked at.
    """

    type: IdentifierType
    collected_by: tuple[int, ...]
    disclosed_by: tuple[int, ...]
    systems: tuple[int, ...]
    confirmed: int
    suggested: int
    presence: Presence = Presence.NOT_LOOKED_EVERYWHERE


@dataclass(frozen=True, slots=True)
class ActivityFact:
    """An activity with its papers and all approvals that are its own, given or not. ``version`` is a digest of all its
    record says, with what it is joined with. ``asking`` are the rules of the policies that ask for an agreement though
    it is routine (§23-1203(4)).
    """

    line: FlowLine
    version: str
    designations: tuple[tuple[Designation, tuple[Signature, ...]], ...]
    asking: tuple[PolicyRule, ...] = ()


@dataclass(frozen=True, slots=True)
class ProtocolFact:
    """A protocol that the agency's activities stand on, its contracts carry or it issued, with its terms and parties
    where it is an agreement, and its force today.
    """

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
    """All that is known of an agency for a period, as of ``today``.

    Activities, contracts, events, requests and measures are those of the period; activities also what was collected
    before it and is still kept. ``versions`` are digests of whole records, for every record named here. ``names`` are
    what the form calls things: its groups of types by ``group:<report group>``, items in people's words by their key.
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
    names: dict[str, str] = field(default_factory=dict)
    versions: Versions = field(default_factory=dict)

    def source(self, kind: SourceKind, key: int | str, label: str) -> Source:
        """A record named here as what an item rests on.

        Raises:
            KeyError: when it is none of them: an item may not rest on what nobody can follow.
        """
        return Source(kind, str(key), label, self.versions[kind, str(key)])
