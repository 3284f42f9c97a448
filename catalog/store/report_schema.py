"""Tables of the inventory cycle: what happens in it, what people say in it, what was signed and issued."""

from datetime import date, datetime

from sqlalchemy import (
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

from catalog.model.cycles import CycleEvent, CycleState
from catalog.model.frozen_reports import Format
from catalog.model.measures import MeasureState
from catalog.model.report_entries import EntryKind, WithholdReason
from catalog.store.metadata import metadata
from catalog.store.people_schema import people
from catalog.store.types import Texts, Utc, Word


class _CycleSteps(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    cycle_id: Named[int] = Column(ForeignKey("cycles.id"), index=True)
    event: Named[CycleEvent] = Column(Word(CycleEvent), nullable=False)
    before: Named[CycleState | None] = Column(Word(CycleState), nullable=True)
    after: Named[CycleState] = Column(Word(CycleState), nullable=False)
    person_id: Named[str]
    person: Named[str]
    at: Named[datetime] = Column(Utc, nullable=False)
    words: Named[str] = Column(Text, nullable=False)
    signer: Named[str]
    capacity: Named[str]
    content_hash: Named[str]
    signed_on: Named[date | None] = Column(Date, nullable=True)
    filed: Named[str]
    number: Named[int]


class _DivisionTasks(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    cycle_id: Named[int] = Column(ForeignKey("cycles.id"), index=True)
    division: Named[str]
    tasks: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    person_id: Named[str | None] = Column(ForeignKey(people.c.id), index=True)
    contact: Named[str]
    note: Named[str] = Column(Text, nullable=False)
    due_on: Named[date] = Column(Date, nullable=False)
    asked_by: Named[str]
    asked_at: Named[datetime] = Column(Utc, nullable=False)
    reminded_on: Named[date | None] = Column(Date, nullable=True)
    done_by: Named[str]
    done_at: Named[datetime | None] = Column(Utc, nullable=True)
    withdrawn_at: Named[datetime | None] = Column(Utc, nullable=True)


class _ReportEntries(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    cycle_id: Named[int] = Column(ForeignKey("cycles.id"))
    item_key: Named[str] = Column(String(200))
    kind: Named[EntryKind] = Column(Word(EntryKind), nullable=False)
    text: Named[str] = Column(Text, nullable=False)
    reason: Named[WithholdReason | None] = Column(Word(WithholdReason), nullable=True)
    digest: Named[str] = Column(String(64))
    answers_id: Named[int | None] = Column(ForeignKey("report_entries.id"))
    division_task_id: Named[int | None] = Column(ForeignKey("division_tasks.id"))
    person_id: Named[str]
    person: Named[str]
    at: Named[datetime] = Column(Utc, nullable=False)


class _FrozenReports(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    cycle_id: Named[int] = Column(ForeignKey("cycles.id"))
    number: Named[int]
    content: Named[str] = Column(Text, nullable=False)
    content_hash: Named[str]
    person_id: Named[str]
    person: Named[str]
    at: Named[datetime] = Column(Utc, nullable=False)


class _ReportRenditions(TypedColumns):
    frozen_id: Named[int] = Column(ForeignKey("frozen_reports.id"), primary_key=True)
    format: Named[Format] = Column(Word(Format), primary_key=True)
    public: Named[bool] = Column(primary_key=True)
    digest: Named[str]
    size: Named[int]
    renderer: Named[str]


class _Measures(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    agency_id: Named[str] = Column(ForeignKey("agencies.id"), index=True)
    title: Named[str]
    text: Named[str] = Column(Text, nullable=False)
    state: Named[MeasureState] = Column(Word(MeasureState), nullable=False)
    activity_id: Named[int | None] = Column(ForeignKey("activities.id"))
    before: Named[str] = Column(Text, nullable=False)
    after: Named[str] = Column(Text, nullable=False)
    decided_on: Named[date | None] = Column(Date, nullable=True)
    withdrawn_on: Named[date | None] = Column(Date, nullable=True)


class _QuarterlyReports(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    year: Named[int]
    quarter: Named[int]
    number: Named[int]
    content: Named[str] = Column(Text, nullable=False)
    content_hash: Named[str]
    person_id: Named[str]
    person: Named[str]
    at: Named[datetime] = Column(Utc, nullable=False)


cycle_steps = Table("cycle_steps", metadata, _CycleSteps)
division_tasks = Table("division_tasks", metadata, _DivisionTasks)
report_entries = Table("report_entries", metadata, _ReportEntries)
frozen_reports = Table("frozen_reports", metadata, _FrozenReports, UniqueConstraint("cycle_id", "number"))
report_renditions = Table("report_renditions", metadata, _ReportRenditions)
measures = Table("measures", metadata, _Measures)
quarterly_reports = Table(
    "quarterly_reports", metadata, _QuarterlyReports, UniqueConstraint("year", "quarter", "number")
)

Index(None, report_entries.c.cycle_id, report_entries.c.item_key)
