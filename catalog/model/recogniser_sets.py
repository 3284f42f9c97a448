"""A city's own recognisers as they are kept: versions of a text, trials of it, and what each would change."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SetState(StrEnum):
    """Where one version stands: of one name at most one is a draft, and at most one in use."""

    DRAFT = "draft"
    IN_USE = "in_use"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class RecogniserSet:
    """One version of a file of recognisers. Only a draft's text changes; ``person_id`` is who changed it last."""

    id: int
    name: str
    version: int
    text: str
    digest: str
    state: SetState
    person_id: str
    made_at: datetime
    changed_at: datetime


class TrialState(StrEnum):
    """Where a trial stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


#: A set has at most one trial in these.
OPEN_TRIALS = (TrialState.WAITING, TrialState.RUNNING)


@dataclass(frozen=True, slots=True)
class Trial:
    """The wish to try a text on some sources, and what became of it. ``digest`` says which text it was."""

    id: int
    set_id: int
    digest: str
    state: TrialState
    person_id: str
    asked_at: datetime
    taken_at: datetime | None
    ended_at: datetime | None
    datasets: int
    not_looked_at: int
    columns: int
    problem: str


@dataclass(frozen=True, slots=True)
class TrialSource:
    """A source a text is tried on."""

    trial_id: int
    source_id: int


@dataclass(frozen=True, slots=True)
class Flip:
    """A type that a column would newly be suggested to hold, or no longer; the strengths without the text and with it.

    ``column_name`` is safe to show.
    """

    id: int
    trial_id: int
    dataset_id: int
    column_name: str
    type_code: str
    before: float
    after: float

    @property
    def gained(self) -> bool:
        """Whether the type would be newly suggested."""
        return self.after > self.before


@dataclass(frozen=True, slots=True)
class Flipped:
    """The same, as the scan side tells it."""

    dataset_id: int
    column_name: str
    type_code: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """What a trial brought: it failed where ``problem`` says something."""

    problem: str
    datasets: int
    not_looked_at: int
    columns: int
    flips: tuple[Flipped, ...]


def digest_of(text: str) -> str:
    """What a text is known by."""
    return hashlib.sha256(text.encode()).hexdigest()
