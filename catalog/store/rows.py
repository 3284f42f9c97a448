"""Rows and dataclasses: one generic function each way, because tables mirror their dataclasses."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, String, Table, bindparam, delete, insert, select, update

from catalog.errors import RequestError
from catalog.model.revision_words import LABELS

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

D = TypeVar("D", bound="DataclassInstance")


@lru_cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def to_row(thing: "DataclassInstance") -> dict[str, Any]:
    """A dataclass as a row; an id of 0 means "not stored yet" and is left to the database."""
    row = {name: getattr(thing, name) for name in _names(type(thing))}
    if row.get("id") == 0:
        del row["id"]
    return row


def from_row(kind: type[D], row: Row[Any], prefix: str = "") -> D:
    """A row as a dataclass; ``prefix`` where the select labelled the columns so."""
    mapping = row._mapping
    return kind(**{name: mapping[prefix + name] for name in _names(kind)})


def among(column: ColumnElement[int] | ColumnElement[int | None], ids: Collection[int]) -> ColumnElement[bool]:
    """Whether a column is one of these ids, however many: databases limit a statement's parameters, not its length."""
    return column.in_(bindparam(None, list(ids), expanding=True, literal_execute=True))


def require_room(table: Table, thing: "DataclassInstance") -> None:
    """Refuse words that are longer than their place is: PostgreSQL refuses the whole change, SQLite cuts nothing.

    Raises:
        RequestError: naming the first.
    """
    for name, most in _room(table).items():
        said = getattr(thing, name)
        if said is not None and len(said) > most:
            cause = f"it has {len(said)} characters, and {most} are the most"
            raise RequestError(LABELS.get(name, name), cause, "Write fewer.")


@lru_cache
def _room(table: Table) -> Mapping[str, int]:
    """How many characters there is room for, by column; columns without a limit are left out."""
    return {
        column.name: column.type.length
        for column in table.columns
        if isinstance(column.type, String) and column.type.length and not column.foreign_keys
    }


def add(connection: Connection, table: Table, thing: "DataclassInstance") -> int:
    """Insert one thing.

    Returns:
        Its new integer key, or 0 for tables whose key is not one integer.
    """
    result = connection.execute(insert(table), to_row(thing))
    key = result.inserted_primary_key
    return key[0] if key is not None and len(key) == 1 and isinstance(key[0], int) else 0


def add_all(connection: Connection, table: Table, things: Iterable["DataclassInstance"]) -> None:
    """Insert many things of one kind."""
    rows = [to_row(thing) for thing in things]
    if rows:
        connection.execute(insert(table), rows)


def add_each(connection: Connection, table: Table, things: Iterable["DataclassInstance"]) -> list[int]:
    """Insert many things of one kind into a table whose key is one integer.

    Returns:
        Their new keys, in the same order.
    """
    rows = [to_row(thing) for thing in things]
    statement = insert(table).returning(*table.primary_key.columns, sort_by_parameter_order=True)
    return list(connection.execute(statement, rows).scalars()) if rows else []


def find(connection: Connection, table: Table, kind: type[D], *where: ColumnElement[bool]) -> list[D]:
    """The things that match, in key order."""
    statement = select(table).where(*where).order_by(*table.primary_key.columns)
    return [from_row(kind, row) for row in connection.execute(statement)]


def find_one(connection: Connection, table: Table, kind: type[D], *where: ColumnElement[bool]) -> D | None:
    """The one thing that matches, or None."""
    row = connection.execute(select(table).where(*where)).one_or_none()
    return None if row is None else from_row(kind, row)


def change(connection: Connection, table: Table, where: ColumnElement[bool], **values: object) -> int:
    """Set ``values`` where it matches; the number of rows changed."""
    return connection.execute(update(table).where(where).values(**values)).rowcount


def remove(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    """Delete where it matches; the number of rows removed."""
    return connection.execute(delete(table).where(where)).rowcount


def put(connection: Connection, table: Table, thing: "DataclassInstance") -> None:
    """Insert the thing, or replace the one with the same key."""
    row = to_row(thing)
    keys: Sequence[str] = [column.name for column in table.primary_key.columns]
    rest = {name: value for name, value in row.items() if name not in keys}
    statement = update(table)
    for key in keys:
        statement = statement.where(table.c[key] == row[key])
    if connection.execute(statement.values(**rest)).rowcount == 0:
        connection.execute(insert(table), row)
