"""What a MariaDB or MySQL server tells of its tables and columns, made into ours."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from catalog.errors import DatasetError, SkipReason
from catalog.model.holdings import ColumnSchema, DatasetKind, DatasetRef
from connectors.rows import Row
from connectors.sql import mariadb_queries as queries
from connectors.sql.mariadb_keys import KeyPart, key_of
from connectors.sql.mariadb_queries import MariadbColumn, Relation
from connectors.sql.mariadb_session import Session

_WRITING = frozenset({"insert", "update"})


@dataclass(slots=True)
class Seen:
    """What is known of a table's columns without keeping them."""

    digest: Any = field(default_factory=hashlib.sha256)
    readable: bool = False
    writable: bool = False


def listed(session: Session, schema: str) -> list[tuple[DatasetRef, Seen]]:
    """Every table and view of a schema that the account has any right to: the server shows it no other."""
    seen: dict[str, Seen] = {}
    for _, table, *column, rights in _of(session.stream(queries.ALL_COLUMNS, (schema,)), schema):
        held = set(rights.split(","))
        known = seen.setdefault(table, Seen())
        known.digest.update(json.dumps(column).encode())
        known.readable |= "select" in held
        known.writable |= bool(held & _WRITING)
    tables = _of(session.execute(queries.TABLES, (schema,)), schema)
    # What the server cannot open shows neither columns nor an engine: trying to read it tells why.
    return [(_ref(row, known), known) for row in tables for known in (seen.get(row[1], Seen(readable=not row[3])),)]


def relation(session: Session, locator: str, thing: str) -> Relation:
    """A table or view as it is now.

    Raises:
        DatasetError: when it is gone.
    """
    name = json.loads(locator)
    found = list(_of(session.execute(queries.TABLE, name), *name))
    if not found:
        raise DatasetError(thing, "it is gone", "List the source again.", reason=SkipReason.VANISHED)
    parts = [KeyPart(*row) for _, _, *row in _of(session.execute(queries.UNIQUE_KEYS, name), *name)]
    rows = _of(session.execute(queries.COLUMNS, name), *name)
    columns = [_column(row, position, {part.column for part in parts}) for position, row in enumerate(rows)]
    return queries.relation_of(found[0], columns, key_of(parts, columns))


def _ref(row: list[str], seen: Seen) -> DatasetRef:
    schema, name, kind, engine, comment, rows, moved = row
    return DatasetRef(
        locator=json.dumps([schema, name]),
        name=f"{schema}.{name}",
        kind=DatasetKind.VIEW if kind == "VIEW" else DatasetKind.TABLE,
        # The server has no number of a table that outlives all changes to it; a dot may be part of a name.
        key=f"{queries.quoted(schema)}.{queries.quoted(name)}",
        # Where there is no engine the server puts words of its own there, perhaps those of an error.
        comment=comment if engine else "",
        row_estimate=int(rows) if rows else None,
        # The server forgets when a table changed: as it restarts, or when it runs short of room for it. Then nothing
        # tells whether it changed since the last look, so it is due.
        change_signal=f"{moved}:{seen.digest.hexdigest()[:32]}" if moved else "",
    )


def _column(row: list[str], position: int, in_keys: set[str]) -> MariadbColumn:
    _, _, name, kind, declared, comment, nullable, rights, collation = row
    schema = ColumnSchema(
        name, position, declared, comment, nullable=nullable == "YES", in_key=name in in_keys, key=name
    )
    # MariaDB calls its JSON so; whether it is some can be seen at the texts.
    may_be_json = kind.lower() == "json" or (kind.lower(), collation) == ("longtext", "utf8mb4_bin")
    return MariadbColumn(schema, kind.lower(), "select" in rights.split(","), may_be_json=may_be_json)


def _of(rows: Iterable[Row], *names: str) -> Iterator[list[str]]:
    """The rows that are really of these ``names``; what the server leaves out is an empty text."""
    for row in rows:
        if list(row[: len(names)]) == list(names):
            yield [cell or "" for cell in row]
