"""The key by which a MariaDB or MySQL table can be read from anywhere in it, as its indexes tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from connectors.sql.mariadb_queries import Key, MariadbColumn

_ASCENDING = "A"


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One column of one unique index, as the server tells of it."""

    index: str
    column: str
    nullable: str
    direction: str
    cut_at: str
    kind: str


def key_of(parts: Sequence[KeyPart], columns: Sequence[MariadbColumn]) -> Key | None:
    """The first unique index, the primary key's first, that has each row in its order; None where there is none."""
    named = {column.schema.name: column for column in columns}
    for index, group in groupby(parts, key=lambda part: part.index):
        members = list(group)
        if all(_orders_rows(part, named.get(part.column)) for part in members):
            return Key(index, [named[part.column] for part in members])
    return None


def _orders_rows(part: KeyPart, column: MariadbColumn | None) -> bool:
    """Whether an index holds all rows in the order of this column, whole, that may be asked for."""
    whole = part.nullable != "YES" and not part.cut_at
    in_order = part.kind == "BTREE" and part.direction == _ASCENDING
    return whole and in_order and column is not None and column.permitted
