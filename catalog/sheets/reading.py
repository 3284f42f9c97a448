"""Workbooks of others as texts: measured before they are unpacked, never computed, refused where they are not plain.

Through calamine, whose parser knows neither entities nor formulas: what a formula gave when it was last computed is
read as the text it showed.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import NoReturn

import python_calamine as calamine

from catalog.errors import RequestError
from catalog.model.interchange import Sheet
from catalog.sheets.extent import too_many_cells
from catalog.sheets.shared_texts import too_much_text

MOST_BYTES = 10_000_000
MOST_UNPACKED = 100_000_000
MOST_PARTS = 64
MOST_ROWS = 50_000
MOST_CHARACTERS = 4_000
#: The parser lays a sheet out from A1 to its last cell.
_MOST_CELLS = 2_000_000
_THING = "This file"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(data: bytes) -> tuple[Sheet, ...]:
    """The sheets of an .xlsx workbook, each with its first row as headings; rows are as long as these.

    Raises:
        RequestError: when it is no such workbook, has a password, or is larger than the limits of this module.
    """
    if len(data) > MOST_BYTES:
        _refuse_size(f"it is larger than {MOST_BYTES // 1_000_000} MB")
    if data.startswith(_OLD_OFFICE):
        raise RequestError(_THING, "it has a password or is of an old format", "Save it as .xlsx without a password.")
    _measure(data)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            names = [sheet.name for sheet in book.sheets_metadata if sheet.typ is calamine.SheetTypeEnum.WorkSheet]
            found = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in names]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # noqa: BLE001 - a panic of the parser, which is written in Rust, is no Exception
        _refuse()
    return tuple(_sheet(name, rows) for name, rows in found)


def column_letters(place: int) -> str:
    """What spreadsheets call a column, counted from 0: A, B, … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, left = divmod(place - 1, 26)
        letters = chr(ord("A") + left) + letters
    return letters


def _measure(data: bytes) -> None:
    """Refuse what is no workbook and what would unpack to too much, before the parser meets it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            # Two parts that the parser takes for one would let us measure this and have it read that.
            alike = {name.replace("\\", "/").casefold() for name in names}
            if "xl/workbook.xml" not in names or len(alike) < len(names) or any("\\" in name for name in names):
                _refuse()
            if len(names) > MOST_PARTS:
                _refuse_size(f"it has more than {MOST_PARTS} parts")
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                _refuse_size(f"it unpacks to more than {MOST_UNPACKED // 1_000_000} MB")
            if too_many_cells(archive, sheets=True, most=_MOST_CELLS):
                _refuse_size("its cells lie too far apart or are too many")
            if too_much_text(archive, MOST_UNPACKED):
                _refuse_size("it says the same long texts too often")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError):
        _refuse()
    except RuntimeError:
        # The standard library's word for an encrypted part.
        raise RequestError(_THING, "it has a password", "Save it without a password.") from None


def _sheet(name: str, rows: Sequence[Sequence[object]]) -> Sheet:
    if len(rows) > MOST_ROWS + 1:
        _refuse_size(f"sheet {name} has more than {MOST_ROWS:,} rows")
    texts = [[_text(cell) for cell in row] for row in rows]
    for number, row in enumerate(texts, 1):
        for place, text in enumerate(row):
            if len(text) > MOST_CHARACTERS:
                cell = f"{name}!{column_letters(place)}{number}"
                _refuse_size(f"cell {cell} holds more than {MOST_CHARACTERS:,} characters")
    headings = texts[0] if texts else []
    return Sheet(name, tuple(headings), tuple(tuple(row) for row in texts[1:]))


def _text(cell: object) -> str:
    """A cell as a person would type it: whole numbers without ``.0``, days as ISO 8601."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _refuse() -> NoReturn:
    raise RequestError(_THING, "it is damaged or no workbook", "Choose a workbook saved as .xlsx.") from None


def _refuse_size(cause: str) -> NoReturn:
    raise RequestError(_THING, cause, "Split it into several smaller ones.")
