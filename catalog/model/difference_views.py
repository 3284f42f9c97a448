"""What the services of the reconciliation answer and its pages show, already cut to what the actor may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalog.model.actors import Person
from catalog.model.detection import Tally
from catalog.model.differences import Difference, Match, Reason, Resolution, State
from catalog.model.holdings import Agency
from catalog.model.identifiers import IdentifierType
from catalog.model.views import ActivityView, ColumnView, DatasetLine, Facet


@dataclass(frozen=True, slots=True)
class Why:
    """Why a line says what it says, for a page to put into a sentence.

    ``activities`` are those that declare the type: on the dataset where paper and data agree, of other data where it
    is declared elsewhere. ``types`` are what only this side of a flow records, ``others`` what only the other does.
    ``measured`` is how often scans found a type that they did not find here; ``citations`` are where the policies ask
    for what is missing.
    """

    reason: Reason
    section: str
    day: date | None = None
    bound: float | None = None
    types: tuple[IdentifierType, ...] = ()
    others: tuple[IdentifierType, ...] = ()
    activities: tuple[ActivityView, ...] = ()
    measured: Tally | None = None
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """A difference in a list. ``state`` is None where nothing is to be decided; ``resolution`` the last word on it."""

    difference: Difference
    agency: Agency
    dataset: DatasetLine | None
    activity: ActivityView | None
    type: IdentifierType | None
    other_agency: Agency | None
    state: State | None
    resolution: Resolution | None
    resolved_by: str
    why: Why

    @property
    def match(self) -> Match:
        """How paper and data compare."""
        return self.difference.match


@dataclass(frozen=True, slots=True)
class DifferencesPage:
    """One page of the ``total`` lines that pass the filters; ``known`` counts all differences the actor sees.

    ``agreed`` counts the lines where paper and data agree, ``not_looked`` the datasets at which nobody has looked or
    could look, of the ``datasets`` there are: a short list says little where these are many. ``counts`` are by state.
    """

    lines: tuple[DifferenceLine, ...]
    total: int
    known: int
    page: int
    pages: int
    facets: tuple[Facet, ...]
    counts: Mapping[State, int]
    agreed: int
    not_looked: int
    datasets: int


@dataclass(frozen=True, slots=True)
class Gravest:
    """The first of the ``total`` lines that pass the filters."""

    lines: tuple[DifferenceLine, ...]
    total: int


class Step(StrEnum):
    """What can be done about a difference. The last five are done on pages of their own."""

    DECLARE = "declare"
    LINK = "link"
    REJECT = "reject"
    ASK = "ask"
    ANSWER = "answer"
    EXCEPTION = "exception"
    REOPEN = "reopen"
    APPROVE = "approve"
    AGREE = "agree"
    RECORD_OTHER_SIDE = "record_other_side"
    CORRECT = "correct"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do; ``refused`` says why this actor cannot, empty where they can. ``activities`` are those to
    choose from (to declare in, to link with, to correct); ``people`` the stewards who can be asked.
    """

    step: Step
    refused: str = ""
    activities: tuple[ActivityView, ...] = ()
    people: tuple[Person, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the actor can take it."""
        return not self.refused


@dataclass(frozen=True, slots=True)
class Said:
    """A resolution with the name of who said it and who was asked; ``holds`` when it is the one in effect."""

    resolution: Resolution
    by: str
    asked: str
    holds: bool


@dataclass(frozen=True, slots=True)
class DifferencePage:
    """One difference: ``columns`` hold the type, strongest first; ``history`` is what people said, latest first, each
    with its picture; ``picture`` what it looks like now, in the same words.
    """

    line: DifferenceLine
    columns: tuple[ColumnView, ...]
    history: tuple[Said, ...]
    picture: str
    steps: tuple[NextStep, ...]

    def step(self, step: Step) -> NextStep | None:
        """This next step, where there is one."""
        return next((one for one in self.steps if one.step is step), None)


@dataclass(frozen=True, slots=True)
class TallyLine:
    """How many lines of each match one agency, programme, dataset or activity has; ``open`` of them wait for a
    person; ``rank`` is the highest among these.
    """

    key: str
    name: str
    counts: Mapping[Match, int]
    open: int
    rank: float


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a full reconciliation did to the table."""

    differences: int
    new: int
    gone: int
    moved: int
    seconds: float
