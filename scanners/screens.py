"""Which check looks at values of which shape, what a column of passes is worth, and what chance would give.

A check alone proves little: 88.9 % of random nine-digit numbers pass the rules for Social Security numbers. So
every :class:`Validator` says what chance gives (``by_chance``), how much a column full of passes is worth without
any name beside it (``weight``), and which shapes it looks at (``shape``, a pattern over 9, A and a).

``by_chance`` counts how rare the shape itself is as well: dashed as 3-2-4, nine digits are no accident.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from catalog.model.evidence import Form
from scanners import arrays, digits
from scanners import validators as v
from scanners.looks import Look
from scanners.shapes import MANY_SHAPES


@dataclass(frozen=True, slots=True)
class Validator:
    """One check on whole values.

    Parameters:
        type_code: the identifier type it speaks of.
        clue: our word for it.
        shape: pattern over the shape of a value (digits 9, capitals A, small letters a).
        check: the check itself.
        by_chance: share of random values of this shape that pass.
        weight: what a column full of passes is worth without any name.
        form: in which form the value holds the type.
        many: the same check on the digits of many values of one shape at once, where there is one.
        of_texts: the same check on many texts at once, where it asks for more than digits.
        comes_back: the same values come back in a column of these; a column of unique ones numbers something else.
    """

    type_code: str
    clue: str
    shape: str
    check: Callable[[str], bool]
    by_chance: float
    weight: float
    form: Form = Form.FULL
    comes_back: bool = False
    many: Callable[[digits.Digits], digits.Passed] | None = None
    of_texts: Callable[[arrays.Texts], digits.Passed] | None = None


def _coordinates(texts: arrays.Texts) -> digits.Passed:
    return digits.coordinate(arrays.decimals(texts))


#: Under this weight a check is a weak pattern: it never decides without a name, a neighbour or a second kind.
VALIDATORS: Final = (
    Validator(
        "SSN",
        "social security number with separators",
        r"999(?P<gap>[- ])99(?P=gap)9999",
        v.is_ssn,
        0.05,
        0.85,
        many=digits.ssn,
    ),
    Validator("SSN", "social security number rules", r"9{9}", v.is_ssn, 0.889, 0.4, many=digits.ssn),
    Validator(
        "SSN_LAST4",
        "masked social security number",
        r"[Aa*#]{3}-?[Aa*#]{2}-?9999",
        v.is_masked,
        0.0,
        0.85,
        Form.PARTIAL,
    ),
    Validator(
        "PAYMENT_CARD",
        "masked card number",
        r"[Aa*#]{4}(?:[ -]?[Aa*#]{3,4}){2}[ -]?9{4}",
        v.is_masked,
        0.0,
        0.85,
        Form.PARTIAL,
    ),
    Validator("TAXPAYER_ID", "individual taxpayer number", r"999-?99-?9999", v.is_itin, 0.044, 0.6, many=digits.itin),
    Validator(
        "PAYMENT_CARD",
        "payment card number",
        r"9{13,19}|9{4}([- ])9{4}\1(?:9{4}\1)?9{4}|9{4}[- ]9{6}[- ]9{4,5}",
        v.is_card,
        0.05,
        0.95,
        many=digits.card,
    ),
    Validator("FIN_ACCOUNT", "bank routing number", r"9{9}", v.is_aba, 0.038, 0.8, many=digits.aba),
    Validator("FIN_ACCOUNT", "international account number", r"AA99[ -]?[9Aa -]{11,36}", v.is_iban, 0.01, 0.97),
    Validator("PROVIDER_ID", "national provider identifier", r"9{10}", v.is_npi, 0.1, 0.75, many=digits.npi),
    Validator("PROVIDER_ID", "prescriber registration", r"A[A9]9{7}", v.is_dea, 0.1, 0.6),
    Validator("HEALTH_ID", "medicare beneficiary identifier", r"9A[A9]9-?A[A9]9-?AA99", v.is_mbi, 0.15, 0.9),
    Validator("VEHICLE_INFO", "vehicle identification number", r"[9Aa]{17}", v.is_vin, 0.09, 0.9),
    Validator("DEVICE_ID", "mobile device identity", r"9{15}|99-9{6}-9{6}-9", v.is_imei, 0.1, 0.7, many=digits.imei),
    Validator(
        "DEVICE_ID",
        "hardware address",
        r"[9Aa]{2}(?:[:-][9Aa]{2}){5}|[9Aa]{4}\.[9Aa]{4}\.[9Aa]{4}",
        v.is_mac,
        0.001,
        0.95,
    ),
    Validator("IP_ADDRESS", "internet address", r"9{1,3}(?:\.9{1,3}){3}", v.is_host_ipv4, 0.02, 0.93),
    Validator("IP_ADDRESS", "internet address", r"[9Aa]{0,4}(?::[9Aa]{0,4}){2,7}", v.is_ipv6, 0.001, 0.93),
    Validator("EMAIL", "e-mail address", r"[^@\s]+@[^@\s]+\.[Aa]{2,24}", v.is_email, 0.0, 0.97),
    Validator(
        "PHONE",
        "telephone number",
        r"\+?9{0,3}[ .-]?\(9{3}\)[ .-]?9{3}[ .-]?9{4}|(?:\+?9[ .-])?9{3}(?:-9{3}-?|\.9{3}\.)9{4}"
        r"|(?:\+?9 )?9{3} 9{3}[ -]9{4}",
        v.is_phone,
        0.02,
        0.93,
        many=digits.phone,
    ),
    Validator("PHONE", "telephone number", r"\+9{8,15}|\+9{1,3}(?:[ .()-]{1,2}9{1,5}){2,5}", v.is_phone, 0.05, 0.9),
    Validator("PHONE", "number of the telephone plan", r"9{10}|1?9{10}", v.is_phone, 0.28, 0.62, many=digits.phone),
    Validator("BENEFIT_ID", "medicaid client number form", r"AA99999A", v.is_cin, 0.02, 0.55),
    Validator("JUSTICE_ID", "state identification number form", r"9{8}[Aa]", v.is_nysid, 0.3, 0.45),
    Validator("JUSTICE_ID", "prison number form", r"99-A-9999|99A9999", v.is_din, 0.4, 0.55),
    Validator("JUSTICE_ID", "arrest number form", r"A9{8}", v.is_arrest_number, 0.19, 0.4),
    Validator("JUSTICE_ID", "book and case form", r"999-99-99999", v.is_book_and_case, 0.3, 0.5),
    Validator("IMMIGRATION_ID", "alien registration form", r"A[- ]?999[- ]?999[- ]?999?", v.is_a_number, 0.3, 0.45),
    Validator("IMMIGRATION_ID", "immigration receipt form", r"AAA9{10}", v.is_uscis_receipt, 0.001, 0.9),
    Validator("PROPERTY_ID", "borough block lot form", r"9{10}", v.is_bbl, 0.5, 0.3, many=digits.bbl),
    Validator("LICENSE_PLATE", "for-hire plate form", r"A9{6}A", v.is_tlc_plate, 0.01, 0.8),
    Validator("LICENSE_PLATE", "plate form", r"AAA[- ]?9{3,4}|9AAA999", v.is_plate, 0.6, 0.3),
    Validator("SERVICE_REQUEST_ID", "service request form", r"999-9{8}", v.is_311_number, 0.01, 0.8),
    Validator(
        "GEO_POINT", "pair of coordinates", r".{0,7}\(?-?9{1,3}\.9{3,}.{1,3}9{1,3}\.9{3,}\)?", v.is_point, 0.05, 0.85
    ),
    Validator("GEO_POINT", "coordinate range", r"9{2,3}\.9{4,}", v.is_coordinate, 0.2, 0.45, of_texts=_coordinates),
    Validator(
        "GEO_POINT", "negative coordinate range", r"-9{2,3}\.9{4,}", v.is_coordinate, 0.2, 0.45, of_texts=_coordinates
    ),
    Validator("POSTAL_CODE", "extended postal code", r"9{5}-9{4}", v.is_zip, 0.1, 0.6, many=digits.postal_code),
    Validator("POSTAL_CODE", "postal code form", r"9{5}", v.is_zip, 0.9, 0.3, comes_back=True, many=digits.postal_code),
)


#: Every screened form holds one of these signs: words alone are never looked at.
_TELLING = frozenset("9@:")


@lru_cache(maxsize=MANY_SHAPES)
def for_shape(shape: str) -> tuple[Validator, ...]:
    """The validators that look at values of this shape; asked once per shape, not per value."""
    if _TELLING.isdisjoint(shape):
        return ()
    return tuple(validator for validator in VALIDATORS if re.fullmatch(validator.shape, shape))


@dataclass(slots=True)
class Passing:
    """How many rows and distinct values pass a check, and how many rows have a shape that it looks at."""

    rows: int = 0
    distinct: int = 0
    looked_at: int = 0


def passing(look: Look) -> dict[Validator, Passing]:
    """What passes each validator that some value passes, of all values there are."""
    passed: dict[Validator, Passing] = {}
    for (asked, has_plus), numbers in _shapes_asked_alike(look.outlines).items():
        places = look.places_of(numbers)
        texts, counts = (
            (look.texts, look.row_counts)
            if len(places) == look.distinct
            else (look.texts.take(places), look.row_counts[places])
        )
        for validator in asked:
            agreeing = _passes(validator, texts, has_plus=has_plus)
            found = passed.setdefault(validator, Passing())
            found.rows += int(counts[agreeing].sum())
            found.distinct += int(agreeing.sum())
            found.looked_at += int(counts.sum())
    return {validator: found for validator, found in passed.items() if found.rows}


def _shapes_asked_alike(shapes: Sequence[str]) -> dict[tuple[tuple[Validator, ...], bool], list[int]]:
    """The numbers of the shapes that the same validators look at, those with a plus sign apart."""
    alike: dict[tuple[tuple[Validator, ...], bool], list[int]] = {}
    for number, shape in enumerate(shapes):
        if asked := for_shape(shape):
            alike.setdefault((asked, "+" in shape), []).append(number)
    return alike


def _passes(validator: Validator, texts: arrays.Texts, *, has_plus: bool) -> digits.Passed:
    """Which texts pass. Singly asked about are digits of other scripts, and numbers whose plus sign leads abroad."""
    if not arrays.are_ascii(texts):
        return np.fromiter(map(validator.check, texts.to_pylist()), dtype=bool, count=len(texts))
    if validator.of_texts is not None:
        return validator.of_texts(texts)
    if validator.many is None or has_plus:
        return np.fromiter(map(validator.check, texts.to_pylist()), dtype=bool, count=len(texts))
    passed = np.zeros(len(texts), dtype=bool)
    for places, matrix in arrays.by_digits(texts):
        passed[places] = validator.many(matrix)
    return passed
