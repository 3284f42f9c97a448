"""Whether a column's values can be what its name says: the veto of type, length and kind."""

import re
from collections.abc import Callable
from typing import Final

from catalog.model.evidence import Evidence, EvidenceKind, Form
from scanners import lexicons
from scanners.looks import Look, Sort, sort_of_shape
from scanners.persons import Kind, has_date_behind, kind_of
from scanners.shapes import digits_of

_DECLARED_FLAGS = frozenset({"bool", "boolean", "bit", "bit(1)", "tinyint(1)"})
_DECLARED_DATES = ("date", "timestamp")
_TOO_FEW = 0.2
_VETO = -0.88
_FLAGGED = -0.95
_YES_OR_NO = "yes or no"
_YEAR_OF_BIRTH = re.compile(r"(?:19|20)\d\d")
_MAIL = re.compile(r"[^\s@<]@[^\s@>]+\.[^\s@>]")
_DATED = (Sort.DATE,)

_NUMBERED: Final = frozenset({
    "SSN", "SSN_LAST4", "PHONE", "PAYMENT_CARD", "FIN_ACCOUNT", "DRIVER_LICENSE", "PASSPORT_NO", "IMMIGRATION_ID",
    "TAXPAYER_ID", "STUDENT_ID", "HEALTH_ID", "BENEFIT_ID", "JUSTICE_ID", "SUMMONS_NO", "PROPERTY_ID", "PROVIDER_ID",
})  # fmt: skip
_LETTERED: Final = frozenset({"NAME", "EMPLOYER_INFO", "OCCUPATION", "SOCIAL_MEDIA", "EMAIL"})
_DATES: Final = frozenset({"DOB", "DEATH_DATE", "CUSTODY_RELEASE", "COURT_APPEARANCE", "APPOINTMENT"})
#: Types of which a yes or no is an answer; everything else cannot be held by a yes-or-no column.
_ANSWERS: Final = frozenset({
    "VICTIM_DV_SA", "CRIME_VICTIM_WITNESS", "IMMIGRATION_STATUS", "BENEFIT_STATUS", "EMPLOYMENT_STATUS",
    "ARREST_RECORD", "HEALTH_INFO", "FAMILY", "RACE", "SEXUAL_ORIENTATION", "GENDER_IDENTITY", "MARITAL_STATUS",
    "LANGUAGE", "EDUCATION", "SEX", "TAX_RECORD",
})  # fmt: skip
#: Types written in words or a few codes: numbers of many sizes are counts of people, not about one.
_CODED: Final = frozenset({
    "RACE", "SEX", "GENDER_IDENTITY", "SEXUAL_ORIENTATION", "MARITAL_STATUS", "LANGUAGE", "NATIONALITY",
    "COUNTRY_OF_ORIGIN", "IMMIGRATION_STATUS", "BENEFIT_STATUS", "VICTIM_DV_SA", "CRIME_VICTIM_WITNESS",
    "EMPLOYMENT_STATUS", "RELIGION",
})  # fmt: skip
#: Types that lead to one person each: a few values in many rows lead to an office, a printer or a hotline.
_REACHING: Final = frozenset({"PHONE", "DEVICE_ID", "BIO_PHOTO", "ADDR_HOME", "ADDR_WORK", "MEDIA_RECORDING"})
_SAME_FEW = 3
_MANY_ROWS = 50
_MOST_CODES = 25
#: Distinct values that are looked at where the shapes say too little: more of them change no answer.
_FEW = 200
#: Types of which the value itself must be looked at: a shape tells no number from another, no name from a word.
_BY_VALUE = frozenset({"AGE", "SIGNATURE"})
_MOST_BOROUGHS = 6
#: Digits a value of the type has at least and at most.
_DIGITS: Final = {
    "SSN": (7, 9), "PHONE": (7, 15), "PAYMENT_CARD": (12, 19), "STUDENT_ID": (4, 12), "DRIVER_LICENSE": (4, 14),
    "PASSPORT_NO": (6, 9), "SSN_LAST4": (1, 9), "TAXPAYER_ID": (7, 14),
}  # fmt: skip


def against_declared(code: str, declared: str) -> Evidence | None:
    """Evidence against ``code`` in a column without values, by its declared type: where there are some, they decide."""
    plain = declared.lower()
    if plain in _DECLARED_FLAGS and code not in _ANSWERS:
        return Evidence(code, EvidenceKind.DECLARED_TYPE, _YES_OR_NO, _FLAGGED)
    if plain.startswith(_DECLARED_DATES) and code in _NUMBERED | _LETTERED | {"NAME"}:
        return Evidence(code, EvidenceKind.DECLARED_TYPE, "a date", _VETO)
    return None


def against(code: str, form: Form, look: Look) -> Evidence | None:
    """Evidence against ``code`` where hardly any value could be one; None where nothing speaks against it."""
    if not look.filled:
        return None
    whole = _clue_of_whole(code, form, look)
    if whole:
        weight = _FLAGGED if whole == _YES_OR_NO else _VETO
        return Evidence(code, EvidenceKind.SHAPE, whole, weight, looked_at=look.filled, agreed=look.filled)
    can_be = _check_of(code, form)
    if can_be is None:
        return None
    looked_at, rows = _rows_that_can_be(can_be, look.fewer(_FEW) if code in _BY_VALUE else look)
    if rows >= _TOO_FEW * looked_at:
        return None
    clue = look.sorts.most_common(1)[0][0].value
    return Evidence(code, EvidenceKind.SHAPE, clue, _VETO, looked_at=looked_at, agreed=looked_at - rows)


def _rows_that_can_be(can_be: Callable[[str, Sort], bool], look: Look) -> tuple[int, int]:
    """Rows looked at, and those that can be what the name says.

    Nearly every check sees no more of a value than its shape, and there are fewer shapes than values.
    """
    shapes = look.shape_counts()
    if shapes.total() == look.filled and look.distinct > _FEW:
        return look.filled, sum(rows for shape, rows in shapes.items() if can_be(shape, sort_of_shape(shape)))
    few = look.fewer(_FEW)
    return few.filled, few.tally(value for value in few.counts if can_be(value, few.sort_of(value)))[0]


def _clue_of_whole(code: str, form: Form, look: Look) -> str:
    """What the column is as a whole, where that speaks against ``code``."""
    if look.is_flag and code not in _ANSWERS:
        return _YES_OR_NO
    if code in _REACHING and form is Form.FULL and look.distinct <= _SAME_FEW and look.filled >= _MANY_ROWS:
        return "the same few in every row"
    if code == "NAME" and _is_one_thing(look):
        return "a few words that are no names"
    if code in _CODED and _are_counts(look):
        return "numbers of many sizes"
    if code == "LOCALITY" and look.share(Sort.NUMBER) > 0.8 and look.distinct > _MOST_BOROUGHS:
        return "numbers of districts"
    return ""


def _is_one_thing(look: Look) -> bool:
    """``Safari`` in a thousand rows: a few words, over and over, none of which is anybody's name."""
    return (
        look.distinct <= _SAME_FEW
        and look.filled >= _MANY_ROWS
        and all(kind_of(value) is Kind.OTHER for value in look.counts)
    )


def _are_counts(look: Look) -> bool:
    return look.share(Sort.DECIMAL) > 0.5 or (look.share(Sort.NUMBER) > 0.8 and look.distinct > _MOST_CODES)


def _check_of(code: str, form: Form) -> Callable[[str, Sort], bool] | None:
    if form is Form.PARTIAL and code != "SSN_LAST4":
        return _PARTS.get(code)
    if code in _DIGITS:
        least, most = _DIGITS[code]
        return lambda value, sort: sort not in {Sort.DATE, Sort.DECIMAL} and least <= len(digits_of(value)) <= most
    if code in _NUMBERED:
        return lambda value, sort: sort is not Sort.DECIMAL and any(char.isdigit() for char in value)
    return _OTHERS.get(code) or (_is_date if code in _DATES else _is_lettered if code in _LETTERED else None)


def _is_date(value: str, sort: Sort) -> bool:
    return sort in _DATED or (sort is Sort.NUMBER and 5 <= len(value) <= 8 and value.isdecimal())


def _is_lettered(value: str, sort: Sort) -> bool:
    return sort in {Sort.WORDS, Sort.MIXED, Sort.PROSE} and any(char.isalpha() for char in value)


def _is_person_like(value: str, sort: Sort) -> bool:
    if sort is not Sort.MIXED or " " not in value:
        return sort is Sort.WORDS
    return sum(map(str.isdigit, value)) <= 2 or has_date_behind(value)


def _is_file_number(value: str, sort: Sort) -> bool:
    """Numbers of files hold digits or are one word, as names of users are."""
    return " " not in value or (sort is not Sort.PROSE and value.count(" ") < 2 and any(map(str.isdigit, value)))


def _is_age(value: str, sort: Sort) -> bool:
    if sort in {Sort.NUMBER, Sort.DECIMAL}:
        digits = value.replace(",", "")
        return digits.replace(".", "", 1).isdecimal() and float(digits) <= 130
    return sort in {Sort.MIXED, Sort.WORDS} and len(value) <= 30


def _is_amount(value: str, sort: Sort) -> bool:
    return sort in {Sort.NUMBER, Sort.DECIMAL} or any(char.isdigit() for char in value)


def _is_coordinate(value: str, sort: Sort) -> bool:
    return (
        sort is Sort.DECIMAL
        or (sort is Sort.NUMBER and len(value) >= 5)
        or sort in {Sort.MIXED, Sort.OTHER, Sort.PROSE}
    )


def _is_postal(value: str, sort: Sort) -> bool:
    return sort in {Sort.NUMBER, Sort.MIXED} and 3 <= len(value) <= 10


def _is_address(value: str, sort: Sort) -> bool:
    is_mail = _MAIL.search(value) is not None
    return sort in {Sort.WORDS, Sort.MIXED, Sort.PROSE} and len(value) > 3 and not is_mail


def _is_plate(value: str, sort: Sort) -> bool:
    return 4 <= len(value) <= 10 and (sort in {Sort.MIXED, Sort.WORDS} or (sort is Sort.NUMBER and len(value) >= 5))


def _is_signature(value: str, sort: Sort) -> bool:
    """A drawn name lies in a file, in encoded signs or behind ``/s/``; a remark on one is a few words."""
    if sort not in {Sort.WORDS, Sort.PROSE, Sort.MIXED} or "/" in value or kind_of(value) is Kind.PERSON:
        return True
    return " " not in value and len(value) > 12


def _is_word(_value: str, sort: Sort) -> bool:
    return sort in {Sort.WORDS, Sort.MIXED}


#: Parts of a type, where a part can be told from a measurement.
_PARTS: Final[dict[str, Callable[[str, Sort], bool]]] = {
    "NAME": lambda value, _sort: not any(map(str.isdigit, value)) and value.lower() not in lexicons.words("street"),
    "ADDR_HOME": lambda _value, sort: sort is not Sort.DECIMAL,
    "PHONE": lambda value, _sort: 0 < len(digits_of(value)) <= 6,
}
_OTHERS: Final[dict[str, Callable[[str, Sort], bool]]] = {
    "NAME": _is_person_like,
    "CASE_ID": _is_file_number,
    "DOB": lambda value, sort: _is_date(value, sort) or _YEAR_OF_BIRTH.fullmatch(value) is not None,
    "AGE": _is_age,
    "INCOME": _is_amount,
    "GEO_POINT": _is_coordinate,
    "GPS_LOCATION": _is_coordinate,
    "POSTAL_CODE": _is_postal,
    "ADDR_HOME": _is_address,
    "ADDR_WORK": _is_address,
    "RELIGION": _is_word,
    "RACE": lambda _value, sort: sort in {Sort.WORDS, Sort.NUMBER, Sort.PROSE},
    "LICENSE_PLATE": _is_plate,
    "SIGNATURE": _is_signature,
    "LOCALITY": lambda _value, sort: sort is not Sort.DECIMAL,
    "IP_ADDRESS": lambda value, _sort: value.count(".") == 3 or value.count(":") >= 2,
    "EMAIL": lambda value, _sort: "@" in value,
    "FREE_TEXT_NARRATIVE": lambda value, sort: sort is Sort.PROSE or value.count(" ") >= 3,
}
