"""Checks of many values at once agree with the checks of single ones, and see every value."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanners.looks import Look
from scanners.screens import for_shape, passing

PASS = {
    "SSN": "536-90-4399", "TAXPAYER_ID": "912-71-1234", "PAYMENT_CARD": "4111111111111111", "FIN_ACCOUNT": "021000021",
    "PROVIDER_ID": "1234567893", "DEVICE_ID": "490154203237518", "PHONE": "(212) 736-5000", "PROPERTY_ID": "1000477501",
    "POSTAL_CODE": "10007-1234", "EMAIL": "jane@example.org", "GEO_POINT": "-73.98765",
}  # fmt: skip
SHAPES = [
    *("9" * count for count in (5, 9, 10, 11, 13, 15, 16)),
    *("999-99-9999", "(999) 999-9999", "+1 999 999 9999", "+9 999-999-9999", "9999 9999 9999 9999", "99999-9999"),
    *("99.9999", "999.999999", "-99.9999", "-999.99999"),
]
numbers = st.one_of(
    st.sampled_from(list(PASS.values())),
    st.sampled_from(SHAPES)
    .flatmap(
        lambda shape: st.tuples(*(st.sampled_from("0123456789٣") if sign == "9" else st.just(sign) for sign in shape))
    )
    .map("".join),
)


def one_by_one(look):
    rows, distinct = Counter(), Counter()
    for value, shape in look.shapes.items():
        for validator in for_shape(shape):
            if validator.check(value):
                rows[validator] += look.counts[value]
                distinct[validator] += 1
    return {validator: (rows[validator], distinct[validator]) for validator in rows}


def counted(values):
    return {validator: (found.rows, found.distinct) for validator, found in passing(Look(values)).items()}


@given(st.lists(st.one_of(numbers, st.text(max_size=8)), max_size=40))
@settings(deadline=None, max_examples=300)
def test_many_at_once_are_one_by_one(values):
    assert counted(values) == one_by_one(Look(values))


@pytest.mark.parametrize("code", PASS)
def test_one_value_among_a_thousand_is_seen(code):
    found = counted([f"no number {n}" for n in range(999)] + [PASS[code]])
    assert {(validator.type_code, rows) for validator, (rows, _) in found.items()} >= {(code, 1)}


def test_rows_and_distinct_values_are_counted_apart():
    found = {validator.type_code: counts for validator, counts in counted(["536-90-4399"] * 5 + ["x"]).items()}
    assert found["SSN"] == (5, 1)
