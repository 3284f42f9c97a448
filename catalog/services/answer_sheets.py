"""What a division is asked for a report as a workbook, for who has no account; and brought back filled in.

Nothing a workbook says is the report's: it is proposed, and the officer takes it up.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from catalog.errors import RequestError
from catalog.model.actors import Actor
from catalog.model.days import day_words
from catalog.model.division_views import AnswerPlan, AnswerRow, DivisionAnswer, DivisionPage
from catalog.model.interchange import Problem, Sheet, Workbook
from catalog.model.report_answers import Answer
from catalog.model.report_form import TASK_TEXT, Task, task_of
from catalog.services import audit, division_answers
from catalog.services.catalog import Catalog
from catalog.services.interchange_cells import as_cell, one_line, shown
from catalog.sheets import reading, writing
from catalog.sheets.reading import column_letters

ABOUT, QUESTION, NOW, HOLDS, WORDS, KEY, VERSION = (
    "About", "Question", "What it says now", "Still true?", "Your words", "Key", "Version"
)  # fmt: skip
HEADINGS = (ABOUT, QUESTION, NOW, HOLDS, WORDS, KEY, VERSION)
YES, NO = "Yes", "No"
_HOW_TO, _REQUEST = "How to", "Request number"
_NEEDED = (HOLDS, WORDS, KEY, VERSION)
_NAME = "division-answers"


def export(actor: Actor, catalog: Catalog, task_id: int) -> Workbook:
    """What a request asks, to be filled in where one likes; that it is taken away is recorded, and counts for a quota.

    Raises:
        NotAllowed: when the actor answers nothing, or would have taken more rows in a day than one may.
        NotFound: when there is no such request that they see.
    """
    page = division_answers.of(actor, catalog, task_id)
    by_task: dict[Task, list[DivisionAnswer]] = {Task(one): [] for one in page.line.task.tasks}
    for element, some in page.answers.items():
        by_task[task_of(element)].extend(some)
    sheets = [Sheet(_sheet(task), HEADINGS, [_row(page, one) for one in some]) for task, some in by_task.items()]
    audit.exported(actor, catalog, _NAME, page.line.items, set())
    return Workbook(_NAME, actor.person_id, catalog.clock.now(), (_how_to(page), *sheets))


def packed(workbook: Workbook) -> Iterator[bytes]:
    """The workbook as the bytes of an .xlsx file; whether something is still true is chosen from a list."""
    properties = writing.Properties(workbook.name, workbook.person_id, workbook.at)
    choices = {HOLDS: writing.one_of([YES, NO])}
    pages = [
        writing.Page(one.name, one.headings, one.rows, choices, (KEY, VERSION))
        if one.headings == HEADINGS
        else writing.Page(one.name, one.headings, one.rows)
        for one in workbook.sheets
    ]
    return writing.book(properties, pages)


def plan(actor: Actor, catalog: Catalog, task_id: int, data: bytes) -> AnswerPlan:
    """What a workbook would propose, what moved since it was taken, and what cannot be understood. Nothing is done.

    Raises:
        NotAllowed: when the actor answers nothing.
        NotFound: when there is no such request that they see.
        RequestError: when it is no workbook, is larger than one can be, or of another request.
    """
    return _read(division_answers.of(actor, catalog, task_id), data)


def apply(actor: Actor, catalog: Catalog, task_id: int, data: bytes) -> AnswerPlan:
    """Propose all that a workbook says, or nothing where a row cannot be understood. One that was taken over before
    does nothing again. Where another than who is asked takes it over, each proposal says whose words they are.

    Raises:
        Conflict: when the request or the report is not open any more, or somebody was faster.
        NotAllowed: when the actor answers nothing.
        NotFound: when there is no such request that they see.
        RequestError: as :func:`plan`.
    """
    page = division_answers.of(actor, catalog, task_id)
    found = _read(page, data)
    if found.proposals and not found.problems:
        now = {one.answer.item.key: one.answer for some in page.answers.values() for one in some}
        said = {one.key: (one.words, now[one.key].latest) for one in found.proposals}
        rests = {one.key: now[one.key].digest for one in found.proposals}
        division_answers.propose(_in_whose_name(actor, page), catalog, task_id, said, rests)
    return found


def version(task_id: int, answer: Answer) -> str:
    """What tells whether an item says, and rests on, what it did when a workbook of a request was taken."""
    told = "\n".join((str(task_id), answer.item.key, answer.digest, answer.text))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _in_whose_name(actor: Actor, page: DivisionPage) -> Actor:
    task = page.line.task
    if task.person_id == actor.person_id:
        return actor
    return replace(actor, name=f"{page.line.asked} (workbook taken over by {actor.name})")


def _sheet(task: Task) -> str:
    return task.value.capitalize()


def _row(page: DivisionPage, one: DivisionAnswer) -> tuple[str, ...]:
    answer = one.answer
    item = answer.item
    about = f"{item.group}: {item.label}" if item.group else item.label
    told = (one_line(about), page.questions[item.element], _now(answer), "", "", item.key)
    return (*(as_cell(text) for text in told), version(page.line.task.id, answer))


def _now(answer: Answer) -> str:
    cells = (f"{name}: {said}" for name, said in answer.item.fields if said)
    marks = (f"({mark})" for mark in answer.item.marks)
    return "\n".join((*cells, *((answer.text,) if answer.text else ()), *marks))


def _how_to(page: DivisionPage) -> Sheet:
    task = page.line.task
    until = day_words(task.due_on)
    parts = ", ".join(TASK_TEXT[Task(one)] for one in task.tasks)
    rows = [
        ("What this is", f"The part of the agency report of {page.agency.name} (§23-1205) that you are asked for."),
        ("Asked of", one_line(f"{page.line.asked}{f', {task.division}' if task.division else ''}")),
        ("Asked by", task.asked_by),
        ("Parts", parts),
        ("Send it back by", until),
        ("Note", task.note),
        (HOLDS, f"“{YES}” where what it says now is still true. Leave it empty, and nothing is said of the row."),
        (WORDS, "Otherwise what it should say, as the report may print it. Name nobody."),
        ("All else", "Leave it as it is: what you write there is not read."),
        (
            "What becomes of it",
            "The agency's privacy officer reads what you propose, and decides what the report says.",
        ),
        (_REQUEST, str(task.id)),
    ]
    kept = [(as_cell(name), as_cell(said)) for name, said in rows if said]
    return Sheet(_HOW_TO, ("Column", "What it says"), kept)


@dataclass
class _Reading:
    """A workbook held against what its request asks now."""

    page: DivisionPage
    proposals: list[AnswerRow] = field(default_factory=list)
    moved: list[AnswerRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    same: int = 0
    empty: int = 0
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> Mapping[str, DivisionAnswer]:
        """The items that are asked about, by key."""
        return {one.answer.item.key: one for some in self.page.answers.values() for one in some}

    def take(self, sheet: Sheet, asked: Mapping[str, DivisionAnswer]) -> None:
        """Read the sheet of a task."""
        places = {one_line(heading): place for place, heading in enumerate(sheet.headings) if heading.strip()}
        missing = [heading for heading in _NEEDED if heading not in places]
        if missing:
            reason = f"there is no column “{missing[0]}”: begin with a new workbook"
            self.problems.append(Problem(sheet.name, "A1", reason))
            return
        for number, row in zip(count(2), sheet.rows, strict=False):
            cells = {heading: row[place].strip() for heading, place in places.items()}
            self._row(sheet.name, number, cells, places, asked)

    def _row(
        self,
        sheet: str,
        number: int,
        cells: Mapping[str, str],
        places: Mapping[str, int],
        asked: Mapping[str, DivisionAnswer],
    ) -> None:
        if not cells[HOLDS] and not cells[WORDS]:
            self.empty += bool(cells[KEY])
            return
        one = asked.get(cells[KEY])
        wrong = self._amiss(cells, one)
        if wrong is not None or one is None:
            heading, reason = wrong or (KEY, "")
            self.problems.append(Problem(sheet, f"{column_letters(places[heading])}{number}", reason))
            return
        place = f"{sheet}!{column_letters(places[WORDS])}{number}"
        self.seen[cells[KEY]] = place
        row = AnswerRow(place, cells[KEY], one.answer.item.label, _words(cells), _now(one.answer))
        if one.proposed is not None and one.proposed.text == row.words and not one.moved:
            self.same += 1
        elif cells[VERSION] != version(self.page.line.task.id, one.answer):
            self.moved.append(row)
        else:
            self.proposals.append(row)

    def _amiss(self, cells: Mapping[str, str], one: DivisionAnswer | None) -> tuple[str, str] | None:
        """In which column a row cannot be understood, and why."""
        said, words = one_line(cells[HOLDS]).casefold(), cells[WORDS]
        is_yes, is_no = said == YES.casefold(), said == NO.casefold()
        nothing_holds = one is not None and not one.answer.is_filled
        first = self.seen.get(cells[KEY])
        wrong = (
            (one is None, KEY, "this is nothing that is asked here: leave the key as it was"),
            (first is not None, KEY, f"it is the same line as in {first}"),
            (bool(said) and not is_yes and not is_no, HOLDS, f"“{shown(cells[HOLDS])}” is neither {YES} nor {NO}"),
            (is_yes and bool(words), HOLDS, "either it is still true, or your words take its place: empty one of them"),
            (is_no and not words, WORDS, "say what is so instead"),
            (is_yes and nothing_holds, HOLDS, "it says nothing that could still be true: write what is so"),
        )
        return next(((heading, reason) for fails, heading, reason in wrong if fails), None)


def _words(cells: Mapping[str, str]) -> str:
    return "\n".join(cells[WORDS].splitlines())


def _read(page: DivisionPage, data: bytes) -> AnswerPlan:
    sheets = reading.read(data)
    _require_own(page, sheets)
    found, names = _Reading(page), {_sheet(Task(one)).casefold() for one in page.line.task.tasks}
    own = [one for one in sheets if one.name.casefold() in names]
    if not own:
        raise RequestError("This workbook", "it has no sheet of what is asked", "Begin with a new workbook.")
    asked = found.asked
    for sheet in own:
        found.take(sheet, asked)
    return AnswerPlan(tuple(found.proposals), tuple(found.moved), tuple(found.problems), found.same, found.empty)


def _require_own(page: DivisionPage, sheets: Sequence[Sheet]) -> None:
    """Refuse the workbook of another request."""
    told = (row for one in sheets if one.name.casefold() == _HOW_TO.casefold() for row in one.rows)
    numbers = {row[1].strip() for row in told if len(row) > 1 and row[0].strip() == _REQUEST}
    if numbers - {str(page.line.task.id)}:
        raise RequestError("This workbook", "it is of another request", "Choose the workbook that was taken here.")
