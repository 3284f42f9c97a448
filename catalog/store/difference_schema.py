"""Tables of the reconciliation: what paper and data say side by side, and people's words about it."""

from datetime import date, datetime

from sqlalchemy import Column, Date, Float, ForeignKey, Index, Integer, Named, String, Table, Text, TypedColumns

from catalog.model.differences import Match, Reason, Settling
from catalog.model.memberships import MembershipVerdict
from catalog.store.metadata import metadata
from catalog.store.people_schema import people
from catalog.store.types import Texts, Utc, Word


class _Differences(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    key: Named[str] = Column(String(120), unique=True)
    agency_id: Named[str] = Column(ForeignKey("agencies.id"))
    match: Named[Match] = Column(Word(Match), nullable=False)
    dataset_id: Named[int | None] = Column(ForeignKey("datasets.id"), index=True)
    activity_id: Named[int | None] = Column(ForeignKey("activities.id"), index=True)
    type_code: Named[str | None] = Column(ForeignKey("identifier_types.code"))
    other_agency_id: Named[str | None] = Column(ForeignKey("agencies.id"))
    types: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    others: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    confirmed: Named[bool]
    columns: Named[int]
    bound: Named[float | None] = Column(Float, nullable=True)
    rank: Named[float] = Column(Float, nullable=False)
    facts: Named[str]
    since: Named[datetime] = Column(Utc, nullable=False)
    reason: Named[Reason] = Column(Word(Reason), nullable=False)
    day: Named[date | None] = Column(Date, nullable=True)
    member: Named[bool]


class _Resolutions(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    key: Named[str] = Column(String(120), index=True)
    agency_id: Named[str] = Column(ForeignKey("agencies.id"))
    settling: Named[Settling] = Column(Word(Settling), nullable=False)
    reason: Named[str] = Column(Text, nullable=False)
    until: Named[date | None] = Column(Date, nullable=True)
    asked_id: Named[str | None] = Column(ForeignKey(people.c.id))
    facts: Named[str]
    picture: Named[str] = Column(Text, nullable=False)
    person_id: Named[str]
    at: Named[datetime] = Column(Utc, nullable=False)


class _MembershipSuggestions(TypedColumns):
    dataset_id: Named[int] = Column(ForeignKey("datasets.id"), primary_key=True)
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"), primary_key=True)
    clues: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    digest: Named[str]


class _MembershipDecisions(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    dataset_id: Named[int] = Column(ForeignKey("datasets.id"), index=True)
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"))
    verdict: Named[MembershipVerdict] = Column(Word(MembershipVerdict), nullable=False)
    reason: Named[str] = Column(Text, nullable=False)
    digest: Named[str]
    person_id: Named[str]
    at: Named[datetime] = Column(Utc, nullable=False)


differences = Table("differences", metadata, _Differences)
resolutions = Table("resolutions", metadata, _Resolutions)
membership_suggestions = Table("membership_suggestions", metadata, _MembershipSuggestions)
membership_decisions = Table("membership_decisions", metadata, _MembershipDecisions)

Index(None, differences.c.agency_id, differences.c.match, differences.c.rank)
