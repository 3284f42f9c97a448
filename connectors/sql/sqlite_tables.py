"""The tables and views of a SQLite file: which there are, and a sample of one."""

import sqlite3
import time
from collections.abc import Callable

from catalog.errors import SkipReason
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan, Unlisted
from connectors.sql.drawn import Drawn, nest, sample_of
from connectors.sql.sqlite_queries import Relation, is_declared_json, relation
from connectors.sql.sqlite_rows import drawn_of
from connectors.sql.sqlite_session import Session, quoted

_KINDS = {"table": DatasetKind.TABLE, "virtual": DatasetKind.TABLE, "view": DatasetKind.VIEW}
_LISTING_SECONDS = 60.0
_COUNT_SECONDS = 0.5
# For all tables of a file together. What is few rows is counted even then.
_COUNTS_SECONDS = 2.0


def listed(session: Session, signal: Callable[[int], str]) -> list[DatasetRef | Unlisted]:
    """Every table and view; the engine's own tables are left out. Large ones may be listed without a count.

    Parameters:
        signal: the change signal of each, from the version of the schema.
    """
    session.limit(_LISTING_SECONDS)
    mark = signal(session.all("PRAGMA schema_version")[0][0])
    tables = [row for row in session.all("PRAGMA table_list") if _is_somebodys(*row[:3])]
    counted_by = time.monotonic() + _COUNTS_SECONDS
    return [_item(session, name, kind, mark, counted_by) for _, name, kind, *_ in tables]


def sample_table(session: Session, table: str, plan: SamplePlan, thing: str, rows: int | None = None) -> Sample:
    """All rows of a small table; of a large one seeded rows from all over it, and its ends by its key.

    Parameters:
        rows: how many it has, where that is known.

    Raises:
        DatasetError: when it is gone, or has no columns.
        sqlite3.Error: the engine's own.
    """
    session.limit(plan.seconds)
    found = relation(session, table, thing)
    drawn = drawn_of(session, found, plan)
    total = len(drawn.rows) if drawn.method is SampleMethod.ALL_ROWS else rows
    return sample_of(found.columns, drawn, _nesting(found, drawn), plan, rows_total=total)


def _item(session: Session, name: str, kind: str, signal: str, counted_by: float) -> DatasetRef | Unlisted:
    seconds = min(_COUNT_SECONDS, counted_by - time.monotonic())
    count = None if kind == "view" else _count(session, name, seconds)
    ref = DatasetRef(locator=name, name=name, kind=_KINDS[kind], key=name, row_estimate=count, change_signal=signal)
    no_rows = f"SELECT count(*) FROM (SELECT * FROM {quoted(name)} LIMIT 0)"  # noqa: S608 - a quoted name of the engine's own list
    is_readable = kind != "virtual" or _briefly(session, no_rows, _COUNT_SECONDS) == 0
    return ref if is_readable else Unlisted(ref, SkipReason.UNKNOWN_FORMAT)


def _count(session: Session, table: str, seconds: float) -> int | None:
    """How many rows there are; None where counting takes longer."""
    # Not max(rowid): where the key is a person's number, that would be a value. Nor count(*) of the table itself: the
    # engine counts in one step, however long it takes, and looks at the clock between two steps only.
    return _briefly(session, f"SELECT count(*) FROM (SELECT 1 FROM {quoted(table)} LIMIT -1)", seconds)  # noqa: S608 - a quoted name of the engine's own list


def _briefly(session: Session, query: str, seconds: float) -> int | None:
    """One number; None where it cannot be told in so many seconds."""
    session.limit(seconds)
    try:
        number: int = session.all(query)[0][0]
    except sqlite3.Error:
        if session.is_called_off:
            raise
        return None
    return number


def _is_somebodys(schema: str, name: str, kind: str) -> bool:
    return schema == "main" and kind in _KINDS and not name.startswith("sqlite_")


def _nesting(found: Relation, drawn: Drawn) -> list[int]:
    """The places of the columns that hold JSON: declared so, or by what is in them."""
    return [
        place
        for place, column in enumerate(found.columns)
        if is_declared_json(column) or nest(row[place] for row in drawn.rows)
    ]
