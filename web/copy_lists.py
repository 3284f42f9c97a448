"""Likely copies in words, and as a list to export."""

from collections.abc import Iterable

from catalog.model.copies import COPY_TEXT, LikelyCopy
from catalog.model.copy_views import CopiesPage, CopyLine, Place
from catalog.model.holdings import KIND_TEXT
from web.exports import Cell, Listing

_HEADINGS = ("dataset_id", "file", "kind", "agency", "source", "part", "of_dataset_id", "table", "of_agency")
_HEADINGS_REST = ("of_source", "columns_in_common", "columns", "columns_of_table", "types_agree", "types_compared")
_HEADINGS_LAST = ("same_order", "likeness", "standing", "decided_at", "reason")


def copies(lines: Iterable[CopyLine]) -> Listing:
    """Likely copies in the order of the page."""
    return Listing("likely-copies", _HEADINGS + _HEADINGS_REST + _HEADINGS_LAST, [_row(line) for line in lines])


def because(copy: LikelyCopy) -> str:
    """9 of its 9 columns are in the table, in the same order; what was found agrees in 4 of 4 columns."""
    what = f"columns of its {copy.part}" if copy.part else "columns"
    said = f"{copy.common:,} of {copy.columns:,} {what} are among the {copy.of_columns:,} of the table"
    if copy.in_order:
        said += ", in the same order"
    if not copy.comparable:
        return f"{said}; in none of them identifying information was found."
    many = "column" if copy.comparable == 1 else "columns"
    return f"{said}; the same types were found in {copy.agreeing:,} of {copy.comparable:,} {many} that hold any."


def in_short(page: CopiesPage) -> str:
    """How much is pointed out."""
    waiting = sum(count for standing, count in page.by_standing.items() if standing.waits)
    if not page.by_standing:
        return "No file is likely a copy of a table that you see."
    if not waiting:
        return "No file is likely a copy of a table; people said so of all that were pointed out."
    if waiting == 1:
        return "1 file is likely a copy of a table."
    return f"{waiting:,} pairs of a file and a table are likely copies."


def _row(line: CopyLine) -> tuple[Cell, ...]:
    copy, said = line.copy, line.decision
    return (
        copy.dataset_id,
        line.file.name,
        KIND_TEXT[line.file.dataset.kind],
        *_at(line.file),
        copy.part or None,
        copy.of_dataset_id,
        line.table.name,
        *_at(line.table),
        copy.common,
        copy.columns,
        copy.of_columns,
        copy.agreeing,
        copy.comparable,
        copy.in_order,
        copy.score,
        line.standing.value,
        said.at.isoformat() if said else None,
        said.reason if said else None,
    )


def _at(place: Place) -> tuple[str, str]:
    return place.agency.acronym, place.source.name


FILTERS = {"because": because, "copies_in_short": in_short}
WORDS = {"COPY_TEXT": COPY_TEXT}
