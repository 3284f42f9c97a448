"""What of reports people are told on a day, and whom: worked out by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalog.model import report_notices, telling
from catalog.model.actors import Person, Role, RoleAssignment
from catalog.model.cycles import Cycle, CycleEvent, CycleState, CycleStep, DivisionTask
from catalog.model.notices import NoticeKind

K, S = NoticeKind, CycleState
DUE = date(2028, 7, 31)
AT = datetime(2028, 1, 1, tzinfo=UTC)
ASKED = "20280101000000000000"
CYCLE = Cycle(5, "dso", date(2026, 8, 1), DUE, DUE, S.IN_PROGRESS, "", None, None, "")
TASK = DivisionTask(
    9, 5, "Intake", ("purposes",), "tess", "", "", date(2028, 6, 30), "Officer", AT, None, "", None, None
)


def of_cycle(cycle: Cycle, today: date, *steps: CycleStep) -> list[str]:
    return [one.key for one in report_notices.of_cycle(cycle, steps, today, AT)]


def of_task(task: DivisionTask, today: date, cycle: Cycle = CYCLE, asked_on: date = date(2028, 1, 1)) -> list[str]:
    return [one.key for one in report_notices.of_task(task, cycle, asked_on, today, AT)]


def a_step(number: int, cycle_id: int = 5, event: CycleEvent = CycleEvent.RETURNED) -> CycleStep:
    return CycleStep(number, cycle_id, event, None, S.RETURNED, "cpo", "Casey", AT, "Why", "", "", "")


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2028, 5, 1), []),  # 91 days before
        (date(2028, 5, 2), ["report_due:5:2028-07-31:90"]),
        (date(2028, 6, 30), ["report_due:5:2028-07-31:90"]),
        (date(2028, 7, 1), ["report_due:5:2028-07-31:30"]),
        (date(2028, 7, 24), ["report_due:5:2028-07-31:7"]),
        (date(2028, 7, 31), ["report_due:5:2028-07-31:7"]),
        (date(2028, 8, 1), ["report_late:5:2028-07-31:0"]),
        (date(2030, 8, 1), ["report_late:5:2028-07-31:0"]),
    ],
)
def test_a_report_is_told_of_at_the_nearest_threshold_and_then_as_late(today: date, told: list[str]) -> None:
    assert of_cycle(CYCLE, today) == told


def test_one_that_is_open_is_told_of_and_one_that_is_signed_by_both_is_not() -> None:
    early = date(2027, 1, 1)
    assert of_cycle(replace(CYCLE, state=S.OPEN), early) == ["report_opened:5:2028-07-31:0"]
    for state in (S.SUBMITTED, S.UNDER_COMMITTEE_REVIEW, S.RECOMMENDATIONS_RECEIVED, S.CLOSED):
        assert of_cycle(replace(CYCLE, state=state), date(2029, 1, 1)) == []
    for state in (S.IN_PROGRESS, S.APO_REVIEW, S.AGENCY_HEAD_SIGNOFF):
        assert of_cycle(replace(CYCLE, state=state), early) == []


def test_one_sent_back_is_told_of_each_time_and_is_due_or_late_anew() -> None:
    back = replace(CYCLE, state=S.RETURNED, submitted_on=date(2028, 6, 30))
    steps = [a_step(3), a_step(7), a_step(8, cycle_id=6), a_step(9, event=CycleEvent.READY)]
    assert of_cycle(back, date(2028, 4, 1), *steps) == ["report_returned:5:2028-07-31:7"]
    assert of_cycle(back, date(2028, 7, 2), *steps) == [
        "report_returned:5:2028-07-31:7",
        "report_due:5:2028-07-31:30:7",
    ]
    assert of_cycle(replace(back, submitted_on=None), date(2028, 9, 1), *steps) == [
        "report_returned:5:2028-07-31:7",
        "report_late:5:2028-07-31:7",
    ]


def test_what_is_sent_back_again_is_due_and_late_anew() -> None:
    back = replace(CYCLE, state=S.IN_PROGRESS)
    soon, late = date(2028, 7, 25), date(2028, 8, 2)
    for day in (soon, late):
        told = [of_cycle(back, day), of_cycle(back, day, a_step(3)), of_cycle(back, day, a_step(3), a_step(7))]
        assert [len(each) for each in told] == [1, 1, 1]
        assert len({each[0] for each in told}) == 3
        assert told[2] == of_cycle(back, day, a_step(3), a_step(7), a_step(8, event=CycleEvent.READY))


@pytest.mark.parametrize("today", [date(2028, 6, 1), date(2028, 6, 25), date(2028, 7, 2)])
def test_what_is_asked_anew_is_told_anew(today: date) -> None:
    again = replace(TASK, asked_at=AT + timedelta(minutes=1))
    assert set(of_task(TASK, today)).isdisjoint(of_task(again, today))
    assert len(of_task(TASK, today)) == len(of_task(again, today)) > 0
    assert report_notices.number_of(next(report_notices.of_task(again, CYCLE, AT.date(), today, AT))) == 9


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2028, 6, 22), []),
        (date(2028, 6, 23), [f"division_due:9:2028-06-30:{ASKED}:7"]),
        (date(2028, 6, 29), [f"division_due:9:2028-06-30:{ASKED}:1"]),
        (date(2028, 6, 30), [f"division_due:9:2028-06-30:{ASKED}:1"]),
    ],
)
def test_who_is_asked_is_told_and_told_again_before_it_is_due(today: date, told: list[str]) -> None:
    assert of_task(TASK, today) == [f"division_asked:9:2028-06-30:{ASKED}", *told]


def test_and_then_that_it_is_late_with_the_officer() -> None:
    assert of_task(TASK, date(2028, 7, 1)) == [f"division_late:9:2028-06-30:{ASKED}"]
    assert of_task(replace(TASK, person_id=None, contact="J."), date(2028, 7, 1)) == [
        f"division_late:9:2028-06-30:{ASKED}"
    ]
    assert of_task(replace(TASK, person_id=None, contact="J."), date(2028, 6, 30)) == []


def test_who_is_asked_shortly_before_is_not_told_twice_on_one_day() -> None:
    assert of_task(TASK, date(2028, 6, 25), asked_on=date(2028, 6, 25)) == [f"division_asked:9:2028-06-30:{ASKED}"]
    assert of_task(TASK, date(2028, 6, 29), asked_on=date(2028, 6, 25))[1:] == [f"division_due:9:2028-06-30:{ASKED}:1"]


def test_what_is_done_withdrawn_or_cannot_be_changed_is_told_no_more() -> None:
    late = date(2028, 7, 9)
    assert of_task(replace(TASK, done_at=AT), late) == []
    assert of_task(replace(TASK, withdrawn_at=AT), late) == []
    assert of_task(TASK, late, replace(CYCLE, state=S.AGENCY_HEAD_SIGNOFF)) == []
    assert of_task(TASK, late, replace(CYCLE, state=S.RETURNED)) != []


def test_each_is_told_in_words_with_its_day_and_leads_to_its_page() -> None:
    (late,) = report_notices.of_cycle(CYCLE, (), DUE + timedelta(days=1), AT)
    assert (
        report_notices.sentence(late, "Shelter") == "The agency report of Shelter was due on July 31, 2028 and is late."
    )
    assert report_notices.path(late) == "/inventory/5"
    (part,) = report_notices.of_task(TASK, CYCLE, AT.date(), date(2028, 7, 1), AT)
    assert "was due on June 30, 2028 and is not done" in report_notices.sentence(part, "Shelter")
    assert report_notices.path(part) == "/divisions/9"


def someone(
    account: str, role: Role, agency_id: str | None, email: str = "x@city.example"
) -> tuple[Person, RoleAssignment]:
    return Person(account, account, email, AT), RoleAssignment(0, account, role, agency_id, AT, None)


HELD = [
    someone("officer", Role.OFFICER, "dso"),
    someone("head", Role.AGENCY_HEAD, "dso"),
    someone("tess", Role.STEWARD, "dso"),
    someone("sam", Role.STEWARD, "dso"),
    someone("deputy", Role.DEPUTY, "dso"),
    someone("other", Role.OFFICER, "dch"),
    someone("other-head", Role.AGENCY_HEAD, "dch"),
    someone("staff", Role.CPO_STAFF, None),
    someone("cpo", Role.CPO, None),
    someone("ops", Role.OPERATOR, None),
    someone("mute", Role.OFFICER, "dso", ""),
]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (K.REPORT_OPENED, {"officer", "deputy"}),
        (K.REPORT_DUE, {"officer", "deputy", "head", "staff"}),
        (K.REPORT_LATE, {"officer", "deputy", "head", "staff", "cpo"}),
        (K.REPORT_RETURNED, {"officer", "deputy", "head"}),
        (K.DIVISION_ASKED, {"tess"}),
        (K.DIVISION_DUE, {"tess"}),
        (K.DIVISION_LATE, {"officer", "deputy", "tess"}),
    ],
)
def test_whom_it_is_told(kind: NoticeKind, told: set[str]) -> None:
    person = "tess" if kind.value.startswith("division") else ""
    assert {one.id for one in telling.audience(kind, "dso", HELD, person)} == told


def test_who_is_asked_by_name_and_left_the_agency_is_not_told() -> None:
    assert not telling.audience(K.DIVISION_DUE, "dch", HELD, "tess")
    assert not telling.audience(K.DIVISION_DUE, "dso", HELD)


@pytest.mark.parametrize("role", [Role.FOIL_OFFICER, Role.AGENCY_HEAD])
def test_who_is_asked_by_name_and_may_answer_no_more_is_not_told(role: Role) -> None:
    held = [someone("tess", role, "dso"), someone("tess", Role.STEWARD, "dch")]
    assert not telling.audience(K.DIVISION_DUE, "dso", held, "tess")
    assert telling.audience(K.DIVISION_DUE, "dso", [*held, someone("tess", Role.DEPUTY, "dso")], "tess")
