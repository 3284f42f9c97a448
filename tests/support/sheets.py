"""Workbooks of the register for tests: changed as a person changes them, and told without what differs by catalog."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from catalog.model.actors import Actor
from catalog.model.interchange import Sheet
from catalog.services import interchange
from catalog.services.catalog import Catalog

Sheets = Sequence[Sheet]


def taken(actor: Actor, catalog: Catalog) -> tuple[Sheet, ...]:
    """The register through a file and back, as who opens it has it."""
    return interchange.read(b"".join(interchange.packed(interchange.export(actor, catalog))))


def only(sheets: Sheets, *names: str) -> tuple[Sheet, ...]:
    """The workbook without its other sheets, but for the one that explains."""
    return tuple(sheet for sheet in sheets if sheet.name in {"Read me", *names})


def rows_of(sheets: Sheets, name: str) -> list[dict[str, str]]:
    (sheet,) = [one for one in sheets if one.name == name]
    return [dict(zip(sheet.headings, row, strict=True)) for row in sheet.rows]


def with_rows(sheets: Sheets, name: str, rows: Iterable[Mapping[str, str]]) -> tuple[Sheet, ...]:
    """The workbook with these rows in one sheet."""

    def put(sheet: Sheet) -> Sheet:
        made = [tuple(row.get(heading, "") for heading in sheet.headings) for row in rows]
        return replace(sheet, rows=made) if sheet.name == name else sheet

    return tuple(put(sheet) for sheet in sheets)


def edited(sheets: Sheets, name: str, place: int, **cells: str) -> tuple[Sheet, ...]:
    """The workbook with cells of one row written over; ``place`` counts rows below the headings, from 0."""
    rows = rows_of(sheets, name)
    rows[place] |= {heading.replace("_", " "): text for heading, text in cells.items()}
    return with_rows(sheets, name, rows)


def added(sheets: Sheets, name: str, **cells: str) -> tuple[Sheet, ...]:
    """The workbook with a row more."""
    row = {heading.replace("_", " "): text for heading, text in cells.items()}
    return with_rows(sheets, name, [*rows_of(sheets, name), row])


def told(sheets: Sheets) -> dict[str, list[dict[str, str]]]:
    """What the workbook says, whatever the catalog: without numbers and revisions, the rows of a sheet in order."""
    return {
        sheet.name: sorted(
            (
                {heading: text for heading, text in row.items() if heading not in {"Number", "Revision"}}
                for row in rows_of(sheets, sheet.name)
            ),
            key=lambda row: list(row.values()),
        )
        for sheet in sheets
        if sheet.name != "Read me"
    }
