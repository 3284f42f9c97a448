"""Numbers that stand for a person, a thing of theirs or a case; all from ranges nobody was ever given."""

import hashlib

from catalog.demo import numbers
from catalog.demo.kinds import kind
from catalog.demo.row import Row

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@kind()
def ident(row: Row, words: tuple[str, ...]) -> str:
    """``ident SYSTEM PATTERN``: the number a system knows the person by, the same in every table that names the system.

    In the pattern 9 stands for a digit and A for a letter.
    """
    return _patterned(f"{words[0]}/{row.place}", words[1])


@kind()
def other_ident(row: Row, words: tuple[str, ...]) -> str:
    """``other_ident SYSTEM PATTERN COUNT``: such a number of one of COUNT others, such as workers or units."""
    return _patterned(f"{words[0]}/{row.rng.randrange(int(words[2]))}", words[1])


@kind("SSN")
def ssn(row: Row, words: tuple[str, ...]) -> str:
    """Social Security number; with ``plain`` as nine digits."""
    return row.person.ssn.replace("-", "") if words == ("plain",) else row.person.ssn


@kind("SSN_LAST4")
def ssn_last4(row: Row, _: tuple[str, ...]) -> str:
    """The last four of it."""
    return row.person.ssn[-4:]


@kind("SSN?")
def ssn_hash(row: Row, _: tuple[str, ...]) -> str:
    """Hashed; no key, as such extracts go."""
    return hashlib.sha256(row.person.ssn.encode()).hexdigest()


@kind("BENEFIT_ID")
def medicaid(row: Row, _: tuple[str, ...]) -> str:
    """Client identification number, AA99999A."""
    return row.person.medicaid


@kind("BENEFIT_ID")
def benefit_card(row: Row, _: tuple[str, ...]) -> str:
    """Benefit card, 16 digits of a range no issuer has."""
    return f"0123456{_patterned(f'card/{row.place}', '999999999')}"


@kind("PROVIDER_ID")
def npi(row: Row, _: tuple[str, ...]) -> str:
    """National provider identifier."""
    return numbers.provider_number(row.rng)


@kind("FIN_ACCOUNT")
def routing(row: Row, _: tuple[str, ...]) -> str:
    """Bank routing number."""
    return numbers.routing_number(row.rng)


@kind("FIN_ACCOUNT")
def account(row: Row, _: tuple[str, ...]) -> str:
    """Bank account number."""
    return numbers.digits(row.rng, row.rng.choice((9, 10, 12)))


@kind("PAYMENT_CARD")
def card(row: Row, _: tuple[str, ...]) -> str:
    """Payment card with a right check digit; issuer 400000 is kept for tests."""
    body = f"400000{row.rng.randrange(10**9):09}"
    return body + numbers.luhn_digit(body)


@kind("DEVICE_ID")
def imei(row: Row, _: tuple[str, ...]) -> str:
    """A telephone's number as a device."""
    return numbers.phone_device(row.rng)


@kind("DEVICE_ID")
def mac(row: Row, _: tuple[str, ...]) -> str:
    """Hardware address, locally administered."""
    return ":".join(["02", *(f"{row.rng.randrange(256):02x}" for _ in range(5))])


@kind("IP_ADDRESS")
def ip(row: Row, _: tuple[str, ...]) -> str:
    """Internet address."""
    return numbers.ip_address(row.rng)


@kind("VEHICLE_INFO")
def vin(row: Row, _: tuple[str, ...]) -> str:
    """Vehicle identification number."""
    return numbers.vin(row.rng)


@kind("LICENSE_PLATE")
def plate(row: Row, _: tuple[str, ...]) -> str:
    """License plate."""
    return numbers.plate(row.rng)


@kind("DRIVER_LICENSE")
def license_(row: Row, _: tuple[str, ...]) -> str:
    """Driver license number: a letter and twelve digits."""
    return f"{row.person.last[0].upper()}{_patterned(f'license/{row.place}', '999999999999')}"


@kind("CREDENTIAL")
def login(row: Row, _: tuple[str, ...]) -> str:
    """User name."""
    return f"{row.person.first[0]}{row.person.last}{row.place % 90 + 10}".lower()


def _patterned(name: str, pattern: str) -> str:
    """The pattern filled in, the same way for the same name."""
    number = int.from_bytes(hashlib.blake2b(f"{name}/{pattern}".encode(), digest_size=24).digest())
    filled = []
    for sign in pattern:
        if sign not in "9A":
            filled.append(sign)
            continue
        signs = "0123456789" if sign == "9" else _LETTERS
        number, rest = divmod(number, len(signs))
        filled.append(signs[rest])
    return "".join(filled)
