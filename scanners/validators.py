"""Pure checks on one value. What passing is worth, and how often chance passes, stands in ``screens``."""

import ipaddress
import re
from collections.abc import Callable
from datetime import date

from scanners import digits, telephones
from scanners.shapes import digits_of, shape_of

_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
_ZIP = re.compile(r"[0-9]{5}(?:-[0-9]{4})?")
_VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,
    "XK": 20,
}  # fmt: skip
_MBI = re.compile(
    r"[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y][0-9]-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y][0-9]-?[AC-HJKMNP-RT-Y]{2}[0-9]{2}"
)
#: What the tax office has not given out as the first two digits of an employer's number.
_NO_EIN_PREFIXES = frozenset({"00", "07", "08", "09", "17", "18", "19", "28", "29", "49", "69", "70", "78", "79", "89",
                              "96", "97"})  # fmt: skip
_PRECINCTS = range(1, 124)
_PRIVATE_NETWORKS = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
        ),
    )
)
_FIRST_MULTICAST = int(ipaddress.IPv4Address("224.0.0.0"))
_STATE_PLATE = re.compile(r"[A-Z]{3}[- ]?[0-9]{4}|[A-Z]{3}[- ]?[0-9]{3}|[0-9][A-Z]{3}[0-9]{3}|T[0-9]{6}C")


def is_ssn(text: str) -> bool:
    """Whether the Social Security Administration could have issued it (and it is no famous fake)."""
    return _passes(digits.ssn, text)


def _passes(check: Callable[[digits.Digits], digits.Passed], text: str) -> bool:
    """Whether the digits of one text pass a check of many."""
    found = digits_of(text)
    return bool(found) and bool(check(digits.of_text(found))[0])


def is_masked(text: str) -> bool:
    """Whether all but the last digits are hidden behind one sign."""
    return len(set(text.lower()) - set("0123456789 -")) == 1 and text[0] in "Xx*#"


def is_itin(text: str) -> bool:
    """Whether it lies in the ranges of individual taxpayer identification numbers."""
    return _passes(digits.itin, text)


def is_card(text: str) -> bool:
    """Whether it has the prefix, length and check digit of a payment card."""
    return _passes(digits.card, text)


def is_aba(text: str) -> bool:
    """Whether it is a bank routing number: its checksum and the Federal Reserve's prefixes."""
    return _passes(digits.aba, text)


def is_iban(text: str) -> bool:
    """Whether it is an international bank account number: country, length and mod 97."""
    compact = text.replace(" ", "").replace("-", "").upper()
    if _IBAN_LENGTHS.get(compact[:2]) != len(compact) or not compact.isascii() or not compact.isalnum():
        return False
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1


def is_npi(text: str) -> bool:
    """Whether it is a national provider identifier: ten digits, first 1 or 2, Luhn behind 80840."""
    return len(text) == 10 and _passes(digits.npi, text)


def is_mbi(text: str) -> bool:
    """Whether it has the structure of a Medicare beneficiary identifier."""
    return _MBI.fullmatch(text) is not None


def is_dea(text: str) -> bool:
    """Whether it is a registration of a prescriber: two letters, seven digits with a check digit."""
    number = text[2:]
    if len(text) != 9 or not text[0].isalpha() or not number.isdecimal():
        return False
    odd, even = sum(int(digit) for digit in number[0:6:2]), sum(int(digit) for digit in number[1:6:2])
    return (odd + 2 * even) % 10 == int(number[6])


def is_vin(text: str) -> bool:
    """Whether it is a vehicle identification number: 17 characters with the check in the ninth."""
    vin = text.upper()
    if len(vin) != 17 or set(vin) & set("IOQ") or not vin.isalnum() or not vin.isascii() or vin.isdecimal():
        return False
    total = sum((_VIN_VALUES.get(char) or int(char)) * weight for char, weight in zip(vin, _VIN_WEIGHTS, strict=True))
    return vin[8] == "0123456789X"[total % 11]


def is_imei(text: str) -> bool:
    """Whether it is the identity of a mobile device: 15 digits with a Luhn check digit."""
    return _passes(digits.imei, text)


def is_mac(text: str) -> bool:
    """Whether it is a hardware address with one kind of separator, and of one device: not all of one digit."""
    if len(set(text.lower()) - set(":-.")) == 1:
        return False
    return (
        re.fullmatch(
            r"[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}", text
        )
        is not None
    )


def is_ipv4(text: str) -> bool:
    """Whether it is an IPv4 address."""
    return _is_ip(text, 4)


def is_host_ipv4(text: str) -> bool:
    """Whether it is an IPv4 address and no version number: one part at least has three digits."""
    return is_ipv4(text) and any(len(part) == 3 for part in text.split("."))


def is_ipv6(text: str) -> bool:
    """Whether it is an IPv6 address."""
    return _is_ip(text, 6)


def _is_ip(text: str, version: int) -> bool:
    try:
        return ipaddress.ip_address(text).version == version
    except ValueError:
        return False


def is_email(text: str) -> bool:
    """Whether it has the form of an e-mail address."""
    return _EMAIL.fullmatch(text) is not None and ".." not in text


def is_phone(text: str) -> bool:
    """Whether it is a telephone number of the North American plan or carries an international prefix."""
    found = digits_of(text)
    if text.lstrip("( ").startswith("+") and not found.startswith("1"):
        return 8 <= len(found) <= 15 and telephones.is_possible("+" + found)
    return _passes(digits.phone, text)


def is_zip(text: str) -> bool:
    """Whether it is a US postal code, with or without the extension."""
    return _ZIP.fullmatch(text) is not None and _passes(digits.postal_code, text)


def is_cin(text: str) -> bool:
    """Whether it has the form of a New York Medicaid client number (two letters, five digits, a letter)."""
    return shape_of(text.upper()) == "AA99999A"


def is_nysid(text: str) -> bool:
    """Whether it has the form of a New York State identification number (eight digits and a letter)."""
    return shape_of(text.upper()) in {"99999999A", "9999999A"}


def is_din(text: str) -> bool:
    """Whether it has the form of a state prison number (year, reception centre, serial)."""
    return re.fullmatch(r"[0-9]{2}-?[ABCGHJNRSTXY]-?[0-9]{4}", text.upper()) is not None


def is_arrest_number(text: str) -> bool:
    """Whether it has the form of a city arrest number (borough letter, two-digit year, six digits)."""
    return re.fullmatch(r"[BKMQS][0-9]{8}", text) is not None


def is_book_and_case(text: str) -> bool:
    """Whether it has the form of a book-and-case number (three, two and five digits)."""
    return re.fullmatch(r"[0-9]{3}-[0-9]{2}-[0-9]{5}", text) is not None


def is_a_number(text: str) -> bool:
    """Whether it has the form of an alien registration number, with its letter."""
    return re.fullmatch(r"A[- ]?[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{2,3}", text) is not None


def is_uscis_receipt(text: str) -> bool:
    """Whether it has the form of an immigration receipt with a known service centre."""
    compact = text.replace("-", "").replace(" ", "")
    return re.fullmatch(r"(?:EAC|WAC|LIN|SRC|MSC|IOE|NBC|YSC|VSC)[0-9]{10}", compact) is not None


def is_bbl(text: str) -> bool:
    """Whether it is a borough, block and lot of ten digits."""
    return _passes(digits.bbl, text)


def is_bin(text: str) -> bool:
    """Whether it is a building number (seven digits), not one of the borough placeholders."""
    return len(text) == 7 and text.isdecimal() and text[0] in "12345" and text[1:] != "000000"


def is_plate(text: str) -> bool:
    """Whether it has one of the common forms of licence plates."""
    return _STATE_PLATE.fullmatch(text.upper()) is not None


def is_tlc_plate(text: str) -> bool:
    """Whether it has the form of a for-hire plate (T, six digits, C)."""
    return re.fullmatch(r"T[0-9]{6}C", text) is not None


def is_311_number(text: str) -> bool:
    """Whether it has the form of a 311 service request number."""
    return re.fullmatch(r"311-[0-9]{8}", text) is not None


def is_complaint_number(text: str) -> bool:
    """Whether it has the form of a police complaint number: a year, one of the precincts, a serial number."""
    found = re.fullmatch(r"(?:19|20)[0-9]{2}-([0-9]{3})-([0-9]{3,6})", text)
    return found is not None and int(found[1]) in _PRECINCTS and int(found[2]) > 0


def is_ein(text: str) -> bool:
    """Whether it is a tax number of an employer: nine digits behind a prefix that was given out."""
    return re.fullmatch(r"[0-9]{2}-?[0-9]{7}", text) is not None and text[:2] not in _NO_EIN_PREFIXES


def is_isbn(text: str) -> bool:
    """Whether it is the number of a book: ten digits, the last perhaps X, or thirteen, with their check digit."""
    compact = text.replace("-", "").replace(" ", "")
    if re.fullmatch(r"[0-9]{9}[0-9X]", compact):
        values = [10 if sign == "X" else int(sign) for sign in compact]
        return sum(value * weight for value, weight in zip(values, range(10, 0, -1), strict=True)) % 11 == 0
    if re.fullmatch(r"97[89][0-9]{10}", compact):
        return sum(int(sign) * (1, 3)[place % 2] for place, sign in enumerate(compact)) % 10 == 0
    return False


def is_uuid(text: str) -> bool:
    """Whether it is a universally unique identifier."""
    return re.fullmatch(r"\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?", text) is not None


def is_hash(text: str) -> bool:
    """Whether it looks like a digest: hexadecimal or base64 of a usual length, or a stored-password format."""
    if text.startswith(("$2a$", "$2b$", "$2y$", "$argon2", "$5$", "$6$", "pbkdf2", "{SSHA}", "sha256$", "scrypt:")):
        return True
    if len(text) in {32, 40, 56, 64, 96, 128}:
        return re.fullmatch(r"[0-9a-f]+|[0-9A-F]+", text) is not None and not text.isdecimal()
    return len(text) in {24, 28, 44, 88} and re.fullmatch(r"[A-Za-z0-9+/]+={1,2}", text) is not None


def is_point(text: str) -> bool:
    """Whether it is a pair of coordinates or a geometry holding a point."""
    pair = re.fullmatch(r"(?:POINT ?)?\(?\s*(-?\d{1,3}\.\d{3,})\s*[, ]\s*(-?\d{1,3}\.\d{3,})\s*\)?", text)
    return pair is not None and all(abs(float(part)) <= 180 for part in pair.groups())


def is_coordinate(text: str) -> bool:
    """Whether a decimal number lies where the latitudes or western longitudes of the United States do."""
    return bool(digits.coordinate(float(text)))


def is_birth_date(born: date, today: date) -> bool:
    """Whether somebody alive may have been born on this day."""
    return 0 <= (today - born).days <= 120 * 366


def is_public_ipv4(text: str) -> bool:
    """Whether it is an IPv4 address of one host, outside the ranges of private networks; a netmask is none."""
    if not is_ipv4(text):
        return False
    address = ipaddress.IPv4Address(text)
    return int(address) < _FIRST_MULTICAST and not any(address in network for network in _PRIVATE_NETWORKS)
