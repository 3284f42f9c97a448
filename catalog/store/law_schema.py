"""The tables of the law's records; see :mod:`catalog.store.schema` for all others."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Named,
    String,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
)

from catalog.model.actors import Role
from catalog.model.agreements import OnwardDisclosure, ServiceClass, Unscannable
from catalog.model.cycles import CycleState
from catalog.model.designations import HOLDING, AgreementException, DesignationEvent, DesignationState
from catalog.model.events import ExigentState, NoticeExemption, ViolationState
from catalog.model.parties import PartyKind
from catalog.model.policy_rules import RuleKind
from catalog.model.register import Classification, CollectionMethod, Ground, ProtocolType, RetentionBasis, Verb
from catalog.model.requests import RequestKind, RequestState
from catalog.model.revisions import RecordKind
from catalog.store.metadata import metadata
from catalog.store.types import Options, Texts, Utc, Word


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
    supersedes_id: Named[int | None] = Column(ForeignKey("protocols.id"))
    document: Named[str]


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
    retention_basis: Named[RetentionBasis | None] = Column(Word(RetentionBasis), nullable=True)
    method: Named[CollectionMethod | None] = Column(Word(CollectionMethod), nullable=True)
    purpose_id: Named[int | None] = Column(ForeignKey("purposes.id"))
    divisions: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    employees: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    template_id: Named[int | None] = Column(ForeignKey("flow_templates.id"))
    withdrawn_on: Named[date | None] = Column(Date, nullable=True)


class _Purposes(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    agency_id: Named[str | None] = Column(ForeignKey("agencies.id"))
    title: Named[str]
    text: Named[str] = Column(Text, nullable=False)
    dpv: Named[str]


class _FlowTemplates(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    agency_id: Named[str | None] = Column(ForeignKey("agencies.id"))
    code: Named[str] = Column(String(64))
    title: Named[str]
    purpose: Named[str] = Column(Text, nullable=False)
    verb: Named[Verb] = Column(Word(Verb), nullable=False)
    classification: Named[Classification] = Column(Word(Classification), nullable=False)
    ground: Named[Ground | None] = Column(Word(Ground), nullable=True)
    party_id: Named[int | None] = Column(ForeignKey("parties.id"))
    programme_id: Named[int | None] = Column(ForeignKey("programmes.id"))
    type_codes: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    subject_categories: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    frequency: Named[str]
    volume: Named[str]
    retention: Named[str]
    version: Named[int]


class _TemplateProtocols(TypedColumns):
    template_id: Named[int] = Column(ForeignKey("flow_templates.id"), primary_key=True)
    protocol_id: Named[int] = Column(ForeignKey("protocols.id"), primary_key=True)


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
    flow: Named[str]
    supersedes_id: Named[int | None] = Column(ForeignKey("designations.id"))
    answers: Named[Mapping[str, str]] = Column(Options, nullable=False)
    agreement_exception: Named[AgreementException | None] = Column(Word(AgreementException), nullable=True)
    exception_reason: Named[str] = Column(Text, nullable=False)
    single_use: Named[bool]
    submitted_by: Named[str | None]
    second_reviewer: Named[Role | None] = Column(Word(Role), nullable=True)
    ground: Named[Ground | None] = Column(Word(Ground), nullable=True)
    content: Named[str] = Column(Text, nullable=False)


class _DesignationSteps(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    designation_id: Named[int] = Column(ForeignKey("designations.id"), index=True)
    event: Named[DesignationEvent] = Column(Word(DesignationEvent), nullable=False)
    before: Named[DesignationState | None] = Column(Word(DesignationState), nullable=True)
    after: Named[DesignationState] = Column(Word(DesignationState), nullable=False)
    person_id: Named[str | None]
    person: Named[str]
    agency_id: Named[str | None] = Column(ForeignKey("agencies.id"))
    at: Named[datetime] = Column(Utc, nullable=False)
    reason: Named[str] = Column(Text, nullable=False)
    content_hash: Named[str]


class _Signatures(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    designation_id: Named[int] = Column(ForeignKey("designations.id"), index=True)
    agency_id: Named[str | None] = Column(ForeignKey("agencies.id"))
    signer: Named[str]
    capacity: Named[str]
    statement: Named[str] = Column(Text, nullable=False)
    signed_on: Named[date] = Column(Date, nullable=False)
    person_id: Named[str | None]
    content_hash: Named[str]


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
    category: Named[str]
    exemption: Named[NoticeExemption | None] = Column(Word(NoticeExemption), nullable=True)
    reviewed_on: Named[date | None] = Column(Date, nullable=True)
    review: Named[str] = Column(Text, nullable=False)
    violation_id: Named[int | None] = Column(ForeignKey("violations.id"))


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
    notice_reason: Named[str] = Column(Text, nullable=False)
    breach_told_on: Named[date | None] = Column(Date, nullable=True)
    many_residents: Named[bool] = Column(Boolean, nullable=False)
    bureaus_told_on: Named[date | None] = Column(Date, nullable=True)
    no_harm_on: Named[date | None] = Column(Date, nullable=True)
    no_harm_reason: Named[str] = Column(Text, nullable=False)


class _Requests(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    agency_id: Named[str] = Column(ForeignKey("agencies.id"), index=True)
    kind: Named[RequestKind] = Column(Word(RequestKind), nullable=False)
    party_id: Named[int] = Column(ForeignKey("parties.id"))
    title: Named[str]
    reason: Named[str] = Column(Text, nullable=False)
    type_codes: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    received_on: Named[date] = Column(Date, nullable=False)
    state: Named[RequestState] = Column(Word(RequestState), nullable=False)
    decided_on: Named[date | None] = Column(Date, nullable=True)
    decided_by: Named[str | None]
    decision: Named[str] = Column(Text, nullable=False)
    activity_id: Named[int | None] = Column(ForeignKey("activities.id"))
    passed_on: Named[date | None] = Column(Date, nullable=True)


class _PolicyRules(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    kind: Named[RuleKind] = Column(Word(RuleKind), nullable=False)
    title: Named[str]
    text: Named[str] = Column(Text, nullable=False)
    citation: Named[str]
    verb: Named[Verb | None] = Column(Word(Verb), nullable=True)
    party_kinds: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    type_codes: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    second_reviewer: Named[Role | None] = Column(Word(Role), nullable=True)
    from_on: Named[date] = Column(Date, nullable=False)
    to_on: Named[date | None] = Column(Date, nullable=True)


class _Revisions(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    kind: Named[RecordKind] = Column(Word(RecordKind), nullable=False)
    record_id: Named[int]
    number: Named[int]
    agency_id: Named[str | None] = Column(ForeignKey("agencies.id"))
    at: Named[datetime] = Column(Utc, nullable=False)
    person_id: Named[str]
    person: Named[str]
    reason: Named[str] = Column(Text, nullable=False)
    content: Named[str] = Column(Text, nullable=False)
    content_hash: Named[str]


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
    opened_by: Named[str]
    opened_at: Named[datetime | None] = Column(Utc, nullable=True)


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
purposes = Table("purposes", metadata, _Purposes)
flow_templates = Table("flow_templates", metadata, _FlowTemplates, UniqueConstraint("agency_id", "code"))
template_protocols = Table("template_protocols", metadata, _TemplateProtocols)
designation_steps = Table("designation_steps", metadata, _DesignationSteps)
requests = Table("requests", metadata, _Requests)
policy_rules = Table("policy_rules", metadata, _PolicyRules)
revisions = Table("revisions", metadata, _Revisions, UniqueConstraint("kind", "record_id", "number"))

# Of one verb, source, recipient and purpose at most one approval holds, also when two people act at the same moment.
_HOLDS = designations.c.state.in_(sorted(HOLDING))
Index(None, designations.c.flow, unique=True, sqlite_where=_HOLDS, postgresql_where=_HOLDS)
