"""Made-up numbers pass the checks of their kind, computed here independently."""

from random import Random

import pytest

from catalog.demo import numbers

RNG = Random(7)
MANY = range(200)


@pytest.mark.parametrize(
    ("body", "digit"), [("7992739871", "3"), ("80840123456789", "3"), ("49015420323751", "8"), ("0", "0")]
)
def test_luhn_digit_of_published_examples(body: str, digit: str) -> None:
    assert numbers.luhn_digit(body) == digit


def test_routing_numbers_have_a_right_check_sum() -> None:
    for _ in MANY:
        digits = [int(char) for char in numbers.routing_number(RNG)]
        assert len(digits) == 9
        assert (3 * sum(digits[0::3]) + 7 * sum(digits[1::3]) + sum(digits[2::3])) % 10 == 0


def test_vehicle_numbers_have_a_right_check_sign() -> None:
    letters = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))
    weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
    for _ in MANY:
        vin = numbers.vin(RNG)
        total = sum(int(letters.get(sign, sign)) * weight for sign, weight in zip(vin, weights, strict=True))
        assert vin[8] == "0123456789X"[total % 11]


def test_streams_are_independent_and_repeatable() -> None:
    assert numbers.stream(1, "a").random() == numbers.stream(1, "a").random()
    assert numbers.stream(1, "a").random() != numbers.stream(1, "b").random()
    assert numbers.stream(1, "a").random() != numbers.stream(2, "a").random()


def test_provider_numbers_begin_with_the_digit_never_issued() -> None:
    assert {numbers.provider_number(RNG)[0] for _ in MANY} == {"2"}
