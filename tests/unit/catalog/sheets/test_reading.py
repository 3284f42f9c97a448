"""Workbooks of others: read as texts where they are plain, refused in plain words where they are hostile."""

import datetime as dt
import io
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import RequestError
from catalog.model.interchange import Sheet
from catalog.sheets import reading, writing
from tests.support.workbooks import encrypted, far_apart, open_cell, open_document, swollen, workbook

CANARY = "canary-4711-value"
PROPERTIES = writing.Properties("register", "cpo", dt.datetime(2026, 2, 3, tzinfo=dt.UTC))
SHEET = "xl/worksheets/sheet1.xml"
SHARED = "xl/sharedStrings.xml"
SHARED_BODY = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</sst>'
BODY = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def book(*pages: writing.Page) -> bytes:
    return b"".join(writing.book(PROPERTIES, pages))


def with_parts(data: bytes, parts: Mapping[str, str | bytes]) -> bytes:
    """The workbook with these parts in place of its own, or beside them."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in parts:
                target.writestr(name, source.read(name))
        for name, text in parts.items():
            target.writestr(name, text)
    return made.getvalue()


PLAIN = book(writing.Page("Parties", ("Name",), [("Harbor",)]))


def refusal(data: bytes) -> str:
    with pytest.raises(RequestError) as caught:
        reading.read(data)
    assert CANARY not in str(caught.value)
    return caught.value.cause


@given(st.lists(st.tuples(*[st.text(st.characters(codec="utf-8"), max_size=20).map(writing.fit)] * 2), max_size=4))
def test_what_is_written_is_read_again(rows: list[tuple[str, str]]) -> None:
    (sheet,) = reading.read(book(writing.Page("A & B", ("one", "two"), rows)))
    while rows and not any(rows[-1]):
        rows.pop()  # rows without anything at the end are no rows
    assert (sheet.name, sheet.headings) == ("A & B", ("one", "two"))
    assert [row for row in sheet.rows if any(row)] == [row for row in rows if any(row)]


def test_cells_read_as_people_type_them_and_formulas_as_what_they_showed(tmp_path: Path) -> None:
    row = [dt.date(2026, 7, 31), dt.datetime.fromisoformat("2026-07-31T08:30"), 7, 7.5, True, None, "x"]
    path = workbook(tmp_path / "b.xlsx", {"s": [["a", "b", "c", "d", "e", "f", "g", "h"], [*row, "=1+1"]]})
    (sheet,) = reading.read(path.read_bytes())
    # Nobody has computed the formula: it showed nothing yet, and nobody computes it here.
    assert sheet.rows == (("2026-07-31", "2026-07-31 08:30:00", "7", "7.5", "yes", "", "x", ""),)


def test_cells_stay_where_they_are_when_those_before_them_are_empty(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", {"s": [[None, "h"], [None, None], [None, "x"]]})
    assert reading.read(path.read_bytes()) == (Sheet("s", ("", "h"), (("", ""), ("", "x"))),)


@pytest.mark.parametrize(("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_called_as_spreadsheets_call_them(place: int, letters: str) -> None:
    assert reading.column_letters(place) == letters


@pytest.mark.parametrize(
    "data",
    [b"", CANARY.encode() * 100, b"PK\x03\x04" + CANARY.encode(), PLAIN[:1000], b"%PDF-1.7 " + CANARY.encode()],
    ids=["empty", "text", "torn zip", "half", "pdf"],
)
def test_what_is_no_workbook_is_called_so(data: bytes) -> None:
    assert refusal(data) == "it is damaged or no workbook"


def test_other_spreadsheets_and_other_zips_are_refused(tmp_path: Path) -> None:
    ods = open_document(tmp_path / "b.ods", f"<table:table-row>{open_cell(CANARY)}</table:table-row>")
    assert refusal(ods.read_bytes()) == "it is damaged or no workbook"
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", CANARY)
    assert refusal(other.getvalue()) == "it is damaged or no workbook"
    assert refusal(encrypted(tmp_path / "locked.xlsx").read_bytes()) == "it has a password or is of an old format"


def _many_sheets(_folder: Path) -> bytes:
    made = io.BytesIO(PLAIN)
    with zipfile.ZipFile(made, "a") as archive:
        for number in range(20_000):
            archive.writestr(f"xl/{number}", "")
    return made.getvalue()


def _bomb(folder: Path) -> bytes:
    (folder / "sound.xlsx").write_bytes(PLAIN)
    return swollen(folder / "bomb.xlsx", folder / "sound.xlsx", 110).read_bytes()


def _unnumbered(_folder: Path) -> bytes:
    """One wide row, and many short ones: cells that do not say where they are."""
    rows = f"<row>{'<c/>' * 16_000}<c><v>1</v></c></row>" + "<row><c><v>1</v></c></row>" * 40_000
    return with_parts(PLAIN, {SHEET: BODY.format(rows)})


def _shared_text(_folder: Path) -> bytes:
    """One text of a megabyte, named by every cell."""
    texts = SHARED_BODY.format(f"<si><t>{'x' * 1_000_000}</t></si>")
    rows = "".join(f'<row><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(1, 20_000))
    return with_parts(PLAIN, {SHEET: BODY.format(rows), SHARED: texts})


def _elsewhere(folder: Path) -> bytes:
    """The same, the sheet in a part of another name."""
    data = with_parts(_shared_text(folder), {})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        rows, relations = archive.read(SHEET), archive.read("xl/_rels/workbook.xml.rels").decode()
    moved = relations.replace("worksheets/sheet1.xml", "theme/x.bin")
    return with_parts(data, {"xl/theme/x.bin": rows, "xl/_rels/workbook.xml.rels": moved, SHEET: BODY.format("")})


def _hidden_cell(folder: Path) -> bytes:
    """The same, behind a > that no program leaves bare."""
    data = _shared_text(folder)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        rows = archive.read(SHEET).decode()
    return with_parts(data, {SHEET: rows.replace("<c ", '<c cm="/>" ').replace("<v>0<", "<v><![CDATA[0]]><")})


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (_many_sheets, "it has more than 64 parts"),
        (_bomb, "it unpacks to more than 100 MB"),
        (lambda folder: far_apart(folder / "far.xlsx").read_bytes(), "its cells lie too far apart or are too many"),
        (_unnumbered, "its cells lie too far apart or are too many"),
        (_shared_text, "it says the same long texts too often"),
        (_elsewhere, "it says the same long texts too often"),
        (_hidden_cell, "it says the same long texts too often"),
    ],
    ids=["20,000 sheets", "bomb", "far apart", "unnumbered", "shared text", "elsewhere", "hidden cells"],
)
def test_what_would_fill_the_memory_is_refused_before_it_does(
    tmp_path: Path, make: Callable[[Path], bytes], cause: str
) -> None:
    data = make(tmp_path)
    tracemalloc.start()
    try:
        assert refusal(data) == cause
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert held < 80_000_000


def test_a_file_larger_than_the_limit_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", len(PLAIN) - 1)
    assert refusal(PLAIN).startswith("it is larger than")


def test_rows_and_cells_have_their_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    long = book(writing.Page("Parties", ("Name", "Kind"), [("a", "b"), ("c", CANARY * 300)]))
    assert refusal(long) == "cell Parties!B3 holds more than 4,000 characters"
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    many = book(writing.Page("Parties", ("Name",), [("a",), ("b",), ("c",)]))
    assert refusal(many) == "sheet Parties has more than 2 rows"


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(CANARY)
    cell = '<c t="inlineStr"><is><t>&x;</t></is></c>'
    hostile = f'<!DOCTYPE w [<!ENTITY x SYSTEM "file://{secret}">]>' + BODY.format(f"<row>{cell}</row>")
    try:
        found = str(reading.read(with_parts(PLAIN, {SHEET: hostile})))
    except RequestError as error:
        found = str(error)
    assert CANARY not in found


def test_what_declares_a_false_size_or_a_part_twice_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as archive:
        size, rows = archive.getinfo(SHEET).file_size, archive.read(SHEET)
    lied = PLAIN.replace(size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little"))
    assert lied != PLAIN
    assert refusal(lied) == "it is damaged or no workbook"
    twice = io.BytesIO(PLAIN)
    with zipfile.ZipFile(twice, "a") as archive:
        archive.writestr(SHEET.upper(), rows)
    assert refusal(twice.getvalue()) == "it is damaged or no workbook"


def test_a_workbook_that_keeps_each_text_once_is_read() -> None:
    texts = "".join(f"<si><t>text {number}</t></si>" for number in range(3_000))
    cells = (
        f'<row><c r="A{row}" t="s"><v>{row - 1}</v></c><c r="B{row}"><v>7</v></c></row>' for row in range(1, 3_001)
    )
    data = with_parts(PLAIN, {SHEET: BODY.format("".join(cells)), SHARED: SHARED_BODY.format(texts)})
    (sheet,) = reading.read(data)
    assert [sheet.headings, *sheet.rows] == [(f"text {number}", "7") for number in range(3_000)]
