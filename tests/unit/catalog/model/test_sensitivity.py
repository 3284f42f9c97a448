"""A dataset's tier only ever rises with what is found, and says why."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.evidence import Form
from catalog.model.holdings import Magnitude
from catalog.model.identifiers import BreachFlag, Grade, IdentifierType, Origin, Tier
from catalog.model.sensitivity import VULNERABLE_SUBJECTS, Held, Sensitivity, sensitivity
from catalog.taxonomy.loader import load

TYPES = load().types
CODES = ["NAME", "SSN", "DOB", "POSTAL_CODE", "ADDR_HOME", "SEX", "GPS_LOCATION", "CASE_ID", "EMAIL", "CREDENTIAL", "X"]
CODES += ["LICENSE_PLATE", "GEO_POINT", "APPOINTMENT"]


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


def whole(*types: IdentifierType) -> list[Held]:
    return [Held(one) for one in types]


def judged(*held: str | tuple[str, Form], subjects: tuple[str, ...] = ()) -> Sensitivity:
    """A dataset that holds these types of the taxonomy."""
    pairs = [(one, Form.FULL) if isinstance(one, str) else one for one in held]
    return sensitivity([Held(TYPES[code], form) for code, form in pairs], subjects)


KINDS = st.builds(
    kind,
    st.sampled_from(CODES),
    st.sampled_from([tier for tier in Tier if tier >= Tier.CONTEXTUAL]),
    st.sampled_from(Grade),
    st.sampled_from(BreachFlag),
)
HELD = st.builds(Held, KINDS, st.sampled_from(Form))
REAL = st.builds(Held, st.sampled_from(sorted(TYPES)).map(TYPES.__getitem__), st.sampled_from(Form))
SUBJECTS = st.sets(st.sampled_from([*sorted(VULNERABLE_SUBJECTS), "employee"]))
PEOPLE = st.sampled_from(Magnitude)


@given(held=st.lists(HELD | REAL), more=HELD | REAL, subjects=SUBJECTS, looked=st.booleans(), people=PEOPLE)
def test_adding_a_type_never_lowers_anything(
    held: list[Held], more: Held, subjects: set[str], looked: bool, people: Magnitude
) -> None:
    before = sensitivity(held, subjects, was_scanned=looked, people=people)
    after = sensitivity([*held, more], subjects, was_scanned=looked, people=people)
    assert after.tier >= before.tier
    assert after.breach_notifiable >= before.breach_notifiable
    assert after.is_large >= before.is_large


@given(held=st.lists(REAL), subjects=SUBJECTS, more=SUBJECTS, people=PEOPLE)
def test_more_subjects_and_more_people_never_lower_anything_and_people_move_no_tier(
    held: list[Held], subjects: set[str], more: set[str], people: Magnitude
) -> None:
    before = sensitivity(held, subjects)
    after = sensitivity(held, subjects | more, people=people)
    assert after.tier >= before.tier
    assert after.breach_notifiable == before.breach_notifiable
    assert sensitivity(held, subjects, people=people).tier is before.tier


@given(held=st.lists(HELD, min_size=1), subjects=SUBJECTS)
def test_the_tier_is_at_least_that_of_every_type_and_order_and_repetition_play_no_part(
    held: list[Held], subjects: set[str]
) -> None:
    found = sensitivity(held, subjects)
    assert found.tier >= max(one.type.tier for one in held)
    assert found == sensitivity([*held[::-1], *held], subjects)


@given(code=st.sampled_from(sorted(TYPES)), others=st.lists(REAL))
def test_whole_is_never_judged_milder_than_in_another_form(code: str, others: list[Held]) -> None:
    full = sensitivity([*others, Held(TYPES[code])])
    for form in Form:
        other = sensitivity([*others, Held(TYPES[code], form)])
        assert (full.tier, full.breach_notifiable) >= (other.tier, other.breach_notifiable)
        # Hashing mends the notice, not the harm: a digest of nine digits is undone in a second.
        assert other.tier >= TYPES[code].tier


def test_not_looked_and_nothing_found_differ() -> None:
    assert sensitivity([], was_scanned=False).tier is Tier.UNKNOWN
    assert sensitivity([], was_scanned=True).tier is Tier.NOTHING_FOUND
    assert sensitivity([], {"child"}, was_scanned=True).tier is Tier.NOTHING_FOUND
    assert sensitivity(whole(kind("X")), was_scanned=False).tier is Tier.CONTEXTUAL


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
    assert sensitivity(whole(kind("X", Tier.IDENTIFYING)), {"child"}).tier is Tier.SENSITIVE
    assert sensitivity(whole(kind("X", Tier.RESTRICTED)), {"child"}).tier is Tier.RESTRICTED
    assert sensitivity(whole(kind("X", Tier.RESTRICTED)), {"child"}).reasons == ()
    assert sensitivity(whole(kind("X", Tier.IDENTIFYING)), {"employee"}).tier is Tier.IDENTIFYING
    assert "special protection" in sensitivity(whole(kind("X")), {"survivor"}).reasons[0]


def test_a_direct_identifier_beside_something_sensitive_is_said() -> None:
    assert judged("NAME", "RELIGION").reasons == ("a direct identifier stands beside sensitive information",)
    assert judged("SSN").reasons == judged("RELIGION").reasons == judged(("NAME", Form.PARTIAL), "RELIGION").reasons
    assert judged("SSN").reasons == ()


@pytest.mark.parametrize("place", ["POSTAL_CODE", "ADDR_HOME"])
@pytest.mark.parametrize("sex", ["SEX", "GENDER_IDENTITY"])
def test_birth_date_place_and_sex_together_are_identifying(place: str, sex: str) -> None:
    three = [kind("DOB"), kind(place), kind(sex)]
    found = sensitivity(whole(*three))
    assert (found.tier, found.reasons) == (
        Tier.IDENTIFYING,
        ("birth date, place and sex together can identify a person",),
    )
    named = sensitivity(whole(*three, kind("NAME", grade=Grade.DIRECT)))
    assert (named.tier, named.reasons) == (Tier.IDENTIFYING, ())
    for missing in range(3):
        assert sensitivity(whole(*three[:missing], *three[missing + 1 :])).tier is Tier.CONTEXTUAL
        cut = [Held(one, Form.PARTIAL if at == missing else Form.FULL) for at, one in enumerate(three)]
        assert sensitivity(cut).tier is Tier.CONTEXTUAL, "a year of birth or half a postal code singles nobody out"


def test_movement_of_one_person_is_sensitive() -> None:
    says = "it shows where one person is or will be"
    assert judged("LICENSE_PLATE").tier is Tier.IDENTIFYING
    for held in (
        ("LICENSE_PLATE", "CASE_ID"),
        ("LICENSE_PLATE", "GEO_POINT"),
        ("LICENSE_PLATE", ("CASE_ID", Form.HASHED)),
    ):
        assert (judged(*held).tier, says in judged(*held).reasons) == (Tier.SENSITIVE, True), held
    assert judged("GEO_POINT", "DOB").tier is Tier.IDENTIFYING
    assert judged("LICENSE_PLATE", ("NAME", Form.PARTIAL)).tier is Tier.IDENTIFYING
    for form in (Form.PARTIAL, Form.HASHED):
        assert judged(("LICENSE_PLATE", form), "CASE_ID").tier is Tier.IDENTIFYING
    assert says in judged("COURT_APPEARANCE", "NAME").reasons
    assert says not in judged("COURT_APPEARANCE").reasons


@pytest.mark.parametrize(
    "held",
    [
        ("SSN",),
        ("DRIVER_LICENSE",),
        ("FIN_ACCOUNT",),
        ("PAYMENT_CARD",),
        ("BIO_FINGERPRINT",),
        ("BIO_PALM",),
        ("BIO_EYE",),
        ("BIO_FACE",),
        ("BIO_VOICE",),
        (("SSN", Form.FREE_TEXT),),
        ("EMAIL", "CREDENTIAL"),
        ("BENEFIT_ID", "CREDENTIAL"),
        (("SSN", Form.HASHED), "SSN"),
    ],
)
def test_what_the_law_calls_private_information_must_be_notified(held: tuple[str | tuple[str, Form], ...]) -> None:
    assert judged(*held).breach_notifiable


@pytest.mark.parametrize(
    "held",
    [
        (),
        ("NAME",),
        ("NAME", "DOB", "ADDR_HOME", "PHONE", "HEALTH_INFO"),
        ("SSN_LAST4",),
        ("CREDENTIAL",),
        ("EMAIL",),
        ("EMAIL", "BENEFIT_ID"),
        ("BIO_GAIT",),
        ("BIO_PHOTO",),
        (("SSN", Form.PARTIAL),),
        (("SSN", Form.HASHED),),
        (("PAYMENT_CARD", Form.TOKENISED),),
        (("DRIVER_LICENSE", Form.DERIVED),),
        ("EMAIL", ("CREDENTIAL", Form.HASHED)),
        (("EMAIL", Form.HASHED), "CREDENTIAL"),
    ],
)
def test_parts_digests_and_what_the_law_leaves_out_need_no_notice(held: tuple[str | tuple[str, Form], ...]) -> None:
    assert not judged(*held).breach_notifiable


def test_many_people_raise_the_harm_and_are_said() -> None:
    large = sensitivity(whole(kind("X")), people=Magnitude.FROM_10000)
    assert (large.tier, large.is_large) == (Tier.CONTEXTUAL, True)
    assert large.reasons == ("it is about 10,000 people or more",)
    for people in set(Magnitude) - {Magnitude.FROM_10000}:
        assert not sensitivity(whole(kind("X")), people=people).is_large
