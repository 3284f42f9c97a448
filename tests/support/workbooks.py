"""Spreadsheets for tests, sound and hostile."""

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """Write a workbook of these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def far_apart(path: Path) -> Path:
    """Write a workbook of two cells at the two ends of a sheet."""
    book = openpyxl.Workbook()
    book.active["A1"] = "a"
    book.active["XFD1048576"] = "z"
    book.save(path)
    return path


def swollen(path: Path, sound: Path, megabytes: int) -> Path:
    """Write a workbook that unpacks to very much more than its size."""
    with zipfile.ZipFile(sound) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            target.writestr(member, source.read(member))
        target.writestr("xl/media/image1.png", b"\0" * (megabytes * 1_000_000))
    return path


def encrypted(path: Path) -> Path:
    """Write what Office makes of a workbook with a password: an old-style container of an encrypted package."""
    name = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(OLD_OFFICE + b"\0" * 504 + name + b"\0" * (512 - len(name)))
    return path


def locked_older(path: Path, *before: tuple[int, bytes]) -> Path:
    """Write what Excel 2003 makes of a workbook with a password, as far as that shows: its first records.

    Parameters:
        before: records, by kind, that stand before the one that says how it is encrypted.
    """
    begin = (0x809, bytes.fromhex("0006050054386a1a0d0000000600000b"))
    records = (begin, *before, (0x2F, b"\1\0\1\0\1\0" + b"\x5a" * 48))
    stream = b"".join(struct.pack("<HH", kind, len(content)) + content for kind, content in records)
    path.write_bytes(OLD_OFFICE + b"\0" * 504 + stream + b"\x77" * 4096)
    return path


def open_document(path: Path, rows: str) -> Path:
    """Write an OpenDocument spreadsheet of one sheet with these rows, given as XML."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{manifest}"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="s">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


EMPTY_REST = (
    '<table:table-row table:number-rows-repeated="1048574">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)
"""Rows that OpenDocument writes at the end of a sheet."""


def open_cell(text: str, repeated: int = 1) -> str:
    """One filled cell of an OpenDocument spreadsheet."""
    repeat = f' table:number-columns-repeated="{repeated}"' if repeated > 1 else ""
    return f'<table:table-cell office:value-type="string"{repeat}><text:p>{text}</text:p></table:table-cell>'
