"""Reminders of reports and of what divisions are asked: each told once, to whom it is for, and not when it is done."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalog.model.actors import Actor, Role
from catalog.model.cycle_machine import SIGNED
from catalog.model.cycles import Cycle, CycleEvent, CycleState, CycleStep, DivisionTask
from catalog.model.notices import DeliveryState, NoticeKind
from catalog.services import deliveries, division_tasks, notice_pages, notices, people, roles
from catalog.services.catalog import Catalog
from catalog.services.deliveries import Senders
from catalog.store import law
from catalog.store import notices as store
from catalog.store.people import assigned
from tests.support.builders import CPO, OPERATOR, FixedClock, officer

K = NoticeKind
DUE = date(2027, 7, 31)
MAIL = {"smtp_host": "127.0.0.1", "mail_from": "catalog@city.example"}
PEOPLE = (
    ("head", Role.AGENCY_HEAD, "dso"),
    ("tess", Role.STEWARD, "dso"),
    ("staff", Role.CPO_STAFF, None),
    ("sam", Role.STEWARD, "dch"),
)


@pytest.fixture
def told(catalog: Catalog) -> Catalog:
    for account, role, agency_id in PEOPLE:
        people.add_person(OPERATOR, catalog, account, account, role, agency_id, f"{account}@city.example")
    people.add_person(OPERATOR, catalog, "apo", "Officer", Role.OFFICER, "dso", "apo@city.example")
    return replace(catalog, settings=catalog.settings.model_copy(update=MAIL))


def on(catalog: Catalog, day: date) -> int:
    """Look around on a day; how many things are told."""
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
    return notices.look_around(OPERATOR, catalog)


def keep(catalog: Catalog, *records: object) -> None:
    with catalog.changing(CPO, "open_cycle", "test") as change:
        for one in records:
            (law.put if one.id else law.add)(change.connection, one)  # type: ignore[attr-defined]  # all have numbers


def a_cycle(state: CycleState = CycleState.OPEN) -> Cycle:
    return Cycle(0, "dso", date(2025, 8, 1), DUE, DUE, state, "", None, None, "")


def a_task(**rest: object) -> DivisionTask:
    asked = datetime(2027, 1, 10, 15, tzinfo=UTC)
    task = DivisionTask(
        0, 1, "Intake", ("purposes",), "tess", "", "", date(2027, 3, 31), "O", asked, None, "", None, None
    )
    return replace(task, **rest)  # type: ignore[arg-type]  # fields of a task


def waiting(catalog: Catalog) -> list[tuple[str, str | None]]:
    """What is on its way, and to whom."""
    with catalog.reading() as connection:
        found = store.in_state(connection, DeliveryState.WAITING, 99)
        keys = {key: one.key for key, one in store.by_id(connection, {each.notice_id for each in found}).items()}
    return sorted((keys[one.notice_id].split(":")[0], one.person_id) for one in found)


def the_task(catalog: Catalog) -> DivisionTask:
    with catalog.reading() as connection:
        found = law.one(connection, DivisionTask, 1)
    assert found is not None
    return found


def test_a_report_is_told_of_once_at_each_threshold_however_often_it_is_looked_at(told: Catalog) -> None:
    keep(told, a_cycle())
    assert [on(told, date(2027, 1, 1)) for _ in range(3)] == [1, 0, 0]
    assert waiting(told) == [("report_opened", "apo")]
    with told.reading() as connection:
        (cycle,) = law.every(connection, Cycle)
    keep(told, replace(cycle, state=CycleState.IN_PROGRESS))
    days = [DUE - timedelta(days=before) for before in (91, 90, 89, 30, 29, 7, 0)]
    assert [on(told, day) for day in days] == [0, 1, 0, 1, 0, 1, 0]
    assert waiting(told) == [("report_due", "apo"), ("report_due", "head"), ("report_due", "staff")]
    assert [on(told, DUE + timedelta(days=later)) for later in (1, 2, 40)] == [1, 0, 0]
    assert {one for one, _ in waiting(told)} == {"report_late"}, "what was not sent and is not so any more is not sent"


def test_one_that_is_submitted_is_told_of_no_more(told: Catalog) -> None:
    keep(told, a_cycle(CycleState.IN_PROGRESS))
    on(told, DUE - timedelta(days=5))
    with told.reading() as connection:
        (cycle,) = law.every(connection, Cycle)
    for state in SIGNED:
        keep(told, replace(cycle, state=state, submitted_on=DUE - timedelta(days=4)))
        assert on(told, DUE + timedelta(days=9)) == 0
        assert waiting(told) == []


def test_one_that_is_sent_back_is_told_of_each_time(told: Catalog) -> None:
    keep(told, replace(a_cycle(CycleState.RETURNED), submitted_on=DUE - timedelta(days=200)))
    at = datetime(2027, 1, 2, tzinfo=UTC)
    back = CycleStep(0, 1, CycleEvent.RETURNED, None, CycleState.RETURNED, "cpo", "Casey", at, "Why", "", "", "")
    keep(told, back)
    assert [on(told, date(2027, 1, 2)) for _ in range(2)] == [1, 0]
    assert waiting(told) == [("report_returned", "apo"), ("report_returned", "head")]
    keep(told, back)
    assert on(told, date(2027, 1, 3)) == 1


def test_who_is_asked_is_reminded_and_at_last_the_officer_is_told(told: Catalog) -> None:
    keep(told, a_cycle(CycleState.IN_PROGRESS), a_task())
    assert the_task(told).reminded_on is None
    assert [on(told, date(2027, 1, 10)) for _ in range(2)] == [1, 0]
    assert waiting(told) == [("division_asked", "tess")]
    assert the_task(told).reminded_on == date(2027, 1, 10)
    assert [on(told, date(2027, 3, day)) for day in (23, 24, 29, 30, 31)] == [0, 1, 0, 1, 0]
    assert the_task(told).reminded_on == date(2027, 3, 30)
    assert on(told, date(2027, 4, 1)) == 1
    assert waiting(told) == [("division_late", "apo"), ("division_late", "tess")]
    keep(told, replace(the_task(told), done_at=datetime(2027, 4, 2, tzinfo=UTC), done_by="tess"))
    assert on(told, date(2027, 4, 3)) == 0
    assert waiting(told) == []


def test_another_due_day_is_another_matter(told: Catalog) -> None:
    keep(told, a_cycle(CycleState.IN_PROGRESS), a_task())
    on(told, date(2027, 4, 1))
    keep(told, replace(the_task(told), due_on=date(2027, 4, 20)))
    assert on(told, date(2027, 4, 2)) == 1
    assert waiting(told) == [("division_asked", "tess")]


def test_what_is_opened_again_is_told_again(told: Catalog) -> None:
    keep(told, a_cycle(CycleState.IN_PROGRESS), a_task())
    asking = officer("dso")
    assert [on(told, date(2027, 3, day)) for day in (10, 24)] == [1, 1]
    division_tasks.done(asking, told, 1)
    assert on(told, date(2027, 3, 25)) == 0
    assert waiting(told) == []
    division_tasks.reopen(asking, told, 1)
    assert the_task(told).asked_at == told.clock.now()
    assert [on(told, date(2027, 3, day)) for day in (25, 25, 26)] == [1, 0, 0]
    assert waiting(told) == [("division_asked", "tess")]
    assert [on(told, date(2027, 3, day)) for day in (30, 31)] == [1, 0]
    assert on(told, date(2027, 4, 1)) == 1
    division_tasks.done(asking, told, 1)
    on(told, date(2027, 4, 2))
    division_tasks.reopen(asking, told, 1)
    assert on(told, date(2027, 4, 2)) == 1, "it is late anew"


def test_one_sent_back_twice_is_late_each_time(told: Catalog) -> None:
    keep(told, a_cycle(CycleState.RETURNED))
    at, late = datetime(2027, 8, 2, tzinfo=UTC), DUE + timedelta(days=3)
    back = CycleStep(0, 1, CycleEvent.RETURNED, None, CycleState.RETURNED, "cpo", "Casey", at, "Why", "", "", "")
    for _ in range(2):
        keep(told, back)
        assert [on(told, late) for _ in range(2)] == [2, 0]
    assert {one for one, _ in waiting(told)} == {"report_returned", "report_late"}


@pytest.mark.parametrize("lacking", ["host", "address", "role"])
def test_who_cannot_be_told_is_not_said_to_be_reminded(told: Catalog, lacking: str) -> None:
    if lacking == "host":
        update = {"smtp_host": None, "webhook_url": "https://hook.example/"}
        told = replace(told, settings=told.settings.model_copy(update=update))
    person_id = {"host": "tess", "address": "mute", "role": "sam"}[lacking]
    people.add_person(OPERATOR, told, "mute", "Mute", Role.STEWARD, "dso")
    keep(told, a_cycle(CycleState.IN_PROGRESS), a_task(person_id=person_id))
    assert [on(told, date(2027, 3, day)) for day in (10, 24)] == [1, 1]
    assert the_task(told).reminded_on is None
    on(told, date(2027, 4, 1))
    assert the_task(told).reminded_on is None, "that others are told reminds nobody"


def test_a_letter_goes_to_who_still_has_a_role_there(told: Catalog) -> None:
    keep(told, a_cycle(CycleState.IN_PROGRESS), a_task())
    on(told, date(2027, 1, 10))
    letters = []
    senders = Senders(lambda _settings, letter: letters.append(letter), lambda *_: None, lambda: 0.5)
    with told.reading() as connection:
        (role,) = [held.id for _, held in assigned(connection, told.clock.now()) if held.person_id == "tess"]
    deliveries.send(OPERATOR, told, senders)
    assert [(one.to, one.subject) for one in letters] == [
        ("tess@city.example", "Privacy Catalog: 1 part of a report asked for")
    ]
    assert "was asked for, due on March 31, 2027" in letters[0].text
    on(told, date(2027, 3, 24))
    roles.end(CPO, told, "tess", role, "She left")
    deliveries.send(OPERATOR, told, senders)
    assert len(letters) == 1
    assert waiting(told) == []


def test_the_page_of_notices_shows_them_to_those_who_read_reports_of_that_agency(told: Catalog) -> None:
    keep(told, a_cycle())
    on(told, date(2027, 1, 1))

    def kinds(actor: Actor) -> list[NoticeKind]:
        return [line.notice.kind for line in notice_pages.page(actor, told).notices]

    assert kinds(CPO) == kinds(officer("dso")) == [K.REPORT_OPENED]
    assert kinds(OPERATOR) == kinds(officer("dch")) == []
