"""The lines of the reconciliation, rule by rule: expected answers written by hand, and what must never matter."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.coverage import Look
from catalog.model.designations import Designation, DesignationState
from catalog.model.differences import Difference, Match, Reason, Resolution, Settling, State, state, state_of
from catalog.model.differences_rules import ActivityFacts, DatasetFacts, Facts, Hold, differences, rank
from catalog.model.holdings import Magnitude
from catalog.model.identifiers import Tier
from catalog.model.parties import Party, PartyKind
from catalog.model.policy_rules import PolicyRule, RuleKind
from catalog.model.reconciliation import declares
from catalog.model.register import Activity, Classification, Protocol, ProtocolType, RetentionBasis, Verb
from tests.support.builders import an_activity

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PAPER = Protocol(1, ProtocolType.APO_ROUTINE_DESIGNATION, "P", "", None, "", "", date(2024, 1, 1), None, None)
TIERS = {"SSN": Tier.RESTRICTED, "NAME": Tier.IDENTIFYING, "RACE": Tier.SENSITIVE, "HEIGHT": Tier.CONTEXTUAL}
SUGGESTED, CONFIRMED = Hold(1, confirmed=False, strength=0.8), Hold(1, confirmed=True, strength=0.8)
OTHER = Party(2, "Health", PartyKind.CITY_AGENCY, "dch")
UNIVERSITY = Party(3, "University", PartyKind.RESEARCHER, None)


def a_dataset(held: Mapping[str, Hold] | None = None, look: Look = Look.SCANNED, number: int = 1) -> DatasetFacts:
    day = None if look is Look.NOT_SCANNED else TODAY
    return DatasetFacts(number, "dso", look, day, 0.01, Magnitude.FROM_100, held or {})


def joined(activity: Activity, *datasets: int, systems: bool = False, party: Party | None = None) -> ActivityFacts:
    activity = replace(activity, party_id=party.id if party else None)
    return ActivityFacts(activity, party, (PAPER,), (), datasets, systems)


def intake(number: int = 1, agency_id: str = "dso") -> Activity:
    return replace(an_activity(agency_id, "Intake"), id=number)


def found(
    datasets: tuple[DatasetFacts, ...] = (),
    activities: tuple[ActivityFacts, ...] = (),
    types: Mapping[int, tuple[str, ...]] | None = None,
    mirrors: Mapping[int, tuple[int, ...]] | None = None,
    today: date = TODAY,
    policies: tuple[PolicyRule, ...] = (),
) -> dict[str, Difference]:
    types = types or {}
    declared: dict[str, set[str]] = {}
    for one in activities:
        if not declares(one.activity, today):
            continue
        declared.setdefault(one.activity.agency_id, set()).update(types.get(one.activity.id, ()))
    facts = Facts(
        today=today,
        stale_after=timedelta(400),
        tiers=TIERS,
        datasets={one.id: one for one in datasets},
        activities={one.activity.id: one for one in activities},
        types=types,
        mirrors=mirrors or {},
        declared=declared,
        policies=policies,
        well_found=frozenset({"SSN", "NAME"}),
        measured=frozenset({"SSN", "NAME", "HEIGHT"}),
    )
    made = differences(facts, [one.id for one in datasets], [one.activity.id for one in activities], NOW)
    return {one.key: one for one in made}


def told(lines: Mapping[str, Difference]) -> dict[str, tuple[Match, Reason]]:
    return {key: (one.match, one.reason) for key, one in lines.items()}


def test_found_and_declared_agree() -> None:
    lines = found((a_dataset({"SSN": CONFIRMED}),), (joined(intake(), 1),), {1: ("SSN",)})
    assert told(lines) == {"d:1:SSN": (Match.AGREED, Reason.DECLARED_AND_FOUND)}


def test_what_no_activity_on_the_dataset_declares_is_undeclared_or_declared_elsewhere() -> None:
    held = {"SSN": SUGGESTED, "NAME": SUGGESTED, "RACE": CONFIRMED}
    activities = (joined(intake(), 1), joined(intake(2)))
    lines = found((a_dataset(held),), activities, {1: ("SSN",), 2: ("NAME",)})
    assert told(lines) == {
        "d:1:SSN": (Match.AGREED, Reason.DECLARED_AND_FOUND),
        "d:1:NAME": (Match.DECLARED_ELSEWHERE, Reason.DECLARED_OF_OTHER_DATA),
        "d:1:RACE": (Match.UNDECLARED, Reason.NOT_AMONG_DECLARED),
        "a:2:NAME": (Match.NOT_SCANNABLE, Reason.NO_DATA_NAMED),
    }
    assert (lines["d:1:NAME"].confirmed, lines["d:1:RACE"].confirmed) == (False, True)


def test_a_dataset_of_no_activity_says_so_and_what_another_agency_declares_is_no_help() -> None:
    lines = found((a_dataset({"SSN": SUGGESTED}),), (joined(intake(1, "dch")),), {1: ("SSN",)})
    assert told(lines)["d:1:SSN"] == (Match.UNDECLARED, Reason.IN_NO_ACTIVITY)


@pytest.mark.parametrize(
    ("look", "day", "expected"),
    [
        (Look.SCANNED, TODAY - timedelta(400), (Match.AGREED, Reason.DECLARED_AND_FOUND)),
        (Look.SCANNED, TODAY - timedelta(401), (Match.STALE, Reason.LOOK_TOO_OLD)),
        (Look.PARTLY, TODAY, (Match.AGREED, Reason.DECLARED_AND_FOUND)),
        (Look.COULD_NOT_LOOK, TODAY, (Match.STALE, Reason.CANNOT_LOOK_ANY_MORE)),
        # A person's word on the dataset itself needs no look.
        (Look.COULD_NOT_LOOK, None, (Match.AGREED, Reason.DECLARED_AND_FOUND)),
    ],
)
def test_an_agreement_of_which_the_look_says_nothing_any_more_is_stale(
    look: Look, day: date | None, expected: tuple[Match, Reason]
) -> None:
    dataset = replace(a_dataset({"SSN": SUGGESTED}, look), scanned_on=day)
    assert told(found((dataset,), (joined(intake(), 1),), {1: ("SSN",)})) == {"d:1:SSN": expected}


@pytest.mark.parametrize(
    ("looks", "systems", "expected"),
    [
        ((Look.SCANNED,), False, (Match.NOT_FOUND, Reason.NOWHERE_IN_ITS_DATA)),
        ((Look.SCANNED, Look.SCANNED), False, (Match.NOT_FOUND, Reason.NOWHERE_IN_ITS_DATA)),
        ((), False, (Match.NOT_SCANNABLE, Reason.NO_DATA_NAMED)),
        ((), True, (Match.NOT_SCANNABLE, Reason.HELD_WHERE_NOBODY_LOOKS)),
        ((Look.SCANNED,), True, (Match.NOT_SCANNABLE, Reason.HELD_WHERE_NOBODY_LOOKS)),
        ((Look.SCANNED, Look.PARTLY), False, (Match.NOT_SCANNABLE, Reason.LOOKED_PARTLY)),
        ((Look.SCANNED, Look.NOT_SCANNED), True, (Match.NOT_SCANNABLE, Reason.NOT_LOOKED_YET)),
        ((Look.NOT_SCANNED, Look.COULD_NOT_LOOK), False, (Match.NOT_SCANNABLE, Reason.COULD_NOT_LOOK)),
    ],
)
def test_a_failed_or_missing_look_is_never_a_finding_of_absence(
    looks: tuple[Look, ...], systems: bool, expected: tuple[Match, Reason]
) -> None:
    datasets = tuple(a_dataset(look=look, number=number) for number, look in enumerate(looks, 1))
    activity = joined(intake(), *(one.id for one in datasets), systems=systems)
    assert told(found(datasets, (activity,), {1: ("SSN",)})) == {"a:1:SSN": expected}


@pytest.mark.parametrize(
    ("code", "clues", "expected"),
    [
        ("SSN", (set(), set()), (Match.NOT_FOUND, Reason.NOWHERE_IN_ITS_DATA)),
        ("SSN", ({"NAME"}, set()), (Match.NOT_FOUND, Reason.NOWHERE_IN_ITS_DATA)),
        ("SSN", (set(), {"SSN"}), (Match.MAY_BE_MISSED, Reason.CLUE_TOO_WEAK)),
        ("RACE", (set(), set()), (Match.MAY_BE_MISSED, Reason.NOT_MEASURED)),
        ("RACE", ({"RACE"}, set()), (Match.MAY_BE_MISSED, Reason.CLUE_TOO_WEAK)),
        ("HEIGHT", (set(), set()), (Match.MAY_BE_MISSED, Reason.OFTEN_MISSED)),
    ],
)
def test_that_it_is_not_found_is_said_only_of_what_scans_are_known_to_find(
    code: str, clues: tuple[set[str], set[str]], expected: tuple[Match, Reason]
) -> None:
    datasets = tuple(replace(a_dataset(number=n), clues=frozenset(weak)) for n, weak in enumerate(clues, 1))
    lines = found(datasets, (joined(intake(), 1, 2),), {1: (code,)})
    assert told(lines) == {f"a:1:{code}": expected}
    assert (lines[f"a:1:{code}"].bound is not None) == (expected[0] is Match.NOT_FOUND)
    # Where part of it was not looked at, that comes first.
    partly = (replace(datasets[0], look=Look.PARTLY), datasets[1])
    assert told(found(partly, (joined(intake(), 1, 2),), {1: (code,)})) == {
        f"a:1:{code}": (Match.NOT_SCANNABLE, Reason.LOOKED_PARTLY)
    }


@pytest.mark.parametrize(
    ("bounds", "expected", "match"),
    [
        ((0.0,), 0.0, Match.NOT_FOUND),
        ((0.003, 0.02), 0.02, Match.NOT_FOUND),
        # The first rows of a table, or a handful, say nothing of the others.
        ((0.003, None), None, Match.NOT_SCANNABLE),
        ((None,), None, Match.NOT_SCANNABLE),
    ],
)
def test_the_bound_is_the_largest_of_its_datasets_and_where_one_cannot_be_said_nothing_is(
    bounds: tuple[float | None, ...], expected: float | None, match: Match
) -> None:
    datasets = tuple(replace(a_dataset(number=number), bound=bound) for number, bound in enumerate(bounds, 1))
    line = found(datasets, (joined(intake(), *(one.id for one in datasets)),), {1: ("SSN",)})["a:1:SSN"]
    assert (line.bound, line.match) == (expected, match)
    assert line.reason is (Reason.LOOKED_PARTLY if match is Match.NOT_SCANNABLE else Reason.NOWHERE_IN_ITS_DATA)


@pytest.mark.parametrize(
    ("day", "systems", "expected"),
    [
        (TODAY - timedelta(400), False, (Match.NOT_FOUND, Reason.NOWHERE_IN_ITS_DATA, None)),
        (TODAY - timedelta(401), False, (Match.STALE, Reason.LOOK_TOO_OLD, TODAY - timedelta(401))),
        (TODAY - timedelta(401), True, (Match.NOT_SCANNABLE, Reason.HELD_WHERE_NOBODY_LOOKS, None)),
    ],
)
def test_what_an_old_look_did_not_find_is_not_said_to_be_absent(
    day: date, systems: bool, expected: tuple[Match, Reason, date | None]
) -> None:
    datasets = (a_dataset(), replace(a_dataset(number=2), scanned_on=day))
    line = found(datasets, (joined(intake(), 1, 2, systems=systems),), {1: ("SSN",)})["a:1:SSN"]
    assert (line.match, line.reason, line.day) == expected
    assert (line.bound is None) is (expected[0] is not Match.NOT_FOUND)


def test_data_that_was_named_and_is_gone_is_not_data_that_was_never_named() -> None:
    one = joined(intake())
    assert told(found((), (one,), {1: ("SSN",)})) == {"a:1:SSN": (Match.NOT_SCANNABLE, Reason.NO_DATA_NAMED)}
    assert told(found((), (replace(one, gone=True),), {1: ("SSN",)})) == {
        "a:1:SSN": (Match.NOT_SCANNABLE, Reason.DATA_GONE)
    }


@pytest.mark.parametrize(
    ("started", "ended", "goes_on"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (TODAY + timedelta(1), None, False),
        (None, TODAY - timedelta(1), False),
    ],
)
def test_of_what_has_not_begun_or_has_ended_nothing_is_asked(
    started: date | None, ended: date | None, goes_on: bool
) -> None:
    """It has a type that is not found, no approval, no agreement where it needs one, and no other side on record."""
    for party in (OTHER, UNIVERSITY):
        one = to(party)
        activity = replace(one.activity, started_on=started, ended_on=ended)
        one = replace(one, activity=activity, protocols=(), datasets=(1,))
        lines = found((a_dataset(),), (one,), {1: ("SSN",)})
        assert bool(lines) is goes_on


@pytest.mark.parametrize(
    ("but", "verb", "covers"),
    [
        ({}, Verb.COLLECTION, True),
        ({"started_on": TODAY + timedelta(1)}, Verb.COLLECTION, False),
        ({"started_on": TODAY + timedelta(1), "retention": "7 years"}, Verb.COLLECTION, False),
        ({"ended_on": TODAY}, Verb.COLLECTION, True),
        ({"ended_on": TODAY - timedelta(1)}, Verb.COLLECTION, False),
        # What it collected is still kept, as it says.
        ({"ended_on": TODAY - timedelta(1), "retention": "7 years"}, Verb.COLLECTION, True),
        ({"ended_on": TODAY - timedelta(1), "retention_basis": RetentionBasis.REQUIRED_BY_LAW}, Verb.COLLECTION, True),
        ({"ended_on": TODAY - timedelta(1), "retention": " "}, Verb.COLLECTION, False),
        ({"ended_on": TODAY - timedelta(1), "retention": "7 years"}, Verb.DISCLOSURE, False),
    ],
)
def test_what_is_found_is_declared_by_what_goes_on_or_is_said_to_be_kept(
    but: dict[str, Any], verb: Verb, covers: bool
) -> None:
    activity = replace(intake(), verb=verb, classification=Classification.EXEMPT_POLICE, **but)
    line = found((a_dataset({"SSN": CONFIRMED}),), (joined(activity, 1),), {1: ("SSN",)})["d:1:SSN"]
    assert (line.match is Match.AGREED) is covers
    assert declares(activity, TODAY) is covers
    assert line.reason is (Reason.DECLARED_AND_FOUND if covers else Reason.NOT_AMONG_DECLARED)


def test_an_exception_on_an_approval_is_one_for_its_types_and_purpose() -> None:
    one = replace(to(UNIVERSITY), protocols=())
    types = {1: ("NAME",)}
    other = replace(one, activity=replace(one.activity, purpose="To sell it"))
    made = [
        found((), (one,), types),
        found((), (one,), {1: ("NAME", "SSN")}),
        found((), (other,), types),
    ]
    for key in ("a:1:approval", "a:1:agreement"):
        assert len({lines[key].facts for lines in made}) == 3
    # In which order they are declared says nothing.
    assert found((), (one,), {1: ("SSN", "NAME")})["a:1:approval"].facts == made[1]["a:1:approval"].facts


def to(party: Party, classification: Classification = Classification.CASE_BY_CASE, number: int = 1) -> ActivityFacts:
    activity = replace(intake(number), verb=Verb.DISCLOSURE, classification=classification)
    return joined(activity, party=party)


def test_an_activity_without_an_approval_or_with_one_that_ended() -> None:
    one = to(UNIVERSITY)
    agreement = ("a:1:agreement", (Match.NO_AGREEMENT, Reason.NO_AGREEMENT_IN_FORCE))
    assert told(found((), (replace(one, protocols=()),))) == dict(
        [agreement, ("a:1:approval", (Match.NO_PROTOCOL, Reason.NEVER_APPROVED))]
    )
    ended = replace(PAPER, expires_on=TODAY - timedelta(1))
    lines = found((), (replace(one, protocols=(ended,)),))
    assert told(lines) == dict([agreement, ("a:1:approval", (Match.PROTOCOL_EXPIRED, Reason.APPROVAL_ENDED))])
    assert lines["a:1:approval"].day == TODAY - timedelta(1)
    over = replace(one, protocols=(), activity=replace(one.activity, ended_on=TODAY - timedelta(1)))
    assert not found((), (over,))


@pytest.mark.parametrize(
    "classification",
    [
        Classification.EXIGENT,
        Classification.EXEMPT_POLICE,
        Classification.EXEMPT_WELFARE,
        Classification.NOT_IDENTIFYING,
        Classification.OTHER_LAW,
    ],
)
def test_what_needs_no_approval_is_asked_for_none(classification: Classification) -> None:
    assert not found((), (replace(to(UNIVERSITY, classification), protocols=()),))


def a_rule(**but: Any) -> PolicyRule:
    kind = RuleKind.ROUTINE_NEEDS_AGREEMENT
    plain = PolicyRule(7, kind, "Health", "", "Policies 4.1", Verb.DISCLOSURE, (), ("RACE",), None, TODAY, None)
    return replace(plain, **but)


@pytest.mark.parametrize(
    ("rule", "classification", "expected"),
    [
        (a_rule(), Classification.ROUTINE_AGENCY, Reason.POLICY_ASKS_AGREEMENT),
        (a_rule(), Classification.ROUTINE_INTERAGENCY, Reason.POLICY_ASKS_AGREEMENT),
        (a_rule(party_kinds=("researcher",)), Classification.ROUTINE_AGENCY, Reason.POLICY_ASKS_AGREEMENT),
        # It is asked for anyway where it is not routine, and of nobody where chapter 12 asks nothing.
        (a_rule(), Classification.CASE_BY_CASE, Reason.NO_AGREEMENT_IN_FORCE),
        (a_rule(), Classification.OTHER_LAW, None),
        # Of another kind, of other types, verbs or parties, or of another time.
        (a_rule(kind=RuleKind.NOT_ROUTINE), Classification.ROUTINE_AGENCY, None),
        (a_rule(type_codes=("NAME",)), Classification.ROUTINE_AGENCY, None),
        (a_rule(verb=Verb.COLLECTION), Classification.ROUTINE_AGENCY, None),
        (a_rule(party_kinds=("contractor",)), Classification.ROUTINE_AGENCY, None),
        (a_rule(from_on=TODAY + timedelta(1)), Classification.ROUTINE_AGENCY, None),
        (a_rule(to_on=TODAY - timedelta(1)), Classification.ROUTINE_AGENCY, None),
    ],
)
def test_the_policies_may_ask_for_an_agreement_where_it_is_routine(
    rule: PolicyRule, classification: Classification, expected: Reason | None
) -> None:
    one = to(UNIVERSITY, classification)
    lines = found((), (one,), {1: ("RACE", "SSN")}, policies=(rule,))
    assert (lines["a:1:agreement"].reason if "a:1:agreement" in lines else None) is expected
    agreement = replace(PAPER, id=2, type=ProtocolType.DATA_SHARING_AGREEMENT)
    agreed = replace(one, protocols=(PAPER, agreement))
    assert "a:1:agreement" not in found((), (agreed,), {1: ("RACE", "SSN")}, policies=(rule,))


def test_another_rule_moves_what_an_agreement_line_rests_on() -> None:
    one, types = to(UNIVERSITY, Classification.ROUTINE_AGENCY), {1: ("RACE",)}
    lines = [found((), (one,), types, policies=(a_rule(id=n),))["a:1:agreement"] for n in (7, 7, 8)]
    assert len({line.facts for line in lines}) == 2


def test_both_agencies_of_a_flow_have_a_line_about_their_own_record() -> None:
    disclosed = to(OTHER, Classification.ROUTINE_INTERAGENCY)
    alone = found((), (disclosed,), {1: ("NAME", "SSN")})
    sides = {key: one for key, one in alone.items() if one.match is Match.MIRROR_MISMATCH}
    assert {key: (one.agency_id, one.other_agency_id, one.types, one.others) for key, one in sides.items()} == {
        "a:1:mirror": ("dso", "dch", ("NAME", "SSN"), ()),
        "a:1:unanswered": ("dch", "dso", (), ("NAME", "SSN")),
    }  # fmt: skip
    side = joined(replace(intake(2, "dch"), mirror_of_id=1), party=Party(4, "Shelter", PartyKind.CITY_AGENCY, "dso"))
    both = found((), (disclosed, side), {1: ("NAME", "SSN"), 2: ("NAME", "RACE")}, {1: (2,)})
    assert {key: (one.agency_id, one.types, one.others) for key, one in both.items() if key.endswith("mirror")} == {
        "a:1:mirror": ("dso", ("SSN",), ("RACE",)),
        "a:2:mirror": ("dch", ("RACE",), ("SSN",)),
    }
    same = found((), (disclosed, side), {1: ("NAME",), 2: ("NAME",)}, {1: (2,)})
    assert not [key for key in same if key.endswith(("mirror", "unanswered"))]
    # A disclosure that was withdrawn is nobody's other side.
    orphan = found((), (side,), {2: ("NAME",)})
    assert orphan["a:2:mirror"].reason is Reason.OTHER_RECORDS_NOTHING


tiers, people = st.sampled_from([tier for tier in Tier if tier > 0]), st.sampled_from(Magnitude)
strengths = st.floats(0.5, 1.0)


@given(tiers, tiers, people, people, strengths, strengths)
def test_a_rank_never_falls_with_tier_people_or_confidence(
    tier: Tier, graver: Tier, few: Magnitude, many: Magnitude, weak: float, strong: float
) -> None:
    low = rank(min(tier, graver), min(few, many), min(weak, strong))
    assert 0 < low <= rank(max(tier, graver), max(few, many), max(weak, strong))
    assert rank(tier, many, 1.0) >= rank(tier, many, weak)
    if tier != graver:
        assert rank(min(tier, graver), few, weak) < rank(max(tier, graver), few, weak)


def line(dataset: DatasetFacts, *, declared: tuple[str, ...] = ("NAME",), today: date = TODAY) -> Difference:
    return found((dataset,), (joined(intake(), dataset.id),), {1: declared}, today=today)["d:1:SSN"]


@given(strengths, st.integers(0, 300), people, st.sampled_from([Look.SCANNED, Look.PARTLY]))
def test_noise_moves_no_facts(strength: float, days: int, many: Magnitude, look: Look) -> None:
    """Another strength of the same kind, another day's look, another sample: a resolution holds on."""
    plain = line(a_dataset({"SSN": SUGGESTED}))
    moved = replace(
        a_dataset({"SSN": replace(SUGGESTED, strength=strength)}, look),
        people=many,
        scanned_on=TODAY - timedelta(days),
        bound=0.5,
    )
    assert line(moved, today=TODAY + timedelta(9)).facts == plain.facts


def test_what_is_material_moves_them() -> None:
    plain = line(a_dataset({"SSN": SUGGESTED}))
    others = [
        line(a_dataset({"SSN": CONFIRMED})),
        line(a_dataset({"SSN": replace(SUGGESTED, columns=7)})),
        line(a_dataset({"SSN": SUGGESTED}), declared=("SSN",)),
        found((a_dataset({"SSN": SUGGESTED}),))["d:1:SSN"],
    ]
    assert len({plain.facts, *(one.facts for one in others)}) == 5
    assert line(a_dataset({"SSN": replace(SUGGESTED, columns=2)})).facts == plain.facts


def a_line(match: Match, since: datetime = NOW) -> Difference:
    (plain,) = found((a_dataset({"SSN": SUGGESTED}),)).values()
    return replace(plain, match=match, facts="same", since=since)


def a_word(settling: Settling, facts: str = "same", until: date | None = None) -> Resolution:
    return Resolution(1, "k", "dso", settling, "", until, None, facts, "", "p", NOW)


@pytest.mark.parametrize(
    ("match", "last", "expected"),
    [
        (Match.NOT_FOUND, None, State.OPEN),
        (Match.MAY_BE_MISSED, None, None),
        (Match.NOT_SCANNABLE, None, None),
        (Match.AGREED, None, None),
        (Match.MAY_BE_MISSED, a_word(Settling.ASKED), State.ASKED),
        (Match.MAY_BE_MISSED, a_word(Settling.EXCEPTION), State.RESOLVED),
        (Match.MAY_BE_MISSED, a_word(Settling.EXCEPTION, "other"), None),
        (Match.MAY_BE_MISSED, a_word(Settling.ANSWERED), None),
        (Match.AGREED, a_word(Settling.EXCEPTION), None),
    ],
)
def test_where_nobody_can_tell_nothing_is_open(match: Match, last: Resolution | None, expected: State | None) -> None:
    assert state_of(a_line(match), last, TODAY) is expected


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, State.OPEN),
        (a_word(Settling.EXCEPTION), State.RESOLVED),
        (a_word(Settling.EXCEPTION, until=TODAY), State.RESOLVED),
        (a_word(Settling.EXCEPTION, until=TODAY - timedelta(1)), State.REOPENED),
        (a_word(Settling.EXCEPTION, "other"), State.REOPENED),
        (a_word(Settling.ASKED), State.ASKED),
        (a_word(Settling.ASKED, "other"), State.REOPENED),
        (a_word(Settling.ANSWERED), State.OPEN),
        (a_word(Settling.REOPENED), State.REOPENED),
    ],
)
def test_a_word_holds_until_its_day_and_as_long_as_nothing_moves(last: Resolution | None, expected: State) -> None:
    assert state(a_line(Match.NOT_FOUND), last, TODAY) is expected


def test_a_word_on_a_line_that_went_and_came_back_does_not_hold() -> None:
    said = a_word(Settling.EXCEPTION)
    assert state(a_line(Match.UNDECLARED, NOW - timedelta(1)), said, TODAY) is State.RESOLVED
    assert state(a_line(Match.UNDECLARED, NOW + timedelta(seconds=1)), said, TODAY) is State.REOPENED


def test_an_approval_given_here_is_enough() -> None:
    given_here = Designation(1, 1, Classification.ROUTINE_AGENCY, DesignationState.ACTIVE, "", "", TODAY, None, None)
    assert not found((), (replace(joined(intake()), protocols=(), designations=(given_here,)),))
