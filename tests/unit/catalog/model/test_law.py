"""Laws as dated data: which types count on which day, under which class, and what a bill would change."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from catalog.model.evidence import Form
from catalog.model.identifiers import BreachFlag, Grade, IdentifierType, Origin, Tier
from catalog.model.law import Effect, Law, LawStatus, LegalClass, classes_of, effects, in_force, labels
from catalog.model.sensitivity import Held, sensitivity
from catalog.taxonomy.loader import load

KIND = IdentifierType(
    code="HEIGHT",
    label="Height",
    description="How tall a person is.",
    report_group="Other",
    grade=Grade.QUASI,
    tier=Tier.CONTEXTUAL,
    tier_reason="Rarely harmful",
    origin=Origin.LAW,
    words="height",
    citation="item 14",
    breach=BreachFlag.NO,
    dpv=(),
    search_words=("height",),
    valid_from=date(2023, 11, 22),
    valid_to=None,
    unverified=False,
)
LAW = Law("x", "X", "x", "§1", LawStatus.IN_FORCE, "", "", origins={Origin.LAW: date(2018, 6, 15)})
DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2035, 1, 1))


def test_a_type_counts_from_the_later_of_its_own_and_its_origin_s_day() -> None:
    early = replace(KIND, valid_from=date(2000, 1, 1))
    assert not in_force(LAW, early, date(2018, 6, 14))
    assert in_force(LAW, early, date(2018, 6, 15))
    assert not in_force(LAW, KIND, date(2023, 11, 21))
    assert in_force(LAW, KIND, date(2023, 11, 22))


def test_the_last_day_is_not_included() -> None:
    ended = replace(KIND, valid_to=date(2025, 1, 1))
    assert in_force(LAW, ended, date(2024, 12, 31))
    assert not in_force(LAW, ended, date(2025, 1, 1))


def test_an_origin_the_law_does_not_know_never_counts() -> None:
    assert not in_force(LAW, replace(KIND, origin=Origin.CPO), date(2030, 1, 1))


def test_labels_quote_the_law_in_the_order_given() -> None:
    weight = replace(KIND, code="WEIGHT", words="weight", citation="item 15")
    found = labels(LAW, [weight, KIND, replace(KIND, origin=Origin.CPO)], date(2024, 1, 1))
    assert [(label.type_code, label.words, label.citation) for label in found] == [
        ("WEIGHT", "weight", "item 15"),
        ("HEIGHT", "height", "item 14"),
    ]


@given(day=DAYS, later=st.integers(0, 4000))
def test_what_is_open_ended_stays_in_force(day: date, later: int) -> None:
    if in_force(LAW, KIND, day):
        assert in_force(LAW, KIND, day + timedelta(days=later))


CODES = ("SSN", "EMAIL", "CREDENTIAL", "BENEFIT_ID", "FIN_ACCOUNT", "BIO_FACE", "NAME", "DOB", "HEALTH_INFO")
NOW = date(2026, 11, 28)


@given(held=st.sets(st.tuples(st.sampled_from(CODES), st.sampled_from(list(Form)))))
def test_what_is_private_information_is_what_a_breach_makes_an_agency_tell_of(held: set[tuple[str, Form]]) -> None:
    """The law's file says what the datasets' flag says, which was worked out from the types' own marks."""
    taxonomy = load()
    flag = sensitivity([Held(taxonomy.types[code], form) for code, form in held]).breach_notifiable
    whole = {code for code, form in held if form in {Form.FULL, Form.FREE_TEXT}}
    assert bool(classes_of(taxonomy.laws["nyc-10-501"], whole, NOW)) == flag


def test_a_class_that_needs_two_things_needs_them_in_one_place() -> None:
    students = load().laws["us-ferpa"]
    assert classes_of(students, {"NAME", "DOB"}, NOW) == ()
    assert [one.code for one in classes_of(students, {"NAME", "DOB", "EDUCATION"}, NOW)] == ["name", "indirect"]
    assert [one.code for one in classes_of(students, {"STUDENT_ID"}, NOW)] == ["identifier"]


def test_a_law_has_no_classes_before_its_day() -> None:
    breach = load().laws["nyc-10-501"]
    assert classes_of(breach, {"SSN"}, date(2021, 12, 10)) == ()
    assert len(classes_of(breach, {"SSN"}, date(2021, 12, 11))) == 1


def test_a_class_has_days_of_its_own() -> None:
    one = LegalClass("c", "C", "c", "§1", ("SSN",), valid_from=date(2020, 1, 1), valid_to=date(2021, 1, 1))
    law = replace(LAW, since=date(2000, 1, 1), classes=(one,))
    days = (date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1))
    assert [bool(classes_of(law, {"SSN"}, day)) for day in days] == [False, True, True, False]


def test_a_bill_is_in_force_on_no_day() -> None:
    bill = load().laws["int-197-2026"]
    assert classes_of(bill, {"DEVICE_ID"}, date(2040, 1, 1)) == ()


def test_what_the_bill_on_device_identifiers_would_change() -> None:
    taxonomy = load()
    found = effects(taxonomy.law, taxonomy.laws["int-197-2026"], taxonomy.types, NOW)
    assert [(one.type.code, one.effect, one.before.origin if one.before else None) for one in found] == [
        ("BIO_GAIT", Effect.MOVED, Origin.CPO),
        ("DEVICE_ID", Effect.MOVED, Origin.CPO),
        ("IP_ADDRESS", Effect.MOVED, Origin.CPO),
    ]
    assert {one.after.origin for one in found} == {Origin.LAW}


def test_a_bill_covers_what_no_law_named_and_leaves_what_is_in_the_statute() -> None:
    one = LegalClass("c", "C", "c", "Bill", ("SHOE", "HEIGHT"))
    bill = Law("b", "B", "b", "Bill", LawStatus.PROPOSED, "", "", classes=(one,), amends="x")
    shoe = replace(KIND, code="SHOE", origin=Origin.CPO)
    found = effects(LAW, bill, {"SHOE": shoe, "HEIGHT": KIND}, date(2024, 1, 1))
    assert [(each.type.code, each.effect) for each in found] == [("SHOE", Effect.COVERED), ("HEIGHT", Effect.SAME)]
