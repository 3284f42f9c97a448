"""What being in a table would tell: suggested from words and a key of people, measured on tables written by hand."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.model.evidence import Form
from catalog.model.membership import About, MembershipStanding, Place, digest_of, effective, suggest
from catalog.model.memberships import MembershipDecision, MembershipSuggestion, MembershipVerdict
from catalog.taxonomy import loader, memberships

#: Names and words of tables with the codes that being in them tells; written before the lexicon was.
TABLES = Path(__file__).parents[3] / "support" / "memberships.csv"
TYPES = loader.load().types
LEXICON = memberships.load()
AT = datetime(2026, 11, 22, tzinfo=UTC)


def told(held: str, name: str = "", *, form: Form = Form.FULL, **said: str) -> dict[str, tuple[str, ...]]:
    texts = {Place.NAME: [name, said.get("title", "")]}
    texts |= {place: [said.get(place.value, "")] for place in Place if place is not Place.NAME}
    about = About(7, texts, {(code, form) for code in held.split()})
    return {one.type_code: one.clues for one in suggest(about, LEXICON, TYPES)}


def test_suggestions_are_right_and_few_are_missed_on_tables_written_by_hand() -> None:
    right = wrong = missed = positive = negative = 0
    with TABLES.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found = told(
                row["held"], row["name"], title=row["title"], description=row["description"], system=row["system"],
                programme=row["programme"],
            ).keys()  # fmt: skip
            expected = set(row["expected"].split())
            positive, negative = positive + bool(expected), negative + (not expected)
            right += len(found & expected)
            wrong += len(found - expected)
            missed += len(expected - found)
    assert positive >= 60
    assert negative >= 120
    assert right / (right + wrong) >= 0.95
    assert right / (right + missed) >= 0.95


def test_clues_are_words_of_ours_and_where_they_stand() -> None:
    assert told("NAME CASE_ID", "SNAP_CASES_smith", description="Food stamps of Ana Smith") == {
        "BENEFIT_STATUS": ("“snap” in its name", "“food stamp” in its description")
    }


@pytest.mark.parametrize(
    ("held", "form", "is_of_people"),
    [
        ("NAME", Form.FULL, True),
        ("EMAIL", Form.FREE_TEXT, True),
        ("CASE_ID", Form.HASHED, True),
        ("SSN", Form.PARTIAL, False),
        ("NAME", Form.PARTIAL, False),
        ("AGE POSTAL_CODE SEX", Form.FULL, False),
        ("", Form.FULL, False),
    ],
)
def test_only_where_rows_are_people(held: str, form: Form, is_of_people: bool) -> None:
    assert bool(told(held, "food_stamp_recipients", form=form)) is is_of_people


def test_what_a_column_says_already_is_not_suggested() -> None:
    assert told("NAME BENEFIT_STATUS", "food_stamp_recipients") == {}


def test_staff_are_not_taken_for_those_they_serve() -> None:
    assert told("NAME EMPLOYEE_ID", "list_2026", system="Shelter management") == {}
    assert told("NAME EMPLOYEE_ID", "clients_2026", system="Shelter management").keys() == {"BENEFIT_STATUS"}
    assert told("NAME", "shelter_staff") == {}


def test_a_systems_name_says_nothing_of_tables_that_are_of_nobody_it_serves() -> None:
    assert told("NAME", "table_4", system="Shelter management") == {}
    assert told("CASE_ID", "table_4", system="Shelter management").keys() == {"BENEFIT_STATUS"}


def test_a_programmes_words_speak_for_its_tables() -> None:
    assert told("NAME", "canvass_2026_01", programme="Street outreach to homeless people").keys() == {"BENEFIT_STATUS"}


def test_the_same_words_have_the_same_digest_and_others_another() -> None:
    def digest(name: str, **said: str) -> str:
        texts = {Place.NAME: [name], Place.DESCRIPTION: [said.get("description", "")]}
        about = About(7, texts, {("NAME", Form.FULL)})
        return digest_of(next(iter(suggest(about, LEXICON, TYPES)), None))

    assert digest("snap_2025") == digest("SNAP_2026") != digest("wic_2026")
    assert digest("snap_2025") != digest("snap_2025", description="Food stamps")
    assert digest("trees") == "absent"


def decision(number: int, verdict: MembershipVerdict, digest: str) -> MembershipDecision:
    return MembershipDecision(number, 7, "BENEFIT_STATUS", verdict, "", digest, "apo", AT)


SUGGESTED = MembershipSuggestion(7, "BENEFIT_STATUS", ("“snap” in its name",), "now")
CONFIRM, REJECT = MembershipVerdict.CONFIRM, MembershipVerdict.REJECT


@pytest.mark.parametrize(
    ("suggestions", "decisions", "standing"),
    [
        ([SUGGESTED], [], MembershipStanding.SUGGESTED),
        ([SUGGESTED], [decision(1, REJECT, "now")], MembershipStanding.REJECTED),
        ([SUGGESTED], [decision(1, REJECT, "before")], MembershipStanding.REOPENED),
        ([], [decision(1, REJECT, "before")], MembershipStanding.REJECTED),
        ([SUGGESTED], [decision(1, CONFIRM, "before")], MembershipStanding.CHANGED),
        ([SUGGESTED], [decision(1, CONFIRM, "now")], MembershipStanding.CONFIRMED),
        ([SUGGESTED], [decision(1, CONFIRM, "absent")], MembershipStanding.CONFIRMED),
        ([], [decision(1, CONFIRM, "before")], MembershipStanding.CONFIRMED),
        ([SUGGESTED], [decision(1, CONFIRM, "now"), decision(2, REJECT, "now")], MembershipStanding.REJECTED),
        ([], [decision(2, CONFIRM, "absent"), decision(1, REJECT, "now")], MembershipStanding.CONFIRMED),
    ],
)
def test_what_holds_given_what_people_said(
    suggestions: list[MembershipSuggestion], decisions: list[MembershipDecision], standing: MembershipStanding
) -> None:
    assert effective(suggestions, decisions)["BENEFIT_STATUS"][0] is standing
    assert standing.waits is (standing not in {MembershipStanding.CONFIRMED, MembershipStanding.REJECTED})
