"""What those who keep the register are shown: what forms choose from and start from, libraries, templates, mirrors."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.model.agreements import Agreement, Contract, DeclaredSystem
from catalog.model.designations import Designation
from catalog.model.flow_templates import FlowTemplate
from catalog.model.holdings import Agency
from catalog.model.identifiers import IdentifierType
from catalog.model.parties import Party
from catalog.model.programmes import Programme
from catalog.model.purposes import Purpose
from catalog.model.register import Activity, Protocol
from catalog.model.views import ActivityView


@dataclass(frozen=True, slots=True)
class Choices:
    """What forms of the register choose from, cut to the actor.

    ``agencies`` are those whose register the actor keeps; ``city`` whether also what belongs to no agency;
    ``everyone`` all agencies. ``subjects``, ``units``, ``divisions`` and ``employees`` are words used so far in what
    the actor sees; ``datasets`` the live ones of each of ``agencies``, number and name.
    """

    agencies: tuple[Agency, ...]
    city: bool
    everyone: tuple[Agency, ...]
    parties: tuple[Party, ...]
    programmes: tuple[Programme, ...]
    protocols: tuple[Protocol, ...]
    purposes: tuple[Purpose, ...]
    types: tuple[IdentifierType, ...]
    subjects: tuple[str, ...]
    units: tuple[str, ...]
    divisions: tuple[str, ...]
    employees: tuple[str, ...]
    datasets: Mapping[str, tuple[tuple[int, str], ...]]
    contracts: tuple[Contract, ...]
    activities: tuple[Activity, ...]


@dataclass(frozen=True, slots=True)
class ActivityForm:
    """An activity to be edited. ``expected`` goes back with the form; ``holds`` is the approval that will be up for
    review; ``waits`` the one that has to be returned or withdrawn before anything can be edited.
    """

    activity: Activity
    type_codes: tuple[str, ...]
    dataset_ids: tuple[int, ...]
    protocol_ids: tuple[int, ...]
    expected: int
    holds: Designation | None
    waits: Designation | None


@dataclass(frozen=True, slots=True)
class ProtocolForm:
    """A protocol to be edited, with its terms and parties where it is an agreement; ``activities`` stand on it."""

    protocol: Protocol
    agreement: Agreement | None
    party_ids: tuple[int, ...]
    activities: tuple[ActivityView, ...]
    expected: int


@dataclass(frozen=True, slots=True)
class PartyForm:
    """A party to be edited; ``activities`` are those that the actor sees from or to it."""

    party: Party
    activities: tuple[ActivityView, ...]
    expected: int


@dataclass(frozen=True, slots=True)
class ProgrammeForm:
    """A programme to be edited; ``members`` are the parts of its parties, by the party's number."""

    programme: Programme
    members: Mapping[int, str]
    expected: int


@dataclass(frozen=True, slots=True)
class ContractForm:
    """A contract to be edited."""

    contract: Contract
    expected: int


@dataclass(frozen=True, slots=True)
class SystemForm:
    """A system nobody can scan, to be edited, with the activities that work with it."""

    system: DeclaredSystem
    activity_ids: tuple[int, ...]
    expected: int


@dataclass(frozen=True, slots=True)
class PurposeLine:
    """An entry of the purpose library. ``agency`` None for all agencies; ``used_by`` counts the activities the actor
    sees that took it; ``may_edit`` whether the actor may; ``expected`` goes back with the form.
    """

    purpose: Purpose
    agency: Agency | None
    used_by: int
    may_edit: bool
    expected: int


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template in a list, with how many flows the actor sees of it and how many of them say something else."""

    template: FlowTemplate
    agency: Agency | None
    party: Party | None
    programme: Programme | None
    flows: int
    behind: int


@dataclass(frozen=True, slots=True)
class TemplateFlow:
    """A flow made from a template, and in which fields it says something else than the template does now."""

    view: ActivityView
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """One template: what it says, the flows made from it, and the agencies the actor could still make one for."""

    line: TemplateLine
    protocols: tuple[Protocol, ...]
    types: tuple[IdentifierType, ...]
    flows: tuple[TemplateFlow, ...]
    without: tuple[Agency, ...]
    may_edit: bool
    expected: int


@dataclass(frozen=True, slots=True)
class MirrorProposal:
    """A disclosure to an agency of the actor that none of its collections is the other side of yet, and the collection
    that would be recorded for it.
    """

    disclosure: ActivityView
    to: Agency
    collection: Activity
    types: tuple[IdentifierType, ...]
    protocols: tuple[Protocol, ...]


@dataclass(frozen=True, slots=True)
class Superseded:
    """A protocol that took the place of another: how many activities moved to it, and how many others stand on the
    old one still, because other agencies keep them.
    """

    protocol: Protocol
    moved: int
    left: int
