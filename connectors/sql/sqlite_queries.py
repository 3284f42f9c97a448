"""What is asked of a SQLite file about its tables and their rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.errors import DatasetError, SkipReason
from catalog.model.holdings import ColumnSchema
from catalog.ports import SamplePlan
from connectors.nested import JSON_CHARACTERS
from connectors.sql.sqlite_session import Session, quoted

_HIDDEN = 1
_ROWIDS = ("rowid", "_rowid_", "oid")


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view as it is when it is sampled.

    ``key``: what each row is found by, as the engine takes it: its hidden number or its primary key; empty where there
    is neither. ``is_numbered``: the former.
    """

    source: str = field(repr=False)
    columns: Sequence[ColumnSchema] = field(repr=False)
    key: Sequence[str] = field(repr=False)
    is_numbered: bool
    is_view: bool

    @property
    def order(self) -> str:
        """The order of the key."""
        return ", ".join(self.key)

    @property
    def reversed_order(self) -> str:
        """The same from its other end."""
        return ", ".join(f"{name} DESC" for name in self.key)

    def select(self, plan: SamplePlan, *, keyed: bool = True) -> str:
        """Ask for rows, each behind its key, up to where it is said which."""
        cells = [_cell(column, plan) for column in self.columns]
        return f"SELECT {', '.join([*(self.key if keyed else ()), *cells])} FROM {self.source}"  # noqa: S608 - quoted names of the engine's own list


def relation(session: Session, table: str, thing: str) -> Relation:
    """A table or view as it is now.

    Raises:
        DatasetError: when it is gone, or has no columns.
    """
    rows = [row for row in session.all(f"PRAGMA table_xinfo({quoted(table)})") if row[6] != _HIDDEN]
    about = [row for row in session.all("PRAGMA table_list") if row[0] == "main" and row[1] == table]
    if not about:
        raise DatasetError(thing, "it is gone", "List the source again.", reason=SkipReason.VANISHED)
    if not rows:
        raise DatasetError(thing, "it has no columns", "Nothing is to be done.", reason=SkipReason.EMPTY)
    columns = [
        ColumnSchema(name, position, declared, "", nullable=not required, in_key=bool(key), key=name)
        for position, (_, name, declared, required, _, key, *_) in enumerate(rows)
    ]
    _, _, kind, _, is_without_rowid, *_ = about[0]
    if is_without_rowid:
        key = [quoted(name) for _, name in sorted((row[5], row[1]) for row in rows if row[5])]
    else:
        key = _rowid(columns) if kind == "table" else []
    return Relation(quoted(table), columns, key, is_numbered=not is_without_rowid and bool(key), is_view=kind == "view")


def is_declared_json(column: ColumnSchema) -> bool:
    """Whether the type of a column says that it holds JSON, of which the engine has none."""
    return column.declared_type.upper().startswith("JSON")


def _rowid(columns: Sequence[ColumnSchema]) -> list[str]:
    """The name under which the hidden number of a row can be asked for, where a column has not taken it."""
    taken = {column.name.lower() for column in columns}
    return [name for name in _ROWIDS if name not in taken][:1]


def _cell(column: ColumnSchema, plan: SamplePlan) -> str:
    """The text of one cell, cut by the engine; whole numbers stored as real ones lose their ``.0``."""
    name = quoted(column.name)
    most = JSON_CHARACTERS if is_declared_json(column) else plan.cell_chars
    return (
        f"CASE typeof({name}) WHEN 'blob' THEN NULL WHEN 'real' THEN printf('%.15g', {name})"
        f" ELSE substr(CAST({name} AS TEXT), 1, {int(most)}) END"
    )
