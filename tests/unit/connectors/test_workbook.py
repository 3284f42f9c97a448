"""Spreadsheets, sound and hostile."""

import datetime as dt
import zipfile
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from catalog.errors import DatasetError, SkipReason
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan, Unlisted
from connectors.files import workbook as reading
from connectors.files.share import ShareConnector
from tests.support.bounds import here
from tests.support.workbooks import OLD_OFFICE, encrypted, far_apart, open_cell, open_document, swollen, workbook

CANARY = "canary-4711-value"
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


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", {"s": [["Report of 2020"], [], [None, "id", "name"], [None, 1, "Ada"]]})
    found = sample(path)
    assert [column.name for column in found.columns if not column.name_is_made_up] == ["id", "name"]
    assert found.row_count == 1
    assert found.header_is_first_row


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
    text = tmp_path / "text.xlsx"
    text.write_text(CANARY * 100)
    reasons = {
        swollen(tmp_path / "bomb.xlsx", sound, 50): SkipReason.TOO_LARGE,
        swollen(tmp_path / "larger.xlsx", sound, 70): SkipReason.TOO_LARGE,
        encrypted(tmp_path / "locked.xlsx"): SkipReason.PASSWORD_PROTECTED,
        torn: SkipReason.UNREADABLE,
        old: SkipReason.UNREADABLE,
        text: SkipReason.UNREADABLE,
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
        (
            f"<table:table-row>{open_cell('x')}</table:table-row>{EMPTY_REST}"
            f"<table:table-row>{open_cell('x', 16384)}</table:table-row>"
        ),
    ],
    ids=["repeated", "far"],
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
    assert [item.reason for item in listed(path) if isinstance(item, Unlisted)] == [SkipReason.UNREADABLE]


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
    (item,) = listed(path)
    assert isinstance(item, Unlisted)
    assert item.reason is SkipReason.UNREADABLE
