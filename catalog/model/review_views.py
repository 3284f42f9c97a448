"""What review shows: plain projections, already cut to what the actor may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from catalog.model.decisions import Verdict
from catalog.model.evidence import Form
from catalog.model.holdings import Agency, Band, Column, ColumnProfile, Dataset, Source
from catalog.model.identifiers import IdentifierType, Tier
from catalog.model.review import ActKind, LeftOutBecause, Order, Pick, Picture, ReviewAct, ReviewState, Why
from catalog.model.views import ColumnView, Facet, TagView


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group of alike columns in the queue, over all agencies that the actor decides for.

    ``name`` is empty where it is withheld. ``band`` is that of ``likely``: how likely the suggestion is right, by the
    machine's word and what people decided of alike columns; ``lowered`` when people's word put it in a lower one.
    """

    key: str
    name: str
    family: str
    type: IdentifierType
    agencies: int
    columns: int
    high: int
    medium: int
    low: int
    reopened: int
    disputed: int
    confirmed: int
    rejected: int
    likely: float
    band: str
    lowered: bool
    value: float


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """What waits, in columns: ``bands`` by band; and what lies elsewhere. ``handed`` were handed to the actor."""

    columns: int
    groups: int
    bands: Mapping[str, int]
    reopened: int
    disputed: int
    deferred: int
    handed: int
    asked: int
    proposed: int
    second: int
    orphans: int


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue; ``total`` counts groups that pass the filters, before paging.

    Parameters:
        next_scan, put_off: where no group passes them: when a scan is due, and how many that would are put off.
    """

    lines: tuple[GroupLine, ...]
    total: int
    page: int
    pages: int
    facets: tuple[Facet, ...]
    counts: QueueCounts
    next_scan: datetime | None
    put_off: int

    def leaves(self, key: str, value: str) -> int:
        """How many columns a value of a filter would leave, given the other filters."""
        values = (each for facet in self.facets if facet.key == key for each in facet.values)
        return next((each.count for each in values if each.value == value), 0)


@dataclass(frozen=True, slots=True)
class LastWord:
    """Who said what of an item last, and when."""

    person: str
    verdict: Verdict
    at: datetime
    reason: str
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class ItemView:
    """One type in one column with everything that speaks for it.

    Parameters:
        is_usual: whether its evidence is what most of the group has; else ``unusual`` says what is other.
        picture: what the machine said when the decision in effect was made; None where none was, or none was kept.
        until, waits_for: of what is put off or asked, the day or the person.
    """

    column: Column
    dataset: Dataset
    title: str
    agency: Agency
    source: Source
    tag: TagView
    profile: ColumnProfile | None
    state: ReviewState
    version: str
    is_usual: bool
    unusual: str
    last: LastWord | None
    picture: Picture | None
    until: date | None
    waits_for: str


@dataclass(frozen=True, slots=True)
class PastDecisions:
    """What people decided of alike columns in one agency."""

    agency: Agency
    confirmed: int
    rejected: int
    last: LastWord


@dataclass(frozen=True, slots=True)
class TierMove:
    """Datasets whose sensitivity moves from one tier to another."""

    before: Tier
    after: Tier
    datasets: int


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a verdict on some columns changes.

    Parameters:
        columns, datasets: how many it is about; ``counted`` of the columns count now, the others are clues.
        moves: of the datasets' sensitivity.
        notifiable: datasets that come to be (or, negative, no longer are) such that their loss must be notified.
        undeclared: datasets in which no recorded collection or disclosure declares the type.
        declaring: collections and disclosures that declare the type on these datasets.
        looked_at: of how many datasets this was worked out; ``datasets`` when of all.
    """

    verdict: Verdict
    columns: int
    counted: int
    datasets: int
    moves: tuple[TierMove, ...]
    notifiable: int
    undeclared: int
    declaring: int
    looked_at: int


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A group: its items (those of one page), one of them in full with its neighbours, and what a decision changes.

    Parameters:
        sentence: the evidence of the one shown in one sentence.
        neighbours: the columns beside it in its table, in order, itself included.
        rest: of what has the usual evidence, what is not shown one by one where only so many were asked for.
        unusual: how many of the group's items are left out unless chosen, whatever page they are on.
        second_person: whether rejecting it waits for a second person.
        newest: the newest decision on any type of the column shown; its types are among the neighbours'.
    """

    line: GroupLine
    items: tuple[ItemView, ...]
    page: int
    pages: int
    unusual: int
    shown: ItemView
    sentence: str
    neighbours: tuple[ColumnView, ...]
    past: tuple[PastDecisions, ...]
    if_confirmed: Consequences
    if_rejected: Consequences
    second_person: bool
    rest: tuple[Pick, ...] = ()
    newest: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An item that an act leaves out, and why; ``last`` where somebody decided it meanwhile."""

    column_id: int
    type_code: str
    because: LeftOutBecause
    place: str
    last: LastWord | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act did.

    Parameters:
        done: columns decided, put off or asked about now.
        proposed: columns that wait for a second person.
        repeated: whether the same form was sent before; then this is what it did that time.
    """

    act: ReviewAct
    done: int
    proposed: int
    left_out: tuple[LeftOut, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What an act would do."""

    order: Order
    columns: int
    datasets: int
    agencies: tuple[Agency, ...]
    types: tuple[IdentifierType, ...]
    proposed: int
    left_out: tuple[LeftOut, ...]
    consequences: Consequences | None


@dataclass(frozen=True, slots=True)
class ActLine:
    """An act in the list of what somebody did.

    ``can_undo`` counts the columns on which nobody has decided since; ``undone`` when it was undone. ``proposed``
    counts those of which it only proposed something, for a second person to agree to. ``of_kind`` is what it settles or
    takes back.
    """

    act: ReviewAct
    person: str
    type: IdentifierType | None
    to: IdentifierType | None
    name: str
    agencies: tuple[Agency, ...]
    waits_for: str
    can_undo: int
    undone: bool
    proposed: int = 0
    of_kind: ActKind | None = None


@dataclass(frozen=True, slots=True)
class ActsPage:
    """What somebody did in review, the latest first."""

    lines: tuple[ActLine, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A decision that waits for a second person; ``may_settle`` when the actor may be that person."""

    act: ReviewAct
    person: str
    items: tuple[ItemView, ...]
    total: int
    may_settle: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question to a steward about some columns, with the answer where there is one."""

    act: ReviewAct
    asked_by: str
    asked: str
    items: tuple[ItemView, ...]
    total: int
    answer: ReviewAct | None


@dataclass(frozen=True, slots=True)
class ReadingView:
    """A decision to be read a second time, without the first reader's word: nothing here tells it."""

    id: int
    column: Column
    dataset: Dataset
    title: str
    agency: Agency
    source: Source
    tag: TagView
    profile: ColumnProfile | None
    neighbours: tuple[ColumnView, ...]
    left: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Second readings of one type: how many were read, how many agreed; ``low`` and ``high`` bound the true share.

    The interval is Wilson's, of 95 %; None where too few were read to say.
    """

    type: IdentifierType
    read: int
    agreed: int
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of suggestions of these strengths, how many people confirmed: one bar of the calibration.

    ``low`` and ``high`` as :class:`Agreement`; ``acts`` in how many acts, since one may be about a thousand columns.
    """

    from_strength: float
    to_strength: float
    decided: int
    confirmed: int
    acts: int
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class QualityPage:
    """How good suggestions and decisions are: calibration, by type too, and agreement of second readers."""

    bins: tuple[Reliability, ...]
    by_type: tuple[tuple[IdentifierType, Reliability], ...]
    agreements: tuple[Agreement, ...]
    finding: str
    waiting: int


@dataclass(frozen=True, slots=True)
class HandedTo:
    """Somebody to whom items may be handed, or who may be asked."""

    person_id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class PracticeItem:
    """An item of the practice queue: everything the page shows of a suggestion. All of it is made up.

    Parameters:
        id: within the practice queue.
        reasons, against: as :class:`~catalog.model.views.TagView`.
        empty, distinct: as :class:`~catalog.model.holdings.ColumnProfile`.
        competing: the other types suggested in the column, and how strongly.
        neighbours: the other columns of its table: name, declared type, and label of what is suggested in it.
        answers: what is right: the acts, each with the type it would be changed to.
        because: why, told after answering.
    """

    id: str
    table: str
    column: str
    declared_type: str
    comment: str
    type: IdentifierType
    form: Form
    strength: float
    band: str
    share: tuple[float, float, float]
    without_name: float
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    empty: Band
    distinct: Band
    shapes: tuple[str, ...]
    competing: tuple[tuple[IdentifierType, float], ...]
    neighbours: tuple[tuple[str, str, str], ...]
    answers: tuple[tuple[ActKind, str | None], ...]
    because: str


@dataclass(frozen=True, slots=True)
class PracticeResult:
    """How somebody did in one turn of the practice queue; ``bands`` are right and answered by band."""

    answered: int
    total: int
    right: int
    bands: Mapping[str, tuple[int, int]]
    median_ms: int | None
