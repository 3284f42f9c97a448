"""Spreadsheets: which sheets there are, and what their cells say."""

import datetime as dt
import io
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from catalog.errors import DatasetError, SkipReason
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan, Unlisted
from connectors.files import sheet_parts as parts
from connectors.files import workbook as reading
from connectors.files.share import ShareConnector
from tests.support.binary_workbooks import DATE, HIDDEN, HOURS, VERY_HIDDEN, binary_workbook
from tests.support.bounds import here
from tests.support.workbook_reading import PLAN, listed, rewritten, rows_of, sample, table_of
from tests.support.workbooks import (
    EMPTY_REST,
    open_cell,
    open_document,
    workbook,
)

CANARY = "canary-4711-value"
VISITS = [("day", "visits"), ("2021-01-01", "15"), ("2021-01-02", "16"), ("10 days, 15:10:10", "17")]
OLDER = Path(__file__).parents[2] / "support" / "spreadsheets"


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


def read(path: Path, sheet: str) -> Sample:
    with path.open("rb") as stream:
        return reading.sample_sheet(stream, sheet, 64, PLAN, "It")


def test_older_workbooks_are_read() -> None:
    assert table_of(read(OLDER / "visits.xls", "Dates")) == VISITS
    assert table_of(read(OLDER / "visits.xls", "Merged")) == [
        ("Client first", "Client last", "Home borough"),
        ("Ada", "Byron", "Bronx"),
        ("Bob", "Cole", "Bronx"),
        ("Cy", "Dean", "Queens"),
    ]
    assert table_of(read(OLDER / "visits.xls", "Hidden")) == [("id", "name"), ("7", "Eve")]


def test_open_documents_of_an_office_program_are_read() -> None:
    found = read(OLDER / "visits.ods", "Dates")
    assert table_of(found)[:3] == VISITS[:3]
    assert (found.row_count, found.values(1)) == (3, ["15", "16", "17"])
    assert table_of(read(OLDER / "visits.ods", "Hidden")) == [("id", "name"), ("7", "Eve")]


def test_binary_workbooks_are_read(tmp_path: Path) -> None:
    stay = 10 + (15 * 3600 + 10 * 60 + 10) / 86_400
    visits = [["day", "visits"], [(44_197, DATE), 15.0], [(44_198, DATE), 16.0], [(stay, HOURS), 17.0]]
    sheets = {"Dates": visits, "Hidden": [["id", "name"], [7.0, "Eve"]], "Secret": [["x", "y"], [1.5, "z"]]}
    states = {"Hidden": HIDDEN, "Secret": VERY_HIDDEN}
    path = binary_workbook(tmp_path / "b.xlsb", sheets, states, charts=["Drawn"])
    with path.open("rb") as stream:
        assert reading.sheet_names(stream, 64, "It") == list(sheets)
    assert table_of(read(path, "Dates")) == VISITS
    assert table_of(read(path, "Hidden")) == [("id", "name"), ("7", "Eve")]
    assert table_of(read(path, "Secret")) == [("x", "y"), ("1.5", "z")]


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


def test_an_open_document_is_read_and_its_empty_rest_does_no_harm(tmp_path: Path) -> None:
    rows = [("id", "name"), ("1", "Ada"), ("2", "Bob")]
    body = "".join(f"<table:table-row>{''.join(map(open_cell, row))}</table:table-row>" for row in rows)
    found = sample(open_document(tmp_path / "b.ods", body + EMPTY_REST))
    assert [tuple(column.name for column in found.columns), *rows_of(found)] == rows
