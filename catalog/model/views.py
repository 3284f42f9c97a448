"""What the services answer and the pages show: plain projections, already cut to what the actor may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from catalog.model.coverage import Caveat, Coverage, Look
from catalog.model.decisions import Decision, Standing
from catalog.model.designations import Designation
from catalog.model.detection import TypeDetection
from catalog.model.evidence import Form, Share
from catalog.model.holdings import (
    Agency,
    Column,
    ColumnProfile,
    Dataset,
    Description,
    Disclosure,
    Magnitude,
    Source,
    System,
)
from catalog.model.identifiers import IdentifierType, Tier
from catalog.model.law import Label, Law, LegalClass
from catalog.model.parties import Party
from catalog.model.programmes import Programme
from catalog.model.reconciliation import Approval, Concern
from catalog.model.register import Activity, Protocol
from catalog.model.runs import Intent, Outcome, Run


@dataclass(frozen=True, slots=True)
class Counts:
    """Columns that hold something, by standing. A re-opened one counts as suggested until decided again."""

    confirmed: int = 0
    suggested: int = 0

    @property
    def total(self) -> int:
        """Confirmed and suggested together."""
        return self.confirmed + self.suggested


@dataclass(frozen=True, slots=True)
class Looks:
    """Datasets by the state of our knowledge: every total carries its denominator."""

    scanned: int = 0
    partly: int = 0
    could_not_look: int = 0
    not_scanned: int = 0

    @property
    def known(self) -> int:
        """All datasets known."""
        return self.scanned + self.partly + self.could_not_look + self.not_scanned

    @property
    def looked_at(self) -> int:
        """Datasets of which rows were judged, wholly or partly."""
        return self.scanned + self.partly


@dataclass(frozen=True, slots=True)
class ActivityView:
    """An activity with its other party, the protocols it stands on and the types it is said to involve."""

    activity: Activity
    agency: Agency
    party: Party | None
    programme: Programme | None
    authorities: tuple[Protocol, ...]
    handling: tuple[Protocol, ...]
    designations: tuple[Designation, ...]
    approval: Approval
    types: tuple[IdentifierType, ...]


@dataclass(frozen=True, slots=True)
class TypeStanding:
    """One identifier type in one dataset or column: the strongest standing and how many columns."""

    type: IdentifierType
    standing: Standing
    columns: int


@dataclass(frozen=True, slots=True)
class DatasetLine:
    """A dataset in a list."""

    dataset: Dataset
    title: str
    agency: Agency
    system: System
    source: Source
    look: Look
    scanned_at: datetime | None
    types: tuple[TypeStanding, ...]
    columns_total: int
    columns_identifying: int
    activities: int
    tier: Tier
    people: Magnitude
    disclosure: Disclosure
    matched_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TagView:
    """One identifier type on one column with everything that speaks for it. Reasons are whole sentences;
    ``digest`` is that of the evidence shown, empty where none is.
    """

    type: IdentifierType
    standing: Standing
    form: Form | None
    strength: float | None
    band: str | None
    share: Share | None
    without_name: float | None
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    decision: Decision | None
    decided_by: str
    label: Label | None
    digest: str


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column with its tags, strongest first; ``profile`` is None when no rows were looked at."""

    column: Column
    profile: ColumnProfile | None
    tags: tuple[TagView, ...]


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """Everything one dataset page answers.

    ``concerns`` are by activity. ``without_column`` is how many decisions wait to be told where they belong; ``laws``
    are those whose classes it falls in today.
    """

    line: DatasetLine
    description: Description | None
    coverage: Coverage | None
    columns: tuple[ColumnView, ...]
    activities: tuple[ActivityView, ...]
    concerns: Mapping[int, tuple[Concern, ...]]
    sensitivity_reasons: tuple[str, ...]
    breach_notifiable: bool
    without_column: int = 0
    laws: tuple[tuple[Law, tuple[LegalClass, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """One agency in the heat map: its counts per type code, and how far anybody has looked."""

    agency: Agency
    cells: Mapping[str, Counts]
    looks: Looks


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Agencies by identifier types. ``types`` are those held by anybody shown, most columns first."""

    types: tuple[IdentifierType, ...]
    rows: tuple[AgencyRow, ...]
    finding: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source with its last run; ``health`` is the last run's look in words."""

    source: Source
    system: System
    agency: Agency
    looks: Looks
    last_run: Run | None
    last_complete_at: datetime | None


@dataclass(frozen=True, slots=True)
class TypePage:
    """Where in the city one kind of information is; ``activities`` are the first of ``activities_total``."""

    type: IdentifierType
    detection: TypeDetection
    label: Label | None
    by_agency: tuple[tuple[Agency, Counts], ...]
    datasets: tuple[DatasetLine, ...]
    activities: tuple[ActivityView, ...]
    activities_total: int
    column_names: tuple[tuple[str, int], ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class TypeLine:
    """An identifier type in the list of types."""

    type: IdentifierType
    counts: Counts
    agencies: int
    datasets: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """What needs me, what changed, can I trust it. ``columns`` counts each column once per standing; ``columns_gone``
    those whose decisions wait to be told where they belong.
    """

    looks: Looks
    columns: Counts
    columns_known: int
    reopened: int
    heat: HeatMap
    failed_sources: tuple[SourceLine, ...]
    recent_runs: tuple["RunLine", ...]
    without_activity: int
    undeclared: tuple[DatasetLine, ...]
    columns_gone: int = 0


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in a list, with how its looks went."""

    run: Run
    source: Source
    agency: Agency
    looks: Looks


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What a run did with one dataset, with the dataset's name; ``caveats`` as long as its look is the latest."""

    outcome: Outcome
    dataset: Dataset
    caveats: tuple[Caveat, ...] = ()


@dataclass(frozen=True, slots=True)
class RunPage:
    """A run with its outcomes: failures first, then changes, then the rest."""

    line: RunLine
    outcomes: tuple[OutcomeView, ...]
    intents: tuple[Intent, ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet with the hits it would leave; only a value already chosen may leave none."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet of the search page; ``key`` is the name in the address."""

    key: str
    title: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class OtherHit:
    """A hit that is not a dataset: an agency, an identifier type, a programme, a protocol or an activity.

    ``id`` is what its page goes by.
    """

    kind: str
    id: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The answer to a search; ``total`` counts datasets this actor may see, before paging."""

    text: str
    datasets: tuple[DatasetLine, ...]
    total: int
    page: int
    pages: int
    others: tuple[OtherHit, ...]
    facets: tuple[Facet, ...]
    without_filters: int
