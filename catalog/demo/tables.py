"""A table as rows in memory, and the ways agencies keep one: SQLite, CSV, TSV, XLSX."""

import csv
import io
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook

Cell = str | int | float | None
_WRITTEN_AT = datetime(2026, 7, 31)  # noqa: DTZ001  # a workbook's properties carry no zone


@dataclass(frozen=True, slots=True)
class Table:
    """A name, columns, and rows of cells."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def table(name: str, records: Iterable[Mapping[str, object]]) -> Table:
    """A table of records that all have the same keys in the same order."""
    held = list(records)
    return Table(name, tuple(held[0]), tuple(tuple(map(cell, record.values())) for record in held))


def cell(value: object) -> Cell:
    """A value as agencies store it: times and days as text.

    Raises:
        TypeError: for what no cell holds.
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no cell holds a {type(value).__name__}")


def write_sqlite(path: Path, tables: Sequence[Table], views: Mapping[str, str]) -> None:
    """Write tables and views (name to SELECT) into a new SQLite file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        for one in tables:
            columns = ", ".join(f'"{name}" {_declared(one, place)}' for place, name in enumerate(one.columns))
            connection.execute(f'CREATE TABLE "{one.name}" ({columns})')
            marks = ", ".join("?" * len(one.columns))
            connection.executemany(f'INSERT INTO "{one.name}" VALUES ({marks})', one.rows)  # noqa: S608  # our own names
        for name, select in views.items():
            connection.execute(f'CREATE VIEW "{name}" AS {select}')


def _declared(one: Table, place: int) -> str:
    if one.columns[place].endswith(("_DTTM", "_TS")):
        return "TIMESTAMP"
    if one.columns[place].endswith("_DT"):
        return "DATE"
    cells = {type(row[place]) for row in one.rows if row[place] is not None}
    if cells == {int}:
        return "INTEGER"
    return "REAL" if cells and cells <= {int, float} else "VARCHAR(255)"


def write_text(path: Path, one: Table, *, delimiter: str = ",", header: bool = True, encoding: str = "utf-8") -> None:
    """Write one table as delimited text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding=encoding, errors="replace") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        if header:
            writer.writerow(one.columns)
        writer.writerows(one.rows)


def as_text(one: Table) -> bytes:
    """One table as comma-separated text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows((one.columns, *one.rows))
    return out.getvalue().encode()


def write_workbook(path: Path, sheets: Sequence[Table], above: Sequence[Sequence[str]] = ()) -> None:
    """Write a workbook with one sheet per table; ``above`` holds the title rows of each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = _WRITTEN_AT
    for place, one in enumerate(sheets):
        sheet = book.create_sheet(one.name)
        for title in above[place] if above else ():
            sheet.append((title,))
        sheet.append(one.columns)
        for row in one.rows:
            sheet.append(row)
    book.save(path)
