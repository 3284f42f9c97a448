"""The tables of the law's records; see :mod:`catalog.store.schema` for all others."""

from datetime import date, datetime

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Integer,
    Named,
    String,
    Table,
    Text,
    TypedColumns,
)

from catalog.model.agreements import OnwardDisclosure, ServiceClass, Unscannable
from catalog.model.cycles import CycleState
from catalog.model.designations import DesignationState
from catalog.model.events import ExigentState, ViolationState
from catalog.model.parties import PartyKind
from catalog.model.register import Classification, Ground, ProtocolType, Verb
from catalog.store.metadata import metadata
from catalog.store.types import Texts, Utc, Word


class _Protocols(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    type: Named[ProtocolType] = Column(Word(ProtocolType), nullable=False)
    title: Named[str]
    issuer: Named[str]
    issuer_agency_id: Named[str | None] = Column(ForeignKey("agencies.id"))
    edition: Named[str]
    citation: Named[str]
    effective_on: Named[date] = Column(Date, nullable=False)
    review_due_on: Named[date | None] = Column(Date, nullable=True)
    expires_on: Named[date | None] = Column(Date, nullable=True)


class _Activities(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    agency_id: Named[str] = Column(ForeignKey("agencies.id"), index=True)
    verb: Named[Verb] = Column(Word(Verb), nullable=False)
    title: Named[str]
    purpose: Named[str] = Column(Text, nullable=False)
    classification: Named[Classification] = Column(Word(Classification), nullable=False)
    ground: Named[Ground | None] = Column(Word(Ground), nullable=True)
    unit: Named[str]
    party_id: Named[int | None] = Column(ForeignKey("parties.id"), index=True)
    subject_categories: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    programme_id: Named[int | None] = Column(ForeignKey("programmes.id"), index=True)
    started_on: Named[date | None] = Column(Date, nullable=True)
    ended_on: Named[date | None] = Column(Date, nullable=True)
    reference: Named[str]
    frequency: Named[str]
    volume: Named[str]
    retention: Named[str]
    mirror_of_id: Named[int | None] = Column(ForeignKey("activities.id"))


class _ActivityTypes(TypedColumns):
    activity_id: Named[int] = Column(ForeignKey("activities.id"), primary_key=True)
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"), primary_key=True)


class _ActivityDatasets(TypedColumns):
    activity_id: Named[int] = Column(ForeignKey("activities.id"), primary_key=True)
    dataset_id: Named[int] = Column(ForeignKey("datasets.id"), primary_key=True, index=True)


class _ActivityProtocols(TypedColumns):
    activity_id: Named[int] = Column(ForeignKey("activities.id"), primary_key=True)
    protocol_id: Named[int] = Column(ForeignKey("protocols.id"), primary_key=True)


class _Parties(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    name: Named[str] = Column(String(200), unique=True)
    kind: Named[PartyKind] = Column(Word(PartyKind), nullable=False)
    agency_id: Named[str | None] = Column(ForeignKey("agencies.id"), unique=True)


class _Programmes(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    code: Named[str] = Column(String(64), unique=True)
    title: Named[str]
    description: Named[str] = Column(Text, nullable=False)
    known_as: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    lead_agency_id: Named[str] = Column(ForeignKey("agencies.id"))
    started_on: Named[date | None] = Column(Date, nullable=True)
    ended_on: Named[date | None] = Column(Date, nullable=True)


class _ProgrammeMembers(TypedColumns):
    programme_id: Named[int] = Column(ForeignKey("programmes.id"), primary_key=True)
    party_id: Named[int] = Column(ForeignKey("parties.id"), primary_key=True)
    part: Named[str]


class _Designations(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    activity_id: Named[int] = Column(ForeignKey("activities.id"), index=True)
    classification: Named[Classification] = Column(Word(Classification), nullable=False)
    state: Named[DesignationState] = Column(Word(DesignationState), nullable=False)
    policy_edition: Named[str]
    content_hash: Named[str]
    approved_on: Named[date | None] = Column(Date, nullable=True)
    review_due_on: Named[date | None] = Column(Date, nullable=True)
    expires_on: Named[date | None] = Column(Date, nullable=True)


class _Signatures(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    designation_id: Named[int] = Column(ForeignKey("designations.id"), index=True)
    agency_id: Named[str | None] = Column(ForeignKey("agencies.id"))
    signer: Named[str]
    capacity: Named[str]
    statement: Named[str] = Column(Text, nullable=False)
    signed_on: Named[date] = Column(Date, nullable=False)


class _Agreements(TypedColumns):
    protocol_id: Named[int] = Column(ForeignKey("protocols.id"), primary_key=True)
    permitted_uses: Named[str] = Column(Text, nullable=False)
    onward_disclosure: Named[OnwardDisclosure] = Column(Word(OnwardDisclosure), nullable=False)
    security: Named[str] = Column(Text, nullable=False)
    destruction: Named[str] = Column(Text, nullable=False)


class _AgreementParties(TypedColumns):
    protocol_id: Named[int] = Column(ForeignKey("agreements.protocol_id"), primary_key=True)
    party_id: Named[int] = Column(ForeignKey("parties.id"), primary_key=True)


class _Contracts(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    agency_id: Named[str] = Column(ForeignKey("agencies.id"), index=True)
    party_id: Named[int] = Column(ForeignKey("parties.id"))
    number: Named[str]
    title: Named[str]
    service_class: Named[ServiceClass] = Column(Word(ServiceClass), nullable=False)
    rider_id: Named[int | None] = Column(ForeignKey("protocols.id"))
    starts_on: Named[date] = Column(Date, nullable=False)
    ends_on: Named[date | None] = Column(Date, nullable=True)


class _DeclaredSystems(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    agency_id: Named[str] = Column(ForeignKey("agencies.id"), index=True)
    name: Named[str]
    description: Named[str] = Column(Text, nullable=False)
    owner_unit: Named[str]
    unscannable: Named[Unscannable] = Column(Word(Unscannable), nullable=False)
    contract_id: Named[int | None] = Column(ForeignKey("contracts.id"))
    type_codes: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    subject_categories: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    retention: Named[str]
    declared_on: Named[date] = Column(Date, nullable=False)


class _ActivityDeclaredSystems(TypedColumns):
    activity_id: Named[int] = Column(ForeignKey("activities.id"), primary_key=True)
    declared_system_id: Named[int] = Column(ForeignKey("declared_systems.id"), primary_key=True)


class _ExigentEvents(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    agency_id: Named[str] = Column(ForeignKey("agencies.id"), index=True)
    activity_id: Named[int | None] = Column(ForeignKey("activities.id"))
    verb: Named[Verb] = Column(Word(Verb), nullable=False)
    title: Named[str]
    explanation: Named[str] = Column(Text, nullable=False)
    party_id: Named[int | None] = Column(ForeignKey("parties.id"))
    type_codes: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    people: Named[str]
    state: Named[ExigentState] = Column(Word(ExigentState), nullable=False)
    occurred_on: Named[date] = Column(Date, nullable=False)
    cpo_notified_on: Named[date | None] = Column(Date, nullable=True)


class _Violations(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    agency_id: Named[str] = Column(ForeignKey("agencies.id"), index=True)
    activity_id: Named[int | None] = Column(ForeignKey("activities.id"))
    title: Named[str]
    cause: Named[str] = Column(Text, nullable=False)
    remedy: Named[str] = Column(Text, nullable=False)
    party_id: Named[int | None] = Column(ForeignKey("parties.id"))
    type_codes: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    people: Named[str]
    breach: Named[bool]
    state: Named[ViolationState] = Column(Word(ViolationState), nullable=False)
    occurred_on: Named[date] = Column(Date, nullable=False)
    reported_on: Named[date] = Column(Date, nullable=False)
    cpo_notified_on: Named[date | None] = Column(Date, nullable=True)
    individuals_notified_on: Named[date | None] = Column(Date, nullable=True)


class _Cycles(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    agency_id: Named[str] = Column(ForeignKey("agencies.id"), index=True)
    period_from: Named[date] = Column(Date, nullable=False)
    period_to: Named[date] = Column(Date, nullable=False)
    due_on: Named[date] = Column(Date, nullable=False)
    state: Named[CycleState] = Column(Word(CycleState), nullable=False)
    signed_by: Named[str]
    signed_at: Named[datetime | None] = Column(Utc, nullable=True)
    submitted_on: Named[date | None] = Column(Date, nullable=True)
    content_hash: Named[str]


class _CycleTypes(TypedColumns):
    cycle_id: Named[int] = Column(ForeignKey("cycles.id"), primary_key=True)
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"), primary_key=True)
    collected: Named[bool]
    retained: Named[bool]
    disclosed: Named[bool]


parties = Table("parties", metadata, _Parties)
programmes = Table("programmes", metadata, _Programmes)
programme_members = Table("programme_members", metadata, _ProgrammeMembers)
protocols = Table("protocols", metadata, _Protocols)
activities = Table("activities", metadata, _Activities)
activity_types = Table("activity_types", metadata, _ActivityTypes)
activity_datasets = Table("activity_datasets", metadata, _ActivityDatasets)
activity_protocols = Table("activity_protocols", metadata, _ActivityProtocols)
designations = Table("designations", metadata, _Designations)
signatures = Table("signatures", metadata, _Signatures)
agreements = Table("agreements", metadata, _Agreements)
agreement_parties = Table("agreement_parties", metadata, _AgreementParties)
contracts = Table("contracts", metadata, _Contracts)
declared_systems = Table("declared_systems", metadata, _DeclaredSystems)
activity_declared_systems = Table("activity_declared_systems", metadata, _ActivityDeclaredSystems)
exigent_events = Table("exigent_events", metadata, _ExigentEvents)
violations = Table("violations", metadata, _Violations)
cycles = Table("cycles", metadata, _Cycles)
cycle_types = Table("cycle_types", metadata, _CycleTypes)
