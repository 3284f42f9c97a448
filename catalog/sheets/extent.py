"""How far the cells of a zipped spreadsheet lie apart, told from its XML before the parser lays them out in memory."""

import re
import zipfile
from collections.abc import Iterator

MOST_CELLS = 20_000_000
"""The parser lays a sheet out from its first to its last cell: two cells far apart cost as much as all between."""

_CHUNK = 1 << 20
_BYTES_A_CELL = 64
"""Of text with its markup: most cells of an honest sheet have less."""
_LONGEST_TAG = 1 << 16
_OFFICE_CELL = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_OFFICE_TAG = re.compile(rb"<(?:[^\s<>:]*:)?(row|c)(?=[\s/>])")
_OPEN_TAG = re.compile(rb"<table:(table-row|table-cell|covered-table-cell|table)(?=[\s/>])([^>]*)>")
_OPEN_REPEAT = re.compile(rb'table:number-(?:rows|columns)-repeated="([0-9]{1,9})"')


def too_many_cells(archive: zipfile.ZipFile, *, sheets: bool, most: int = MOST_CELLS) -> bool:
    """Unpack to nowhere, so that falsely declared sizes come to light, and measure the sheets.

    Args:
        archive: an .xlsx, .xlsb or .ods file.
        sheets: measure the sheets of Office too, which the parser reads only when asked for one.
        most: how many are too many.
    """
    return any(_extent(archive, member, sheets=sheets) > most for member in archive.namelist())


def _extent(archive: zipfile.ZipFile, member: str, *, sheets: bool) -> int:
    pieces = chunks(archive, member)
    if member == "content.xml":
        return _open_document(pieces)
    if sheets:  # whatever its name is: the workbook says which parts are sheets
        return _office(pieces)
    for _ in pieces:
        pass
    return 0


def chunks(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """The content in pieces that end where a tag ends."""
    tail = b""
    with archive.open(member) as packed:
        while chunk := packed.read(_CHUNK):
            whole, _, tail = (tail + chunk).rpartition(b">")
            yield whole + b">"
            tail = tail[:_LONGEST_TAG]


def _office(pieces: Iterator[bytes]) -> int:
    """Cells say where they are, or follow one another."""
    rows = columns = row = column = 0
    for chunk in pieces:
        for letters, number in _OFFICE_CELL.findall(chunk):
            rows = max(rows, int(number))
            columns = max(columns, _column_number(letters))
        for kind in _OFFICE_TAG.findall(chunk):
            row, column = (row + 1, 0) if kind == b"row" else (row, column + 1)
            columns = max(columns, column)
    return max(rows, row) * columns


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _open_document(pieces: Iterator[bytes]) -> int:
    """The largest table up to its last filled cell; rows and cells say how often they are repeated, and so how often
    their texts are: a long text counts as several cells.
    """
    largest = row = row_repeat = column = rows = columns = 0
    said = copies = 0
    for chunk in pieces:
        end = 0
        for found in _OPEN_TAG.finditer(chunk):
            said += copies * (found.start() - end)
            kind, attributes, end, copies = found[1], found[2], found.end(), 0
            repeated = _OPEN_REPEAT.search(attributes)
            repeat = int(repeated[1]) if repeated else 1
            if kind == b"table":
                row = row_repeat = column = rows = columns = 0
            elif kind == b"table-row":
                row, row_repeat, column = row + row_repeat, repeat, 0
            else:
                column += repeat
                if b"value-type=" in attributes:
                    rows, columns = row + row_repeat, max(columns, column)
                    largest, copies = max(largest, rows * columns), repeat * row_repeat
        said += copies * (len(chunk) - end)
    return max(largest, said // _BYTES_A_CELL)
