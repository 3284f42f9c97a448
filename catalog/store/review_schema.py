"""Tables of review: what people did, and the queue that is derived from findings and decisions."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import (
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

from catalog.model.decisions import Verdict
from catalog.model.evidence import Form
from catalog.model.identifiers import Tier
from catalog.model.review import ActKind, ReviewState, Why
from catalog.store.metadata import metadata
from catalog.store.people_schema import people
from catalog.store.types import Level, Options, Texts, Utc, Word


class _ReviewActs(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    kind: Named[ActKind] = Column(Word(ActKind), nullable=False)
    person_id: Named[str] = Column(ForeignKey(people.c.id))
    at: Named[datetime] = Column(Utc, nullable=False)
    type_code: Named[str | None] = Column(ForeignKey("identifier_types.code"))
    to_code: Named[str | None] = Column(ForeignKey("identifier_types.code"))
    why: Named[Why | None] = Column(Word(Why), nullable=True)
    reason: Named[str] = Column(Text, nullable=False)
    until: Named[date | None] = Column(Date, nullable=True)
    to_person_id: Named[str | None] = Column(ForeignKey(people.c.id))
    columns: Named[int]
    of_id: Named[int | None] = Column(ForeignKey("review_acts.id"), index=True)
    token: Named[str | None] = Column(String(64), nullable=True)


class _Pictures(TypedColumns):
    decision_id: Named[int] = Column(ForeignKey("decisions.id"), primary_key=True, autoincrement=False)
    form: Named[Form | None] = Column(Word(Form), nullable=True)
    strength: Named[float | None] = Column(Float, nullable=True)
    share_low: Named[float | None] = Column(Float, nullable=True)
    share_mid: Named[float | None] = Column(Float, nullable=True)
    share_high: Named[float | None] = Column(Float, nullable=True)
    without_name: Named[float | None] = Column(Float, nullable=True)
    reasons: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    against: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    shapes: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    detector: Named[str]


class _Deferrals(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    act_id: Named[int] = Column(ForeignKey("review_acts.id"), index=True)
    column_id: Named[int] = Column(ForeignKey("columns.id"), index=True)
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"))
    evidence_digest: Named[str]
    ends: Named[bool]


class _Proposals(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    act_id: Named[int] = Column(ForeignKey("review_acts.id"), index=True)
    column_id: Named[int] = Column(ForeignKey("columns.id"), index=True)
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"))
    verdict: Named[Verdict] = Column(Word(Verdict), nullable=False)
    evidence_digest: Named[str]


class _SecondReadings(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    decision_id: Named[int] = Column(ForeignKey("decisions.id"), unique=True)
    column_id: Named[int] = Column(ForeignKey("columns.id"), index=True)
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"))
    agency_id: Named[str] = Column(ForeignKey("agencies.id"), index=True)
    evidence_digest: Named[str]
    drawn_at: Named[datetime] = Column(Utc, nullable=False)
    reader_id: Named[str | None] = Column(ForeignKey(people.c.id))
    verdict: Named[Verdict | None] = Column(Word(Verdict), nullable=True)
    why: Named[Why | None] = Column(Word(Why), nullable=True)
    reason: Named[str] = Column(Text, nullable=False)
    read_at: Named[datetime | None] = Column(Utc, nullable=True)


class _PracticeAnswers(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    person_id: Named[str] = Column(ForeignKey(people.c.id))
    turn: Named[int]
    item: Named[str] = Column(String(40), nullable=False)
    kind: Named[ActKind] = Column(Word(ActKind), nullable=False)
    type_code: Named[str | None] = Column(ForeignKey("identifier_types.code"))
    is_right: Named[bool]
    ms: Named[int]
    at: Named[datetime] = Column(Utc, nullable=False)


class _ReviewKeys(TypedColumns):
    person_id: Named[str] = Column(ForeignKey(people.c.id), primary_key=True)
    is_on: Named[bool]
    chosen: Named[Mapping[str, str]] = Column(Options, nullable=False)


class _ReviewItems(TypedColumns):
    column_id: Named[int] = Column(ForeignKey("columns.id"), primary_key=True, autoincrement=False)
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"), primary_key=True)
    dataset_id: Named[int] = Column(ForeignKey("datasets.id"), index=True)
    agency_id: Named[str] = Column(ForeignKey("agencies.id"))
    group_key: Named[str] = Column(String(20), nullable=False)
    state: Named[ReviewState] = Column(Word(ReviewState), nullable=False)
    form: Named[Form | None] = Column(Word(Form), nullable=True)
    band: Named[str] = Column(String(10), nullable=False)
    strength: Named[float] = Column(Float, nullable=False)
    digest: Named[str]
    version: Named[str]
    until: Named[date | None] = Column(Date, nullable=True)
    person_id: Named[str | None] = Column(ForeignKey(people.c.id))


class _ReviewGroups(TypedColumns):
    group_key: Named[str] = Column(String(20), primary_key=True)
    agency_id: Named[str] = Column(ForeignKey("agencies.id"), primary_key=True)
    name: Named[str] = Column(Text, nullable=False)
    family: Named[str] = Column(String(10), nullable=False)
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"))
    tier: Named[Tier] = Column(Level(Tier), nullable=False)
    columns: Named[int]
    high: Named[int]
    medium: Named[int]
    low: Named[int]
    reopened: Named[int]
    disputed: Named[int]
    deferred: Named[int]
    asked: Named[int]
    proposed: Named[int]
    confirmed: Named[int]
    rejected: Named[int]
    strength_sum: Named[float] = Column(Float, nullable=False)
    value: Named[float] = Column(Float, nullable=False)


class _ReviewTotals(TypedColumns):
    group_key: Named[str] = Column(String(20), primary_key=True)
    name: Named[str] = Column(Text, nullable=False)
    family: Named[str] = Column(String(10), nullable=False)
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"))
    tier: Named[Tier] = Column(Level(Tier), nullable=False)
    agencies: Named[int]
    columns: Named[int]
    high: Named[int]
    medium: Named[int]
    low: Named[int]
    reopened: Named[int]
    disputed: Named[int]
    deferred: Named[int]
    asked: Named[int]
    proposed: Named[int]
    confirmed: Named[int]
    rejected: Named[int]
    strength_sum: Named[float] = Column(Float, nullable=False)
    value: Named[float] = Column(Float, nullable=False)


review_acts = Table("review_acts", metadata, _ReviewActs, UniqueConstraint("person_id", "token"))
pictures = Table("pictures", metadata, _Pictures)
deferrals = Table("deferrals", metadata, _Deferrals)
proposals = Table("proposals", metadata, _Proposals)
second_readings = Table("second_readings", metadata, _SecondReadings)
practice_answers = Table("practice_answers", metadata, _PracticeAnswers)
review_keys = Table("review_keys", metadata, _ReviewKeys)
review_items = Table("review_items", metadata, _ReviewItems)
review_groups = Table("review_groups", metadata, _ReviewGroups)
review_totals = Table("review_totals", metadata, _ReviewTotals)

Index(None, review_items.c.group_key, review_items.c.agency_id)
Index(None, review_items.c.state, review_items.c.until)
Index(None, review_groups.c.agency_id, review_groups.c.value)
Index(None, practice_answers.c.person_id, practice_answers.c.turn)
