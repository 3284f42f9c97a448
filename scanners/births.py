"""Dates as of births: days without a time, spread over years."""

import re
from datetime import date

from scanners.looks import Look, Sort

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ]00:00(?::00)?(?:\.0+)?Z?)?")
_AMERICAN = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
_GLUED = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_LETTERED = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*[- ,]{1,2}(\d{4}|\d{2})")
_FORMS = (_ISO, _AMERICAN, _GLUED, _LETTERED)
_DAYS_AS_NUMBERS = ("999999", "99999999")
_ENOUGH = 12
_NEARLY_ALL = 0.95
#: Of the few values that are asked first; with fewer days among them there are hardly enough among all.
_SURELY_SOME = 0.75
_VALUES = 200
_FIRST, _LAST = 1900, 2100


def day_of(text: str) -> date | None:
    """The day a text writes without a time of day, in the ways American agencies do; None for anything else."""
    if len(text) == 10 and text[4] == text[7] == "-" and text.isascii():
        return _iso(text)
    for form in _FORMS:
        found = form.fullmatch(text)
        if found and (day := _day(form, found.groups())):
            return day
    return None


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day(form: re.Pattern[str], parts: tuple[str, ...]) -> date | None:
    try:
        if form is _ISO:
            return date(int(parts[0]), int(parts[1]), int(parts[2]))
        if form is _LETTERED:
            return date(_year(parts[2]), _MONTHS.index(parts[1].lower()) + 1, int(parts[0]))
        return date(_year(parts[2]), int(parts[0]), int(parts[1]))
    except ValueError:
        return None


def _year(digits: str) -> int:
    """Two digits are a year of the last century from 30 on."""
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year >= 30 else 2000)


def years_of(look: Look) -> int:
    """Over how many different years the dates of a column are spread; 0 where it holds other things too."""
    shapes = look.shape_counts()
    numbers = sum(shapes[shape] for shape in _DAYS_AS_NUMBERS)
    if look.distinct < _ENOUGH or look.sorts[Sort.DATE] + numbers < _NEARLY_ALL * look.filled:
        return 0
    if sum(day_of(value) is not None for value in look.some()) < _SURELY_SOME * len(look.some()):
        return 0
    some = look.some(_VALUES)
    others_left = int((1 - _NEARLY_ALL) * len(some))
    years: set[int] = set()
    for value in some:
        day = day_of(value)
        if day and _FIRST <= day.year <= _LAST:
            years.add(day.year)
        elif not others_left:
            return 0
        else:
            others_left -= 1
    return len(years)
