"""What the services answer about what divisions are asked for a report; see :mod:`catalog.model.report_views`."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.model.actors import Role
from catalog.model.cycles import Cycle, DivisionTask
from catalog.model.holdings import Agency
from catalog.model.interchange import Problem
from catalog.model.report_answers import Answer
from catalog.model.report_entries import Entry
from catalog.model.report_form import Element


@dataclass(frozen=True, slots=True)
class DivisionAnswer:
    """An item that a division is asked about, with what was proposed of it there last: ``proposed`` None for nothing;
    ``waits`` whether the officer has neither taken it up nor dismissed it; ``holds`` whether it says that the item is
    still true; ``moved`` whether what the item rests on changed since.
    """

    answer: Answer
    proposed: Entry | None
    waits: bool
    holds: bool
    moved: bool


@dataclass(frozen=True, slots=True)
class DivisionLine:
    """A request to a division, and how far it is: ``items`` are asked about, ``answered`` of them, and ``waiting``
    proposals wait for the officer. ``asked`` is who is asked, in words.
    """

    task: DivisionTask
    asked: str
    items: int
    answered: int
    waiting: int
    overdue: bool

    @property
    def is_open(self) -> bool:
        """Whether it is still to be answered."""
        return self.task.done_at is None and self.task.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class DivisionPage:
    """All that one request asks, and nothing else of the report. ``can_answer`` is whether the actor may propose now;
    ``is_officer`` whether they answer for the agency.
    """

    line: DivisionLine
    cycle: Cycle
    agency: Agency
    answers: Mapping[Element, tuple[DivisionAnswer, ...]]
    questions: Mapping[Element, str]
    helps: Mapping[Element, str]
    can_answer: bool
    is_officer: bool


@dataclass(frozen=True, slots=True)
class Askable:
    """Somebody by name in an agency who may be asked."""

    person_id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class DivisionsPage:
    """What was asked of the divisions of one agency for its report, whom and which there are to ask."""

    cycle: Cycle
    agency: Agency
    lines: tuple[DivisionLine, ...]
    divisions: tuple[str, ...]
    people: tuple[Askable, ...]
    can_ask: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A row of a workbook that says something: of which item, where in the workbook, and in what words ("" where the
    item holds as it is). ``now`` is what the item says now.
    """

    place: str
    key: str
    label: str
    words: str
    now: str


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """What a filled-in workbook would propose, or did. ``moved`` are rows whose item says something else than when the
    workbook was taken: they are left out, and shown. With a problem anywhere nothing is proposed; ``same`` rows say
    what was proposed last, and ``empty`` rows nothing.
    """

    proposals: tuple[AnswerRow, ...]
    moved: tuple[AnswerRow, ...]
    problems: tuple[Problem, ...]
    same: int
    empty: int
