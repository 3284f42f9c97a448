"""The tables of a city's own recognisers; see :mod:`catalog.store.schema` for all others."""

from datetime import datetime

from sqlalchemy import (
    Column,
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
    text,
)

from catalog.model.recogniser_sets import SetState, TrialState
from catalog.store.metadata import metadata
from catalog.store.types import Utc, Word


class _RecogniserSets(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    name: Named[str] = Column(String(100), nullable=False)
    version: Named[int]
    text: Named[str] = Column(Text, nullable=False)
    digest: Named[str] = Column(String(64), nullable=False)
    state: Named[SetState] = Column(Word(SetState), nullable=False)
    person_id: Named[str] = Column(ForeignKey("people.id"))
    made_at: Named[datetime] = Column(Utc, nullable=False)
    changed_at: Named[datetime] = Column(Utc, nullable=False)


class _Trials(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    set_id: Named[int] = Column(ForeignKey("recogniser_sets.id", ondelete="CASCADE"), index=True)
    digest: Named[str] = Column(String(64), nullable=False)
    state: Named[TrialState] = Column(Word(TrialState), nullable=False)
    person_id: Named[str] = Column(ForeignKey("people.id"))
    asked_at: Named[datetime] = Column(Utc, nullable=False)
    taken_at: Named[datetime | None] = Column(Utc, nullable=True)
    ended_at: Named[datetime | None] = Column(Utc, nullable=True)
    datasets: Named[int]
    not_looked_at: Named[int]
    columns: Named[int]
    problem: Named[str] = Column(Text, nullable=False)


class _TrialSources(TypedColumns):
    trial_id: Named[int] = Column(ForeignKey("trials.id", ondelete="CASCADE"), primary_key=True)
    source_id: Named[int] = Column(ForeignKey("sources.id"), primary_key=True)


class _Flips(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    trial_id: Named[int] = Column(ForeignKey("trials.id", ondelete="CASCADE"), index=True)
    dataset_id: Named[int] = Column(ForeignKey("datasets.id"), index=True)
    column_name: Named[str] = Column(Text, nullable=False)
    type_code: Named[str] = Column(ForeignKey("identifier_types.code"))
    before: Named[float] = Column(Float, nullable=False)
    after: Named[float] = Column(Float, nullable=False)


recogniser_sets = Table("recogniser_sets", metadata, _RecogniserSets, UniqueConstraint("name", "version"))
trials = Table("trials", metadata, _Trials)
trial_sources = Table("trial_sources", metadata, _TrialSources)
flips = Table("flips", metadata, _Flips)

# Of one name at most one draft and at most one in use, and of one version at most one trial that is not over, whoever
# else writes at the same moment.
_ONE_EACH, _OPEN = text("state <> 'retired'"), text("state IN ('waiting', 'running')")
Index(
    "ix_recogniser_sets_name_state",
    recogniser_sets.c.name,
    recogniser_sets.c.state,
    unique=True,
    sqlite_where=_ONE_EACH,
    postgresql_where=_ONE_EACH,
)
Index("ix_trials_open", trials.c.set_id, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
