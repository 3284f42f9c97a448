"""What is lacking before a report is signed: each check seen to find what it is for, and nothing where all is well."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from catalog.model.agreements import Contract, DeclaredSystem, ServiceClass, Unscannable
from catalog.model.cycles import CycleEvent, CycleState, CycleStep
from catalog.model.designations import Designation, DesignationState, Signature
from catalog.model.reconciliation import Concern, Doubt
from catalog.model.register import Activity, Classification, Protocol, Verb
from catalog.model.report_answers import Answer
from catalog.model.report_checks import gaps
from catalog.model.report_comments import orphans, sent_back_whole
from catalog.model.report_drafts import items
from catalog.model.report_entries import EntryKind
from catalog.model.report_facts import ActivityFact, ContractFact, Facts, PersonFact, TypeFact
from catalog.model.report_form import Element, Task
from catalog.model.report_items import SourceKind
from catalog.model.report_lines import changes, signed_lines, task_lines
from catalog.model.report_said import SaidChange
from catalog.model.report_views import Gap
from tests.support import report_facts
from tests.support.report_facts import CLINIC, INTAKE, KINDS, PAPER, STUDY, UNIVERSITY, flow
from tests.support.report_sayings import AT, Talk, a_content, a_said, a_source, an_entry, an_item

K, E = EntryKind, CycleEvent
TODAY = date(2027, 1, 1)
ANA = PersonFact("apo", "Ana Ruiz", "Agency privacy officer", "")
WHY, CLASSIFIED = "why_collect/activity:1", "classified/activity:1"
POLICY = "request_policy/third_parties"


def facts(**rest: Any) -> Facts:
    """An agency with an officer and a head, of which nothing is lacking but what is given."""
    return report_facts.facts(**{"officers": (ANA,), "heads": (ANA,), **rest})


def lacking(talk: Talk, known: Facts | None = None, today: date = TODAY) -> tuple[Gap, ...]:
    return gaps(known or facts(), talk.answers, talk.entries, today=today)


def attested(*some: Any, **rest: Any) -> Talk:
    talk = Talk(*some, **rest)
    for task in Task:
        talk.attest(task)
    return talk


def found(lacks: Iterable[Gap]) -> list[tuple[str, str, bool]]:
    return [(one.code, one.item_key, one.blocks) for one in lacks]


def codes(known: Facts) -> list[tuple[str, bool]]:
    """What is lacking of facts alone, in a report that is attested whole."""
    return [(one.code, one.blocks) for one in lacking(attested(), known)]


# Answers


def test_nothing_is_lacking_in_a_report_that_is_attested_and_has_nothing_to_say() -> None:
    assert lacking(attested()) == ()


def test_each_task_has_to_be_attested_as_it_is() -> None:
    talk = Talk(an_item(WHY, text="To find a bed."))
    assert [(one.code, one.task, one.blocks) for one in lacking(talk)] == [
        ("not_attested", task, True) for task in Task
    ]
    for task in Task:
        talk.attest(task)
    assert lacking(talk) == ()
    talk.becomes(WHY, text="To find two beds.")
    assert found(lacking(talk)) == [("moved", WHY, True), ("attested_and_moved", "", True)]
    talk.attest(Task.PURPOSES)
    assert lacking(talk) == ()


def test_what_only_people_can_say_has_to_be_said() -> None:
    talk = attested(an_item(POLICY), an_item("types/NAME", fields=(("Collected", "No"),)))
    (gap,) = lacking(talk)
    assert (gap.code, gap.item_key, gap.task, gap.blocks) == ("not_answered", POLICY, Task.POLICIES, True)
    assert gap.sources == (a_source(),)
    talk.say(POLICY, K.WROTE, "They write.")
    assert found(lacking(talk)) == [("attested_and_moved", "", True)]
    talk.say(POLICY, K.WROTE, "  ")
    assert ("not_answered", POLICY, True) in found(lacking(talk))


def test_policies_carried_over_have_to_be_affirmed_in_this_cycle() -> None:
    talk = Talk(an_item(POLICY), last=a_content(a_said(POLICY, "They write.")))
    assert ("not_reaffirmed", POLICY, True) in found(lacking(talk))
    talk.say(POLICY, K.STILL_TRUE)
    assert not [one for one in lacking(talk) if one.item_key == POLICY]
    talk.last = a_content(a_said(POLICY, "They ring."))
    assert {one.code for one in lacking(talk) if one.item_key == POLICY} == {"not_reaffirmed", "moved"}


def test_words_carried_over_a_draft_have_to_be_affirmed_or_left_for_it() -> None:
    talk = Talk(an_item(WHY, text="The draft."), last=a_content(a_said(WHY, "Our words.")))
    assert ("not_reaffirmed", WHY, True) in found(lacking(talk))
    talk.say(WHY, K.BACK_TO_DRAFT)
    assert not [one for one in lacking(talk) if one.item_key == WHY]


def test_a_report_that_was_sent_back_whole_is_attested_again() -> None:
    talk = attested(an_item(WHY, text="Why"))
    back = AT + timedelta(hours=1)

    def lacks() -> list[str]:
        return [one.code for one in gaps(facts(), talk.answers, talk.entries, today=TODAY, sent_back=back)]

    assert lacks() == ["attested_and_moved"] * len(Task)
    talk.entries = [replace(one, at=back) for one in talk.entries]
    assert lacks() == []


@pytest.mark.parametrize(
    ("commented", "events", "told"),
    [
        (None, [(1, E.SIGNED_BY_OFFICER), (2, E.SIGNED_BY_HEAD)], None),
        (None, [(1, E.SIGNED_BY_OFFICER), (2, E.SIGNED_BY_HEAD), (5, E.RETURNED)], 5),
        (3, [(1, E.SIGNED_BY_OFFICER), (2, E.SIGNED_BY_HEAD), (5, E.RETURNED)], None),
        (3, [(1, E.SIGNED_BY_OFFICER), (5, E.RETURNED), (6, E.SIGNED_BY_OFFICER), (8, E.RETURNED), (9, E.STARTED)], 8),
        (None, [(1, E.SIGNED_BY_OFFICER), (5, E.RETURNED), (6, E.SIGNED_BY_OFFICER)], 5),
    ],
)
def test_a_report_is_sent_back_whole_where_nothing_was_commented_on_since_it_was_signed(
    commented: int | None, events: list[tuple[int, CycleEvent]], told: int | None
) -> None:
    def at(hour: int) -> datetime:
        return AT + timedelta(hours=hour)

    entries = [replace(an_entry(1, WHY, K.COMMENTED, "Which?"), at=at(commented))] if commented else []
    state = CycleState.RETURNED
    steps = [CycleStep(0, 1, one, None, state, "p", "P", at(hour), "", "", "", "") for hour, one in events]
    assert sent_back_whole(steps, entries) == (at(told) if told else None)


def test_what_paper_and_data_disagree_on_has_to_be_explained() -> None:
    talk = attested(an_item(WHY, text="Why", needs_reason="Found in 3 datasets."))
    (gap,) = lacking(talk)
    assert (gap.code, gap.blocks) == ("not_explained", True)
    assert "Found in 3 datasets." in gap.text
    talk.say(WHY, K.EXPLAINED, "A trial.")
    talk.attest(Task.PURPOSES)
    assert lacking(talk) == ()


def test_a_type_of_the_last_report_that_is_gone_has_to_be_explained() -> None:
    talk = attested(last=a_content(a_said("types/NAME", "", (("Collected", "Yes"),))))
    assert found(lacking(talk)) == [("not_explained", "types/NAME", True)]


def test_a_comment_has_to_be_answered_and_a_proposal_waits_without_blocking() -> None:
    talk = attested(an_item(WHY, text="Why"))
    comment = talk.say(WHY, K.COMMENTED, "Which law?")
    proposal = talk.say(WHY, K.PROPOSED, "Other words")
    assert found(lacking(talk)) == [
        ("comment_open", WHY, True), ("attested_and_moved", "", True), ("proposal_open", WHY, False),
    ]  # fmt: skip
    talk.say(WHY, K.ANSWERED, "Chapter 12.", answers_id=comment.id)
    talk.say(WHY, K.DISMISSED, answers_id=proposal.id)
    assert found(lacking(talk)) == [("attested_and_moved", "", True)]
    talk.attest(Task.PURPOSES)
    assert lacking(talk) == ()


def test_a_comment_on_what_is_not_there_any_more_has_to_be_answered() -> None:
    talk = Talk(an_item(WHY, text="Why"), an_item("access/text", text="We keep it."))
    comment = talk.say(WHY, K.COMMENTED, "Which law?")
    talk.goes(WHY)
    for task in Task:
        talk.attest(task)
    (gap,) = lacking(talk)
    assert (gap.code, gap.item_key, gap.task, gap.blocks) == ("comment_open", WHY, Task.PURPOSES, True)
    lines = {one.task: one.comments for one in task_lines(talk.answers, talk.entries, (gap,)) if one.comments}
    assert lines == {Task.PURPOSES: 1}
    (orphan,) = orphans(talk.answers, talk.entries)
    assert (orphan.key, orphan.task, orphan.latest) == (WHY, Task.PURPOSES, comment.id)
    answer = talk.say(WHY, K.ANSWERED, "Chapter 12.", answers_id=comment.id)
    assert lacking(talk) == ()
    (orphan,) = orphans(talk.answers, talk.entries)
    assert ([one.answer for one in orphan.comments], orphan.open_comments) == ([answer], ())
    assert not any(one.comments for one in task_lines(talk.answers, talk.entries, ()))


# Activities


def known(activity: Activity, *papers: Protocol, **rest: Any) -> ActivityFact:
    return flow(activity, rest.pop("party", CLINIC), *papers, **rest)


def test_nothing_is_lacking_of_an_activity_that_says_everything() -> None:
    assert codes(facts(activities=(known(INTAKE, PAPER),))) == []


@pytest.mark.parametrize(
    ("change", "code", "blocks", "task"),
    [
        ({"classification": Classification.UNCLASSIFIED}, "unclassified", True, Task.CLASSIFIED),
        ({"purpose": " "}, "no_purpose", True, Task.PURPOSES),
        ({"purpose": "", "verb": Verb.DISCLOSURE}, "no_purpose", True, Task.ENTITIES),
        ({"ground": None}, "no_ground", False, Task.CLASSIFIED),
    ],
)
def test_what_the_record_of_an_activity_does_not_say_is_lacking(
    change: dict[str, Any], code: str, blocks: bool, task: Task
) -> None:
    lacks = facts(activities=(known(replace(INTAKE, **change), PAPER),))
    talk = attested()
    (gap,) = lacking(talk, lacks)
    assert (gap.code, gap.blocks, gap.task) == (code, blocks, task)
    assert [(one.kind, one.id) for one in gap.sources] == [(SourceKind.ACTIVITY, "1")]
    assert gap.item_key in {one.key for one in items(lacks)}


def test_a_purpose_may_be_said_in_the_report_instead() -> None:
    lacks = facts(activities=(known(replace(INTAKE, purpose=""), PAPER),))
    talk = Talk(*items(lacks))
    assert "no_purpose" in {one.code for one in lacking(talk, lacks)}
    talk.say(WHY, K.WROTE, "To find a bed.")
    assert "no_purpose" not in {one.code for one in lacking(talk, lacks)}


def test_the_purpose_of_a_disclosure_is_said_of_it_alone_and_never_of_all_to_one_kind_of_entity() -> None:
    bare = replace(STUDY, purpose="")
    lacks = facts(activities=(known(bare, PAPER), known(replace(bare, id=3, title="Trial"), PAPER)))
    talk = Talk(*items(lacks))
    talk.say("entities/city_agency", K.WROTE, "So that people see a doctor.")
    gaps_of = [one for one in lacking(talk, lacks) if one.code == "no_purpose"]
    assert [one.sources[0].id for one in gaps_of] == ["2", "3"]
    assert all(one.blocks for one in gaps_of)
    whole = facts(activities=(known(STUDY, PAPER), known(replace(bare, id=3, title="Trial"), PAPER)))
    assert [one.sources[0].id for one in lacking(talk, whole) if one.code == "no_purpose"] == ["3"]


def test_a_disclosure_to_nobody_on_record_keeps_the_report_from_being_signed() -> None:
    lacks = facts(activities=(known(STUDY, PAPER, party=None), known(INTAKE, PAPER, party=None)))
    (gap,) = (one for one in lacking(attested(), lacks) if one.code == "no_recipient")
    assert (gap.text, gap.blocks) == ("D-2 Study: no recipient is recorded.", True)
    assert (gap.task, gap.item_key) == (Task.CLASSIFIED, "classified/activity:2")
    told = facts(activities=(known(STUDY, PAPER),))
    assert "no_recipient" not in {one.code for one in lacking(attested(), told)}


def test_an_activity_without_a_paper_that_permits_it_is_pointed_out() -> None:
    assert codes(facts(activities=(known(INTAKE),))) == [("no_authority", False)]


@pytest.mark.parametrize(
    ("doubt", "code", "task"),
    [
        (Doubt.LAPSED, "approval_lapsed", Task.CLASSIFIED),
        (Doubt.NO_APPROVAL, "no_approval", Task.CLASSIFIED),
        (Doubt.NO_AGREEMENT, "no_agreement", Task.AGREEMENTS),
        (Doubt.NOT_MIRRORED, "not_mirrored", Task.CLASSIFIED),
        (Doubt.TYPES_DIFFER, "types_differ", Task.CLASSIFIED),
    ],
)
def test_what_does_not_add_up_in_a_flow_is_pointed_out_once(doubt: Doubt, code: str, task: Task) -> None:
    plain = known(STUDY, PAPER, party=UNIVERSITY)
    doubtful = replace(plain, line=replace(plain.line, concerns=(Concern(doubt), Concern(doubt))))
    (gap,) = lacking(attested(), facts(activities=(doubtful,)))
    assert (gap.code, gap.blocks, gap.task) == (code, False, task)


@pytest.mark.parametrize(
    "doubt", [Doubt.SUSPECTED, Doubt.NOT_FOUND, Doubt.NOT_LOOKED, Doubt.MAY_BE_MISSED, Doubt.UNDECLARED]
)
def test_what_the_types_tell_already_is_not_told_of_each_flow(doubt: Doubt) -> None:
    plain = known(INTAKE, PAPER)
    assert codes(facts(activities=(replace(plain, line=replace(plain.line, concerns=(Concern(doubt),))),))) == []


def test_what_has_ended_is_not_asked_for_approvals_and_counts_alone_for_nothing() -> None:
    ended = known(replace(STUDY, ended_on=date(2026, 12, 1)), PAPER)
    ended = replace(ended, line=replace(ended.line, concerns=(Concern(Doubt.LAPSED),)))
    counts = known(replace(INTAKE, classification=Classification.NOT_IDENTIFYING, purpose="", ground=None))
    assert codes(facts(activities=(ended, counts))) == []
    before = known(replace(INTAKE, ended_on=date(2026, 6, 30), purpose=""))
    assert codes(facts(activities=(before,))) == []


def signed_by(*agencies: str | None, **rest: Any) -> ActivityFact:
    given = Designation(1, 1, Classification.ROUTINE_INTERAGENCY, DesignationState.ACTIVE, "3rd", "", TODAY, None, None)
    signatures = tuple(Signature(0, 1, one, "Somebody", "Officer", "", TODAY) for one in agencies)
    plain = known(replace(INTAKE, classification=Classification.ROUTINE_INTERAGENCY), PAPER)
    return replace(plain, designations=((replace(given, **rest), signatures),))


@pytest.mark.parametrize(
    ("fact", "holds"),
    [
        (signed_by("dso", "dch"), True),
        (signed_by("dso"), False),
        (signed_by("dso", "dso"), False),
        (signed_by("dso", None), False),
        (signed_by(), False),
        (signed_by("dso", "dch", state=DesignationState.REVIEW_DUE), True),
        (signed_by("dso", "dch", state=DesignationState.EXPIRED), False),
        (signed_by("dso", "dch", state=DesignationState.PENDING_COUNTERPART), False),
        (signed_by("dso", "dch", classification=Classification.ROUTINE_AGENCY), False),
        (known(INTAKE, PAPER), True),
    ],
)
def test_what_two_officers_approve_has_the_signatures_of_both(fact: ActivityFact, holds: bool) -> None:
    assert codes(facts(activities=(fact,))) == ([] if holds else [("not_both_signed", False)])


# Contractors, data, people

CONTRACT = Contract(4, "dso", 9, "24-1", "Outreach", ServiceClass.HUMAN_SERVICES, 3, date(2026, 1, 1), None)
HELD = DeclaredSystem(5, "dso", "Files", "", "", Unscannable.CONTRACTOR_HELD, 4, ("NAME",), (), "", TODAY)


@pytest.mark.parametrize(
    ("contract", "systems", "told"),
    [
        (CONTRACT, (HELD,), []),
        (replace(CONTRACT, rider_id=None), (HELD,), [("no_rider", False)]),
        (CONTRACT, (), [("contract_holds_nothing", False)]),
        (replace(CONTRACT, rider_id=None, ends_on=date(2026, 12, 31)), (), []),
        (replace(CONTRACT, rider_id=None, ends_on=TODAY), (HELD,), [("no_rider", False)]),
    ],
)
def test_contractors_are_covered(
    contract: Contract, systems: tuple[DeclaredSystem, ...], told: list[tuple[str, bool]]
) -> None:
    assert codes(facts(contracts=(ContractFact(contract, "v1", UNIVERSITY, systems),))) == told


@pytest.mark.parametrize(
    ("system", "told"),
    [
        (HELD, []),
        (replace(HELD, contract_id=None), [("no_contract", False)]),
        (replace(HELD, contract_id=None, unscannable=Unscannable.VENDOR_HOSTED), [("no_contract", False)]),
        (replace(HELD, contract_id=None, unscannable=Unscannable.PAPER), []),
    ],
)
def test_what_others_hold_is_under_a_contract(system: DeclaredSystem, told: list[tuple[str, bool]]) -> None:
    assert codes(facts(systems=((system, "v1"),))) == told


def test_what_scans_suggest_is_decided_on_or_explained_and_is_one_thing_to_do() -> None:
    lacks = facts(types=(TypeFact(KINDS["SSN"], (), (), (), 0, 2),))
    drafted = report_facts.item(lacks, "types/SSN")
    talk = attested(drafted)
    (gap,) = lacking(talk, lacks)
    assert (gap.code, gap.item_key, gap.task, gap.blocks) == ("undecided", "types/SSN", Task.TYPES, True)
    assert gap.sources == drafted.sources
    label = KINDS["SSN"].label
    assert gap.text == (
        f"{label}: scans suggest it, and nobody confirmed or rejected it. Decide it in Review, or explain it."
    )
    talk.say("types/SSN", K.EXPLAINED, "The system is being taken down.")
    talk.attest(Task.TYPES)
    assert found(lacking(talk, lacks)) == [("undecided", "types/SSN", False)]


def test_an_agreement_that_is_missing_is_one_thing_to_do() -> None:
    plain = known(STUDY, PAPER, party=UNIVERSITY)
    doubtful = replace(plain, line=replace(plain.line, concerns=(Concern(Doubt.NO_AGREEMENT),)))
    key = f"agreements/lacking:{STUDY.id}"
    talk = attested(an_item(key, text="None", needs_reason="No agreement is in force."))
    told = facts(activities=(doubtful,))
    assert found(lacking(talk, told)) == [("not_explained", key, True)]
    talk.say(key, K.EXPLAINED, "It is being signed.")
    talk.attest(Task.AGREEMENTS)
    assert found(lacking(talk, told)) == [("no_agreement", key, False)]


def test_what_is_lacking_reads_as_sentences_whether_or_not_what_it_is_of_is_a_question() -> None:
    talk = attested(an_item(POLICY, label="Do policies say so?"), an_item("access/text", label="Access"))
    assert [one.text for one in lacking(talk)] == [
        "Do policies say so? Nothing is said yet.",
        "Access: nothing is said yet.",
    ]


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"datasets_without_division": 1}, "no_division", "Of 1 dataset no division"),
        ({"datasets_without_activity": 1200}, "no_activity", "Of 1,200 datasets no collection"),
        ({"officers": ()}, "no_officer", "No privacy officer"),
        ({"heads": ()}, "no_head", "No head"),
    ],
)
def test_what_is_good_to_know_does_not_block(change: dict[str, Any], code: str, words: str) -> None:
    (gap,) = lacking(attested(), facts(**change))
    assert (gap.code, gap.blocks) == (code, False)
    assert gap.text.startswith(words)


def test_what_blocks_comes_first() -> None:
    lacks = facts(heads=(), activities=(known(INTAKE),))
    blocking = [one.blocks for one in lacking(Talk(an_item(POLICY)), lacks)]
    assert blocking == sorted(blocking, reverse=True)
    assert set(blocking) == {True, False}


# The lines of tasks


def test_the_lines_of_tasks_count_what_is_in_them() -> None:
    last = a_content(a_said(WHY, "Old", origin="records"), a_said(POLICY, "They write."))
    talk = Talk(an_item(WHY, text="Why"), an_item("why_collect/activity:2"), an_item(POLICY), last=last)
    talk.say(WHY, K.STILL_TRUE)
    talk.becomes(WHY, text="Why now")
    talk.say(WHY, K.COMMENTED, "Which law?")
    talk.say(WHY, K.PROPOSED, "Words")
    lines = {one.task: one for one in task_lines(talk.answers, talk.entries, lacking(talk))}
    assert list(lines) == list(Task)
    line = lines[Task.PURPOSES]
    assert (line.items, line.filled, line.prefilled, line.moved, line.changed, line.comments, line.proposals) == (
        2, 1, 1, 1, 1, 1, 1,
    )  # fmt: skip
    assert line.cites == ("§23-1205(a)(1)(f)",)
    # Moved, not answered, a comment, not attested; the proposal does not block.
    assert line.gaps == 4
    assert (lines[Task.POLICIES].prefilled, lines[Task.POLICIES].changed) == (1, 0)


def test_every_task_of_a_signed_report_is_done_and_counts_what_was_signed() -> None:
    content = a_content(
        a_said(WHY, "Why", origin="records"), a_said(POLICY, ""), a_said("types/NAME", "", (("Collected", "Yes"),)),
        changes=(SaidChange(WHY, Element.WHY_COLLECT, "", "new", "", "Why", ""),),
    )  # fmt: skip
    comment, answered = an_entry(1, POLICY, K.COMMENTED, "Whom?"), an_entry(2, WHY, K.COMMENTED, "Which law?")
    answer = an_entry(3, WHY, K.ANSWERED, "Chapter 12", answers_id=2)
    lines = {one.task: one for one in signed_lines(content, (comment, answered, answer))}
    assert list(lines) == list(Task)
    assert {one.state.value for one in lines.values()} == {"done"}
    told = {task: (one.items, one.filled, one.prefilled, one.changed, one.comments) for task, one in lines.items()}
    assert told[Task.PURPOSES] == (1, 1, 1, 1, 0)
    assert told[Task.POLICIES] == (1, 0, 0, 0, 1)
    assert told[Task.TYPES] == (1, 1, 1, 0, 0)
    assert told[Task.IMPACT] == (0, 0, 0, 0, 0)


def test_what_differs_is_new_changed_or_gone() -> None:
    last = a_content(
        a_said(WHY, "Why"), a_said("types/NAME", "", (("Collected", "Yes"),)), a_said(POLICY, "Old", origin="records")
    )  # fmt: skip
    talk = Talk(an_item(WHY, text="Why"), an_item(POLICY, text="New"), an_item("access/text", text="New"), last=last)
    told: tuple[Answer, ...] = changes(talk.answers)
    assert [one.item.key for one in told] == ["types/NAME", POLICY, "access/text"]
    assert changes(Talk(an_item(WHY, text="Why")).answers) == ()
