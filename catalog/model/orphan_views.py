"""Decisions whose column is gone, as a person is asked about them."""

from dataclasses import dataclass
from datetime import datetime

from catalog.model.decisions import Verdict
from catalog.model.holdings import Agency, Column, Dataset, Source
from catalog.model.identifiers import IdentifierType
from catalog.model.identity import Trait


@dataclass(frozen=True, slots=True)
class OrphanedDecision:
    """What was last decided on one type in a column that is gone."""

    type: IdentifierType
    verdict: Verdict
    person: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column its decisions may belong to, and what the two have in common, the weightiest first."""

    dataset: Dataset
    column: Column
    traits: tuple[Trait, ...]


@dataclass(frozen=True, slots=True)
class Orphan:
    """A column that is gone, alone or with its dataset.

    ``others`` are the columns of its dataset that are hardly like it, in order: none where that is gone too.
    """

    dataset: Dataset
    title: str
    source: Source
    agency: Agency
    column: Column
    decisions: tuple[OrphanedDecision, ...]
    candidates: tuple[Candidate, ...]
    others: tuple[Column, ...]

    @property
    def gone_since(self) -> datetime | None:
        """When it was first not found."""
        return self.column.retired_at or self.dataset.retired_at


@dataclass(frozen=True, slots=True)
class OrphansPage:
    """The first of the ``total`` columns whose decisions wait for a word."""

    orphans: tuple[Orphan, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a column's decisions.

    ``kept`` are types the other column has a decision of its own on; ``proposed`` wait for a second person.
    """

    carried: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()
