"""Whether values have the form a vague name asks for: ``WKR`` over staff numbers, ``SLOT`` over times."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from catalog.model.evidence import Evidence, EvidenceKind
from scanners import births, lexicons, names
from scanners.looks import Look, Sort
from scanners.persons import Kind, kind_of
from scanners.shapes import digits_of
from scanners.validators import is_plate, is_ssn

#: What values that fit are worth beside a name, and how many of them must.
_FITTING = 0.45
_MOST = 0.6
#: What is left of a name whose question no value answers.
_UNANSWERED = 0.5
_FEW = 25
#: Distinct values compared with a form: more of them change no answer.
_VALUES = 200
_REPEATED = 0.5
_MANY = 10
_LONGEST = 9
_ALIKE = 0.6
#: Children are born over fewer years than all people; a register of anything else newer still.
_YEARS_OF_CHILDREN = 8
_RECORDING = re.compile(r".*\.(?:mp[34g]|m4[av]|wav|mov|avi|wmv|webm|ogg|flac|tiff?|pdf|dcm)", re.IGNORECASE)
_SOUND_OR_FILM = re.compile(r".*\.(?:mp[34g]|m4[av]|wav|mov|avi|wmv|webm|ogg|flac)", re.IGNORECASE)
_PICTURE = re.compile(r".*\.(?:jpe?g|png|heic|bmp|gif|tiff?)|data:image/.*", re.IGNORECASE)
_SIGN_IN = re.compile(r"[a-z]+[a-z._-]*[a-z]\d{0,4}")
_CARD = re.compile(r"[\dXx*#]{4}(?:[ -]?[\dXx*#]{2,6}){2,4}")
_VECTOR = re.compile(r"[\[(]\s*-?\d+\.\d+\s*[,;].*")
_DAY = re.compile(r"(?:^|\D)\d{1,2}/\d{1,2}(?:/\d{2,4})? \d{1,2}:\d{2}")
_MONEY_BAND = re.compile(
    r"\D*\d+ ?k?\s*(?:-|to|\+)\s*\$?\d* ?k?\D*|(?:under|over|less than|more than) \$?\d.*", re.IGNORECASE
)
_PLACE = re.compile(r"(?:^|[ ,])\d+[A-Za-z]? [^\W\d]{2,} ?[^\W\d]*")
_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9/.-]{2,19}")
_SCHOOL = re.compile(
    r"\b(?:[PMIJ]\.?H?\.?S\.?|HS) ?#?\d+|\b(?:school|academy|elementary|escuela|lycee)\b", re.IGNORECASE
)
#: A section of a law: ``18.2-266``, ``PL 155.25``; an amount has one point and no letters.
_LAW = re.compile(r"[A-Z]{1,4} ?\d+(?:[.:-]\d+)+|\d+(?:[.:-]\d+[A-Z]?){2,}", re.IGNORECASE)
_STREET_WORDS = lexicons.words("street") | frozenset("n s e w ne nw se sw north south east west".split())  # noqa: SIM905 - one line

_Check = Callable[[str, Sort], bool]


def fitting(said: Sequence[Evidence], look: Look) -> list[Evidence]:
    """Evidence that the values are what vague names say, one for each such name."""
    asked = [(item, names.asked(item)) for item in said if look.filled]
    found = [_of_form(item, form, look) for item, form in asked if form]
    return [item for item in found if item.agreed >= _MOST * item.looked_at]


def unanswered(said: Evidence) -> Evidence:
    """What a name says where there are no values: little, if it asks for a form."""
    return replace(said, weight=_UNANSWERED * said.weight) if names.asked(said) else said


def _of_form(said: Evidence, form: str, look: Look) -> Evidence:
    few = look.fewer(_VALUES)
    rows, distinct = _agreeing(form, look, few)
    return Evidence(
        said.type_code,
        EvidenceKind.PATTERN,
        form,
        _FITTING,
        form=said.form,
        looked_at=few.filled,
        agreed=rows,
        distinct=distinct,
    )


def _agreeing(form: str, look: Look, few: Look) -> tuple[int, int]:
    whole = _WHOLE.get(form)
    if whole is not None and not whole(look):
        return 0, 0
    check = _CHECKS.get(form)
    return few.tally(value for value in few.counts if check is None or check(value, few.sort_of(value)))


def _are_few(look: Look) -> bool:
    """Codes that come back, as many short words do."""
    return look.distinct <= _FEW and look.distinct <= max(2, _REPEATED * look.filled)


def _are_alike(look: Look) -> bool:
    """Numbers somebody gave out have one length; those that count have many."""
    shapes = look.shape_counts()
    return bool(shapes) and max(shapes.values()) >= _ALIKE * look.filled


def _is_code(value: str, sort: Sort) -> bool:
    return sort in {Sort.NUMBER, Sort.MIXED} and _CODE.fullmatch(value) is not None


def _is_staff_number(value: str, sort: Sort) -> bool:
    return _is_code(value, sort) and len(value) <= 10 and len(digits_of(value)) <= 8


def _is_number(value: str, least: int, most: int) -> bool:
    # Python refuses to read numbers of thousands of digits.
    return value.isdecimal() and len(value) <= _LONGEST and least <= int(value) <= most


def _is_date(value: str, sort: Sort) -> bool:
    return sort is Sort.DATE or _DAY.search(value) is not None or births.day_of(value) is not None


_CHECKS: Final[dict[str, _Check]] = {
    "staff numbers": _is_staff_number,
    "sign-in names": lambda value, _sort: _SIGN_IN.fullmatch(value) is not None,
    "numbers of cases": _is_code,
    "social security numbers": lambda value, _sort: value.isdecimal() and is_ssn(value),
    "numbers of accounts": lambda value, _sort: value.isdecimal() and 8 <= len(value) <= 17,
    "recordings": lambda value, _sort: _RECORDING.fullmatch(value) is not None,
    "sounds and films": lambda value, _sort: _SOUND_OR_FILM.fullmatch(value) is not None,
    "names of persons": lambda value, _sort: kind_of(value) is Kind.PERSON,
    "numbers of cards": lambda value, _sort: _CARD.fullmatch(value) is not None,
    "pictures": lambda value, _sort: _PICTURE.fullmatch(value) is not None,
    "vectors": lambda value, _sort: _VECTOR.fullmatch(value) is not None,
    "plates": lambda value, _sort: is_plate(value),
    "dates": _is_date,
    "places with a number": lambda value, _sort: _PLACE.search(value) is not None,
    "relations": lambda value, _sort: value.lower() in lexicons.phrases("relations"),
    "roles in a crime": lambda value, _sort: value.lower() in lexicons.phrases("crime_roles"),
    "offenses": lambda value, sort: (
        _LAW.match(value) is not None or (sort in {Sort.WORDS, Sort.MIXED} and sum(map(str.isalpha, value)) > 1)
    ),
    "schools": lambda value, _sort: _SCHOOL.search(value) is not None,
    "small numbers": lambda value, _sort: all(_is_number(part, 0, 20) for part in value.split("/")),
    "amounts": lambda _value, sort: sort in {Sort.NUMBER, Sort.DECIMAL},
    "bands of money": lambda value, _sort: _MONEY_BAND.fullmatch(value) is not None,
    "words": lambda _value, sort: sort is Sort.WORDS,
    "companies": lambda value, sort: sort is Sort.WORDS and kind_of(value) is not Kind.PERSON,
    "kinds of streets": lambda value, _sort: value.lower() in _STREET_WORDS,
    "words of companies": lambda value, _sort: kind_of(value) is Kind.COMPANY,
    "large numbers": lambda value, sort: sort is Sort.NUMBER and 5 <= len(value) <= 7,
}
_WHOLE: Final[dict[str, Callable[[Look], bool]]] = {
    "staff numbers": lambda look: _are_alike(look) and look.distinct >= _MANY,
    "numbers of cases": lambda look: _are_alike(look) and not _are_few(look),
    "few codes": _are_few,
    "few words": lambda look: look.distinct <= _FEW,
    "dates as of births": lambda look: births.years_of(look) >= _YEARS_OF_CHILDREN,
    "amounts": lambda look: look.distinct >= _FEW,
}
