"""Tables of the nights: schedules, notices and their deliveries, and words on orphaned decisions."""

from datetime import datetime, time

from sqlalchemy import Column, ForeignKey, Integer, Named, String, Table, Text, Time, TypedColumns

from catalog.errors import SkipReason
from catalog.model.notices import Channel, DeliveryState, NoticeKind
from catalog.store.metadata import metadata
from catalog.store.types import Texts, Utc, Word


class _Schedules(TypedColumns):
    source_id: Named[int] = Column(ForeignKey("sources.id"), primary_key=True)
    days: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    opens: Named[time] = Column(Time, nullable=False)
    closes: Named[time] = Column(Time, nullable=False)
    seconds_a_day: Named[int | None]
    megabytes_a_day: Named[int | None]
    most_active: Named[int | None]
    most_lag: Named[int | None]
    look_again_days: Named[int]
    held: Named[bool]
    hold_reason: Named[str] = Column(Text, nullable=False)
    set_by: Named[str]
    set_at: Named[datetime] = Column(Utc, nullable=False)


class _Notices(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    key: Named[str] = Column(String(200), unique=True)
    kind: Named[NoticeKind] = Column(Word(NoticeKind), nullable=False)
    agency_id: Named[str | None] = Column(ForeignKey("agencies.id"))
    source_id: Named[int | None] = Column(ForeignKey("sources.id"))
    run_id: Named[int | None] = Column(ForeignKey("runs.id"))
    dataset_id: Named[int | None] = Column(ForeignKey("datasets.id"))
    type_codes: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    reason: Named[SkipReason | None] = Column(Word(SkipReason), nullable=True)
    at: Named[datetime] = Column(Utc, nullable=False)


class _Deliveries(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    notice_id: Named[int] = Column(ForeignKey("notices.id"), index=True)
    channel: Named[Channel] = Column(Word(Channel), nullable=False)
    person_id: Named[str | None] = Column(ForeignKey("people.id"))
    state: Named[DeliveryState] = Column(Word(DeliveryState), nullable=False, index=True)
    tries: Named[int]
    next_at: Named[datetime] = Column(Utc, nullable=False)
    sent_at: Named[datetime | None] = Column(Utc, nullable=True)
    problem: Named[str] = Column(Text, nullable=False)


class _Settlements(TypedColumns):
    column_id: Named[int] = Column(ForeignKey("columns.id"), primary_key=True)
    moved_to: Named[int | None] = Column(ForeignKey("columns.id"))
    person_id: Named[str] = Column(ForeignKey("people.id"))
    reason: Named[str] = Column(Text, nullable=False)
    at: Named[datetime] = Column(Utc, nullable=False)


schedules = Table("schedules", metadata, _Schedules)
notices = Table("notices", metadata, _Notices)
deliveries = Table("deliveries", metadata, _Deliveries)
settlements = Table("settlements", metadata, _Settlements)
