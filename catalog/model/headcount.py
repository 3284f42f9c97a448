"""How many people a dataset is about: told in powers of ten from its strongest person key, never as a number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.model.evidence import Form
from catalog.model.holdings import Band, Magnitude

#: Numbers that stand for one person each, those that stand for exactly one first.
_NUMBERS: Final = (
    "SSN", "TAXPAYER_ID", "BENEFIT_ID", "HEALTH_ID", "STUDENT_ID", "MUNICIPAL_ID", "DRIVER_LICENSE", "PASSPORT_NO",
    "IMMIGRATION_ID", "BIO_FINGERPRINT", "JUSTICE_ID", "CASE_ID",
)  # fmt: skip
#: What people share or have several of counts only where hardly any of it comes back; so do numbers of staff, which
#: come again and again in a table of clients and are the key of a roster.
_NEARLY_NUMBERS: Final = ("EMPLOYEE_ID", "EMAIL", "NAME", "PHONE")
_RANKS: Final = {code: rank for rank, code in enumerate((*_NUMBERS, *_NEARLY_NUMBERS))}
#: A digest or a token of a number tells people apart as the number does.
_TELLING: Final = frozenset({Form.FULL, Form.HASHED, Form.TOKENISED})


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """A column that holds a type, and how many different values it has in the whole dataset."""

    type_code: str
    form: Form
    empty: Band
    distinct: Band
    amount: Magnitude


def magnitude(count: float) -> Magnitude:
    """A count as people are told of it."""
    return max(level for level in Magnitude if level is not Magnitude.NOT_KNOWN and count >= level.at_least)


def amount(*, distinct: int, filled: int, rows_seen: int, rows_total: int | None, all_rows: bool) -> Magnitude:
    """How many different values a column has in its whole dataset.

    Parameters:
        distinct: different ones among the ``filled`` of the rows seen.
        rows_total: rows of the dataset where known.
        all_rows: whether every row was seen; else only values that never come back say anything about the rest.
    """
    if all_rows:
        return magnitude(distinct)
    if rows_total is None or not filled or distinct < filled:
        return Magnitude.NOT_KNOWN
    return magnitude(max(distinct, filled / rows_seen * rows_total))


def headcount(columns: Iterable[KeyColumn]) -> Magnitude:
    """How many people: by the strongest key that is filled in most rows; of several of one type the largest."""
    keys: Sequence[KeyColumn] = [column for column in columns if _is_key(column)]
    if not keys:
        return Magnitude.NOT_KNOWN
    strongest = min(_RANKS[column.type_code] for column in keys)
    return max(column.amount for column in keys if _RANKS[column.type_code] == strongest)


def _is_key(column: KeyColumn) -> bool:
    if column.type_code not in _RANKS or column.form not in _TELLING or column.amount is Magnitude.NOT_KNOWN:
        return False
    if column.type_code in _NEARLY_NUMBERS and column.distinct not in {Band.MOST, Band.ALL}:
        return False
    return column.empty not in {Band.MOST, Band.ALL}
