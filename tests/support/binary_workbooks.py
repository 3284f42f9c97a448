"""A small writer of binary workbooks (.xlsb), from the published description of their records ([MS-XLSB])."""

import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

_BEGIN_BOOK, _END_BOOK = 0x83, 0x84
_BEGIN_SHEETS, _SHEET, _END_SHEETS = 0x8F, 0x9C, 0x90
_BEGIN_STYLES, _END_STYLES = 0x116, 0x117
_BEGIN_USED, _USED, _END_USED = 0x269, 0x2F, 0x26A
_BEGIN_PART, _SIZE, _END_PART = 0x81, 0x94, 0x82
_BEGIN_ROWS, _ROW, _END_ROWS = 0x91, 0x00, 0x92
_NUMBER, _TEXT = 0x05, 0x06

SHOWN, HIDDEN, VERY_HIDDEN = range(3)
PLAIN, DATE, HOURS = range(3)
"""How a number is shown."""
_FORMATS = {PLAIN: 0, DATE: 14, HOURS: 46}

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

Cell = str | float | tuple[float, int]
"""A text, a number, or a number and how it is shown."""


def binary_workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    states: Mapping[str, int] | None = None,
    charts: Sequence[str] = (),
) -> Path:
    """Write a workbook of these sheets.

    Parameters:
        states: of sheets that are hidden.
        charts: names of sheets that hold a chart and no cells.
    """
    states = states or {}
    kinds = [(name, "worksheets") for name in sheets] + [(name, "chartsheets") for name in charts]
    parts = {name: f"{kind}/sheet{number}.bin" for number, (name, kind) in enumerate(kinds, start=1)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _types(parts.values()))
        archive.writestr("_rels/.rels", _links({"rId1": ("officeDocument", "xl/workbook.bin")}))
        told = {f"rId{place}": (kinds[place][1][:-1], part) for place, part in enumerate(parts.values())}
        told["styles"] = ("styles", "styles.bin")
        archive.writestr("xl/_rels/workbook.bin.rels", _links(told))
        archive.writestr("xl/workbook.bin", _book([(name, states.get(name, SHOWN)) for name, _ in kinds]))
        archive.writestr("xl/styles.bin", _styles())
        for name, part in parts.items():
            archive.writestr(f"xl/{part}", _cells(sheets[name]) if name in sheets else b"")
    return path


def _record(kind: int, content: bytes = b"") -> bytes:
    return _sevens(kind) + _sevens(len(content)) + content


def _sevens(number: int) -> bytes:
    """A number in sevens of bits, each but the last with a mark."""
    return bytes((number & 0x7F | 0x80, number >> 7)) if number > 0x7F else bytes((number,))


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _book(sheets: Sequence[tuple[str, int]]) -> bytes:
    told = [
        _record(_SHEET, struct.pack("<II", state, place + 1) + _wide(f"rId{place}") + _wide(name))
        for place, (name, state) in enumerate(sheets)
    ]
    return b"".join((_record(_BEGIN_BOOK), _record(_BEGIN_SHEETS), *told, _record(_END_SHEETS), _record(_END_BOOK)))


def _styles() -> bytes:
    used = [_record(_USED, struct.pack("<HHHHHIH", 0, shown, 0, 0, 0, 0, 0)) for shown in _FORMATS.values()]
    begin = _record(_BEGIN_USED, struct.pack("<I", len(used)))
    return b"".join((_record(_BEGIN_STYLES), begin, *used, _record(_END_USED), _record(_END_STYLES)))


def _cells(rows: Sequence[Sequence[Cell]]) -> bytes:
    size = struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, max(map(len, rows), default=1) - 1)
    content = [_record(_BEGIN_PART), _record(_SIZE, size), _record(_BEGIN_ROWS)]
    for number, row in enumerate(rows):
        content.append(_record(_ROW, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0)))
        content.extend(_cell(place, cell) for place, cell in enumerate(row))
    return b"".join((*content, _record(_END_ROWS), _record(_END_PART)))


def _cell(place: int, cell: Cell) -> bytes:
    if isinstance(cell, str):
        return _record(_TEXT, struct.pack("<II", place, PLAIN) + _wide(cell))
    number, shown = cell if isinstance(cell, tuple) else (cell, PLAIN)
    return _record(_NUMBER, struct.pack("<IId", place, shown, number))


def _types(parts: Iterable[str]) -> str:
    kinds = {"workbook.bin": "sheet.binary.macroEnabled.main", "styles.bin": "styles"}
    kinds |= {part: "chartsheet" if part.startswith("chart") else "worksheet" for part in parts}
    inner = "".join(
        f'<Override PartName="/xl/{part}" ContentType="application/vnd.ms-excel.{kind}"/>'
        for part, kind in kinds.items()
    )
    rest = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">{rest}{inner}</Types>'


def _links(told: Mapping[str, tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{name}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for name, (kind, target) in told.items()
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'
