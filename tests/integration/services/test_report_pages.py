"""What people see of inventory: who sees which cycles, how far they are, and what would be signed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from catalog.errors import NotAllowed, NotFound
from catalog.model.actors import Actor, Grant, Role
from catalog.model.cycles import Cycle, CycleEvent, CycleState, CycleType
from catalog.model.report_answers import Origin, Since, TaskState
from catalog.model.report_entries import EntryKind, WithholdReason
from catalog.model.report_form import Element, Task
from catalog.services import (
    cycles,
    people,
    register,
    report_answering,
    report_contents,
    report_pages,
    report_states,
    sources,
)
from catalog.services.catalog import Catalog
from catalog.store import law, reports
from tests.integration.services.conftest import DATABASES, two_agencies
from tests.support.builders import CPO, OPERATOR, RESEARCHER, FixedClock, an_agency
from tests.support.cycle_case import DCH, DSO, DUE, FROM, TO, Case, a_cycle, a_division_task, a_past
from tests.support.registers import AUDITOR, DEPUTY, HEAD, STAFF, STEWARD, disclosure, small

E, S, K = CycleEvent, CycleState, EntryKind
POLICY = "request_policy/third_parties"
FOIL = Actor("foil", "Frankie Ort", frozenset({Grant(Role.FOIL_OFFICER, "dso")}))


@pytest.fixture(params=["sqlite"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    with two_agencies(request, tmp_path) as made:
        yield made


@pytest.fixture
def case(catalog: Catalog) -> Case:
    return a_cycle(catalog)


def stored(catalog: Catalog, *records: Any) -> list[Any]:
    kept: list[Any] = []
    catalog.note(lambda connection: kept.extend(law.add(connection, one) for one in records))
    return kept


def past(catalog: Catalog, *types: str, **texts: str) -> Cycle:
    ticks = [CycleType(0, code, True, True, False) for code in types]
    return cycles.add_past(CPO, catalog, a_past(), ticks, {key.replace("__", "/"): text for key, text in texts.items()})


def later(catalog: Catalog) -> None:
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += timedelta(hours=1)


# Who sees what


READ: dict[str, Callable[[Actor, Case], object]] = {
    "known": lambda actor, case: report_pages.known(actor, case.catalog, case.cycle_id),
    "cycle": lambda actor, case: report_pages.cycle(actor, case.catalog, case.cycle_id),
    "task": lambda actor, case: report_pages.task(actor, case.catalog, case.cycle_id, Task.TYPES),
    "check": lambda actor, case: report_pages.check(actor, case.catalog, case.cycle_id),
}


@pytest.mark.parametrize("page", READ)
def test_a_report_is_read_by_its_agency_s_officers_and_head_and_by_the_city_alone(page: str, case: Case) -> None:
    for actor in (DSO, DEPUTY, HEAD, CPO, STAFF, AUDITOR):
        READ[page](actor, case)
    with pytest.raises(NotFound):
        READ[page](DCH, case)
    for actor in (STEWARD, FOIL, RESEARCHER, OPERATOR):
        with pytest.raises(NotAllowed):
            READ[page](actor, case)
    with pytest.raises(NotFound):
        READ[page](DSO, replace(case, cycle_id=999))


def test_a_signed_report_is_read_by_the_same(case: Case) -> None:
    def read(actor: Actor) -> object:
        return report_pages.frozen(actor, case.catalog, case.cycle_id)

    with pytest.raises(NotFound):
        read(DSO)
    case.make_ready()
    case.submit()
    page = report_pages.frozen(DSO, case.catalog, case.cycle_id, 1)
    assert (page.frozen.number, page.agency.id, page.cycle.state) == (1, "dso", S.SUBMITTED)
    assert [one.event for one in page.signatures] == [E.SIGNED_BY_OFFICER, E.SIGNED_BY_HEAD]
    assert page.renditions
    assert read(AUDITOR) == read(HEAD) == page
    with pytest.raises(NotFound):
        read(DCH)
    with pytest.raises(NotFound):
        report_pages.frozen(DSO, case.catalog, case.cycle_id, 2)
    with pytest.raises(NotAllowed):
        read(STEWARD)


@pytest.mark.parametrize("actor", [DSO, DEPUTY, HEAD, DCH, STEWARD, FOIL, RESEARCHER, OPERATOR])
def test_rounds_are_the_city_s(actor: Actor, case: Case) -> None:
    with pytest.raises(NotAllowed):
        report_pages.rounds(actor, case.catalog)
    with pytest.raises(NotAllowed):
        report_pages.round_page(actor, case.catalog, TO)


def test_inventory_begins_with_one_s_own_cycles_or_with_the_rounds(catalog: Catalog, case: Case) -> None:
    past(catalog)
    other = a_cycle(catalog, "dch")
    hub = report_pages.hub(DSO, catalog)
    assert [(one.cycle.agency_id, one.cycle.period_to.year) for one in hub.cycles] == [("dso", 2028), ("dso", 2026)]
    assert (hub.rounds, hub.asked) == ((), ())
    assert [one.cycle.id for one in report_pages.hub(DCH, catalog).cycles] == [other.cycle_id]
    for actor in (CPO, STAFF, AUDITOR):
        hub = report_pages.hub(actor, catalog)
        assert hub.cycles == ()
        assert [(one.period_to.year, one.agencies) for one in hub.rounds] == [(2028, 2), (2026, 1)]
    for actor in (RESEARCHER, OPERATOR, FOIL):
        with pytest.raises(NotAllowed):
            report_pages.hub(actor, catalog)


def test_a_steward_is_told_what_is_asked_of_them_and_nothing_else(catalog: Catalog, case: Case) -> None:
    people.add_person(OPERATOR, catalog, STEWARD.person_id, STEWARD.name, Role.STEWARD, "dso")
    at = catalog.clock.now()
    later = a_division_task(case, due_on=date(2027, 3, 1))
    first = a_division_task(case, due_on=date(2027, 2, 1))
    a_division_task(case, done_at=at)
    a_division_task(case, withdrawn_at=at)
    a_division_task(case, person_id=None)
    a_division_task(a_cycle(catalog, "dch"))  # where they hold no role
    hub = report_pages.hub(STEWARD, catalog)
    assert (hub.cycles, hub.rounds) == ((), ())
    assert [(one.id, cycle.id, agency.id) for one, cycle, agency in hub.asked] == [
        (first.id, case.cycle_id, "dso"), (later.id, case.cycle_id, "dso"),
    ]  # fmt: skip
    case.make_ready()
    case.submit()
    assert report_pages.hub(STEWARD, catalog).asked == ()


# One cycle


def test_a_cycle_tells_how_far_its_tasks_are_and_what_is_lacking(catalog: Catalog, case: Case) -> None:
    page = report_pages.cycle(DSO, catalog, case.cycle_id)
    assert (page.line.agency.id, page.line.late, page.line.days_left) == ("dso", False, (DUE - catalog.day()).days)
    assert [one.task for one in page.line.tasks] == list(Task)
    assert {one.state for one in page.line.tasks} == {TaskState.NOT_STARTED}
    assert {one.task for one in page.gaps if one.code == "not_attested"} == set(Task)
    assert [one.event for one in page.steps] == [E.OPENED]
    assert (page.last, page.frozen, page.divisions) == (None, (), ())
    assert all(source for _, _, source in page.headers)
    assert {name: words for name, words, _ in page.headers}["Agency privacy officer"].startswith("Officer of dso")
    case.say(DSO, POLICY, K.WROTE, "They write.")
    line = next(one for one in report_pages.cycle(DSO, catalog, case.cycle_id).line.tasks if one.task is Task.POLICIES)
    assert line.state is TaskState.IN_PROGRESS


@pytest.mark.parametrize(
    ("actor", "writes", "ready", "signing"),
    [
        (DSO, True, {E.SIGNED_BY_OFFICER, E.TAKEN_BACK}, {E.TAKEN_BACK}),
        (DEPUTY, True, {E.TAKEN_BACK}, set()),
        (HEAD, False, set(), {E.SIGNED_BY_HEAD, E.RETURNED}),
        (CPO, False, set(), set()),
        (AUDITOR, False, set(), set()),
    ],
)
def test_each_is_offered_the_steps_that_are_theirs(
    actor: Actor, writes: bool, ready: set[E], signing: set[E], case: Case
) -> None:
    def offered() -> set[E]:
        return {one.event for one in report_pages.cycle(actor, case.catalog, case.cycle_id).moves}

    assert report_pages.cycle(actor, case.catalog, case.cycle_id).can_write is writes
    case.make_ready()
    assert offered() == ready
    case.sign()
    assert offered() == signing
    assert not report_pages.cycle(actor, case.catalog, case.cycle_id).can_write
    case.sign_for_agency()
    office = {E.TO_COMMITTEE, E.RETURNED} if actor is CPO else set()
    assert offered() == office


def test_the_digest_of_a_task_is_what_attesting_it_is_over(catalog: Catalog, case: Case) -> None:
    page = report_pages.task(DSO, catalog, case.cycle_id, Task.CONTRACTORS)
    report_answering.attest(DSO, catalog, case.cycle_id, Task.CONTRACTORS, digest=page.digest)
    after = report_pages.task(DSO, catalog, case.cycle_id, Task.CONTRACTORS)
    assert (after.line.state, after.digest) == (TaskState.DONE, page.digest)


def test_a_task_has_its_elements_with_their_questions_and_what_is_lacking_in_it(catalog: Catalog, case: Case) -> None:
    page = report_pages.task(DSO, catalog, case.cycle_id, Task.POLICIES)
    elements = [Element.REQUEST_POLICY, Element.PROPOSAL_POLICY, Element.EXIGENT_POLICY, Element.DIVISIONS]
    assert list(page.answers) == elements
    assert list(page.questions) == list(page.helps) == elements
    assert all(page.questions.values())
    assert page.gaps
    assert {one.task for one in page.gaps} == {Task.POLICIES}
    assert page.line.gaps == sum(one.blocks for one in page.gaps)


def test_what_the_last_report_said_is_carried_and_what_differs_comes_first(catalog: Catalog, case: Case) -> None:
    last = past(catalog, "NAME", request_policy__third_parties="They write.", retention__activity_9="A year.")
    policies = report_pages.task(DSO, catalog, case.cycle_id, Task.POLICIES)
    carried = next(one for one in policies.answers[Element.REQUEST_POLICY] if one.item.key == POLICY)
    assert (carried.text, carried.origin, carried.since) == ("They write.", Origin.CARRIED, Since.SAME)
    assert policies.page.last is not None
    assert policies.page.last.id == last.id
    types = report_pages.task(DSO, catalog, case.cycle_id, Task.TYPES)
    assert [(one.item.key, one.since) for one in types.changes] == [("types/NAME", Since.GONE)]
    assert [one.id for one in types.changes[0].item.sources] == [str(last.id)]
    purposes = report_pages.task(DSO, catalog, case.cycle_id, Task.PURPOSES)
    assert [one.key for one in purposes.gone] == ["retention/activity_9"]
    check = report_pages.check(DSO, catalog, case.cycle_id)
    assert [one.key for one in check.gone] == ["retention/activity_9"]


def test_the_last_report_is_the_latest_that_its_agency_submitted_before(catalog: Catalog, case: Case) -> None:
    early = {"period_from": date(2022, 8, 1), "period_to": date(2024, 7, 31)}
    cycles.add_past(CPO, catalog, a_past(**early), [], {POLICY: "The oldest."})
    newer = cycles.add_past(CPO, catalog, a_past(), [], {POLICY: "The newer."})
    cycles.add_past(CPO, catalog, a_past("dch"), [], {POLICY: "Another agency's."})
    page = report_pages.cycle(DSO, catalog, case.cycle_id)
    assert page.last is not None
    assert page.last.id == newer.id
    assert case.answer(POLICY).text == "The newer."


def test_a_report_that_was_sent_back_since_is_still_the_last_one(catalog: Catalog, case: Case) -> None:
    own = cycles.add_past(CPO, catalog, a_past(state=S.SUBMITTED), [], {POLICY: "They write."})
    before = case.answer(POLICY)
    assert (before.text, before.origin) == ("They write.", Origin.CARRIED)
    cycles.move(CPO, catalog, own.id, E.RETURNED, words="Say more.", expected=S.SUBMITTED)
    assert case.answer(POLICY) == before


def test_an_earlier_report_that_is_sent_back_goes_on_from_what_it_said(catalog: Catalog) -> None:
    types = [CycleType(0, "SSN", True, True, False)]
    own = cycles.add_past(CPO, catalog, a_past(state=S.SUBMITTED), types, {POLICY: "They write."})
    cycles.move(CPO, catalog, own.id, E.RETURNED, words="Say more.", expected=S.SUBMITTED)
    back = Case(catalog, own.id)
    assert (back.answer(POLICY).text, back.answer(POLICY).origin) == ("They write.", Origin.CARRIED)
    assert back.answer("types/SSN").last_fields[0] == ("Collected", "Yes")
    back.say(DSO, POLICY, K.STILL_TRUE)
    assert (back.answer(POLICY).text, back.answer(POLICY).is_settled) == ("They write.", True)


def test_a_report_that_is_sent_back_without_a_comment_is_attested_again_whole(catalog: Catalog, case: Case) -> None:
    case.make_ready()
    case.submit()
    later(catalog)
    case.move(CPO, E.RETURNED, "Look at it again.")
    lines = report_pages.cycle(DSO, catalog, case.cycle_id).line.tasks
    assert {one.state for one in lines} == {TaskState.LOOK_AGAIN}
    later(catalog)
    case.attest_all()
    lines = report_pages.cycle(DSO, catalog, case.cycle_id).line.tasks
    assert {one.state for one in lines} == {TaskState.DONE}


def test_ticks_of_a_report_from_before_it_was_kept_whole_are_known(catalog: Catalog, case: Case) -> None:
    (old,) = stored(catalog, a_past())
    stored(catalog, CycleType(old.id, "SSN", True, False, False))
    answer = case.answer("types/SSN")
    assert (answer.since, answer.needs_explaining) == (Since.GONE, True)
    assert dict(answer.last_fields) == {"Collected": "Yes", "Retained": "No", "Disclosed": "No"}


# What would be signed, and what was


def test_the_check_shows_what_is_signed(catalog: Catalog, case: Case) -> None:
    case.make_ready()
    page = report_pages.check(DSO, catalog, case.cycle_id)
    assert {one for one in page.page.gaps if one.blocks} == set()
    signed = case.sign(content_hash=page.content_hash)
    assert report_contents.decode(signed.content) == page.content
    assert list(page.answers) == list(Element)
    assert page.content_hash == report_pages.check(HEAD, catalog, case.cycle_id).content_hash


def test_who_made_it_ready_prepared_it_whoever_looks(catalog: Catalog, case: Case) -> None:
    def prepared() -> str:
        return dict(report_pages.check(DSO, catalog, case.cycle_id).content.header)["Prepared by"]

    assert prepared() == "Not recorded"
    case.say(DEPUTY, POLICY, K.WROTE, "They write.")
    assert prepared().startswith(DEPUTY.name)
    case.make_ready()
    assert prepared().startswith(DSO.name) or prepared().startswith("Officer of dso")
    case.say(DEPUTY, POLICY, K.WROTE, "They ring.")
    assert not prepared().startswith(DEPUTY.name)


def test_a_signed_report_says_what_was_signed_whatever_becomes_of_the_records(catalog: Catalog, case: Case) -> None:
    small(catalog)
    case.make_ready()
    case.submit()
    before = report_pages.check(DSO, catalog, case.cycle_id)
    lines = report_pages.cycle(DSO, catalog, case.cycle_id).line.tasks
    register.add_activity(
        DSO, catalog, replace(disclosure(), title="Begun since"), type_codes=["SSN"], dataset_ids=[], protocol_ids=[]
    )
    after = report_pages.check(DSO, catalog, case.cycle_id)
    assert (after.content, after.content_hash) == (before.content, before.content_hash)
    assert after.content_hash == case.cycle.content_hash
    assert after.answers == before.answers
    assert report_pages.cycle(DSO, catalog, case.cycle_id).line.tasks == lines
    assert {one.state for one in lines} == {TaskState.DONE}
    assert after.page.gaps == ()
    assert {source for _, _, source in after.page.headers} == {"As it was signed"}
    assert case.now.items == ()


def test_a_report_that_is_sent_back_follows_the_records_again_with_its_comments(catalog: Catalog, case: Case) -> None:
    case.make_ready()
    case.submit()
    comment = report_answering.say(
        CPO, catalog, case.cycle_id, POLICY, K.COMMENTED, text="Whom?", expected=case.answer(POLICY).latest
    )
    line = next(one for one in report_pages.hub(DSO, catalog).cycles[0].tasks if one.task is Task.POLICIES)
    assert (line.comments, line.state) == (1, TaskState.DONE)
    case.move(CPO, E.RETURNED, "See the comment.")
    page = report_pages.task(DSO, catalog, case.cycle_id, Task.POLICIES)
    assert (page.line.comments, page.line.state, page.page.can_write) == (1, TaskState.LOOK_AGAIN, True)
    assert [one.code for one in page.gaps] == ["comment_open", "attested_and_moved"]
    case.say(DSO, POLICY, K.ANSWERED, "The officer.", answers_id=comment.id)
    case.attest(Task.POLICIES)
    assert [one for one in report_pages.cycle(DSO, catalog, case.cycle_id).gaps if one.blocks] == []


def test_what_is_withheld_is_decided_anew_before_it_is_signed(catalog: Catalog, case: Case) -> None:
    case.make_ready()
    case.withhold(POLICY, WithholdReason.PUBLIC_SAFETY)
    content = report_pages.check(DSO, catalog, case.cycle_id).content
    assert [one.withheld for one in content.items if one.key == POLICY] == ["public_safety"]


# Rounds


def test_rounds_count_what_was_submitted_sent_back_and_is_late(catalog: Catalog, case: Case) -> None:
    sources.add_agency(OPERATOR, catalog, an_agency("dot", "Department of Transit"))
    old = {"period_from": date(2024, 8, 1), "period_to": date(2026, 7, 31)}
    cycles.open_round(CPO, catalog, **old, due_on=date(2026, 8, 31), agency_ids=["dch"])
    late = {"submitted_on": date(2026, 11, 1), "signed_at": datetime(2026, 10, 30, tzinfo=UTC)}
    cycles.add_past(CPO, catalog, a_past(**late), [], {})
    now, before = report_pages.rounds(CPO, catalog)
    assert (now.period_from, now.period_to, now.due_on) == (FROM, TO, DUE)
    assert (now.agencies, now.submitted, now.returned, now.late) == (1, 0, 0, 0)
    # One is overdue; the one that came late has come.
    assert (before.agencies, before.submitted, before.returned, before.late) == (2, 1, 0, 1)
    assert before.due_on == date(2026, 8, 31)
    page = report_pages.round_page(AUDITOR, catalog, date(2026, 7, 31))
    assert page.line == before
    assert [(one.agency.id, one.late) for one in page.cycles] == [("dch", True), ("dso", True)]
    assert [one.id for one in page.missing] == ["dot"]
    case.make_ready()
    case.submit()
    case.move(CPO, E.RETURNED, "Look at it again.")
    (now, _) = report_pages.rounds(CPO, catalog)
    assert (now.submitted, now.returned) == (0, 1)
    with pytest.raises(NotFound):
        report_pages.round_page(CPO, catalog, date(2030, 7, 31))


@pytest.mark.parametrize("catalog", DATABASES, indirect=True)
def test_the_grid_says_of_each_agency_what_its_own_page_says(catalog: Catalog, case: Case) -> None:
    small(catalog)
    other = a_cycle(catalog, "dch")
    past(catalog, "NAME", request_policy__third_parties="They write.")
    case.say(DSO, POLICY, K.STILL_TRUE)
    other_text = report_answering.say(DCH, catalog, other.cycle_id, POLICY, K.WROTE, text="They ring.", expected=0)
    assert other_text.cycle_id == other.cycle_id
    for step in (lambda: None, case.make_ready, case.submit):
        step()
        grid = {one.cycle.id: one for one in report_pages.round_page(CPO, catalog, TO).cycles}
        for one in (case, other):
            assert grid[one.cycle_id] == report_pages.cycle(CPO, catalog, one.cycle_id).line


def test_no_more_is_asked_of_the_database_for_more_agencies(catalog: Catalog) -> None:
    asked: list[str] = []
    event.listen(catalog.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    def count(read: Callable[[], object]) -> int:
        asked.clear()
        read()
        return len(asked)

    def begin(agency_id: str) -> Case:
        made = a_cycle(catalog, agency_id)
        cycles.add_past(CPO, catalog, a_past(agency_id), [], {POLICY: "They write."})
        return made

    begin("dso")
    begin("dch")
    pages = (
        lambda: report_pages.round_page(CPO, catalog, TO),
        lambda: report_pages.round_page(CPO, catalog, date(2026, 7, 31)),
        lambda: report_pages.rounds(CPO, catalog),
        lambda: report_pages.hub(CPO, catalog),
    )
    few = [count(page) for page in pages]
    for number in range(6):
        sources.add_agency(OPERATOR, catalog, an_agency(f"a{number}", f"Agency {number}"))
        begin(f"a{number}")
    assert [count(page) for page in pages] == few
    assert max(few) < 60


def test_one_state_is_what_many_together_say(catalog: Catalog, case: Case) -> None:
    other = a_cycle(catalog, "dch")
    old = past(catalog, "NAME")
    with catalog.reading() as connection:
        every = [case.cycle, other.cycle, replace(old, state=S.CLOSED)]
        together = report_states.states_of(connection, catalog, every)
        assert reports.frozen(connection, old.id) is not None
        for one in every:
            assert together[one.id] == report_states.state_of(connection, catalog, one)
    assert together[old.id].signed is not None
    assert together[case.cycle_id].signed is None
