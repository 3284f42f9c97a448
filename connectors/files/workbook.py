"""Spreadsheets, through calamine, after a look at what they would unpack to."""

import datetime as dt
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NoReturn

import python_calamine as calamine

from catalog.errors import DatasetError, SkipReason
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from catalog.sheets.extent import too_many_cells
from connectors.files.table import sample_of

ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_MEGABYTE = 1_000_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MOST_TIMES = 200


def sheet_names(stream: BinaryIO, file_mb: int, thing: str) -> list[str]:
    """The names of a workbook's sheets, hidden ones too.

    Raises:
        DatasetError: when it cannot be opened safely.
    """
    _look_inside(stream, file_mb, thing, sheets=False)
    with _opened(stream, thing) as book:
        return [sheet.name for sheet in book.sheets_metadata if sheet.typ is calamine.SheetTypeEnum.WorkSheet]


def sample_sheet(stream: BinaryIO, sheet: str, file_mb: int, plan: SamplePlan, thing: str) -> Sample:
    """Read a bounded, seeded sample of one sheet.

    Raises:
        DatasetError: when it cannot be opened safely, is gone or has no columns.
    """
    _look_inside(stream, file_mb, thing, sheets=True)
    with _opened(stream, thing) as book:
        if sheet not in book.sheet_names:
            raise DatasetError(thing, "it is gone", "List the source again.", reason=SkipReason.VANISHED)
        rows = book.get_sheet_by_name(sheet).iter_rows()
        return sample_of(([_text(cell) for cell in row] for row in rows), plan, thing)


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
    if head == _OLD_OFFICE and _ENCRYPTED in stream.read():
        _refuse_password(thing)
    if not head.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_sizes(archive, file_mb, thing)
            _check_extent(archive, thing, sheets=sheets)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError):
        _refuse(thing)
    except RuntimeError:
        # The standard library's word for an encrypted member.
        _refuse_password(thing)


def _check_sizes(archive: zipfile.ZipFile, file_mb: int, thing: str) -> None:
    unpacked = sum(member.file_size for member in archive.infolist())
    packed = sum(member.compress_size for member in archive.infolist())
    bomb = unpacked > 32 * _MEGABYTE and unpacked > _MOST_TIMES * packed
    if bomb or unpacked > file_mb * _MEGABYTE:
        raise DatasetError(
            thing,
            "it would unpack to far more than its size",
            "Ask its owner to split it into smaller files.",
            reason=SkipReason.TOO_LARGE,
        )


def _check_extent(archive: zipfile.ZipFile, thing: str, *, sheets: bool) -> None:
    if too_many_cells(archive, sheets=sheets):
        raise DatasetError(
            thing,
            "its cells lie too far apart or are too many",
            "Ask its owner to remove far-off cells or to split it.",
            reason=SkipReason.TOO_LARGE,
        )


def _text(cell: object) -> str:
    """A cell as a person would type it: whole numbers without ``.0``, dates as ISO 8601."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


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
