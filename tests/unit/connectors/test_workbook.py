"""Spreadsheets, sound and hostile."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan, Unlisted
from connectors.files import sheet_layout, sheet_rows
from connectors.files import sheet_parts as parts
from connectors.files import workbook as reading
from connectors.files.share import ShareConnector
from tests.support.bounds import here
from tests.support.workbooks import OLD_OFFICE, encrypted, far_apart, open_cell, open_document, swollen, workbook

CANARY = "canary-4711-value"
OLDER = Path(__file__).parents[2] / "support" / "spreadsheets"
PLAN = SamplePlan(rows=100, seed=1)


def listed(path: Path) -> list[DatasetRef | Unlisted]:
    with closing(ShareConnector({"path": str(path)}, resolve=str, bounds=here(64))) as opened:
        return list(opened.listing())


def sample(path: Path, plan: SamplePlan = PLAN) -> Sample:
    (ref,) = listed(path)
    assert isinstance(ref, DatasetRef)
    with closing(ShareConnector({"path": str(path)}, resolve=str, bounds=here(64))) as opened:
        return opened.sample(ref, plan)


def rows_of(found: Sample) -> list[tuple[str | None, ...]]:
    return list(zip(*(found.values(place) for place in range(len(found.columns))), strict=True))


def table_of(found: Sample) -> list[tuple[str | None, ...]]:
    """The names of the columns, and the rows."""
    return [tuple(column.name for column in found.columns), *rows_of(found)]


def rewritten(path: Path, target: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """A workbook of which one part is written otherwise."""
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(target, "w") as copy:
        for member in archive.namelist():
            content = archive.read(member)
            copy.writestr(member, change(content) if member == part else content)
    path.unlink()
    return target


def test_each_sheet_is_a_dataset_whatever_it_is_called(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book#1.xlsx", {"a#b %s": [["x"], [1]], "田中 😀": [["y"], [2]]})
    refs = listed(path)
    assert [(ref.name, ref.kind) for ref in refs if isinstance(ref, DatasetRef)] == [
        ("book#1.xlsx#a#b %s", DatasetKind.SHEET),
        ("book#1.xlsx#田中 😀", DatasetKind.SHEET),
    ]
    with closing(ShareConnector({"path": str(tmp_path)}, resolve=str, bounds=here(64))) as opened:
        found = [opened.sample(ref, PLAN).columns[0].name for ref in opened.listing() if isinstance(ref, DatasetRef)]
    assert found == ["x", "y"]


def test_hidden_sheets_are_read_too(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", {"shown": [["x"]], "hidden": [["y"]]})
    book = openpyxl.load_workbook(path)
    book["hidden"].sheet_state = "veryHidden"
    book.save(path)
    assert [ref.name for ref in listed(path) if isinstance(ref, DatasetRef)] == ["b.xlsx#shown", "b.xlsx#hidden"]


def test_cells_read_as_people_type_them(tmp_path: Path) -> None:
    cells = [
        123,
        219099999.0,
        0.5,
        True,
        dt.date(2020, 1, 31),
        dt.datetime(2020, 1, 31, 9, 5),  # noqa: DTZ001 - spreadsheets know no zone
        dt.time(9, 5),
        None,
        "text",
    ]
    path = workbook(tmp_path / "b.xlsx", {"s": [[f"c{place}" for place in range(9)], cells]})
    assert rows_of(sample(path)) == [
        ("123", "219099999", "0.5", "true", "2020-01-31", "2020-01-31 09:05:00", "09:05:00", None, "text")
    ]


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


def test_older_and_binary_workbooks_are_read() -> None:
    def read(name: str, sheet: str) -> Sample:
        with (OLDER / name).open("rb") as stream:
            return reading.sample_sheet(stream, sheet, 64, PLAN, "It")

    dates = [("2021-01-01", "15"), ("2021-01-02", "16"), ("10 days, 15:10:10", "17")]
    assert table_of(read("date.xls", "Sheet1")) == table_of(read("date.xlsb", "Sheet1")) == dates
    assert table_of(read("merge_cells.xls", "Sheet1")) == [
        ("Row Merge Column Merge", "Row Merge Chunk Merged", "Not Merged Chunk Merged")
    ]
    visible = read("any_sheets.xlsb", "Visible")
    assert table_of(visible) == [("1", "2"), ("3", "4"), ("5", "6")]
    with (OLDER / "any_sheets.xlsb").open("rb") as stream:
        assert {"Visible", "Hidden", "VeryHidden"} <= set(reading.sheet_names(stream, 64, "It"))


def test_an_open_document_with_a_password_is_refused_for_it(tmp_path: Path) -> None:
    path = rewritten(
        open_document(tmp_path / "sound.ods", ""),
        tmp_path / "locked.ods",
        "META-INF/manifest.xml",
        lambda content: content.replace(b"</m:manifest>", b"<m:encryption-data/></m:manifest>"),
    )
    (item,) = listed(path)
    assert isinstance(item, Unlisted)
    assert item.reason is SkipReason.PASSWORD_PROTECTED


def test_texts_are_without_signs_that_no_text_may_hold() -> None:
    found = sheet_rows.sample_of_grid(sheet_rows.Grid(lambda: [["n\0a\0me"], ["A\0da"]]), PLAN, "It")
    assert table_of(found) == [("name",), ("Ada",)]


def test_numbers_are_read_as_their_column_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    formats = {"B": "000\\-00\\-0000", "C": "00000", "D": "0.00", "E": "0%", "F": '"$"#,##0', "G": "000-00-0000;@"}
    sheet.append([None, "ssn", "zip", "x", "y", "z", "n"])
    sheet.append([None, 78051120, 501, 7, 0.25, 1000, 1078051120])
    for letter, code in formats.items():
        sheet[f"{letter}2"].number_format = code
    book.save(path)
    assert table_of(sample(path))[1] == ("078-05-1120", "00501", "7", "0.25", "1000", "1078051120")


def test_a_workbook_of_very_many_sheets_is_refused(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        for _ in range(reading.MOST_SHEETS + 1):
            book.add_worksheet()
    (item,) = listed(tmp_path / "b.xlsx")
    assert isinstance(item, Unlisted)
    assert item.reason is SkipReason.TOO_LARGE


def test_sheets_are_listed_without_their_cells_being_read(tmp_path: Path) -> None:
    class Watched(io.BytesIO):
        """Counts what is read of it."""

        count = 0

        def read(self, size: int | None = -1, /) -> bytes:
            content = super().read(size)
            self.count += len(content)
            return content

    rows = [[f"{number} {CANARY * 9}" for _ in range(9)] for number in range(3000)]
    path = workbook(tmp_path / "b.xlsx", {"one": rows, "two & <3>": [["x"]]})
    with Watched(path.read_bytes()) as stream:
        assert reading.sheet_names(stream, 64, "It") == ["one", "two & <3>"]
        assert stream.count < path.stat().st_size / 4


def test_sheets_of_charts_are_left_out(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        book.add_worksheet("cells").write(0, 0, "x")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=cells!$A$1:$A$1"})
        book.add_chartsheet("drawn").set_chart(chart)
    assert [item.name for item in listed(tmp_path / "b.xlsx") if isinstance(item, DatasetRef)] == ["b.xlsx#cells"]


@pytest.mark.parametrize(
    "before",
    [b"<!DOCTYPE w>", b'<!DOCTYPE w [<!ENTITY n "s">]>', b"<!--" + b" " * 9_000_000 + b"-->"],
    ids=["type", "entity", "large"],
)
def test_a_workbook_whose_parts_say_nothing_plain_is_left_to_the_parser(tmp_path: Path, before: bytes) -> None:
    path = rewritten(
        workbook(tmp_path / "sound.xlsx", {"s": [["x"]]}),
        tmp_path / "entity.xlsx",
        "xl/workbook.xml",
        lambda content: before + content.split(b"?>", 1)[-1],
    )
    assert parts.sheet_parts(io.BytesIO(path.read_bytes())) is None
    (item,) = [item for item in listed(path) if isinstance(item, DatasetRef)]
    assert item.name == "entity.xlsx#s"


def test_merged_cells_without_end_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["id", "name"])
    book.active.append([1, "Ada"])
    book.save(path)
    merged = b"".join(b'<mergeCell ref="A%d:XFD1048576"/>' % row for row in range(1, 3000))
    path = rewritten(
        path,
        tmp_path / "merged.xlsx",
        "xl/worksheets/sheet1.xml",
        lambda content: content.replace(b"</sheetData>", b"</sheetData><mergeCells>" + merged + b"</mergeCells>"),
    )
    path = rewritten(
        path,
        tmp_path / "said.xlsx",
        "xl/worksheets/sheet1.xml",
        lambda content: content.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'),
    )
    with path.open("rb") as stream:
        found = reading.sample_sheet(stream, "Sheet", 64, PLAN, "It")
    assert found.row_count == 1


@pytest.mark.parametrize("cell", [b"<c r=", b'<c x=">" r='], ids=["plain", "hidden"])
def test_texts_said_over_and_over_are_refused_before_they_fill_the_memory(tmp_path: Path, cell: bytes) -> None:
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("s")
        for row in range(13_000):
            sheet.write(row, 0, "x" * 32_000)
    path = rewritten(
        path, tmp_path / "c.xlsx", "xl/worksheets/sheet1.xml", lambda content: content.replace(b"<c r=", cell)
    )
    with path.open("rb") as stream:
        assert reading.sheet_names(stream, 64, "It") == ["s"]
        with pytest.raises(DatasetError) as caught:
            reading.sample_sheet(stream, "s", 64, PLAN, "It")
    assert caught.value.reason is SkipReason.TOO_LARGE


def test_a_bomb_is_refused_when_it_is_read_too(tmp_path: Path) -> None:
    path = swollen(tmp_path / "b.xlsx", workbook(tmp_path / "sound.xlsx", {"s": [["x"], [1]]}), 50)
    with path.open("rb") as stream, pytest.raises(DatasetError) as caught:
        reading.sample_sheet(stream, "s", 64, PLAN, "It")
    assert caught.value.reason is SkipReason.TOO_LARGE


def test_very_many_tables_side_by_side_are_taken_for_one() -> None:
    cells = [
        [f"x{row}" if place % 3 < 2 and row < 9 * (place // 3 % 2) + 3 else "" for place in range(300)]
        for row in range(12)
    ]
    assert not sheet_rows.sample_of_grid(sheet_rows.Grid(lambda: cells), PLAN, "It").inner
    few = [row[:60] for row in cells]
    assert sheet_rows.sample_of_grid(sheet_rows.Grid(lambda: few), PLAN, "It").inner


def test_long_texts_beside_many_numbers_are_no_reason_to_refuse(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("s")
        sheet.write_row(0, 0, ["remark", "amount", "count"])
        sheet.write(1, 0, "x" * 32_000)
        for row in range(1, 13_000):
            sheet.write_row(row, 1, [row / 7, 0])
    with path.open("rb") as stream:
        assert reading.sample_sheet(stream, "s", 64, PLAN, "It").rows_total == 12_999


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


def test_rows_are_chosen_by_seed_and_long_cells_cut(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", {"s": [["n", "t"], *([number, "x" * 99] for number in range(500))]})
    plan = SamplePlan(rows=20, seed=4, cell_chars=7)
    first, again = sample(path, plan), sample(path, plan)
    assert rows_of(first) == rows_of(again)
    assert (first.row_count, first.rows_total, first.values(1)[0]) == (20, 500, "x" * 7)


def test_a_sheet_without_cells_is_empty(tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        sample(workbook(tmp_path / "b.xlsx", {"s": []}))
    assert caught.value.reason is SkipReason.EMPTY


def test_a_sheet_that_is_gone_has_vanished(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", {"s": [["x"]]})
    (ref,) = listed(path)
    workbook(path, {"other": [["x"]]})
    assert isinstance(ref, DatasetRef)
    with (
        closing(ShareConnector({"path": str(path)}, resolve=str, bounds=here(64))) as opened,
        pytest.raises(DatasetError) as caught,
    ):
        opened.sample(ref, PLAN)
    assert caught.value.reason is SkipReason.VANISHED


def test_hostile_workbooks_are_refused_with_their_reason(tmp_path: Path) -> None:
    sound = workbook(tmp_path / "sound.xlsx", {"s": [["x"], [CANARY]]})
    torn = tmp_path / "torn.xlsx"
    torn.write_bytes(sound.read_bytes()[:1500])
    old = tmp_path / "old.xls"
    old.write_bytes(OLD_OFFICE + CANARY.encode() * 100)
    reasons = {
        swollen(tmp_path / "bomb.xlsx", sound, 50): SkipReason.TOO_LARGE,
        swollen(tmp_path / "larger.xlsx", sound, 70): SkipReason.TOO_LARGE,
        encrypted(tmp_path / "locked.xlsx"): SkipReason.PASSWORD_PROTECTED,
        torn: SkipReason.UNREADABLE,
        old: SkipReason.UNREADABLE,
    }
    for path, reason in reasons.items():
        (item,) = listed(path)
        assert isinstance(item, Unlisted), path.name
        assert (path.name, item.reason) == (path.name, reason)


def test_far_off_cells_are_refused_before_they_fill_the_memory(tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        sample(far_apart(tmp_path / "far.xlsx"))
    assert caught.value.reason is SkipReason.TOO_LARGE


EMPTY_REST = (
    '<table:table-row table:number-rows-repeated="1048574">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)


def test_an_open_document_is_read_and_its_empty_rest_does_no_harm(tmp_path: Path) -> None:
    rows = [("id", "name"), ("1", "Ada"), ("2", "Bob")]
    body = "".join(f"<table:table-row>{''.join(map(open_cell, row))}</table:table-row>" for row in rows)
    found = sample(open_document(tmp_path / "b.ods", body + EMPTY_REST))
    assert [tuple(column.name for column in found.columns), *rows_of(found)] == rows


@pytest.mark.parametrize(
    "rows",
    [
        f'<table:table-row table:number-rows-repeated="200000">{open_cell("x", 300)}</table:table-row>',
        f'<table:table-row table:number-rows-repeated="3000">{open_cell("x" * 9000, 100)}</table:table-row>',
        (
            f"<table:table-row>{open_cell('x')}</table:table-row>{EMPTY_REST}"
            f"<table:table-row>{open_cell('x', 16384)}</table:table-row>"
        ),
    ],
    ids=["repeated", "long", "far"],
)
def test_repeated_cells_are_refused_before_they_fill_the_memory(tmp_path: Path, rows: str) -> None:
    (item,) = listed(open_document(tmp_path / "b.ods", rows))
    assert isinstance(item, Unlisted)
    assert item.reason is SkipReason.TOO_LARGE


def test_a_size_declared_falsely_comes_to_light(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", {"s": [["x"], [CANARY] * 3]})
    (ref,) = listed(path)
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    content = path.read_bytes()
    path.write_bytes(content.replace(size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little")))
    assert isinstance(ref, DatasetRef)
    with (
        closing(ShareConnector({"path": str(path)}, resolve=str, bounds=here(64))) as opened,
        pytest.raises(DatasetError) as caught,
    ):
        opened.sample(ref, PLAN)
    assert caught.value.reason is SkipReason.UNREADABLE
    assert CANARY not in f"{caught.value!s} {caught.value!r}"


def test_a_broken_sheet_quotes_nothing(tmp_path: Path) -> None:
    sound = workbook(tmp_path / "sound.xlsx", {"s": [["x"], [1]]})
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(sound) as source, zipfile.ZipFile(path, "w") as target:
        for member in source.namelist():
            content = source.read(member)
            if member.endswith("sheet1.xml"):
                content = content.replace(b'<c r="A2"', f'<c r="{CANARY}"'.encode()).replace(b"</row>", b"</wor>", 1)
            target.writestr(member, content)
    with pytest.raises(DatasetError) as caught:
        sample(path)
    assert caught.value.reason is SkipReason.UNREADABLE
    assert CANARY not in f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"


def test_a_panic_of_the_parser_is_an_error_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Panic(BaseException):
        """As the parser's own: no Exception."""

    def panic(_: object) -> None:
        raise Panic(CANARY)

    path = workbook(tmp_path / "b.xlsx", {"s": [["x"]]})
    monkeypatch.setattr(reading.calamine, "CalamineWorkbook", type("Stub", (), {"from_filelike": staticmethod(panic)}))
    with pytest.raises(DatasetError) as caught:
        sample(path)
    assert caught.value.reason is SkipReason.UNREADABLE
    assert CANARY not in f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"
