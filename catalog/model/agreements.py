"""Agreements, contracts, and systems nobody can scan: what binds others who hold the city's information."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class OnwardDisclosure(StrEnum):
    """Whether a party may hand on what it was given."""

    NONE = "none"
    WITH_APPROVAL = "with_approval"
    ALLOWED = "allowed"


ONWARD_TEXT: dict[OnwardDisclosure, str] = {
    OnwardDisclosure.NONE: "The party may not hand it on",
    OnwardDisclosure.WITH_APPROVAL: "Only with approval",
    OnwardDisclosure.ALLOWED: "Allowed",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """The terms of a protocol that is an agreement between parties (§23-1203(3), (4))."""

    protocol_id: int
    permitted_uses: str
    onward_disclosure: OnwardDisclosure
    security: str
    destruction: str


@dataclass(frozen=True, slots=True)
class AgreementParty:
    """A party to an agreement."""

    protocol_id: int
    party_id: int


class ServiceClass(StrEnum):
    """What a contract is for; §23-1201 counts contractors of human services and those the CPO designates."""

    HUMAN_SERVICES = "human_services"
    CPO_DESIGNATED = "cpo_designated"
    OTHER = "other"


SERVICE_TEXT: dict[ServiceClass, str] = {
    ServiceClass.HUMAN_SERVICES: "Human services",
    ServiceClass.CPO_DESIGNATED: "Designated by the CPO",
    ServiceClass.OTHER: "Other services",
}


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract of an agency with a party that holds information for it; ``rider_id`` is the protocol attached."""

    id: int
    agency_id: str
    party_id: int
    number: str
    title: str
    service_class: ServiceClass
    rider_id: int | None
    starts_on: date
    ends_on: date | None


class Unscannable(StrEnum):
    """Why a system is declared only."""

    PAPER = "paper"
    VENDOR_HOSTED = "vendor_hosted"
    CONTRACTOR_HELD = "contractor_held"
    CLOSED_NETWORK = "closed_network"
    IMAGES = "images"


UNSCANNABLE_TEXT: dict[Unscannable, str] = {
    Unscannable.PAPER: "It is on paper",
    Unscannable.VENDOR_HOSTED: "A vendor hosts it",
    Unscannable.CONTRACTOR_HELD: "A contractor holds it",
    Unscannable.CLOSED_NETWORK: "Its network is closed",
    Unscannable.IMAGES: "It holds pictures, not text",
}


@dataclass(frozen=True, slots=True)
class DeclaredSystem:
    """A system that holds identifying information and cannot be scanned: what people say of it is all there is."""

    id: int
    agency_id: str
    name: str
    description: str
    owner_unit: str
    unscannable: Unscannable
    contract_id: int | None
    type_codes: tuple[str, ...]
    subject_categories: tuple[str, ...]
    retention: str
    declared_on: date


@dataclass(frozen=True, slots=True)
class ActivityDeclaredSystem:
    """A declared system an activity creates, updates or draws from."""

    activity_id: int
    declared_system_id: int
