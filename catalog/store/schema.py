"""The catalog's tables. Each mirrors one dataclass of the model field by field; a test proves it."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
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

from catalog.errors import SkipReason
from catalog.model.coverage import Caveat, Depth, Look, SampleMethod
from catalog.model.decisions import Standing, Verdict
from catalog.model.evidence import EvidenceKind, Form
from catalog.model.holdings import Band, DatasetKind, Disclosure, Magnitude
from catalog.model.identifiers import BreachFlag, Grade, Origin, Tier
from catalog.model.runs import IntentKind, PauseReason, RunState
from catalog.store.metadata import metadata
from catalog.store.people_schema import people
from catalog.store.types import Level, Options, Several, Texts, Utc, Word


class _Agencies(TypedColumns):
    id: Named[str] = Column(String(64), primary_key=True)
    acronym: Named[str]
    name: Named[str]
    aliases: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    kind: Named[str]
    mission: Named[str]
    is_city_agency: Named[bool]
    contact: Named[str]


class _Systems(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    agency_id: Named[str] = Column(ForeignKey("agencies.id"), index=True)
    name: Named[str]
    description: Named[str]
    owner_unit: Named[str]


class _Sources(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    system_id: Named[int] = Column(ForeignKey("systems.id"), index=True)
    name: Named[str] = Column(String(200), unique=True)
    kind: Named[str]
    options: Named[Mapping[str, str]] = Column(Options, nullable=False)
    created_at: Named[datetime] = Column(Utc, nullable=False)


class _Datasets(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    source_id: Named[int] = Column(ForeignKey("sources.id"))
    key: Named[str] = Column(Text, nullable=False)
    name: Named[str] = Column(Text, nullable=False)
    name_withheld: Named[bool]
    kind: Named[DatasetKind] = Column(Word(DatasetKind), nullable=False)
    comment: Named[str] = Column(Text, nullable=False)
    row_estimate: Named[int | None] = Column(BigInteger, nullable=True)
    change_key: Named[str]
    first_seen_at: Named[datetime] = Column(Utc, nullable=False)
    last_listed_at: Named[datetime] = Column(Utc, nullable=False)
    retired_at: Named[datetime | None] = Column(Utc, nullable=True)
    view: Named[str]


class _Descriptions(TypedColumns):
    dataset_id: Named[int] = Column(ForeignKey("datasets.id"), primary_key=True)
    title: Named[str]
    text: Named[str] = Column(Text, nullable=False)
    contact: Named[str]
    retention: Named[str]
    subject_categories: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    disclosure: Named[Disclosure] = Column(Word(Disclosure), nullable=False)


class _Columns(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    dataset_id: Named[int] = Column(ForeignKey("datasets.id"))
    key: Named[str] = Column(Text, nullable=False)
    name: Named[str] = Column(Text, nullable=False)
    name_withheld: Named[bool]
    position: Named[int]
    declared_type: Named[str]
    comment: Named[str] = Column(Text, nullable=False)
    nullable: Named[bool | None]
    in_key: Named[bool]
    first_seen_at: Named[datetime] = Column(Utc, nullable=False)
    retired_at: Named[datetime | None] = Column(Utc, nullable=True)


class _ColumnProfiles(TypedColumns):
    column_id: Named[int] = Column(ForeignKey("columns.id"), primary_key=True)
    run_id: Named[int] = Column(ForeignKey("runs.id"))
    values_looked_at: Named[int]
    empty: Named[Band] = Column(Word(Band), nullable=False)
    distinct: Named[Band] = Column(Word(Band), nullable=False)
    amount: Named[Magnitude] = Column(Level(Magnitude), nullable=False)
    shapes: Named[tuple[str, ...]] = Column(Texts, nullable=False)


class _IdentifierTypes(TypedColumns):
    code: Named[str] = Column(String(40), primary_key=True)
    label: Named[str]
    description: Named[str] = Column(Text, nullable=False)
    report_group: Named[str]
    grade: Named[Grade] = Column(Word(Grade), nullable=False)
    tier: Named[Tier] = Column(Level(Tier), nullable=False)
    tier_reason: Named[str]
    origin: Named[Origin] = Column(Word(Origin), nullable=False)
    words: Named[str] = Column(Text, nullable=False)
    citation: Named[str]
    breach: Named[BreachFlag] = Column(Word(BreachFlag), nullable=False)
    dpv: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    search_words: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    valid_from: Named[date] = Column(Date, nullable=False)
    valid_to: Named[date | None] = Column(Date, nullable=True)
    unverified: Named[bool]


class _Runs(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    source_id: Named[int] = Column(ForeignKey("sources.id"), index=True)
    state: Named[RunState] = Column(Word(RunState), nullable=False)
    reason: Named[SkipReason | None] = Column(Word(SkipReason), nullable=True)
    seed: Named[int]
    full: Named[bool]
    listing_complete: Named[bool]
    datasets_listed: Named[int]
    datasets_due: Named[int]
    datasets_done: Named[int]
    started_by: Named[str]
    started_at: Named[datetime] = Column(Utc, nullable=False)
    last_progress_at: Named[datetime] = Column(Utc, nullable=False)
    ended_at: Named[datetime | None] = Column(Utc, nullable=True)
    night: Named[date | None] = Column(Date, nullable=True)
    view: Named[str]
    paused: Named[PauseReason | None] = Column(Word(PauseReason), nullable=True)
    turn: Named[int]
    listing_ms: Named[int]
    listed_at: Named[datetime | None] = Column(Utc, nullable=True)


class _Outcomes(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    run_id: Named[int] = Column(ForeignKey("runs.id"))
    dataset_id: Named[int] = Column(ForeignKey("datasets.id"))
    look: Named[Look] = Column(Word(Look), nullable=False)
    reason: Named[SkipReason | None] = Column(Word(SkipReason), nullable=True)
    rows_looked_at: Named[int]
    columns_with_findings: Named[int]
    types_new: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    types_gone: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    at: Named[datetime] = Column(Utc, nullable=False)
    source_ms: Named[int]
    source_bytes: Named[int] = Column(BigInteger, nullable=False)


class _Renames(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    run_id: Named[int] = Column(ForeignKey("runs.id"), index=True)
    dataset_id: Named[int] = Column(ForeignKey("datasets.id"))
    old_name: Named[str] = Column(Text, nullable=False)
    new_name: Named[str] = Column(Text, nullable=False)
    at: Named[datetime] = Column(Utc, nullable=False)


class _Coverage(TypedColumns):
    dataset_id: Named[int] = Column(ForeignKey("datasets.id"), primary_key=True)
    look: Named[Look] = Column(Word(Look), nullable=False)
    reason: Named[SkipReason | None] = Column(Word(SkipReason), nullable=True)
    rows_looked_at: Named[int]
    method: Named[SampleMethod | None] = Column(Word(SampleMethod), nullable=True)
    seed: Named[int | None]
    detector: Named[str]
    scanned_at: Named[datetime | None] = Column(Utc, nullable=True)
    attempted_at: Named[datetime] = Column(Utc, nullable=False)
    run_id: Named[int] = Column(ForeignKey("runs.id"))
    draws: Named[int | None]
    oldest: Named[int]
    newest: Named[int]
    depth: Named[Depth] = Column(Word(Depth), nullable=False)
    looks: Named[int]
    rows_in_all: Named[int] = Column(BigInteger, nullable=False)
    since: Named[datetime | None] = Column(Utc, nullable=True)
    failures: Named[int]
    tried_key: Named[str]
    caveats: Named[tuple[Caveat, ...]] = Column(Several(Caveat), nullable=False)


class _Findings(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    column_id: Named[int] = Column(ForeignKey("columns.id"))
    run_id: Named[int] = Column(ForeignKey("runs.id"))
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"), index=True)
    form: Named[Form] = Column(Word(Form), nullable=False)
    strength: Named[float] = Column(Float, nullable=False)
    share_low: Named[float] = Column(Float, nullable=False)
    share_mid: Named[float] = Column(Float, nullable=False)
    share_high: Named[float] = Column(Float, nullable=False)
    without_name: Named[float] = Column(Float, nullable=False)
    digest: Named[str]


class _Evidence(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    finding_id: Named[int] = Column(ForeignKey("findings.id", ondelete="CASCADE"), index=True)
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"))
    kind: Named[EvidenceKind] = Column(Word(EvidenceKind), nullable=False)
    clue: Named[str]
    weight: Named[float] = Column(Float, nullable=False)
    form: Named[Form] = Column(Word(Form), nullable=False)
    looked_at: Named[int]
    agreed: Named[int]
    distinct: Named[int]
    by_chance: Named[float] = Column(Float, nullable=False)


class _Decisions(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    column_id: Named[int] = Column(ForeignKey("columns.id"), index=True)
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"))
    verdict: Named[Verdict] = Column(Word(Verdict), nullable=False)
    person_id: Named[str] = Column(ForeignKey(people.c.id))
    reason: Named[str] = Column(Text, nullable=False)
    evidence_digest: Named[str]
    at: Named[datetime] = Column(Utc, nullable=False)
    act_id: Named[int | None] = Column(ForeignKey("review_acts.id"), index=True)
    restores: Named[int | None] = Column(ForeignKey("decisions.id"))


class _Standings(TypedColumns):
    column_id: Named[int] = Column(ForeignKey("columns.id"), primary_key=True)
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"), primary_key=True, index=True)
    standing: Named[Standing] = Column(Word(Standing), nullable=False)
    counts: Named[bool]


class _Summaries(TypedColumns):
    dataset_id: Named[int] = Column(ForeignKey("datasets.id"), primary_key=True)
    tier: Named[Tier] = Column(Level(Tier), nullable=False)
    breach_notifiable: Named[bool]
    people: Named[Magnitude] = Column(Level(Magnitude), nullable=False)


class _Intents(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    kind: Named[IntentKind] = Column(Word(IntentKind), nullable=False)
    source_id: Named[int] = Column(ForeignKey("sources.id"))
    person_id: Named[str] = Column(ForeignKey(people.c.id))
    asked_at: Named[datetime] = Column(Utc, nullable=False)
    taken_at: Named[datetime | None] = Column(Utc, nullable=True)
    ended_at: Named[datetime | None] = Column(Utc, nullable=True)
    outcome: Named[str] = Column(Text, nullable=False)


class _AuditEvents(TypedColumns):
    sequence: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    at: Named[datetime] = Column(Utc, nullable=False)
    person_id: Named[str]
    role: Named[str]
    action: Named[str]
    thing: Named[str] = Column(Text, nullable=False)
    detail: Named[str] = Column(Text, nullable=False)
    previous: Named[str] = Column(String(64), nullable=False)
    mac: Named[str] = Column(String(64), nullable=False)
    agency_id: Named[str] = Column(String(64), nullable=False)
    before: Named[str] = Column(Text, nullable=False)
    after: Named[str] = Column(Text, nullable=False)
    request: Named[str] = Column(String(40), nullable=False)


class _AuditChecks(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    at: Named[datetime] = Column(Utc, nullable=False)
    entries: Named[int]
    broken_at: Named[int | None]
    anchors: Named[int]


class _Exports(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    person_id: Named[str] = Column(ForeignKey(people.c.id), index=True)
    name: Named[str]
    rows: Named[int]
    at: Named[datetime] = Column(Utc, nullable=False)


class _Marks(TypedColumns):
    name: Named[str] = Column(String(40), primary_key=True)
    value: Named[str]


class _AuditHead(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    sequence: Named[int]
    mac: Named[str] = Column(String(64), nullable=False)


class _Outbox(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    kind: Named[str]
    thing_id: Named[str]


agencies = Table("agencies", metadata, _Agencies)
identifier_types = Table("identifier_types", metadata, _IdentifierTypes)
systems = Table("systems", metadata, _Systems)
sources = Table("sources", metadata, _Sources)
runs = Table("runs", metadata, _Runs, UniqueConstraint("source_id", "night"))
datasets = Table("datasets", metadata, _Datasets, UniqueConstraint("source_id", "key"))
descriptions = Table("descriptions", metadata, _Descriptions)
columns = Table("columns", metadata, _Columns, UniqueConstraint("dataset_id", "key"))
column_profiles = Table("column_profiles", metadata, _ColumnProfiles)
outcomes = Table("outcomes", metadata, _Outcomes, UniqueConstraint("run_id", "dataset_id"))
renames = Table("renames", metadata, _Renames)
coverage = Table("coverage", metadata, _Coverage)
findings = Table("findings", metadata, _Findings, UniqueConstraint("column_id", "type_code"))
evidence = Table("evidence", metadata, _Evidence)
decisions = Table("decisions", metadata, _Decisions)
standings = Table("standings", metadata, _Standings)
summaries = Table("summaries", metadata, _Summaries)
intents = Table("intents", metadata, _Intents)
audit_events = Table("audit_events", metadata, _AuditEvents)
audit_head = Table("audit_head", metadata, _AuditHead)
audit_checks = Table("audit_checks", metadata, _AuditChecks)
exports = Table("exports", metadata, _Exports)
marks = Table("marks", metadata, _Marks)
outbox = Table("outbox", metadata, _Outbox)

Index(None, outcomes.c.dataset_id)
Index(None, audit_events.c.person_id, audit_events.c.at)
Index(None, audit_events.c.action, audit_events.c.person_id, audit_events.c.sequence)
