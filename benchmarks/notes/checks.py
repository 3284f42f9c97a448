"""Check digits by the law of each format, written apart from the scanner's so that neither vouches for itself."""

import string
from typing import Final

VIN_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_VALUES = dict(zip(VIN_LETTERS, (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_ABA_WEIGHTS = (3, 7, 1) * 3


def luhn_holds(digits: str) -> bool:
    """Whether the last digit is Luhn's check digit of those before it."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def luhn_digit(digits: str) -> str:
    """The digit that makes these digits pass Luhn's check."""
    return next(digit for digit in string.digits if luhn_holds(digits + digit))


def npi_holds(digits: str) -> bool:
    """A national provider number passes Luhn's check behind 80840."""
    return len(digits) == 10 and digits[0] in "12" and luhn_holds(f"80840{digits}")


def aba_holds(digits: str) -> bool:
    """A bank's routing number weighs 3, 7, 1 to a multiple of ten."""
    return sum(weight * int(digit) for weight, digit in zip(_ABA_WEIGHTS, digits, strict=True)) % 10 == 0


def iban_holds(iban: str) -> bool:
    """An IBAN, its first four signs moved to the end and its letters written as numbers, is 1 modulo 97."""
    return _as_number(iban[4:] + iban[:4]) % 97 == 1


def iban_digits(country: str, account: str) -> str:
    """The two check digits of an IBAN."""
    return f"{98 - _as_number(f'{account}{country}00') % 97:02}"


def vin_holds(vin: str) -> bool:
    """The ninth sign of a vehicle's number checks the other sixteen."""
    return vin[8] == vin_digit(vin)


def vin_digit(vin: str) -> str:
    """The check digit of a vehicle's number, whatever stands in its place."""
    total = sum(weight * _vin_value(char) for weight, char in zip(_VIN_WEIGHTS, vin, strict=True))
    return "X" if total % 11 == 10 else str(total % 11)


def _as_number(text: str) -> int:
    return int("".join(str(int(char, 36)) for char in text))


def _vin_value(char: str) -> int:
    return int(char) if char.isdigit() else _VIN_VALUES[char]
