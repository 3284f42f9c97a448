"""Rows of a review workbook: each fault told with its cell, and nothing taken for what it is not."""

from collections.abc import Mapping
from datetime import date

import openpyxl
import pytest

from catalog.model.interchange import Sheet
from catalog.model.review import ActKind, Order, Why
from catalog.services.review_sheet_rows import HEADINGS, KEYS, SHEET, Rows
from catalog.taxonomy.loader import load

TODAY = date(2026, 11, 22)
TYPES = load().types
KEYED = {"Column number": "7", "Type code": "SSN", "Version": "full:high.0.0"}


def read(*rows: Mapping[str, str], headings: tuple[str, ...] = HEADINGS) -> Rows:
    made = Rows(TYPES, TODAY)
    cells = [tuple((KEYED | row).get(heading, "") for heading in headings) for row in rows]
    made.take([Sheet("Read me", (), ()), Sheet(SHEET, headings, cells)])
    return made


def faults(read_: Rows) -> list[tuple[str, str]]:
    return [(one.place, one.reason) for one in read_.problems]


WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "a word": ({"Decision": "Yes"}, "Decision", "none of Confirm"),
    "no decision": ({"Reason": "So it is"}, "Decision", "no decision is"),
    "no why": ({"Decision": "Not this type"}, "Why", "say why"),
    "another why": ({"Decision": "Not this type", "Why": "Because"}, "Why", "none of It is something else"),
    "other": ({"Decision": "Not this type", "Why": "Another reason"}, "Reason", "tells nothing"),
    "no type": ({"Decision": "Change type"}, "Change to", "say which type"),
    "unknown type": ({"Decision": "Change type", "Change to": "=SSN"}, "Change to", "no identifier type"),
    "the same type": ({"Decision": "Change type", "Change to": "ssn"}, "Change to", "confirm it instead"),
    "no day": ({"Decision": "Later"}, "Until", "until which day"),
    "today": ({"Decision": "Later", "Until": "2026-11-22"}, "Until", "after today"),
    "too far": ({"Decision": "Later", "Until": "2027-12-24"}, "Until", "at most a year"),
    "too much": ({"Decision": "Confirm", "Why": "Test data"}, "Why", "does not go with"),
    "too long": ({"Decision": "Confirm", "Reason": "x" * 501}, "Reason", "more than 500"),
    "another column": ({"Decision": "Confirm", "Column number": "9" * 12}, "Column number", "no number"),
    "no column": ({"Decision": "Confirm", "Column number": "²"}, "Column number", "no number"),
    "no code": ({"Decision": "Confirm", "Type code": "PII"}, "Type code", "no such identifier type"),
    "no version": ({"Decision": "Confirm", "Version": ""}, "Version", "leave it as it was"),
}


@pytest.mark.parametrize("case", WRONG)
def test_each_fault_is_told_with_its_cell(case: str) -> None:
    cells, heading, why = WRONG[case]
    found = read({}, cells)
    ((where, reason),) = faults(found)
    assert where == f"Columns!{openpyxl.utils.get_column_letter(HEADINGS.index(heading) + 1)}3"
    assert why in reason
    assert found.rows == []
    assert found.empty == 1


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        ({"Decision": "CONFIRM "}, Order(ActKind.CONFIRM)),
        ({"Decision": "Not this type", "Why": "Test data"}, Order(ActKind.REJECT, Why.TEST_DATA)),
        ({"Decision": "Change type", "Change to": "phone"}, Order(ActKind.CHANGE_TYPE, to_code="PHONE")),
        ({"Decision": "Change type", "Change to": TYPES["PHONE"].label}, Order(ActKind.CHANGE_TYPE, to_code="PHONE")),
        ({"Decision": "Not identifying", "Reason": "a\n b"}, Order(ActKind.NOT_IDENTIFYING, reason="a b")),
        ({"Decision": "Later", "Until": "2026-11-23"}, Order(ActKind.DEFER, until=date(2026, 11, 23))),
    ],
)
def test_a_filled_in_row_is_an_order(cells: Mapping[str, str], order: Order) -> None:
    (row,) = read(cells).rows
    assert (row.order, row.pick.column_id, row.pick.type_code, row.pick.version) == (order, 7, "SSN", "full:high.0.0")


def test_rows_that_say_two_things_of_one_type_are_refused() -> None:
    phone = {"Type code": "PHONE"}
    assert "keep one" in faults(read({"Decision": "Not identifying"}, {**phone, "Decision": "Confirm"}))[0][1]
    changed = {"Decision": "Change type", "Change to": "PHONE"}
    assert "keep one" in faults(read(changed, {**phone, "Decision": "Not this type", "Why": "Test data"}))[0][1]
    assert "same suggestion as in row 2" in faults(read({"Decision": "Confirm"}, {"Decision": "Confirm"}))[0][1]
    assert not faults(read({"Decision": "Confirm"}, {**phone, "Decision": "Confirm"}))


def test_columns_may_stand_in_any_order_and_none_may_be_missing() -> None:
    assert len(read({"Decision": "Confirm"}, headings=tuple(reversed(HEADINGS))).rows) == 1
    for key in KEYS:
        without = tuple(heading for heading in HEADINGS if heading != key)
        assert "begin with a new workbook" in faults(read({"Decision": "Confirm"}, headings=without))[0][1]
