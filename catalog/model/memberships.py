"""Membership designations: being in a table is itself the information (who gets assistance, who was a victim).

The machine suggests from the words of the table and of its programme and from a key of people; a person decides.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MembershipVerdict(StrEnum):
    """What a person says of it."""

    CONFIRM = "confirm"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class MembershipSuggestion:
    """What being in a dataset would tell of a person, and the words (ours, of the lexicon) that speak for it.
    ``digest`` is of what it rests on.
    """

    dataset_id: int
    type_code: str
    clues: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class MembershipDecision:
    """A person's decision, beside earlier ones; the latest counts, and a rejection as long as ``digest`` holds."""

    id: int
    dataset_id: int
    type_code: str
    verdict: MembershipVerdict
    reason: str
    digest: str
    person_id: str
    at: datetime
