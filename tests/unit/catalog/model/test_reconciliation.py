"""What does not add up, rule by rule."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.coverage import Look
from catalog.model.decisions import Standing
from catalog.model.designations import AgreementException, Designation, DesignationState
from catalog.model.parties import Party, PartyKind
from catalog.model.reconciliation import (
    AGREEMENTS,
    Approval,
    Force,
    Presence,
    Seen,
    approval,
    ended_on,
    force,
    in_force,
    is_mirrored,
    lacks_agreement,
    mirror,
    presence,
    undeclared,
)
from catalog.model.register import Classification, Protocol, ProtocolClass, ProtocolType, Verb
from catalog.model.since_report import since_report

TODAY = date(2026, 11, 22)
CODES = ("SSN", "NAME", "DOB", "EMAIL", "PHONE")
days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
codes = st.frozensets(st.sampled_from(CODES))
standings = st.sampled_from([Standing.CONFIRMED, Standing.SUGGESTED])
held = st.dictionaries(st.sampled_from(CODES), standings)
seen = st.builds(Seen, st.sampled_from(Look), held, codes)
protocols = st.builds(
    Protocol,
    st.integers(1, 9),
    st.sampled_from(ProtocolType),
    st.just("P"),
    st.just(""),
    st.none(),
    st.just(""),
    st.just(""),
    days,
    st.none() | days,
    st.none() | days,
)
designations = st.builds(
    Designation,
    st.integers(1, 9),
    st.just(1),
    st.just(Classification.CASE_BY_CASE),
    st.sampled_from(DesignationState),
    st.just(""),
    st.just(""),
    st.none() | days,
    st.none() | days,
    st.none() | days,
)
NEED_NONE = {
    Classification.EXIGENT,
    Classification.EXEMPT_POLICE,
    Classification.EXEMPT_WELFARE,
    Classification.OTHER_LAW,
    Classification.NOT_IDENTIFYING,
}


def paper(kind: ProtocolType = ProtocolType.APO_CASE_APPROVAL, **rest: date | None) -> Protocol:
    plain = Protocol(1, kind, "P", "", None, "", "", date(2024, 1, 1), None, None)
    return replace(plain, **rest)  # type: ignore[arg-type]  # dates


def signed(state: DesignationState, expires_on: date | None = None) -> Designation:
    return Designation(1, 1, Classification.CASE_BY_CASE, state, "", "", None, None, expires_on)


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        (paper(), Force.IN_FORCE),
        (paper(expires_on=TODAY), Force.IN_FORCE),
        (paper(expires_on=TODAY - timedelta(1)), Force.EXPIRED),
        (paper(effective_on=TODAY), Force.IN_FORCE),
        (paper(effective_on=TODAY + timedelta(1)), Force.NOT_YET),
        (paper(review_due_on=TODAY), Force.IN_FORCE),
        (paper(review_due_on=TODAY - timedelta(1)), Force.REVIEW_OVERDUE),
        (paper(review_due_on=TODAY - timedelta(9), expires_on=TODAY - timedelta(1)), Force.EXPIRED),
    ],
)
def test_a_protocol_is_in_force_from_its_first_to_its_last_day(protocol: Protocol, expected: Force) -> None:
    assert force(protocol, TODAY) is expected
    assert in_force(protocol, TODAY) == (expected in {Force.IN_FORCE, Force.REVIEW_OVERDUE})


@pytest.mark.parametrize(
    ("approved_on", "expected"),
    [(date(2025, 1, 1), Approval.LAPSED), (date(2025, 1, 2), Approval.IN_FORCE)],
)
def test_an_approval_given_after_a_paper_ended_takes_its_place(approved_on: date, expected: Approval) -> None:
    ended = paper(expires_on=date(2025, 1, 1))
    renewed = replace(signed(DesignationState.ACTIVE), approved_on=approved_on)
    assert approval(Classification.CASE_BY_CASE, [ended], [renewed], TODAY) is expected


def test_an_agreement_is_not_missed_where_a_standing_approval_says_why() -> None:
    kind = Party(1, "University", PartyKind.RESEARCHER, None)
    says = replace(signed(DesignationState.ACTIVE), agreement_exception=AgreementException.NO_IMPORTANT_INTEREST)
    asked = (Verb.DISCLOSURE, Classification.CASE_BY_CASE, kind, [paper()], TODAY)
    assert lacks_agreement(*asked)
    assert not lacks_agreement(*asked, [says])
    assert lacks_agreement(*asked, [replace(says, expires_on=TODAY - timedelta(1))])
    assert lacks_agreement(*asked, [replace(says, state=DesignationState.SUBMITTED)])


@given(protocols, days)
def test_an_overdue_review_ends_nothing(protocol: Protocol, on: date) -> None:
    assert in_force(protocol, on) == in_force(replace(protocol, review_due_on=None), on)


@pytest.mark.parametrize(
    ("papers", "designations", "expected"),
    [
        ([], [], Approval.NONE),
        ([paper()], [], Approval.IN_FORCE),
        ([paper(ProtocolType.CPO_POLICY)], [], Approval.NONE),
        ([paper(expires_on=date(2025, 1, 1))], [], Approval.LAPSED),
        ([paper(expires_on=date(2025, 1, 1)), paper()], [], Approval.IN_FORCE),
        ([paper(effective_on=date(2027, 1, 1))], [], Approval.NONE),
        ([paper()], [signed(DesignationState.ACTIVE)], Approval.IN_FORCE),
        ([paper()], [signed(DesignationState.REVIEW_DUE)], Approval.IN_FORCE),
        ([paper()], [signed(DesignationState.ACTIVE, date(2025, 1, 1))], Approval.LAPSED),
        ([paper()], [signed(DesignationState.EXPIRED), signed(DesignationState.ACTIVE)], Approval.IN_FORCE),
        ([paper()], [signed(DesignationState.REVOKED)], Approval.LAPSED),
        ([paper()], [signed(DesignationState.SUSPENDED)], Approval.LAPSED),
        ([paper()], [signed(DesignationState.PENDING_COUNTERPART)], Approval.IN_FORCE),
        ([], [signed(DesignationState.PENDING_COUNTERPART)], Approval.NONE),
        ([paper()], [signed(DesignationState.DENIED)], Approval.NONE),
        ([paper(expires_on=date(2025, 1, 1))], [signed(DesignationState.ACTIVE)], Approval.LAPSED),
        ([], [signed(DesignationState.ACTIVE)], Approval.IN_FORCE),
        ([], [signed(DesignationState.ACTIVE, date(2025, 1, 1))], Approval.LAPSED),
        ([], [signed(DesignationState.DENIED)], Approval.NONE),
    ],
)
def test_approved_lapsed_or_never_approved(
    papers: list[Protocol], designations: list[Designation], expected: Approval
) -> None:
    assert approval(Classification.CASE_BY_CASE, papers, designations, TODAY) is expected


@given(st.sampled_from(Classification), st.lists(protocols), st.lists(designations), days)
def test_only_what_the_law_exempts_needs_no_approval(
    classification: Classification, papers: list[Protocol], signed: list[Designation], on: date
) -> None:
    found = approval(classification, papers, signed, on)
    assert (found is Approval.NOT_NEEDED) == (classification in NEED_NONE)


@given(st.lists(protocols), st.lists(designations), days)
def test_handling_rules_permit_nothing(papers: list[Protocol], signed: list[Designation], on: date) -> None:
    authorities = [p for p in papers if p.type.protocol_class is ProtocolClass.AUTHORITY]
    case = Classification.CASE_BY_CASE
    assert approval(case, papers, signed, on) is approval(case, authorities, signed, on)


@given(st.lists(protocols), st.lists(designations), days)
def test_what_lapsed_says_when_it_did_where_a_paper_says_so(
    papers: list[Protocol], signed: list[Designation], on: date
) -> None:
    end = ended_on(papers, signed, on)
    assert end is None or end < on


@pytest.mark.parametrize("state", DesignationState)
def test_a_paper_that_was_never_given_ended_on_no_day(state: DesignationState) -> None:
    never = {"draft", "submitted", "returned", "pending_counterpart", "pending_review", "referred_to_cpo"}
    never |= {"withdrawn", "denied", "declined"}
    expected = None if state.value in never else date(2026, 6, 1)
    assert ended_on([], [signed(state, date(2026, 6, 1))], date(2026, 11, 1)) == expected


@pytest.mark.parametrize("classification", Classification)
def test_which_flows_have_another_side(classification: Classification) -> None:
    expected = classification not in NEED_NONE or classification is Classification.OTHER_LAW
    assert is_mirrored(classification) == expected


@pytest.mark.parametrize(
    ("kind", "classification", "papers", "expected"),
    [
        (PartyKind.VENDOR, Classification.CASE_BY_CASE, [], True),
        (PartyKind.VENDOR, Classification.UNCLASSIFIED, [], True),
        (PartyKind.VENDOR, Classification.ROUTINE_AGENCY, [], False),
        (PartyKind.VENDOR, Classification.EXIGENT, [], False),
        (PartyKind.PUBLIC, Classification.NOT_IDENTIFYING, [], False),
        (PartyKind.CITY_AGENCY, Classification.CASE_BY_CASE, [], False),
        (PartyKind.LOCAL_AUTHORITY, Classification.CASE_BY_CASE, [], False),
        (PartyKind.CONTRACTOR, Classification.CASE_BY_CASE, [], False),
        (PartyKind.RESEARCHER, Classification.CASE_BY_CASE, [paper(ProtocolType.RESEARCH_AGREEMENT)], False),
        (
            PartyKind.RESEARCHER,
            Classification.CASE_BY_CASE,
            [paper(ProtocolType.RESEARCH_AGREEMENT, expires_on=date(2025, 1, 1))],
            True,
        ),
        (PartyKind.RESEARCHER, Classification.CASE_BY_CASE, [paper()], True),
    ],
)
def test_who_needs_an_agreement(
    kind: PartyKind, classification: Classification, papers: list[Protocol], expected: bool
) -> None:
    party = Party(1, "P", kind, None)
    assert lacks_agreement(Verb.DISCLOSURE, classification, party, papers, TODAY) is expected
    assert not lacks_agreement(Verb.COLLECTION, classification, party, papers, TODAY)
    assert not lacks_agreement(Verb.DISCLOSURE, classification, None, papers, TODAY)


@given(st.sampled_from(PartyKind), st.sampled_from(Classification), st.lists(protocols), days)
def test_an_agreement_in_force_is_always_enough(
    kind: PartyKind, classification: Classification, papers: list[Protocol], on: date
) -> None:
    lacks = lacks_agreement(Verb.DISCLOSURE, classification, Party(1, "P", kind, None), papers, on)
    assert not (lacks and any(p.type in AGREEMENTS and in_force(p, on) for p in papers))


@given(held, st.lists(codes))
def test_undeclared_is_what_no_activity_says(holds: dict[str, Standing], said: list[frozenset[str]]) -> None:
    missing = undeclared(holds, said)
    assert missing.items() <= holds.items()
    if not said:
        assert not missing, "a dataset in no activity is another gap"
    else:
        assert missing.keys() == holds.keys() - frozenset().union(*said)


@given(held, st.lists(codes, min_size=1), codes)
def test_who_declares_more_leaves_less_undeclared(
    holds: dict[str, Standing], said: list[frozenset[str]], more: frozenset[str]
) -> None:
    assert undeclared(holds, [*said, more]).items() <= undeclared(holds, said).items()


@given(st.sampled_from(CODES), st.lists(seen), codes, st.booleans())
def test_nothing_is_not_found_where_somebody_did_not_look_or_may_have_missed_it(
    code: str, datasets: list[Seen], well_found: frozenset[str], whole: bool
) -> None:
    found = presence(code, datasets, well_found, all_can_be_seen=whole)
    if found in {Presence.NOT_FOUND, Presence.MAY_BE_MISSED}:
        assert whole
        assert datasets
        assert all(one.look is Look.SCANNED and code not in one.held for one in datasets)
        known = code in well_found and not any(code in one.clues for one in datasets)
        assert known == (found is Presence.NOT_FOUND)
    if found is Presence.CONFIRMED:
        assert any(one.held.get(code) is Standing.CONFIRMED for one in datasets)
    if found is Presence.SUGGESTED:
        assert {one.held[code] for one in datasets if code in one.held} == {Standing.SUGGESTED}
    if any(code in one.held for one in datasets):
        assert found in {Presence.CONFIRMED, Presence.SUGGESTED}


@pytest.mark.parametrize("look", [look for look in Look if look is not Look.SCANNED])
def test_one_dataset_not_wholly_seen_is_enough_to_say_nothing(look: Look) -> None:
    scanned = Seen(Look.SCANNED, {})
    assert presence("SSN", [scanned], {"SSN"}) is Presence.NOT_FOUND
    assert presence("SSN", [scanned], {"NAME"}) is Presence.MAY_BE_MISSED
    assert presence("SSN", [scanned, Seen(look, {})], {"SSN"}) is Presence.NOT_LOOKED_EVERYWHERE
    assert presence("SSN", [], {"SSN"}) is Presence.NOT_LOOKED_EVERYWHERE


@given(codes, st.lists(codes, min_size=1))
def test_a_mirror_is_the_same_from_both_sides(here: frozenset[str], there: list[frozenset[str]]) -> None:
    found = mirror(here, there)
    back = mirror(frozenset().union(*there), [here])
    assert (found.only_here, found.only_there) == (back.only_there, back.only_here)
    assert not mirror(here, [here]).only_here | mirror(here, [here]).only_there


@given(codes, held, st.booleans())
def test_every_difference_since_the_report_is_told_once(
    ticked: frozenset[str], holds: dict[str, Standing], looked: bool
) -> None:
    since = since_report(ticked, holds, looked_everywhere=looked)
    told = [*since.found_since, *since.suggested_since, *since.no_longer, *since.not_looked]
    assert sorted(told) == sorted(ticked ^ holds.keys())
    assert all(holds[code] is Standing.CONFIRMED for code in since.found_since)
    assert all(holds[code] is not Standing.CONFIRMED for code in since.suggested_since)
    assert not (since.not_looked if looked else since.no_longer)
