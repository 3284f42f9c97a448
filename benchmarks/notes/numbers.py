"""Identifying numbers of nobody, in the forms people write them in.

Each function is one slot of a template. A form that is told only by the word before it (nine bare digits) leaves that
word to the template.
"""

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address
from random import Random
from typing import Final

from benchmarks.notes.checks import VIN_LETTERS, aba_holds, iban_digits, luhn_digit, vin_digit
from benchmarks.notes.fills import Fill, digits, grouped, patterned
from benchmarks.notes.homes import birth, home, mail

_FAKES = frozenset({"078051120", "123456789", "219099999"})
_ITIN_GROUPS = (*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100))
_AREA_CODES = ("212", "718", "917", "347", "646", "929", "332", "516", "914", "631", "845", "201", "551", "973")
_PHONES = ("({0}) {1}-{2}", "{0}-{1}-{2}", "{0}.{1}.{2}", "{0}{1}{2}", "{0} {1} {2}", "1-{0}-{1}-{2}", "+1 {0} {1} {2}",
           "({0}){1}-{2}", "{0}-{1}-{2}", "{0} {1}-{2}")  # fmt: skip
_CARDS = (("4", 16), ("51", 16), ("54", 16), ("2221", 16), ("6011", 16), ("37", 15))
_ABA_STARTS = (*range(1, 13), *range(21, 33), *range(61, 73), 80)
_MBI_LETTERS = "ACDEFGHJKMNPQRTUVWXY"
_IBANS = (("DE", "#" * 18), ("GB", "@@@@" + "#" * 14), ("NL", "@@@@" + "#" * 10))
_RECEIPTS = ("IOE", "EAC", "WAC", "LIN", "SRC", "MSC", "NBC")


def ssn(rng: Random) -> str:
    """Nine digits that may have been issued as a Social Security number."""
    while True:
        number = f"{rng.choice((*range(1, 666), *range(667, 900))):03}{rng.randint(1, 99):02}{rng.randint(1, 9999):04}"
        if number not in _FAKES and len(set(number)) > 1:
            return number


def itin(rng: Random) -> str:
    """Nine digits that may have been issued as an individual taxpayer number."""
    return f"9{digits(rng, 2)}{rng.choice(_ITIN_GROUPS)}{digits(rng, 4)}"


def phone(rng: Random) -> Fill:
    """A telephone number of the area, now and then with an extension, which is not marked."""
    exchange = f"{rng.randint(2, 9)}{rng.choice('023456789')}{digits(rng, 1)}"
    number = rng.choice(_PHONES).format(rng.choice(_AREA_CODES), exchange, digits(rng, 4))
    extension = f" x{rng.randint(10, 9999)}" if rng.random() < 0.05 else ""
    return Fill(number, after=extension)


def card(rng: Random) -> str:
    """A payment card's number, bare or in groups."""
    start, length = rng.choice(_CARDS)
    number = start + digits(rng, length - len(start) - 1)
    number += luhn_digit(number)
    sizes = (4, 6, 5) if length == 15 else (4, 4, 4, 4)
    return grouped(number, sizes, rng.choice(("", " ", "-", " ")))


def iban(rng: Random) -> str:
    """A foreign bank account, bare or in groups of four."""
    country, pattern = rng.choice(_IBANS)
    account = patterned(rng, pattern)
    number = country + iban_digits(country, account) + account
    return number if rng.random() < 0.5 else grouped(number, [4] * -(-len(number) // 4), " ")


def routing(rng: Random) -> str:
    """A bank's routing number."""
    while True:
        number = f"{rng.choice(_ABA_STARTS):02}{digits(rng, 7)}"
        if aba_holds(number):
            return number


def mbi(rng: Random) -> str:
    """A Medicare number, with and without its hyphens."""
    either = _MBI_LETTERS + "0123456789"
    start = f"{rng.randint(1, 9)}{rng.choice(_MBI_LETTERS)}{rng.choice(either)}{digits(rng, 1)}"
    middle = f"{rng.choice(_MBI_LETTERS)}{rng.choice(either)}{digits(rng, 1)}"
    return rng.choice(("", "-")).join((start, middle, patterned(rng, "@@##", _MBI_LETTERS)))


def npi(rng: Random) -> str:
    """A national provider number."""
    start = rng.choice("12") + digits(rng, 8)
    return start + luhn_digit(f"80840{start}")


def vin(rng: Random) -> str:
    """A vehicle's number with its check digit."""
    start = rng.choice(("1", "2", "3", "4", "5", "J", "K", "W"))
    middle = "".join(rng.choices(VIN_LETTERS + "0123456789", k=10))
    number = start + middle + digits(rng, 6)
    return number[:8] + vin_digit(number) + number[9:]


def mac(rng: Random) -> str:
    """A network card's address, in pairs or in Cisco's groups of four."""
    number = "".join(rng.choices("0123456789abcdef", k=12))
    written = rng.choice((":".join, "-".join))
    text = grouped(number, (4, 4, 4), ".") if rng.random() < 0.2 else written(grouped(number, [2] * 6, " ").split())
    return text.upper() if rng.random() < 0.5 else text


def imei(rng: Random) -> str:
    """A telephone's own number."""
    number = "35" + digits(rng, 12)
    return number + luhn_digit(number)


def public_ip(rng: Random) -> str:
    """An address of the open internet."""
    while True:
        address = IPv4Address(rng.randint(0x0B000000, 0xDFFFFFFF))
        if address.is_global and not address.is_multicast:
            return str(address)


def a_number(rng: Random) -> str:
    """An alien registration number."""
    number = digits(rng, 9)
    return rng.choice((f"A{number}", f"A{grouped(number, (3, 3, 3), '-')}", f"A {grouped(number, (3, 3, 3), ' ')}"))


def receipt(rng: Random) -> str:
    """An immigration receipt number, bare or as it is printed."""
    number = digits(rng, 10)
    hyphens = f"-{grouped(number, (2, 3, 5), '-')}"
    return rng.choice(_RECEIPTS) + rng.choice((number, number, hyphens))


def passport(rng: Random) -> str:
    """A passport's number, of either generation."""
    return digits(rng, 9) if rng.random() < 0.5 else patterned(rng, "@########")


def driver_license(rng: Random) -> str:
    """A New York licence: nine digits, often in threes."""
    return grouped(digits(rng, 9), (3, 3, 3), rng.choice((" ", "", " ")))


def plate(rng: Random) -> str:
    """A New York plate: of a passenger car, or of a cab."""
    return patterned(rng, rng.choice(("@@@####", "@@@-####", "@@@ ####", "T######C")))


def hyphened(rng: Random, number: str) -> str:
    """Nine digits as Social Security numbers are written: mostly with hyphens, else with spaces."""
    return grouped(number, (3, 2, 4), "-" if rng.random() < 0.75 else " ")


#: Slots of templates by their names: a code of the taxonomy, with the form after a point where there are several.
IDENTIFYING: Final[Mapping[str, Callable[[Random], str | Fill]]] = {
    "SSN": lambda rng: hyphened(rng, ssn(rng)),
    "SSN.bare": ssn,
    "TAXPAYER_ID": lambda rng: itin(rng) if rng.random() < 0.2 else hyphened(rng, itin(rng)),
    "PHONE": phone,
    "EMAIL": mail,
    "PAYMENT_CARD": card,
    "FIN_ACCOUNT.iban": iban,
    "FIN_ACCOUNT.routing": routing,
    "HEALTH_ID": mbi,
    "PROVIDER_ID": npi,
    "VEHICLE_INFO": vin,
    "DEVICE_ID.mac": mac,
    "DEVICE_ID.imei": imei,
    "IP_ADDRESS": public_ip,
    "BENEFIT_ID": lambda rng: patterned(rng, "@@#####@"),
    "JUSTICE_ID.nysid": lambda rng: patterned(rng, "########@"),
    "JUSTICE_ID.din": lambda rng: f"{rng.randint(78, 124) % 100:02}" + patterned(rng, rng.choice(("-@-####", "@####"))),
    "IMMIGRATION_ID.alien": a_number,
    "IMMIGRATION_ID.receipt": receipt,
    "STUDENT_ID": lambda rng: "2" + digits(rng, 8),
    "PASSPORT_NO": passport,
    "DRIVER_LICENSE": driver_license,
    "LICENSE_PLATE": plate,
    "ADDR_HOME": home,
    "DOB": birth,
}
