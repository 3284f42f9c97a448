"""Tables of likely copies: what names of columns are compared by, what was found by it, and people's words about it."""

from datetime import datetime

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Named, String, Table, Text, TypedColumns

from catalog.model.copies import CopyVerdict
from catalog.store.metadata import metadata
from catalog.store.types import Utc, Word


class _ColumnKeys(TypedColumns):
    dataset_id: Named[int] = Column(ForeignKey("datasets.id"), primary_key=True)
    key: Named[str] = Column(String(80), primary_key=True)
    is_file: Named[bool]
    names: Named[str] = Column(String(16), nullable=False)


class _LikelyCopies(TypedColumns):
    dataset_id: Named[int] = Column(ForeignKey("datasets.id"), primary_key=True)
    of_dataset_id: Named[int] = Column(ForeignKey("datasets.id"), primary_key=True, index=True)
    part: Named[str]
    common: Named[int]
    columns: Named[int]
    of_columns: Named[int]
    agreeing: Named[int]
    comparable: Named[int]
    in_order: Named[bool]
    score: Named[float] = Column(Float, nullable=False)
    digest: Named[str]
    at: Named[datetime] = Column(Utc, nullable=False)


class _CopyDecisions(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    dataset_id: Named[int] = Column(ForeignKey("datasets.id"), index=True)
    of_dataset_id: Named[int] = Column(ForeignKey("datasets.id"), index=True)
    verdict: Named[CopyVerdict] = Column(Word(CopyVerdict), nullable=False)
    reason: Named[str] = Column(Text, nullable=False)
    digest: Named[str]
    person_id: Named[str]
    at: Named[datetime] = Column(Utc, nullable=False)


column_keys = Table("column_keys", metadata, _ColumnKeys)
likely_copies = Table("likely_copies", metadata, _LikelyCopies)
copy_decisions = Table("copy_decisions", metadata, _CopyDecisions)

# All that is asked of a name stands in it.
Index(None, column_keys.c.key, column_keys.c.is_file, column_keys.c.dataset_id, column_keys.c.names)
