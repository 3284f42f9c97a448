"""Saying things in a cycle: what is kept, who may say it, what makes no sense, and that nothing is ever lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import text

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError, StoreError
from catalog.model.actors import Role
from catalog.model.audit import AuditFilter
from catalog.model.report_answers import Origin, TaskState, of_task, task_digest, task_state
from catalog.model.report_entries import Entry, EntryKind, Said, WithholdReason
from catalog.model.report_form import Task
from catalog.model.report_views import ReportNow
from catalog.services import audit, people, report_answering, report_states
from catalog.services.catalog import Catalog
from catalog.store import engine, law
from tests.support.builders import CPO, OPERATOR, FixedClock
from tests.support.cycle_case import (
    DCH,
    DCH_STEWARD,
    DSO,
    PEOPLE,
    Case,
    E,
    S,
    a_cycle,
    a_division_task,
)
from tests.support.registers import AUDITOR, DEPUTY, HEAD, STAFF, STEWARD, Small, small

K = EntryKind
POLICY, LAW, AGREEMENT = "request_policy/third_parties", "impact_law/text", "agreements/protocol:2"
SEALED = "only ever added to"


@pytest.fixture
def law_of(catalog: Catalog) -> Small:
    people.add_person(OPERATOR, catalog, STEWARD.person_id, STEWARD.name, Role.STEWARD, "dso")
    return small(catalog)


@pytest.fixture
def case(catalog: Catalog, law_of: Small) -> Case:
    return a_cycle(catalog)


@pytest.fixture
def lite(catalog: Catalog, law_of: Small) -> Case:
    """For what is the same on both databases."""
    return a_cycle(catalog)


only_lite = pytest.mark.parametrize("catalog", ["sqlite"], indirect=True)


def test_what_is_said_is_kept_and_is_what_the_report_says(case: Case) -> None:
    entry = case.say(DEPUTY, POLICY, K.WROTE, "  They ask\r\nin writing.  ")
    answer = case.answer(POLICY)
    assert case.entries == [entry]
    assert (entry.text, entry.person_id, entry.person) == ("They ask\nin writing.", "dep", "Dana Park")
    assert entry.at == case.catalog.clock.now()
    assert (answer.text, answer.origin, answer.said, answer.latest) == (entry.text, Origin.WRITTEN, entry, entry.id)
    assert not answer.moved
    back = case.say(DSO, POLICY, K.BACK_TO_DRAFT)
    assert case.entries == [entry, back]
    assert case.answer(POLICY).text == ""


def test_the_log_says_that_it_was_said_and_nothing_of_it(case: Case) -> None:
    case.say(DSO, POLICY, K.WROTE, "Wisteria grows here.")
    entries = audit.entries(AUDITOR, case.catalog, AuditFilter(thing=f"cycle:{case.cycle_id}"), 9)
    assert [(one.action, one.detail, one.agency_id, one.person_id) for one in entries] == [
        ("say_in_report", "wrote", "dso", "apo-dso"),
        ("move_cycle", "started", "dso", "apo-dso"),
        ("open_cycle", "", "dso", "cpo"),
    ]
    assert "Wisteria" not in repr(entries)


def test_the_first_word_of_the_agency_starts_it_and_a_proposal_does_not(case: Case) -> None:
    task = a_division_task(case)
    case.say(STEWARD, AGREEMENT, K.PROPOSED, "As it is.", division_task_id=task.id)
    assert case.cycle.state is S.OPEN
    case.say(DSO, POLICY, K.WROTE, "In writing.")
    assert (case.cycle.state, [one.event for one in case.steps]) == (S.IN_PROGRESS, [E.OPENED, E.STARTED])
    assert (case.steps[-1].person_id, case.steps[-1].before) == ("apo-dso", S.OPEN)
    case.say(DSO, LAW, K.WROTE, "More forms.")
    assert len(case.steps) == 2


def test_what_is_sent_back_is_started_again_by_a_word_and_a_comment_is_none(case: Case) -> None:
    case.make_ready()
    case.submit()
    case.move(CPO, E.RETURNED, "Say more.")
    comment = case.say(STAFF, POLICY, K.COMMENTED, "Who decides?")
    assert case.cycle.state is S.RETURNED
    case.say(DSO, POLICY, K.ANSWERED, "The officer does.", answers_id=comment.id)
    assert (case.cycle.state, case.steps[-1].event) == (S.IN_PROGRESS, E.STARTED)


def test_who_did_not_see_the_latest_is_told_who_was_faster_and_nothing_is_kept(case: Case) -> None:
    first = case.say(DEPUTY, POLICY, K.WROTE, "By letter.")
    before = audit.verify(CPO, case.catalog).entries
    with pytest.raises(Conflict) as caught:
        case.say(DSO, POLICY, K.WROTE, "By mail.", expected=0)
    assert "Dana Park wrote here on November 21, 2026 at 22:00, after you opened it" in str(caught.value)
    assert "say yours again: nothing of it is lost" in str(caught.value)
    assert "By letter" not in str(caught.value)
    assert case.entries == [first]
    assert audit.verify(CPO, case.catalog).entries == before
    with pytest.raises(Conflict, match="nothing was said of it yet"):
        case.say(DSO, LAW, K.WROTE, "More forms.", expected=first.id)


#: What is said of an item as it was seen.
SEEN: list[tuple[EntryKind, str, dict[str, Any]]] = [
    (K.STILL_TRUE, "", {}),
    (K.WROTE, "In other words.", {}),
    (K.PROPOSED, "", {}),
    (K.WITHHELD, "It is being looked into.", {"reason": WithholdReason.INVESTIGATION}),
]


@pytest.mark.parametrize(("kind", "words", "rest"), SEEN)
@only_lite
def test_what_is_said_of_a_page_from_before_the_record_changed_is_not_taken(
    catalog: Catalog, lite: Case, law_of: Small, kind: EntryKind, words: str, rest: dict[str, Any]
) -> None:
    key, who = "entities/city_agency", STEWARD if kind is K.PROPOSED else DSO
    if kind is K.PROPOSED:
        rest = {**rest, "division_task_id": a_division_task(lite, tasks=(Task.ENTITIES.value,)).id}
    shown = lite.answer(key).digest
    change = replace(law_of.sent, purpose="Let people see a dentist")
    lite.catalog.note(lambda connection: law.put(connection, change))
    with pytest.raises(Conflict, match="the records behind it changed after you opened it"):
        lite.say(who, key, kind, words, seen=shown, **rest)
    assert lite.entries == []
    assert lite.say(who, key, kind, words, seen=lite.answer(key).digest, **rest).text == words


@only_lite
def test_a_record_that_changes_while_somebody_says_that_it_holds_is_seen(
    catalog: Catalog, lite: Case, law_of: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "entities/city_agency"
    shown = lite.answer(key).digest
    change = replace(law_of.sent, purpose="Let people see a dentist")
    meanwhile(monkeypatch, lambda: lite.catalog.note(lambda connection: law.put(connection, change)))
    with pytest.raises(Conflict, match="the records behind it changed"):
        lite.say(DSO, key, K.STILL_TRUE, seen=shown)
    assert lite.entries == []


def test_saying_many_things_reads_the_report_once(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    real = report_states.state_of

    def counted(*told: Any) -> ReportNow:
        read.append(1)
        return real(*told)

    said = [Said(one.item.key, K.WROTE, "So it is.") for one in case.now.answers if not one.is_filled]
    monkeypatch.setattr(report_states, "state_of", counted)
    assert len(report_answering.say_many(DSO, case.catalog, case.cycle_id, said)) == len(said) > 5
    assert len(read) == 1


@only_lite
@pytest.mark.parametrize(("kind", "words"), [(K.WROTE, "By letter."), (K.WITHHELD, "An investigation.")])
def test_a_form_that_is_sent_twice_is_one_entry(catalog: Catalog, lite: Case, kind: EntryKind, words: str) -> None:
    reason = WithholdReason.INVESTIGATION if kind is K.WITHHELD else None
    first = lite.say(DSO, POLICY, kind, words, expected=0, reason=reason)
    assert lite.say(DSO, POLICY, kind, words, expected=0, reason=reason) == first
    assert lite.entries == [first]
    with pytest.raises(Conflict):
        lite.say(DEPUTY, POLICY, kind, words, expected=0, reason=reason)
    with pytest.raises(Conflict):
        lite.say(DSO, POLICY, kind, words + " More.", expected=0, reason=reason)


def test_what_is_added_has_a_key_of_its_own_and_is_added_once(case: Case) -> None:
    first = case.say(DSO, "agreements", K.ADDED, "An older agreement on paper.", expected=0)
    again = case.say(DSO, "agreements", K.ADDED, "An older agreement on paper.", expected=0)
    other = case.say(DSO, "agreements", K.ADDED, "Another.", expected=0)
    assert (again, first.item_key) == (first, f"agreements/own:{case.cycle_id}-1")
    assert other.item_key == f"agreements/own:{case.cycle_id}-2"
    answer = case.answer(first.item_key)
    assert (answer.text, answer.said, answer.moved) == ("An older agreement on paper.", first, False)
    theirs = case.say(DEPUTY, "agreements", K.ADDED, "Another.", expected=0)  # the same words of another person
    assert (theirs.item_key, theirs.person) == (f"agreements/own:{case.cycle_id}-3", "Dana Park")
    case.say(DSO, first.item_key, K.WROTE, "A much older one.")
    case.say(DSO, first.item_key, K.REMOVED)
    assert first.item_key not in {one.item.key for one in case.now.answers}
    with pytest.raises(RequestError, match="no such item"):
        case.say(DSO, first.item_key, K.WROTE, "Back again.")
    assert case.say(DSO, "agreements", K.ADDED, "An older agreement on paper.", expected=0).item_key not in {
        first.item_key, other.item_key,
    }  # fmt: skip


#: What makes no sense of the report, each with what is answered; of an item that is drafted, one that nobody wrote.
NONSENSE: list[tuple[str, str, EntryKind, str, dict[str, Any], str]] = [
    ("no such item", "nothing/here", K.WROTE, "x", {}, "no such item"),
    ("an item of no record", "types/SSN", K.WROTE, "x", {}, "no such item"),
    ("a task", "task:types", K.WROTE, "x", {}, "no such item"),
    ("a task attested by the way", "task:types", K.ATTESTED, "", {}, "attested as a whole"),
    ("added to nothing", "nothing", K.ADDED, "x", {}, "no such item"),
    ("added to an item", POLICY, K.ADDED, "x", {}, "no such item"),
    ("no words", POLICY, K.WROTE, "  \n ", {}, "nothing is said"),
    ("no words added", "types", K.ADDED, "", {}, "nothing is said"),
    ("too many words", POLICY, K.WROTE, "x" * 20_001, {}, "20,001 characters, and 20,000"),
    ("too long an explanation", POLICY, K.WITHHELD, "x" * 4_001, {"reason": WithholdReason.PRIVACY_LAW}, "4,001"),
    ("a control character", POLICY, K.WROTE, "a\x00b", {}, "control character"),
    ("half a character", POLICY, K.WROTE, "a\ud800b", {}, "control character"),
    ("words that would be lost", AGREEMENT, K.STILL_TRUE, "Not quite.", {}, "would be lost"),
    ("nothing that could hold", POLICY, K.STILL_TRUE, "", {}, "nothing that could hold"),
    ("the records taken out", AGREEMENT, K.REMOVED, "", {}, "comes from the records"),
    ("back to where it is", AGREEMENT, K.BACK_TO_DRAFT, "", {}, "nobody wrote over"),
    ("nothing to explain", POLICY, K.EXPLAINED, "x", {}, "nothing has to be explained"),
    ("withheld without a reason", POLICY, K.WITHHELD, "x", {}, "no reason"),
    ("withheld without words", POLICY, K.WITHHELD, "", {"reason": WithholdReason.PRIVACY_LAW}, "nothing is said"),
    ("a reason with something else", POLICY, K.WROTE, "x", {"reason": WithholdReason.PRIVACY_LAW}, "reason for"),
    ("an answer to no comment", POLICY, K.ANSWERED, "x", {"answers_id": 99}, "no such comment"),
    ("an answer to nothing", POLICY, K.ANSWERED, "x", {}, "no such comment"),
    ("no such proposal", POLICY, K.DISMISSED, "", {"answers_id": 99}, "no such proposal"),
    ("none taken up", POLICY, K.WROTE, "x", {"answers_id": 99}, "no such proposal"),
    ("what answers nothing", POLICY, K.NOT_WITHHELD, "", {"answers_id": 1}, "answers nothing"),
    ("a request with something else", POLICY, K.WROTE, "x", {"division_task_id": 1}, "answered by proposing"),
]


@only_lite
def test_what_makes_no_sense_is_refused_and_leaves_nothing(catalog: Catalog, lite: Case) -> None:
    for name, key, kind, words, rest, answered in NONSENSE:
        with pytest.raises(RequestError, match=answered):
            lite.say(DSO, key, kind, words, expected=0, **rest)
        assert (name, lite.entries, lite.cycle.state) == (name, [], S.OPEN)


@only_lite
def test_what_sense_it_makes_is_of_the_item_itself(catalog: Catalog, lite: Case) -> None:
    """A comment or a proposal on one item is none on another; what the records say can be sent along as it is."""
    asked = a_division_task(lite, tasks=("policies",))
    proposed = lite.say(STEWARD, POLICY, K.PROPOSED, "By letter.", division_task_id=asked.id)
    for kind in (K.DISMISSED, K.WROTE):
        with pytest.raises(RequestError, match="no such proposal"):
            lite.say(DSO, LAW, kind, "x", answers_id=proposed.id)
    with pytest.raises(RequestError, match="no such comment"):
        lite.say(DSO, POLICY, K.ANSWERED, "x", answers_id=proposed.id)
    lite.say(DSO, POLICY, K.WROTE, "By letter.", answers_id=proposed.id)
    assert lite.answer(POLICY).proposals == ()
    with pytest.raises(RequestError, match="no such proposal"):
        lite.say(DSO, POLICY, K.DISMISSED, answers_id=proposed.id)
    assert lite.say(DSO, POLICY, K.STILL_TRUE, " By letter. ").text == ""


def test_a_division_proposes_what_it_is_asked_for_and_nothing_else(case: Case) -> None:
    task = a_division_task(case)
    entry = case.say(STEWARD, AGREEMENT, K.PROPOSED, "It covers more.", division_task_id=task.id)
    assert case.answer(AGREEMENT).proposals == (entry,)
    assert entry.division_task_id == task.id
    with pytest.raises(RequestError, match="no part of what is asked"):
        case.say(STEWARD, POLICY, K.PROPOSED, "By mail.", division_task_id=task.id)
    with pytest.raises(NotFound):
        case.say(STEWARD, AGREEMENT, K.PROPOSED, "By mail.")
    with pytest.raises(NotFound):
        case.say(STEWARD, AGREEMENT, K.PROPOSED, "By mail.", division_task_id=task.id + 1)
    others = a_division_task(a_cycle(case.catalog, "dch"))
    with pytest.raises(NotFound):
        case.say(STEWARD, AGREEMENT, K.PROPOSED, "By mail.", division_task_id=others.id)
    elses = a_division_task(case, person_id=None, contact="Kim Lee, by mail")
    with pytest.raises(NotAllowed, match="somebody else is asked"):
        case.say(STEWARD, AGREEMENT, K.PROPOSED, "By mail.", division_task_id=elses.id)
    assert case.say(DSO, AGREEMENT, K.PROPOSED, "From Kim's sheet.", division_task_id=elses.id).person == DSO.name
    for over in ({"done_at": case.catalog.clock.now()}, {"withdrawn_at": case.catalog.clock.now()}):
        past = a_division_task(case, **over)
        with pytest.raises(Conflict, match=r"done|withdrawn"):
            case.say(STEWARD, AGREEMENT, K.PROPOSED, "By mail.", division_task_id=past.id)


#: Who may say what; everybody else is refused.
ANSWERERS, OFFICE = {"officer", "deputy"}, {"cpo", "staff"}


@only_lite
def test_each_says_what_is_theirs_to_say(catalog: Catalog, lite: Case) -> None:
    task = a_division_task(lite)
    for name, actor in PEOPLE.items():
        for kind in K:
            if kind is K.ATTESTED:
                continue
            may = name in (OFFICE if kind is K.COMMENTED else ANSWERERS)
            may = may or (kind is K.PROPOSED and name == "steward")
            key = "types" if kind is K.ADDED else AGREEMENT
            rest: dict[str, Any] = {"reason": WithholdReason.PRIVACY_LAW} if kind is K.WITHHELD else {}
            rest |= {"division_task_id": task.id} if kind is K.PROPOSED else {}
            found: RequestError | None = None
            try:
                lite.say(actor, key, kind, f"x {name}" if kind not in {K.STILL_TRUE, K.NOT_WITHHELD} else "", **rest)
            except RequestError as error:
                found = error
            refused = isinstance(found, NotAllowed | NotFound)
            assert refused is not may, (name, kind, found)
        if name not in ANSWERERS:
            with pytest.raises((NotAllowed, NotFound)):
                lite.attest(Task.TYPES, actor)


@only_lite
def test_another_agencys_report_is_answered_as_one_that_is_not_there(catalog: Catalog, lite: Case) -> None:
    told = set()
    for actor, cycle_id in ((DCH, lite.cycle_id), (DCH, 999), (DSO, 999)):
        with pytest.raises(NotFound) as caught:
            report_answering.say(actor, catalog, cycle_id, POLICY, K.WROTE, text="x", expected=0)
        told.add(str(caught.value))
    with pytest.raises(NotFound) as caught:
        lite.say(DCH_STEWARD, AGREEMENT, K.PROPOSED, "x", division_task_id=a_division_task(lite).id)
    assert told == {str(caught.value)}


def test_nothing_of_what_is_signed_can_be_changed(case: Case) -> None:
    case.make_ready()
    case.say(DSO, LAW, K.WROTE, "Changed while it was to be signed.")
    case.attest(Task.IMPACT)
    digest = case.digest(Task.TYPES)

    def refused_now(*states: str) -> None:
        assert case.cycle.state.value in states
        before = case.entries
        for work in (
            lambda: case.say(DSO, POLICY, K.WROTE, "Other words."),
            lambda: case.say(DSO, "types", K.ADDED, "One more."),
            lambda: report_answering.attest(DSO, case.catalog, case.cycle_id, Task.TYPES, digest=digest + "0"),
        ):
            with pytest.raises(Conflict, match="cannot be changed now"):
                work()
        assert case.entries == before

    case.sign()
    refused_now("agency_head_signoff")
    case.sign_for_agency()
    refused_now("submitted")
    case.move(CPO, E.TO_COMMITTEE)
    refused_now("under_committee_review")
    case.move(CPO, E.RECOMMENDED, "Ask less.")
    refused_now("recommendations_received")
    case.move(CPO, E.CLOSED)
    refused_now("closed")


def meanwhile(monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]) -> None:
    """Have this happen once, after somebody asked to say something and before the catalog is theirs alone."""
    together, waiting = Catalog.together, [work]

    def late(catalog: Catalog) -> AbstractContextManager[Catalog]:
        if waiting:
            waiting.pop()()
        return together(catalog)

    monkeypatch.setattr(Catalog, "together", late)


@only_lite
def test_what_is_signed_while_somebody_writes_is_not_written_in(
    catalog: Catalog, lite: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    lite.make_ready()
    latest = lite.answer(LAW).latest
    meanwhile(monkeypatch, lite.sign)
    before = lite.entries
    with pytest.raises(Conflict, match="cannot be changed now"):
        lite.say(DEPUTY, LAW, K.WROTE, "Other words.", expected=latest)
    assert lite.entries == before


def test_the_office_comments_on_what_was_submitted_alone(case: Case) -> None:
    with pytest.raises(Conflict, match="not submitted is not commented on"):
        case.say(CPO, POLICY, K.COMMENTED, "Why?")
    case.make_ready()
    with pytest.raises(Conflict, match="not submitted is not commented on"):
        case.say(CPO, POLICY, K.COMMENTED, "Why?")
    case.submit()
    first = case.say(STAFF, POLICY, K.COMMENTED, "Why?")
    whole = case.say(CPO, "task:impact", K.COMMENTED, "Say more.")
    assert [one.entry for one in case.answer(POLICY).comments] == [first]
    case.move(CPO, E.RETURNED, "See the comments.")
    answered = case.say(DSO, POLICY, K.ANSWERED, "So it is.", answers_id=first.id)
    assert case.answer(POLICY).comments[0].answer == answered
    case.say(DSO, "task:impact", K.ANSWERED, "We did.", answers_id=whole.id)


def test_a_comment_on_what_was_signed_and_is_gone_since_is_kept(case: Case, law_of: Small) -> None:
    case.make_ready()
    case.submit()
    case.move(CPO, E.RETURNED, "Say more.")
    key = f"classified/activity:{law_of.sent.id}"
    case.catalog.note(lambda connection: law.put(connection, replace(law_of.sent, withdrawn_on=case.catalog.day())))
    assert key not in {one.item.key for one in case.now.answers}
    assert case.say(STAFF, key, K.COMMENTED, "Why?").item_key == key
    with pytest.raises(RequestError, match="no such item"):
        case.say(STAFF, "classified/activity:999", K.COMMENTED, "Why?")


# Attesting.


def test_a_task_is_attested_over_what_was_seen(case: Case) -> None:
    digest = case.digest(Task.AGREEMENTS)
    entry = report_answering.attest(DEPUTY, case.catalog, case.cycle_id, Task.AGREEMENTS, digest=digest)
    own = of_task(Task.AGREEMENTS, case.now.answers)
    assert (entry.kind, entry.item_key, entry.digest) == (K.ATTESTED, "task:agreements", digest)
    assert task_state(Task.AGREEMENTS, own, case.entries) is TaskState.DONE
    assert all(one.said == entry and not one.moved for one in own)
    assert case.cycle.state is S.IN_PROGRESS
    again = report_answering.attest(DEPUTY, case.catalog, case.cycle_id, Task.AGREEMENTS, digest=digest)
    assert again == entry
    with pytest.raises(Conflict, match="Dana Park attested this task on November 21, 2026 at 22:00"):
        report_answering.attest(DSO, case.catalog, case.cycle_id, Task.AGREEMENTS, digest=digest)
    assert case.entries == [entry]


def test_a_page_from_before_does_not_attest_what_a_task_says_since(case: Case) -> None:
    """Who attested it and sends the old page again is not told that it holds."""
    digest = case.digest(Task.AGREEMENTS)
    entry = case.attest(Task.AGREEMENTS)
    case.say(DEPUTY, AGREEMENT, K.WROTE, "It covers all.")
    with pytest.raises(Conflict, match="something else than you saw"):
        report_answering.attest(DSO, case.catalog, case.cycle_id, Task.AGREEMENTS, digest=digest)
    assert [one for one in case.entries if one.kind is K.ATTESTED] == [entry]


def test_what_is_signed_is_not_attested_even_as_it_was(case: Case) -> None:
    case.make_ready()
    digest = case.digest(Task.TYPES)
    case.submit()
    with pytest.raises(Conflict, match="cannot be changed now"):
        report_answering.attest(DSO, case.catalog, case.cycle_id, Task.TYPES, digest=digest)


def test_what_was_sent_back_is_attested_anew(case: Case) -> None:
    case.make_ready()
    case.submit()
    cast("FixedClock", case.catalog.clock).time += timedelta(days=1)
    case.move(CPO, E.RETURNED, "Say more.")
    cast("FixedClock", case.catalog.clock).time += timedelta(days=1)
    anew = case.attest(Task.TYPES)
    assert anew.at == case.catalog.clock.now()
    assert case.attest(Task.TYPES) == anew


def test_a_task_that_says_something_else_than_was_seen_is_not_attested(case: Case) -> None:
    digest = case.digest(Task.AGREEMENTS)
    case.say(DEPUTY, AGREEMENT, K.WROTE, "It covers all.")
    before = case.entries
    with pytest.raises(Conflict, match="something else than you saw; Dana Park wrote here on November 21, 2026"):
        report_answering.attest(DSO, case.catalog, case.cycle_id, Task.AGREEMENTS, digest=digest)
    assert case.entries == before
    case.attest(Task.AGREEMENTS)
    assert task_state(Task.AGREEMENTS, case.now.answers, case.entries) is TaskState.DONE


def test_what_moves_behind_an_attested_task_has_to_be_looked_at_again(case: Case, law_of: Small) -> None:
    case.attest(Task.ENTITIES)
    assert task_state(Task.ENTITIES, case.now.answers, case.entries) is TaskState.DONE
    activity = replace(law_of.sent, purpose="Let people see a dentist")
    case.catalog.note(lambda connection: law.put(connection, activity))
    assert task_state(Task.ENTITIES, case.now.answers, case.entries) is TaskState.LOOK_AGAIN
    assert case.answer("entities/city_agency").moved


def test_what_says_nothing_is_named_and_keeps_its_task_from_being_attested(case: Case) -> None:
    with pytest.raises(RequestError) as caught:
        case.attest(Task.IMPACT)
    labels = [one.item.label for one in of_task(Task.IMPACT, case.now.answers) if not one.is_filled]
    assert labels
    assert all(label in str(caught.value) for label in labels)
    assert (case.entries, case.cycle.state) == ([], S.OPEN)


def test_what_has_to_be_explained_keeps_nobody_from_attesting(case: Case) -> None:
    """Gaps block signing alone."""
    for key in ("impact_law/text", "impact_policy/text"):
        case.say(DSO, key, K.WROTE, "More forms.")
    assert case.attest(Task.IMPACT).digest == case.digest(Task.IMPACT)


# Many at once.


def test_many_things_are_said_together_or_none_is(case: Case) -> None:
    first = case.say(DEPUTY, POLICY, K.WROTE, "By letter.")
    said = [Said(LAW, K.WROTE, "More forms."), Said(POLICY, K.WROTE, "By mail.")]
    before = audit.verify(CPO, case.catalog).entries
    with pytest.raises(Conflict):
        report_answering.say_many(DSO, case.catalog, case.cycle_id, said)
    assert case.entries == [first]
    assert audit.verify(CPO, case.catalog).entries == before
    kept = report_answering.say_many(DSO, case.catalog, case.cycle_id, [said[0], replace(said[1], expected=first.id)])
    assert case.entries == [first, *kept]
    assert audit.verify(CPO, case.catalog).entries == before + 2


@only_lite
def test_at_least_one_thing_is_said_and_not_too_many(catalog: Catalog, lite: Case) -> None:
    for said in ([], [Said(LAW, K.WROTE, "x")] * 2_001):
        with pytest.raises(RequestError, match="1 to 2,000"):
            report_answering.say_many(DSO, catalog, lite.cycle_id, said)
    with pytest.raises(Conflict):  # one thing of one item
        report_answering.say_many(DSO, catalog, lite.cycle_id, [Said(LAW, K.WROTE, "x"), Said(LAW, K.WROTE, "y")])
    assert lite.entries == []


@pytest.mark.parametrize("statement", ["UPDATE report_entries SET text = 'x'", "DELETE FROM report_entries"])
def test_the_database_itself_keeps_what_was_said(case: Case, statement: str) -> None:
    case.say(DSO, POLICY, K.WROTE, "By letter.")
    with pytest.raises(StoreError), engine.writing(case.catalog.engine) as connection:
        connection.execute(text(statement))
    assert [one.text for one in case.entries] == ["By letter."]


def test_of_many_at_once_one_wins_each_item_and_all_is_in_the_log(case: Case) -> None:
    """Twenty people at once, ten about one item and ten about five others."""
    case.say(DSO, LAW, K.WROTE, "So it is.")
    latest = case.entries[-1].id
    keys = [LAW] * 10 + [f"{which}/{who}" for which in ("request_policy", "proposal_policy") for who in (
        "city_agencies", "authorities", "third_parties")][:5] * 2  # fmt: skip
    before = audit.verify(CPO, case.catalog).entries

    def work(number: int) -> Entry | Conflict:
        expected = latest if keys[number] == LAW else 0
        try:
            return case.say(DSO, keys[number], K.WROTE, f"Words {number}.", expected=expected)
        except Conflict as error:
            return error

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(work, range(20)))
    kept = [one for one in found if isinstance(one, Entry)]
    assert sorted(one.item_key for one in kept) == sorted(set(keys))
    assert sorted(one.id for one in kept) == [one.id for one in case.entries[1:]]
    report = audit.verify(CPO, case.catalog)
    assert (report.entries, report.broken_at) == (before + 6, None)


def test_of_many_first_words_at_once_one_starts_it(case: Case) -> None:
    keys = [one.item.key for one in case.now.answers if not one.is_filled][:8]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: case.say(DSO, key, K.WROTE, "So it is.", expected=0), keys))
    assert [one.event for one in case.steps] == [E.OPENED, E.STARTED]
    assert len(case.entries) == len(keys)


def test_of_many_who_attest_at_once_one_does(case: Case) -> None:
    digest = case.digest(Task.AGREEMENTS)

    def work(_: int) -> object:
        try:
            return report_answering.attest(DSO, case.catalog, case.cycle_id, Task.AGREEMENTS, digest=digest)
        except Conflict as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(8)))
    assert len(case.entries) == 1
    assert all(one == case.entries[0] or isinstance(one, Conflict) for one in found)


def test_the_head_reads_and_writes_nothing(case: Case) -> None:
    with pytest.raises(NotAllowed):
        case.say(HEAD, POLICY, K.WROTE, "By letter.")
    assert task_digest(of_task(Task.TYPES, case.now.answers)) == case.digest(Task.TYPES)
