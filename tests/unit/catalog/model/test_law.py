"""A dated lens: which types count on which day."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from catalog.model.identifiers import BreachFlag, Grade, IdentifierType, Origin, Tier
from catalog.model.law import Lens, in_force, labels

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
LENS = Lens("x", "X", {Origin.LAW: date(2018, 6, 15)})
DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2035, 1, 1))


def test_a_type_counts_from_the_later_of_its_own_and_its_origin_s_day() -> None:
    early = replace(KIND, valid_from=date(2000, 1, 1))
    assert not in_force(LENS, early, date(2018, 6, 14))
    assert in_force(LENS, early, date(2018, 6, 15))
    assert not in_force(LENS, KIND, date(2023, 11, 21))
    assert in_force(LENS, KIND, date(2023, 11, 22))


def test_the_last_day_is_not_included() -> None:
    ended = replace(KIND, valid_to=date(2025, 1, 1))
    assert in_force(LENS, ended, date(2024, 12, 31))
    assert not in_force(LENS, ended, date(2025, 1, 1))


def test_an_origin_the_lens_does_not_know_never_counts() -> None:
    assert not in_force(LENS, replace(KIND, origin=Origin.CPO), date(2030, 1, 1))


def test_labels_quote_the_law_in_the_order_given() -> None:
    weight = replace(KIND, code="WEIGHT", words="weight", citation="item 15")
    found = labels(LENS, [weight, KIND, replace(KIND, origin=Origin.CPO)], date(2024, 1, 1))
    assert [(label.type_code, label.words, label.citation) for label in found] == [
        ("WEIGHT", "weight", "item 15"),
        ("HEIGHT", "height", "item 14"),
    ]


@given(day=DAYS, later=st.integers(0, 4000))
def test_what_is_open_ended_stays_in_force(day: date, later: int) -> None:
    if in_force(LENS, KIND, day):
        assert in_force(LENS, KIND, day + timedelta(days=later))
