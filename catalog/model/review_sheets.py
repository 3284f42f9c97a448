"""What waits for a decision as a workbook, and what a workbook that came back asks for."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.model import review_words
from catalog.model.interchange import Problem
from catalog.model.review import ActKind, Order, Pick, Why

#: The decisions that a row may ask for, in the words of the pages.
DECISIONS: Mapping[str, ActKind] = {word: kind for kind, word in review_words.DO.items() if kind is not ActKind.ASK}
#: Why a suggestion is not right, in the words of the pages.
WHYS: Mapping[str, Why] = {word: why for why, word in review_words.WHYS.items()}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that asks for a decision: ``number`` is its own in the sheet, ``cell`` that of its decision."""

    number: int
    cell: str
    pick: Pick
    order: Order


@dataclass(frozen=True, slots=True)
class SheetAct:
    """An act that rows alike make up.

    Parameters:
        type_code: the type it is about; None where about several.
        columns: how many it takes; of these ``proposed`` wait for a second person.
    """

    order: Order
    type_code: str | None
    columns: int
    proposed: int


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """What a workbook would do, or did. With a problem anywhere it does nothing.

    Parameters:
        same: rows that say what was decided already.
        empty: rows without a decision.
    """

    acts: tuple[SheetAct, ...]
    same: int
    empty: int
    problems: tuple[Problem, ...]

    @property
    def columns(self) -> int:
        """How many columns it decides or puts off."""
        return sum(act.columns for act in self.acts)

    @property
    def is_possible(self) -> bool:
        """Whether it can be carried out and would do something."""
        return bool(self.acts) and not self.problems
