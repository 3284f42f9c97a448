"""Which passwords are taken, and how long an account stays closed."""

from datetime import timedelta

import pytest

from catalog.model.local_sign_in import closing, password_fault


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("river lamp eleven", ""),
        ("плывёт зелёная лодка", ""),
        ("short of fiftee", ""),
        ("short of fifte", "15 to 256 characters"),
        ("x1" * 129, "15 to 256 characters"),
        ("break-glass-1 in case", "the account's name"),
        ("BREAK-GLASS-1 in case", "the account's name"),
        ("lampriverlampriver", "one piece repeated"),
        ("abcdefgabcdefga", "one piece repeated"),
        ("Password123456!", "commonest"),
        ("Password-Welcome-2026", "commonest"),
        ("982734982347651", "commonest"),
        ("\uff30assword-Welcome-2026", "commonest"),  # the first letter is a wide one
    ],
)
def test_passwords(password: str, fault: str) -> None:
    found = password_fault(password, "break-glass-1")
    assert (fault in found) if fault else not found


def test_each_closing_is_twice_as_long_up_to_a_day() -> None:
    hours = [closing(failures) for failures in range(5, 60, 5)]
    assert hours[:3] == [timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1)]
    assert hours[-1] == timedelta(days=1)
    assert closing(10**6) == timedelta(days=1)


@pytest.mark.parametrize("failures", [0, 1, 4, 6, 9])
def test_an_account_closes_with_every_fifth_failure_only(failures: int) -> None:
    assert closing(failures) is None
