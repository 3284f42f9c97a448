"""Divisions are asked for their part of a report, see that alone, and propose; the officer takes it up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.cycle_machine import WRITABLE
from catalog.model.cycles import Cycle, CycleState
from catalog.model.register import Activity
from catalog.model.report_answers import Answer, Origin
from catalog.model.report_entries import EntryKind, WithholdReason
from catalog.model.revisions import RecordKind
from catalog.services import division_answers, division_tasks, register, report_answering, report_states
from catalog.services.catalog import Catalog
from catalog.store import law
from tests.support.builders import CPO, OPERATOR, RESEARCHER
from tests.support.divisions import FOREIGN, SAM, Asked, a_round, ask
from tests.support.registers import AUDITOR, DCH, DEPUTY, DSO, HEAD, STAFF, STEWARD, latest, refused


@pytest.fixture
def asked(catalog: Catalog) -> Asked:
    return a_round(catalog)


def answers(catalog: Catalog, cycle: Cycle) -> dict[str, Answer]:
    with catalog.reading() as connection:
        now = report_states.state_of(connection, catalog, cycle)
    return {one.item.key: one for one in now.answers}


def keys(actor: Actor, catalog: Catalog, task_id: int) -> set[str]:
    page = division_answers.of(actor, catalog, task_id)
    return {one.answer.item.key for some in page.answers.values() for one in some}


def move(catalog: Catalog, cycle: Cycle, state: CycleState) -> None:
    with catalog.changing(CPO, "move_cycle", "test") as change:
        law.put(change.connection, replace(cycle, state=state))


def test_a_division_is_asked_about_its_activities_and_what_only_people_can_say(catalog: Catalog, asked: Asked) -> None:
    intake = f"why_collect/activity:{asked.intake}"
    night = f"why_collect/activity:{asked.night}"
    assert {intake, night} <= set(answers(catalog, asked.cycle))
    own = ask(catalog, asked)
    assert intake in keys(STEWARD, catalog, own.id)
    assert night not in keys(STEWARD, catalog, own.id)
    assert all(key.split("/")[0] in {"why_collect", "retention"} for key in keys(STEWARD, catalog, own.id))
    everything = ask(catalog, asked, division="")
    assert {intake, night} <= keys(STEWARD, catalog, everything.id)
    desk = ask(catalog, asked, division=" night DESK ")
    assert keys(STEWARD, catalog, desk.id) & {intake, night} == {night}
    human = ask(catalog, asked, division="Nobody's", tasks=("impact", "access"))
    found = keys(STEWARD, catalog, human.id)
    assert {"impact_law/text", "impact_policy/text", "access/text"} <= found
    types = ask(catalog, asked, division="Intake", tasks=("types",))
    assert "types/NAME" in keys(STEWARD, catalog, types.id)
    assert keys(STEWARD, catalog, ask(catalog, asked, division="Nobody's").id) == set()


def test_what_others_added_withheld_or_left_without_a_record_is_no_part_of_a_division(
    catalog: Catalog, asked: Asked
) -> None:
    cycle_id, intake = asked.cycle.id, f"why_collect/activity:{asked.intake}"
    added = [
        report_answering.say(DSO, catalog, cycle_id, element, EntryKind.ADDED, text="Ours alone", expected=0).item_key
        for element in ("why_collect", "impact_law")
    ]
    report_answering.say(
        DSO, catalog, cycle_id, "impact_policy/text", EntryKind.WITHHELD,
        text="It tells where", reason=WithholdReason.INVESTIGATION, expected=0,
    )  # fmt: skip
    report_answering.say(DSO, catalog, cycle_id, intake, EntryKind.WROTE, text="Written", expected=0)
    own = ask(catalog, asked, tasks=("purposes", "impact"))
    assert keys(STEWARD, catalog, own.id) & {intake, "impact_law/text"} == {intake, "impact_law/text"}
    assert keys(STEWARD, catalog, own.id).isdisjoint({*added, "impact_policy/text"})
    register.withdraw_activity(DSO, catalog, asked.intake, "By mistake")
    assert answers(catalog, asked.cycle)[intake].is_own, "the words stand, their record is gone"
    assert intake not in keys(STEWARD, catalog, own.id)
    whole = ask(catalog, asked, division="", tasks=("purposes", "impact"))
    assert {*added, intake} <= keys(STEWARD, catalog, whole.id)
    assert "impact_policy/text" not in keys(STEWARD, catalog, whole.id), "what is withheld is asked of nobody"


def test_who_is_asked_sees_their_part_and_who_is_not_sees_nothing(catalog: Catalog, asked: Asked) -> None:
    task = ask(catalog, asked)
    for actor in (STEWARD, DSO, DEPUTY):
        assert division_answers.of(actor, catalog, task.id).line.task == task
    for actor in (SAM, FOREIGN, DCH):
        refused(NotFound, "nothing here", lambda actor=actor: division_answers.of(actor, catalog, task.id))
        refused(NotFound, "nothing here", lambda actor=actor: division_answers.propose(actor, catalog, task.id, {}))
        refused(NotFound, "nothing here", lambda actor=actor: division_tasks.done(actor, catalog, task.id))
    for actor in (HEAD, AUDITOR, STAFF, CPO, RESEARCHER, OPERATOR):
        refused(NotAllowed, "may not", lambda actor=actor: division_answers.of(actor, catalog, task.id))
    refused(NotFound, "nothing here", lambda: division_answers.of(STEWARD, catalog, 999))
    for actor in (DSO, DEPUTY, HEAD, STAFF, CPO, AUDITOR):
        page = division_answers.of_cycle(actor, catalog, asked.cycle.id)
        assert [line.asked for line in page.lines] == ["Stevie Wong"]
        assert page.can_ask is (actor in (DSO, DEPUTY))
    refused(NotFound, "nothing here", lambda: division_answers.of_cycle(DCH, catalog, asked.cycle.id))
    for actor in (STEWARD, SAM):
        refused(NotAllowed, "may not", lambda actor=actor: division_answers.of_cycle(actor, catalog, asked.cycle.id))


def test_only_who_answers_for_the_agency_asks_and_withdraws(catalog: Catalog, asked: Asked) -> None:
    task = ask(catalog, asked, DEPUTY)
    tries: list[Callable[[Actor], object]] = [
        lambda actor: ask(catalog, asked, actor, division="Doors"),
        lambda actor: division_tasks.withdraw(actor, catalog, task.id),
        lambda actor: division_tasks.reopen(actor, catalog, task.id),
        lambda actor: division_answers.take_up(actor, catalog, task.id),
    ]
    for work in tries:
        refused(NotFound, "nothing here", lambda work=work: work(DCH))
        for actor in (STEWARD, SAM, HEAD, CPO, STAFF, AUDITOR, OPERATOR):
            refused(NotAllowed, "may not answer report", lambda work=work, actor=actor: work(actor))
    division_tasks.withdraw(DSO, catalog, task.id)
    refused(NotFound, "nothing here", lambda: division_answers.of(STEWARD, catalog, task.id))
    refused(Conflict, "withdrawn", lambda: division_tasks.withdraw(DSO, catalog, task.id))
    assert not division_answers.of(DSO, catalog, task.id).can_answer


def test_an_officer_elsewhere_who_is_asked_here_by_name_takes_nothing_up_here(catalog: Catalog, asked: Asked) -> None:
    both = replace(DCH, person_id="stw", grants=DCH.grants | STEWARD.grants)
    task = ask(catalog, asked)
    assert division_answers.of(both, catalog, task.id).is_officer is False
    refused(NotFound, "nothing here", lambda: division_answers.take_up(both, catalog, task.id))
    refused(NotFound, "nothing here", lambda: division_tasks.withdraw(both, catalog, task.id))


def test_what_is_asked_makes_sense(catalog: Catalog, asked: Asked) -> None:
    task = ask(catalog, asked)
    refused(Conflict, "asked some of this already", lambda: ask(catalog, asked, tasks=("types", "purposes")))
    refused(RequestError, "no task", lambda: ask(catalog, asked, tasks=()))
    refused(RequestError, "no such task", lambda: ask(catalog, asked, tasks=("everything",)))
    refused(RequestError, "nobody is named", lambda: ask(catalog, asked, person_id=None))
    refused(RequestError, "no role in this agency", lambda: ask(catalog, asked, person_id="far"))
    refused(RequestError, "no role in this agency", lambda: ask(catalog, asked, person_id="cpo"))
    refused(RequestError, "is past", lambda: ask(catalog, asked, due_on=date(2026, 11, 20)))
    refused(RequestError, "room for", lambda: ask(catalog, asked, division="x" * 201))
    refused(RequestError, "room for", lambda: ask(catalog, asked, note="x" * 2001))
    by_hand = ask(catalog, asked, person_id=None, contact=" J.  Ortiz,\nnight desk ", tasks=("access", "types"))
    assert (by_hand.contact, by_hand.tasks, by_hand.person_id) == ("J. Ortiz, night desk", ("types", "access"), None)
    page = division_answers.of_cycle(DSO, catalog, asked.cycle.id)
    assert page.divisions == ("Doors", "Intake", "Night desk")
    assert {(one.person_id, one.role.value) for one in page.people} == {
        ("apo-dso", "officer"), ("stw", "steward"), ("sam", "steward")
    }  # fmt: skip
    division_tasks.done(STEWARD, catalog, task.id)
    ask(catalog, asked)


def test_nothing_is_asked_of_what_cannot_be_changed(catalog: Catalog, asked: Asked) -> None:
    task = ask(catalog, asked)
    key = f"why_collect/activity:{asked.intake}"
    for state in set(CycleState) - WRITABLE:
        move(catalog, asked.cycle, state)
        refused(Conflict, "cannot be changed", lambda: ask(catalog, asked, division="Doors"))
        refused(Conflict, "cannot be changed", lambda: division_tasks.done(STEWARD, catalog, task.id))
    move(catalog, asked.cycle, CycleState.AGENCY_HEAD_SIGNOFF)
    refused(Conflict, "cannot be changed", lambda: division_answers.propose(STEWARD, catalog, task.id, {key: ("X", 0)}))


def test_a_proposal_changes_nothing_until_the_officer_takes_it_up(catalog: Catalog, asked: Asked) -> None:
    task, key = ask(catalog, asked), f"why_collect/activity:{asked.intake}"
    before = answers(catalog, asked.cycle)[key]
    division_answers.propose(STEWARD, catalog, task.id, {key: ("So that nobody sleeps outside", before.latest)})
    waits = answers(catalog, asked.cycle)[key]
    assert (waits.text, waits.origin, waits.said) == (before.text, before.origin, None)
    assert [one.text for one in waits.proposals] == ["So that nobody sleeps outside"]
    with catalog.reading() as connection:
        cycle = law.one(connection, Cycle, asked.cycle.id)
    assert cycle is not None
    assert cycle.state is CycleState.OPEN, "it is begun by who answers for the agency"
    line = division_answers.of(STEWARD, catalog, task.id).line
    assert (line.answered, line.waiting) == (1, 1)
    assert division_answers.take_up(DSO, catalog, task.id) == 1
    after = answers(catalog, asked.cycle)[key]
    assert (after.text, after.origin, after.proposals) == ("So that nobody sleeps outside", Origin.WRITTEN, ())
    assert after.said is not None
    assert after.said.person == DSO.name
    assert division_answers.of(DSO, catalog, task.id).line.waiting == 0


def test_that_it_still_holds_is_taken_up_as_that_and_leaves_the_draft_a_draft(catalog: Catalog, asked: Asked) -> None:
    task, key = ask(catalog, asked), f"why_collect/activity:{asked.intake}"
    before = answers(catalog, asked.cycle)[key]
    division_answers.propose(STEWARD, catalog, task.id, {key: ("", before.latest)})
    page = division_answers.of(DSO, catalog, task.id)
    (one,) = [each for some in page.answers.values() for each in some if each.answer.item.key == key]
    assert (one.holds, one.waits, one.moved) == (True, True, False)
    division_answers.take_up(DSO, catalog, task.id)
    after = answers(catalog, asked.cycle)[key]
    assert (after.text, after.origin, after.proposals) == (before.text, Origin.RECORDS, ())
    assert after.said is not None
    assert after.said.kind is EntryKind.STILL_TRUE


def test_what_says_nothing_cannot_hold(catalog: Catalog, asked: Asked) -> None:
    task = ask(catalog, asked, tasks=("impact",))
    refused(
        RequestError,
        "nothing that could hold",
        lambda: division_answers.propose(STEWARD, catalog, task.id, {"impact_law/text": ("", 0)}),
    )


def test_the_last_proposal_of_an_item_is_taken_up_and_those_before_put_aside(catalog: Catalog, asked: Asked) -> None:
    task = ask(catalog, asked, tasks=("impact",))
    key, other = "impact_law/text", "impact_policy/text"
    (first,) = division_answers.propose(STEWARD, catalog, task.id, {key: ("First", 0)})
    division_answers.propose(STEWARD, catalog, task.id, {key: ("Second", first.id), other: ("Alone", 0)})
    assert division_answers.take_up(DSO, catalog, task.id) == 2
    now = answers(catalog, asked.cycle)
    assert (now[key].text, now[key].proposals, now[other].text) == ("Second", (), "Alone")


def test_proposals_are_taken_up_one_by_one(catalog: Catalog, asked: Asked) -> None:
    task = ask(catalog, asked, tasks=("impact",))
    first, other = division_answers.propose(
        STEWARD, catalog, task.id, {"impact_law/text": ("One", 0), "impact_policy/text": ("Two", 0)}
    )
    assert division_answers.take_up(DSO, catalog, task.id, [other.id]) == 1
    now = answers(catalog, asked.cycle)
    assert (now["impact_law/text"].text, now["impact_policy/text"].text) == ("", "Two")
    refused(Conflict, "does not wait", lambda: division_answers.take_up(DSO, catalog, task.id, [other.id]))
    report_answering.say(
        DSO, catalog, asked.cycle.id, "impact_law/text", EntryKind.DISMISSED, answers_id=first.id, expected=first.id
    )
    refused(Conflict, "does not wait", lambda: division_answers.take_up(DSO, catalog, task.id, [first.id]))
    assert division_answers.take_up(DSO, catalog, task.id) == 0


def test_what_was_withheld_since_it_was_proposed_is_not_taken_up_unseen(catalog: Catalog, asked: Asked) -> None:
    task, key = ask(catalog, asked, tasks=("impact",)), "impact_law/text"
    (made,) = division_answers.propose(STEWARD, catalog, task.id, {key: ("Said", 0)})
    report_answering.say(
        DSO, catalog, asked.cycle.id, key, EntryKind.WITHHELD,
        text="It tells where", reason=WithholdReason.INVESTIGATION, expected=made.id,
    )  # fmt: skip
    assert division_answers.of(DSO, catalog, task.id).line.waiting == 0
    assert division_answers.take_up(DSO, catalog, task.id) == 0
    assert [one.id for one in answers(catalog, asked.cycle)[key].proposals] == [made.id], "its own page shows it"


def test_a_division_proposes_of_its_part_alone_and_all_or_nothing(catalog: Catalog, asked: Asked) -> None:
    task = ask(catalog, asked)
    own, foreign = (f"why_collect/activity:{one}" for one in (asked.intake, asked.night))
    for other in (foreign, "impact_law/text"):
        refused(
            RequestError,
            "no part of what is asked",
            lambda other=other: division_answers.propose(
                STEWARD, catalog, task.id, {own: ("Mine", 0), other: ("Theirs", 0)}
            ),
        )
    assert answers(catalog, asked.cycle)[own].proposals == ()
    division_answers.propose(STEWARD, catalog, task.id, {own: ("Mine", 0)})
    # Who answers for the agency may write in their place, and is told who was faster all the same.
    refused(
        Conflict, "after you opened it", lambda: division_answers.propose(DEPUTY, catalog, task.id, {own: ("X", 0)})
    )


def test_what_is_done_takes_nothing_more_until_it_is_opened_again(catalog: Catalog, asked: Asked) -> None:
    task, key = ask(catalog, asked), f"why_collect/activity:{asked.intake}"
    refused(Conflict, "not one that was answered", lambda: division_tasks.reopen(DSO, catalog, task.id))
    ended = division_tasks.done(STEWARD, catalog, task.id)
    assert (ended.done_by, ended.done_at) == (STEWARD.name, catalog.clock.now())
    refused(Conflict, "done", lambda: division_tasks.done(STEWARD, catalog, task.id))
    refused(Conflict, "it is done", lambda: division_answers.propose(STEWARD, catalog, task.id, {key: ("X", 0)}))
    assert not division_answers.of(STEWARD, catalog, task.id).can_answer
    division_tasks.reopen(DSO, catalog, task.id)
    division_answers.propose(STEWARD, catalog, task.id, {key: ("X", 0)})


def test_what_moved_since_it_was_proposed_is_told(catalog: Catalog, asked: Asked) -> None:
    task, key = ask(catalog, asked), f"why_collect/activity:{asked.intake}"
    division_answers.propose(STEWARD, catalog, task.id, {key: ("", 0)})
    with catalog.reading() as connection:
        activity = law.one(connection, Activity, asked.intake)
    assert activity is not None
    seen = latest(catalog, RecordKind.ACTIVITY, asked.intake)
    register.revise_activity(
        DSO, catalog, replace(activity, purpose="Another"), type_codes=["NAME"], dataset_ids=[], protocol_ids=[],
        reason="Why", expected=seen,
    )  # fmt: skip
    page = division_answers.of(STEWARD, catalog, task.id)
    (one,) = [each for some in page.answers.values() for each in some if each.answer.item.key == key]
    assert one.moved


def test_what_is_overdue_is_told_until_it_is_done(catalog: Catalog, asked: Asked) -> None:
    task = ask(catalog, asked, due_on=catalog.day())
    assert not division_answers.of(DSO, catalog, task.id).line.overdue
    with catalog.changing(CPO, "ask_division", "test") as change:
        law.put(change.connection, replace(task, due_on=date(2026, 11, 20)))
    assert division_answers.of(DSO, catalog, task.id).line.overdue
    division_tasks.done(DSO, catalog, task.id)
    assert not division_answers.of(DSO, catalog, task.id).line.overdue
