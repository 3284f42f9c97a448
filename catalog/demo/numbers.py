"""Numbers that look right and belong to nobody: from ranges never issued, or marked as made up."""

from random import Random

_VIN_SIGNS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_VALUES = dict(zip(_VIN_SIGNS, [*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)], strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"

#: Area codes that exist; with exchange 555 and 0100 to 0199 the numbers are kept free for fiction.
_AREA_CODES = ("202", "240", "301", "302", "410", "443", "484", "610", "667", "703", "717", "804", "856", "908")


def stream(seed: int, name: str) -> Random:
    """A random stream of its own per use, so that a change to one table leaves the others as they were."""
    return Random(f"{seed}/{name}")  # noqa: S311  # made-up data has to be repeatable, not secret


def digits(rng: Random, count: int) -> str:
    """Some digits, the first not 0."""
    return str(rng.randrange(10 ** (count - 1), 10**count))


def ssn(rng: Random) -> str:
    """A Social Security number of a well-formed kind, from areas 870 to 899, which no state ever had."""
    return f"{rng.randint(870, 899)}-{rng.randint(1, 99):02}-{rng.randint(1, 9999):04}"


def phone(rng: Random) -> str:
    """A phone number reserved for fiction, written in one of the ways clerks write them."""
    area, line = rng.choice(_AREA_CODES), f"01{rng.randrange(100):02}"
    return rng.choice((f"({area}) 555-{line}", f"{area}-555-{line}", f"{area}555{line}", f"{area}.555.{line}"))


def medicaid_number(rng: Random) -> str:
    """A client identification number of the shape AA99999A."""
    return f"{_letters(rng, 2)}{digits(rng, 5)}{_letters(rng, 1)}"


def provider_number(rng: Random) -> str:
    """A national provider identifier with a right check digit; those that begin with 2 were never issued."""
    body = f"2{rng.randrange(10**8):08}"
    return body + luhn_digit(f"80840{body}")


def luhn_digit(body: str) -> str:
    """The digit that makes ``body`` pass the Luhn check."""
    doubled = [int(char) * (2 if place % 2 == 0 else 1) for place, char in enumerate(reversed(body))]
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def routing_number(rng: Random) -> str:
    """A bank routing number with a right check digit, from prefix 3299, which no bank has."""
    body = f"3299{rng.randrange(10**4):04}"
    weighted = sum(int(char) * weight for char, weight in zip(body, (3, 7, 1) * 3, strict=False))
    return f"{body}{-weighted % 10}"


def phone_device(rng: Random) -> str:
    """An IMEI with a right check digit; type codes that begin with 00 are test devices."""
    body = f"00{rng.randrange(10**12):012}"
    return body + luhn_digit(body)


def ip_address(rng: Random) -> str:
    """An address of the ranges kept for documentation (RFC 5737)."""
    return f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{rng.randint(1, 254)}"


def vin(rng: Random) -> str:
    """A vehicle identification number with a right check sign, of the makers' code ZZZ, which nobody has."""
    body = [*"ZZZ", *rng.choices(_VIN_SIGNS, k=9), *digits(rng, 5)]
    rest = sum(_VIN_VALUES[sign] * weight for sign, weight in zip(body, _VIN_WEIGHTS, strict=True)) % 11
    body[8] = "X" if rest == 10 else str(rest)
    return "".join(body)


def plate(rng: Random) -> str:
    """A license plate, written with or without the hyphen."""
    return f"{_letters(rng, 3)}{rng.choice(('-', ' ', ''))}{digits(rng, 4)}"


def _letters(rng: Random, count: int) -> str:
    return "".join(rng.choices(_LETTERS, k=count))
