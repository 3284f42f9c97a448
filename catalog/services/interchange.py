"""The register by spreadsheet: taken away as one workbook, and brought back changed or filled, all of it or nothing."""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn

from catalog.errors import RequestError
from catalog.model.actors import Actor
from catalog.model.interchange import ImportPlan, Problem, Sheet, Workbook
from catalog.services import access, audit, interchange_book
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.interchange_book import Book
from catalog.services.interchange_cells import Column, one_line
from catalog.services.interchange_keeping import Keeper
from catalog.services.interchange_rows import Taking
from catalog.services.interchange_sheets import NUMBER, SHEETS, SheetOf
from catalog.sheets import reading, writing

#: What its sheets are called.
NAMES = tuple(sheet.name for sheet in SHEETS)
#: No file may be larger.
MOST_BYTES = reading.MOST_BYTES
_NAME = "register"
_READ_ME = "Read me"
_HEADINGS = ("Sheet", "Column", "What it says", "What may stand there")
_THIS, _CATALOG = "This workbook", "Catalog"
_PREFIX = "Imported from a spreadsheet"


class _Undone(Exception):
    """What was tried is undone again; it never leaves this module."""


def export(actor: Actor, catalog: Catalog) -> Workbook:
    """The register as this actor sees it; that they take it away is recorded, and counts for the quota of the day.

    Raises:
        NotAllowed: when they may see none of it, or would have taken more rows in a day than one may.
    """
    access.require(actor, Action.READ_FLOWS)
    with catalog.reading() as connection:
        book = interchange_book.read(connection, catalog, actor)
    sheets = tuple(_sheet(book, sheet) for sheet in SHEETS)
    audit.exported(actor, catalog, _NAME, sum(len(sheet.rows) for sheet in sheets))
    return Workbook(_NAME, actor.person_id, catalog.clock.now(), (_read_me(catalog), *sheets))


def records(actor: Actor, catalog: Catalog, name: str) -> list[dict[str, str]]:
    """The records of one sheet as this actor sees them, each by heading.

    Raises:
        NotFound: when there is no sheet of this name.
    """
    access.require(actor, Action.READ_FLOWS)
    with catalog.reading() as connection:
        book = interchange_book.read(connection, catalog, actor)
    of = next((sheet for sheet in SHEETS if sheet.name == name), None)
    if of is None:
        raise access.nothing_here()
    return [dict(zip(of.headings, row, strict=True)) for row in _sheet(book, of).rows]


def packed(workbook: Workbook) -> Iterator[bytes]:
    """The workbook as the bytes of an .xlsx file."""
    properties = writing.Properties(workbook.name, workbook.person_id, workbook.at)
    return writing.book(properties, [writing.Page(one.name, one.headings, one.rows) for one in workbook.sheets])


def read(data: bytes) -> tuple[Sheet, ...]:
    """The sheets of a workbook.

    Raises:
        RequestError: when it is none, or is larger than a register can be.
    """
    return reading.read(data)


def plan(actor: Actor, catalog: Catalog, sheets: Sequence[Sheet]) -> ImportPlan:
    """What an import would add and change, and every row that cannot be taken over, with its reason. Nothing is done.

    Raises:
        NotAllowed: when the actor keeps no register.
    """
    return _tried(actor, catalog, sheets, _PREFIX, carry_out=False)


def apply(actor: Actor, catalog: Catalog, sheets: Sequence[Sheet], reason: str) -> ImportPlan:
    """Take over all rows, or none when one of them cannot be. What the workbook leaves out stays as it is.

    Parameters:
        reason: why; it stands in the history of each record that changes.

    Raises:
        NotAllowed: when the actor keeps no register.
        RequestError: when no reason is given.
    """
    if not reason.strip():
        raise RequestError("This import", "no reason for it is given", "Say why; the history of the register keeps it.")
    return _tried(actor, catalog, sheets, f"{_PREFIX}: {one_line(reason)}", carry_out=True)


def _tried(actor: Actor, catalog: Catalog, sheets: Sequence[Sheet], reason: str, *, carry_out: bool) -> ImportPlan:
    access.require(actor, Action.KEEP_REGISTER)
    own = _mark_in(sheets) == _mark(catalog)
    try:
        with catalog.together() as joined:
            with joined.reading() as connection:
                book = interchange_book.read(connection, joined, actor)
            taking = Taking(Keeper(actor, joined, reason), book, own)
            taking.problems += _unknown(sheets)
            taking.take(sheets)
            if taking.problems or not carry_out:
                _undo()
    except _Undone:
        pass
    return taking.plan


def _undo() -> NoReturn:
    raise _Undone


def _sheet(book: Book, sheet: SheetOf) -> Sheet:
    rows = []
    for entry in book.entries[sheet.name].values():
        texts = book.texts(sheet, entry)
        number = (str(entry.key),) if sheet.numbered else ()
        rows.append((*number, book.revision(entry, texts), *texts.values()))
    return Sheet(sheet.name, sheet.headings, rows)


def _read_me(catalog: Catalog) -> Sheet:
    """What the sheets and columns mean, and of which catalog the workbook is."""
    about: list[tuple[str, str, str, str]] = [
        (_THIS, _CATALOG, "Which catalog it was taken from; its numbers mean nothing in others.", _mark(catalog)),
        (_THIS, "New rows", "Leave Number and Revision empty. Rows you leave out stay as they are.", ""),
        (_THIS, NUMBER, "Which record a row is of. Leave it, and Revision, as it is.", ""),
    ]
    rows = [(sheet.name, *_told(column)) for sheet in SHEETS for column in sheet.columns]
    return Sheet(_READ_ME, _HEADINGS, [*about, *rows])


def _told(column: Column) -> tuple[str, str, str]:
    needed = " Needed." if column.needed else ""
    return column.heading, column.meaning + needed, column.form.words


def _mark(catalog: Catalog) -> str:
    """What tells this catalog from others, and nothing else."""
    return hmac.digest(catalog.audit_key, b"the register's workbook", "sha256").hex()[:16]


def _mark_in(sheets: Iterable[Sheet]) -> str:
    rows = (row for sheet in sheets if sheet.name == _READ_ME for row in sheet.rows)
    return next((row[3] for row in rows if len(row) > 3 and row[:2] == (_THIS, _CATALOG)), "")


def _unknown(sheets: Iterable[Sheet]) -> Iterator[Problem]:
    known = {name.casefold() for name in (_READ_ME, *(sheet.name for sheet in SHEETS))}
    for sheet in sheets:
        if sheet.name.casefold() not in known:
            yield Problem(one_line(sheet.name), "", "the register has no sheet of this name")
