"""What an agency considered or did to collect, keep or disclose less (§23-1205(a)(3))."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class MeasureState(StrEnum):
    """How far a measure is."""

    CONSIDERED = "considered"
    IMPLEMENTED = "implemented"
    NOT_TAKEN = "not_taken"


MEASURE_TEXT: Mapping[MeasureState, str] = {
    MeasureState.CONSIDERED: "Considered",
    MeasureState.IMPLEMENTED: "Implemented",
    MeasureState.NOT_TAKEN: "Considered and not taken",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """An alternative that minimises collection, retention or disclosure. ``before`` and ``after`` say in words what is
    otherwise; ``decided_on`` is when it was taken, or not. One recorded by mistake is withdrawn.
    """

    id: int
    agency_id: str
    title: str
    text: str
    state: MeasureState
    activity_id: int | None
    before: str
    after: str
    decided_on: date | None
    withdrawn_on: date | None = None
