"""Spreadsheets, through calamine, after a look at what they would unpack to."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NoReturn

import python_calamine as calamine

from catalog.errors import DatasetError, SkipReason
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from catalog.sheets.extent import too_many_cells
from catalog.sheets.shared_texts import too_much_in_a_sheet
from connectors.files.sheet_parts import sheet_parts, shown_numbers
from connectors.files.sheet_rows import Grid, sample_of_grid
from connectors.files.unpacking import refuse_bombs

ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
MOST_SHEETS = 1000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARTS_OF_OPEN = "META-INF/manifest.xml"
_LONGEST_LIST = 1_000_000
_BOOK_BEGINS = re.compile(rb"\x09\x08(?:\x08\0|\x10\0)\0[\x05\x06]\x05\0")
"""The first record of a workbook of Excel 5 to 2003."""
_LOCKED = 0x2F
_FIRST_RECORDS = 4
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def sheet_names(stream: BinaryIO, file_mb: int, thing: str) -> list[str]:
    """The names of a workbook's sheets of cells, hidden ones too. Of a newer one only small parts are read for it.

    Raises:
        DatasetError: when it cannot be opened safely, or has more sheets than anybody looks at.
    """
    names = _told_names(stream, file_mb, thing)
    if names is None:
        _look_inside(stream, file_mb, thing, sheets=False)
        with _opened(stream, thing) as book:
            names = [sheet.name for sheet in book.sheets_metadata if sheet.typ is calamine.SheetTypeEnum.WorkSheet]
    if len(names) > MOST_SHEETS:
        raise DatasetError(
            thing,
            f"it has more than {MOST_SHEETS:,} sheets",
            "Ask its owner to split it into smaller files.",
            reason=SkipReason.TOO_LARGE,
        )
    return names


def sample_sheet(stream: BinaryIO, sheet: str, file_mb: int, plan: SamplePlan, thing: str) -> Sample:
    """Read a bounded, seeded sample of one sheet: of its largest table, with its others inside.

    Raises:
        DatasetError: when it cannot be opened safely, is gone or has no columns.
    """
    _look_inside(stream, file_mb, thing, sheets=True)
    shown = shown_numbers(stream, sheet)
    with _opened(stream, thing) as book:
        if sheet not in book.sheet_names:
            raise DatasetError(thing, "it is gone", "List the source again.", reason=SkipReason.VANISHED)
        cells = book.get_sheet_by_name(sheet)
        left = cells.start[1] if cells.start else 0
        return sample_of_grid(Grid(cells.iter_rows, left, cells.merged_cell_ranges or (), shown), plan, thing)


def _told_names(stream: BinaryIO, file_mb: int, thing: str) -> list[str] | None:
    """The names of the sheets of a newer workbook, without unpacking any; None where it is another one."""
    try:
        with zipfile.ZipFile(stream) as archive:
            refuse_bombs(archive, file_mb, thing)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, ValueError):
        return None
    parts = sheet_parts(stream)
    return None if parts is None else [part.name for part in parts]


@contextmanager
def _opened(stream: BinaryIO, thing: str) -> Iterator[calamine.CalamineWorkbook]:
    stream.seek(0)
    try:
        with calamine.CalamineWorkbook.from_filelike(stream) as book:
            yield book
    except (DatasetError, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except calamine.PasswordError:
        _refuse_password(thing)
    except BaseException:  # noqa: BLE001 - a panic of the parser, which is written in Rust, is no Exception
        _refuse(thing)


def _look_inside(stream: BinaryIO, file_mb: int, thing: str, *, sheets: bool) -> None:
    """Refuse what is encrypted and what would unpack to more than the limit, before the parser meets it."""
    stream.seek(0)
    head = stream.read(len(_OLD_OFFICE))
    if head == _OLD_OFFICE and _is_protected(stream.read()):
        _refuse_password(thing)
    if not head.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(stream) as archive:
            refuse_bombs(archive, file_mb, thing)
            if _is_locked(archive):
                _refuse_password(thing)
            _check_extent(archive, thing, sheets=sheets)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        _refuse(thing)
    except RuntimeError:
        # The standard library's word for an encrypted member.
        _refuse_password(thing)


def _is_protected(content: bytes) -> bool:
    """Whether an older container holds an encrypted package, or a workbook that says soon that it is encrypted."""
    if _ENCRYPTED in content:
        return True
    return any(_LOCKED in _first_kinds(content, found.start()) for found in _BOOK_BEGINS.finditer(content))


def _first_kinds(content: bytes, start: int) -> Iterator[int]:
    """The kinds of the first records of a workbook."""
    for _ in range(_FIRST_RECORDS):
        kind, length = (int.from_bytes(content[start + at : start + at + 2], "little") for at in (0, 2))
        yield kind
        start += 4 + length


def _is_locked(archive: zipfile.ZipFile) -> bool:
    """Whether the parts of an OpenDocument file are encrypted, which its list of parts says."""
    if _PARTS_OF_OPEN not in archive.namelist():
        return False
    with archive.open(_PARTS_OF_OPEN) as parts:
        return b"encryption-data" in parts.read(_LONGEST_LIST)


def _check_extent(archive: zipfile.ZipFile, thing: str, *, sheets: bool) -> None:
    if too_many_cells(archive, sheets=sheets) or (sheets and too_much_in_a_sheet(archive)):
        raise DatasetError(
            thing,
            "its cells lie too far apart or are too many",
            "Ask its owner to remove far-off cells or to split it.",
            reason=SkipReason.TOO_LARGE,
        )


def _refuse(thing: str) -> NoReturn:
    raise DatasetError(
        thing,
        "its content is damaged or not a spreadsheet",
        "Ask its owner for an intact copy.",
        reason=SkipReason.UNREADABLE,
    ) from None


def _refuse_password(thing: str) -> NoReturn:
    raise DatasetError(
        thing,
        "it is protected by a password",
        "Ask its owner for a copy without one.",
        reason=SkipReason.PASSWORD_PROTECTED,
    ) from None
