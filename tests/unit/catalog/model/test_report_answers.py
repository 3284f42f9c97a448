"""What a report says now: drafts and people's words joined, and never the one in place of the other."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.report_answers import (
    NO_RECORD,
    Origin,
    Since,
    TaskState,
    answers,
    as_signed,
    attestation,
    digest,
    of_task,
    task_digest,
    task_state,
)
from catalog.model.report_drafts import items as drafted
from catalog.model.report_drafts_types import is_undecided
from catalog.model.report_entries import Entry, EntryKind, WithholdReason
from catalog.model.report_facts import TypeFact
from catalog.model.report_form import Element, Task
from catalog.model.report_items import Item, Source, SourceKind
from catalog.model.report_said import ReportContent, SaidChange
from catalog.taxonomy import loader
from tests.support.report_facts import facts
from tests.support.report_sayings import Talk, a_content, a_said, a_source, an_entry, an_item, keys

K = EntryKind
WHY = "why_collect/activity:17"
POLICY = "request_policy/third_parties"
NAME = "types/NAME"
OWN = "types/own:1-1"
TICKS = (("Collected", "Yes"), ("Retained", "Yes"), ("Disclosed", "No"))


def why(text: str = "To find a bed.", **rest: Any) -> Item:
    return an_item(WHY, text=text, fields=(("Authority", "Ch. 12"),), **rest)


# What it says, and from where


def test_a_draft_stands_until_somebody_writes_and_again_when_they_go_back_to_it() -> None:
    talk = Talk(why())
    assert (talk.of(WHY).text, talk.of(WHY).origin, talk.of(WHY).said) == ("To find a bed.", Origin.RECORDS, None)
    talk.say(WHY, K.WROTE, "To house people tonight.")
    assert (talk.of(WHY).text, talk.of(WHY).origin) == ("To house people tonight.", Origin.WRITTEN)
    assert talk.of(WHY).item.fields == (("Authority", "Ch. 12"),)
    back = talk.say(WHY, K.BACK_TO_DRAFT)
    assert (talk.of(WHY).text, talk.of(WHY).origin, talk.of(WHY).said) == ("To find a bed.", Origin.RECORDS, back)


def test_people_s_words_of_the_last_report_are_carried_also_over_a_draft_until_it_is_taken() -> None:
    last = a_content(
        a_said(POLICY, "They write to the officer."), a_said(WHY, "Our words."),
        a_said("retention/activity:17", "A draft.", origin=Origin.RECORDS.value),
    )  # fmt: skip
    talk = Talk(an_item(POLICY), why(), an_item("retention/activity:17", text="Kept a year."), last=last)
    assert (talk.of(POLICY).text, talk.of(POLICY).origin) == ("They write to the officer.", Origin.CARRIED)
    assert (talk.of(WHY).text, talk.of(WHY).origin) == ("Our words.", Origin.CARRIED)
    assert talk.of(WHY).item.text == "To find a bed.", "the draft stands beside"
    assert not talk.of(WHY).is_settled
    assert talk.of("retention/activity:17").text == "Kept a year."
    talk.say(WHY, K.STILL_TRUE)
    assert talk.of(WHY).is_settled
    talk.say(WHY, K.BACK_TO_DRAFT)
    assert (talk.of(WHY).text, talk.of(WHY).origin) == ("To find a bed.", Origin.RECORDS)
    assert talk.of(WHY).is_settled


def test_words_that_the_draft_says_now_are_the_draft_s() -> None:
    talk = Talk(why(), last=a_content(a_said(WHY, "To find a bed.")))
    assert talk.of(WHY).origin is Origin.RECORDS


def test_how_the_last_report_explained_and_withheld_it_is_known() -> None:
    said = a_said(WHY, "W", explained="A trial.", withheld="investigation", withheld_words="Case 7.")
    answer = Talk(why(), last=a_content(said)).of(WHY)
    told = (answer.last_explained, answer.last_withheld, answer.last_withheld_words)
    assert told == ("A trial.", "investigation", "Case 7.")
    assert (answer.explained, answer.withheld) == (None, None)


def test_what_is_carried_rests_on_the_last_report_and_what_is_drafted_or_written_does_not() -> None:
    last = a_content(
        a_said(POLICY, "They write to the officer."), a_said(WHY, "An old draft.", origin=Origin.RECORDS.value),
        a_said(OWN, "Ours."),
    )  # fmt: skip
    told = Talk(an_item(POLICY, sources=()), why(), last=last)
    by_key = {one.item.key: one for one in answers(told.items, [], last, last_cycle_id=7)}
    for key in (POLICY, OWN):
        (source,) = by_key[key].item.sources
        assert (source.kind, source.id, source.label) == (SourceKind.LAST_REPORT, "7", "Report of 2024 to 2026")
    assert [one.kind for one in by_key[WHY].item.sources] == [SourceKind.ACTIVITY]
    told.say(POLICY, K.WROTE, "They write to the counsel.")
    assert told.of(POLICY).item.sources == ()


def test_a_draft_of_the_last_report_comes_back_nowhere() -> None:
    """Where the record says nothing any more, the report does not say what it said two years ago."""
    last = a_content(a_said(WHY, "To find a bed.", origin=Origin.RECORDS.value))
    talk = Talk(an_item(WHY), last=last)
    assert (talk.of(WHY).text, talk.of(WHY).origin) == ("", Origin.NONE)


def test_words_beside_cells_that_records_fill_are_carried_too() -> None:
    last = a_content(a_said(NAME, "In people's words.", TICKS))
    answer = Talk(an_item(NAME, fields=TICKS), last=last).of(NAME)
    assert (answer.text, answer.item.fields, answer.origin) == ("In people's words.", TICKS, Origin.CARRIED)


def test_carried_words_are_settled_once_somebody_says_so() -> None:
    talk = Talk(an_item(POLICY), last=a_content(a_said(POLICY, "They write to the officer.")))
    assert not talk.of(POLICY).is_settled
    talk.say(POLICY, K.WROTE, "They ring.")
    talk.say(POLICY, K.BACK_TO_DRAFT)
    assert talk.of(POLICY).origin is Origin.CARRIED
    assert not talk.of(POLICY).is_settled
    talk.say(POLICY, K.STILL_TRUE)
    assert talk.of(POLICY).is_settled


def test_carried_words_are_settled_by_attesting_their_task() -> None:
    talk = Talk(an_item(POLICY), last=a_content(a_said(POLICY, "They write to the officer.")))
    attested = talk.attest(Task.POLICIES)
    assert talk.of(POLICY).said == attested
    assert talk.of(POLICY).is_settled


def test_other_words_in_the_last_report_move_what_was_said_to_hold() -> None:
    talk = Talk(an_item(POLICY), last=a_content(a_said(POLICY, "They write to the officer.")))
    talk.say(POLICY, K.STILL_TRUE)
    talk.last = a_content(a_said(POLICY, "They may ring."))
    assert talk.of(POLICY).moved
    assert not talk.of(POLICY).is_settled


def test_what_nobody_says_says_nothing() -> None:
    answer = Talk(an_item(POLICY)).of(POLICY)
    assert (answer.text, answer.origin, answer.is_filled, answer.prefilled) == ("", Origin.NONE, False, False)


# Items of the officer's own


def test_an_own_item_is_added_reworded_and_taken_out() -> None:
    talk = Talk(an_item(NAME, fields=TICKS))
    added = talk.add(OWN, "Shelter wristband numbers")
    own = talk.of(OWN)
    assert (own.text, own.origin, own.said, own.moved, own.is_own) == (added.text, Origin.WRITTEN, added, False, True)
    talk.say(OWN, K.WROTE, "Numbers of wristbands")
    assert talk.of(OWN).text == "Numbers of wristbands"
    talk.say(OWN, K.REMOVED)
    assert not talk.has(OWN)


def test_own_items_stand_after_what_the_records_draft_in_their_element() -> None:
    talk = Talk(an_item(NAME, fields=TICKS), why())
    talk.add(OWN, "Wristbands")
    assert keys(talk.answers) == [NAME, OWN, WHY]


def test_own_items_of_the_last_report_are_carried_until_they_are_taken_out() -> None:
    talk = Talk(last=a_content(a_said(OWN, "Wristbands")))
    assert (talk.of(OWN).text, talk.of(OWN).origin, talk.of(OWN).since) == ("Wristbands", Origin.CARRIED, Since.SAME)
    talk.say(OWN, K.REMOVED)
    assert not talk.has(OWN)


def test_what_the_records_draft_is_not_taken_out() -> None:
    talk = Talk(why())
    talk.say(WHY, K.REMOVED)
    assert talk.of(WHY).text == "To find a bed."


# Words whose record is gone


def test_written_words_stay_when_their_record_is_gone() -> None:
    talk = Talk(why(), last=a_content(a_said(WHY, "Old.", label="Intake at the door")))
    talk.say(WHY, K.WROTE, "To house people tonight.")
    talk.goes(WHY)
    answer = talk.of(WHY)
    assert (answer.text, answer.item.label, answer.item.marks) == (
        "To house people tonight.", "Intake at the door", (NO_RECORD,),
    )  # fmt: skip
    assert answer.moved
    assert answer.is_own
    talk.say(WHY, K.REMOVED)
    assert not talk.has(WHY)


@pytest.mark.parametrize("kind", [K.STILL_TRUE, K.EXPLAINED, K.WITHHELD, K.COMMENTED, K.PROPOSED, K.BACK_TO_DRAFT])
def test_other_things_said_of_what_is_gone_make_no_item(kind: EntryKind) -> None:
    talk = Talk(why())
    talk.say(WHY, kind, "Something")
    talk.goes(WHY)
    assert talk.answers == ()


def test_words_about_no_element_are_passed_by() -> None:
    assert answers((), [an_entry(1, "task:types", K.COMMENTED), an_entry(2, "nothing/x", K.WROTE, "x")], None) == ()


# What moved


@pytest.mark.parametrize("kind", [K.WROTE, K.STILL_TRUE, K.BACK_TO_DRAFT, K.ATTESTED])
@pytest.mark.parametrize(
    ("change", "moves"),
    [
        ({"sources": (a_source(version="v2"),)}, True),
        ({"sources": (a_source(), a_source("18"))}, True),
        ({"sources": ()}, True),
        ({"fields": (("Authority", "Another"),)}, True),
        ({"text": "To find two beds."}, True),
        ({"marks": ("No purpose is recorded",)}, True),
        ({"needs_reason": "Paper and data disagree."}, True),
        ({"label": "Intake, renamed"}, False),
        ({"group": "Another heading"}, False),
        ({"sources": (a_source(label="Renamed"),)}, False),
        ({}, False),
    ],
)
def test_it_moved_where_what_it_rests_on_did(kind: EntryKind, change: dict[str, Any], moves: bool) -> None:
    talk = Talk(why())
    talk.attest(Task.PURPOSES) if kind is K.ATTESTED else talk.say(WHY, kind, "Words")
    assert not talk.of(WHY).moved
    talk.becomes(WHY, **change)
    assert talk.of(WHY).moved is moves
    assert talk.of(WHY).is_settled is not moves


def test_saying_that_it_holds_again_settles_what_moved() -> None:
    talk = Talk(why())
    talk.say(WHY, K.WROTE, "To house people tonight.")
    talk.becomes(WHY, text="To find two beds.")
    assert (talk.of(WHY).text, talk.of(WHY).moved) == ("To house people tonight.", True)
    said = talk.say(WHY, K.STILL_TRUE)
    assert (talk.of(WHY).said, talk.of(WHY).moved, talk.of(WHY).origin) == (said, False, Origin.WRITTEN)


def test_what_nobody_spoke_of_does_not_move() -> None:
    talk = Talk(why())
    talk.becomes(WHY, text="To find two beds.")
    assert (talk.of(WHY).moved, talk.of(WHY).is_settled) == (False, False)


def test_the_later_of_a_word_and_an_attestation_counts() -> None:
    talk = Talk(why())
    attested = talk.attest(Task.PURPOSES)
    assert talk.of(WHY).said == attested
    wrote = talk.say(WHY, K.WROTE, "Words")
    assert talk.of(WHY).said == wrote
    assert talk.attest(Task.PURPOSES) == talk.of(WHY).said


def test_attesting_another_task_says_nothing_of_it() -> None:
    talk = Talk(why())
    talk.attest(Task.TYPES)
    assert talk.of(WHY).said is None


def test_what_came_after_attesting_was_not_attested() -> None:
    talk = Talk(why())
    talk.attest(Task.PURPOSES)
    later = an_item("why_collect/activity:18", text="To count.")
    talk.items = (*talk.items, later)
    assert (talk.of(later.key).said, talk.of(later.key).moved) == (None, False)
    assert talk.of(WHY).said is not None


def test_the_attestation_keeps_each_item_of_its_task_alone() -> None:
    talk = Talk(why(), an_item(POLICY))
    kept = json.loads(attestation(of_task(Task.PURPOSES, talk.answers)))
    assert kept == {WHY: digest(why())}


# How far a task is


def test_a_task_is_begun_attested_and_to_be_looked_at_again() -> None:
    talk = Talk(why(), an_item(POLICY))

    def state(task: Task = Task.PURPOSES) -> TaskState:
        return task_state(task, talk.answers, talk.entries)

    assert state() is TaskState.NOT_STARTED
    talk.say(WHY, K.COMMENTED, "Which law?")
    assert state() is TaskState.NOT_STARTED
    talk.say(WHY, K.WROTE, "Words")
    assert state() is TaskState.IN_PROGRESS
    assert state(Task.POLICIES) is TaskState.NOT_STARTED
    talk.attest(Task.PURPOSES)
    assert state() is TaskState.DONE
    talk.becomes(WHY, sources=(a_source(version="v2"),))
    assert state() is TaskState.LOOK_AGAIN
    talk.attest(Task.PURPOSES)
    assert state() is TaskState.DONE


@pytest.mark.parametrize("kind", [K.WROTE, K.EXPLAINED, K.WITHHELD])
def test_a_word_after_attesting_is_to_be_attested_again(kind: EntryKind) -> None:
    talk = Talk(why(needs_reason="Paper and data disagree."))
    talk.attest(Task.PURPOSES)
    talk.say(WHY, kind, "Words", reason=WithholdReason.INVESTIGATION if kind is K.WITHHELD else None)
    assert task_state(Task.PURPOSES, talk.answers, talk.entries) is TaskState.LOOK_AGAIN


def test_what_is_commented_on_after_attesting_is_to_be_attested_again() -> None:
    talk = Talk(why())
    talk.attest(Task.PURPOSES)
    talk.say(WHY, K.COMMENTED, "Which law?")
    assert task_state(Task.PURPOSES, talk.answers, talk.entries) is TaskState.LOOK_AGAIN
    assert task_state(Task.TYPES, talk.answers, talk.entries) is TaskState.NOT_STARTED
    talk.attest(Task.PURPOSES)
    assert task_state(Task.PURPOSES, talk.answers, talk.entries) is TaskState.DONE


@pytest.mark.parametrize("kind", [K.PROPOSED, K.STILL_TRUE])
def test_what_changes_nothing_leaves_a_task_attested(kind: EntryKind) -> None:
    talk = Talk(why())
    talk.attest(Task.PURPOSES)
    talk.say(WHY, kind, "Words")
    assert task_state(Task.PURPOSES, talk.answers, talk.entries) is TaskState.DONE


def test_what_comes_and_goes_after_attesting_is_to_be_attested_again() -> None:
    talk = Talk(why(), an_item("retention/activity:17", fields=(("Kept", "A year"),)))
    talk.attest(Task.PURPOSES)
    talk.goes("retention/activity:17")
    assert task_state(Task.PURPOSES, talk.answers, talk.entries) is TaskState.LOOK_AGAIN


def test_a_task_without_items_is_attested_all_the_same() -> None:
    talk = Talk()
    assert task_state(Task.CONTRACTORS, talk.answers, talk.entries) is TaskState.NOT_STARTED
    talk.attest(Task.CONTRACTORS)
    assert task_state(Task.CONTRACTORS, talk.answers, talk.entries) is TaskState.DONE


# Since the last report


def test_nothing_differs_from_a_report_that_is_not_there() -> None:
    assert Talk(why()).of(WHY).since is Since.NO_LAST


@pytest.mark.parametrize(
    ("change", "since"),
    [
        ({}, Since.SAME),
        ({"label": "Renamed"}, Since.SAME),
        ({"sources": (a_source(version="v9"),)}, Since.SAME),
        ({"marks": ("Review overdue",)}, Since.SAME),
        ({"text": "Another text."}, Since.CHANGED),
        ({"fields": (("Authority", "Ch. 13"),)}, Since.CHANGED),
        ({"fields": ()}, Since.CHANGED),
    ],
)
def test_it_differs_from_the_last_report_in_what_it_says_alone(change: dict[str, Any], since: Since) -> None:
    last = a_content(a_said(WHY, "To find a bed.", (("Authority", "Ch. 12"),), origin=Origin.RECORDS.value))
    talk = Talk(why(), last=last)
    talk.becomes(WHY, **change)
    assert talk.of(WHY).since is since
    assert (talk.of(WHY).last_text, talk.of(WHY).last_fields) == ("To find a bed.", (("Authority", "Ch. 12"),))


def test_what_the_last_report_does_not_speak_of_is_new() -> None:
    assert Talk(why(), last=a_content()).of(WHY).since is Since.NEW
    assert Talk(an_item(POLICY), last=a_content()).of(POLICY).since is Since.SAME


def test_a_report_entered_by_hand_is_compared_by_the_cells_it_has() -> None:
    last = a_content(a_said(NAME, "", TICKS, sources=()))
    talk = Talk(an_item(NAME, fields=(*TICKS, ("Datasets", "3"))), last=last)
    assert talk.of(NAME).since is Since.SAME
    talk.becomes(NAME, fields=(*TICKS[:2], ("Disclosed", "Yes"), ("Datasets", "3")))
    assert talk.of(NAME).since is Since.CHANGED


def test_a_type_that_the_last_report_ticked_is_not_gone_without_a_word() -> None:
    last = a_content(a_said(NAME, "", TICKS, label="Name", group="top"))
    (gone,) = answers((), [], last, last_cycle_id=7)
    assert (gone.since, gone.item.key, gone.item.label, gone.item.group) == (Since.GONE, NAME, "Name", "top")
    assert dict(gone.item.fields) == {"Collected": "No", "Retained": "No", "Disclosed": "No"}
    assert gone.needs_explaining
    assert [(one.kind, one.id) for one in gone.item.sources] == [(SourceKind.LAST_REPORT, "7")]
    talk = Talk(last=last)
    talk.say(NAME, K.EXPLAINED, "The intake form was shortened.")
    assert not talk.of(NAME).needs_explaining


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (("Yes", "Yes", "No"), ""),
        (("Yes", "Yes", "Yes"), ""),
        (("Yes", "No", "No"), "The last report says that the agency keeps this. Nothing on record says so now."),
        (("No", "Yes", "No"), "The last report says that the agency collects this. Nothing on record says so now."),
        (("No", "No", "Yes"), (
            "The last report says that the agency collects and keeps this. Nothing on record says so now."
        )),
    ],
)  # fmt: skip
def test_each_tick_that_is_gone_has_to_be_explained(now: tuple[str, str, str], reason: str) -> None:
    fields = tuple(zip(("Collected", "Retained", "Disclosed"), now, strict=True))
    talk = Talk(an_item(NAME, fields=fields), last=a_content(a_said(NAME, "", TICKS)))
    assert (talk.of(NAME).item.needs_reason, talk.of(NAME).needs_explaining) == (reason, bool(reason))
    if reason:
        talk.say(NAME, K.EXPLAINED, "The program ended.")
        assert not talk.of(NAME).needs_explaining


def test_a_tick_that_is_gone_is_asked_about_beside_what_is_asked_anyway() -> None:
    fact = TypeFact(loader.load().types["NAME"], (), (), (), 0, 3)
    suggested = next(one for one in drafted(facts(types=(fact,))) if one.key == NAME)
    (one,) = answers((suggested,), [], a_content(a_said(NAME, "", TICKS)))
    assert one.item.needs_reason == (
        "Scans suggest this, and nobody has confirmed or rejected it. The last report says that the agency collects"
        " and keeps this. Nothing on record says so now."
    )
    assert is_undecided(one.item)
    assert is_undecided(suggested)


def test_what_only_stands_beside_the_ticks_is_not_asked_about() -> None:
    last = a_content(a_said(NAME, "", (*TICKS, ("Datasets", "3"), ("Anything", "Yes"))))
    assert not Talk(an_item(NAME, fields=(*TICKS, ("Anything", "No"))), last=last).of(NAME).item.needs_reason
    other = a_content(a_said(WHY, "", TICKS))
    assert not Talk(an_item(WHY, fields=(("Collected", "No"),)), last=other).of(WHY).item.needs_reason


def test_a_type_that_the_last_report_did_not_tick_may_be_gone() -> None:
    unticked = tuple((name, "No") for name, _ in TICKS)
    assert answers((), [], a_content(a_said(NAME, "", (*unticked, ("Datasets", "Yes"))))) == ()


def test_what_is_there_is_not_gone() -> None:
    talk = Talk(an_item(NAME, fields=TICKS), last=a_content(a_said(NAME, "", TICKS)))
    assert [one.since for one in talk.answers] == [Since.SAME]


# Explaining, withholding, commenting, proposing


def test_an_explanation_holds_while_what_it_explains_stays_the_same() -> None:
    talk = Talk(why(needs_reason="Not found anywhere."))
    assert talk.of(WHY).needs_explaining
    said = talk.say(WHY, K.EXPLAINED, "It is on paper.")
    assert talk.of(WHY).explained == said
    talk.becomes(WHY, text="Another text.", sources=(a_source(version="v2"),))
    assert talk.of(WHY).explained == said
    talk.becomes(WHY, needs_reason="Found, and not declared.")
    assert talk.of(WHY).needs_explaining
    talk.becomes(WHY, needs_reason="")
    assert (talk.of(WHY).explained, talk.of(WHY).needs_explaining) == (None, False)


def test_withholding_is_taken_back_and_said_anew() -> None:
    talk = Talk(why())
    assert (talk.of(WHY).withheld, talk.of(WHY).withheld_said) == (None, False)
    talk.say(WHY, K.WITHHELD, "An inquiry runs.", reason=WithholdReason.INVESTIGATION)
    assert talk.of(WHY).reason is WithholdReason.INVESTIGATION
    talk.say(WHY, K.NOT_WITHHELD)
    assert (talk.of(WHY).withheld, talk.of(WHY).withheld_said) == (None, True)
    talk.say(WHY, K.WITHHELD, "It would harm.", reason=WithholdReason.PUBLIC_SAFETY)
    assert talk.of(WHY).reason is WithholdReason.PUBLIC_SAFETY


def test_what_was_withheld_last_time_is_told_until_somebody_decides() -> None:
    talk = Talk(why(), last=a_content(a_said(WHY, "Old.", withheld="investigation")))
    assert (talk.of(WHY).last_withheld, talk.of(WHY).withheld_said) == ("investigation", False)


def test_a_comment_is_open_until_it_is_answered() -> None:
    talk = Talk(why())
    first = talk.say(WHY, K.COMMENTED, "Which law?")
    second = talk.say(WHY, K.COMMENTED, "Since when?")
    answer = talk.say(WHY, K.ANSWERED, "Chapter 12.", answers_id=first.id)
    told = [(one.entry, one.answer) for one in talk.of(WHY).comments]
    assert told == [(first, answer), (second, None)]
    assert [one.entry for one in talk.of(WHY).open_comments] == [second]


def test_a_proposal_is_open_until_it_is_taken_up_or_dismissed() -> None:
    talk = Talk(why())
    one, two, three, four = (talk.say(WHY, K.PROPOSED, text) for text in "ABCD")
    assert talk.of(WHY).text == "To find a bed."
    talk.say(WHY, K.WROTE, "A, and more", answers_id=one.id)
    talk.say(WHY, K.DISMISSED, answers_id=three.id)
    talk.say(WHY, K.STILL_TRUE, answers_id=four.id)
    assert talk.of(WHY).proposals == (two,)
    talk.say(WHY, K.WROTE, "Words that take up none")
    assert talk.of(WHY).proposals == (two,)


def test_the_latest_entry_of_an_item_is_told_whatever_its_kind() -> None:
    talk = Talk(why(), an_item(POLICY))
    assert talk.of(WHY).latest == 0
    talk.say(WHY, K.WROTE, "A")
    last = talk.say(WHY, K.COMMENTED, "B")
    talk.say(POLICY, K.WROTE, "C")
    assert talk.of(WHY).latest == last.id


# What was signed


def test_what_was_signed_is_told_as_it_was_with_the_comments_since() -> None:
    content = a_content(
        a_said(WHY, "To house people.", (("Authority", "Ch. 12"),), explained="On paper.", marks=("A mark",)),
        a_said(POLICY, "They write.", origin=Origin.CARRIED.value),
        last_period_to=a_content().period_to,
        changes=(SaidChange(WHY, Element.WHY_COLLECT, "Label", "changed", "Old.", "New.", ""),),
    )
    comment = an_entry(9, WHY, K.COMMENTED, "Which law?")
    explained = an_entry(3, WHY, K.EXPLAINED, "On paper.")
    first, second = as_signed(content, [explained, comment], None)
    assert (first.text, first.origin, first.since, first.moved) == (
        "To house people.", Origin.WRITTEN, Since.CHANGED, False,
    )  # fmt: skip
    assert (first.explained, first.item.marks, first.latest) == (explained, ("A mark",), 9)
    assert [one.entry for one in first.open_comments] == [comment]
    assert (second.text, second.origin, second.since) == ("They write.", Origin.CARRIED, Since.SAME)


# Properties

KEYS = (NAME, WHY, POLICY, "retention/activity:17", "types/own:1-1", "access/text")
WORDS = st.text("ab ", max_size=3)
SOURCES = st.lists(
    st.builds(a_source, st.sampled_from("12"), st.sampled_from(["v1", "v2"])), max_size=2, unique_by=lambda one: one.id
)


@st.composite
def some_items(draw: st.DrawFn) -> tuple[Item, ...]:
    chosen = draw(st.lists(st.sampled_from([key for key in KEYS if "own" not in key]), unique=True))
    return tuple(
        an_item(
            key,
            text=draw(WORDS),
            fields=tuple(draw(st.lists(st.tuples(st.sampled_from("xy"), WORDS), max_size=2))),
            sources=tuple(draw(SOURCES)),
            needs_reason=draw(st.sampled_from(["", "because"])),
        )
        for key in chosen
    )


@st.composite
def some_entries(draw: st.DrawFn, keys: Sequence[str] = KEYS) -> list[Entry]:
    """Anything that may be said, in any order, over any digest."""
    kinds = draw(st.lists(st.sampled_from([kind for kind in EntryKind if kind is not K.ATTESTED]), max_size=12))
    made: list[Entry] = []
    for number, kind in enumerate(kinds, 1):
        made.append(
            an_entry(
                number,
                draw(st.sampled_from(keys)),
                kind,
                draw(WORDS),
                digest=draw(st.sampled_from(["", "d"])),
                reason=draw(st.sampled_from(list(WithholdReason))) if kind is K.WITHHELD else None,
                answers_id=draw(st.sampled_from([None, *(one.id for one in made)])),
            )
        )
    return made


@st.composite
def some_last(draw: st.DrawFn) -> ReportContent | None:
    if draw(st.booleans()):
        return None
    chosen = draw(st.lists(st.sampled_from(KEYS), unique=True))
    origins = st.sampled_from([one.value for one in Origin])
    return a_content(
        *(a_said(key, draw(WORDS), draw(st.sampled_from([(), TICKS])), origin=draw(origins)) for key in chosen)
    )


@given(some_items(), some_items(), some_entries(), some_last(), some_last())
def test_people_s_words_survive_whatever_becomes_of_the_records(
    before: tuple[Item, ...], after: tuple[Item, ...], said: list[Entry], last: ReportContent | None,
    other: ReportContent | None,
) -> None:  # fmt: skip
    wording = {K.WROTE, K.BACK_TO_DRAFT, K.ADDED, K.REMOVED}
    latest = {one.item_key: one for one in said if one.kind in wording}
    written = {key: one.text for key, one in latest.items() if one.kind is K.WROTE and ("own" not in key)}
    for items, report in ((before, last), (after, last), (after, other), ((), None)):
        told = {one.item.key: one.text for one in answers(items, said, report)}
        assert {key: told[key] for key in written} == written


@given(some_items(), some_entries(), some_last(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_said_of_other_items_does_not_matter(
    items: tuple[Item, ...], said: list[Entry], last: ReportContent | None, random: Any
) -> None:
    """What is said of one item keeps its order; of different items it is shuffled."""
    queues = {key: [one for one in said if one.item_key == key] for key in KEYS}
    shuffled: list[Entry] = []
    while any(queues.values()):
        key = random.choice([key for key in KEYS if queues[key]])
        shuffled.append(queues[key].pop(0))
    by_key = {one.item.key: one for one in answers(items, said, last)}
    assert {one.item.key: one for one in answers(items, shuffled, last)} == by_key


@given(some_items(), some_entries(), some_last())
def test_every_draft_has_its_one_answer_in_the_order_of_the_report(
    items: tuple[Item, ...], said: list[Entry], last: ReportContent | None
) -> None:
    told = answers(items, said, last)
    assert len({one.item.key for one in told}) == len(told)
    assert {one.key for one in items} <= {one.item.key for one in told}
    order = [list(Element).index(one.item.element) for one in told]
    assert order == sorted(order)


@given(some_items(), some_entries(), some_last())
def test_withholding_is_what_was_said_of_it_last(
    items: tuple[Item, ...], said: list[Entry], last: ReportContent | None
) -> None:
    withheld: dict[str, Entry | None] = {}
    for one in said:
        if one.kind in {K.WITHHELD, K.NOT_WITHHELD}:
            withheld[one.item_key] = one if one.kind is K.WITHHELD else None
    for answer in answers(items, said, last):
        assert answer.withheld == withheld.get(answer.item.key)


@given(st.data(), some_items(), some_last())
def test_it_moved_if_and_only_if_what_it_rests_on_is_otherwise(
    data: st.DataObject, items: tuple[Item, ...], last: ReportContent | None
) -> None:
    talk = Talk(*items, last=last)
    for item in items:
        talk.say(item.key, data.draw(st.sampled_from([K.WROTE, K.STILL_TRUE, K.BACK_TO_DRAFT])), "w")
    for item in items:
        version = data.draw(st.sampled_from([one.version for one in item.sources] or [""]))
        changes: list[dict[str, Any]] = [
            {}, {"label": "x"}, {"group": "x"}, {"text": item.text + "!"}, {"fields": (*item.fields, ("z", "z"))},
            {"sources": tuple(replace(one, version=f"{one.version}+{version}") for one in item.sources)},
            {"sources": tuple(replace(one, label="x") for one in item.sources)},
            {"needs_reason": item.needs_reason + "!"},
        ]  # fmt: skip
        change = data.draw(st.sampled_from(changes))
        changed = replace(item, **change)

        def rests_on(one: Item) -> tuple[Any, ...]:
            return one.text, one.fields, one.needs_reason, {(a.id, a.version) for a in one.sources}

        talk.becomes(item.key, **change)
        assert talk.of(item.key).moved is (rests_on(changed) != rests_on(item))


@given(some_items(), some_entries(), some_last())
def test_what_is_attested_is_done_and_moves_with_any_of_it(
    items: tuple[Item, ...], said: list[Entry], last: ReportContent | None
) -> None:
    talk = Talk(*items, last=last)
    talk.entries = said
    for task in Task:
        talk.attest(task)
    assert all(task_state(task, talk.answers, talk.entries) is TaskState.DONE for task in Task)
    assert all(one.is_settled for one in talk.answers)
    for item in items:
        talk.becomes(item.key, text=item.text + "!")
        states = {task: task_state(task, talk.answers, talk.entries) for task in Task}
        own = talk.of(item.key).task
        assert states == {task: TaskState.LOOK_AGAIN if task is own else TaskState.DONE for task in Task}
        talk.attest(own)


@given(some_items(), some_last(), st.randoms(use_true_random=False))
def test_the_digest_of_a_task_does_not_depend_on_order(
    items: tuple[Item, ...], last: ReportContent | None, random: Any
) -> None:
    own = list(answers(items, [], last))
    whole = task_digest(own)
    random.shuffle(own)
    assert task_digest(own) == whole


def test_sources_count_once_and_in_any_order() -> None:
    one, two = Source(SourceKind.PARTY, "1", "A", "v"), Source(SourceKind.SYSTEM, "1", "B", "v")
    assert digest(why(sources=(one, two))) == digest(why(sources=(two, one)))
    assert digest(why(sources=(one,))) != digest(why(sources=(two,)))
