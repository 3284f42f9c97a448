"""What is withheld: with a reason, decided anew in each report, and told by nothing else unless somebody says so."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from catalog.model.report_checks import gaps
from catalog.model.report_entries import EntryKind, WithholdReason
from catalog.model.report_items import SourceKind
from catalog.model.report_said import SaidSource
from catalog.model.report_views import Gap
from tests.support import report_facts
from tests.support.report_sayings import Talk, a_content, a_said, a_source, an_entry, an_item

K = EntryKind
TODAY = date(2027, 1, 1)
WHY, CLASSIFIED = "why_collect/activity:1", "classified/activity:1"
POLICY = "request_policy/third_parties"


def lacking(talk: Talk) -> tuple[Gap, ...]:
    return gaps(report_facts.facts(), talk.answers, talk.entries, today=TODAY, last=talk.last)


def found(lacks: Iterable[Gap]) -> list[tuple[str, str, bool]]:
    return [(one.code, one.item_key, one.blocks) for one in lacks]


@pytest.mark.parametrize(("words", "reason"), [("", WithholdReason.INVESTIGATION), (" ", None), ("Case 7", None)])
def test_what_is_withheld_has_a_reason(words: str, reason: WithholdReason | None) -> None:
    talk = Talk(an_item(WHY, text="Why"))
    talk.say(WHY, K.WITHHELD, words, reason=reason)
    assert ("withheld_without_reason", WHY, True) in found(lacking(talk))
    talk.say(WHY, K.WITHHELD, "Case 7", reason=WithholdReason.INVESTIGATION)
    assert not [one for one in lacking(talk) if one.code == "withheld_without_reason"]


@pytest.mark.parametrize("kind", [K.WITHHELD, K.NOT_WITHHELD])
def test_what_was_withheld_last_time_is_decided_anew(kind: EntryKind) -> None:
    talk = Talk(an_item(WHY, text="Why"), last=a_content(a_said(WHY, "Why", withheld="investigation")))
    assert ("withheld_last_time", WHY, True) in found(lacking(talk))
    talk.say(WHY, kind, "Case 7", reason=WithholdReason.INVESTIGATION)
    assert not [one for one in lacking(talk) if one.code == "withheld_last_time"]


LAW = WithholdReason.INVESTIGATION


def telling(talk: Talk, code: str = "may_tell_withheld") -> list[str]:
    """The items that may tell what is withheld; each of them keeps the report from being signed."""
    told = [one for one in lacking(talk) if one.code == code]
    assert all(one.blocks for one in told)
    return [one.item_key for one in told]


def test_what_rests_on_the_record_that_something_withheld_is_about_is_withheld_or_said_to_be_told() -> None:
    about = a_source("1")
    talk = Talk(
        an_item(CLASSIFIED, text="How", sources=(about, a_source("NAME", kind=SourceKind.TYPE))),
        an_item(WHY, text="Why", sources=(about,)),
        an_item("entities/city_agency", text="To them.", sources=(a_source("2"), about)),
        an_item("types/NAME", fields=(("Collected", "Yes"),), sources=(a_source("NAME", kind=SourceKind.TYPE),)),
        an_item("types/SSN", fields=(("Collected", "Yes"),), sources=(about,)),
        an_item("types/SEX", fields=(("Collected", "Yes"),), sources=(about, a_source("2"))),
    )
    assert telling(talk) == []
    talk.say(CLASSIFIED, K.WITHHELD, "Case 7", reason=LAW)
    assert telling(talk) == ["types/SSN", WHY, "entities/city_agency"]
    talk.say(WHY, K.WITHHELD, "Case 7", reason=LAW)
    talk.say("entities/city_agency", K.NOT_WITHHELD)
    talk.say("types/SSN", K.NOT_WITHHELD)
    assert telling(talk) == []


def test_that_the_public_is_told_is_said_of_what_stands_there_now_and_after_what_is_withheld() -> None:
    talk = Talk(an_item(CLASSIFIED, text="How", sources=(a_source("1"),)), an_item(WHY, sources=(a_source("1"),)))
    talk.say(WHY, K.NOT_WITHHELD)
    talk.say(CLASSIFIED, K.WITHHELD, "Case 7", reason=LAW)
    assert telling(talk) == [WHY], "it was said before anything was withheld"
    talk.say(WHY, K.NOT_WITHHELD)
    assert telling(talk) == []
    talk.becomes(WHY, text="For case 7.")
    assert telling(talk) == [WHY], "it says something else now"
    talk.say(WHY, K.NOT_WITHHELD)
    talk.say(CLASSIFIED, K.NOT_WITHHELD)
    assert telling(talk) == []


def test_what_only_shares_a_party_or_a_paper_with_what_is_withheld_is_pointed_out() -> None:
    party = a_source("4", kind=SourceKind.PARTY)
    other = "classified/activity:2"
    talk = Talk(
        an_item(CLASSIFIED, sources=(a_source("1"), party)), an_item(other, sources=(a_source("2"), party)),
    )  # fmt: skip
    talk.say(CLASSIFIED, K.WITHHELD, "Case 7", reason=LAW)
    assert telling(talk) == []
    assert [(one.item_key, one.blocks) for one in lacking(talk) if one.code == "near_withheld"] == [(other, False)]


@pytest.mark.parametrize(
    ("change", "tells"),
    [
        ({"fields": (("Types of information", "Date of birth; Religion"),)}, True),
        ({"text": "We ask for the religion of each."}, True),
        ({"text": "Religions are none of ours.", "fields": (("Kept", "Irreligion"),)}, False),
    ],
)
def test_what_names_a_type_that_is_withheld_is_withheld_or_said_to_be_told(change: dict[str, Any], tells: bool) -> None:
    talk = Talk(an_item("types/RELIGION", label="Religion", fields=(("Collected", "Yes"),)), an_item(WHY, **change))
    talk.say("types/RELIGION", K.WITHHELD, "Case 7", reason=LAW)
    assert telling(talk) == ([WHY] if tells else [])
    talk.say(WHY, K.NOT_WITHHELD)
    assert telling(talk) == []


def test_what_is_withheld_stays_so_until_somebody_speaks_of_it_under_its_new_name() -> None:
    """A division is renamed: its key goes with its name."""
    renamed = an_item("divisions/Field Work", text="It handles 2 types.")
    talk = Talk(an_item("divisions/Inquiry", text="It handles 2 types."), an_item(WHY, text="Why"))
    talk.say("divisions/Inquiry", K.WITHHELD, "Case 7", reason=LAW)
    talk.items = (renamed, an_item(WHY, text="Why"))
    assert telling(talk, "withheld_and_moved") == ["divisions/Field Work"]
    talk.say("divisions/Field Work", K.NOT_WITHHELD)
    assert telling(talk, "withheld_and_moved") == []
    talk.say("divisions/Field Work", K.WITHHELD, "Case 7", reason=LAW)
    assert telling(talk, "withheld_and_moved") == []


def test_what_the_last_report_withheld_is_found_again_by_the_records_behind_it() -> None:
    behind = (SaidSource(SourceKind.ACTIVITY, "7", "Inquiry"),)
    last = a_content(a_said("agreements/lacking:7", "None.", withheld="investigation", sources=behind))
    talk = Talk(
        an_item("agreements/protocol:5", sources=(a_source("5", kind=SourceKind.PROTOCOL), a_source("7"))),
        an_item("agreements/protocol:6", sources=(a_source("6", kind=SourceKind.PROTOCOL), a_source("8"))),
        an_item("classified/activity:7", sources=(a_source("7"),)),
        last=last,
    )

    def moved() -> list[str]:
        lacks = gaps(report_facts.facts(), talk.answers, talk.entries, today=TODAY, last=last)
        return [one.item_key for one in lacks if one.code == "withheld_and_moved" and one.blocks]

    assert moved() == ["agreements/protocol:5"]
    talk.say("agreements/protocol:5", K.NOT_WITHHELD)
    assert moved() == []


@pytest.mark.parametrize("key", ["divisions/own:1-1", "types/NAME"])
def test_what_an_officer_took_out_and_a_type_come_back_under_no_other_name(key: str) -> None:
    talk = Talk(an_item("divisions/Field Work"), an_item("types/SSN"))
    talk.entries.append(an_entry(1, key, K.WITHHELD, "Case 7", reason=LAW))
    assert telling(talk, "withheld_and_moved") == []


def test_what_the_public_was_to_be_told_of_is_asked_for_under_no_other_name() -> None:
    talk = Talk(an_item("divisions/Inquiry"))
    talk.say("divisions/Inquiry", K.WITHHELD, "Case 7", reason=LAW)
    talk.say("divisions/Inquiry", K.NOT_WITHHELD)
    talk.items = (an_item("divisions/Field Work"),)
    assert telling(talk, "withheld_and_moved") == []


def test_what_is_carried_from_the_last_report_does_not_tell_what_else_is_carried_from_it() -> None:
    last = a_content(a_said(POLICY, "They write."), a_said("access/text", "We keep it."))
    talk = Talk(an_item(POLICY, sources=()), an_item("access/text", sources=()), last=last)
    talk.say(POLICY, K.WITHHELD, "Case 7", reason=WithholdReason.INVESTIGATION)
    assert [one.kind for one in talk.of("access/text").item.sources] == [SourceKind.LAST_REPORT]
    assert not [one for one in lacking(talk) if one.code in {"may_tell_withheld", "near_withheld"}]
