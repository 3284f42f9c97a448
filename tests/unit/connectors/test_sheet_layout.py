"""Where on a sheet its tables are, with their headers, their merged cells and what stands around them."""

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.ports import SamplePlan
from connectors.files import sheet_layout, sheet_rows
from tests.support.workbook_reading import PLAN, sample, table_of
from tests.support.workbooks import workbook


def test_titles_above_and_notes_below_a_table_are_not_of_it_and_not_lost(tmp_path: Path) -> None:
    rows = [["Report for Ada"], [], [None, None, "id", "name"], [None, None, 1, "Ada"], [None, None, "Total: 1"]]
    found = sample(workbook(tmp_path / "b.xlsx", {"s": rows}))
    assert table_of(found) == [("id", "name"), ("1", "Ada")]
    assert found.header_is_first_row
    (notes,) = found.inner
    assert (notes.label, table_of(notes.sample)) == ("notes", [("text",), ("Report for Ada",), ("Total: 1",)])
    assert notes.sample.columns[0].name_is_made_up


def test_what_stands_at_the_very_end_of_a_list_of_one_column_is_of_it(tmp_path: Path) -> None:
    rows = [["ssn"], *([f"078-05-11{number:02}"] for number in range(30)), [], ["078-05-1199"]]
    found = sample(workbook(tmp_path / "b.xlsx", {"s": rows}))
    told = {value for part in (found, *(each.sample for each in found.inner)) for value in part.values(0)}
    assert told == {row[0] for row in rows[1:] if row}
    assert found.columns[0].name == "ssn"


def test_a_few_lone_cells_are_a_table(tmp_path: Path) -> None:
    found = sample(workbook(tmp_path / "b.xlsx", {"s": [["name"], [], ["Ada"], [], [None, None, "Bob"]]}))
    assert {value for place in range(len(found.columns)) for value in found.values(place)} == {"Ada", "Bob", None}


def test_a_header_of_two_rows_is_one(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["Clients of 2020", None, None, None, None],
        ["ID", "Client", None, "Home", None],
        [None, "First", "Last", "Street", "ZIP"],
        [1, "Ada", "Byron", "1 A St", 10001],
    ):
        sheet.append(row)
    for merged in ("A1:E1", "A2:A3", "B2:C2", "D2:E2"):
        sheet.merge_cells(merged)
    book.save(path)
    found = sample(path)
    assert table_of(found) == [
        ("ID", "Client First", "Client Last", "Home Street", "Home ZIP"),
        ("1", "Ada", "Byron", "1 A St", "10001"),
    ]


def test_a_cell_merged_over_rows_is_in_each_of_them_and_one_over_columns_in_its_first(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        [None, "borough", "name", "age"],
        [None, "Bronx", "Ada", 1],
        [None, None, "Bob", 2],
        [None, None, None, None],
        [None, None, "Cy", 3],
        [None, "Queens", None, 4],
        [None, None, "Di", 5],
    ):
        sheet.append(row)
    for merged in ("B2:B5", "B6:C6"):
        sheet.merge_cells(merged)
    book.save(path)
    assert table_of(sample(path)) == [
        ("borough", "name", "age"),
        ("Bronx", "Ada", "1"),
        ("Bronx", "Bob", "2"),
        ("Bronx", "Cy", "3"),
        ("Queens", None, "4"),
        (None, "Di", "5"),
    ]


def test_tables_under_each_other_are_judged_apart(tmp_path: Path) -> None:
    rows = [
        ["id", "age"],
        *([number, 30] for number in range(9)),
        [],
        ["Vehicles"],
        ["plate", "make"],
        ["A1", "Ford"],
        ["A2", "Kia"],
        [],
        [],
        [None, "street", "zip", "city"],
        [None, "1 A St", 10001, "New York"],
    ]
    found = sample(workbook(tmp_path / "b.xlsx", {"s": rows}))
    assert table_of(found)[:2] == [("id", "age"), ("0", "30")]
    assert found.rows_total == 9
    told = {each.label: table_of(each.sample) for each in found.inner}
    assert told == {
        "table 2": [("plate", "make"), ("A1", "Ford"), ("A2", "Kia")],
        "table 3": [("street", "zip", "city"), ("1 A St", "10001", "New York")],
        "notes": [("text",), ("Vehicles",)],
    }


def test_tables_side_by_side_are_judged_apart_unless_they_end_together(tmp_path: Path) -> None:
    def beside(left: int, right: int) -> list[list[object]]:
        rows: list[list[object]] = [["id", "name", None, "plate", "make"]]
        for place in range(max(left, right)):
            first = [place, f"n{place}"] if place < left else [None, None]
            rows.append([*first, None, *([f"p{place}", "Kia"] if place < right else [None, None])])
        return rows

    apart = sample(workbook(tmp_path / "a.xlsx", {"s": beside(20, 5)}))
    (other,) = apart.inner
    assert [column.name for column in apart.columns] == ["id", "name"]
    assert (apart.rows_total, other.sample.rows_total) == (20, 5)
    assert [column.name for column in other.sample.columns] == ["plate", "make"]
    together = tmp_path / "t"
    together.mkdir()
    one = sample(workbook(together / "b.xlsx", {"s": beside(20, 20)}))
    assert [column.name for column in one.columns if not column.name_is_made_up] == ["id", "name", "plate", "make"]
    assert not one.inner


def test_rows_after_a_gap_and_headers_said_again_are_of_the_same_table(tmp_path: Path) -> None:
    header = ["id", "name", "age"]
    rows = [header, [1, "Ada", 3], [2, "Bob", 4], [], [3, "Cy", 5], header, [4, "Di", 6], [], header, [5, "Ed", 7]]
    found = sample(workbook(tmp_path / "b.xlsx", {"s": rows}))
    assert [row[0] for row in table_of(found)] == ["id", "1", "2", "3", "4", "5"]
    assert not found.inner


def test_a_line_of_two_cells_above_a_wide_header_is_no_header(tmp_path: Path) -> None:
    header = [f"column {letter}" for letter in "abcdef"]
    rows = [["Agency: HRA", "Run for: Ada"], header, [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]]
    found = sample(workbook(tmp_path / "b.xlsx", {"s": rows}))
    assert [column.name for column in found.columns] == header
    assert table_of(found.inner[0].sample) == [("text",), ("Agency: HRA Run for: Ada",)]


def test_a_report_with_its_particulars_above_and_gaps_around_its_totals_is_found(tmp_path: Path) -> None:
    """As statistics offices publish them."""
    path = tmp_path / "b.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        [None, None, None, 1, 2, 3],
        ["Title:", "Visits"],
        [],
        ["Contact:", "Ada Byron"],
        [],
        ["By borough"],
        [None, None, "Visits within 4 hours", None, "Others", None],
        ["Code", "Name", "Type 1 office", "Type 2 office", "Type 1 office", "Type 2 office"],
        ["-", "City", 10, 20, 30, 40],
        [],
        ["B1", "Bronx", 1, 2, 3, 4],
        ["Q1", "Queens", 5, 6, 7, "n/a"],
    ):
        sheet.append(row)
    for merged in ("C7:D7", "E7:F7"):
        sheet.merge_cells(merged)
    book.save(path)
    found = sample(path)
    assert table_of(found) == [
        (
            "Code",
            "Name",
            "Visits within 4 hours Type 1 office",
            "Visits within 4 hours Type 2 office",
            "Others Type 1 office",
            "Others Type 2 office",
        ),
        ("-", "City", "10", "20", "30", "40"),
        ("B1", "Bronx", "1", "2", "3", "4"),
        ("Q1", "Queens", "5", "6", "7", "n/a"),
    ]
    told = [text for each in found.inner for row in table_of(each.sample) for text in row if text]
    assert {"Contact:", "Ada Byron", "By borough"} <= set(told)


def test_texts_are_without_signs_that_no_text_may_hold() -> None:
    found = sheet_rows.sample_of_grid(sheet_rows.Grid(lambda: [["n\0a\0me"], ["A\0da"]]), PLAN, "It")
    assert table_of(found) == [("name",), ("Ada",)]


def test_very_many_tables_side_by_side_are_taken_for_one() -> None:
    cells = [
        [f"x{row}" if place % 3 < 2 and row < 9 * (place // 3 % 2) + 3 else "" for place in range(300)]
        for row in range(12)
    ]
    assert not sheet_rows.sample_of_grid(sheet_rows.Grid(lambda: cells), PLAN, "It").inner
    few = [row[:60] for row in cells]
    assert sheet_rows.sample_of_grid(sheet_rows.Grid(lambda: few), PLAN, "It").inner


GRIDS = st.lists(
    st.lists(st.sampled_from([None, None, "id", "Ada", "x9", 7, 2.5]), min_size=1, max_size=7), min_size=1, max_size=14
)


@settings(max_examples=200, deadline=None)
@given(GRIDS)
def test_no_cell_of_a_sheet_is_lost(rows: list[list[object]]) -> None:
    width = max(map(len, rows))
    cells = [[*("" if cell is None else cell for cell in row), *[""] * (width - len(row))] for row in rows]
    written = {str(cell) for row in cells for cell in row if cell != ""}
    if not written:
        return
    found = sheet_rows.sample_of_grid(sheet_rows.Grid(lambda: cells), PLAN, "It")
    parts_of_it = [found, *(each.sample for each in found.inner)]
    seen = {value for part in parts_of_it for place in range(len(part.columns)) for value in part.values(place)}
    names = " ".join(column.name for part in parts_of_it for column in part.columns)
    told = " ".join(value for value in seen if value)
    assert all(text in told or text in names for text in written)
    assert not found.partly


def test_a_look_that_ran_out_of_time_says_so() -> None:
    rows = [["id", "name"], *([number, "Ada"] for number in range(5000))]
    found = sheet_rows.sample_of_grid(sheet_rows.Grid(lambda: rows), SamplePlan(rows=10, seed=1, seconds=0), "It")
    assert found.caveats == {Caveat.CUT}
    assert (found.method, found.rows_total) == (SampleMethod.FIRST_ROWS, None)


def test_more_tables_than_are_looked_at_are_said() -> None:
    rows = [line for n in range(60) for line in ([""] * n + ["id", "name"], [""] * n + [1, "y"], [])]
    cells = [[*row, *[""] * (70 - len(row))] for row in rows]
    found = sheet_rows.sample_of_grid(sheet_rows.Grid(lambda: cells), PLAN, "It")
    assert len(found.inner) == sheet_layout.MOST_TABLES - 1
    assert Caveat.CUT in found.caveats


def test_a_sheet_whose_cells_were_not_met_in_time_is_not_called_empty() -> None:
    rows = [[""], *([["Ada"]] * 5000)]
    with pytest.raises(DatasetError) as caught:
        sheet_rows.sample_of_grid(sheet_rows.Grid(lambda: rows), SamplePlan(rows=10, seed=1, seconds=0), "It")
    assert caught.value.reason is SkipReason.TIMED_OUT
