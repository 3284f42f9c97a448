"""What the quarterly report counts, of which quarter, by what, and how a corrected issue reads."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.cell_suppression import Telling
from catalog.model.events import ExigentEvent, ExigentState, NoticeExemption, Violation, ViolationState
from catalog.model.holdings import Agency
from catalog.model.parties import PartyKind
from catalog.model.quarterly import Kept, Standing, content, differences, standing
from catalog.model.quarterly_content import Breakdown, CorrectionReason, Counts, Part, Quarter, QuarterlyContent
from catalog.model.quarterly_counts import Known, People, ReasonKind, band, groups, reason_kind
from catalog.model.quarterly_words import basis, difference_row, issue_words, note, part_words, rows
from catalog.model.register import Verb
from tests.support.builders import an_agency
from tests.support.quarters import A_VIOLATION, AN_EVENT, DAY, QUARTER

PARTIES = {1: PartyKind.NONPROFIT, 2: PartyKind.COURT, 3: PartyKind.VENDOR}
TYPES = {"NAME": "Name", "SSN": "Social Security number", "EMAIL": "Email address"}
AGENCIES = {one.id: one for one in (an_agency(), an_agency("dch", "Department of Children"))}
KNOWN = Known(AGENCIES, PARTIES, TYPES)


def violations(count: int, **rest: Any) -> list[Violation]:
    return [replace(A_VIOLATION, **rest) for _ in range(count)]


def events(count: int, **rest: Any) -> list[ExigentEvent]:
    return [replace(AN_EVENT, **rest) for _ in range(count)]


def report(
    some: Sequence[Violation], exigent: Sequence[ExigentEvent] = (), known: Known = KNOWN, **rest: Any
) -> QuarterlyContent:
    return content(Kept(some, exigent, known), QUARTER, 5, **rest)


def counts(part: Part, by: Breakdown) -> Counts:
    return next(one for one in part.counts if one.by is by)


def told(part: Part, by: Breakdown) -> tuple[dict[str, int], int | None]:
    found = counts(part, by)
    assert found.telling is Telling.TOLD, found
    return {line.code: line.count for line in found.lines}, found.rest


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), Quarter(2026, 1)),
        (date(2026, 3, 31), Quarter(2026, 1)),
        (date(2026, 4, 1), Quarter(2026, 2)),
        (date(2026, 9, 30), Quarter(2026, 3)),
        (date(2026, 12, 31), Quarter(2026, 4)),
    ],
)
def test_the_quarter_of_a_day(day: date, quarter: Quarter) -> None:
    assert Quarter.of(day) == quarter


@given(st.dates(date(1000, 1, 1), date(2999, 12, 31)))
def test_every_day_is_in_its_quarter_and_its_key_names_it(day: date) -> None:
    quarter = Quarter.of(day)
    assert quarter.first <= day <= quarter.last
    assert Quarter.named(quarter.key) == quarter
    assert (quarter.next.first - quarter.last).days == 1


@pytest.mark.parametrize("key", ["", "2026", "2026-q0", "2026-q5", "2026-Q1", "0000-q1", "2026-q1 ", "２026-q1"])
def test_what_is_no_quarter_names_none(key: str) -> None:
    assert Quarter.named(key) is None


def test_a_quarter_counts_what_the_cpo_was_told_in_it_whenever_it_occurred() -> None:
    late = violations(5, occurred_on=date(2024, 2, 1), cpo_notified_on=date(2026, 9, 30))
    before, after = (violations(7, cpo_notified_on=day) for day in (date(2026, 6, 30), date(2026, 10, 1)))
    assert report([*late, *before, *after]).violations.total == 5


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (A_VIOLATION, Standing.COUNTED),
        (replace(A_VIOLATION, state=ViolationState.CPO_NOTIFIED), Standing.COUNTED),
        (replace(A_VIOLATION, state=ViolationState.CLOSED), Standing.COUNTED),
        (replace(A_VIOLATION, state=ViolationState.NOT_A_VIOLATION), Standing.NOT_A_VIOLATION),
        (replace(A_VIOLATION, state=ViolationState.REPORTED), Standing.NOT_CONFIRMED),
        (replace(A_VIOLATION, state=ViolationState.APO_CONFIRMED, cpo_notified_on=None), Standing.CPO_NOT_TOLD),
        (AN_EVENT, Standing.COUNTED),
        (replace(AN_EVENT, state=ExigentState.CPO_NOTIFIED), Standing.COUNTED),
        (replace(AN_EVENT, state=ExigentState.CLOSED), Standing.COUNTED),
        (replace(AN_EVENT, state=ExigentState.EXPLAINED, cpo_notified_on=None), Standing.CPO_NOT_TOLD),
        (replace(AN_EVENT, state=ExigentState.RECLASSIFIED, violation_id=1), Standing.FOUND_A_VIOLATION),
        (
            replace(AN_EVENT, state=ExigentState.NOTICE_NOT_REQUIRED, exemption=NoticeExemption.WELFARE),
            Standing.NEED_NOT_BE_TOLD,
        ),
        (replace(AN_EVENT, state=ExigentState.CLOSED, exemption=NoticeExemption.POLICE), Standing.NEED_NOT_BE_TOLD),
    ],
)
def test_what_counts_and_why_not(record: Violation | ExigentEvent, expected: Standing) -> None:
    assert standing(record) is expected
    some = [record] * 6 if isinstance(record, Violation) else []
    exigent = [record] * 6 if isinstance(record, ExigentEvent) else []
    made = report(some, exigent)
    counted = [part.total for _, part in made.parts]
    assert sum(filter(None, counted)) == (6 if expected is Standing.COUNTED else 0)


def test_the_parts_are_counted_by_what_the_law_wants_told() -> None:
    some = [
        *violations(6, party_id=2, type_codes=("NAME", "SSN"), people="about 1,200"),
        *violations(5, party_id=3, people="20", individuals_notified_on=None, remedy=" "),
    ]
    part = report(some).violations
    assert part.total == 11
    assert told(part, Breakdown.TYPE) == ({"NAME": 11, "SSN": 6}, None)
    assert told(part, Breakdown.RECIPIENT) == ({"court": 6, "vendor": 5}, 0)
    assert told(part, Breakdown.PEOPLE) == ({"over_100": 6, "from_5": 5}, 0)
    assert told(part, Breakdown.INDIVIDUALS_TOLD) == ({"yes": 6, "no": 5}, 0)
    assert told(part, Breakdown.REMEDIED) == ({"yes": 6, "no": 5}, 0)
    exigent = [*events(9), *events(5, verb=Verb.COLLECTION, category="Because", party_id=2)]
    part = report([], exigent).exigent
    assert told(part, Breakdown.VERB) == ({"disclosure": 9, "collection": 5}, 0)
    assert told(part, Breakdown.REASON) == ({"life": 9, "other": 5}, 0)
    assert told(part, Breakdown.PARTY) == ({"nonprofit": 9, "court": 5}, 0)


def test_few_are_told_as_few_and_none_as_none() -> None:
    assert report(violations(4)).violations == Part(None, ())
    assert report([]).violations == Part(0, ())
    made = report(violations(12, party_id=2) + violations(1, party_id=3)).violations
    assert counts(made, Breakdown.RECIPIENT).telling is Telling.TOO_FEW


def test_agencies_are_named_only_where_that_is_chosen_and_then_in_place_of_their_kinds() -> None:
    some = violations(6) + violations(5, agency_id="dch")
    many = {f"a{at}": an_agency(f"a{at}", f"Office {at}") for at in range(5)}
    other = {f"b{at}": replace(an_agency(f"b{at}", f"Bureau {at}"), kind="bureau") for at in range(5)}
    known = replace(KNOWN, agencies={**AGENCIES, **many, **other})
    plain = report(some, known=known)
    assert "Shelter" not in repr(plain)
    assert told(plain.violations, Breakdown.AGENCY_GROUP) == ({"kind:department": 11}, 0)
    named = report(some, known=known, agencies_named=True)
    assert told(named.violations, Breakdown.AGENCY) == ({"dso": 6, "dch": 5}, 0)
    assert not [one for one in named.violations.counts if one.by is Breakdown.AGENCY_GROUP]
    assert "no agency" in basis(plain)[-1]
    assert "chose to name agencies" in basis(named)[-1]


def kinds(**sizes: int) -> list[Agency]:
    return [replace(an_agency(f"{kind}{at}"), kind=kind) for kind, size in sizes.items() for at in range(size)]


def test_a_kind_with_too_few_agencies_names_none_of_them() -> None:
    of = groups(kinds(mayoral=9, elected=2, board=5), 5)
    # Two alone would be named by "other": the next smallest kind joins them.
    assert {one[:-1]: group for one, group in of.items()} == {
        "mayoral": "kind:mayoral", "elected": "other", "board": "other",
    }  # fmt: skip
    assert set(groups(kinds(mayoral=9, elected=2), 5).values()) == {"other"}


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.integers(1, 9), min_size=1), st.integers(1, 7))
def test_every_group_of_agencies_is_large_or_the_only_one(sizes: dict[str, int], floor: int) -> None:
    of = list(groups(kinds(**sizes), floor).values())
    assert len(set(of)) == 1 or all(of.count(group) >= floor for group in of)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("one person", People.UNDER_5),
        ("under 5", People.UNDER_5),
        ("4", People.UNDER_5),
        ("5 to 100", People.FROM_5),
        ("10 to 100", People.FROM_5),
        ("About 30 people", People.FROM_5),
        ("5", People.FROM_5),
        ("100 to 5,000", People.OVER_100),
        ("100 to 1,000", People.OVER_100),
        ("1,200", People.OVER_100),
        ("101", People.OVER_100),
        ("over 5,000", People.OVER_5000),
        ("5001", People.OVER_5000),
        ("3 to 50", People.NOT_IN_NUMBERS),  # two bands
        ("12 of them, Ann Lee first", People.NOT_IN_NUMBERS),
        ("many", People.NOT_IN_NUMBERS),
        ("", People.NOT_IN_NUMBERS),
        ("100 to 5", People.NOT_IN_NUMBERS),
        ("over 50", People.NOT_IN_NUMBERS),
    ],
)
def test_how_many_people(said: str, expected: People) -> None:
    assert band(said) is expected


def test_kinds_of_reason_are_those_that_the_form_proposes_and_no_other_words() -> None:
    assert reason_kind("  risk to somebody's LIFE or health ") is ReasonKind.LIFE
    assert reason_kind("Outage of a system") is ReasonKind.OUTAGE
    assert {reason_kind(other) for other in ("", "Ann Lee was in danger", "Other")} == {ReasonKind.OTHER}


def test_a_correction_tells_its_total_and_breaks_down_nothing_that_moved_by_a_few() -> None:
    first = report(violations(8, party_id=2), events(6))
    again = report(violations(9, party_id=2), events(6), earlier=[first], reason=CorrectionReason.RECORDED_LATE)
    assert (again.number, again.violations.total) == (2, 9)
    assert {one.telling for one in again.violations.counts} == {Telling.BESIDE_EARLIER}
    assert again.exigent == first.exigent
    assert again.correction is not None
    assert again.correction.reason is CorrectionReason.RECORDED_LATE
    said = [difference_row(one) for one in again.correction.differences]
    assert said[0] == ("Part A. Total", "8", "9")
    assert ("Part A. Kind of recipient", "told", "not told anew") in said
    assert not [one for one in said if one[0].startswith("Part B")]
    assert issue_words(again).startswith("Corrected issue 2, in place of issue 1: what the Chief")


def test_a_correction_by_many_tells_anew_what_moved_by_many() -> None:
    first = report(violations(8, party_id=2))
    again = report(violations(14, party_id=2), earlier=[first])
    assert told(again.violations, Breakdown.RECIPIENT) == ({"court": 14}, 0)
    assert ("Part A. Kind of recipient: Court", "8", "14") in [difference_row(one) for one in differences(first, again)]


def test_what_was_kept_back_stays_so_beside_every_earlier_issue() -> None:
    first = report(violations(8, party_id=2))
    second = report(violations(9, party_id=2), earlier=[first])
    third = report(violations(30, party_id=2), earlier=[first, second])
    assert {one.telling for one in third.violations.counts} == {Telling.BESIDE_EARLIER}
    few = report(violations(7, party_id=2) + violations(1, party_id=3))
    many = report(violations(7, party_id=2) + violations(9, party_id=3), earlier=[few])
    assert counts(many.violations, Breakdown.RECIPIENT).telling is Telling.TOO_FEW  # not that it could be told


def test_a_breakdown_is_held_against_every_earlier_issue_not_the_last_alone() -> None:
    first = report(violations(8, party_id=2))
    second = report(violations(14, party_id=2), earlier=[first])
    assert told(second.violations, Breakdown.RECIPIENT) == ({"court": 14}, 0)
    third = report(violations(9, party_id=2), earlier=[first, second])  # five fewer, and one more
    assert counts(third.violations, Breakdown.RECIPIENT).telling is Telling.BESIDE_EARLIER


def test_the_same_records_correct_nothing() -> None:
    some = violations(8, party_id=2) + violations(1, party_id=3)
    first = report(some, events(3))
    again = report(some, events(3), earlier=[first])
    assert again.correction is not None
    assert again.correction.differences == ()


def test_events_moved_within_what_is_not_told_correct_nothing() -> None:
    first = report(violations(2), events(3))
    again = report(violations(3, type_codes=("SSN",)), events(1), earlier=[first])
    assert again.correction is not None
    assert again.correction.differences == ()


def test_how_it_reads() -> None:
    made = report(violations(8, party_id=2) + violations(2, party_id=3), events(3))
    assert part_words(made.parts[0][0], made.violations, 5) == (
        "The Chief Privacy Officer was told of 10 such disclosures."
    )
    assert part_words(made.parts[1][0], made.exigent, 5) == (
        "The Chief Privacy Officer was told of fewer than 5 such collections and disclosures. So few are not broken"
        " down."
    )
    nothing = report([])
    assert "told of no disclosure" in part_words(nothing.parts[0][0], nothing.violations, 5)
    kinds_ = report(violations(20, party_id=2) + violations(6, party_id=3) + violations(2, party_id=1)).violations
    assert rows(counts(kinds_, Breakdown.RECIPIENT)) == (("Court", "20"), ("All others together", "8"))
    assert note(counts(kinds_, Breakdown.RECIPIENT), 5) == "The others are told together, so that none of them is told."
    assert "fewer than 5, or in none" in note(counts(kinds_, Breakdown.TYPE), 5)
    not_told = counts(made.violations, Breakdown.RECIPIENT)
    assert note(not_told, 5) == "Not told: fewer than 5 could follow from it, alone or beside another issue."
    assert note(replace(not_told, telling=Telling.BESIDE_EARLIER), 5) == note(not_told, 5)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(PARTIES)), st.sampled_from([("NAME",), ("SSN", "EMAIL"), ("NAME", "SSN")]),
            st.sampled_from(["one person", "50", "8,000", "some"]), st.booleans(), st.booleans(),
        ),
        max_size=40,
    )
)  # fmt: skip
def test_no_small_number_is_anywhere_in_a_report(drawn: list[tuple[int, tuple[str, ...], str, bool, bool]]) -> None:
    some = [
        replace(
            A_VIOLATION, party_id=party, type_codes=codes, people=people, remedy="Done" if right else "",
            individuals_notified_on=DAY if noticed else None,
        )
        for party, codes, people, right, noticed in drawn
    ]  # fmt: skip
    part = report(some).violations
    numbers = [part.total, *(one.rest for one in part.counts)]
    numbers += [line.count for one in part.counts for line in one.lines]
    assert not [number for number in numbers if number is not None and 0 < number < 5]
    assert part.total == (None if 0 < len(drawn) < 5 else len(drawn))
