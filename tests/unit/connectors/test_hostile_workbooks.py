"""Spreadsheets that are damaged, protected or made to do harm."""

import zipfile
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from catalog.errors import DatasetError, SkipReason
from catalog.model.holdings import DatasetRef
from catalog.ports import Unlisted
from connectors.files import workbook as reading
from connectors.files.share import ShareConnector
from tests.support.bounds import here
from tests.support.workbook_reading import PLAN, listed, rewritten, sample
from tests.support.workbooks import (
    EMPTY_REST,
    OLD_OFFICE,
    encrypted,
    far_apart,
    locked_older,
    open_cell,
    open_document,
    swollen,
    workbook,
)

CANARY = "canary-4711-value"


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


@pytest.mark.parametrize("before", [(), ((0x86, b""),)], ids=["at once", "after another record"])
def test_an_older_workbook_with_a_password_is_refused_for_it(
    tmp_path: Path, before: tuple[tuple[int, bytes], ...]
) -> None:
    (item,) = listed(locked_older(tmp_path / "locked.xls", *before))
    assert isinstance(item, Unlisted)
    assert item.reason is SkipReason.PASSWORD_PROTECTED


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
