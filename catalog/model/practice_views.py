"""What the practice queue shows of somebody's turn."""

from dataclasses import dataclass

from catalog.model.review import ActKind
from catalog.model.review_views import PracticeItem, PracticeResult


@dataclass(frozen=True, slots=True)
class PracticeAnswered:
    """An answer to an item; ``to_code`` is the type it would be changed to."""

    item: PracticeItem
    kind: ActKind
    to_code: str | None
    is_right: bool


@dataclass(frozen=True, slots=True)
class PracticePage:
    """Where somebody is in a turn.

    Parameters:
        item: what is to be answered next; None when the turn is done.
        last: what was answered before, where there is something.
        missed: what was not answered rightly, in the order of the turn.
    """

    turn: int
    item: PracticeItem | None
    last: PracticeAnswered | None
    missed: tuple[PracticeAnswered, ...]
    result: PracticeResult
