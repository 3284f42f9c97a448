"""Writing many rows at once, in the way that costs the database least."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from catalog.store import rows

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def add(connection: Connection, table: Table, things: "Sequence[DataclassInstance]") -> None:
    """Insert many things of one kind that are not stored yet: on PostgreSQL by COPY, at half the price."""
    if connection.dialect.name != "postgresql" or not things:
        rows.add_all(connection, table, things)
        return
    dialect, names = connection.dialect, tuple(rows.to_row(things[0]))
    bound = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    quoted = ", ".join(map(dialect.identifier_preparer.quote, names))
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY {dialect.identifier_preparer.format_table(table)} ({quoted}) FROM STDIN") as copy:
            for row in map(rows.to_row, things):
                copy.write_row(
                    [bind(row[name]) if bind else row[name] for name, bind in zip(names, bound, strict=True)]
                )
    except dialect.loaded_dbapi.Error as error:
        raise DBAPIError("COPY", None, error, hide_parameters=True) from None
    finally:
        cursor.close()
