"""The decision procedure against the pseudo-code of the specification, written down again by hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.actors import Role
from catalog.model.parties import Party, PartyKind
from catalog.model.policy_rules import PolicyRule, RuleKind, fits, reviewer_of
from catalog.model.procedure import (
    QUESTIONS,
    ROUTE_TEXT,
    Outcome,
    ProcedureFacts,
    Question,
    Route,
    ask,
)
from catalog.model.procedure import (
    given as counted,
)
from catalog.model.register import Verb

DAY = date(2026, 11, 28)
NOT_ROUTINE = PolicyRule(
    1, RuleKind.NOT_ROUTINE, "Health information", "", "Policies 5.2", None, (), (), Role.AGENCY_HEAD, DAY, None
)
AGREEMENT = replace(NOT_ROUTINE, id=2, kind=RuleKind.ROUTINE_NEEDS_AGREEMENT, title="Lists", second_reviewer=None)
ANSWERS = st.fixed_dictionaries({question.value: st.sampled_from(("yes", "no")) for question in Question})


def facts(verb: Verb, kind: PartyKind, rules: tuple[PolicyRule, ...] = (), *, alone: bool = False) -> ProcedureFacts:
    party = Party(1, "Party", kind, "dso" if kind is PartyKind.CITY_AGENCY else None)
    return ProcedureFacts(
        verb, kind, party.agency_id, party.is_third_party,
        tuple(rule for rule in rules if rule.kind is RuleKind.NOT_ROUTINE),
        tuple(rule for rule in rules if rule.kind is RuleKind.ROUTINE_NEEDS_AGREEMENT), alone,
    )  # fmt: skip


FACTS = st.builds(
    facts,
    st.sampled_from(Verb),
    st.sampled_from(PartyKind),
    st.lists(st.sampled_from((NOT_ROUTINE, AGREEMENT)), unique=True).map(tuple),
    alone=st.booleans(),
)


def expected(answers: Mapping[str, str], known: ProcedureFacts) -> str:
    """Section 5.2 of the specification, line by line, after the two questions on what the chapter is about."""
    yes = {key for key, answer in answers.items() if answer == "yes"}
    outside = {"police": "exempt_police", "welfare": "exempt_welfare", "exigent": "exigent"}
    for needed, otherwise in (("identifying", "not_identifying"), ("chapter", "other_law")):
        if needed not in yes:
            return otherwise
    return next((kind for answer, kind in outside.items() if answer in yes), "") or expected_inside(yes, known)


def expected_inside(yes: set[str], known: ProcedureFacts) -> str:
    """The second half of it: by its ground."""
    consent = "authorized" in yes and known.verb is Verb.DISCLOSURE
    if not (yes & {"required", "furthers"} or consent):
        to_cpo = known.verb is Verb.COLLECTION or known.party is PartyKind.CITY_AGENCY
        return "cpo_best_interest" if to_cpo else "prohibited"
    furthers = "as_routine" in yes if "required" in yes else "furthers" in yes
    if known.not_routine or not furthers:
        return "case_by_case"
    if known.counterpart and "both_agree" in yes:
        return "routine_interagency"
    return "routine_agency" if "normal_course" in yes else "case_by_case"


@given(ANSWERS, FACTS)
def test_the_procedure_leads_where_the_specification_does(answers: dict[str, str], known: ProcedureFacts) -> None:
    end = ask(answers, known)
    assert isinstance(end, Outcome)
    assert (end.classification.value if end.classification else "prohibited") == expected(answers, known)
    assert (end.route is Route.PROHIBITED) == (end.classification is None) == bool(end.instead)
    assert end.why, "no reason is given"
    assert all(reason.section.startswith(("§", "Policies")) for reason in end.why)
    assert set(end.citations) == {reason.section for reason in end.why}
    assert end.route in ROUTE_TEXT


@given(ANSWERS, FACTS)
def test_it_asks_for_what_is_missing_and_only_for_that(answers: dict[str, str], known: ProcedureFacts) -> None:
    so_far: dict[str, str] = {}
    while isinstance(question := ask(so_far, known), Question):
        assert question.value not in so_far, "asked twice"
        so_far[question.value] = answers[question.value]
    assert question == ask(answers, known)
    assert {one.value: answer for one, answer in counted(answers, known).items()} == so_far
    spoiled = so_far | {next(iter(so_far)): "perhaps"}
    assert ask(spoiled, known) is Question.IDENTIFYING, "an answer there is not counts for none"


GROUNDED = {
    "identifying": "yes", "chapter": "yes", "police": "no", "welfare": "no", "exigent": "no", "required": "no",
    "furthers": "yes", "both_agree": "no", "normal_course": "yes",
}  # fmt: skip


@pytest.mark.parametrize(
    ("known", "answers", "ground", "agreement", "reviewer"),
    [
        (facts(Verb.COLLECTION, PartyKind.INDIVIDUAL), {}, "furthers_purpose_or_mission", False, None),
        (facts(Verb.DISCLOSURE, PartyKind.RESEARCHER), {}, "furthers_purpose_or_mission", False, None),
        (facts(Verb.DISCLOSURE, PartyKind.RESEARCHER, (AGREEMENT,)), {}, "furthers_purpose_or_mission", True, None),
        (facts(Verb.DISCLOSURE, PartyKind.CONTRACTOR, (AGREEMENT,)), {}, "furthers_purpose_or_mission", False, None),
        (
            facts(Verb.DISCLOSURE, PartyKind.RESEARCHER), {"normal_course": "no"},
            "furthers_purpose_or_mission", True, None,
        ),
        (
            facts(Verb.DISCLOSURE, PartyKind.RESEARCHER, (NOT_ROUTINE,)), {},
            "furthers_purpose_or_mission", True, Role.AGENCY_HEAD,
        ),
        (
            facts(Verb.DISCLOSURE, PartyKind.STATE_AGENCY), {"required": "yes", "as_routine": "no"},
            "required_by_law_or_treaty", True, None,
        ),
        (
            facts(Verb.DISCLOSURE, PartyKind.LOCAL_AUTHORITY), {"furthers": "no", "authorized": "yes"},
            "individual_authorization", False, None,
        ),
        (
            facts(Verb.COLLECTION, PartyKind.INDIVIDUAL), {"furthers": "no"},
            "cpo_best_interest_finding", False, None,
        ),
    ],
)  # fmt: skip
def test_ground_agreement_and_further_review(
    known: ProcedureFacts, answers: dict[str, str], ground: str, agreement: bool, reviewer: Role | None
) -> None:
    end = ask(GROUNDED | answers, known)
    assert isinstance(end, Outcome)
    assert end.ground is not None
    assert (end.ground.value, end.needs_agreement, end.second_reviewer) == (ground, agreement, reviewer)


def test_the_sections_are_those_of_the_verb() -> None:
    police = GROUNDED | {"police": "yes"}
    for verb, section in ((Verb.COLLECTION, "§23-1202(b)(2)(c)(1)"), (Verb.DISCLOSURE, "§23-1202(c)(2)(c)(1)")):
        end = ask(police, facts(verb, PartyKind.CITY_AGENCY))
        assert isinstance(end, Outcome)
        assert end.citations == (section,)


def test_every_question_says_what_it_means_and_where_it_stands() -> None:
    assert set(QUESTIONS) == set(Question)
    for asked in QUESTIONS.values():
        assert asked.text.endswith("?")
        assert len(asked.help) > 60
        assert asked.section.startswith("§23-120")
        assert [code for code, _ in asked.answers] == ["yes", "no"]


@pytest.mark.parametrize(
    ("change", "applies"),
    [
        ({}, True),
        ({"from_on": date(2026, 11, 29)}, False),
        ({"to_on": date(2026, 11, 27)}, False),
        ({"to_on": DAY}, True),
        ({"verb": Verb.COLLECTION}, False),
        ({"verb": Verb.DISCLOSURE}, True),
        ({"party_kinds": ("vendor",)}, False),
        ({"party_kinds": ("vendor", "researcher")}, True),
        ({"type_codes": ("SSN",)}, False),
        ({"type_codes": ("SSN", "NAME")}, True),
    ],
)
def test_a_rule_applies_to_what_fits_all_it_names(change: dict[str, object], applies: bool) -> None:
    rule = replace(NOT_ROUTINE, **change)  # type: ignore[arg-type]  # its own fields
    assert fits(rule, Verb.DISCLOSURE, PartyKind.RESEARCHER, {"NAME"}, DAY) is applies


def test_of_several_rules_the_highest_reviewer_counts() -> None:
    rules = [replace(NOT_ROUTINE, second_reviewer=role) for role in (Role.AGENCY_HEAD, Role.CPO, Role.CPO_STAFF)]
    assert reviewer_of(rules) is Role.CPO
    assert reviewer_of(rules[::2]) is Role.CPO_STAFF
    assert reviewer_of([AGREEMENT]) is None
