"""The heat map of agencies and identifier types: the order of its rows, and itself as a list."""

from catalog.model.views import AgencyRow, Counts, HeatMap
from web.exports import Listing

_NONE = Counts()


def ordered(map_: HeatMap, sort: str) -> tuple[AgencyRow, ...]:
    """Rows by name, by columns held ("columns"), by datasets known ("datasets"), or by one type (its code)."""
    if sort == "name":
        return tuple(sorted(map_.rows, key=_name))
    return tuple(sorted(map_.rows, key=lambda row: (-_size(row, sort), _name(row))))


def columns_held(row: AgencyRow) -> Counts:
    """All tags of an agency; a column of two types counts under each."""
    return Counts(
        sum(counts.confirmed for counts in row.cells.values()), sum(counts.suggested for counts in row.cells.values())
    )


def listing(map_: HeatMap, rows: tuple[AgencyRow, ...]) -> Listing:
    """The map as a list: one row per agency, confirmed and suggested counts per type; empty where nobody looked."""
    headings = ["agency", "name", "datasets_known", "datasets_looked_at"]
    headings += [f"{kind.code}_{standing}" for kind in map_.types for standing in ("confirmed", "suggested")]
    return Listing("agencies", tuple(headings), [_line(map_, row) for row in rows])


def _line(map_: HeatMap, row: AgencyRow) -> tuple[str | int | None, ...]:
    head = (row.agency.acronym, row.agency.name, row.looks.known, row.looks.looked_at)
    cells = [row.cells.get(kind.code, _NONE) for kind in map_.types]
    if not row.looks.looked_at:
        return (*head, *[count or None for cell in cells for count in (cell.confirmed, cell.suggested)])
    return (*head, *[count for cell in cells for count in (cell.confirmed, cell.suggested)])


def _name(row: AgencyRow) -> str:
    return row.agency.name.casefold()


def _size(row: AgencyRow, sort: str) -> int:
    if sort == "columns":
        return columns_held(row).total
    if sort == "datasets":
        return row.looks.known
    return row.cells.get(sort, _NONE).total
