"""What a division is asked as a workbook, and brought back: proposed, told whose it is, and nothing twice."""

import io
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.cycles import DivisionTask
from catalog.model.report_answers import Answer
from catalog.model.report_entries import EntryKind
from catalog.services import (
    answer_sheets,
    division_answers,
    division_tasks,
    register,
    report_answering,
    report_states,
)
from catalog.services.catalog import Catalog
from tests.support.builders import CPO, an_activity
from tests.support.divisions import SAM, Asked, a_round, ask
from tests.support.registers import DCH, DSO, HEAD, STEWARD, refused
from tests.support.workbooks import OLD_OFFICE, far_apart, swollen

Cells = Mapping[str, Mapping[str, str]]
LAW, POLICY = "impact_law/text", "impact_policy/text"


@pytest.fixture
def asked(catalog: Catalog) -> Asked:
    return a_round(catalog)


@pytest.fixture
def task(catalog: Catalog, asked: Asked) -> DivisionTask:
    return ask(catalog, asked, person_id=None, contact="J. Ortiz", tasks=("purposes", "impact"), note="=1+1 by phone")


def answers(catalog: Catalog, asked: Asked) -> dict[str, Answer]:
    with catalog.reading() as connection:
        now = report_states.state_of(connection, catalog, asked.cycle)
    return {one.item.key: one for one in now.answers}


def taken(catalog: Catalog, task: DivisionTask, actor: Actor = DSO) -> bytes:
    return b"".join(answer_sheets.packed(answer_sheets.export(actor, catalog, task.id)))


def filled(data: bytes, said: Cells, name: str = "") -> bytes:
    """The workbook as somebody fills it in, cells written into the rows of these keys."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    wanted = dict(said)
    for sheet in book.worksheets:
        headings = [cell.value for cell in sheet[1]]
        if "Key" not in headings:
            continue
        for row in sheet.iter_rows(min_row=2):
            for heading, text in wanted.pop(str(row[headings.index("Key")].value), {}).items():
                row[headings.index(heading)].value = text
    assert not wanted
    if name:
        book.worksheets[1].title = name
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_workbook_says_what_is_asked_and_nothing_else(catalog: Catalog, asked: Asked, task: DivisionTask) -> None:
    book = openpyxl.load_workbook(io.BytesIO(taken(catalog, task)))
    assert book.sheetnames == ["How to", "Purposes", "Impact"]
    told = {row[0]: row[1] for row in book["How to"].iter_rows(values_only=True)}
    assert told["Asked of"] == "J. Ortiz, Intake"
    assert told["Send it back by"] == "March 31, 2027"
    assert told["Request number"] == str(task.id)
    rows = list(book["Purposes"].iter_rows(min_row=2, values_only=True))
    headings = [cell.value for cell in book["Purposes"][1]]
    keys = {row[headings.index("Key")] for row in rows}
    assert f"why_collect/activity:{asked.intake}" in keys
    assert f"why_collect/activity:{asked.night}" not in keys
    now = {row[headings.index("Key")]: row[headings.index("What it says now")] for row in rows}
    assert "To give people a bed" in now[f"why_collect/activity:{asked.intake}"]
    assert {row[headings.index("Your words")] for row in rows} == {None}
    for sheet in book.worksheets:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}, "nothing computes"
    folded = book["Purposes"].column_dimensions
    assert [folded[letter].hidden for letter in "EFG"] == [False, True, True]


def test_who_does_not_see_the_request_neither_takes_nor_brings_it(catalog: Catalog, task: DivisionTask) -> None:
    data = taken(catalog, task)
    for actor, error in ((DCH, NotFound), (SAM, NotFound), (STEWARD, NotFound), (HEAD, NotAllowed), (CPO, NotAllowed)):
        for work in (answer_sheets.plan, answer_sheets.apply):
            with pytest.raises(error):
                work(actor, catalog, task.id, data)
        with pytest.raises(error):
            answer_sheets.export(actor, catalog, task.id)


def test_what_is_filled_in_is_proposed_and_says_whose_words_it_is(
    catalog: Catalog, asked: Asked, task: DivisionTask
) -> None:
    key = f"why_collect/activity:{asked.intake}"
    data = filled(taken(catalog, task), {LAW: {"Your words": "More\nforms"}, key: {"Still true?": "yes"}})
    seen = answer_sheets.plan(DSO, catalog, task.id, data)
    assert {(one.key, one.words) for one in seen.proposals} == {(LAW, "More\nforms"), (key, "")}
    assert {one.place for one in seen.proposals} == {"Impact!E2", "Purposes!E2"}
    assert not seen.moved
    assert not seen.problems
    assert answers(catalog, asked)[LAW].proposals == (), "looking does nothing"
    done = answer_sheets.apply(DSO, catalog, task.id, data)
    assert len(done.proposals) == 2
    (law,), (held,) = (answers(catalog, asked)[each].proposals for each in (LAW, key))
    assert (law.text, law.person, law.person_id, law.division_task_id) == (
        "More\nforms", "J. Ortiz (workbook taken over by Officer of dso)", "apo-dso", task.id
    )  # fmt: skip
    assert held.text == ""


def test_a_workbook_that_is_taken_over_twice_is_one_act(catalog: Catalog, asked: Asked, task: DivisionTask) -> None:
    data = filled(taken(catalog, task), {LAW: {"Your words": "More"}, POLICY: {"Your words": "Less"}})
    answer_sheets.apply(DSO, catalog, task.id, data)
    again = answer_sheets.apply(DSO, catalog, task.id, data)
    assert (again.proposals, again.moved, again.same) == ((), (), 2)
    assert len(answers(catalog, asked)[LAW].proposals) == 1
    assert answer_sheets.apply(DSO, catalog, task.id, filled(data, {LAW: {"Your words": "Other"}})).same == 1
    assert [one.text for one in answers(catalog, asked)[LAW].proposals] == ["More", "Other"]


def test_rows_that_nobody_touched_change_nothing(catalog: Catalog, asked: Asked, task: DivisionTask) -> None:
    before = answers(catalog, asked)
    done = answer_sheets.apply(DSO, catalog, task.id, taken(catalog, task))
    assert (done.proposals, done.moved, done.problems, done.same) == ((), (), (), 0)
    assert done.empty == division_answers.of(DSO, catalog, task.id).line.items > 2
    assert answers(catalog, asked) == before


def test_what_moved_since_it_was_taken_is_shown_and_left_out(
    catalog: Catalog, asked: Asked, task: DivisionTask
) -> None:
    key = f"why_collect/activity:{asked.intake}"
    data = filled(taken(catalog, task), {key: {"Still true?": "Yes"}, LAW: {"Your words": "More"}})
    report_answering.say(DSO, catalog, asked.cycle.id, key, EntryKind.WROTE, text="Other words now", expected=0)
    done = answer_sheets.apply(DSO, catalog, task.id, data)
    assert [one.key for one in done.proposals] == [LAW]
    assert [(one.key, "Other words now" in one.now) for one in done.moved] == [(key, True)]
    assert answers(catalog, asked)[key].proposals == ()


def test_a_comment_or_an_explanation_moves_nothing(catalog: Catalog, asked: Asked, task: DivisionTask) -> None:
    data = filled(taken(catalog, task), {LAW: {"Your words": "More"}})
    other = ask(catalog, asked, tasks=("impact",))
    division_answers.propose(STEWARD, catalog, other.id, {LAW: ("By another", 0)})
    assert [one.key for one in answer_sheets.apply(DSO, catalog, task.id, data).proposals] == [LAW]


@pytest.mark.parametrize(
    ("cells", "place", "reason"),
    [
        ({"Still true?": "Maybe", "Your words": "X"}, "Impact!D2", "“Maybe” is neither Yes nor No"),
        ({"Still true?": "Yes", "Your words": "X"}, "Impact!D2", "empty one of them"),
        ({"Still true?": "No"}, "Impact!E2", "say what is so instead"),
        ({"Still true?": "Yes"}, "Impact!D2", "nothing that could still be true"),
        ({"Your words": "X", "Key": "why_collect/activity:9999"}, "Impact!F2", "nothing that is asked here"),
        ({"Your words": "X", "Key": "types/NAME"}, "Impact!F2", "nothing that is asked here"),
        ({"Your words": "X", "Key": POLICY}, "Impact!F3", "the same line as in Impact!E2"),
    ],
)
def test_what_cannot_be_understood_is_told_by_its_cell_and_nothing_is_done(
    catalog: Catalog, asked: Asked, task: DivisionTask, cells: Mapping[str, str], place: str, reason: str
) -> None:
    data = filled(taken(catalog, task), {LAW: cells, POLICY: {"Your words": "Sound"}})
    done = answer_sheets.apply(DSO, catalog, task.id, data)
    assert [one.place for one in done.problems] == [place]
    assert reason in done.problems[0].reason
    assert answers(catalog, asked)[POLICY].proposals == ()


def test_a_key_of_another_agency_tells_no_more_than_one_that_is_nobodys(
    catalog: Catalog, asked: Asked, task: DivisionTask
) -> None:
    foreign = register.add_activity(DCH, catalog, an_activity("dch", "Foreign"), type_codes=["NAME"])
    data = taken(catalog, task)
    told = [
        answer_sheets.plan(DSO, catalog, task.id, filled(data, {LAW: {"Your words": "X", "Key": key}})).problems
        for key in (f"why_collect/activity:{foreign.id}", "why_collect/activity:99999")
    ]
    assert told[0] == told[1]


def test_the_workbook_of_another_request_is_refused(catalog: Catalog, asked: Asked, task: DivisionTask) -> None:
    other = ask(catalog, asked, tasks=("impact",))
    data = taken(catalog, other)
    refused(RequestError, "another request", lambda: answer_sheets.plan(DSO, catalog, task.id, data))
    unmarked = openpyxl.load_workbook(io.BytesIO(filled(data, {LAW: {"Your words": "X"}})))
    del unmarked["How to"]
    out = io.BytesIO()
    unmarked.save(out)
    seen = answer_sheets.plan(DSO, catalog, task.id, out.getvalue())
    assert [one.key for one in seen.moved] == [LAW], "nor is it taken for one's own where it does not say so"


def test_hostile_and_damaged_workbooks_are_refused(catalog: Catalog, task: DivisionTask, tmp_path: Path) -> None:
    sound = tmp_path / "sound.xlsx"
    sound.write_bytes(taken(catalog, task))
    for data in (
        b"PK\x03\x04nothing",
        OLD_OFFICE + b"\0" * 600,
        far_apart(tmp_path / "far.xlsx").read_bytes(),
        swollen(tmp_path / "swollen.xlsx", sound, 400).read_bytes(),
    ):
        with pytest.raises(RequestError):
            answer_sheets.apply(DSO, catalog, task.id, data)
    empty = io.BytesIO()
    openpyxl.Workbook().save(empty)
    refused(
        RequestError, "no sheet of what is asked", lambda: answer_sheets.plan(DSO, catalog, task.id, empty.getvalue())
    )
    bare = openpyxl.Workbook()
    bare.active.title = "Impact"
    bare.active.append(["Key", "Your words"])
    out = io.BytesIO()
    bare.save(out)
    (problem,) = answer_sheets.plan(DSO, catalog, task.id, out.getvalue()).problems
    assert "no column “Still true?”" in problem.reason


def test_formulas_are_words_and_words_are_no_formulas(catalog: Catalog, asked: Asked, task: DivisionTask) -> None:
    report_answering.say(DSO, catalog, asked.cycle.id, LAW, EntryKind.WROTE, text="=HYPERLINK(1)", expected=0)
    book = openpyxl.load_workbook(io.BytesIO(taken(catalog, task)))
    cells = [cell for row in book["Impact"].iter_rows() for cell in row if cell.value == "=HYPERLINK(1)"]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)]
    data = filled(taken(catalog, task), {POLICY: {"Your words": "=1+1"}})
    # Nothing is computed here: a formula without what it came to says nothing.
    assert POLICY not in {one.key for one in answer_sheets.apply(DSO, catalog, task.id, data).proposals}


def test_nothing_is_taken_over_once_it_is_done(catalog: Catalog, asked: Asked, task: DivisionTask) -> None:
    data = filled(taken(catalog, task), {LAW: {"Your words": "More"}})
    division_tasks.done(DSO, catalog, task.id)
    refused(Conflict, "it is done", lambda: answer_sheets.apply(DSO, catalog, task.id, data))


def test_who_is_asked_and_has_an_account_may_do_it_by_workbook_too(catalog: Catalog, asked: Asked) -> None:
    own = ask(catalog, asked, tasks=("impact",))
    answer_sheets.apply(STEWARD, catalog, own.id, filled(taken(catalog, own, STEWARD), {LAW: {"Your words": "Mine"}}))
    (made,) = answers(catalog, asked)[LAW].proposals
    assert (made.person, made.person_id) == (STEWARD.name, "stw")
    assert made.text == "Mine"
