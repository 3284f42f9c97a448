"""Checks on numbers of one length, many at once: a matrix of digits, a row each. ``screens`` says what they prove.

The checks of single texts in ``validators`` are these, asked about one row.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import numpy.typing as npt

from scanners import telephones

Digits = npt.NDArray[np.uint8]
Passed = Any
"""An array of yes or no; numpy types its own comparisons as anything."""

_POWERS = 10 ** np.arange(18, -1, -1, dtype=np.int64)

_Check = Callable[[Digits], Passed]

_KNOWN_FAKE_SSN = (78051120, 123456789, 219099999, 457555462)
_ITIN_GROUPS = (*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100))
#: Lengths of card numbers by their first digit.
_CARD_LENGTHS = {3: (14, 15, 16), 4: (13, 16, 19), 5: (16,), 2: (16,), 6: (16, 19)}


def _of(*lengths: int) -> Callable[[_Check], _Check]:
    """Make a check that numbers of other lengths do not pass."""

    def made(check: _Check) -> _Check:
        @wraps(check)
        def checked(digits: Digits) -> Passed:
            return check(digits) if digits.shape[1] in lengths else np.zeros(len(digits), dtype=bool)

        return checked

    return made


def of_text(digits: str) -> Digits:
    """The matrix of one number."""
    return np.frombuffer(digits.encode("ascii"), np.uint8)[None, :] - ord("0")


@_of(9)
def ssn(digits: Digits) -> Passed:
    """Which the Social Security Administration could have issued (and are no famous fakes)."""
    area, group, serial = _number(digits[:, :3]), _number(digits[:, 3:5]), _number(digits[:, 5:])
    is_issued = (area > 0) & (area != 666) & (area < 900) & (group > 0) & (serial > 0)
    number = _number(digits)
    return is_issued & ~_all_same(digits) & ~np.logical_or.reduce([number == fake for fake in _KNOWN_FAKE_SSN])


@_of(9)
def itin(digits: Digits) -> Passed:
    """Which lie in the ranges of individual taxpayer identification numbers."""
    return (digits[:, 0] == 9) & np.isin(_number(digits[:, 3:5]), _ITIN_GROUPS)


@_of(*range(13, 20))
def card(digits: Digits) -> Passed:
    """Which have the prefix, length and check digit of a payment card."""
    has_length = np.array([digits.shape[1] in _CARD_LENGTHS.get(first, ()) for first in range(256)])
    return has_length[digits[:, 0]] & _has_issuer(digits) & luhn(digits) & ~_all_same(digits)


def _has_issuer(digits: Digits) -> Passed:
    first, two, three, four = (_number(digits[:, :count]) for count in (1, 2, 3, 4))
    return np.select(
        [first == 4, first == 5, first == 2, first == 3],
        [
            first == 4,
            (two >= 51) & (two <= 55),
            (four >= 2221) & (four <= 2720),
            np.isin(two, (34, 36, 37, 38, 39)) | ((three >= 300) & (three <= 305)) | ((four >= 3528) & (four <= 3589)),
        ],
        default=np.isin(two, (62, 65)) | (four == 6011) | ((three >= 644) & (three <= 649)),
    )


def luhn(digits: Digits) -> Passed:
    """Which end in their Luhn check digit."""
    doubled = digits[:, -2::-2] * 2
    total = digits[:, ::-2].sum(axis=1) + (doubled - 9 * (doubled > 9)).sum(axis=1)
    return total % 10 == 0


@_of(9)
def aba(digits: Digits) -> Passed:
    """Which are bank routing numbers: their checksum and the Federal Reserve's prefixes."""
    prefix = _number(digits[:, :2])
    is_reserve = (prefix <= 12) | ((prefix >= 21) & (prefix <= 32)) | ((prefix >= 61) & (prefix <= 72)) | (prefix == 80)
    return is_reserve & (digits @ np.array((3, 7, 1) * 3) % 10 == 0) & ~_all_same(digits)


@_of(10)
def npi(digits: Digits) -> Passed:
    """Which are national provider identifiers: first 1 or 2, Luhn behind 80840."""
    prefix = np.broadcast_to(np.array((8, 0, 8, 4, 0), np.uint8), (len(digits), 5))
    return ((digits[:, 0] == 1) | (digits[:, 0] == 2)) & luhn(np.hstack((prefix, digits)))


@_of(15)
def imei(digits: Digits) -> Passed:
    """Which are identities of mobile devices."""
    return luhn(digits) & (_kinds(digits) > 2)


@_of(10, 11)
def phone(digits: Digits) -> Passed:
    """Which are telephone numbers of the North American plan, with or without its 1 before them."""
    if digits.shape[1] == 11:
        return (digits[:, 0] == 1) & phone(digits[:, 1:])
    has_form = (digits[:, 0] > 1) & (digits[:, 3] > 1) & ((digits[:, 1] != 1) | (digits[:, 2] != 1))
    area, office = _number(digits[:, :3]), _number(digits[:, 3:6])
    return has_form & (_kinds(digits) > 2) & (telephones.areas()[area] | (office == 555))


@_of(5, 9)
def postal_code(digits: Digits) -> Passed:
    """Which are US postal codes, with or without their extension."""
    return _number(digits[:, :5]) >= 501


@_of(10)
def bbl(digits: Digits) -> Passed:
    """Which are a borough, a block and a lot."""
    is_borough = (digits[:, 0] >= 1) & (digits[:, 0] <= 5)
    return is_borough & (_number(digits[:, 1:6]) > 0) & (_number(digits[:, 6:]) > 0)


def coordinate(decimals: Any) -> Passed:
    """Which decimal numbers, or whether one, lie where latitudes or western longitudes of the United States do."""
    return ((decimals >= 17) & (decimals <= 72)) | ((decimals >= -180) & (decimals <= -60))


def _number(digits: Digits) -> npt.NDArray[np.int64]:
    numbers: npt.NDArray[np.int64] = digits @ _POWERS[-digits.shape[1] :]
    return numbers


def _all_same(digits: Digits) -> Passed:
    return _kinds(digits) == 1


def _kinds(digits: Digits) -> npt.NDArray[np.int64]:
    """How many different digits each number has."""
    seen = np.bitwise_or.reduce(np.left_shift(1, digits, dtype=np.int16), axis=1)  # a bit for each of the ten
    kinds: npt.NDArray[np.int64] = np.bitwise_count(seen).astype(np.int64)
    return kinds
