"""Rounds in the browser: opening one, its grid, the roll-up, and looking a submitted report through."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from catalog.model.cycles import Cycle, CycleEvent, CycleState, CycleStep
from catalog.model.report_answers import TaskState
from catalog.model.report_entries import Entry, EntryKind
from catalog.model.report_form import Task
from catalog.model.report_views import CycleLine, RoundLine, TaskLine
from catalog.services import cycles, report_pages
from catalog.store import law
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN, City
from tests.support.submitted_reports import WITHHELD
from web.report_wording import answer_id
from web.round_wording import CellText, cycle_days, iso_day, ordinal, round_in_short, task_cell

NEXT = {"period_from": "2028-07-01", "period_to": "2030-06-30", "due_on": "2030-07-31"}
KEY = "access/text"


def visitor(city: City, who: str = "staff") -> HouseClient:
    return enter(application(city.catalog), who)


def post(city: City, address: str, who: str = "staff", **data: object):  # type: ignore[no-untyped-def]  # an answer
    return visitor(city, who).post(address, data=data, headers=SAME_ORIGIN)


def opened(city: City, ends: date) -> dict[str, Cycle]:
    with city.catalog.reading() as connection:
        return {one.agency_id: one for one in law.where(connection, Cycle, period_to=ends)}


def state(city: City) -> CycleState:
    with city.catalog.reading() as connection:
        found = law.one(connection, Cycle, city.law.cycle)
    assert found
    return found.state


def comments(city: City) -> list[Entry]:
    with city.catalog.reading() as connection:
        said = law.where(connection, Entry, cycle_id=city.law.cycle)
    return [one for one in said if one.kind is EntryKind.COMMENTED]


def latest(city: City, key: str = KEY) -> int:
    with city.catalog.reading() as connection:
        return max((one.id for one in law.where(connection, Entry, cycle_id=city.law.cycle, item_key=key)), default=0)


def looked_through(city: City, text: str = "", **more: object) -> dict[str, object]:
    said = {f"comment:{KEY}": text, f"seen:{KEY}": str(latest(city))}
    return {"state": state(city).value, **said, **more}


# Opening a round


def test_the_round_that_follows_is_proposed_with_every_agency(city: City) -> None:
    page = visitor(city).get("/inventory/rounds").text
    for day in NEXT.values():
        assert f'value="{day}"' in page
    assert page.count('name="agency"') == page.count("checked") == 4
    assert "1 of 1" not in page
    assert "The latest round: none of 2 has submitted; none is late." in page


def test_who_does_not_open_rounds_is_offered_no_form(city: City) -> None:
    page = visitor(city, "auditor").get("/inventory/rounds").text
    assert "Open a round" not in page
    assert "Jul 1, 2026" in page


def test_a_preview_says_what_would_be_opened_and_opens_nothing(own_city: City) -> None:
    page = post(own_city, "/inventory/rounds", **NEXT, agency=["DSS", "TAX"], look="yes").text
    assert "2 reports, due Jul 31, 2030; 1 begins from an earlier report." in page
    assert "Its report up to" in page
    assert "The records alone: there is no earlier report" in page
    assert "Left out: Department of Health; Department of Parks." in page
    assert "Open 2 reports" in page
    assert opened(own_city, date(2030, 6, 30)) == {}


def test_a_round_is_opened_for_those_ticked_alone(own_city: City) -> None:
    answer = post(own_city, "/inventory/rounds", **NEXT, agency=["DSS", "PRK"])
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/inventory/rounds/2030-06-30"
    made = opened(own_city, date(2030, 6, 30))
    assert set(made) == {"DSS", "PRK"}
    assert {(one.period_from, one.due_on, one.state) for one in made.values()} == {
        (date(2028, 7, 1), date(2030, 7, 31), CycleState.OPEN)
    }


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"agency": []}, "Tick at least one agency."),
        ({"period_from": ""}, "Fill this in."),
        ({"period_to": "2028-02-30"}, "Give a day such as"),
        ({"agency": ["NOWHERE"]}, "there is nothing like it that you may see"),
    ],
)
def test_what_is_wrong_stands_beside_it_and_the_form_stays_filled_in(
    own_city: City, given: dict[str, object], says: str
) -> None:
    answer = post(own_city, "/inventory/rounds", **{**NEXT, "agency": ["DSS"], **given})
    assert answer.status_code in {400, 404}
    assert "No round was opened" in answer.text
    assert says in answer.text
    assert 'value="2030-07-31"' in answer.text
    assert opened(own_city, date(2030, 6, 30)) == {}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"period_from": "2031-01-01"}, "It is before the first day."),
        ({"due_on": "2029-01-01"}, "It is before the last day that they are about."),
    ],
)
def test_a_preview_says_which_days_are_wrong(own_city: City, given: dict[str, str], says: str) -> None:
    page = post(own_city, "/inventory/rounds", **{**NEXT, **given}, agency=["DSS"], look="yes").text
    assert says in page
    assert "What would be opened" not in page


def test_an_agency_that_has_a_report_of_that_time_keeps_all_from_being_opened(own_city: City) -> None:
    data = {"period_from": "2027-01-01", "period_to": "2029-12-31", "due_on": "2030-01-31", "agency": ["DSS", "TAX"]}
    preview = post(own_city, "/inventory/rounds", **data, look="yes").text
    assert "Nothing can be opened: 1 agency already has a report of some of that time." in preview
    assert "Cannot be opened" in preview
    assert "Open 2 reports" not in preview
    answer = post(own_city, "/inventory/rounds", **data)
    assert answer.status_code == 409
    assert opened(own_city, date(2029, 12, 31)) == {}


# The grid


def test_a_grid_says_for_each_agency_and_task_a_word_and_a_count(submitted: City) -> None:
    page = visitor(submitted).get("/inventory/rounds/2028-06-30").text
    assert "1 of 2 agencies have submitted; none is late." in page
    row = page.partition(">Department of Social Services</a>")[2].partition("</tr>")[0]
    assert row.count(">Attested</span>") == len(Task) == 9
    assert ">Submitted</span>" in row
    row = page.partition(">Department of Health</a>")[2].partition("</tr>")[0]
    assert row.count(">Not started</span>") == 10
    assert "Attested" not in row
    assert 'role="region" aria-labelledby="round-caption" tabindex="0"' in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state=submitted", {"Social Services"}),
        ("state=open", {"Health"}),
        ("state=closed", set()),
        ("lacks=access", {"Health"}),
        ("late=yes", set()),
        ("state=none&lacks=none", {"Health", "Social Services"}),
    ],
)
def test_a_grid_is_narrowed_down(submitted: City, query: str, shown: set[str]) -> None:
    page = visitor(submitted).get(f"/inventory/rounds/2028-06-30?{query}").text
    grid = page.partition("round-grid")[2].partition("</table>")[0]
    assert {name for name in ("Health", "Social Services") if f">Department of {name}</a>" in grid} == shown
    assert ("No agency is like that." in page) == (not shown)


def test_who_is_late_is_found(own_city: City) -> None:
    days = {"period_from": date(2024, 7, 1), "period_to": date(2026, 6, 30), "due_on": date(2026, 7, 31)}
    cycles.open_round(ADMIN, own_city.catalog, **days, agency_ids=["DOH"])
    page = visitor(own_city, "auditor").get("/inventory/rounds/2026-06-30?late=yes").text
    assert "1 of 2 agencies have submitted; 1 is late." in page
    assert "late by" in page
    assert "1 of 2 agencies is shown" in page
    assert ">Department of Social Services</a>" not in page.partition("</table>")[0]


def test_a_grid_can_be_taken_away_as_it_is_narrowed_down(submitted: City) -> None:
    answer = visitor(submitted).get("/inventory/rounds/2028-06-30?state=submitted&format=csv")
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["agency"], row["state"], row["types_state"], row["late"]) == ("DSS", "Submitted", "Attested", "no")
    assert row["access_items"] == row["access_filled"] == "3"
    assert visitor(submitted).get("/inventory/rounds/2028-06-30?format=xlsx").status_code == 200
    (line, _) = csv.DictReader(io.StringIO(visitor(submitted).get("/inventory/rounds?format=csv").text[1:]))
    assert (line["period_to"], line["agencies"], line["submitted"]) == ("2028-06-30", "2", "1")


@pytest.mark.parametrize("ends", ["2020-01-01", "2028-13-01", "x", "20280630x"])
def test_a_round_that_is_not_there_is_not_found(city: City, ends: str) -> None:
    for rest in ("", "/rollup", "?format=csv"):
        assert visitor(city).get(f"/inventory/rounds/{ends}{rest}").status_code == 404


def test_the_days_of_a_round_are_changed_with_why(own_city: City) -> None:
    address = "/inventory/rounds/2028-06-30"
    days = {"period_from": "2026-07-01", "period_to": "2028-06-30", "due_on": "2028-08-31"}
    without = post(own_city, f"{address}/days", **days, words="")
    assert without.status_code == 400
    assert "Its days were not changed" in without.text
    assert "No agency was added" not in without.text
    assert post(own_city, f"{address}/days", **days, words="A holiday").status_code == 303
    assert opened(own_city, date(2028, 6, 30))["DSS"].due_on == date(2028, 8, 31)
    assert "Change its days" not in visitor(own_city, "auditor").get(address).text
    assert 'value="2028-08-31"' in visitor(own_city).get(address).text


def test_agencies_that_were_left_out_can_be_added(own_city: City) -> None:
    page = visitor(own_city).get("/inventory/rounds/2028-06-30").text
    assert "2 agencies have no report in this round." in page
    empty = post(own_city, "/inventory/rounds/2028-06-30/agencies")
    assert empty.status_code == 400
    assert "Tick at least one agency." in empty.text
    assert post(own_city, "/inventory/rounds/2028-06-30/agencies", agency="PRK").status_code == 303
    made = opened(own_city, date(2028, 6, 30))
    assert set(made) == {"DSS", "DOH", "PRK"}
    assert (made["PRK"].period_from, made["PRK"].due_on) == (date(2026, 7, 1), date(2028, 7, 31))
    told = visitor(own_city, "auditor").get("/inventory/rounds/2028-06-30").text
    assert "1 agency has no report in this round: Department of Finance." in told
    assert "Add agencies" not in told


# The roll-up


def test_a_roll_up_tells_what_was_submitted_and_what_is_not_known(submitted: City) -> None:
    page = visitor(submitted, "auditor").get("/inventory/rounds/2028-06-30/rollup").text
    assert "1 agency has not submitted" in page
    row = page.partition("<caption>Agencies of the round")[2].partition("Department of Health")[2].partition("</tr>")[0]
    assert row.count("not known") == 4
    assert "Not submitted" in row
    assert '<span class="figure-text">answer withheld from the public</span>' in page
    kind = page.partition('<th scope="row">Name')[2].partition("</tr>")[0]
    assert "<td>C R D</td>" in kind


def test_a_roll_up_as_a_file_names_those_of_whom_nothing_is_known(submitted: City) -> None:
    text = visitor(submitted).get("/inventory/rounds/2028-06-30/rollup?format=csv").text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    (name,) = [row for row in rows if row["type"] == "NAME"]
    assert (name["agency"], name["collected"], name["retained"], name["disclosed"]) == ("DSS", "yes", "yes", "yes")
    (unknown,) = [row for row in rows if row["report"] == "not submitted"]
    assert (unknown["agency"], unknown["type"], unknown["collected"]) == ("DOH", "", "")


def test_a_roll_up_of_nothing_says_so(city: City) -> None:
    page = visitor(city).get("/inventory/rounds/2028-06-30/rollup").text
    assert "None of 2 agencies has submitted: nothing is known from this round yet." in page
    assert "Identifier types by agency" not in page


# Looking a report through


def test_a_report_is_shown_as_it_was_signed_with_a_box_for_each_answer(submitted: City) -> None:
    page = visitor(submitted).get(f"/inventory/{submitted.law.cycle}/review-report").text
    assert f'name="comment:{KEY}"' in page
    assert f'name="comment:{WITHHELD}"' in page
    assert page.count('name="comment:') == page.count('name="seen:') > 20
    assert "The inspector general looks into it." in page
    assert "in time" in page


def test_comments_and_sending_back_are_one_thing(submitted: City) -> None:
    data = looked_through(submitted, "Which roles?", step="returned", words="Name the roles.")
    answer = post(submitted, f"/inventory/{submitted.law.cycle}/comments", **data)
    assert answer.status_code == 303
    assert state(submitted) is CycleState.RETURNED
    assert [(one.item_key, one.text) for one in comments(submitted)] == [(KEY, "Which roles?")]
    page = visitor(submitted).get(f"/inventory/{submitted.law.cycle}/review-report").text
    assert "Which roles?" in page
    assert "1 comment not answered yet" in page
    assert "were sent back" in visitor(submitted).get("/inventory/rounds/2028-06-30").text.replace("was", "were")


def test_what_cannot_be_sent_back_keeps_no_comment(submitted: City) -> None:
    where = f"/inventory/{submitted.law.cycle}/comments"
    without = post(submitted, where, **looked_through(submitted, "Which roles?", step="returned"))
    assert without.status_code == 400
    assert "Which roles?" in without.text
    assert "Fill this in." in without.text
    stale = looked_through(submitted, "Which roles?", step="returned", words="So", state="under_committee_review")
    assert post(submitted, where, **stale).status_code == 409
    assert comments(submitted) == []
    assert state(submitted) is CycleState.SUBMITTED


def test_what_is_wrong_with_a_comment_leads_to_it_and_stands_with_it(submitted: City) -> None:
    where, field = f"/inventory/{submitted.law.cycle}/comments", answer_id(KEY)
    answer = post(submitted, where, **looked_through(submitted, "x" * 2_001))
    assert answer.status_code == 400
    problem = answer.text.split('role="alert"')[1].split("</ul>")[0]
    assert f'<a href="#{field}-comment">' in problem
    assert f'id="{field}-comment-error"' in answer.text
    box = answer.text.split(f'id="{field}-comment" ')[1].split(">")[0]
    assert 'aria-invalid="true"' in box
    assert f'aria-describedby="{field}-comment-error"' in box
    answer = post(submitted, where, **looked_through(submitted, "Say more"), step="returned", words="")
    assert '<a href="#words">' in answer.text


def test_a_comment_on_what_somebody_spoke_of_meanwhile_is_not_kept_unseen(submitted: City) -> None:
    where, seen = f"/inventory/{submitted.law.cycle}/comments", looked_through(submitted, "Which roles?")
    assert post(submitted, where, "cpo", **looked_through(submitted, "Say more.")).status_code == 303
    answer = post(submitted, where, **seen)
    assert answer.status_code == 409
    assert "Which roles?" in answer.text
    assert [one.text for one in comments(submitted)] == ["Say more."]


def test_saying_nothing_is_refused(submitted: City) -> None:
    answer = post(submitted, f"/inventory/{submitted.law.cycle}/comments", **looked_through(submitted))
    assert answer.status_code == 400
    assert "nothing was said" in answer.text


def test_from_accepting_it_to_closing_it(submitted: City) -> None:
    where = f"/inventory/{submitted.law.cycle}/comments"
    assert post(submitted, where, **looked_through(submitted, step="to_committee")).status_code == 303
    assert post(submitted, where, **looked_through(submitted, step="recommended")).status_code == 400
    said = looked_through(submitted, step="recommended", words="Keep less.")
    assert post(submitted, where, **said).status_code == 303
    page = visitor(submitted).get(f"/inventory/{submitted.law.cycle}/review-report").text
    assert "Comments are taken from when" in page
    assert 'name="comment:' not in page
    assert post(submitted, where, state="recommendations_received", step="closed").status_code == 303
    assert state(submitted) is CycleState.CLOSED
    with submitted.catalog.reading() as connection:
        steps = law.where(connection, CycleStep, cycle_id=submitted.law.cycle)
    assert [(one.event, one.words) for one in steps[-3:]] == [
        (CycleEvent.TO_COMMITTEE, ""), (CycleEvent.RECOMMENDED, "Keep less."), (CycleEvent.CLOSED, ""),
    ]  # fmt: skip


def test_a_report_that_nobody_signed_is_not_looked_through(city: City) -> None:
    assert visitor(city).get(f"/inventory/{city.law.cycle}/review-report").status_code == 404


# Words


def a_round(agencies: int, submitted: int, returned: int, late: int) -> RoundLine:
    day = date(2028, 6, 30)
    return RoundLine(day, day, day, agencies, submitted, returned, late)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (a_round(12, 3, 2, 0), "3 of 12 agencies have submitted; none is late; 2 were sent back."),
        (a_round(12, 0, 0, 1), "None of 12 has submitted; 1 is late."),
        (a_round(1, 1, 0, 0), "1 of 1 agency has submitted; none is late."),
        (a_round(1, 0, 1, 0), "The agency has not submitted; none is late; 1 was sent back."),
        (a_round(2000, 1999, 0, 3), "1,999 of 2,000 agencies have submitted; 3 are late."),
        (a_round(0, 0, 0, 0), "No agency is in this round."),
    ],
)
def test_a_round_in_one_sentence(line: RoundLine, says: str) -> None:
    assert round_in_short(line) == says


def a_task(state: TaskState, items: int = 4, filled: int = 3, moved: int = 0, gaps: int = 0) -> TaskLine:
    return TaskLine(Task.TYPES, (), state, items, filled, filled, moved, 0, gaps, 0, 0)


@pytest.mark.parametrize(
    ("task", "cell"),
    [
        (a_task(TaskState.NOT_STARTED, gaps=2), CellText("Not started", "3 of 4", "2 lacking", "none")),
        (a_task(TaskState.IN_PROGRESS), CellText("Started", "3 of 4", "", "open")),
        (a_task(TaskState.LOOK_AGAIN, moved=2), CellText("Look again", "2 changed", "", "warn")),
        (a_task(TaskState.DONE, filled=4), CellText("Attested", "4 of 4", "", "good")),
        (a_task(TaskState.DONE, 0, 0), CellText("Attested", "nothing to say yet", "", "good")),
    ],
)
def test_a_cell_in_words(task: TaskLine, cell: CellText) -> None:
    assert task_cell(task) == cell


def test_days_in_words(city: City) -> None:
    line = report_pages.round_page(ADMIN, city.catalog, date(2028, 6, 30)).cycles[0]

    def days(left: int, *, late: bool = False, submitted: date | None = None) -> str:
        cycle = replace(line.cycle, submitted_on=submitted)
        return cycle_days(CycleLine(cycle, line.agency, late, left, ()))

    assert [days(10), days(1), days(0)] == ["10 days left", "1 day left", "due today"]
    assert [days(-1, late=True), days(-1000, late=True)] == ["late by 1 day", "late by 1,000 days"]
    assert [days(-3, submitted=date(2028, 1, 1)), days(-3, late=True, submitted=date(2029, 1, 1))] == ["", "was late"]


def test_small_words() -> None:
    assert [ordinal(one) for one in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
    ]  # fmt: skip
    assert (iso_day("2028-07-31"), iso_day("x")) == ("Jul 31, 2028", "x")
