"""A dataset's tier only ever rises with what is found, and says why."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.identifiers import BreachFlag, Grade, IdentifierType, Origin, Tier
from catalog.model.sensitivity import VULNERABLE_SUBJECTS, sensitivity

CODES = ["NAME", "SSN", "DOB", "POSTAL_CODE", "ADDR_HOME", "SEX", "GPS_LOCATION", "CASE_ID", "EMAIL", "CREDENTIAL", "X"]


def kind(
    code: str, tier: Tier = Tier.CONTEXTUAL, grade: Grade = Grade.QUASI, breach: BreachFlag = BreachFlag.NO
) -> IdentifierType:
    return IdentifierType(
        code=code,
        label=code,
        description="-",
        report_group="Other",
        grade=grade,
        tier=tier,
        tier_reason="-",
        origin=Origin.LAW,
        words="-",
        citation="-",
        breach=breach,
        dpv=(),
        search_words=(),
        valid_from=date(2018, 6, 15),
        valid_to=None,
        unverified=False,
    )


KINDS = st.builds(
    kind,
    st.sampled_from(CODES),
    st.sampled_from([tier for tier in Tier if tier >= Tier.CONTEXTUAL]),
    st.sampled_from(Grade),
    st.sampled_from(BreachFlag),
)
SUBJECTS = st.sets(st.sampled_from([*sorted(VULNERABLE_SUBJECTS), "employee"]))


@given(held=st.lists(KINDS, unique_by=lambda k: k.code), more=KINDS, subjects=SUBJECTS, looked=st.booleans())
def test_adding_a_type_never_lowers_anything(
    held: list[IdentifierType], more: IdentifierType, subjects: set[str], looked: bool
) -> None:
    if more.code in {one.code for one in held}:
        return
    before = sensitivity(held, subjects, was_scanned=looked)
    after = sensitivity([*held, more], subjects, was_scanned=looked)
    assert after.tier >= before.tier
    assert after.breach_notifiable >= before.breach_notifiable


@given(held=st.lists(KINDS, min_size=1), subjects=SUBJECTS)
def test_the_tier_is_at_least_that_of_every_type_and_order_plays_no_part(
    held: list[IdentifierType], subjects: set[str]
) -> None:
    judged = sensitivity(held, subjects)
    last = {one.code: one for one in held}
    assert judged.tier >= max(one.tier for one in last.values())
    assert judged == sensitivity(list(last.values())[::-1], subjects)


def test_not_looked_and_nothing_found_differ() -> None:
    assert sensitivity([], was_scanned=False).tier is Tier.UNKNOWN
    assert sensitivity([], was_scanned=True).tier is Tier.NOTHING_FOUND
    assert sensitivity([], {"child"}, was_scanned=True).tier is Tier.NOTHING_FOUND
    assert sensitivity([kind("X")], was_scanned=False).tier is Tier.CONTEXTUAL


def test_tiers_have_words() -> None:
    assert [tier.label for tier in sorted(Tier)] == [
        "Nothing found",
        "Unknown",
        "Contextual",
        "Identifying",
        "Sensitive",
        "Restricted",
    ]


def test_vulnerable_subjects_raise_by_one_up_to_restricted() -> None:
    assert sensitivity([kind("X", Tier.IDENTIFYING)], {"child"}).tier is Tier.SENSITIVE
    assert sensitivity([kind("X", Tier.RESTRICTED)], {"child"}).tier is Tier.RESTRICTED
    assert sensitivity([kind("X", Tier.IDENTIFYING)], {"employee"}).tier is Tier.IDENTIFYING
    assert "special protection" in sensitivity([kind("X")], {"survivor"}).reasons[0]


def test_a_direct_identifier_beside_something_sensitive_is_said() -> None:
    name = kind("NAME", Tier.IDENTIFYING, Grade.DIRECT)
    religion = kind("RELIGION", Tier.SENSITIVE)
    assert sensitivity([name, religion]).reasons == ("a direct identifier stands beside sensitive information",)
    assert sensitivity([kind("SSN", Tier.RESTRICTED, Grade.DIRECT)]).reasons == ()
    assert sensitivity([religion]).reasons == ()


@pytest.mark.parametrize("place", ["POSTAL_CODE", "ADDR_HOME"])
def test_birth_date_place_and_sex_together_are_identifying(place: str) -> None:
    three = [kind("DOB"), kind(place), kind("SEX")]
    assert sensitivity(three).tier is Tier.IDENTIFYING
    assert sensitivity(three).reasons == ("birth date, place and sex together can identify a person",)
    named = sensitivity([*three, kind("NAME", grade=Grade.DIRECT)])
    assert (named.tier, named.reasons) == (Tier.IDENTIFYING, ())
    for missing in range(3):
        assert sensitivity(three[:missing] + three[missing + 1 :]).tier is Tier.CONTEXTUAL


def test_movement_of_one_person_is_sensitive() -> None:
    assert sensitivity([kind("LICENSE_PLATE"), kind("CASE_ID")]).tier is Tier.SENSITIVE
    assert sensitivity([kind("LICENSE_PLATE")]).tier is Tier.CONTEXTUAL


def test_what_makes_a_loss_notifiable() -> None:
    ssn = kind("SSN", breach=BreachFlag.YES)
    email, login, benefit = (
        kind(code, breach=BreachFlag.IN_COMBINATION) for code in ("EMAIL", "CREDENTIAL", "BENEFIT_ID")
    )
    assert sensitivity([ssn]).breach_notifiable
    assert sensitivity([email, login]).breach_notifiable
    assert sensitivity([benefit, login]).breach_notifiable
    assert not sensitivity([email, benefit]).breach_notifiable
    assert not sensitivity([login]).breach_notifiable
    assert not sensitivity([kind("NAME")]).breach_notifiable
